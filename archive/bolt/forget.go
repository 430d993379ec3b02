package bolt

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/delta"
	"github.com/onrecord/onrecord/archive/ledger"
)

// keyUnswept is there, with the time in nanoseconds, while bytes that were forgotten may still be in free parts of the
// file; Compact writes the file anew without them.
var keyUnswept = []byte("unswept")

// Forget takes a page, or a version, off the record. See [archive.Store]. It is one transaction, which reads all visits of the
// archive and the heads of all bodies. Bodies that are differences from those that go are packed anew before. What was
// written before stays in free pages of the file until [Compact] writes it anew: [Store.Unswept] tells.
func (s *Store) Forget(ctx context.Context, url string, take archive.Takedown, dry bool) (archive.Removal, error) {
	take, err := checkTakedown(take)
	var r *removal
	switch {
	case err != nil:
	case dry:
		err = s.read(ctx, func(t *tx) error {
			r, err = t.plan(url, take.Version)
			return err
		})
	default:
		err = s.write(ctx, func(t *tx) error {
			if err := t.ledgerBegun(); err != nil {
				return err
			}
			if r, err = t.plan(url, take.Version); err != nil {
				return err
			}
			return t.forget(r, take)
		})
		if err == nil {
			s.cache.drop(r.bodies)
		}
	}
	if err != nil {
		return archive.Removal{}, fmt.Errorf("forget %.300q: %w", url, err)
	}
	return r.Removal, nil
}

// Unswept tells since when bytes that were forgotten may be in free parts of the file; zero when none are.
func (s *Store) Unswept(ctx context.Context) (since time.Time, err error) {
	err = s.read(ctx, func(t *tx) error {
		if v := t.bucket(bucketMeta).Get(keyUnswept); len(v) == 8 {
			since = timeOf(int64(binary.BigEndian.Uint64(v)))
		}
		return nil
	})
	return since, err
}

// forget does what was planned.
func (t *tx) forget(r *removal, take archive.Takedown) error {
	_, already := t.wholly(r.page.number)
	if r.Empty() && (!r.whole || already) {
		return nil
	}
	if _, err := t.b.CreateBucketIfNotExists(bucketTakedowns); err != nil {
		return err
	}
	if err := t.raiseSchema(SchemaForgotten); err != nil {
		return err
	}
	leaf, err := t.tellForgotten(r, take)
	if err != nil {
		return err
	}
	r.Leaf = int64(leaf)
	for _, step := range []func(*removal, uint64) error{t.forgetBodies, t.forgetReadings, t.forgetCertificates, t.forgetLinks} {
		if err := step(r, leaf); err != nil {
			return err
		}
	}
	now := time.Now().UnixNano()
	return t.bucket(bucketMeta).Put(keyUnswept, be64(nil, uint64(now)))
}

// tellForgotten puts what is forgotten into the ledger, and in force; it returns the number of the first leaf.
func (t *tx) tellForgotten(r *removal, take archive.Takedown) (first uint64, err error) {
	facts, readings, err := t.named(r)
	if err != nil {
		return 0, err
	}
	first, now := t.ledgerSize(), time.Now().UTC()
	for begun := false; !begun || len(facts)+len(readings) > 0; begun = true {
		l := ledger.Leaf{Kind: ledger.Forgotten, Time: now, By: take.By, Why: take.Reason, Page: r.URL, Whole: r.whole}
		n := min(len(facts), ledger.MaxWithdrawn)
		l.Captures, facts = facts[:n], facts[n:]
		n = min(len(readings), ledger.MaxWithdrawn-n)
		l.Readings, readings = readings[:n], readings[n:]
		key := takedownKey(r.page.number, t.ledgerSize())
		if err := t.keepLeaf(&l); err != nil {
			return 0, err
		}
		if err := t.bucket(bucketTakedowns).Put(key, []byte{flag(r.whole)}); err != nil {
			return 0, err
		}
	}
	return first, nil
}

// forgetBodies takes the bytes of bodies away, after those that are differences from them were packed anew.
func (t *tx) forgetBodies(r *removal, leaf uint64) error {
	if len(r.bodies) == 0 {
		return nil
	}
	last := t.bodies()
	for seq := uint64(1); seq <= last; seq++ {
		b, _, err := t.blobHead(seq)
		if err != nil {
			return err
		}
		if r.bodies[b.base] && !r.bodies[seq] {
			if err := t.rebase(seq, b.base, r.bodies); err != nil {
				return err
			}
		}
	}
	for seq := range r.bodies {
		b, _, err := t.blobHead(seq)
		if err != nil {
			return err
		}
		if err := t.replaceBlob(seq, &blob{digest: b.digest, size: b.size, absent: true, leaf: leaf}); err != nil {
			return err
		}
	}
	return nil
}

// rebase packs a body anew as a difference from the nearest one before its base that stays, or standing alone.
func (t *tx) rebase(seq, base uint64, going map[uint64]bool) error {
	body, err := t.body(seq)
	if err != nil {
		return err
	}
	for going[base] {
		b, _, err := t.blobHead(base)
		if err != nil {
			return err
		}
		base = b.base
	}
	now := &blob{digest: archive.Sum(body), size: len(body), base: base}
	if base != 0 {
		from, err := t.body(base)
		if err != nil {
			return err
		}
		if now.frame, err = delta.EncodeHarder(nil, body, from); err != nil {
			return err
		}
	}
	if base == 0 || len(now.frame) > len(body)/16 {
		alone, err := delta.Encode(nil, body, nil)
		if err != nil {
			return err
		}
		if base == 0 || len(alone) < len(now.frame) {
			now.frame, now.base = alone, 0
		}
	}
	return t.replaceBlob(seq, now)
}

// share gives all visits of a version the reading that it begins with: once it is forgotten, readings with two numbers are two
// versions. Two pages that were joined can have read the same at different times.
func (t *tx) share(r *removal) error {
	_, starts, err := t.group(r.page, r.all)
	if err != nil {
		return err
	}
	now, changed := uint32(0), false
	for i := range r.all {
		e := &r.all[i]
		if starts[i] != 0 {
			now = e.reading
		}
		if e.reading != 0 && e.reading != now && slices.Contains(r.readings, e.reading) {
			e.reading, changed = now, true
		}
	}
	if !changed {
		return nil
	}
	return t.putEntries(r.page.number, r.all)
}

// forgetReadings takes the fields of readings away; those that are differences from them are written anew.
func (t *tx) forgetReadings(r *removal, leaf uint64) error {
	if err := t.share(r); err != nil {
		return err
	}
	p := r.page
	stay := map[uint32]*archive.Reading{}
	for n := uint32(1); n <= p.readings; n++ {
		if slices.Contains(r.readings, n) || !slices.Contains(r.readings, baseReading(n)) {
			continue
		}
		h, err := t.readingHead(p.number, n)
		if err != nil {
			return err
		}
		if !h.absent {
			if stay[n], err = t.reading(p.number, n); err != nil {
				return err
			}
		}
	}
	for _, n := range r.readings {
		h, err := t.readingHead(p.number, n)
		if err != nil {
			return err
		}
		if h.record, err = t.recordOf(p.number, n); err != nil {
			return err
		}
		h.absent, h.leaf, h.size, h.frame = true, leaf, 0, nil
		if err := t.putReadingHead(p.number, n, &h); err != nil {
			return err
		}
	}
	for n := uint32(1); n <= p.readings; n++ {
		if s := stay[n]; s != nil {
			if err := t.putReading(p.number, n, s); err != nil {
				return err
			}
		}
	}
	return nil
}

// forgetCertificates takes the certificates away that nothing else needs.
func (t *tx) forgetCertificates(r *removal, _ uint64) error {
	for d := range r.chains {
		if err := t.bucket(bucketNotes).Delete([]byte(archive.CertificateNote(d))); err != nil {
			return err
		}
	}
	return nil
}

// forgetLinks takes what went out of the summaries of pages: the bodies that the next ones would be differences from, the
// page's title and days.
func (t *tx) forgetLinks(r *removal, _ uint64) error {
	var changed []*page
	c := t.cursor(bucketPages)
	for k, v := c.First(); k != nil; k, v = c.Next() {
		p, err := decodePage(numberOf(k), v)
		if err != nil {
			return err
		}
		n := len(p.chain)
		p.chain = slices.DeleteFunc(p.chain, func(l link) bool { return r.bodies[l.blob] })
		if len(p.chain) != n || p.number == r.page.number {
			changed = append(changed, p)
		}
	}
	for _, p := range changed {
		if p.number == r.page.number {
			if err := t.restate(p, r.all); err != nil {
				return err
			}
		}
		if err := t.putPage(p); err != nil {
			return err
		}
	}
	return nil
}

// restate works out what a page's summary says of its last reading.
func (t *tx) restate(p *page, all []entry) error {
	if p.versions == 0 {
		return nil
	}
	list, _, err := t.group(p, all)
	if err != nil {
		return err
	}
	if len(list) != int(p.versions) {
		return fmt.Errorf("page %d would have %d versions, not %d: %w", p.number, len(list), p.versions, archive.ErrCorrupt)
	}
	p.title, p.published, p.modified, err = t.stated(p.number, list[len(list)-1].reading)
	return err
}
