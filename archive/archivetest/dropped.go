package archivetest

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/ledger"
)

// onChange is a capture whose bytes need not be kept when they tell nothing new.
func onChange(c *archive.Capture) *archive.Capture {
	c.OnChange = true
	return c
}

// isDropped fails the test unless the bytes are not there by decision.
func isDropped(t *testing.T, s archive.Store, body []byte) {
	t.Helper()
	_, err := s.Blob(t.Context(), archive.Sum(body))
	var d *archive.DroppedError
	if !errors.As(err, &d) || d.Digest != archive.Sum(body) || !errors.Is(err, archive.ErrDropped) || !errors.Is(err, archive.ErrNotFound) || !archive.Decided(err) {
		t.Errorf("Blob of %q: %v, want that it was not kept", body, err)
	}
}

// isKept fails the test unless the bytes are there.
func isKept(t *testing.T, s archive.Store, body []byte) {
	t.Helper()
	if b, err := s.Blob(t.Context(), archive.Sum(body)); err != nil || string(b) != string(body) {
		t.Errorf("Blob of %q: %q, %v", body, b, err)
	}
}

func drop(t *testing.T, s archive.Store) {
	one, same, two := onChange(capture(pageA, 1, "One.")), onChange(capture(pageA, 2, "One.")), onChange(capture(pageA, 4, "Two."))
	put(t, s, one)
	if r := put(t, s, same); r.Outcome != archive.Unchanged || r.Version != 1 {
		t.Errorf("the same text: %+v", r)
	}
	if r := put(t, s, same); !r.Again || r.Outcome != archive.Unchanged || r.Version != 1 {
		t.Errorf("the same capture again: %+v", r)
	}
	put(t, s, visit(pageA, 3, archive.Unchanged), two)
	isKept(t, s, one.Raw)
	isDropped(t, s, same.Raw)
	isKept(t, s, two.Raw)
	var got []archive.Dropped
	for _, c := range all(t, s.Captures(t.Context(), pageA)) {
		got = append(got, c.Dropped)
		if (c.Absent == archive.AbsentDropped) != c.Dropped.Any() || c.OnChange {
			t.Errorf("capture in minute %d: absent %q, dropped %+v, on change %v", c.Time.Minute(), c.Absent, c.Dropped, c.OnChange)
		}
		if c.Time.Equal(same.Time) && (c.RawDigest != same.RawDigest || c.Source() != one.RawDigest || c.Bytes != same.Bytes || len(c.Hops) != 1) {
			t.Errorf("capture: %+v, want its facts, and that it was read from %s", c, one.RawDigest)
		}
	}
	if d := cmp.Diff([]archive.Dropped{{}, {Raw: true, Instead: one.RawDigest}, {}}, got); d != "" {
		t.Errorf("dropped (-want +got):\n%s", d)
	}
	st, err := s.Stats(t.Context())
	if err != nil || st.Dropped != 1 || st.DroppedBytes != int64(len(same.Raw)) || st.RawBytes != int64(len(one.Raw)+len(same.Raw)+len(two.Raw)) {
		t.Errorf("Stats: %+v, %v", st, err)
	}
	// What is not kept need not be brought; what is to be kept must.
	known := *same
	known.Time, known.Raw = at(5), nil
	known.Reading = two.Reading
	if r := put(t, s, &known); r.Outcome != archive.Unchanged || r.Version != 2 {
		t.Errorf("a capture without bytes: %+v", r)
	}
	known.Time, known.OnChange = at(6), false
	if _, err := s.Commit(t.Context(), &known, nil); !errors.Is(err, archive.ErrDropped) {
		t.Errorf("a capture without bytes that are to be kept: %v", err)
	}
}

func dropNot(t *testing.T, s archive.Store) {
	put(t, s, onChange(capture(pageA, 1, "One.")), onChange(capture(pageB, 1, "Elsewhere.")))
	n := 2
	for name, change := range map[string]func(*archive.Capture){
		"nobody asks for it":    func(c *archive.Capture) { c.OnChange = false },
		"another title":         func(c *archive.Capture) { c.Reading.Title = "Another" },
		"another day":           func(c *archive.Capture) { c.Reading.Modified = "2026-02-20" },
		"a flag":                func(c *archive.Capture) { c.Flags = []string{"cut short"} },
		"another type":          func(c *archive.Capture) { c.MediaType = "application/xhtml+xml" },
		"rendered":              func(c *archive.Capture) { c.Rendered = fmt.Appendf(nil, "<p>%d</p>", c.Time.Minute()) },
		"it failed":             func(c *archive.Capture) { c.Reading, c.Outcome, c.Reason = nil, archive.Failed, "challenge" },
		"in the same moment":    func(c *archive.Capture) { c.Time = at(1) },
		"the first of its page": func(c *archive.Capture) { c.URL, c.FinalURL = pageC, pageC },
	} {
		c := onChange(capture(pageA, n, "One."))
		n++
		change(c)
		c.RawDigest = archive.Digest{}
		c.Raw = append(c.Raw, name...)
		put(t, s, c)
		isKept(t, s, c.Raw)
		if c.Rendered != nil {
			isKept(t, s, c.Rendered)
		}
		put(t, s, capture(pageA, n, "One.")) // what the next one is held against
		n++
	}
	other := onChange(moved(pageA, "https://harbour.example/new", n, "One."))
	put(t, s, other)
	isKept(t, s, other.Raw)
	// Bytes that are there for another page are kept with this one, too.
	shared := onChange(capture("https://harbour.example/new", n+1, "One."))
	elsewhere := onChange(capture(pageB, n, "Elsewhere, and new."))
	shared.Raw, shared.RawDigest = elsewhere.Raw, elsewhere.RawDigest
	put(t, s, elsewhere, shared)
	for _, c := range all(t, s.Captures(t.Context(), pageA)) {
		if c.Absent != "" || c.Dropped.Any() {
			t.Errorf("capture in minute %d: absent %q, dropped %+v", c.Time.Minute(), c.Absent, c.Dropped)
		}
	}
}

func dropBrought(t *testing.T, s archive.Store) {
	one, same := capture(pageA, 1, "One."), onChange(capture(pageA, 2, "One."))
	put(t, s, one, same)
	isDropped(t, s, same.Raw)
	again := onChange(capture(pageA, 3, "One."))
	again.Raw, again.RawDigest = same.Raw, same.RawDigest
	put(t, s, again)
	isDropped(t, s, same.Raw)
	kept := capture(pageB, 4, "The same bytes read otherwise.")
	kept.Raw, kept.RawDigest = same.Raw, same.RawDigest
	put(t, s, kept)
	isKept(t, s, same.Raw)
	for _, c := range all(t, s.Captures(t.Context(), pageA)) {
		want := archive.Dropped{}
		if c.RawDigest == same.RawDigest {
			want = archive.Dropped{Raw: true, Instead: one.RawDigest}
		}
		if c.Absent != "" || c.Dropped != want || c.Source() != one.RawDigest {
			t.Errorf("capture in minute %d: absent %q, dropped %+v, read from %s", c.Time.Minute(), c.Absent, c.Dropped, c.Source())
		}
	}
}

func dropRendered(t *testing.T, s archive.Store) {
	one, same := rendered(pageA, 1, "One."), onChange(rendered(pageA, 2, "One."))
	put(t, s, one, same)
	isKept(t, s, []byte(shell))
	isDropped(t, s, same.Rendered)
	c := all(t, s.Captures(t.Context(), pageA))[1]
	if want := (archive.Dropped{Rendered: true, Instead: one.RenderedDigest}); c.Dropped != want || c.Absent != archive.AbsentDropped || c.Source() != one.RenderedDigest {
		t.Errorf("capture: absent %q, dropped %+v, read from %s", c.Absent, c.Dropped, c.Source())
	}
	// The document is the same, and the shell another: what was read is there.
	shells := onChange(rendered(pageA, 3, "One."))
	shells.Raw, shells.Rendered = []byte(shell+"<!-- another -->"), one.Rendered
	shells.RawDigest, shells.RenderedDigest = archive.Digest{}, archive.Digest{}
	put(t, s, shells)
	isDropped(t, s, shells.Raw)
	if c, err := s.LastCapture(t.Context(), pageA); err != nil || !c.Dropped.Raw || c.Dropped.Rendered || c.Source() != one.RenderedDigest {
		t.Errorf("capture: %+v, %v", c, err)
	}
}

// newer are readings by other rules.
func newer(text string) *archive.Reading {
	r := reading(text)
	r.Rules = "rules/2"
	return r
}

func dropRederive(t *testing.T, s archive.Store) {
	ctx := t.Context()
	one, same, two := capture(pageA, 1, "One."), onChange(capture(pageA, 2, "One.")), capture(pageA, 4, "Two.")
	last := onChange(capture(pageA, 5, "Two."))
	put(t, s, one, same, two, last)
	check := func(what string, want ...string) {
		t.Helper()
		if d := cmp.Diff(want, texts(t, s, pageA)); d != "" {
			t.Errorf("%s: texts (-want +got):\n%s", what, d)
		}
		holds(t, s)
	}
	rederive := func(a, b *archive.Reading) {
		t.Helper()
		if _, _, err := s.Rederive(ctx, pageA, map[archive.Digest]*archive.Reading{one.RawDigest: a, two.RawDigest: b}); err != nil {
			t.Fatal(err)
		}
	}
	rederive(newer("One, read anew."), newer("Two."))
	check("read anew", "One, read anew.", "Two.")
	rederive(nil, newer("Two."))
	check("no version now", "Two.")
	if v := all(t, s.Visits(ctx, pageA))[1]; v.Outcome != archive.Failed || v.Version != 0 || v.Absent != archive.AbsentDropped {
		t.Errorf("visit: %+v, want what became of the one that it was read with", v)
	}
	rederive(newer("One."), newer("Two."))
	check("a version again", "One.", "Two.")
	if v := all(t, s.Visits(ctx, pageA))[1]; v.Version != 1 {
		t.Errorf("visit: %+v, want that it shows version 1 again", v)
	}
	// One that came late parts what was one version: the second half begins with bytes that are not there.
	put(t, s, capture(pageA, 3, "Late."))
	check("late", "One.", "Late.", "Two.")
	late := capture(pageA, 1, "Between.")
	late.Time = at(1).Add(30e9)
	put(t, s, late)
	check("late, between", "One.", "Between.", "One.", "Late.", "Two.")
	v, err := s.Version(ctx, pageA, 3)
	if want := (archive.Dropped{Raw: true, Instead: one.RawDigest}); err != nil || v.Dropped != want || v.RawDigest != same.RawDigest || v.Source() != one.RawDigest || v.Change.Restores != 1 {
		t.Errorf("version 3: %+v, %v, want one that restores 1, and says that its bytes were not kept", v, err)
	}
	rederive(newer("One, read anew."), newer("Two."))
	check("read anew, parted", "One, read anew.", "Between.", "One, read anew.", "Late.", "Two.")
	put(t, s, capture(pageB, 9, "Elsewhere."))
	if err := s.Join(ctx, pageA, pageB); err != nil {
		t.Fatal(err)
	}
	rederive(newer("One."), newer("Two, read anew."))
	check("joined", "One.", "Between.", "One.", "Late.", "Two, read anew.", "Elsewhere.")
}

func dropForget(t *testing.T, s archive.Store) {
	one, same, two := capture(pageA, 1, "One."), onChange(capture(pageA, 2, "One.")), capture(pageA, 3, "Two.")
	put(t, s, one, same, two, onChange(capture(pageA, 4, "Two.")))
	r := forget(t, s, pageA, 1)
	if r.Captures != 1 || r.Bodies != 1 || r.Bytes != int64(len(one.Raw)) || r.Texts != 1 {
		t.Errorf("removal: %+v, want the bytes that are there", r)
	}
	_, err := s.Blob(t.Context(), same.RawDigest)
	isForgotten(t, "bytes that were not kept", err)
	if v := all(t, s.Visits(t.Context(), pageA))[1]; v.Absent != archive.AbsentForgotten || !v.Dropped.Raw {
		t.Errorf("visit: absent %q, dropped %+v", v.Absent, v.Dropped)
	}
	elsewhere := *same
	elsewhere.URL, elsewhere.FinalURL, elsewhere.Time = pageB, pageB, at(9)
	if r := put(t, s, &elsewhere); r.Outcome != archive.Blocked {
		t.Errorf("the same bytes on another page: %+v, want that they are barred", r)
	}
	if err := s.Readmit(t.Context(), pageA, "settled", "desk"); err != nil {
		t.Fatal(err)
	}
	back := onChange(capture(pageA, 10, "Two."))
	back.Raw, back.RawDigest = same.Raw, same.RawDigest
	put(t, s, back)
	isKept(t, s, same.Raw) // what says that it was forgotten cannot say as well that it was never kept
}

// What was forgotten of one page bars nothing that was not kept of another: such bytes come again as before.
func dropBars(t *testing.T, s archive.Store) {
	one, same, two := capture(pageA, 1, "One."), onChange(capture(pageA, 2, "One.")), capture(pageA, 3, "Two.")
	put(t, s, one, same, two, capture(pageB, 1, "Elsewhere."))
	forget(t, s, pageB, 0)
	for n, kept := range []bool{false, true} {
		put(t, s, capture(pageA, 10*n+10, "One."))
		again := onChange(capture(pageA, 10*n+11, "One."))
		again.Raw, again.RawDigest, again.OnChange = same.Raw, same.RawDigest, !kept
		if r := put(t, s, again); r.Outcome != archive.Unchanged {
			t.Errorf("the same bytes again: %+v", r)
		}
		if kept {
			isKept(t, s, same.Raw)
		} else {
			isDropped(t, s, same.Raw)
		}
	}
}

func dropLedger(t *testing.T, s archive.Store, k ledger.Keeper) {
	one, same := capture(pageA, 1, "One."), onChange(capture(pageA, 2, "One."))
	put(t, s, one, same)
	var got []archive.Dropped
	for _, l := range all(t, k.Leaves(t.Context(), pageA)) {
		if l.Leaf.Kind != ledger.Capture {
			continue
		}
		c, err := ledger.ParseFacts(l.Facts)
		if err != nil || archive.Sum(l.Facts) != l.Leaf.Facts {
			t.Fatalf("facts: %v\n%s", err, l.Facts)
		}
		got = append(got, c.Dropped)
	}
	if d := cmp.Diff([]archive.Dropped{{}, {Raw: true, Instead: one.RawDigest}}, got); d != "" {
		t.Errorf("dropped, by the facts (-want +got):\n%s", d)
	}
}
