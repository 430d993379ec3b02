package web

import (
	"context"
	"iter"
	"time"

	"github.com/onrecord/onrecord/archive"
)

// timeline is what the picture of a statement's history shows.
type timeline struct {
	key      string // of the statement; "" makes a picture without links
	begin    time.Time
	end      time.Time
	versions []timelineVersion
	spans    []timelineSpan
	moves    []timelineMove
	visits   []visitBin
	tally    map[archive.Outcome]int
	cut      bool // there were more visits than were looked at
}

// timelineVersion is a version on it.
type timelineVersion struct {
	number int
	time   time.Time
	change archive.Change
}

// timelineSpan is a stretch of time in which the page was in one state.
type timelineSpan struct {
	state  archive.State
	reason string // of the first visit that showed it
	status int
	begin  time.Time
	end    time.Time
}

// timelineMove is a move that was followed.
type timelineMove struct {
	time   time.Time
	detail string
}

// visitBin is the visits of a short stretch of time.
type visitBin struct {
	begin, end   time.Time // of the first and the last visit
	seen, failed int       // that showed the statement; that did not
}

const (
	// maxTimelineVisits is how many visits of a page are looked at for its picture.
	maxTimelineVisits = 100_000
	// maxVisitBins is how many bars of visits the picture has at most: a tick each while there are fewer visits.
	maxVisitBins = 120
)

// newTimeline reads what the picture shows. Visits are counted while they go by: a page may have a hundred thousand.
func newTimeline(ctx context.Context, s archive.Store, p archive.Page) (*timeline, error) {
	t := &timeline{key: keyOf(p.URL), begin: p.FirstSeen, end: p.LastVisit}
	var events []archive.Event
	for e, err := range s.Events(ctx, p.URL) {
		if err != nil {
			return nil, err
		}
		events = append(events, e)
	}
	if len(events) > 0 && events[0].Time.Before(t.begin) || t.begin.IsZero() && len(events) > 0 {
		t.begin = events[0].Time
	}
	t.follow(events)
	heads := s.Versions(ctx, p.URL)
	if o, ok := s.(outliner); ok { // without the texts
		heads = o.Heads(ctx, p.URL)
	}
	for v, err := range heads {
		if err != nil {
			return nil, err
		}
		t.versions = append(t.versions, timelineVersion{v.Number, v.FirstSeen, v.Change})
	}
	return t, t.count(s.Visits(ctx, p.URL))
}

// follow makes spans of states of a page's events, which come oldest first.
func (t *timeline) follow(events []archive.Event) {
	for _, e := range events {
		if followed(e) {
			t.moves = append(t.moves, timelineMove{e.Time, e.Detail})
		}
		state := e.State
		if followed(e) {
			state = archive.Live
		}
		if n := len(t.spans); n > 0 {
			if t.spans[n-1].state == state {
				continue
			}
			t.spans[n-1].end = e.Time
		}
		t.spans = append(t.spans, timelineSpan{state, e.Reason, e.Status, e.Time, t.end})
	}
}

// followed reports whether an event is a move after which the page is live at its new address.
func followed(e archive.Event) bool {
	return e.State == archive.PageMoved && e.Outcome != archive.Moved && e.Outcome != archive.Gone
}

// count puts visits, which come oldest first, into bins. As long as there are few each has its own.
func (t *timeline) count(visits iter.Seq2[archive.Visit, error]) error {
	t.tally = map[archive.Outcome]int{}
	var bins [maxVisitBins]visitBin
	var few []visitBin
	s := newScale(t.begin, t.end)
	total := 0
	for v, err := range visits {
		if err != nil {
			return err
		}
		if total++; total > maxTimelineVisits {
			t.cut = true
			break
		}
		t.tally[v.Outcome]++
		if few = append(few, visitBin{}); len(few) <= maxVisitBins {
			few[len(few)-1].add(v)
		} else {
			few = few[:maxVisitBins+1]
		}
		share := float64((s.at(v.Time) - s.left) / s.width)
		bins[min(int(share*maxVisitBins), maxVisitBins-1)].add(v)
	}
	if len(few) <= maxVisitBins {
		t.visits = few
		return nil
	}
	for _, b := range bins {
		if !b.begin.IsZero() {
			t.visits = append(t.visits, b)
		}
	}
	return nil
}

func (b *visitBin) add(v archive.Visit) {
	if b.begin.IsZero() {
		b.begin = v.Time
	}
	b.end = v.Time
	if v.Outcome == archive.Stored || v.Outcome == archive.Unchanged {
		b.seen++
	} else {
		b.failed++
	}
}
