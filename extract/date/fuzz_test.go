package date_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/extract/date"
)

// checkScan fails when the matches of a text are not what Match promises.
func checkScan(t interface{ Fatalf(string, ...any) }, text, lang string) {
	end := 0
	for _, m := range date.Scan(text, lang) {
		if m.Start < end || m.End <= m.Start || m.End > len(text) {
			t.Fatalf("Scan(%q): match %+v out of order or bounds", text, m)
		}
		end = m.End
		switch m.Precision {
		case date.Year, date.Month, date.Day, date.Time:
		default:
			t.Fatalf("Scan(%q): precision of %+v", text, m)
		}
		if m.Ambiguous() == (m.Value != "") {
			t.Fatalf("Scan(%q): %+v has both a value and readings, or neither", text, m)
		}
		for _, r := range m.Readings {
			if len(r) != len("2006-01-02") {
				t.Fatalf("Scan(%q): reading %q", text, r)
			}
		}
	}
}

func FuzzScan(f *testing.F) {
	for _, s := range []string{"2019-10-03T12:30:15.123+02:00", "10-03-2019", "3. 10. 2019", "Thu Oct 03 10:00:00 EDT 2019", "2019年10月3日",
		"令和元年10月3日", "3 ต.ค. 2562", "۱۱ مهر ۱۳۹۸", "ngày 3 tháng 10 năm 2019", "October 3-5, 2019", "3:e okt '19", "\u202e3/10/19\ufeff", "20191003T1200Z",
		"3 تشرين الأول 2019", "00/00/0000", "9999999999999999999-1-1"} {
		f.Add(s, "")
		f.Add(s, "th-TH")
	}
	f.Fuzz(func(t *testing.T, text, lang string) {
		checkScan(t, text, lang)
	})
}

func FuzzFind(f *testing.F) {
	f.Add(`<h1>A</h1><p class="date">10-03-2019</p><p>Text</p>`, "https://harbour.example/2019/10/03/a")
	f.Add(`<script type="application/ld+json">{"@graph":[{"@type":["Article"],"datePublished":{"@value":"2019-10-03"}}]}</script>`, "")
	f.Add(`<meta name="date" content="1570060800"><time datetime="2019-10-03T12:00Z" itemprop="datePublished">3.10.</time>`, ":")
	f.Add(`<footer>© 2019</footer><aside><nav>3 Oct 2019 - 5 Oct 2019`, "http://[::1]/20191003/")
	f.Fuzz(func(t *testing.T, page, url string) {
		root, err := html.Parse(strings.NewReader(page))
		if err != nil {
			t.Skip()
		}
		in := date.Input{Root: root, URL: url}
		first, second := date.Read(in), date.Read(in)
		if diff := cmp.Diff(first, second); diff != "" {
			t.Fatalf("a second reading differs:\n%s", diff)
		}
		checkChosen(t, first)
	})
}

// checkChosen fails when the chosen days are not those of the claims marked as chosen.
func checkChosen(t *testing.T, r date.Result) {
	t.Helper()
	days := map[string]bool{}
	for _, c := range r.Claims {
		if c.Chosen {
			days[c.Value[:10]] = true
			if c.Why == "" {
				t.Fatalf("chosen without a reason: %+v", c)
			}
			if c.Source == "last-modified" {
				t.Fatalf("chosen by a header: %+v", c)
			}
		}
		if c.Ambiguous && len(c.Readings) < 2 {
			t.Fatalf("ambiguous without readings: %+v", c)
		}
		if c.Value != "" && len(c.Readings) > 0 && !slices.Contains(c.Readings, c.Value) {
			t.Fatalf("value is none of the readings: %+v", c)
		}
	}
	for _, day := range []string{r.Published, r.Modified} {
		if day != "" && !days[day] {
			t.Fatalf("day %q is of no chosen claim: %+v", day, r.Claims)
		}
	}
}

// TestScanAnything writes texts of the pieces that dates are made of.
func TestScanAnything(t *testing.T) {
	pieces := rapid.SampledFrom([]string{"3", "10", "2019", "19", "2562", "-", "/", ".", ",", ":", " ", "\u00a0", "T", "Z", "+02:00", "Oct", "octubre",
		"de", "th", "年", "月", "日", "令和", "tháng", "ต", "ค", "pm", "ب", "تشرين", "الأول", "'", "(", ")", "GMT", "st", "kl", "مهر", "١", "—"})
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(pieces, 0, 40).Draw(t, "pieces")
		checkScan(t, strings.Join(parts, ""), rapid.SampledFrom([]string{"", "en", "th", "fa", "hu"}).Draw(t, "lang"))
	})
}

// TestScanPosition finds the same date wherever it stands in a long text, across every border of the window.
func TestScanPosition(t *testing.T) {
	for _, stated := range []string{"3 octubre 2019", "2019-10-03T12:00:00+02:00", "Oct 3 10:00:00 EDT 2019"} {
		want := date.Scan(stated, "")[0]
		for n := range 700 {
			text := strings.Repeat("x ", n) + stated + strings.Repeat(" y", 300)
			got := date.Scan(text, "")
			if len(got) != 1 || got[0].Value != want.Value || text[got[0].Start:got[0].End] != stated[want.Start:want.End] {
				t.Fatalf("after %d words: %+v, want %+v", n, got, want)
			}
		}
	}
}

// TestFindDeep ends on a tree deeper than any parser makes.
func TestFindDeep(t *testing.T) {
	root := &html.Node{Type: html.DocumentNode}
	at := root
	for range 100_000 {
		n := &html.Node{Type: html.ElementNode, Data: "div"}
		at.AppendChild(n)
		at = n
	}
	at.AppendChild(&html.Node{Type: html.TextNode, Data: "3 October 2019"})
	if got := date.Find(date.Input{Root: root}); len(got) != 0 {
		t.Errorf("claims from beyond the depth that is read: %+v", got)
	}
}

// TestFindMany ends on a page of nothing but dates, and bounds what it tells.
func TestFindMany(t *testing.T) {
	var b strings.Builder
	b.WriteString("<h1>A</h1>")
	for i := range 50_000 {
		fmt.Fprintf(&b, `<i class="c%d"><p>%d/%d/2019</p><time datetime="2019-0%d-1%d">x</time></i>`, i, i%12+1, i%28+1, i%9+1, i%10)
	}
	if got := date.Find(date.Input{Root: parse(t, b.String())}); len(got) > 48 {
		t.Errorf("%d claims", len(got))
	}
}

// corpus is the evaluation's real pages, beside the repository; tests which need them are skipped without it.
func corpus(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", "..", "shared", "eval", "seed", "*.html"))
	if err != nil || len(files) == 0 {
		t.Skip("no evaluation data beside the repository")
	}
	return files
}

func TestSeed(t *testing.T) {
	for _, f := range corpus(t) {
		page, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		root := parse(t, string(page))
		if r := date.Read(date.Input{Root: root}); r.Published != "" || len(r.Claims) != 1 || len(r.Claims[0].Readings) != 2 {
			t.Errorf("%s alone: published %q, claims %+v", f, r.Published, r.Claims)
		}
		if r := date.Read(date.Input{Root: root, Order: date.MonthFirst}); r.Published != "2019-10-03" {
			t.Errorf("%s by the site's order: published %q", f, r.Published)
		}
	}
}
