package bolt_test

import (
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/bolt"
)

// outlined is a store with n pages on two hosts; every third has two versions, the last one was only ever refused.
func outlined(t *testing.T, n int) *bolt.Store {
	t.Helper()
	s := openNew(t)
	put := func(i, day int, text string) {
		t.Helper()
		url := fmt.Sprintf("https://%s.example/statements/%04d", []string{"harbour", "council"}[i%2], i)
		c := &archive.Capture{Visit: archive.Visit{URL: url, FinalURL: url, Time: time.Date(2026, 3, day, 12, 0, i, 0, time.UTC), Status: 200, Outcome: archive.Failed}}
		if text != "" {
			c.Outcome, c.Raw, c.Reading = archive.Stored, []byte(text), &archive.Reading{Title: "On the wall", Text: text}
		}
		if _, err := s.Commit(t.Context(), c, nil); err != nil {
			t.Fatal(err)
		}
	}
	for i := range n {
		put(i, 1, fmt.Sprintf("We regret what happened %d times.", i))
		if i%3 == 0 {
			put(i, 2, fmt.Sprintf("We regret what was reported %d times.", i))
		}
	}
	put(n, 3, "")
	return s
}

func addresses(t *testing.T, pages iter.Seq2[archive.Page, error]) []string {
	t.Helper()
	var out []string
	for p, err := range pages {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, p.URL)
	}
	return out
}

func TestPagesAfter(t *testing.T) {
	s := outlined(t, 20)
	all := addresses(t, s.Pages(t.Context(), ""))
	if len(all) != 20 {
		t.Fatalf("%d pages, want 20", len(all))
	}
	if got := addresses(t, s.PagesAfter(t.Context(), "")); !slices.Equal(got, all) {
		t.Errorf("PagesAfter(\"\") = %v, want %v", got, all)
	}
	for i, url := range all {
		if got := addresses(t, s.PagesAfter(t.Context(), url)); !slices.Equal(got, all[i+1:]) {
			t.Errorf("PagesAfter(%s) = %v, want %v", url, got, all[i+1:])
		}
	}
}

func TestHeads(t *testing.T) {
	s := outlined(t, 4)
	for _, url := range addresses(t, s.Pages(t.Context(), "")) {
		var heads []archive.Version
		for v, err := range s.Heads(t.Context(), url) {
			if err != nil {
				t.Fatal(err)
			}
			heads = append(heads, v)
		}
		n := 0
		for v, err := range s.Versions(t.Context(), url) {
			if err != nil {
				t.Fatal(err)
			}
			if n == len(heads) {
				t.Fatalf("%s: %d heads, and more versions", url, n)
			}
			v.Reading, v.RawDigest, v.RenderedDigest = archive.Reading{}, archive.Digest{}, archive.Digest{}
			if got, want := fmt.Sprintf("%+v", heads[n]), fmt.Sprintf("%+v", v); got != want {
				t.Errorf("head %s, want %s", got, want)
			}
			n++
		}
		if n != len(heads) {
			t.Errorf("%s: %d heads of %d versions", url, len(heads), n)
		}
	}
}

func TestVisitedSince(t *testing.T) {
	s := outlined(t, 300) // more visits than a group of the timeline has
	for _, c := range []struct {
		since time.Time
		want  int
	}{
		{time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC), 300},
		{time.Date(2026, 3, 1, 12, 3, 20, 0, time.UTC), 100 + 67}, // seconds 200 to 299, and the 67 others of day 2
		{time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), 100},
		{time.Date(2026, 3, 2, 12, 0, 297, 0, time.UTC), 1}, // the very moment
		{time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC), 0},    // it has no version
	} {
		got := addresses(t, s.VisitedSince(t.Context(), c.since))
		slices.Sort(got)
		if n := len(slices.Compact(slices.Clone(got))); n != len(got) || n != c.want {
			t.Errorf("VisitedSince(%s) = %d pages, %d of them once; want %d", c.since, len(got), n, c.want)
		}
	}
}
