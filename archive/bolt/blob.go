package bolt

import (
	"encoding/binary"
	"errors"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/delta"
)

// blob is a body at rest. Its number is its key in the bucket.
type blob struct {
	digest archive.Digest
	size   int    // of the body
	base   uint64 // number of the body that it is a difference from; 0 when it stands alone; less than its own
	frame  []byte // archive/delta
	// absent is set when the bytes are not on record; then leaf is the leaf of the ledger that says why, 0 when they were not
	// kept, as the visits say that brought them.
	absent bool
	leaf   uint64
}

func (b *blob) encode() []byte {
	w := writer{make([]byte, 0, len(b.frame)+48)}
	w.raw(b.digest[:])
	w.uint(uint64(b.size))
	w.uint(b.base)
	w.uint(uint64(len(b.frame)))
	w.raw(b.frame)
	if b.absent {
		w.uint(b.leaf)
	}
	return w.b
}

// decodeBlob reads the first piece of a blob, and how long its frame is; as much of the frame as the piece has points into v.
func decodeBlob(v []byte) (b blob, length int, err error) {
	r := reader{b: v}
	copy(b.digest[:], r.raw(len(b.digest)))
	b.size = r.count(delta.MaxSize)
	b.base = r.uint()
	length = r.count(maxFrame)
	if b.absent = b.size > 0 && length == 0; b.absent { // every frame of something is something
		b.leaf = r.uint()
		return b, 0, r.done()
	}
	if b.frame = r.b; len(b.frame) > length {
		r.fail("end") // or goes on after it
	}
	return b, length, r.err
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
	b, _, err := t.blobHead(seq)
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
	b, length, err := t.blobHead(seq)
	if err == nil && len(b.frame) < length {
		b.frame, err = t.pieces(seq, b.frame, length)
	}
	return b, err
}

// blobHead is what is kept of the body with a number, with no more of its frame, which is length bytes, than stands with
// it: enough for all but reading the body.
func (t *tx) blobHead(seq uint64) (b blob, length int, err error) {
	v := t.bucket(bucketBlobs).Get(be64(nil, seq))
	if v == nil {
		return blob{}, 0, corrupt("body %d is not there", seq)
	}
	b, length, err = decodeBlob(v)
	if err == nil && b.base >= seq {
		err = corrupt("body %d is a difference from %d", seq, b.base)
	}
	return b, length, err
}

// pieces is a frame put together: its first piece and those that follow in the bucket.
func (t *tx) pieces(seq uint64, first []byte, length int) ([]byte, error) {
	frame := append([]byte{}, first...) // it grows with what is there, not with what is said
	c := t.cursor(bucketBlobs)
	c.Seek(be64(nil, seq))
	for part := uint32(1); len(frame) < length; part++ {
		k, v := c.Next()
		if string(k) != string(pieceKey(seq, part)) || len(v) == 0 || len(frame)+len(v) > length {
			return nil, corrupt("body %d: piece %d is not there", seq, part)
		}
		frame = append(frame, v...)
	}
	return frame, nil
}

func pieceKey(seq uint64, part uint32) []byte { return be32(be64(nil, seq), part) }

// digest is the digest of the body with a number; zero for number 0.
func (t *tx) digest(seq uint64) (archive.Digest, error) {
	if seq == 0 {
		return archive.Digest{}, nil
	}
	b, _, err := t.blobHead(seq)
	return b.digest, err
}

// piece is the length of the pieces that bodies are kept in: eight fill a page of the file to the end. Values of any length
// would leave a fifth of it empty.
const piece = (pageSize-pageHead)/8 - elemSize - 12

// maxFrame is the length of the longest frame: what does not get shorter gets a little longer.
const maxFrame = delta.MaxSize + delta.MaxSize/128

// bodies is how many bodies there are: their numbers are from 1 to it, without gaps.
func (t *tx) bodies() uint64 { return t.bucket(bucketBlobs).Sequence() }

// putBlob keeps a new body and returns its number.
func (t *tx) putBlob(b *blob) (uint64, error) {
	bucket := t.bucket(bucketBlobs)
	seq, err := bucket.NextSequence()
	if err != nil {
		return 0, err
	}
	if err := t.putPieces(seq, b); err != nil {
		return 0, err
	}
	return seq, t.bucket(bucketDigests).Put(digestKey(b.digest), be64(nil, seq))
}

// putPieces writes the record of a body.
func (t *tx) putPieces(seq uint64, b *blob) error {
	bucket := t.bucket(bucketBlobs)
	v := b.encode()
	t.wrote += len(v)
	key := be64(nil, seq)
	for part := uint32(1); len(v) > 0; part++ {
		n := min(len(v), piece)
		if err := bucket.Put(key, v[:n]); err != nil {
			return err
		}
		v, key = v[n:], pieceKey(seq, part)
	}
	return nil
}

// chain says which bodies of a page the next ones are differences from: body i is one from body delta.Base(i), unless that
// is long and another one that the chain holds costs less. In the order of their places it holds what Base can ask for (the
// first body of the last group, the base of that and so on: a handful for a million) and the last few, as some sites serve a
// page in several forms by turns.
type chain []link

type link struct {
	index uint64 // among the page's bodies, from 0
	blob  uint64
	depth uint64 // how many bodies must be decoded before it
}

const (
	// recent is how many of the last bodies a chain holds.
	recent = 8
	// maxDetour is how many bodies are decoded at most before one that did not take the base that Base tells.
	maxDetour = 24
	// worthALook is the length of a difference from which on a better base is looked for among the last bodies, and
	// worthAFarLook among all that the chain holds.
	worthALook    = 1500
	worthAFarLook = 4000
	// mostLooked is how many bytes of bodies are compared with a body to find its base. One is always.
	mostLooked = 8 << 20
	// depthCost times the square of its depth is what a base must save, in bytes: what is decoded before it is decoded as well
	// for all that will be differences from it. So that detours which hardly pay do not use up those that do, of the real
	// histories the differences are a sixth shorter and the paths a third (TestAtRest).
	depthCost = 100
	// worthMore is the length of a difference from which on it is made with more effort too.
	worthMore = 3000
)

// cost is what a difference of some bytes from a body costs.
func (l link) cost(frame int) uint64 { return uint64(frame) + depthCost*l.depth*l.depth }

// next is the place of the page's next body and the bodies that it may be a difference from: the usual one, then the
// others, the last one first.
func (c chain) next() (index uint64, bases []link) {
	if len(c) == 0 {
		return 0, nil
	}
	index = c[len(c)-1].index + 1
	usual := delta.Base(index)
	for i := len(c) - 1; i >= 0; i-- {
		switch l := c[i]; {
		case l.index == usual:
			bases = append([]link{l}, bases...)
		case l.depth < maxDetour:
			bases = append(bases, l)
		}
	}
	return index, bases
}

// push adds the page's next body, which is a difference from body base.
func (c chain) push(blob, base uint64) chain {
	index, _ := c.next()
	added := link{index: index, blob: blob}
	var out chain
	for _, l := range c {
		if l.blob == base {
			added.depth = l.depth + 1
		}
		if l.index+recent > index || asked(l.index, index) {
			out = append(out, l)
		}
	}
	return append(out, added)
}

// asked reports whether Base may ask for body i after body last: whether it is the first of last's group, or the base of
// that, and so on.
func asked(i, last uint64) bool {
	at := last / delta.Group * delta.Group
	for at > i {
		at = delta.Base(at)
	}
	return at == i
}

// encodeBlob makes the blob of a body: a difference from one of bases when that is the shorter one. body gets one.
func encodeBlob(raw []byte, d archive.Digest, bases []link, body func(uint64) ([]byte, error)) (*blob, error) {
	b := &blob{digest: d, size: len(raw)}
	if err := b.closest(raw, bases, body); err != nil {
		return nil, err
	}
	if b.base != 0 && len(b.frame) < max(worthALook, len(raw)/16) { // standing alone would not be shorter
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

// closest makes a blob a difference from the one of bases that costs least, of as many as are worth a look.
func (b *blob) closest(raw []byte, bases []link, body func(uint64) ([]byte, error)) error {
	var least, last uint64
	var nearest []byte
	for _, l := range bases {
		last = max(last, l.index)
	}
	looked := 0
	for _, l := range bases {
		if far := l.index+recent <= last; b.frame != nil && (looked > mostLooked || (far && len(b.frame) < worthAFarLook)) {
			continue
		}
		base, err := body(l.blob)
		if errors.Is(err, archive.ErrForgotten) {
			continue // it was forgotten since bases were looked up
		}
		if err != nil {
			return err
		}
		frame, err := delta.EncodeRough(nil, raw, base, len(b.frame))
		if err != nil {
			return err
		}
		looked += len(raw)
		if frame == nil {
			continue // longer than what there is
		}
		if cost := l.cost(len(frame)); b.frame == nil || cost < least {
			b.frame, b.base, least, nearest = frame, l.blob, cost, base
		}
		if len(b.frame) < worthALook {
			break
		}
	}
	if b.frame == nil {
		return nil
	}
	return b.squeeze(raw, nearest)
}

// squeeze makes a difference shorter, when it is not so short that there is nothing to gain, and sees to it that it gives the
// body: these bytes exist nowhere else.
func (b *blob) squeeze(raw, base []byte) (err error) {
	if len(b.frame) >= worthMore {
		frame, err := delta.EncodeHarder(nil, raw, base)
		if err != nil {
			return err
		}
		if len(frame) < len(b.frame) {
			b.frame = frame
		}
	}
	if !delta.Holds(b.frame, raw, base) {
		b.frame, err = delta.Encode(nil, raw, base)
	}
	return err
}
