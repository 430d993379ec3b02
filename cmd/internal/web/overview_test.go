package web

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/bolt"
)

const wall = "https://harbour.example/statements/wall"

// may is noon of a day in May 2024.
func may(n int) time.Time { return time.Date(2024, 5, n, 12, 0, 0, 0, time.UTC) }

// put puts a visit on record: of a page that says text, or that was gone when text is "".
func put(t testing.TB, s *bolt.Store, url string, at time.Time, text string) {
	t.Helper()
	c := &archive.Capture{Visit: archive.Visit{URL: url, FinalURL: url, Time: at, Status: 200}, MediaType: "text/html"}
	if text == "" {
		c.Outcome, c.Status = archive.Gone, 404
	} else {
		c.Raw = []byte("<p>" + text)
		c.Reading = &archive.Reading{Title: "Statement on dredging", Text: text, Markdown: text, Published: "2024-05-01", Language: "en"}
	}
	if _, err := s.Commit(t.Context(), c, nil); err != nil {
		t.Fatal(err)
	}
}

// survey is what an overview of a store says, made from scratch or out of an older one.
func surveyed(t *testing.T, s *bolt.Store, old *overview, all bool) *overview {
	t.Helper()
	o, err := (&survey{archive: Open(s, nil), old: old}).look(t.Context(), all)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// words are what an overview holds, to be compared.
func (o *overview) words() []string {
	var out []string
	for _, p := range o.pages {
		out = append(out, fmt.Sprintf("page %s %s %s %d %d", p.url, p.site, p.state, p.versions, p.changed))
	}
	for _, c := range o.edits {
		out = append(out, fmt.Sprintf("change %s %d %d %+v", c.page.url, c.number, c.nanos, c.change))
	}
	for _, s := range o.sites {
		out = append(out, fmt.Sprintf("site %s %d %d %d %d", s.name, len(s.pages), s.live, s.edits, s.silent))
	}
	for _, p := range o.away {
		out = append(out, fmt.Sprintf("away %s %d", p.url, p.since))
	}
	return out
}

func TestOverview(t *testing.T) {
	s := newStore(t)
	put(t, s, wall, may(1), "We will not dump it.")
	put(t, s, wall, may(2), "We will dump it.")
	put(t, s, "https://council.example/a", may(3), "The bridge is open.")
	put(t, s, "https://council.example/a", may(4), "")
	o := surveyed(t, s, nil, true)
	if url, ok := o.page(keyOf(wall)); !ok || url != wall {
		t.Errorf("page = %q, %v", url, ok)
	}
	for _, bad := range []string{"", "x", "0000000000000000", keyOf(wall) + "00"} {
		if url, ok := o.page(bad); ok {
			t.Errorf("page(%q) = %q", bad, url)
		}
	}
	list, next, err := o.changes(&changeFilter{silent: true}, "", 10)
	if err != nil || next != "" || len(list) != 1 || list[0].number != 2 || !list[0].time().Equal(may(2)) {
		t.Errorf("silent changes = %v, %q, %v", list, next, err)
	}
	for name, f := range map[string]*changeFilter{
		"far days": {since: time.Date(2, 1, 1, 0, 0, 0, 0, time.UTC), until: time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)},
		"no days":  {},
	} {
		if list, _, err := o.changes(f, "", 10); err != nil || len(list) != 1 {
			t.Errorf("changes of %s = %v, %v; want one", name, list, err)
		}
	}
	if list, _, _ := o.changes(&changeFilter{since: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)}, "", 10); len(list) != 0 {
		t.Errorf("changes of days to come = %v", list)
	}
	if list, _, _ := o.gone("", "", 10); len(list) != 1 || list[0].since != may(4).UnixNano() {
		t.Errorf("gone = %v", list)
	}
	if len(o.sites) != 2 || o.site("harbour.example").silent != 1 || o.site("council.example").live != 0 || o.site("x") != nil {
		t.Errorf("sites = %q", o.words())
	}
}

// TestOverviewFollows proves that an overview that was brought up to date is the one that is made from scratch.
func TestOverviewFollows(t *testing.T) {
	s := newStore(t)
	var o *overview
	texts := []string{"The wall stands.", "The wall stands no more.", "", "The wall stands."}
	for i := range 60 {
		url := fmt.Sprintf("https://%s.example/%d", []string{"harbour", "council", "water"}[i%3], i*7%11)
		put(t, s, url, may(1).Add(time.Duration(i)*time.Hour), texts[(i/11+i)%4])
		if i%5 == 0 {
			if _, err := s.Page(t.Context(), url); err == nil && i > 20 {
				joined := fmt.Sprintf("https://harbour.example/%d", i*7%5)
				_ = s.Join(t.Context(), url, joined) // a page that there is not stays as it was
			}
			o = surveyed(t, s, o, false)
			if got, want := o.words(), surveyed(t, s, nil, true).words(); !slices.Equal(got, want) {
				t.Fatalf("after %d visits the overview has\n%q\nwant\n%q", i+1, got, want)
			}
		}
	}
}

func TestChangesGoOn(t *testing.T) {
	s := newStore(t)
	for i := range 7 {
		put(t, s, wall, may(1+i), fmt.Sprintf("We dumped %d tons.", i))
		put(t, s, "https://council.example/a", may(1+i), fmt.Sprintf("The bridge is %d metres long.", i))
	}
	o := surveyed(t, s, nil, true)
	f := &changeFilter{since: may(2), until: may(6)}
	want, _, _ := o.changes(f, "", 100)
	if len(want) != 8 {
		t.Fatalf("%d changes, want 8", len(want))
	}
	for limit := 1; limit < 9; limit++ {
		var got []changeEntry
		position := ""
		for range 9 {
			list, next, err := o.changes(f, position, limit)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, list...)
			if position = next; next == "" {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("in steps of %d: %v, want %v", limit, got, want)
		}
	}
	if _, _, err := o.changes(f, "not a place", 1); err == nil {
		t.Error("a position that is none gave no error")
	}
}

// TestOverviewOfARoom proves that readers get a newer overview when the archive moved on, and the same one while it did not.
func TestOverviewOfARoom(t *testing.T) {
	s := newStore(t)
	put(t, s, wall, may(1), "We will not dump it.")
	state := "1"
	room, err := New(Options{Archive: Open(s, func() (string, error) { return state, nil })})
	if err != nil {
		t.Fatal(err)
	}
	first, err := room.overview(t.Context())
	if err != nil || len(first.edits) != 1 {
		t.Fatalf("overview = %v, %v", first, err)
	}
	if again, _ := room.overview(t.Context()); again != first {
		t.Error("the archive is as it was, and there is another overview")
	}
	put(t, s, wall, may(2), "We will dump it.")
	state = "2"
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for {
		o, err := room.overview(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if len(o.edits) == 2 && len(o.worth) == 1 && o.worth[0].Change.Change.Silent {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
}
