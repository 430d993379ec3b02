package web

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/blame"
	"github.com/onrecord/onrecord/cmd/internal/tell"
)

// lifelines is the whole history of a statement by its sentences: each strand is a sentence from when it came until it
// went, through all its wordings. The idea is that of history flow (Viégas, Wattenberg, Dave, 2004), told by sentence.
type lifelines struct {
	*followedVersions
	first, last int       // the first and last of them, counted from 1; so are the versions of all that follows
	strands     []*strand // in the order of the text; what is gone beside what it stood beside
}

// strand is a sentence in all its wordings.
type strand struct {
	segments []segment // by version
	moved    []int     // versions in which it stood elsewhere
	text     string    // as it was last written
	listed   bool      // stands in the last version
	whole    bool      // stood there, unchanged and in its place, in all versions
}

// segment is a wording in a run of versions.
type segment struct {
	span blame.Span
	text string
	from int // sentences of the version before that it is another wording of: 0 none, 2 and more were merged
	into int // that replaced it in the version after: 2 and more when it was split
}

// newLifelines makes lifelines of a history. Sentences that are wordings of one another, one at a time, are one strand.
func newLifelines(h *blame.History, f *followedVersions) *lifelines {
	l := &lifelines{followedVersions: f, first: 1, last: len(f.numbers)}
	group := wordings(h)
	of := map[int]*strand{}
	for _, s := range textOrder(h) {
		g := group[s.Number-1]
		x := of[g]
		if x == nil {
			x = &strand{}
			of[g] = x
			l.strands = append(l.strands, x)
		}
		x.add(h, s)
	}
	for _, x := range l.strands {
		x.finish(l)
	}
	return l
}

// add takes in one wording.
func (x *strand) add(h *blame.History, s *blame.Sentence) {
	for _, p := range s.Spans {
		seg := segment{span: p, text: s.Text}
		for _, n := range s.Replaces {
			if stoodIn(h.Sentences[n-1], p.First-1) {
				seg.from++
			}
		}
		for _, n := range s.ReplacedBy {
			if cameIn(h.Sentences[n-1], p.Last+1) {
				seg.into++
			}
		}
		x.segments = append(x.segments, seg)
	}
	x.moved = append(x.moved, s.Moved...)
	x.listed = x.listed || s.Stands()
}

// stoodIn reports whether a run of versions of a sentence ends with a version; cameIn, whether one begins with it.
func stoodIn(s *blame.Sentence, version int) bool {
	return slices.ContainsFunc(s.Spans, func(p blame.Span) bool { return p.Last == version })
}

func cameIn(s *blame.Sentence, version int) bool {
	return slices.ContainsFunc(s.Spans, func(p blame.Span) bool { return p.First == version })
}

func (x *strand) finish(l *lifelines) {
	slices.SortFunc(x.segments, func(a, b segment) int { return cmp.Compare(a.span.First, b.span.First) })
	slices.Sort(x.moved)
	x.text = x.segments[len(x.segments)-1].text
	only := x.segments[0].span
	x.whole = len(x.segments) == 1 && only.First == l.first && only.Last == l.last && len(x.moved) == 0
}

// wordings gives each sentence the group of those that are another wording of it: joined are two that follow each other,
// as long as no two of a group stand at one time, as they do where a sentence was split or two became one.
func wordings(h *blame.History) []int {
	group := make([]int, len(h.Sentences))
	spans := make([][]blame.Span, len(h.Sentences))
	members := make([][]int, len(h.Sentences))
	for i, s := range h.Sentences {
		group[i], spans[i], members[i] = i, s.Spans, []int{i}
	}
	for i, s := range h.Sentences {
		for _, n := range s.Replaces {
			a, b := group[i], group[n-1]
			if a == b || len(s.Replaces) > 1 && !onlyAt(h, s, n) || overlap(spans[a], spans[b]) {
				continue
			}
			a, b = min(a, b), max(a, b)
			for _, m := range members[b] {
				group[m] = a
			}
			members[a], members[b] = append(members[a], members[b]...), nil
			spans[a], spans[b] = append(slices.Clone(spans[a]), spans[b]...), nil
		}
	}
	return group
}

// onlyAt reports whether a sentence replaces no other one than n in the same version.
func onlyAt(h *blame.History, s *blame.Sentence, n int) bool {
	for _, p := range s.Spans {
		if !stoodIn(h.Sentences[n-1], p.First-1) {
			continue
		}
		for _, m := range s.Replaces {
			if m != n && stoodIn(h.Sentences[m-1], p.First-1) {
				return false
			}
		}
	}
	return true
}

// overlap reports whether two sets of runs have a version in common.
func overlap(a, b []blame.Span) bool {
	for _, p := range a {
		for _, q := range b {
			if p.First <= q.Last && q.First <= p.Last {
				return true
			}
		}
	}
	return false
}

// textOrder is all sentences in one order: those of the last version as they stand there, each of the others behind the
// sentence that it stood behind when it came.
func textOrder(h *blame.History) []*blame.Sentence {
	after := make([][]*blame.Sentence, len(h.Sentences)+1) // by the sentence before; 0 is the beginning
	listed := make([]bool, len(h.Sentences)+1)
	for _, s := range h.Listed {
		listed[s.Number] = true
	}
	for _, s := range h.Sentences {
		if !listed[s.Number] {
			after[s.After] = append(after[s.After], s)
		}
	}
	out := make([]*blame.Sentence, 0, len(h.Sentences))
	var add func(n int)
	add = func(n int) { // as deep as sentences that are gone follow each other
		for _, s := range after[n] {
			out = append(out, s)
			add(s.Number)
		}
	}
	add(0)
	for _, s := range h.Listed {
		out = append(out, s)
		add(s.Number)
	}
	return out
}

// turn is something that happened to a strand.
type turn struct {
	version int
	what    string // in a word, a class: came, reworded, merged, split, gone, back, moved
	text    string // for people
}

// turns are what happened to a strand, in the order of versions.
func (x *strand) turns(l *lifelines) []turn {
	var out []turn
	for i, seg := range x.segments {
		if seg.span.First > l.first {
			out = append(out, x.beginning(i))
		}
		if seg.span.Last < l.last && (i+1 == len(x.segments) || x.segments[i+1].span.First > seg.span.Last+1) {
			t := turn{seg.span.Last + 1, "gone", "gone"}
			if seg.into > 0 {
				t.what, t.text = "split", "went into other sentences"
			}
			out = append(out, t)
		}
	}
	for _, n := range x.moved {
		out = append(out, turn{n, "moved", "moved"})
	}
	slices.SortStableFunc(out, func(a, b turn) int { return cmp.Compare(a.version, b.version) })
	return out
}

// beginning is how a segment came.
func (x *strand) beginning(i int) turn {
	seg := x.segments[i]
	t := turn{version: seg.span.First}
	switch follows := i > 0 && x.segments[i-1].span.Last+1 == seg.span.First; {
	case seg.from > 1:
		t.what, t.text = "merged", fmt.Sprintf("made of %d sentences", seg.from)
	case follows:
		t.what, t.text = "reworded", "reworded"
	case i > 0:
		t.what, t.text = "back", "back"
	case seg.from == 1:
		t.what, t.text = "split", "came out of another sentence"
	default:
		t.what, t.text = "came", "came"
	}
	return t
}

// words tells a strand's history.
func (x *strand) words(l *lifelines) string {
	if x.whole {
		return fmt.Sprintf("unchanged in versions %d to %d", l.number(l.first), l.number(l.last))
	}
	out := ""
	if f := x.segments[0].span.First; f == l.first {
		out = fmt.Sprintf("stands since version %d", l.number(f))
	}
	for i, t := range x.turns(l) {
		if i == 12 {
			out += ", and more"
			break
		}
		if out != "" {
			out += ", "
		}
		out += fmt.Sprintf("%s in version %d (%s)", t.text, l.number(t.version), l.time(t.version).UTC().Format("2006-01-02"))
	}
	return out
}

// maxFollowed is how many versions are followed: the last ones.
const maxFollowed = 300

// followedVersions are the versions that were followed. They are counted from 1 without those that were forgotten, whose text
// nobody knows any more: a sentence that stood before and after such a version is not said to have been gone.
type followedVersions struct {
	numbers   []int // as the statement has them
	times     []time.Time
	forgotten int
}

// number is the number of the n-th version; time is when it was first seen.
func (f *followedVersions) number(n int) int { return f.numbers[n-1] }

func (f *followedVersions) time(n int) time.Time { return f.times[n-1] }

// note takes down a version, and reports whether it can be followed.
func (f *followedVersions) note(v *archive.Version) bool {
	if v.Forgotten != nil {
		f.forgotten++
		return false
	}
	f.numbers, f.times = append(f.numbers, v.Number), append(f.times, v.FirstSeen)
	return true
}

// from are the versions of a page from a number on, counted anew.
func (f *followedVersions) from(all iter.Seq2[archive.Version, error], first int) iter.Seq2[archive.Version, error] {
	return func(yield func(archive.Version, error) bool) {
		for v, err := range all {
			switch {
			case err == nil && v.Number < first:
				continue
			case err == nil && !f.note(&v):
				continue
			case err == nil:
				v.Number = len(f.numbers)
			}
			if !yield(v, err) {
				return
			}
		}
	}
}

// changeAddress is where it is shown what the n-th version changed.
func (l *lifelines) changeAddress(key string, n int) string {
	return comparisonAddress(key, l.number(n-1), l.number(n), false)
}

// lifelineRow is a strand in the table beside the picture.
type lifelineRow struct {
	Text   string
	Stands bool
	Since  string
	Turns  []lifelineTurn
}

// lifelineTurn is a turn with the address of the change in which it happened.
type lifelineTurn struct{ Text, Address, Time string }

const (
	maxLifelineRows = 400
	maxLaneText     = 160
	maxRowText      = 500
	maxRowTurns     = 20
)

// table lists the strands; more is how many there was no room for.
func (l *lifelines) table(key string) (rows []lifelineRow, more int) {
	for _, x := range l.strands {
		if len(rows) == maxLifelineRows {
			return rows, len(l.strands) - len(rows)
		}
		r := lifelineRow{Text: shorten(x.text, maxRowText), Stands: x.listed, Since: fmt.Sprint(l.number(x.segments[0].span.First))}
		for _, t := range x.turns(l) {
			if len(r.Turns) == maxRowTurns {
				r.Turns = append(r.Turns, lifelineTurn{Text: "and more"})
				break
			}
			r.Turns = append(r.Turns, lifelineTurn{
				fmt.Sprintf("%s in version %d", t.text, l.number(t.version)), l.changeAddress(key, t.version), tell.Time(l.time(t.version)),
			})
		}
		rows = append(rows, r)
	}
	return rows, 0
}

// shorten is a text up to so many bytes, with an ellipsis where something is left out.
func shorten(s string, most int) string {
	if short := clip(s, most); len(short) < len(s) {
		return short + "…"
	}
	return s
}
