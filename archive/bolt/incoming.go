package bolt

import (
	"context"
	"errors"
	"fmt"
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
	blob     *blob // nil when there are no bytes, or they are on record
	bases    int   // from how many bodies it could be a difference
	changes  changes
}

// changes are comparisons that were made, by the identities of both readings.
type changes map[[2]archive.Digest]archive.Change

// take checks a capture and computes its digests.
func take(c *archive.Capture) (*incoming, error) {
	in := &incoming{capture: *c, changes: changes{}}
	n := &in.capture
	n.Time = c.Time.UTC()
	n.Version = 0
	if len(c.Raw) > 0 {
		if len(c.Raw) > delta.MaxSize {
			return nil, fmt.Errorf("%d bytes, more than %d", len(c.Raw), delta.MaxSize)
		}
		n.RawDigest = archive.Sum(c.Raw)
		if !c.RawDigest.IsZero() && c.RawDigest != n.RawDigest {
			return nil, fmt.Errorf("bytes are %s, their digest says %s", n.RawDigest, c.RawDigest)
		}
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
		if c.Outcome == "" {
			return nil, errors.New("no outcome")
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

// work does what takes long, outside of the transaction: it makes the difference of the bytes, and compares the readings.
func (s *Store) work(ctx context.Context, in *incoming) error {
	var bases []link
	var before *archive.Reading
	known := false
	err := s.read(ctx, func(t *tx) error {
		p, err := t.target(&in.capture)
		if err != nil {
			return err
		}
		if !in.capture.RawDigest.IsZero() {
			seq, err := t.blobOf(in.capture.RawDigest)
			if err != nil {
				return err
			}
			if known = seq != 0; !known && len(in.capture.Raw) == 0 {
				return fmt.Errorf("bytes %s: %w", in.capture.RawDigest, archive.ErrNotFound)
			}
		}
		if p == nil {
			return nil
		}
		_, bases = p.chain.next()
		if in.capture.Reading != nil && p.versions > 0 {
			last, err := t.version(p.number, p.versions)
			if err != nil || last.identity == in.identity {
				return err
			}
			before, err = t.reading(p.number, last.reading)
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
	if len(in.capture.Raw) > 0 && !known {
		in.bases = len(bases)
		in.blob, err = encodeBlob(in.capture.Raw, in.capture.RawDigest, bases, func(seq uint64) (body []byte, err error) {
			err = s.read(ctx, func(t *tx) error {
				body, err = t.body(seq)
				return err
			})
			return body, err
		})
	}
	return err
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

// putRaw keeps the bytes of a capture and returns their number; 0 when there are none.
func (t *tx) putRaw(p *page, in *incoming) (uint64, error) {
	d := in.capture.RawDigest
	if d.IsZero() {
		return 0, nil
	}
	seq, err := t.blobOf(d)
	if err != nil || seq != 0 {
		return seq, err
	}
	if len(in.capture.Raw) == 0 {
		return 0, fmt.Errorf("bytes %s: %w", d, archive.ErrNotFound)
	}
	_, bases := p.chain.next()
	fits := in.blob != nil && in.bases == len(bases) &&
		(in.blob.base == 0 || slices.ContainsFunc(bases, func(l link) bool { return l.blob == in.blob.base }))
	if !fits { // another capture of the page came between
		if in.blob, err = encodeBlob(in.capture.Raw, d, bases, t.body); err != nil {
			return 0, err
		}
	}
	if seq, err = t.putBlob(in.blob); err == nil {
		p.chain = p.chain.push(seq, in.blob.base)
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
	if err != nil {
		return archive.Change{}, err
	}
	c := t.s.compare(old, now)
	if known != nil {
		known[key] = c
	}
	return c, nil
}
