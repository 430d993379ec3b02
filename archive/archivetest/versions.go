package archivetest

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/archive"
)

func firstCapture(t *testing.T, s archive.Store) {
	got := put(t, s, capture(pageA, 1, "We regret."))
	want := archive.Result{URL: pageA, Outcome: archive.Stored, Version: 1, Change: archive.Change{Kind: archive.First}}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("Commit (-want +got):\n%s", d)
	}
	wantPage := archive.Page{
		URL: pageA, Site: "harbour", Title: "On the harbour wall", Published: "2026-02-01", Modified: "2026-02-02", State: archive.Live,
		Versions: 1, Captures: 1, FirstSeen: at(1), LastSeen: at(1), LastVisit: at(1), LastChanged: at(1), ETag: `"1"`,
	}
	if d := cmp.Diff(wantPage, page(t, s, pageA)); d != "" {
		t.Errorf("Page (-want +got):\n%s", d)
	}
	c := capture(pageA, 1, "We regret.")
	wantVersion := archive.Version{
		URL: pageA, Number: 1, Reading: *c.Reading, FirstSeen: at(1), LastSeen: at(1), Captures: 1,
		RawDigest: c.RawDigest, MediaType: "text/html", Change: archive.Change{Kind: archive.First},
	}
	if d := cmp.Diff([]archive.Version{wantVersion}, all(t, s.Versions(t.Context(), pageA))); d != "" {
		t.Errorf("Versions (-want +got):\n%s", d)
	}
}

// roundTrip puts a capture with every field set on record and reads it back.
func roundTrip(t *testing.T, s archive.Store) {
	c := moved(pageB, pageA, 3, "Text with \u202e marks and 🙂.")
	c.Flags = []string{"false coding", "length unknown"}
	c.Detail = "<script>\x1b[31m"
	c.Reading.Title = "not \xff UTF-8"
	c.Reading.Authors, c.Reading.Topics, c.Reading.Dates = nil, []string{"", "b"}, nil
	put(t, s, c)
	want := *c
	want.Raw, want.Reading, want.Version = nil, nil, 1
	got := all(t, s.Captures(t.Context(), pageA))
	if d := cmp.Diff([]archive.Capture{want}, got); d != "" {
		t.Errorf("Captures (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]archive.Visit{want.Visit}, all(t, s.Visits(t.Context(), pageB))); d != "" {
		t.Errorf("Visits (-want +got):\n%s", d)
	}
	last, err := s.LastCapture(t.Context(), pageB)
	if d := cmp.Diff(want, last); d != "" || err != nil {
		t.Errorf("LastCapture: %v (-want +got):\n%s", err, d)
	}
	v, err := s.Version(t.Context(), pageA, 1)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(*c.Reading, v.Reading); d != "" {
		t.Errorf("Version (-want +got):\n%s", d)
	}
	f := visit(pageC, 4, archive.Deferred)
	f.Reason, f.FinalURL, f.Hops, f.Until = "retry after", "", nil, at(59)
	put(t, s, f)
	if d := cmp.Diff([]archive.Visit{f.Visit}, all(t, s.Visits(t.Context(), pageC))); d != "" {
		t.Errorf("Visits of a deferred page (-want +got):\n%s", d)
	}
}

func unchanged(t *testing.T, s archive.Store) {
	put(t, s, capture(pageA, 1, "One."), capture(pageA, 2, "Two."))
	c := capture(pageA, 3, "Two.")
	c.Reading.Markdown, c.Reading.Language, c.Reading.Dates = "**other**", "de", nil // no part of what makes a version
	if got := put(t, s, c); got.Outcome != archive.Unchanged || got.Version != 2 {
		t.Errorf("Commit of an equal reading: %+v", got)
	}
	v, err := s.Version(t.Context(), pageA, -1)
	if err != nil || v.Number != 2 || v.Captures != 2 || !v.FirstSeen.Equal(at(2)) || !v.LastSeen.Equal(at(3)) {
		t.Errorf("last version: %+v, %v", v, err)
	}
	if v.RawDigest != capture(pageA, 2, "Two.").RawDigest || v.Markdown != "# Two." {
		t.Errorf("version 2 is of the bytes %s and reads %q, want those of its first capture", v.RawDigest, v.Markdown)
	}
	p := page(t, s, pageA)
	if p.Captures != 3 || p.Versions != 2 || !p.LastSeen.Equal(at(3)) || !p.LastChanged.Equal(at(2)) {
		t.Errorf("page: %+v", p)
	}
	got := outcomes(t, s, pageA)
	if d := cmp.Diff([]archive.Outcome{archive.Stored, archive.Stored, archive.Unchanged}, got); d != "" {
		t.Errorf("outcomes (-want +got):\n%s", d)
	}
}

// outcomes are the outcomes of a page's visits.
func outcomes(t *testing.T, s archive.Store, url string) []archive.Outcome {
	t.Helper()
	var list []archive.Outcome
	for _, v := range all(t, s.Visits(t.Context(), url)) {
		list = append(list, v.Outcome)
	}
	return list
}

func titleAndDates(t *testing.T, s archive.Store) {
	put(t, s, capture(pageA, 1, "One."))
	for i, change := range []func(*archive.Reading){
		func(r *archive.Reading) { r.Title = "Another" },
		func(r *archive.Reading) { r.Title, r.Published = "Another", "2026-02-03" },
		func(r *archive.Reading) { r.Title, r.Published, r.Modified = "Another", "2026-02-03", "" },
	} {
		c := capture(pageA, 2+i, "One.")
		change(c.Reading)
		got := put(t, s, c)
		if got.Outcome != archive.Stored || got.Version != 2+i || got.Change.Kind == archive.Restored || got.Change.Silent {
			t.Errorf("change %d: %+v", i, got)
		}
		if got.Change.Touched != (i > 0) {
			t.Errorf("change %d: touched %v", i, got.Change.Touched)
		}
		if p := page(t, s, pageA); p.Title != c.Reading.Title || p.Published != c.Reading.Published || p.Modified != c.Reading.Modified {
			t.Errorf("page after change %d: %+v", i, p)
		}
	}
}

func restored(t *testing.T, s archive.Store) {
	put(t, s, capture(pageA, 1, "One."), capture(pageA, 2, "Two."), capture(pageA, 3, "Three."))
	got := put(t, s, capture(pageA, 4, "One."))
	if got.Change.Kind != archive.Restored || got.Change.Restores != 1 || got.Version != 4 || !got.Change.Silent {
		t.Errorf("return to version 1: %+v", got)
	}
	put(t, s, capture(pageA, 5, "Five."))
	if got := put(t, s, capture(pageA, 6, "One.")); got.Change.Restores != 4 {
		t.Errorf("second return: restores %d, want the last one that was equal, 4", got.Change.Restores)
	}
	c := capture(pageA, 7, "Two.")
	c.Reading.Modified = "2026-03-01"
	if got := put(t, s, c); got.Change.Kind != archive.Restored || got.Change.Restores != 2 || got.Change.Silent {
		t.Errorf("return to a text with another day: %+v", got)
	}
	v, err := s.Version(t.Context(), pageA, 4)
	if err != nil || v.Change.Restores != 1 || v.Change.WordsAdded == 0 || v.Change.WordsRemoved == 0 {
		t.Errorf("version 4: %+v, %v", v.Change, err)
	}
}

func notModified(t *testing.T, s archive.Store) {
	put(t, s, capture(pageA, 1, "One."))
	if got := put(t, s, visit(pageA, 2, archive.Unchanged)); got.Outcome != archive.Unchanged || got.Version != 1 {
		t.Errorf("Commit of a 304: %+v", got)
	}
	p := page(t, s, pageA)
	if !p.LastSeen.Equal(at(2)) || !p.LastVisit.Equal(at(2)) || p.Captures != 2 || p.ETag != `"1"` {
		t.Errorf("page: %+v", p)
	}
	v, err := s.Version(t.Context(), pageA, 1)
	if err != nil || v.Captures != 2 || !v.LastSeen.Equal(at(2)) {
		t.Errorf("version: %+v, %v", v, err)
	}
	if n := len(all(t, s.Captures(t.Context(), pageA))); n != 1 {
		t.Errorf("%d captures brought bytes, want 1", n)
	}
	put(t, s, visit(pageB, 3, archive.Unchanged))
	if p := page(t, s, pageB); p.Versions != 0 || p.Captures != 0 {
		t.Errorf("a 304 of a page without versions: %+v", p)
	}
}

func again(t *testing.T, s archive.Store) {
	captures := []*archive.Capture{
		capture(pageA, 1, "One."), capture(pageA, 2, "One."), capture(pageA, 4, "Two."), capture(pageA, 3, "Three."),
		visit(pageA, 5, archive.Gone), moved(pageA, pageB, 6, "Two."), visit(pageC, 7, archive.Failed),
	}
	want := make([]archive.Result, len(captures))
	for i, c := range captures {
		want[i] = put(t, s, c)
	}
	visits := all(t, s.Visits(t.Context(), ""))
	before, events := page(t, s, pageA), all(t, s.Events(t.Context(), pageA))
	for i, c := range captures {
		got := put(t, s, c)
		if !got.Again {
			t.Errorf("capture %d: not again", i)
		}
		if got.Late != want[i].Late || got.Outcome != want[i].Outcome {
			t.Errorf("capture %d: %+v, was %+v", i, got, want[i])
		}
	}
	if d := cmp.Diff(visits, all(t, s.Visits(t.Context(), ""))); d != "" {
		t.Errorf("visits (-before +after):\n%s", d)
	}
	if d := cmp.Diff(before, page(t, s, pageB)); d != "" {
		t.Errorf("page (-before +after):\n%s", d)
	}
	if d := cmp.Diff(events, all(t, s.Events(t.Context(), pageA))); d != "" {
		t.Errorf("events (-before +after):\n%s", d)
	}
}

func late(t *testing.T, s archive.Store) {
	put(t, s, capture(pageA, 10, "One."), capture(pageA, 30, "Two."))
	for _, c := range []struct {
		name    string
		capture *archive.Capture
		outcome archive.Outcome
		version int
		texts   []string
	}{
		{"between, new", capture(pageA, 20, "Between."), archive.Stored, 2, []string{"One.", "Between.", "Two."}},
		{"between, as before", capture(pageA, 15, "One."), archive.Unchanged, 1, []string{"One.", "Between.", "Two."}},
		{"between, as after", capture(pageA, 25, "Two."), archive.Stored, 3, []string{"One.", "Between.", "Two."}},
		{"before all, new", capture(pageA, 5, "Zero."), archive.Stored, 1, []string{"Zero.", "One.", "Between.", "Two."}},
		{"before all, as the first", capture(pageA, 4, "Zero."), archive.Stored, 1, []string{"Zero.", "One.", "Between.", "Two."}},
		{"inside of a version", capture(pageA, 12, "One."), archive.Unchanged, 2, []string{"Zero.", "One.", "Between.", "Two."}},
		{"cuts a version in two", capture(pageA, 13, "Two."), archive.Stored, 3,
			[]string{"Zero.", "One.", "Two.", "One.", "Between.", "Two."}},
		{"a failure", visit(pageA, 14, archive.Gone), archive.Gone, 0,
			[]string{"Zero.", "One.", "Two.", "One.", "Between.", "Two."}},
		{"a 304", visit(pageA, 26, archive.Unchanged), archive.Unchanged, 6,
			[]string{"Zero.", "One.", "Two.", "One.", "Between.", "Two."}},
	} {
		got := put(t, s, c.capture)
		if !got.Late || got.Outcome != c.outcome || got.Version != c.version {
			t.Errorf("%s: %+v, want %s version %d", c.name, got, c.outcome, c.version)
		}
		if d := cmp.Diff(c.texts, texts(t, s, pageA)); d != "" {
			t.Errorf("%s: texts (-want +got):\n%s", c.name, d)
		}
		holds(t, s)
	}
	list := all(t, s.Versions(t.Context(), pageA))
	if list[5].Change.Restores != 3 || list[3].Change.Kind != archive.Restored || list[0].Change.Kind != archive.First {
		t.Errorf("changes: %+v %+v %+v", list[0].Change, list[3].Change, list[5].Change)
	}
	if list[5].RawDigest != capture(pageA, 25, "Two.").RawDigest {
		t.Errorf("version 6 begins with %s, want the bytes of the capture that came late", list[5].RawDigest)
	}
	if p := page(t, s, pageA); !p.FirstSeen.Equal(at(4)) || !p.LastSeen.Equal(at(30)) || p.State != archive.Live {
		t.Errorf("page: %+v", p)
	}
}

// anyOrder puts the same captures on record in several orders: the history is that of their times.
func anyOrder(t *testing.T, s archive.Store) {
	make := func(url string) []*archive.Capture {
		return []*archive.Capture{
			capture(url, 1, "One."), visit(url, 2, archive.Unchanged), capture(url, 3, "Two."), visit(url, 4, archive.Gone),
			visit(url, 5, archive.Gone), capture(url, 6, "Two."), capture(url, 7, "One."), failed(url, 8, "timeout", 0), capture(url, 9, "Nine."),
		}
	}
	orders := map[string][]int{
		"https://harbour.example/1": {0, 1, 2, 3, 4, 5, 6, 7, 8},
		"https://harbour.example/2": {8, 7, 6, 5, 4, 3, 2, 1, 0},
		"https://harbour.example/3": {4, 8, 0, 2, 6, 1, 7, 3, 5},
	}
	type history struct {
		Texts    []string
		Events   []archive.Event
		Outcomes []archive.Outcome
		Page     archive.Page
	}
	var want history
	for _, url := range []string{"https://harbour.example/1", "https://harbour.example/2", "https://harbour.example/3"} {
		captures := make(url)
		for _, i := range orders[url] {
			put(t, s, captures[i])
		}
		got := history{texts(t, s, url), all(t, s.Events(t.Context(), url)), outcomes(t, s, url), page(t, s, url)}
		got.Page.URL = ""
		if want.Texts == nil {
			want = got
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("in the order %v (-in order of time +got):\n%s", orders[url], d)
		}
	}
}

func notThere(t *testing.T, s archive.Store) {
	ctx := t.Context()
	is := func(what string, err error) {
		t.Helper()
		if !errors.Is(err, archive.ErrNotFound) {
			t.Errorf("%s: %v, want ErrNotFound", what, err)
		}
	}
	_, err := s.Page(ctx, pageA)
	is("Page", err)
	_, err = s.Version(ctx, pageA, 1)
	is("Version of no page", err)
	_, err = s.Blob(ctx, archive.Sum([]byte("x")))
	is("Blob", err)
	_, _, err = s.Rederive(ctx, pageA, nil)
	is("Rederive", err)
	is("Join", s.Join(ctx, pageB, pageA))
	for _, err := range s.Versions(ctx, pageA) {
		is("Versions", err)
	}
	for _, err := range s.Events(ctx, pageA) {
		is("Events", err)
	}
	for _, err := range s.Visits(ctx, pageA) {
		is("Visits", err)
	}
	put(t, s, capture(pageA, 1, "One."))
	for _, n := range []int{0, 2, -2, 1 << 40, -1 << 40} {
		_, err := s.Version(ctx, pageA, n)
		is("Version of a page with one", err)
	}
	c := capture(pageA, 2, "Two.")
	c.Raw = nil
	_, err = s.Commit(ctx, c, nil)
	is("Commit of a digest without bytes", err)
}
