package web

import (
	"strings"
	"testing"
	"time"

	"github.com/onrecord/onrecord/archive"
)

func TestActivitySVG(t *testing.T) {
	var a activity
	if got := activitySVG(&a); got != "" {
		t.Errorf("a site without changes has a picture: %s", got)
	}
	a.link = func(begin, end time.Time) string {
		return "/changes?since=" + begin.Format("2006-01-02") + "&until=" + end.Format("2006-01-02")
	}
	a.add(on(1), archive.Change{Kind: archive.First})
	a.add(on(2), archive.Change{Kind: archive.First})
	a.add(on(70), archive.Change{Kind: archive.Edited, Silent: true})
	a.add(on(71), archive.Change{Kind: archive.Dates})
	got := string(activitySVG(&a))
	wellFormed(t, got)
	for _, want := range []string{
		"From May 2024 to July 2024: 2 new statements, 2 edits (1 silent).",
		"July 2024: 0 new statements, 2 edits (1 silent)",
		`<a href="/changes?since=2024-05-01&amp;until=2024-06-01">May 2024</a></th><td>2</td><td>0</td><td>0</td>`,
		"url(#hatch-silent)",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the picture does not have %q:\n%s", want, got)
		}
	}
	if strings.Contains(got, "June 2024") {
		t.Error("a month in which nothing happened is listed")
	}
}

// Years of activity, and dates that make no sense, give a picture of bounded size.
func TestActivityBars(t *testing.T) {
	for _, years := range []int{1, 10, 60, 7000} {
		var a activity
		a.add(on(1), archive.Change{Kind: archive.First})
		a.add(on(1).AddDate(years, 0, 0), archive.Change{Kind: archive.Edited})
		bars, layout := a.bars()
		sum := 0
		for _, b := range bars {
			sum += b.first + b.edits
		}
		if len(bars) > maxActivityBars || sum != 2 {
			t.Errorf("%d years: %d bars (%s) with %d changes", years, len(bars), layout, sum)
		}
		wellFormed(t, string(activitySVG(&a)))
	}
}
