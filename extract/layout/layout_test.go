package layout_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/extract/date"
	"github.com/onrecord/onrecord/extract/layout"
)

// site makes n observations: a menu and a footer on all, an appeal on every fourth, and a text of each page's own.
func site(n int) []layout.Observation {
	var obs []layout.Observation
	for i := range n {
		o := layout.Observation{Page: fmt.Sprintf("https://harbour.example/%d", i), Title: fmt.Sprintf("Statement %d | Harbour Authority", i),
			SiteName: "Harbour Authority", Container: "main/div.story", DatePlace: "span.date<header"}
		o.Blocks = append(o.Blocks, layout.Fingerprint("nav/ul/li", "Statements"), layout.Fingerprint("footer/p", "© Harbour Authority"),
			layout.Fingerprint("main/div.story/p", fmt.Sprintf("The authority says a thing of its own in statement %d.", i)))
		if i%4 == 0 {
			o.Blocks = append(o.Blocks, layout.Fingerprint("main/div.story/p", "Notes to editors"))
		}
		o.Spots = []layout.Spot{{Key: 1, All: 200, Kept: 200}, {Key: 2, All: 10, Kept: 10 * (i % 4 / 3), Alone: true}}
		obs = append(obs, o)
	}
	return obs
}

func TestLearnBlocks(t *testing.T) {
	l := layout.Learn(site(12))
	tests := []struct {
		name, path, text string
		repeats, at      int
	}{
		{"menu", "nav/ul/li", "Statements", 12, 12},
		{"case, white space and marks do not count", "nav/ul/li", "  STATEMENTS! ", 12, 12},
		{"elsewhere", "main/p", "Statements", 12, 0},
		{"part of the statement that repeats", "main/div.story/p", "Notes to editors", 3, 3},
		{"a page's own text", "main/div.story/p", "The authority says a thing of its own in statement 3.", 0, 0},
		{"no letters", "main/hr", "* * *", 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := layout.Fingerprint(tt.path, tt.text)
			if n, at := l.Repeats(p), l.RepeatsAt(p); n != tt.repeats || at != tt.at {
				t.Errorf("Repeats %d, RepeatsAt %d, want %d, %d", n, at, tt.repeats, tt.at)
			}
		})
	}
	if got := l.Share(layout.Fingerprint("", "notes to editors")); got != 0.25 {
		t.Errorf("Share = %v, want 0.25", got)
	}
	if l.Pages() != 12 || l.Container() != "main/div.story" || l.DatePlace() != "span.date<header" {
		t.Errorf("%d pages, container %q, date %q", l.Pages(), l.Container(), l.DatePlace())
	}
}

func TestLearnSpots(t *testing.T) {
	obs := site(40)
	for i := range obs {
		obs[i].Spots = append(obs[i].Spots, layout.Spot{Key: 3, All: 30, Kept: 10 + i%2}, layout.Spot{Key: 3, All: 10, Kept: 10},
			layout.Spot{Key: 9, All: 5, Kept: 6}, layout.Spot{Key: 9, All: 0}, layout.Spot{Key: 9, All: 5, Kept: -1})
		if i < 2 {
			obs[i].Spots = append(obs[i].Spots, layout.Spot{Key: 4, All: 5, Kept: 5, Alone: true})
		}
		if i < 3 {
			obs[i].Spots = append(obs[i].Spots, layout.Spot{Key: 5, All: 5, Kept: 5, Alone: i > 0})
		}
	}
	l := layout.Learn(obs)
	tests := []struct {
		name                string
		key                 uint64
		pages, alone, share int
	}{
		{"text", 1, 40, 0, 100},
		{"one block that a quarter keeps", 2, 40, 40, 25},
		{"two blocks add up, the mean of halves and less", 3, 40, 0, 51},
		{"two pages are too few", 4, 0, 0, 0},
		{"three are enough", 5, 3, 2, 100},
		{"no sense", 9, 0, 0, 0},
		{"nothing", 99, 0, 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if pages, alone, share := l.Spot(tt.key); pages != tt.pages || alone != tt.alone || share != tt.share {
				t.Errorf("Spot(%d) = %d, %d, %d, want %d, %d, %d", tt.key, pages, alone, share, tt.pages, tt.alone, tt.share)
			}
		})
	}
	if l.Outgrown() {
		t.Error("a layout with spots is outgrown")
	}
	for i := range obs {
		obs[i].Spots = nil
	}
	if !layout.Learn(obs).Outgrown() || layout.Learn(nil).Outgrown() {
		t.Error("a layout is outgrown when it knows something, and no spots")
	}
}

func TestLearnOrder(t *testing.T) {
	tests := []struct {
		name       string
		day, month int // pages that show it
		want       date.Order
	}{
		{"nothing", 0, 0, date.UnknownOrder},
		{"one page", 0, 1, date.MonthFirst},
		{"day", 3, 0, date.DayFirst},
		{"conflict", 3, 1, date.UnknownOrder},
		{"overwhelming", 1, 10, date.MonthFirst},
		{"not quite", 9, 1, date.UnknownOrder},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			obs := site(20)
			for i := range tt.day {
				obs[i].DayFirst = 5
			}
			for i := range tt.month {
				obs[19-i].MonthFirst = 1
			}
			if got := layout.Learn(obs).Order(); got != tt.want {
				t.Errorf("Order = %v, want %v", got, tt.want)
			}
		})
	}
}

func TestTrimTitle(t *testing.T) {
	titles := func(format string, n int) []layout.Observation {
		obs := site(n)
		for i := range obs {
			obs[i].Title, obs[i].SiteName = fmt.Sprintf(format, i), ""
		}
		return obs
	}
	mixed := titles("Statement %d - News - Harbour", 8)
	for i := range 4 {
		mixed[i].Title = fmt.Sprintf("Report %d - Reports - Harbour", i)
	}
	named := titles("Statement %d", 4)
	named[0].Title, named[0].SiteName = "Statement 0 — Harbour", "Harbour"
	tests := []struct {
		name        string
		obs         []layout.Observation
		title, want string
	}{
		{"end", titles("Statement %d | Harbour", 5), "Basin closed | Harbour", "Basin closed"},
		{"beginning", titles("Harbour: Statement %d", 5), "Harbour: Basin closed", "Basin closed"},
		{"no space around", titles("声明%d_海港", 5), "关闭_海港", "关闭"},
		{"longest end", mixed, "Basin closed - News - Harbour", "Basin closed"},
		{"another section", mixed, "Basin closed - Jobs - Harbour", "Basin closed - Jobs"},
		{"nothing in common", titles("Statement %d", 5), "Basin closed | Harbour", "Basin closed | Harbour"},
		{"nothing else", titles("Statement %d | Harbour", 5), " | Harbour", " | Harbour"},
		{"by the site's name", named, "Basin closed — Harbour", "Basin closed"},
		{"two pages are too few", titles("Statement %d | Harbour", 2), "Basin closed | Harbour", "Basin closed | Harbour"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := layout.Learn(tt.obs).TrimTitle(tt.title); got != tt.want {
				t.Errorf("TrimTitle(%q) = %q, want %q", tt.title, got, tt.want)
			}
		})
	}
}

func TestLearnPages(t *testing.T) {
	same := site(3)
	for i := range same {
		same[i].Blocks = same[0].Blocks // one page under three addresses
	}
	tests := []struct {
		name string
		obs  []layout.Observation
		want int
	}{
		{"none", nil, 0},
		{"one", site(1), 0},
		{"two", site(2), 2},
		{"one page often", append(site(1), site(1)...), 0},
		{"one page under three addresses", same, 0},
		{"many", site(250), 250},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := layout.Learn(tt.obs)
			if l.Pages() != tt.want {
				t.Errorf("Pages = %d, want %d", l.Pages(), tt.want)
			}
			if tt.want == 0 && (l.Digest() != "" || l.TrimTitle("A | Harbour Authority") != "A | Harbour Authority") {
				t.Errorf("a layout of nothing changes something: %s", l.Marshal())
			}
		})
	}
}

func TestLearnBounds(t *testing.T) {
	obs := site(3)
	for i := range obs {
		for j := range 6000 {
			obs[i].Blocks = append(obs[i].Blocks, layout.Fingerprint(fmt.Sprintf("p%d", j), fmt.Sprintf("block %d", j)))
			obs[i].Spots = append(obs[i].Spots, layout.Spot{Key: uint64(j), All: 1})
		}
		obs[i].Blocks = append(obs[i].Blocks, layout.Fingerprint("", fmt.Sprint("own ", i)))
	}
	l := layout.Learn(obs)
	b := l.Marshal()
	if n := strings.Count(string(b), "\nblock "); n != 5000 {
		t.Errorf("%d blocks, want 5000", n)
	}
	if n := strings.Count(string(b), "\nspot "); n != 1000 {
		t.Errorf("%d spots, want 1000", n)
	}
	if _, err := layout.Parse(b); err != nil {
		t.Errorf("Parse of the longest layout: %v", err)
	}
}

func TestNil(t *testing.T) {
	var l *layout.Layout
	p := layout.Fingerprint("p", "text")
	if l.Pages() != 0 || l.Repeats(p) != 0 || l.RepeatsAt(p) != 0 || l.Share(p) != 0 || l.Order() != date.UnknownOrder || l.Container() != "" ||
		l.Outgrown() || l.DatePlace() != "" || l.Digest() != "" || l.TrimTitle("A | B") != "A | B" {
		t.Error("a nil layout has learned something")
	}
	if got, err := layout.Parse(l.Marshal()); err != nil || got.Pages() != 0 {
		t.Errorf("Parse(nil layout) = %v, %v", got, err)
	}
}

func TestParseRefuses(t *testing.T) {
	good := string(layout.Learn(site(4)).Marshal())
	lines := strings.SplitAfter(good, "\n")
	tests := []struct{ name, text string }{
		{"empty", ""},
		{"another version", strings.Replace(good, "layout 1", "layout 2", 1)},
		{"no last line break", strings.TrimSuffix(good, "\n")},
		{"unknown key", good + "colour \"red\"\n"},
		{"number of pages", strings.Replace(good, "pages 4", "pages -4", 1)},
		{"pages in another form", strings.Replace(good, "pages 4", "pages 04", 1)},
		{"two containers", strings.Replace(good, "container", "container \"a\"\ncontainer", 1)},
		{"a block on more pages than there are", strings.Replace(good, " 4\nblock", " 5\nblock", 1)},
		{"blocks twice", good + lines[len(lines)-2]},
		{"a spot on more pages than there are", strings.Replace(good, "spot 0000000000000001 4", "spot 0000000000000001 5", 1)},
		{"a spot that is more often alone than there", strings.Replace(good, " 4 0 100", " 4 5 100", 1)},
		{"a share over all", strings.Replace(good, " 4 0 100", " 4 0 101", 1)},
		{"spots in another order", strings.Replace(good, "spot 0000000000000001", "spot 0000000000000003", 1)},
		{"a spot in three parts", strings.Replace(good, " 4 0 100", " 4 100", 1)},
		{"order", strings.Replace(good, "container", "order year\ncontainer", 1)},
		{"not UTF-8", strings.Replace(good, "main", "m\xffin", 1)},
		{"too long", good + strings.Repeat("\n", 3<<20)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.text == good {
				t.Fatal("the case changes nothing")
			}
			if l, err := layout.Parse([]byte(tt.text)); !errors.Is(err, layout.ErrFormat) {
				t.Errorf("Parse = %v, %v, want ErrFormat", l, err)
			}
		})
	}
}

func TestParseMarshal(t *testing.T) {
	obs := site(30)
	obs[3].MonthFirst = 1
	l := layout.Learn(obs)
	got, err := layout.Parse(l.Marshal())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(l.Marshal()), string(got.Marshal())); diff != "" {
		t.Error(diff)
	}
	p := layout.Fingerprint("nav/ul/li", "Statements")
	if _, _, share := got.Spot(1); share != 100 {
		t.Errorf("share of a spot = %d, want 100", share)
	}
	if got.Order() != l.Order() || got.Repeats(p) != l.Repeats(p) || got.RepeatsAt(p) != l.RepeatsAt(p) || got.Digest() != l.Digest() || len(l.Digest()) != 12 {
		t.Errorf("the parsed layout differs: %s", got.Marshal())
	}
}

// TestLearnAnyOrder shuffles observations, repeats some, and expects the same bytes.
func TestLearnAnyOrder(t *testing.T) {
	word := rapid.SampledFrom([]string{"", "a", "b", "A | B", "C | B", "D - E | B", "menu", "foot"})
	observation := rapid.Custom(func(t *rapid.T) layout.Observation {
		o := layout.Observation{Page: rapid.SampledFrom([]string{"1", "2", "3", "4", "5", "6", "7", "8"}).Draw(t, "page"), Title: word.Draw(t, "title"),
			SiteName: word.Draw(t, "site"), Container: word.Draw(t, "container"), DatePlace: word.Draw(t, "place"),
			DayFirst: rapid.IntRange(0, 2).Draw(t, "day"), MonthFirst: rapid.IntRange(0, 2).Draw(t, "month")}
		for range rapid.IntRange(0, 4).Draw(t, "spots") {
			all := rapid.IntRange(0, 3).Draw(t, "all")
			o.Spots = append(o.Spots, layout.Spot{Key: rapid.Uint64Range(0, 3).Draw(t, "key"), All: all, Kept: rapid.IntRange(0, all).Draw(t, "kept"),
				Alone: rapid.Bool().Draw(t, "alone")})
		}
		for range rapid.IntRange(0, 6).Draw(t, "blocks") {
			o.Blocks = append(o.Blocks, layout.Fingerprint(word.Draw(t, "path"), word.Draw(t, "text")))
		}
		return o
	})
	rapid.Check(t, func(t *rapid.T) {
		obs := rapid.SliceOfN(observation, 0, 20).Draw(t, "observations")
		want := layout.Learn(obs)
		other := slices.Clone(obs)
		if len(obs) > 0 {
			other = append(other, obs[0])
		}
		other = rapid.Permutation(other).Draw(t, "order")
		if diff := cmp.Diff(string(want.Marshal()), string(layout.Learn(other).Marshal())); diff != "" {
			t.Fatalf("another order gives another layout:\n%s", diff)
		}
		if _, err := layout.Parse(want.Marshal()); err != nil {
			t.Fatalf("Parse(Marshal()): %v\n%s", err, want.Marshal())
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("onrecord layout 1\npages 0\n"))
	f.Add(layout.Learn(site(9)).Marshal())
	f.Add([]byte("onrecord layout 1\npages 3\norder day\nsuffix \" | a\"\nspot 0000000000000002 3 1 50\nblock 0000000000000001 0000000000000000 3\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := layout.Parse(data)
		if err != nil {
			if !errors.Is(err, layout.ErrFormat) {
				t.Fatalf("error %v is not ErrFormat", err)
			}
			return
		}
		if diff := cmp.Diff(string(data), string(l.Marshal())); diff != "" {
			t.Fatalf("what was read prints in another way:\n%s", diff)
		}
		l.TrimTitle("Basin closed | a")
		l.Digest()
	})
}

func FuzzFingerprint(f *testing.F) {
	f.Add("Statements of the harbour")
	f.Add("海港 \xff ÄÖ — ")
	f.Fuzz(func(t *testing.T, text string) {
		p := layout.Fingerprint("p", text)
		if p != layout.Fingerprint("p", " "+strings.ReplaceAll(text, " ", "\n ")+"\t") {
			t.Fatalf("white space changes the print of %q", text)
		}
		if layout.Fingerprint("", text).Path != 0 {
			t.Fatal("a path from nothing")
		}
	})
}

func Example() {
	var seen []layout.Observation
	for _, said := range []string{"The basin is closed.", "The basin is open.", "The crane is back."} {
		seen = append(seen, layout.Observation{
			Page: said, Title: said + " | Harbour Authority",
			Blocks:     []layout.Print{layout.Fingerprint("main/p", said), layout.Fingerprint("footer/p", "Call us at any hour")},
			MonthFirst: 1,
		})
	}
	l := layout.Learn(seen)
	fmt.Println(l.Repeats(layout.Fingerprint("footer/p", "Call us at any hour")), "of", l.Pages())
	fmt.Println(l.Repeats(layout.Fingerprint("main/p", "The basin is open.")))
	fmt.Println(l.TrimTitle("The quay is mended | Harbour Authority"))
	fmt.Println("dates begin with the", l.Order())
	// Output:
	// 3 of 3
	// 0
	// The quay is mended
	// dates begin with the month
}
