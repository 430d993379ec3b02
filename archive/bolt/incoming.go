package bolt

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/delta"
)

// incoming is a capture on its way into the archive, with what could be worked out about it before its transaction.
// What turns out to be worked out for another state of the archive is worked out again.
type incoming struct {
	capture  archive.Capture // its reading and bytes included; hops and headers are the caller's
	identity archive.Digest
	text     archive.Digest
	raw      incomingBody
	rendered incomingBody
	instead  uint64 // the body that seems to stand for both, which then need not be kept; 0 when none does
	changes  changes
}

// incomingBody is one of the two bodies of a capture: what came over the wire, or the document that was rendered from it.
type incomingBody struct {
	bytes  []byte
	digest archive.Digest // zero when there is no such body
	known  bool           // it is on record
	absent bool           // its bytes were there and are no more
	blob   *blob          // nil when it was not worked out
	bases  int            // from how many bodies it could be a difference
}

// rawBody stands for the number of the raw body, which has none yet, as the base of the rendered one.
const rawBody = math.MaxUint64

// changes are comparisons that were made, by the identities of both readings.
type changes map[[2]archive.Digest]archive.Change

// take checks a capture and computes its digests.
func take(c *archive.Capture) (*incoming, error) {
	in := &incoming{capture: *c, changes: changes{}}
	n := &in.capture
	n.Time = c.Time.UTC()
	n.Version, n.Absent, n.Dropped = 0, "", archive.Dropped{}
	var err error
	if in.raw, err = takeBody(c.Raw, c.RawDigest); err != nil {
		return nil, err
	}
	if in.rendered, err = takeBody(c.Rendered, c.RenderedDigest); err != nil {
		return nil, fmt.Errorf("rendered: %w", err)
	}
	n.RawDigest, n.RenderedDigest = in.raw.digest, in.rendered.digest
	if n.RawDigest.IsZero() && !n.RenderedDigest.IsZero() {
		return nil, errors.New("rendered from no bytes")
	}
	if c.Time.IsZero() {
		return nil, errors.New("no time")
	}
	for _, err := range []error{checkURL(c.URL), checkTime("time", c.Time), checkTime("time to come back", c.Until)} {
		if err != nil {
			return nil, err
		}
	}
	for i := range c.Hops {
		if err := checkTime("time of a hop", c.Hops[i].Time); err != nil {
			return nil, err
		}
	}
	if len(c.FinalURL) > maxURL {
		return nil, checkURL(c.FinalURL)
	}
	if c.Reading == nil {
		if !c.Outcome.Valid() {
			return nil, fmt.Errorf("a visit cannot end as %.40q", c.Outcome)
		}
		return in, nil
	}
	if n.RawDigest.IsZero() {
		return nil, errors.New("a reading of no bytes")
	}
	if n.FinalURL == "" {
		n.FinalURL = n.URL
	}
	n.Outcome, n.Reason = archive.Stored, "" // or Unchanged: that is told when it is read
	in.identity, in.text = c.Reading.Identity(), c.Reading.TextDigest()
	return in, nil
}

// takeBody checks a body against its digest and its limit.
func takeBody(b []byte, d archive.Digest) (incomingBody, error) {
	if len(b) == 0 {
		return incomingBody{digest: d}, nil
	}
	if len(b) > delta.MaxSize {
		return incomingBody{}, fmt.Errorf("%d bytes, more than %d", len(b), delta.MaxSize)
	}
	sum := archive.Sum(b)
	if !d.IsZero() && d != sum {
		return incomingBody{}, fmt.Errorf("bytes are %s, their digest says %s", sum, d)
	}
	return incomingBody{bytes: b, digest: sum}, nil
}

// look finds out whether a body is on record; one that is to be there and is not is ErrNotFound.
func (t *tx) look(b *incomingBody) error {
	if b.digest.IsZero() {
		return nil
	}
	seq, err := t.blobOf(b.digest)
	if err != nil {
		return err
	}
	b.known = seq != 0
	if b.known {
		head, _, err := t.blobHead(seq)
		if err != nil {
			return err
		}
		if b.absent = head.absent; b.absent {
			return nil // whether it may come back is told when it is put on record
		}
	}
	if !b.known && len(b.bytes) == 0 {
		return fmt.Errorf("bytes %s: %w", b.digest, archive.ErrNotFound)
	}
	return nil
}

// encode makes the differences of the bodies that are not on record from those of a page; the rendered one may be a
// difference from the raw one. body gets a body on record.
func (in *incoming) encode(had chain, body func(uint64) ([]byte, error)) error {
	for _, b := range []*incomingBody{&in.raw, &in.rendered} {
		if b.known || len(b.bytes) == 0 || in.instead != 0 {
			continue
		}
		_, bases := had.next()
		var err error
		b.bases = len(bases)
		b.blob, err = encodeBlob(b.bytes, b.digest, bases, func(seq uint64) ([]byte, error) {
			if seq == rawBody {
				return in.raw.bytes, nil
			}
			return body(seq)
		})
		if err != nil {
			return err
		}
		had = had.push(rawBody, b.blob.base)
	}
	return nil
}

// work does what takes long, outside of the transaction: it makes the differences of the bytes, and compares the readings.
func (s *Store) work(ctx context.Context, in *incoming) error {
	var had chain
	var before *archive.Reading
	err := s.read(ctx, func(t *tx) error {
		for _, b := range []*incomingBody{&in.raw, &in.rendered} {
			if err := t.look(b); err != nil {
				return err
			}
		}
		p, err := t.target(&in.capture)
		if err != nil || p == nil {
			return err
		}
		had = p.chain
		if in.instead, err = t.standIn(p, in); err != nil {
			return err
		}
		if in.capture.Reading != nil && p.versions > 0 {
			last, err := t.version(p.number, p.versions)
			if err != nil || last.identity == in.identity {
				return err
			}
			before, err = t.reading(p.number, last.reading)
			if errors.Is(err, archive.ErrForgotten) {
				err = nil
			}
			return err
		}
		return nil
	})
	if err != nil {
		return err
	}
	if before != nil {
		in.changes[[2]archive.Digest{before.Identity(), in.identity}] = s.compare(before, in.capture.Reading)
	}
	return in.encode(had, func(seq uint64) (body []byte, err error) {
		err = s.read(ctx, func(t *tx) error {
			body, err = t.body(seq)
			return err
		})
		return body, err
	})
}

// target is the page that a capture belongs to as things are; nil when it is a new one.
func (t *tx) target(c *archive.Capture) (*page, error) {
	if c.Reading != nil && c.FinalURL != c.URL {
		if p, err := t.pageAt(c.FinalURL); err != nil || p != nil {
			return p, err
		}
	}
	return t.pageAt(c.URL)
}

// put keeps the bytes of a capture, or that they are not kept, and gives its visit the numbers of both bodies.
func (t *tx) put(p *page, in *incoming, e *entry) error {
	instead, err := t.standIn(p, in)
	if err != nil {
		return err
	}
	d := &e.capture.Dropped
	if e.blob, d.Raw, err = t.putBody(p, &in.raw, instead != 0); err != nil {
		return err
	}
	if b := in.rendered.blob; b != nil && b.base == rawBody {
		b.base = e.blob
	}
	if e.rendered, d.Rendered, err = t.putBody(p, &in.rendered, instead != 0); err != nil {
		return err
	}
	switch {
	case d.Any():
		e.instead = instead
		return t.raiseSchema(SchemaDropped)
	case e.rendered != 0:
		return t.raiseSchema(SchemaRendered)
	}
	return nil
}

// putBody keeps bytes and returns their number; 0 when there are none. With drop those that are not on record are not kept.
func (t *tx) putBody(p *page, in *incomingBody, drop bool) (seq uint64, dropped bool, err error) {
	if in.digest.IsZero() {
		return 0, false, nil
	}
	if seq, err = t.blobOf(in.digest); err != nil {
		return 0, false, err
	}
	switch {
	case seq != 0:
		b, _, err := t.blobHead(seq)
		if err != nil || drop && b.dropped() {
			return seq, true, err
		}
		return seq, false, t.bringBack(p, seq, &b, in)
	case len(in.bytes) == 0:
		return 0, false, fmt.Errorf("bytes %s: %w", in.digest, archive.ErrNotFound)
	case drop:
		seq, err = t.putBlob(&blob{digest: in.digest, size: len(in.bytes), absent: true})
		return seq, true, err
	}
	seq, err = t.putNew(p, in)
	return seq, false, err
}

// putNew keeps bytes that are not on record, as a difference from others of a page, and returns their number.
func (t *tx) putNew(p *page, in *incomingBody) (seq uint64, err error) {
	_, bases := p.chain.next()
	fits := in.blob != nil && in.bases == len(bases) &&
		(in.blob.base == 0 || slices.ContainsFunc(bases, func(l link) bool { return l.blob == in.blob.base }))
	if !fits { // another capture of the page came between
		if in.blob, err = encodeBlob(in.bytes, in.digest, bases, t.body); err != nil {
			return 0, err
		}
	}
	if seq, err = t.putBlob(in.blob); err == nil {
		p.chain = p.chain.push(seq, in.blob.base)
		t.b.OnCommit(func() { t.s.cache.keep(seq, in.bytes) }) // the page's next body is a difference from it
	}
	return seq, err
}

// change is what reading now is against reading number before of a page.
func (t *tx) change(p *page, before *version, now *archive.Reading, identity archive.Digest, known changes) (archive.Change, error) {
	key := [2]archive.Digest{before.identity, identity}
	if c, ok := known[key]; ok {
		return c, nil
	}
	old, err := t.reading(p.number, before.reading)
	if errors.Is(err, archive.ErrForgotten) || (err == nil && now == nil) {
		return archive.Change{Kind: archive.Edited}, nil // what was changed cannot be told any more
	}
	if err != nil {
		return archive.Change{}, err
	}
	c := t.s.compare(old, now)
	if known != nil {
		known[key] = c
	}
	return c, nil
}
