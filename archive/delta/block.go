package delta

import (
	"encoding/binary"

	"github.com/klauspost/compress/huff0"
)

// frame writes the item as its sequences say, which mention the base (RFC 8878, section 3.1.1). It is one segment: all of the base
// may be mentioned as long as the item is made.
func (n *nearer) frame(dst []byte) []byte {
	dst = append(dst, 0x28, 0xb5, 0x2f, 0xfd)
	const single, named = 1 << 5, 1 // one segment; the dictionary's number takes a byte
	switch size := len(n.src); {
	case size < 1<<8:
		dst = append(dst, single|named, dictionary, byte(size))
	case size < 1<<16+1<<8:
		dst = binary.LittleEndian.AppendUint16(append(dst, 1<<6|single|named, dictionary), uint16(size-1<<8))
	default:
		dst = binary.LittleEndian.AppendUint32(append(dst, 2<<6|single|named, dictionary), uint32(size))
	}
	n.reps = [3]uint32{1, 4, 8}
	n.huff.Reuse = huff0.ReusePolicyNone // until a block had a tree
	n.begin(0)
	at, literals, room := 0, 0, mostBlock // literals are those before the next match
	for _, s := range n.sequences {
		literals += int(s.literals)
		for match := int(s.match); match > 0; {
			if literals >= room {
				n.literals = append(n.literals, n.src[at:at+room]...)
				at, literals = at+room, literals-room
				dst, room = n.end(dst, at, false), mostBlock
				continue
			}
			part := min(match, room-literals)
			if part < 3 { // no match is that short
				literals, match = literals+part, match-part
				continue
			}
			n.literals = append(n.literals, n.src[at:at+literals]...)
			n.block = append(n.block, sequence{uint32(literals), uint32(part), s.offset})
			at, room, match = at+literals+part, room-literals-part, match-part
			if literals = 0; room == 0 && at < len(n.src) {
				dst, room = n.end(dst, at, false), mostBlock
			}
			if match > 0 { // without a literal before it, the last offset would have to be told again
				literals, match = 1, match-1
			}
		}
	}
	for len(n.src)-at > room {
		n.literals = append(n.literals, n.src[at:at+room]...)
		at += room
		dst, room = n.end(dst, at, false), mostBlock
	}
	n.literals = append(n.literals, n.src[at:]...)
	return n.end(dst, len(n.src), true)
}

// begin begins a block at a place of the item.
func (n *nearer) begin(at int) { n.from, n.block, n.literals = at, n.block[:0], n.literals[:0] }

// end writes the block, which ends at a place of the item, and begins the next one.
func (n *nearer) end(dst []byte, at int, last bool) []byte {
	const plain, compressed = 0, 2 << 1
	head, content, reps := len(dst), n.src[n.from:at], n.reps
	dst = n.packed(n.packLiterals(append(dst, 0, 0, 0)))
	size := uint32(len(dst)-head-3)<<3 | compressed
	if len(dst)-head-3 >= len(content) { // a plain block leaves offsets and tree as they were
		dst = append(dst[:head+3], content...)
		size = uint32(len(content))<<3 | plain
		n.reps, n.huff.Reuse = reps, huff0.ReusePolicyNone
	}
	if last {
		size |= 1
	}
	dst[head], dst[head+1], dst[head+2] = byte(size), byte(size>>8), byte(size>>16)
	n.begin(at)
	return dst
}

// packLiterals writes the literals of the block: with a tree where that is shorter.
func (n *nearer) packLiterals(dst []byte) []byte {
	size := uint64(len(n.literals))
	plain := 1
	if size >= 1<<5 {
		plain = 2
	}
	if size >= 1<<12 {
		plain = 3
	}
	if out, again := n.withTree(plain); out != nil {
		// Both lengths take 10, 14 or 18 bits; with 10 they are one row of bits, else four.
		format, width := uint64(0), 10
		if size >= 1<<10 {
			format, width = 2, 14
		}
		if size >= 1<<14 {
			format, width = 3, 18
		}
		v := 2 | format<<2 | size<<4 | uint64(len(out))<<(4+width)
		if again {
			v |= 3
		}
		return append(binary.LittleEndian.AppendUint64(dst, v)[:len(dst)+(4+2*width)/8], out...)
	}
	switch plain {
	case 1:
		dst = append(dst, byte(size<<3))
	case 2:
		dst = append(dst, byte(1<<2|size<<4), byte(size>>4))
	default:
		dst = append(dst, byte(3<<2|size<<4), byte(size>>4), byte(size>>12))
	}
	return append(dst, n.literals...)
}

// withTree are the literals of the block packed with a tree, and whether it is the one of the block before; nil when they are
// not shorter so. plain is the length of their head without one.
func (n *nearer) withTree(plain int) (out []byte, again bool) {
	size := len(n.literals)
	if size < 32 {
		return nil, false
	}
	pack, head := huff0.Compress1X, 3
	if size >= 1<<10 {
		pack, head = huff0.Compress4X, 4
	}
	if size >= 1<<14 {
		head = 5
	}
	out, again, err := pack(n.literals, n.huff)
	if err != nil || head+len(out) >= plain+size {
		n.huff.Reuse = huff0.ReusePolicyNone // the tree that it has now nobody is told
		return nil, false
	}
	n.huff.Reuse = huff0.ReusePolicyAllow
	return out, again
}

// value is what a sequence says in the place of its offset: which of the last three it is, or the offset itself.
func (n *nearer) value(s sequence) uint32 {
	r := &n.reps
	o := s.offset
	k := 0
	for k < 3 && r[k] != o {
		k++
	}
	switch {
	case k == 0 && s.literals > 0:
		return 1
	case k == 1:
		r[0], r[1] = o, r[0]
	case k == 2:
		r[0], r[1], r[2] = o, r[0], r[1]
	default: // a new one, or the last one without literals before it
		r[0], r[1], r[2] = o, r[0], r[1]
		return o + 3
	}
	if s.literals == 0 {
		return uint32(k)
	}
	return uint32(k) + 1
}

// packed writes the sequences of the block.
func (n *nearer) packed(dst []byte) []byte {
	count := len(n.block)
	if count < 128 {
		dst = append(dst, byte(count))
	} else {
		dst = append(dst, byte(count>>8+128), byte(count))
	}
	if count == 0 {
		return dst
	}
	n.codes, n.values = n.codes[:0], n.values[:0]
	for _, s := range n.block {
		v := n.value(s)
		n.values = append(n.values, v)
		n.codes = append(n.codes, [3]uint8{
			ofLiterals: codeOf(literalCodes, s.literals), ofOffsets: highest(v), ofMatches: codeOf(matchCodes, s.match),
		})
	}
	w := packer{b: append(dst, 0)}
	for k := range w.states {
		if n.alike(k) {
			w.b[len(dst)] |= 1 << (6 - 2*k)
			w.b = append(w.b, n.codes[0][k])
		} else {
			w.states[k].table = packings[k]
		}
	}
	for i := count - 1; i >= 0; i-- {
		s, c := n.block[i], n.codes[i]
		for _, k := range [3]int{ofOffsets, ofMatches, ofLiterals} {
			w.symbol(k, c[k])
		}
		l, m := literalCodes[c[ofLiterals]], matchCodes[c[ofMatches]]
		w.put(s.literals-l.least, l.bits)
		w.put(s.match-m.least, m.bits)
		w.put(n.values[i]-1<<c[ofOffsets], c[ofOffsets])
	}
	for _, k := range [3]int{ofMatches, ofOffsets, ofLiterals} {
		w.finish(k)
	}
	return w.end()
}

// alike reports whether all sequences of the block have the same code of a kind, and are so many that to say so is shorter.
func (n *nearer) alike(k int) bool {
	for i := range n.codes {
		if n.codes[i][k] != n.codes[0][k] {
			return false
		}
	}
	return len(n.codes) > 2
}
