package archivetest

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/archive"
)

func move(t *testing.T, s archive.Store) {
	// A first visit that was redirected: the page lives where it was read.
	if got := put(t, s, moved(pageC, pageA, 1, "One.")); got.URL != pageA || got.Version != 1 {
		t.Errorf("redirected first visit: %+v", got)
	}
	put(t, s, capture(pageA, 2, "One."))
	got := put(t, s, moved(pageA, pageB, 3, "Two."))
	if got.URL != pageB || got.Version != 2 {
		t.Errorf("redirected visit: %+v", got)
	}
	p := page(t, s, pageA)
	if d := cmp.Diff([]string{pageC, pageA}, p.Aliases); d != "" {
		t.Errorf("aliases (-want +got):\n%s", d)
	}
	if p.URL != pageB || p.Versions != 2 || p.State != archive.Live || p.Captures != 3 {
		t.Errorf("page: %+v", p)
	}
	want := []fact{
		{1, 2, archive.Live, 1, "first seen"},
		{3, 3, archive.PageMoved, 0, "moved from " + pageA + " to " + pageB},
		{3, 4, archive.Live, 2, "edited"},
	}
	put(t, s, moved(pageA, pageB, 4, "Two.")) // the same move is told once
	for _, url := range []string{pageA, pageB, pageC} {
		if d := cmp.Diff(want, facts(t, s, url)); d != "" {
			t.Errorf("events of %s (-want +got):\n%s", url, d)
		}
	}
	if list := all(t, s.Pages(t.Context(), "")); len(list) != 1 || list[0].URL != pageB {
		t.Errorf("Pages: %+v", list)
	}
	// An older capture of an import does not move it back.
	put(t, s, moved(pageC, pageA, 0, "Zero."))
	if p := page(t, s, pageC); p.URL != pageB || p.Versions != 3 {
		t.Errorf("page after an older redirect: %+v", p)
	}
	// It may move back.
	put(t, s, moved(pageB, pageA, 5, "Two."))
	if p := page(t, s, pageB); p.URL != pageA || p.ETag != `"5"` {
		t.Errorf("page after it moved back: %+v", p)
	}
}

func moveToPage(t *testing.T, s archive.Store) {
	put(t, s, capture(pageA, 1, "One."), capture(pageA, 3, "Three."), capture(pageB, 2, "Two."), capture(pageB, 4, "Three."))
	got := put(t, s, moved(pageA, pageB, 5, "Five."))
	if got.URL != pageB || got.Version != 4 || got.Outcome != archive.Stored {
		t.Errorf("Commit: %+v", got)
	}
	if d := cmp.Diff([]string{"One.", "Two.", "Three.", "Five."}, texts(t, s, pageA)); d != "" {
		t.Errorf("texts (-want +got):\n%s", d)
	}
	p := page(t, s, pageA)
	if p.URL != pageB || p.Captures != 5 || len(p.Aliases) != 1 {
		t.Errorf("page: %+v", p)
	}
	list := facts(t, s, pageB)
	if n := len(list); n != 5 || list[3].State != archive.PageMoved || list[4].Version != 4 {
		t.Errorf("events: %+v", list)
	}
}

// A visit that came late only confirms a version, and shows as well that an address was the page's before it led elsewhere:
// that is a move, which those on record did not tell.
func moveLate(t *testing.T, s archive.Store) {
	put(t, s, capture(pageA, 1, "One."), moved(pageB, pageA, 3, "One."), capture(pageB, 4, "One."))
	if d := cmp.Diff([]fact{{1, 4, archive.Live, 1, "first seen"}}, facts(t, s, pageA)); d != "" {
		t.Errorf("events (-want +got):\n%s", d)
	}
	if r := put(t, s, capture(pageB, 2, "One.")); !r.Late || r.Outcome != archive.Unchanged {
		t.Errorf("the late visit: %+v", r)
	}
	got := facts(t, s, pageA)
	if len(got) != 2 || got[1].State != archive.PageMoved || got[1].Detail != "moved from "+pageB+" to "+pageA {
		t.Errorf("events: %+v, want that the page moved", got)
	}
}

func join(t *testing.T, s archive.Store) {
	put(t, s,
		capture(pageA, 1, "One."), capture(pageA, 5, "One."), visit(pageA, 6, archive.Gone), visit(pageA, 7, archive.Unchanged),
		capture(pageB, 2, "One."), capture(pageB, 3, "Two."), capture(pageB, 8, "One."), moved(pageC, pageB, 9, "One."))
	for range 2 { // twice is once
		if err := s.Join(t.Context(), pageA, pageB); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff([]string{"One.", "Two.", "One."}, texts(t, s, pageA)); d != "" {
			t.Errorf("texts (-want +got):\n%s", d)
		}
		p := page(t, s, pageA)
		if d := cmp.Diff([]string{pageC, pageA}, p.Aliases); d != "" {
			t.Errorf("aliases (-want +got):\n%s", d)
		}
		if p.URL != pageB || p.Captures != 7 || !p.FirstSeen.Equal(at(1)) || p.State != archive.Live {
			t.Errorf("page: %+v", p)
		}
		want := []fact{
			{1, 2, archive.Live, 1, "first seen"}, {3, 3, archive.Live, 2, "edited"}, {5, 5, archive.Live, 3, "restored"},
			{6, 6, archive.PageGone, 0, ""}, {7, 9, archive.Live, 0, "back"},
		}
		if d := cmp.Diff(want, facts(t, s, pageC)); d != "" {
			t.Errorf("events (-want +got):\n%s", d)
		}
	}
	last := at(0)
	for _, v := range all(t, s.Visits(t.Context(), pageB)) {
		if v.Time.Before(last) {
			t.Errorf("visit at %s stands after %s", v.Time, last)
		}
		last = v.Time
	}
	if n := len(all(t, s.Visits(t.Context(), ""))); n != 8 {
		t.Errorf("%d visits in all, want 8", n)
	}
	put(t, s, capture(pageA, 10, "Ten."))
	if p := page(t, s, pageB); p.Versions != 4 {
		t.Errorf("a capture at the joined address: %+v", p)
	}
	if err := s.Join(t.Context(), "https://harbour.example/other", pageA); err != nil {
		t.Fatal(err)
	}
	if p := page(t, s, "https://harbour.example/other"); p.URL != pageB {
		t.Errorf("an address without visits joined: %+v", p)
	}
}

// digest is that of the bytes of capture(url, n, text).
func digest(url string, n int, text string) archive.Digest { return capture(url, n, text).RawDigest }

func rederive(t *testing.T, s archive.Store) {
	put(t, s, capture(pageA, 1, "One. Share"), capture(pageA, 2, "One. Share now"), capture(pageA, 3, "One. Share now"),
		visit(pageA, 4, archive.Gone), capture(pageA, 5, "Two."), visit(pageA, 6, archive.Unchanged), capture(pageB, 7, "Other."))
	events := facts(t, s, pageA)
	if len(events) != 4 {
		t.Fatalf("events: %+v", events)
	}
	today := func(text string) *archive.Reading {
		r := reading(text)
		r.Rules = "rules/2"
		return r
	}
	// Share and Share now were never part of the statement: one version. The third capture is not read again.
	read := map[archive.Digest]*archive.Reading{
		digest(pageA, 1, "One. Share"):     today("One."),
		digest(pageA, 2, "One. Share now"): today("One."),
		digest(pageA, 5, "Two."):           today("Two, and more."),
	}
	for i, want := range [][2]int{{3, 2}, {2, 2}} {
		before, after, err := s.Rederive(t.Context(), pageA, read)
		if err != nil || before != want[0] || after != want[1] {
			t.Errorf("Rederive %d: %d to %d, %v, want %v", i, before, after, err, want)
		}
		list := all(t, s.Versions(t.Context(), pageA))
		if len(list) != 2 || list[0].Text != "One." || list[0].Captures != 3 || list[0].Rules != "rules/2" || list[1].Text != "Two, and more." || list[1].Captures != 2 {
			t.Errorf("versions: %+v", list)
		}
		facts := facts(t, s, pageA)
		wantFacts := []fact{{1, 3, archive.Live, 1, "first seen"}, {4, 4, archive.PageGone, 0, ""}, {5, 6, archive.Live, 2, "back, edited"}}
		if d := cmp.Diff(wantFacts, facts); d != "" {
			t.Errorf("events (-want +got):\n%s", d)
		}
		holds(t, s)
	}
	c := capture(pageA, 8, "Two, and more.")
	c.Reading.Rules = "rules/2"
	if got := put(t, s, c); got.Outcome != archive.Unchanged || got.Version != 2 {
		t.Errorf("a capture after it: %+v", got)
	}
	// Tomorrow's rules see a change that was there: a version, and no event.
	delete(read, digest(pageA, 1, "One. Share"))
	read[digest(pageA, 3, "One. Share now")] = today("One, edited.")
	if before, after, err := s.Rederive(t.Context(), pageA, read); err != nil || before != 2 || after != 3 {
		t.Errorf("Rederive: %d to %d, %v, want 2 to 3", before, after, err)
	}
	want := []fact{{1, 3, archive.Live, 1, "first seen"}, {4, 4, archive.PageGone, 0, ""}, {5, 8, archive.Live, 3, "back, edited"}}
	if d := cmp.Diff(want, facts(t, s, pageA)); d != "" {
		t.Errorf("events of a version that was found later (-want +got):\n%s", d)
	}
	put(t, s, visit(pageA, 0, archive.Gone)) // the visits are followed again
	if got := facts(t, s, pageA); len(got) != 4 || got[0].State != archive.PageGone {
		t.Errorf("events after a late visit: %+v", got)
	}
	if p := page(t, s, pageB); p.Versions != 1 {
		t.Errorf("another page: %+v", p)
	}
}

func rederiveNone(t *testing.T, s archive.Store) {
	put(t, s, capture(pageA, 1, "One."), capture(pageA, 2, "Please wait."), capture(pageA, 3, "Please wait."), capture(pageA, 4, "Four."))
	bad := failed(pageA, 5, "challenge", 200)
	bad.Raw = []byte("<p>It was the text after all.</p>")
	put(t, s, bad)
	read := map[archive.Digest]*archive.Reading{digest(pageA, 2, "Please wait."): nil, archive.Sum(bad.Raw): reading("Five.")}
	if before, after, err := s.Rederive(t.Context(), pageA, read); err != nil || before != 3 || after != 3 {
		t.Fatalf("Rederive: %d to %d, %v, want 3 to 3", before, after, err)
	}
	if d := cmp.Diff([]string{"One.", "Four.", "Five."}, texts(t, s, pageA)); d != "" {
		t.Errorf("texts (-want +got):\n%s", d)
	}
	want := []archive.Outcome{archive.Stored, archive.Failed, archive.Failed, archive.Stored, archive.Stored}
	if d := cmp.Diff(want, outcomes(t, s, pageA)); d != "" {
		t.Errorf("outcomes (-want +got):\n%s", d)
	}
	for _, v := range all(t, s.Visits(t.Context(), pageA)) {
		if (v.Outcome == archive.Failed) != (v.Reason != "") {
			t.Errorf("visit at %s: %s %q", v.Time, v.Outcome, v.Reason)
		}
	}
	read = map[archive.Digest]*archive.Reading{}
	for _, c := range all(t, s.Captures(t.Context(), pageA)) {
		read[c.RawDigest] = nil
	}
	if _, after, err := s.Rederive(t.Context(), pageA, read); err != nil || after != 0 {
		t.Fatalf("Rederive to nothing: %d, %v", after, err)
	}
	if p := page(t, s, pageA); p.Versions != 0 || p.Captures != 5 || !p.FirstSeen.IsZero() || p.Title != "" {
		t.Errorf("page without versions: %+v", p)
	}
}

// What a visit is because of other visits does not change with its bytes' reading, though they are those of a version.
func rederiveHeld(t *testing.T, s archive.Store) {
	one, two := capture(pageA, 1, "One."), capture(pageA, 2, "Two.")
	put(t, s, one, two)
	for i, reason := range []string{"alternating", "unconfirmed loss"} {
		held := failed(pageA, 3+i, reason, 200)
		held.Raw = one.Raw
		put(t, s, held)
	}
	aid := visit(pageA, 5, archive.Stored)
	aid.Raw, aid.Reason = one.Raw, "listing"
	gone := visit(pageA, 6, archive.Gone)
	gone.Raw = one.Raw
	put(t, s, aid, gone)
	was := outcomes(t, s, pageA)
	today := func(text string) *archive.Reading {
		r := reading(text)
		r.Rules = "rules/2"
		return r
	}
	read := map[archive.Digest]*archive.Reading{archive.Sum(one.Raw): today("One, read again."), archive.Sum(two.Raw): today("Two, read again.")}
	if before, after, err := s.Rederive(t.Context(), pageA, read); err != nil || before != 2 || after != 2 {
		t.Fatalf("Rederive: %d to %d, %v, want 2 to 2", before, after, err)
	}
	if d := cmp.Diff(was, outcomes(t, s, pageA)); d != "" {
		t.Errorf("outcomes (-before +after):\n%s", d)
	}
	if d := cmp.Diff([]string{"One, read again.", "Two, read again."}, texts(t, s, pageA)); d != "" {
		t.Errorf("texts (-want +got):\n%s", d)
	}
	holds(t, s)
}
