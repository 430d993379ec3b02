package delta

import (
	"encoding/binary"

	"github.com/klauspost/compress/huff0"
	"github.com/klauspost/compress/zstd"
)

// What follows reads a zstd frame (RFC 8878, section 3.1.1) as far as its sequences and literals, without making the item.
// What it does not know, or finds wrong, it leaves alone: the library decodes such a frame, and judges it.

// mostBlock is the length of the longest block's content.
const mostBlock = 128 << 10

// mostLiterals is how many bytes of literals a plan may have, so that their places are numbers of pieces.
const mostLiterals = 1 << 28

// plan says where the bytes of an item of size bytes come from that a frame makes from a base of a length; nil when that is
// not worth it.
func (p *planner) plan(frame []byte, base, size int) *plan {
	var h zstd.Header
	if base <= 0 || base > MaxSize || size <= 0 || size > MaxSize || h.Decode(frame) != nil || h.Skippable || h.HasCheckSum ||
		h.DictionaryID != dictionary || (h.HasFCS && h.FrameContentSize != uint64(size)) {
		return nil
	}
	out := p.empty()
	m := mixer{planner: p, out: out, base: uint32(base), size: uint32(size), most: mostPieces(size), reps: [3]uint32{1, 4, 8}}
	p.tables.forget()
	before := len(p.literals)
	if m.blocks(frame[h.HeaderSize:]) && out.size == uint32(size) {
		return out
	}
	p.release(out)
	p.literals = p.literals[:before]
	return nil
}

// blocks reads the blocks of a frame.
func (m *mixer) blocks(in []byte) bool {
	for last := false; !last; {
		if len(in) < 3 {
			return false
		}
		head := uint32(in[0]) | uint32(in[1])<<8 | uint32(in[2])<<16
		last = head&1 != 0
		var ok bool
		if in, ok = m.block(head>>1&3, int(head>>3), in[3:]); !ok {
			return false
		}
	}
	return len(in) == 0
}

// A mixer makes the plan of one frame.
type mixer struct {
	*planner
	out        *plan
	base, size uint32
	most       int       // pieces
	reps       [3]uint32 // the offsets used last
	huff       bool      // a block had literals with a tree
	work       int       // pieces that were put once more
	near       int       // piece that was found last
}

// block reads one block and gives what follows it.
func (m *mixer) block(kind uint32, n int, in []byte) (rest []byte, ok bool) {
	if n > mostBlock {
		return nil, false
	}
	switch kind {
	case 0:
		if len(in) < n {
			return nil, false
		}
		return in[n:], m.bring(in[:n])
	case 1:
		if len(in) < 1 {
			return nil, false
		}
		m.brought = appendRun(m.brought[:0], in[0], n)
		return in[1:], m.bring(m.brought)
	case 2:
		if len(in) < n {
			return nil, false
		}
		return in[n:], m.compressed(in[:n])
	}
	return nil, false
}

func appendRun(b []byte, c byte, n int) []byte {
	for range n {
		b = append(b, c)
	}
	return b
}

// bring puts literals into the item. Those that stand one after another there are one piece.
func (m *mixer) bring(b []byte) bool {
	if len(b) > int(m.size-m.out.size) || len(m.literals)+len(b) > mostLiterals {
		return false
	}
	if len(b) > 0 {
		m.out.add(literal+uint32(len(m.literals)), uint32(len(b)))
		m.literals = append(m.literals, b...)
	}
	return len(m.out.pieces) <= m.most
}

// match puts n bytes into the item that stand offset bytes before, where the base stands before the item.
func (m *mixer) match(offset, n uint32) bool {
	if n > m.size-m.out.size || offset == 0 || offset > m.out.size+m.base {
		return false
	}
	at := uint32(0) // in the item
	if offset > m.out.size {
		from := m.base - (offset - m.out.size)
		k := min(n, m.base-from)
		m.out.add(from, k)
		n -= k
	} else {
		at = m.out.size - offset
	}
	if n == 0 {
		return len(m.out.pieces) <= m.most
	}
	return m.again(at, n)
}

// again puts n bytes into the item that stand in it at a place, and maybe go on with what is put there.
func (m *mixer) again(at, n uint32) bool {
	i := m.out.find(at, m.near)
	m.near = i
	for n > 0 {
		c := m.out.pieces[i]
		take := min(m.out.end(i)-at, n)
		if from := c.from + (at - c.at); from < literal {
			m.out.add(from, take)
		} else if from -= literal; !m.bring(m.literals[from : from+take]) {
			return false
		}
		at, n = at+take, n-take
		if m.work++; m.work > m.most {
			return false
		}
		if at >= m.out.end(i) {
			i++
		}
	}
	return true
}

// compressed reads a block that has literals and sequences.
func (m *mixer) compressed(in []byte) bool {
	in, literals, ok := m.readLiterals(in)
	if !ok || len(in) == 0 {
		return false
	}
	n := int(in[0])
	switch {
	case n == 255 && len(in) >= 3:
		n, in = int(in[1])+int(in[2])<<8+0x7f00, in[3:]
	case n >= 128 && n < 255 && len(in) >= 2:
		n, in = (n-128)<<8+int(in[1]), in[2:]
	case n < 128:
		in = in[1:]
	default:
		return false
	}
	if n == 0 {
		return len(in) == 0 && m.bring(literals)
	}
	if len(m.out.pieces)+n > m.most {
		return false
	}
	if in, ok = m.tables.read(in); !ok {
		return false
	}
	return m.sequences(in, n, literals)
}

// readLiterals reads the literals of a block and gives what follows them.
func (m *mixer) readLiterals(in []byte) (rest, literals []byte, ok bool) {
	if len(in) == 0 {
		return nil, nil, false
	}
	kind, format := in[0]&3, in[0]>>2&3
	head := literalHead[kind/2][format]
	if len(in) < head.length {
		return nil, nil, false
	}
	var word [8]byte
	copy(word[:], in[:head.length])
	v := binary.LittleEndian.Uint64(word[:]) >> head.skip
	n, packed := int(v&(1<<head.bits-1)), int(v>>head.bits&(1<<head.bits-1))
	in = in[head.length:]
	switch {
	case n > mostBlock:
	case kind == 0 && n <= len(in):
		return in[n:], in[:n], true
	case kind == 1 && len(in) > 0:
		m.brought = appendRun(m.brought[:0], in[0], n)
		return in[1:], m.brought, true
	case kind >= 2 && packed <= len(in):
		literals, ok = m.huffman(in[:packed], n, kind == 3, format != 0)
		return in[packed:], literals, ok
	}
	return nil, nil, false
}

// literalHead says how the lengths of literals stand before them, plain ones and packed ones: in how many bytes, after how
// many bits, in how many bits each.
var literalHead = [2][4]struct {
	length     int
	skip, bits uint8
}{
	{{1, 3, 5}, {2, 4, 12}, {1, 3, 5}, {3, 4, 20}},
	{{3, 4, 10}, {3, 4, 10}, {4, 4, 14}, {5, 4, 18}},
}

// huffman unpacks n literals that were packed with a tree: their own, or that of the block before.
func (m *mixer) huffman(in []byte, n int, again, four bool) (literals []byte, ok bool) {
	if again && !m.huff {
		return nil, false
	}
	t := &m.tables
	if !again {
		var err error
		if t.huff, in, err = huff0.ReadTable(in, t.huff); err != nil {
			t.huff = nil
			return nil, false
		}
		m.huff = true
	}
	if cap(m.brought) < n {
		m.brought = make([]byte, 0, n)
	}
	decode := t.huff.Decoder().Decompress1X
	if four {
		decode = t.huff.Decoder().Decompress4X
	}
	literals, err := decode(m.brought[:0:n], in)
	return literals, err == nil && len(literals) == n
}
