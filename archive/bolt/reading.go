package bolt

import (
	"fmt"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/delta"
)

// maxReading is the length of the longest encoded reading: text and Markdown of the longest page that is fetched.
const maxReading = 128 << 20

// reading is a reading at rest: what it is known by, and its fields as a difference from an earlier one of the page.
// Readings of a page are numbered from 1, and each is a difference from the number that baseReading tells.
type reading struct {
	identity archive.Digest // archive.Reading.Identity
	text     archive.Digest // of the canonical text
	content  archive.Digest // of the encoded fields
	size     int            // of the encoded fields
	frame    []byte
	// absent is set when the fields are on record no more: leaf is the leaf of the ledger that says why, record the digest
	// that the ledger has of the reading.
	absent bool
	leaf   uint64
	record archive.Digest
}

func (r *reading) encode() []byte {
	w := writer{make([]byte, 0, len(r.frame)+100)}
	w.raw(r.identity[:])
	w.raw(r.text[:])
	w.raw(r.content[:])
	if r.absent {
		w.uint(0)
		w.uint(r.leaf)
		w.raw(r.record[:])
		return w.b
	}
	w.uint(uint64(r.size))
	w.raw(r.frame)
	return w.b
}

func decodeReading(v []byte) (out reading, err error) {
	r := reader{b: v}
	copy(out.identity[:], r.raw(32))
	copy(out.text[:], r.raw(32))
	copy(out.content[:], r.raw(32))
	if out.size = r.count(maxReading); out.size == 0 && r.err == nil { // the fields of a reading are never nothing
		out.absent, out.leaf = true, r.uint()
		copy(out.record[:], r.raw(32))
		return out, r.done()
	}
	out.frame = r.b
	return out, r.err
}

// encodeFields is a reading as bytes: every field, so that what is read back is equal.
func encodeFields(r *archive.Reading) []byte {
	w := writer{make([]byte, 0, len(r.Text)+len(r.Markdown)+256)}
	for _, s := range []string{r.Rules, r.Title, r.Text, r.Markdown, r.Published, r.Modified, r.Language, r.SiteName} {
		w.str(s)
	}
	w.strs(r.Authors)
	w.strs(r.Topics)
	if r.Dates == nil {
		w.uint(0)
		return w.b
	}
	w.uint(uint64(len(r.Dates)) + 1)
	for i := range r.Dates {
		c := &r.Dates[i]
		for _, s := range []string{c.Role, c.Raw, c.Source, c.Value, c.Precision, c.Why} {
			w.str(s)
		}
		w.bool(c.Ambiguous)
		w.bool(c.Chosen)
		w.strs(c.Readings)
	}
	return w.b
}

func decodeFields(b []byte) (*archive.Reading, error) {
	r := reader{b: b}
	out := &archive.Reading{}
	for _, s := range []*string{&out.Rules, &out.Title, &out.Text, &out.Markdown, &out.Published, &out.Modified, &out.Language, &out.SiteName} {
		*s = r.str()
	}
	out.Authors, out.Topics = r.strs(), r.strs()
	if n, there := r.list(); there {
		out.Dates = []archive.Claim{}
		for i := 0; i < n && r.err == nil; i++ {
			var c archive.Claim
			for _, s := range []*string{&c.Role, &c.Raw, &c.Source, &c.Value, &c.Precision, &c.Why} {
				*s = r.str()
			}
			c.Ambiguous, c.Chosen = r.bool(), r.bool()
			c.Readings = r.strs()
			out.Dates = append(out.Dates, c)
		}
	}
	return out, r.done()
}

// baseReading is the number of the reading that reading n is a difference from; 0 when it stands alone.
func baseReading(n uint32) uint32 {
	if n <= 1 {
		return 0
	}
	return uint32(delta.Base(uint64(n-1))) + 1
}

func readingKey(page uint64, n uint32) []byte { return be32(be64(nil, page), n) }

// readingHead is reading n of a page without its fields; its frame points into the file.
func (t *tx) readingHead(page uint64, n uint32) (reading, error) {
	v := t.bucket(bucketReadings).Get(readingKey(page, n))
	if v == nil {
		return reading{}, corrupt("page %d: reading %d is not there", page, n)
	}
	return decodeReading(v)
}

// fields are the encoded fields of reading n of a page, compared with their digest.
func (t *tx) fields(page uint64, n uint32) ([]byte, error) {
	h, err := t.readingHead(page, n)
	if err != nil || h.absent {
		return nil, t.orForgotten(err, h.leaf, fmt.Sprintf("reading %d of page %d", n, page))
	}
	base, err := t.baseFields(page, n)
	if err != nil {
		return nil, err
	}
	out, err := delta.Decode(h.frame, base, h.size)
	if err != nil {
		return nil, corrupt("page %d: reading %d: %v", page, n, err)
	}
	if archive.Sum(out) != h.content {
		return nil, corrupt("page %d: reading %d is not what its digest says", page, n)
	}
	return out, nil
}

// baseFields are the fields that reading n of a page is a difference from; nothing when it stands alone, as it does when
// that one was forgotten.
func (t *tx) baseFields(page uint64, n uint32) ([]byte, error) {
	b := baseReading(n)
	if b == 0 {
		return nil, nil
	}
	if h, err := t.readingHead(page, b); err != nil || h.absent {
		return nil, err
	}
	return t.fields(page, b)
}

func (t *tx) reading(page uint64, n uint32) (*archive.Reading, error) {
	b, err := t.fields(page, n)
	if err != nil {
		return nil, err
	}
	return decodeFields(b)
}

// putReading keeps reading n of a page; those before it are there.
func (t *tx) putReading(page uint64, n uint32, r *archive.Reading) error {
	fields := encodeFields(r)
	h := reading{identity: r.Identity(), text: r.TextDigest(), content: archive.Sum(fields), size: len(fields)}
	base, err := t.baseFields(page, n)
	if err != nil {
		return err
	}
	frame, err := delta.Encode(nil, fields, base)
	if err != nil {
		return err
	}
	h.frame = frame
	return t.putReadingHead(page, n, &h)
}

func (t *tx) putReadingHead(page uint64, n uint32, h *reading) error {
	v := h.encode()
	t.wrote += len(v)
	return t.bucket(bucketReadings).Put(readingKey(page, n), v)
}
