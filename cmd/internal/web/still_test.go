package web

import (
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/bolt"
)

// readAgain reads the captures of a page by other rules.
func readAgain(t *testing.T, s *bolt.Store, url string, change func(*archive.Reading)) {
	t.Helper()
	read := map[archive.Digest]*archive.Reading{}
	for v, err := range s.Versions(t.Context(), url) {
		if err != nil {
			t.Fatal(err)
		}
		r := v.Reading
		change(&r)
		read[v.RawDigest] = &r
	}
	if _, _, err := s.Rederive(t.Context(), url, read); err != nil {
		t.Fatal(err)
	}
}

// TestReadAgain proves that an open room tells what the rules of today make of a page, also when nobody visits it again and neither
// the times nor the number of its versions change.
func TestReadAgain(t *testing.T) {
	s := newStore(t)
	put(t, s, wall, may(1), "The ferry sails at 10. The wall stays.")
	put(t, s, wall, may(2), "The ferry sails at 11. The wall stays.")
	const pier = "https://council.example/pier"
	put(t, s, pier, may(1), "The pier is open.")
	var state atomic.Int64
	room, err := New(Options{Archive: Open(s, func() (string, error) { return strconv.FormatInt(state.Load(), 10), nil })})
	if err != nil {
		t.Fatal(err)
	}
	at := "/s/" + keyOf(wall)
	stays := at + "/v/2/sentence/" + sentenceName("The wall stays.")
	pages := func() map[string]string {
		out := map[string]string{}
		for _, path := range []string{"/", "/changes", at + "/history", at + "/lifelines", stays, "/feed.atom", at + "/feed.atom", "/s/" + keyOf(pier) + "/feed.atom", "/changes?silent=1"} {
			out[path] = get(room, path).Body.String()
		}
		return out
	}
	if err := room.Warm(t.Context()); err != nil {
		t.Fatal(err)
	}
	before := pages()
	for path, want := range map[string]string{"/changes": "10 → 11", at + "/lifelines": "The wall stays.", stays: "The wall stays.", "/feed.atom": "The ferry sails", "/s/" + keyOf(pier) + "/feed.atom": "The pier is open."} {
		if !strings.Contains(before[path], want) {
			t.Fatalf("GET %s: no %q in %s", path, want, before[path])
		}
	}
	// The same number of words is changed in the same way, so that nothing but the texts differs.
	readAgain(t, s, wall, func(r *archive.Reading) {
		r.Rules, r.Text = "2", strings.NewReplacer("10", "20", "11", "21", "wall stays", "wall remains").Replace(r.Text)
	})
	readAgain(t, s, pier, func(r *archive.Reading) { r.Rules, r.Text = "2", "The pier is closed." })
	state.Add(1)
	for end := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		now := pages()
		var old []string
		for path, body := range now {
			if path == stays { // by the rules of today there is no such sentence
				if strings.Contains(body, "No such sentence") {
					continue
				}
			} else if !strings.Contains(body, "10 → 11") && !strings.Contains(body, "stays") && !strings.Contains(body, "is open") {
				continue
			}
			old = append(old, path)
		}
		if len(old) == 0 {
			break
		}
		if slices.Sort(old); time.Now().After(end) {
			t.Fatalf("these tell what older rules made of it: %q", old)
		}
	}
}

// TestOlderVersionReadAgain proves that versions that were read again are noticed when the last one was read by the rules of today before.
func TestOlderVersionReadAgain(t *testing.T) {
	s := newStore(t)
	put(t, s, wall, may(1), "The ferry sails at 10. Share this page.")
	put(t, s, wall, may(2), "The ferry sails at 11. Share this page.")
	readAgain(t, s, wall, func(r *archive.Reading) {
		if strings.Contains(r.Text, "11") {
			r.Rules = "2"
		}
	})
	o := surveyed(t, s, nil, true)
	if err := o.pages[0].pin(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if again := surveyed(t, s, o, true); again.pages[0] != o.pages[0] {
		t.Fatal("nothing happened, and there is another entry")
	}
	readAgain(t, s, wall, func(r *archive.Reading) { r.Rules = "2" })
	if again := surveyed(t, s, o, true); again.pages[0] == o.pages[0] {
		t.Error("the first version was read again, and the entry is as it was")
	}
}

// TestReadAgainInLists proves that lists tell of changes as they are by the rules of today, also those of which nothing was shown yet.
func TestReadAgainInLists(t *testing.T) {
	s := newStore(t)
	put(t, s, wall, may(1), "The ferry sails at 10.")
	put(t, s, wall, may(2), "The ferry sails at 11.")
	o := surveyed(t, s, nil, true)
	if again := surveyed(t, s, o, true); again.pages[0] != o.pages[0] {
		t.Fatal("nothing happened, and there is another entry")
	}
	readAgain(t, s, wall, func(r *archive.Reading) {
		r.Rules, r.Modified = "2", map[bool]string{true: "2024-05-01", false: "2024-05-02"}[strings.Contains(r.Text, "10")]
	})
	if list, _, _ := o.changes(&changeFilter{silent: true}, "", 10); len(list) != 1 {
		t.Fatalf("silent changes = %v, want one", list)
	}
	if list, _, _ := surveyed(t, s, o, true).changes(&changeFilter{silent: true}, "", 10); len(list) != 0 {
		t.Errorf("silent changes by the rules of today = %v, want none", list)
	}
	const pier = "https://council.example/pier"
	put(t, s, pier, may(1), "The pier is open.")
	o = surveyed(t, s, o, true)
	readAgain(t, s, pier, func(r *archive.Reading) { r.Title = "On the pier" })
	if again := surveyed(t, s, o, true); again.byKey[keyFor(pier)] == o.byKey[keyFor(pier)] || again.byKey[keyFor(wall)] != o.byKey[keyFor(wall)] {
		t.Error("a title that was read anew makes no new entry, or all entries new")
	}
}

// TestAllAreLookedAtInTheEnd proves that a look at some of the pages is followed by one at all of them, also when nothing more happens.
func TestAllAreLookedAtInTheEnd(t *testing.T) {
	v := &overviews{swept: time.Now().Add(-2 * sweepEvery)}
	some, all := &overview{}, &overview{swept: true}
	if !v.owed(some) || v.owed(all) {
		t.Errorf("owed: after some pages %v, after all %v", v.owed(some), v.owed(all))
	}
	if v.swept = time.Now(); v.owed(some) {
		t.Error("all pages are to be looked at again, although they just were")
	}
	s := newStore(t)
	put(t, s, wall, may(1), "The wall stays.")
	first := surveyed(t, s, nil, false)
	if later := surveyed(t, s, first, false); !first.swept || later.swept {
		t.Errorf("all were looked at: %v, then %v; want true, false", first.swept, later.swept)
	}
}
