package web

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/onrecord/onrecord/archive"
)

// on is a day of the tests' calendar, at ten.
func on(n int) time.Time { return time.Date(2024, 5, 1, 10, 0, 0, 0, time.UTC).AddDate(0, 0, n-1) }

// wellFormed checks that a picture is what an XML reader takes, so that no text broke out of its place.
func wellFormed(t *testing.T, markup string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(markup))
	for {
		if _, err := d.Token(); err == io.EOF {
			return
		} else if err != nil {
			t.Fatalf("%v in:\n%s", err, markup)
		}
	}
}

// visitsOn are visits with the outcomes, one a day.
func visitsOn(outcomes ...archive.Outcome) iter.Seq2[archive.Visit, error] {
	return func(yield func(archive.Visit, error) bool) {
		for i, o := range outcomes {
			if !yield(archive.Visit{Time: on(i + 1), Outcome: o}, nil) {
				return
			}
		}
	}
}

func eventful() *timeline {
	t := &timeline{key: "0123456789abcdef", begin: on(1), end: on(60)}
	t.versions = []timelineVersion{
		{1, on(1), archive.Change{Kind: archive.First}},
		{2, on(20), archive.Change{Kind: archive.Edited, Silent: true}},
		{3, on(21), archive.Change{Kind: archive.Typographic}},
		{4, on(50), archive.Change{Kind: archive.Restored, Restores: 1}},
	}
	t.follow([]archive.Event{
		{Time: on(1), State: archive.Live, Version: 1, Outcome: archive.Stored},
		{Time: on(20), State: archive.Live, Version: 2, Outcome: archive.Stored},
		{Time: on(30), State: archive.PageGone, Outcome: archive.Gone, Status: 404, Reason: "gone"},
		{Time: on(40), State: archive.PageBlocked, Outcome: archive.Failed, Status: 403, Reason: "challenge"},
		{Time: on(50), State: archive.Live, Version: 4, Outcome: archive.Stored},
		{Time: on(55), State: archive.PageMoved, Outcome: archive.Unchanged, Detail: `moved from <a> to "b"`},
	})
	return t
}

func TestTimelineSpans(t *testing.T) {
	tl := eventful()
	var got []string
	for _, sp := range tl.spans {
		got = append(got, fmt.Sprintf("%s %d-%d", sp.state, sp.begin.YearDay()-on(0).YearDay(), sp.end.YearDay()-on(0).YearDay()))
	}
	if want := "[live 1-30 gone 30-40 blocked 40-50 live 50-60]"; fmt.Sprint(got) != want {
		t.Errorf("spans = %v, want %s", got, want)
	}
	if len(tl.moves) != 1 {
		t.Errorf("moves = %v, want the one that was followed", tl.moves)
	}
}

func TestTimelineSVG(t *testing.T) {
	tl := eventful()
	if err := tl.count(visitsOn(archive.Stored, archive.Unchanged, archive.Failed, archive.Gone)); err != nil {
		t.Fatal(err)
	}
	got := string(timelineSVG(tl))
	wellFormed(t, got)
	for _, want := range []string{
		`href="/s/0123456789abcdef/v/1"`,
		`href="/s/0123456789abcdef/diff/1..3" aria-label="versions 2–3, 2024-05-20 10:00 to 2024-05-21 10:00 UTC: 1 silent edit, 1 change of typography"`,
		`href="/s/0123456789abcdef/diff/3..4"`,
		"gone (status 404), from 2024-05-30 10:00 to 2024-06-09 10:00 UTC",
		"blocked: challenge (status 403)", "moved from &lt;a&gt; to &#34;b&#34;",
		"4 visits, 2 without the statement", `url(#hatch-blocked)`, "silent edit", "in UTC",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the picture does not have %q:\n%s", want, got)
		}
	}
	if strings.Contains(got, "style=") {
		t.Error("the picture has styles of its own, which the policy on content forbids")
	}
}

// A page may be visited every minute for years: the picture stays small and all visits are counted.
func TestTimelineBins(t *testing.T) {
	tl := &timeline{begin: on(1), end: on(1).AddDate(1, 0, 0)}
	err := tl.count(func(yield func(archive.Visit, error) bool) {
		for i := range 20_000 {
			o := archive.Unchanged
			if i%10 == 0 {
				o = archive.Failed
			}
			if !yield(archive.Visit{Time: on(1).Add(time.Duration(i) * 26 * time.Minute), Outcome: o}, nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if words := tl.visitWords(); words != "20,000 visits, 2,000 without the statement" {
		t.Errorf("visits = %q", words)
	}
	if n := len(timelineSVG(tl)); len(tl.visits) > maxVisitBins || n > 40_000 {
		t.Errorf("%d bins, %d bytes", len(tl.visits), n)
	}
	lost := errors.New("lost")
	if err := tl.count(func(yield func(archive.Visit, error) bool) { yield(archive.Visit{}, lost) }); !errors.Is(err, lost) {
		t.Errorf("count of a damaged archive = %v", err)
	}
}

// A hostile archive has texts in all places, and times that make no sense.
func TestTimelineHostile(t *testing.T) {
	evil := "</title></svg><script>alert(1)</script>\u202e\x00" + strings.Repeat("x", 1<<20)
	tl := &timeline{key: "0123456789abcdef", begin: on(9), end: on(1)}
	tl.follow([]archive.Event{
		{Time: time.Time{}, State: archive.State(evil[:60]), Reason: evil},
		{Time: on(3), State: archive.PageMoved, Detail: evil},
		{Time: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), State: archive.PageGone, Reason: evil},
	})
	for i := range 5000 {
		tl.versions = append(tl.versions, timelineVersion{i + 1, on(1).Add(time.Duration(i) * time.Minute), archive.Change{Kind: archive.Kind(evil[:50])}})
	}
	got := string(timelineSVG(tl))
	wellFormed(t, got)
	if strings.Contains(got, "<script") || strings.ContainsAny(got, "\u202e\x00") || len(got) > 100_000 {
		t.Errorf("%d bytes: %.500s", len(got), got)
	}
}

func TestScaleMarks(t *testing.T) {
	for _, c := range []struct {
		end   time.Time
		first string
	}{
		{on(1), "1 May 00:00"}, {on(1).Add(3 * time.Minute), "10:00"}, {on(5), "2 May"}, {on(40), "8 May"},
		{on(300), "Jul 2024"}, {on(3000), "2026"}, {on(1).AddDate(1500, 0, 0), "2500"},
	} {
		marks := newScale(on(1), c.end).marks()
		if len(marks) == 0 || len(marks) > maxMarks || marks[0].text != c.first {
			t.Errorf("marks until %v = %v, want at most %d, the first %q", c.end, marks, maxMarks, c.first)
		}
	}
}
