package notify

import (
	"context"
	"iter"
	"strings"
	"time"

	"github.com/onrecord/onrecord/archive"
)

// visitedSince are the pages that were visited after a time. A store that keeps visits in the order of time need not look at the
// others.
func visitedSince(ctx context.Context, store archive.Store, after time.Time) iter.Seq2[archive.Page, error] {
	if s, ok := store.(interface {
		VisitedSince(context.Context, time.Time) iter.Seq2[archive.Page, error]
	}); ok && after.After(time.Unix(0, 0)) {
		return s.VisitedSince(ctx, after)
	}
	return store.Pages(ctx, "")
}

// kinds are what the states of a page that was lost are called.
var kinds = map[archive.State]Kind{
	archive.PageGone: Gone, archive.PageMoved: MovedAway, archive.PageBlocked: Blocked, archive.Unreachable: Unreachable,
}

// timeline turns what is on record of a page into events to tell.
type timeline struct {
	store archive.Store
	page  *archive.Page
	after time.Time // what was due by then is told already

	away      bool // the page is lost
	confirmed bool // and that was seen twice
	out       []Event
}

// eventsOf are the events of a page that are due after a time, oldest first. What is due when follows from the archive
// alone, so that each event is found exactly once however the times are cut.
func eventsOf(ctx context.Context, store archive.Store, p *archive.Page, after time.Time) ([]Event, error) {
	t := timeline{store: store, page: p, after: after}
	for e, err := range store.Events(ctx, p.URL) {
		if err == nil {
			err = t.take(ctx, &e)
		}
		if err != nil {
			return nil, err
		}
	}
	return t.out, nil
}

// lost reports an event after which the page cannot be read. A move that was followed is none: the page lives elsewhere.
func lost(e *archive.Event) bool {
	return e.State != archive.Live && (e.State != archive.PageMoved || e.Outcome == archive.Moved || e.Outcome == archive.Gone)
}

func (t *timeline) take(ctx context.Context, e *archive.Event) error {
	if lost(e) {
		if !t.away {
			t.confirmed = false
		}
		t.away = true
		if !e.LastTime.After(e.Time) {
			return nil // one visit may be wrong
		}
		t.confirmed = true
		if !e.LastTime.After(t.after) {
			return nil
		}
		due, err := t.secondLook(ctx, e)
		if err == nil && due.After(t.after) {
			t.add(e, kinds[e.State], due)
		}
		return err
	}
	if e.State == archive.PageMoved {
		t.later(e, MovedAway)
		return nil
	}
	back := t.away && t.confirmed
	t.away = false
	switch {
	case e.Version != 0:
		if !e.Time.After(t.after) {
			return nil
		}
		v, err := t.store.Version(ctx, t.page.URL, e.Version)
		if err != nil {
			return err
		}
		t.add(e, Kind(v.Change.Kind), e.Time)
		last := &t.out[len(t.out)-1]
		last.Back, last.change = back && strings.HasPrefix(e.Detail, "back"), v.Change
	case back:
		t.later(e, Back)
	}
	return nil
}

// later adds an event that is told as soon as it is seen.
func (t *timeline) later(e *archive.Event, k Kind) {
	if e.Time.After(t.after) {
		t.add(e, k, e.Time)
	}
}

func (t *timeline) add(e *archive.Event, k Kind, due time.Time) {
	class := string(k)
	if e.Version != 0 {
		class = "version" // its kind may be read otherwise later
	}
	n := Event{
		Kind: k, Site: t.page.Site, URL: t.page.URL, Time: e.Time.UTC(), Due: due.UTC(), Version: e.Version,
		Reason: e.Reason, Status: e.Status, Detail: safe(e.Detail, maxDetail), class: class,
	}
	n.ID = n.idAt(n.URL)
	t.out = append(t.out, n)
}

// maxDetail bounds the detail of an event in bytes: the outbox holds thousands.
const maxDetail = 500

// secondLook is the time of the visit that confirmed a loss: the first one after it that could not read the page either. What
// those between show, as long as the state stays, is that they were put off.
func (t *timeline) secondLook(ctx context.Context, e *archive.Event) (time.Time, error) {
	for v, err := range t.store.Visits(ctx, t.page.URL) {
		if err != nil {
			return e.LastTime, err
		}
		switch v.Outcome {
		case archive.Gone, archive.Moved, archive.Blocked, archive.Failed:
			if v.Time.After(e.Time) {
				return v.Time, nil
			}
		}
	}
	return e.LastTime, nil
}
