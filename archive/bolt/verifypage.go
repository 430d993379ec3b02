package bolt

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/onrecord/onrecord/archive"
)

// numberOf is the number that a key begins with; a key that is too short is number 0, which nothing has.
func numberOf(k []byte) uint64 {
	if len(k) < 8 {
		return 0
	}
	return binary.BigEndian.Uint64(k)
}

// pages checks every page, each in a transaction of its own.
func (v *verifier) pages(ctx context.Context, flush func() bool) error {
	for p, err := range v.s.allPages(ctx) {
		if err != nil {
			return err
		}
		err = v.s.read(ctx, func(t *tx) error {
			now, err := t.page(p.number)
			if err != nil {
				if t.bucket(bucketPages).Get(pageKey(p.number)) == nil {
					return nil // joined with another one meanwhile
				}
				return err
			}
			return t.verifyPage(now)
		})
		if err := v.note("page", p.url, err); err != nil {
			return err
		}
		if !flush() {
			return nil
		}
	}
	return nil
}

// verifyPage works a page's versions, events and counts out again and compares them.
func (t *tx) verifyPage(p *page) error {
	if at, err := t.pageAt(p.url); err != nil || at == nil || at.number != p.number {
		return orCorrupt(err, "its address leads elsewhere")
	}
	for n := uint32(1); n <= p.readings; n++ {
		if err := t.verifyReading(p, n); err != nil {
			return err
		}
	}
	all, err := t.entries(p.number)
	if err != nil {
		return err
	}
	for i := range all {
		if c := &all[i].capture; !c.Outcome.Valid() {
			return corrupt("the visit at %s ended as %.40q", c.Time, c.Outcome)
		}
		if err := t.verifyDropped(&all[i]); err != nil {
			return err
		}
		for _, seq := range []uint64{all[i].blob, all[i].rendered} {
			if _, err := t.digest(seq); err != nil {
				return err
			}
		}
	}
	list, starts, err := t.group(p, all)
	if err != nil {
		return err
	}
	if err := t.verifyVersions(p, list); err != nil {
		return err
	}
	return t.verifySummary(p, all, list, starts)
}

func orCorrupt(err error, format string, args ...any) error {
	if err != nil {
		return err
	}
	return corrupt(format, args...)
}

func (t *tx) verifyReading(p *page, n uint32) error {
	h, err := t.readingHead(p.number, n)
	if err != nil || h.absent { // the ledger knows whether it may be
		return err
	}
	r, err := t.reading(p.number, n)
	if err != nil {
		return err
	}
	if r.Identity() != h.identity || r.TextDigest() != h.text {
		return corrupt("reading %d: its text is not what its digest says", n)
	}
	return nil
}

// verifyVersions compares the versions on record with those that the visits give.
func (t *tx) verifyVersions(p *page, want []version) error {
	if int(p.versions) != len(want) {
		return corrupt("%d versions on record, its visits show %d", p.versions, len(want))
	}
	for i := range want {
		w := &want[i]
		v, err := t.version(p.number, w.number)
		if err != nil {
			return err
		}
		switch first := i == 0; {
		case v.change.Restores < 0 || v.change.Restores > i:
			return corrupt("version %d restores version %d", v.number, v.change.Restores)
		case first != (v.change.Kind == archive.First):
			return corrupt("version %d is %q", v.number, v.change.Kind)
		}
		w.restore(want[:i])
		if w.change.Restores != v.change.Restores {
			return corrupt("version %d restores version %d, not %d", v.number, w.change.Restores, v.change.Restores)
		}
		w.change = v.change
		if v != *w {
			return corrupt("version %d does not agree with its visits", v.number)
		}
	}
	return nil
}

// verifySummary compares the events and the summary on record with those that the visits give.
func (t *tx) verifySummary(p *page, all []entry, list []version, starts []uint32) error {
	w := *p
	w.captures, w.visits, w.bytes, w.latest, w.tracker = 0, 0, 0, moment{nanos: never}, tracker{}
	w.dropped, w.droppedBytes = 0, 0
	w.site, w.etag, w.lastModified = "", "", ""
	var events []event
	shown := false
	for i := range all {
		var v *version
		if starts[i] != 0 {
			v, shown = &list[starts[i]-1], true
		}
		confirmed, open := w.tracker.confirmed, w.tracker.open
		more := w.tracker.see(&all[i], v)
		if n := len(events); n > 0 && open && len(more) > 0 {
			events[n-1].last = confirmed
		}
		events = append(events, more...)
		if err := t.add(&w, &all[i], all[i].reading != 0 || (shown && all[i].confirms())); err != nil {
			return err
		}
	}
	if int(p.events) != len(events) {
		return corrupt("%d events on record, its visits tell %d", p.events, len(events))
	}
	for i := range events {
		e, err := t.event(p.number, uint32(i)+1)
		if err != nil {
			return err
		}
		if e != events[i] {
			return corrupt("event %d does not agree with its visits", i+1)
		}
	}
	if n := len(list); n > 0 {
		var err error
		if w.title, w.published, w.modified, err = t.stated(p.number, list[n-1].reading); err != nil {
			return err
		}
		w.first, w.last, w.changed = list[0].first.nanos, list[n-1].last, list[n-1].first.nanos
	}
	if string(w.encode()) != string(p.encode()) {
		return corrupt("its summary does not agree with its visits: %s", difference(p, &w))
	}
	return nil
}

// difference says in which numbers two summaries of a page differ.
func difference(have, want *page) string {
	return fmt.Sprintf("%d captures (%d not kept) in %d visits, counted %d (%d) in %d; state %q, found %q",
		have.captures, have.dropped, have.visits, want.captures, want.dropped, want.visits, have.tracker.state, want.tracker.state)
}

// addresses checks that every address leads to a page which knows it.
func (v *verifier) addresses(ctx context.Context, flush func() bool) error {
	var from []byte
	for more := true; more; {
		err := v.s.read(ctx, func(t *tx) error {
			c := t.cursor(bucketAddresses)
			k, val := c.Seek(from)
			for n := 0; k != nil && n < chunk; n++ {
				url := urlOf(k)
				p, err := t.pageAt(url)
				if err == nil && (p == nil || !slices.Equal(urlKey(url), k)) {
					err = corrupt("address is not written as it should be")
				}
				if err == nil && t.bucket(bucketAliases).Get(append(pageKey(numberOf(val)), k...)) == nil {
					err = corrupt("page %d does not know its address", p.number)
				}
				if err := v.note("page", url, err); err != nil {
					return err
				}
				from = append(append(from[:0], k...), 0)
				k, val = c.Next()
			}
			more = k != nil
			return nil
		})
		if err != nil {
			return err
		}
		if !flush() {
			return nil
		}
	}
	return nil
}
