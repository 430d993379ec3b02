package bolt

import (
	"math"
	"slices"

	"github.com/onrecord/onrecord/archive"
)

// A body that was not kept has its number, its digest and its length, and no bytes: facts, leaves and versions are worked out
// as ever. That this was decided is in the visit, and so under its leaf; the visit names the body that was kept in its
// stead. Bytes that come again with a capture that keeps them take the place under the same number.

// dropped reports whether a body was not kept, and not brought by another capture since.
func (b *blob) dropped() bool { return b.absent && b.leaf == 0 }

// absence is the error of a body whose bytes are not there.
func (t *tx) absence(b *blob) error {
	if b.dropped() {
		return &archive.DroppedError{Digest: b.digest}
	}
	return t.orForgotten(nil, b.leaf, "bytes "+b.digest.String())
}

// standIn is the number of the body that stands for the bytes of a capture which tell nothing new; 0 when they are to be kept.
// What a flag points at is kept: the capture that stands for it has each of its flags. So the choice hangs on nothing but what
// is on record when it is made.
func (t *tx) standIn(p *page, in *incoming) (seq uint64, err error) {
	c := &in.capture
	if !c.OnChange || c.Reading == nil || p == nil || p.versions == 0 {
		return 0, nil
	}
	now := c.Time.UnixNano()
	e, err := t.lastEntry(p.number, moment{now, math.MaxUint64}, func(e *entry) bool { return e.reading != 0 || e.nanos == now })
	if err != nil || e == nil || e.nanos == now || !e.alike(in) { // of two in one moment either may turn out to be the first
		return 0, err
	}
	if h, err := t.readingHead(p.number, e.reading); err != nil || h.absent || h.identity != in.identity {
		return 0, err
	}
	if b, _, err := t.blobHead(e.source()); err != nil || b.absent {
		return 0, err
	}
	return e.source(), nil
}

// alike reports whether a visit that was read is of the same address and kind as a capture, and has all of its flags.
func (e *entry) alike(in *incoming) bool {
	a, b := &e.capture, &in.capture
	return a.FinalURL == b.FinalURL && a.MediaType == b.MediaType && (e.rendered != 0) == !in.rendered.digest.IsZero() &&
		!slices.ContainsFunc(b.Flags, func(f string) bool { return !slices.Contains(a.Flags, f) })
}

// lastEntry is the last visit of a page before a moment that is as wanted; nil when there is none. It reads groups from
// there backwards.
func (t *tx) lastEntry(page uint64, before moment, wanted func(*entry) bool) (*entry, error) {
	prefix := pageKey(page)
	c := t.cursor(bucketVisits)
	var v []byte
	k, _ := c.Seek(groupKey(page, before))
	if k == nil {
		k, v = c.Last()
	} else {
		k, v = c.Prev()
	}
	for ; hasPrefix(k, prefix); k, v = c.Prev() {
		list, err := decodeGroup(v)
		if err != nil {
			return nil, err
		}
		for i := len(list) - 1; i >= 0; i-- {
			if list[i].before(before) && wanted(&list[i]) {
				return &list[i], nil
			}
		}
	}
	return nil, nil
}

// end is after every moment that can be stored.
var end = moment{math.MaxInt64, math.MaxUint64}

// droppedOf is what is said of the bytes of a visit that were not kept: kept, with the digest of body instead.
func (t *tx) droppedOf(kept archive.Dropped, instead uint64) (archive.Dropped, error) {
	var err error
	kept.Instead, err = t.digest(instead)
	return kept, err
}

// verifyDropped checks that what stands for bytes of a visit that were not kept is a body which ever was.
func (t *tx) verifyDropped(e *entry) error {
	if !e.capture.Dropped.Any() {
		return nil
	}
	if e.instead == 0 {
		return corrupt("the visit at %s names nothing in the stead of what was not kept", e.capture.Time)
	}
	b, _, err := t.blobHead(e.instead)
	if err == nil && b.dropped() {
		err = corrupt("the visit at %s names bytes in the stead of its own that were not kept either", e.capture.Time)
	}
	return err
}
