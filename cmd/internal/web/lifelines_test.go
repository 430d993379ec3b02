package web

import (
	"fmt"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/blame"
)

// lifelinesOf follows texts, each a version.
func lifelinesOf(t *testing.T, texts ...string) *lifelines {
	t.Helper()
	f := &followedVersions{}
	h, err := blame.Of(f.from(func(yield func(archive.Version, error) bool) {
		for i, text := range texts {
			v := versionOf(i+1, text)
			if text == forgotten {
				v.Forgotten = &archive.Forgotten{}
			}
			if !yield(*v, nil) {
				return
			}
		}
	}, 1), 0)
	if err != nil {
		t.Fatal(err)
	}
	return newLifelines(h, f)
}

// forgotten is no text: the version's was forgotten.
const forgotten = ""

// strandsText is lifelines in a form that a test can be read by.
func strandsText(l *lifelines) string {
	var out []string
	for _, x := range l.strands {
		s := strings.Fields(x.text)[1] + ":"
		for _, seg := range x.segments {
			s += fmt.Sprintf(" %d-%d", seg.span.First, seg.span.Last)
		}
		for _, t := range x.turns(l) {
			s += fmt.Sprintf(" %s@%d", t.what, t.version)
		}
		out = append(out, s)
	}
	return strings.Join(out, "\n")
}

const (
	northGate = "The gate will open on Sundays from May onwards."
	toll40    = "The toll will be 40 euros for each passage of a boat."
	toll45    = "The toll will be 45 euros for each passage of a boat."
	thanks    = "We thank everybody who took part in the hearing last autumn."
	crane     = "A crane of the old shipyard is to be kept as it stands."
)

const gateAndToll = northGate + "\n" + toll40

// What a forgotten version held is not known: nothing is said to have gone in it, and versions keep their numbers.
func TestLifelinesForgotten(t *testing.T) {
	l := lifelinesOf(t, gateAndToll, forgotten, northGate+"\n"+toll45)
	rows, _ := l.table("0123456789abcdef")
	want := lifelineTurn{"reworded in version 3", "/s/0123456789abcdef/diff/1..3", "2024-05-05 10:00"}
	if len(rows) != 2 || len(rows[0].Turns) != 0 || len(rows[1].Turns) != 1 || rows[1].Turns[0] != want {
		t.Errorf("table = %+v", rows)
	}
}

func TestLifelines(t *testing.T) {
	for name, c := range map[string]struct {
		texts []string
		want  string
	}{
		"whole":          {[]string{northGate, northGate}, "gate: 1-2"},
		"reworded":       {[]string{northGate + " " + toll40, northGate + " " + toll45}, "gate: 1-2\ntoll: 1-1 2-2 reworded@2"},
		"there and back": {[]string{toll40, toll45, toll40}, "toll: 1-1 2-2 3-3 reworded@2 reworded@3"},
		"gone and back":  {[]string{northGate + "\n" + crane, northGate, northGate + "\n" + crane}, "gate: 1-3\ncrane: 1-1 3-3 gone@2 back@3"},
		"gone": { // the one that is gone stays beside what it stood beside
			[]string{northGate + "\n" + thanks + "\n" + toll40, northGate + "\n" + toll40 + "\n" + crane},
			"gate: 1-2\nthank: 1-1 gone@2\ntoll: 1-2\ncrane: 2-2 came@2",
		},
		"moved":               {[]string{northGate + "\n" + toll40 + "\n" + thanks + " " + crane, toll40 + "\n" + thanks + " " + crane + "\n" + northGate}, "toll: 1-2\nthank: 1-2\ncrane: 1-2\ngate: 1-2 moved@2"},
		"a forgotten version": {[]string{gateAndToll, forgotten, strings.Replace(gateAndToll, "40", "45", 1)}, "gate: 1-2\ntoll: 1-1 2-2 reworded@2"},
		"split": {
			[]string{"The toll will be 40 euros for each passage, and the gate will open on Sundays from May.", "The toll will be 40 euros for each passage. The gate will open on Sundays from May."},
			"toll: 1-1 2-2 reworded@2\ngate: 2-2 split@2",
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := strandsText(lifelinesOf(t, c.texts...)); got != c.want {
				t.Errorf("strands:\n%s\nwant:\n%s", got, c.want)
			}
		})
	}
}

func TestLifelinesSVG(t *testing.T) {
	still := "One is one. Two is two. Three is three. Four is four."
	l := lifelinesOf(t, still+" "+toll40+"\n"+thanks, still+" "+toll45)
	lanes, more := l.lanes(false)
	if len(lanes) != 3 || len(lanes[0].strands) != 4 || more != 0 {
		t.Fatalf("%d lanes, the first of %d, %d more", len(lanes), len(lanes[0].strands), more)
	}
	got := string(l.svg("0123456789abcdef", lanes))
	wellFormed(t, got)
	for _, want := range []string{
		"4 sentences that never changed", `href="/s/0123456789abcdef/v/2"`, `href="/s/0123456789abcdef/diff/1..2"`,
		toll45 + " — stands since version 1, reworded in version 2 (2024-05-03)", thanks + " — stands since version 1, gone in version 2",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the picture does not have %q:\n%s", want, got)
		}
	}
	if lanes, _ := l.lanes(true); len(lanes) != 6 {
		t.Errorf("all: %d lanes, want 6", len(lanes))
	}
	rows, _ := l.table("0123456789abcdef")
	if r := rows[4]; len(rows) != 6 || !r.Stands || r.Turns[0] != (lifelineTurn{"reworded in version 2", "/s/0123456789abcdef/diff/1..2", "2024-05-03 10:00"}) {
		t.Errorf("table = %+v", rows)
	}
	wellFormed(t, string(l.lifelineLegend()))
}

// Hundreds of sentences in hundreds of versions, each with its own fate, give a picture of bounded size.
func TestLifelinesBounds(t *testing.T) {
	var texts []string
	for v := range 100 {
		var b strings.Builder
		for s := range 400 {
			if (s*7+v*13)%29 != 0 {
				fmt.Fprintf(&b, "Sentence %d is about boat %d<script>\u202e in year %d.\n", s, s*s, (s*31+v)/10)
			}
		}
		texts = append(texts, b.String())
	}
	l := lifelinesOf(t, texts...)
	lanes, more := l.lanes(false)
	got := string(l.svg("0123456789abcdef", lanes))
	rows, moreRows := l.table("0123456789abcdef")
	if len(lanes) > maxLanes || len(got) > 400_000 || more == 0 || len(rows) != maxLifelineRows || moreRows == 0 || strings.Contains(got, "<script") || strings.Contains(got, "\u202e") {
		t.Errorf("%d lanes, %d more, %d rows, %d more", len(lanes), more, len(rows), moreRows)
	}
	wellFormed(t, got)
	t.Logf("%d strands, %d bytes", len(l.strands), len(got))
}
