package bolt

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/delta"
)

// blob is a body at rest. Its number is its key in the bucket.
type blob struct {
	digest archive.Digest
	size   int    // of the body
	base   uint64 // number of the body that it is a difference from; 0 when it stands alone; less than its own
	frame  []byte // archive/delta
}

func (b *blob) encode() []byte {
	w := writer{make([]byte, 0, len(b.frame)+48)}
	w.raw(b.digest[:])
	w.uint(uint64(b.size))
	w.uint(b.base)
	w.raw(b.frame)
	return w.b
}

// bodies is how many bodies there are: their numbers are from 1 to it, without gaps.
func (t *tx) bodies() uint64 { return t.bucket(bucketBlobs).Sequence() }

// decodeBlob reads a blob; its frame points into v.
func decodeBlob(v []byte) (b blob, err error) {
	r := reader{b: v}
	copy(b.digest[:], r.raw(len(b.digest)))
	b.size = r.count(delta.MaxSize)
	b.base = r.uint()
	b.frame = r.b
	return b, r.err
}

// digestKey is the first half of a digest: enough that no two bodies share it, and half the place.
func digestKey(d archive.Digest) []byte { return d[:16] }

// blobOf is the number of the body with a digest; 0 when there is none.
func (t *tx) blobOf(d archive.Digest) (uint64, error) {
	v := t.bucket(bucketDigests).Get(digestKey(d))
	if v == nil {
		return 0, nil
	}
	if len(v) != 8 {
		return 0, corrupt("number of body %s", d)
	}
	seq := binary.BigEndian.Uint64(v)
	b, err := t.blob(seq)
	if err != nil {
		return 0, err
	}
	if b.digest != d {
		return 0, corrupt("body %d is %s, not %s", seq, b.digest, d)
	}
	return seq, nil
}

// blob is the body with a number as it is kept; its frame points into the file.
func (t *tx) blob(seq uint64) (blob, error) {
	key := be64(nil, seq)
	v := t.bucket(bucketBlobs).Get(key)
	if v == nil {
		v = t.bucket(bucketLarge).Get(key)
	}
	if v == nil {
		return blob{}, corrupt("body %d is not there", seq)
	}
	b, err := decodeBlob(v)
	if err == nil && b.base >= seq {
		err = corrupt("body %d is a difference from %d", seq, b.base)
	}
	return b, err
}

// digest is the digest of the body with a number; zero for number 0.
func (t *tx) digest(seq uint64) (archive.Digest, error) {
	if seq == 0 {
		return archive.Digest{}, nil
	}
	b, err := t.blob(seq)
	return b.digest, err
}

// body is the body with a number, compared with its digest. Nobody may change it.
func (t *tx) body(seq uint64) ([]byte, error) {
	body, sound := t.s.cache.get(seq)
	if sound {
		return body, nil
	}
	b, err := t.blob(seq)
	if err != nil {
		return nil, err
	}
	if body == nil {
		if body, err = t.decode(seq); err != nil {
			return nil, err
		}
	}
	if archive.Sum(body) != b.digest {
		return nil, corrupt("body %d is not what its digest %s says", seq, b.digest)
	}
	if !t.b.Writable() {
		t.s.cache.put(seq, body, true)
	}
	return body, nil
}

// decode is the body with a number, not compared with anything: the digest of the body that is asked for proves those
// that it is a difference from.
func (t *tx) decode(seq uint64) ([]byte, error) {
	if body, _ := t.s.cache.get(seq); body != nil {
		return body, nil
	}
	b, err := t.blob(seq)
	if err != nil {
		return nil, err
	}
	var base []byte
	if b.base != 0 {
		if base, err = t.decode(b.base); err != nil { // each base has a smaller number: this ends
			return nil, err
		}
	}
	body, err := delta.Decode(b.frame, base, b.size)
	if err != nil {
		return nil, corrupt("body %d, %s: %v", seq, b.digest, err)
	}
	if !t.b.Writable() {
		t.s.cache.put(seq, body, false)
	}
	return body, nil
}

// largeBlob is the length of a blob from which on it stands in a bucket of its own: long and short ones on the same pages
// leave a quarter of them empty.
const largeBlob = pageSize / 2

// putBlob keeps a new body and returns its number.
func (t *tx) putBlob(b *blob) (uint64, error) {
	bucket := t.bucket(bucketBlobs)
	seq, err := bucket.NextSequence()
	if err != nil {
		return 0, err
	}
	v := b.encode()
	t.wrote += len(v)
	if len(v) > largeBlob {
		bucket = t.bucket(bucketLarge)
	}
	if err := bucket.Put(be64(nil, seq), v); err != nil {
		return 0, err
	}
	return seq, t.bucket(bucketDigests).Put(digestKey(b.digest), be64(nil, seq))
}

// chain says which bodies of a page the next ones are differences from: body i is one from body delta.Base(i), unless
// another one that the chain holds gives a much shorter difference. It holds what Base can ask for: the last body, the
// first one of its group, the base of that and so on, a handful for a million.
type chain []link

type link struct {
	index uint64 // among the page's bodies, from 0
	blob  uint64
	depth uint64 // how many bodies must be decoded before it
}

const (
	// maxDetour is how many bodies are decoded at most before one that did not take the base that Base tells.
	maxDetour = 24
	// worthALook is the length of a difference from which on a better base is looked for.
	worthALook = 1500
)

// next is the place of the page's next body and the bodies that it may be a difference from, the usual one first.
func (c chain) next() (index uint64, bases []link) {
	if len(c) == 0 {
		return 0, nil
	}
	last := c[len(c)-1]
	index = last.index + 1
	for i := len(c) - 1; i >= 0; i-- {
		switch l := c[i]; {
		case l.index == delta.Base(index):
			bases = append([]link{l}, bases...)
		case (l == last || i == len(c)-2) && l.depth < maxDetour:
			bases = append(bases, l)
		}
	}
	return index, bases
}

// push adds the page's next body, which is a difference from body base.
func (c chain) push(blob, base uint64) chain {
	index, _ := c.next()
	l := link{index: index, blob: blob}
	for _, b := range c {
		if b.blob == base {
			l.depth = b.depth + 1
		}
	}
	c = slices.Clone(c)
	for len(c) > 0 {
		last := c[len(c)-1].index
		if last%delta.Group == 0 && (index%delta.Group != 0 || last <= delta.Base(index)) {
			break
		}
		c = c[:len(c)-1]
	}
	return append(c, l)
}

// encodeBlob makes the blob of a body: a difference from one of bases when that is the shorter one. body gets one.
func encodeBlob(raw []byte, d archive.Digest, bases []link, body func(uint64) ([]byte, error)) (*blob, error) {
	b := &blob{digest: d, size: len(raw)}
	for i, l := range bases {
		base, err := body(l.blob)
		if err != nil {
			return nil, err
		}
		frame, err := delta.Encode(nil, raw, base)
		if err != nil {
			return nil, err
		}
		if i == 0 || 2*len(frame) < len(b.frame) {
			b.frame, b.base = frame, l.blob
		}
		if len(b.frame) < worthALook {
			return b, nil
		}
	}
	if b.base != 0 {
		base, err := body(b.base)
		if err != nil {
			return nil, err
		}
		if b.frame, err = delta.EncodeHarder(nil, raw, base); err != nil {
			return nil, err
		}
	}
	if b.base != 0 && len(b.frame) < len(raw)/16 { // standing alone would not be shorter
		return b, nil
	}
	frame, err := delta.Encode(nil, raw, nil)
	if err != nil {
		return nil, err
	}
	if b.base == 0 || len(frame) <= len(b.frame) {
		b.frame, b.base = frame, 0
	}
	return b, nil
}

// Blob is the bytes with a digest. See [archive.Store].
func (s *Store) Blob(ctx context.Context, d archive.Digest) (body []byte, err error) {
	err = s.read(ctx, func(t *tx) error {
		seq, err := t.blobOf(d)
		if err != nil {
			return err
		}
		if seq == 0 {
			return archive.ErrNotFound
		}
		b, err := t.body(seq)
		body = append([]byte{}, b...) // the caller may do with it what it likes
		return err
	})
	if err != nil {
		if errors.Is(err, archive.ErrNotFound) {
			return nil, fmt.Errorf("bytes %s: %w", d, err)
		}
		return nil, err
	}
	return body, nil
}
