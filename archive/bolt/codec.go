package bolt

import (
	"encoding/binary"
	"fmt"
	"math"
	"time"

	"github.com/onrecord/onrecord/archive"
)

// A writer appends the fields of a record. Numbers are LEB128 varints, signed ones zigzag; a string is its length and
// its bytes; a list is its length plus one (0 is nil) and its items; a digest is 32 bytes behind a 1, or a 0.
type writer struct{ b []byte }

func (w *writer) uint(v uint64)    { w.b = binary.AppendUvarint(w.b, v) }
func (w *writer) int(v int64)      { w.b = binary.AppendVarint(w.b, v) }
func (w *writer) str(s string)     { w.uint(uint64(len(s))); w.b = append(w.b, s...) }
func (w *writer) raw(b []byte)     { w.b = append(w.b, b...) }
func (w *writer) bool(v bool)      { w.b = append(w.b, flag(v)) }
func (w *writer) time(t time.Time) { w.int(nanos(t)) }

func (w *writer) digest(d archive.Digest) {
	w.bool(!d.IsZero())
	if !d.IsZero() {
		w.raw(d[:])
	}
}

func (w *writer) strs(list []string) {
	if list == nil {
		w.uint(0)
		return
	}
	w.uint(uint64(len(list)) + 1)
	for _, s := range list {
		w.str(s)
	}
}

func flag(v bool) byte {
	if v {
		return 1
	}
	return 0
}

// A reader takes the fields of a record apart. It is total: after the first field that is not there everything reads
// as zero and err tells what was wrong. No list is allocated longer than the bytes that are left.
type reader struct {
	b   []byte
	err error
}

func (r *reader) fail(what string) {
	if r.err == nil {
		r.err = corrupt("record ends before its %s", what)
	}
	r.b = nil
}

func (r *reader) uint() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.fail("number")
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *reader) int() int64 {
	v, n := binary.Varint(r.b)
	if n <= 0 {
		r.fail("number")
		return 0
	}
	r.b = r.b[n:]
	return v
}

// count is a number that counts things in memory: at most most.
func (r *reader) count(most int) int {
	v := r.uint()
	if v > uint64(most) {
		r.fail("items")
		return 0
	}
	return int(v)
}

func (r *reader) raw(n int) []byte {
	if n > len(r.b) {
		r.fail("bytes")
		return make([]byte, n&0xff) // as long as a fixed field that its caller copies
	}
	b := r.b[:n:n]
	r.b = r.b[n:]
	return b
}

func (r *reader) str() string { return string(r.raw(r.count(len(r.b)))) }

func (r *reader) bool() bool {
	b := r.raw(1)
	return b[0] != 0
}

func (r *reader) time() time.Time { return timeOf(r.int()) }

func (r *reader) digest() (d archive.Digest) {
	if r.bool() {
		copy(d[:], r.raw(len(d)))
	}
	return d
}

// list reads how many items follow, each of at least one byte; nothing is false.
func (r *reader) list() (n int, there bool) {
	v := r.count(len(r.b) + 1)
	return max(v-1, 0), v > 0
}

func (r *reader) strs() []string {
	n, there := r.list()
	if !there {
		return nil
	}
	list := make([]string, n)
	for i := range list {
		list[i] = r.str()
	}
	return list
}

// done is the error of the record; bytes that are left over are one.
func (r *reader) done() error {
	if r.err == nil && len(r.b) > 0 {
		r.err = corrupt("record has %d bytes too many", len(r.b))
	}
	return r.err
}

func corrupt(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{archive.ErrCorrupt}, args...)...)
}

// never is how the zero time is written.
const never = math.MinInt64

// nanos is a time as nanoseconds since 1970.
func nanos(t time.Time) int64 {
	if t.IsZero() {
		return never
	}
	return t.UnixNano()
}

func timeOf(n int64) time.Time {
	if n == never {
		return time.Time{}
	}
	return time.Unix(0, n).UTC()
}

// storable reports whether a time can be written: 1678 to 2262, or none.
func storable(t time.Time) bool {
	return t.IsZero() || (t.Year() > 1678 && t.Year() < 2262)
}
