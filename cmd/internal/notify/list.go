package notify

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/onrecord/onrecord/archive"
)

// Status is what became of a letter.
type Status string

// What becomes of a letter.
const (
	// Waiting: it is to be sent, for the first time or again.
	Waiting Status = "waiting"
	// Sent: the receiver acknowledged it.
	Sent Status = "sent"
	// Failed: it was given up.
	Failed Status = "failed"
)

// Entry is a letter of the outbox.
type Entry struct {
	ID     string
	Status Status
	// To is the label of the destination, Rule the name of the rule or "".
	To, Rule string
	// Created is when it was put there; Next when it is sent next, zero when it is no more; Done when it was sent or given up.
	Created, Next, Done time.Time
	// Tried counts attempts, Problem is what the last one met.
	Tried   int
	Problem string
	// Events are what it tells, without their contents.
	Events []Event
}

// List are the letters of the outbox, the oldest first: those that are kept of the past, then those that wait. It only
// reads, and needs nothing but Store.
func (o *Outbox) List(ctx context.Context) ([]Entry, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	s, _, err := o.load(ctx)
	if err != nil {
		return nil, err
	}
	var out []Entry
	for _, l := range slices.Concat(s.Past, s.Waiting) {
		e := Entry{
			ID: l.id(), Status: Waiting, To: l.Label, Rule: l.Name, Created: l.Created, Done: l.Done, Tried: l.Tried, Problem: l.Problem, Events: l.Events,
		}
		switch {
		case l.Failed:
			e.Status = Failed
		case !l.Done.IsZero():
			e.Status = Sent
		default:
			e.Next = l.at()
		}
		out = append(out, e)
	}
	return out, nil
}

// Told is an event with those who would be told of it.
type Told struct {
	Event  Event
	Notice *Notice
	// Rules are the names of the rules that want it, by number when they have none, and To the labels of the destinations.
	Rules, To []string
}

// maxPreview bounds the events of a preview: the latest are kept.
const maxPreview = 1000

// Preview is what the rules would tell of what is on record since a time, oldest first, whether they were in force then or
// not. more counts older events that are left out. It only reads.
func (o *Outbox) Preview(ctx context.Context, since time.Time) (told []Told, more int, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	s, fresh, err := o.load(ctx)
	if err != nil {
		return nil, 0, err
	}
	var all []Told
	add := func(e *Event) error {
		t, err := o.would(ctx, e)
		if err == nil && len(t.To) > 0 {
			all = append(all, t)
		}
		return err
	}
	for p, err := range visitedSince(ctx, o.Store, since) {
		if err != nil {
			return nil, 0, err
		}
		if !p.LastVisit.After(since) {
			continue
		}
		events, err := eventsOf(ctx, o.Store, &p, since)
		if err != nil {
			return nil, 0, err
		}
		for i := range events {
			e := &events[i]
			if settled, ok := s.Sites[e.Site]; e.Kind == Kind(archive.First) && (fresh || !ok || !e.Due.After(settled)) {
				continue
			}
			if err := add(e); err != nil {
				return nil, 0, err
			}
		}
	}
	if o.Cases != nil {
		for k, err := range o.Cases(ctx, since) {
			if err != nil {
				return nil, 0, err
			}
			if err := add(&Event{ID: digestOf("case", k.ID), Kind: CaseKind, Site: k.Site, Time: k.time().UTC(), Due: k.time().UTC(), Case: &k}); err != nil {
				return nil, 0, err
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Told) int {
		return cmp.Or(a.Event.Due.Compare(b.Event.Due), cmp.Compare(a.Event.URL, b.Event.URL))
	})
	if more = max(len(all)-maxPreview, 0); more > 0 {
		all = all[more:]
	}
	for i := range all {
		if all[i].Notice, err = o.notice(ctx, &all[i].Event); err != nil {
			return nil, 0, err
		}
	}
	return all, more, nil
}

// would tells who would be told of an event.
func (o *Outbox) would(ctx context.Context, e *Event) (t Told, err error) {
	t.Event = *e
	var about *subject
	for i := range o.Rules {
		r := &o.Rules[i]
		wants, err := o.wants(ctx, r, e, &about)
		if err != nil {
			return t, err
		}
		if !wants {
			continue
		}
		t.Rules = append(t.Rules, either(r.Name, itoa(i+1)))
		for _, d := range r.To {
			if !slices.Contains(t.To, d.label) {
				t.To = append(t.To, d.label)
			}
		}
	}
	return t, nil
}
