package extract

import (
	"math/bits"
	"strings"
	"sync"
)

// room is memory that goes from page to page: its tables are as long as the longest page so far needed. A page takes one
// when it is gathered and gives it back when its document is made; a document shares no memory with it.
type room struct {
	pieces  []piece
	boxes   []box
	spans   []span // the part in use is shared out to pieces
	line    line
	slots   []int32
	ints    ints[int]
	int32s  ints[int32]
	flags   ints[bool]
	kinds   ints[uint8]
	around  []surround
	numbers [boxMemory]boxNumbers
	vectors vectors
}

// maxRoom is how many blocks or elements a page may have whose memory is kept for the next.
const maxRoom = 1 << 13

var rooms = sync.Pool{New: func() any { return new(room) }}

// free gives back the memory of a sheet, which is of no use from then on.
func (s *sheet) free() {
	r := s.room
	s.room = nil
	if cap(s.pieces) > maxRoom || cap(s.boxes) > maxRoom || cap(r.spans) > maxRoom || cap(r.line.buf) > 1<<20 {
		return
	}
	clear(s.pieces)
	clear(s.boxes)
	clear(r.spans[:cap(r.spans)])
	r.pieces, r.boxes, r.spans = s.pieces[:0], s.boxes[:0], r.spans[:0]
	r.line.forget()
	r.ints.used, r.int32s.used, r.flags.used, r.kinds.used = 0, 0, 0, 0
	rooms.Put(r)
}

// ints is memory for tables of one kind of number.
type ints[T int | int32 | bool | uint8] struct {
	all  []T
	used int
}

// take is a table of n zeros.
func (m *ints[T]) take(n int) []T {
	if n > 2*maxRoom { // a long page's tables are given up one by one
		return make([]T, n)
	}
	if m.used+n > len(m.all) {
		m.all, m.used = make([]T, max(2*len(m.all), 4*n, 256)), 0
	}
	t := m.all[m.used : m.used+n : m.used+n]
	m.used += n
	clear(t)
	return t
}

// carve is an empty list of marks with room for n.
func (r *room) carve(n int) []span {
	if cap(r.spans)-len(r.spans) < n {
		r.spans = make([]span, 0, max(2*cap(r.spans), n, 128))
	}
	at := len(r.spans)
	r.spans = r.spans[:at+n]
	return r.spans[at : at : at+n]
}

// index is a table of places by what is there: open addressing with steps of one.
type index []int32

// index makes one with room for n places, all 0.
func (r *room) index(n int) index {
	want := 1 << bits.Len(uint(2*n+1))
	if cap(r.slots) < want {
		r.slots = make([]int32, want)
	}
	t := r.slots[:want]
	clear(t)
	return index(t)
}

// slot is where the place of a thing is or belongs: the first slot on the way of its hash that is empty (0) or that same
// says to hold it.
func (t index) slot(hash uint64, same func(int32) bool) *int32 {
	hash *= 0x9e3779b97f4a7c15
	for i := int(hash >> 33); ; i++ {
		slot := &t[i&(len(t)-1)]
		if *slot == 0 || same(*slot) {
			return slot
		}
	}
}

// script keeps short texts together in few pieces of memory.
type script struct{ b strings.Builder }

// Texts are kept in sheets of this many bytes; what is longer than a quarter of one has memory of its own.
const scriptSheet = 4 << 10

// keep is a copy of b that stays.
func (s *script) keep(b []byte) string {
	if len(b) > scriptSheet/4 {
		return string(b)
	}
	if s.b.Cap()-s.b.Len() < len(b) {
		s.b.Reset()
		s.b.Grow(scriptSheet)
	}
	at := s.b.Len()
	s.b.Write(b)
	return s.b.String()[at:]
}
