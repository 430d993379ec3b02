package bolt

import (
	"bytes"
	"slices"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/ledger"
)

// sharedTold is how many addresses of pages that have the same bytes are told.
const sharedTold = 10

// removal is what a takedown takes.
type removal struct {
	archive.Removal
	page     *page
	whole    bool
	all      []entry
	taken    []bool          // of all: visits that lose what they brought
	bodies   map[uint64]bool // that go; of those that were not kept, that they may not come
	there    map[uint64]bool // of bodies: whether their bytes are on record
	readings []uint32        // that go
	chains   map[archive.Digest]bool
}

// plan works out what a takedown takes. It reads all visits of the archive: what other pages have too must stay.
func (t *tx) plan(url string, n int) (*removal, error) {
	p, err := t.mustPageAt(url)
	if err != nil {
		return nil, err
	}
	r := &removal{page: p, whole: n == 0, bodies: map[uint64]bool{}, there: map[uint64]bool{}, chains: map[archive.Digest]bool{}}
	r.URL = p.url
	if r.all, err = t.entries(p.number); err != nil {
		return nil, err
	}
	r.taken = make([]bool, len(r.all))
	gone, err := t.planReadings(r, n)
	if err != nil {
		return nil, err
	}
	if err := t.planVisits(r, gone); err != nil {
		return nil, err
	}
	if err := t.spare(r); err != nil {
		return nil, err
	}
	return r, t.countRemoval(r)
}

// planReadings chooses the readings that go, and tells by number which visits' readings are to be taken, those that went
// before included.
func (t *tx) planReadings(r *removal, n int) (map[uint32]bool, error) {
	p, gone := r.page, map[uint32]bool{}
	var text archive.Digest
	if !r.whole {
		number := int64(n)
		if n < 0 {
			number += int64(p.versions) + 1
		}
		if number < 1 || number > int64(p.versions) {
			return nil, notFound("version %d of %s, which has %d", n, p.url, p.versions)
		}
		v, err := t.version(p.number, uint32(number))
		if err != nil {
			return nil, err
		}
		text = v.text
	}
	for i := uint32(1); i <= p.readings; i++ {
		h, err := t.readingHead(p.number, i)
		if err != nil {
			return nil, err
		}
		if !r.whole && h.text != text {
			continue
		}
		if gone[i] = true; !h.absent {
			r.readings = append(r.readings, i)
		}
	}
	list, err := t.versions(p.number, p.versions)
	for i := range list {
		if gone[list[i].reading] && slices.Contains(r.readings, list[i].reading) {
			r.Versions = append(r.Versions, int(list[i].number))
		}
	}
	return gone, err
}

// planVisits chooses the visits that lose what they brought: of a page all, of a version those that showed its text, and
// those that brought bytes while it stood there, whatever became of them.
func (t *tx) planVisits(r *removal, gone map[uint32]bool) error {
	standing := false
	for i := range r.all {
		e := &r.all[i]
		if e.reading != 0 {
			standing = gone[e.reading]
		}
		r.taken[i] = (r.whole || standing) && (e.blob != 0 || certified(e.capture.Hops))
		for _, seq := range []uint64{e.blob, e.rendered} {
			if r.taken[i] && seq != 0 {
				r.bodies[seq] = true
			}
		}
	}
	for i := range r.all { // a visit without a reading that was made from a body that goes
		if e := &r.all[i]; e.reading == 0 && e.blob != 0 && r.bodies[e.source()] && !r.taken[i] {
			r.taken[i], r.bodies[e.blob] = true, true
		}
	}
	for i := range r.all {
		if !r.taken[i] {
			continue
		}
		for _, h := range r.all[i].capture.Hops {
			if d := h.CertificateDigest; !d.IsZero() && t.bucket(bucketNotes).Get([]byte(archive.CertificateNote(d))) != nil {
				r.chains[d] = true
			}
		}
	}
	for seq := range r.bodies { // those that went before
		b, _, err := t.blobHead(seq)
		if err != nil {
			return err
		}
		if b.absent && !b.dropped() {
			delete(r.bodies, seq)
		}
		r.there[seq] = !b.absent
	}
	return nil
}

// spare takes back what visits that stay have as well.
func (t *tx) spare(r *removal) error {
	former, err := t.namedBefore()
	if err != nil {
		return err
	}
	keep := func(e *entry) (shared bool, err error) {
		if !r.touches(e) {
			return false, nil
		}
		b, err := t.facts(e)
		if err != nil || former[archive.Sum(b)] { // what was forgotten claims nothing
			return false, err
		}
		for _, seq := range []uint64{e.blob, e.rendered} {
			if r.bodies[seq] {
				delete(r.bodies, seq)
				if r.there[seq] {
					r.Shared++
					shared = true
				}
			}
		}
		for i := range e.capture.Hops {
			delete(r.chains, e.capture.Hops[i].CertificateDigest)
		}
		return shared, nil
	}
	for i := range r.all {
		if r.taken[i] {
			continue
		}
		if _, err := keep(&r.all[i]); err != nil {
			return err
		}
	}
	c := t.cursor(bucketVisits)
	for k, v := c.First(); k != nil && len(r.bodies)+len(r.chains) > 0; k, v = c.Next() {
		number := numberOf(k)
		if number == r.page.number {
			continue
		}
		list, err := decodeGroup(v)
		if err != nil {
			return err
		}
		for i := range list {
			shared, err := keep(&list[i])
			if err != nil {
				return err
			}
			if !shared || len(r.SharedBy) >= sharedTold {
				continue
			}
			p, err := t.page(number)
			if err != nil {
				return err
			}
			if !slices.Contains(r.SharedBy, p.url) {
				r.SharedBy = append(r.SharedBy, p.url)
			}
		}
	}
	return nil
}

// loses reports whether the bytes of a body are there and go.
func (r *removal) loses(seq uint64) bool { return r.bodies[seq] && r.there[seq] }

// touches reports whether a visit has anything that a removal would take.
func (r *removal) touches(e *entry) bool {
	return r.bodies[e.blob] || r.bodies[e.rendered] ||
		slices.ContainsFunc(e.capture.Hops, func(h archive.Hop) bool { return r.chains[h.CertificateDigest] })
}

// namedBefore are the facts of all captures that leaves say were forgotten.
func (t *tx) namedBefore() (map[archive.Digest]bool, error) {
	named := map[archive.Digest]bool{}
	if t.b.Bucket(bucketTakedowns) == nil {
		return named, nil
	}
	c := t.cursor(bucketLeaves)
	for k, data := c.First(); k != nil; k, data = c.Next() {
		if !ledger.IsForgotten(data) {
			continue
		}
		l, err := ledger.ParseLeaf(data)
		if err != nil {
			return nil, corrupt("leaf %d: %v", numberOf(k), err)
		}
		for _, d := range l.Captures {
			named[d] = true
		}
	}
	return named, nil
}

// countRemoval counts what goes.
func (t *tx) countRemoval(r *removal) error {
	for i := range r.all {
		if e := &r.all[i]; r.taken[i] && (r.loses(e.blob) || r.loses(e.rendered)) {
			r.Captures++
		}
	}
	for seq := range r.bodies {
		if !r.there[seq] {
			continue
		}
		b, _, err := t.blobHead(seq)
		if err != nil {
			return err
		}
		r.Bodies++
		r.Bytes += int64(b.size)
	}
	r.Texts, r.Certificates = len(r.readings), len(r.chains)
	return nil
}

// named are the digests that the leaves of a removal name: facts of captures, readings as the ledger has them; both sorted.
func (t *tx) named(r *removal) (facts, readings []archive.Digest, err error) {
	for i := range r.all {
		if !r.taken[i] {
			continue
		}
		b, err := t.facts(&r.all[i])
		if err != nil {
			return nil, nil, err
		}
		facts = append(facts, archive.Sum(b))
	}
	for _, n := range r.readings {
		d, err := t.recordOf(r.page.number, n)
		if err != nil {
			return nil, nil, err
		}
		readings = append(readings, d)
	}
	for _, list := range []*[]archive.Digest{&facts, &readings} {
		slices.SortFunc(*list, func(a, b archive.Digest) int { return bytes.Compare(a[:], b[:]) })
		*list = slices.Compact(*list)
	}
	return facts, readings, nil
}
