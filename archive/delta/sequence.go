package delta

import (
	"encoding/binary"
	"math/bits"

	"github.com/klauspost/compress/huff0"
)

// Sequences of a block (RFC 8878, section 3.1.1.3.2): so many literals, then so many bytes from so far back.

// code is what a code of a length stands for: a number, and how many bits follow that are added to it.
type code struct {
	least uint32
	bits  uint8
}

// codes are those of the lengths from least on: first some of a single length each, then more that take bits.
func codes(least uint32, single int, more ...uint8) []code {
	var list []code
	for range single {
		list = append(list, code{least: least})
		least++
	}
	for _, n := range more {
		list = append(list, code{least, n})
		least += 1 << n
	}
	return list
}

var (
	literalCodes = codes(0, 16, 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)
	matchCodes   = codes(3, 32, 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)
)

// mostOffset is the highest code of an offset: offsets reach over a base and an item.
const mostOffset = 29

// tables are the three of a block, and the tree of its literals.
type tables struct {
	huff *huff0.Scratch
	// own are those that the frame brought. One in use is one of these or of those given, or nil before the first block.
	own [3]table
	use [3]*table
}

// Kinds of tables, in the order in which a block brings them.
const (
	ofLiterals = iota
	ofOffsets
	ofMatches
)

// given are the tables of blocks that bring none (RFC 8878, section 3.1.1.3.2.2).
var given = [3]*table{
	ofLiterals: givenTable(6, 4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1),
	ofOffsets:  givenTable(5, 1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1),
	ofMatches: givenTable(6, 1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
		1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1),
}

func givenTable(log int, shares ...int16) *table {
	t := new(table)
	t.build(log, shares)
	return t
}

// forget begins a frame.
func (t *tables) forget() { t.use = [3]*table{} }

// read takes the tables of a block and gives the sequences that follow them.
func (t *tables) read(in []byte) (rest []byte, ok bool) {
	if len(in) == 0 || in[0]&3 != 0 {
		return nil, false
	}
	modes := in[0]
	in = in[1:]
	for k, most := range [3]struct{ log, symbols int }{
		ofLiterals: {9, len(literalCodes)}, ofOffsets: {8, mostOffset + 1}, ofMatches: {9, len(matchCodes)},
	} {
		switch modes >> (6 - 2*k) & 3 {
		case 0:
			t.use[k] = given[k]
		case 1:
			if len(in) == 0 || int(in[0]) >= most.symbols {
				return nil, false
			}
			t.own[k].single(in[0])
			t.use[k], in = &t.own[k], in[1:]
		case 2:
			if in, ok = t.own[k].read(in, most.log, most.symbols); !ok {
				return nil, false
			}
			t.use[k] = &t.own[k]
		default:
			if t.use[k] == nil {
				return nil, false
			}
		}
	}
	return in, true
}

// sequences puts n sequences into the item, and the literals that are left.
func (m *mixer) sequences(in []byte, n int, left []byte) bool {
	r, ok := newBackward(in)
	if !ok {
		return false
	}
	t := &m.tables.use
	literals, offsets, matches := t[ofLiterals], t[ofOffsets], t[ofMatches]
	ls, os, ms := r.read(literals.log), r.read(offsets.log), r.read(matches.log)
	for i := range n {
		l, o, e := &literals.states[ls&511], &offsets.states[os&511], &matches.states[ms&511]
		offset := uint32(1)<<o.symbol + r.read(o.symbol)
		long := matchCodes[e.symbol]
		many := long.least + r.read(long.bits)
		short := literalCodes[l.symbol]
		before := short.least + r.read(short.bits)
		if i+1 < n {
			ls = uint32(l.next) + r.read(l.bits)
			ms = uint32(e.next) + r.read(e.bits)
			os = uint32(o.next) + r.read(o.bits)
		}
		if r.left < 0 || int(before) > len(left) || !m.bring(left[:before]) || !m.match(m.offset(offset, before), many) {
			return false
		}
		left = left[before:]
	}
	return r.left == 0 && m.bring(left)
}

// offset is the offset of a sequence: one that it brings, or one of the last three.
func (m *mixer) offset(v, literals uint32) uint32 {
	r := &m.reps
	if v > 3 {
		r[0], r[1], r[2] = v-3, r[0], r[1]
		return r[0]
	}
	if literals > 0 {
		v--
	}
	switch v {
	case 0:
	case 1:
		r[0], r[1] = r[1], r[0]
	case 2:
		r[0], r[1], r[2] = r[2], r[0], r[1]
	default:
		r[0], r[1], r[2] = r[0]-1, r[0], r[1] // an offset of 0 is refused
	}
	return r[0]
}

// backward reads bits from the end of what it is given to its beginning.
type backward struct {
	b    []byte
	left int // bits; less than 0 when more were read than there are
}

func newBackward(b []byte) (backward, bool) {
	if len(b) == 0 || b[len(b)-1] == 0 {
		return backward{}, false
	}
	return backward{b, 8*len(b) - bits.LeadingZeros8(b[len(b)-1]) - 1}, true // the highest bit set is a mark
}

// read is the next n bits, 32 at most.
func (r *backward) read(n uint8) uint32 {
	r.left -= int(n)
	if r.left < 0 {
		return 0
	}
	at := r.left >> 3
	var v uint64
	if at+8 <= len(r.b) {
		v = binary.LittleEndian.Uint64(r.b[at:])
	} else {
		for i := len(r.b) - 1; i >= at; i-- {
			v = v<<8 | uint64(r.b[i])
		}
	}
	return uint32(v >> (r.left & 7) & (1<<n - 1))
}
