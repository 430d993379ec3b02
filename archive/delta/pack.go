package delta

import (
	"math/bits"
	"sort"
)

// codeOf is the code of a length.
func codeOf(list []code, n uint32) uint8 {
	return uint8(sort.Search(len(list), func(i int) bool { return list[i].least > n }) - 1)
}

// highest is the place of the highest bit that is set.
func highest(v uint32) uint8 { return uint8(bits.Len32(v) - 1) }

// packing packs symbols that a [table] unpacks.
type packing struct {
	log     uint8
	states  []uint16 // those of each symbol together
	symbols [64]struct {
		limit uint32 // gives how many bits of a state are written before the symbol
		first int32  // where its states are, less what is left of a state then
	}
}

// packings are those of the tables that are given.
var packings = [3]*packing{
	ofLiterals: newPacking(given[ofLiterals]), ofOffsets: newPacking(given[ofOffsets]), ofMatches: newPacking(given[ofMatches]),
}

func newPacking(t *table) *packing {
	p := &packing{log: t.log}
	size := 1 << t.log
	of := [64][]uint16{}
	for i := range size {
		s := t.states[i].symbol
		of[s] = append(of[s], uint16(size+i))
	}
	for s, states := range of {
		n := uint32(len(states))
		if n == 0 {
			continue
		}
		most := uint32(t.log) - uint32(bits.Len32(n-1)) + 1
		if n == 1 {
			most = uint32(t.log)
		}
		p.symbols[s].limit = most<<16 - n<<most
		p.symbols[s].first = int32(len(p.states)) - int32(n)
		p.states = append(p.states, states...)
	}
	return p
}

// A packer writes bits, the lowest first, which are read from the end.
type packer struct {
	b      []byte
	bits   uint64
	n      uint8
	states [3]struct {
		table *packing // nil when all symbols are the same
		state uint32   // 0 before the first symbol
	}
}

// put writes the n lowest bits of v, 32 at most.
func (w *packer) put(v uint32, n uint8) {
	w.bits |= uint64(v&(1<<n-1)) << w.n
	for w.n += n; w.n >= 8; w.n -= 8 {
		w.b = append(w.b, byte(w.bits))
		w.bits >>= 8
	}
}

// symbol writes a symbol of a kind; the one that was written last is read first.
func (w *packer) symbol(kind int, s uint8) {
	c := &w.states[kind]
	if c.table == nil {
		return
	}
	t := &c.table.symbols[s]
	if c.state == 0 {
		n := (t.limit + 1<<15) >> 16
		c.state = uint32(c.table.states[int32((n<<16-t.limit)>>n)+t.first])
		return
	}
	n := (c.state + t.limit) >> 16
	w.put(c.state, uint8(n))
	c.state = uint32(c.table.states[int32(c.state>>n)+t.first])
}

// finish writes the state of a kind.
func (w *packer) finish(kind int) {
	if c := &w.states[kind]; c.table != nil {
		w.put(c.state, c.table.log)
	}
}

// end marks the end of the bits.
func (w *packer) end() []byte {
	w.put(1, 1)
	if w.n > 0 {
		w.b = append(w.b, byte(w.bits))
	}
	return w.b
}
