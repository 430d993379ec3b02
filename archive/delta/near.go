package delta

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"sync"

	"github.com/klauspost/compress/huff0"
)

// Most items are their base but for a few short places: a nonce, a time, a number. The library fills its tables with all of the
// base before it looks at the first byte of the item, and has more than a megabyte of them to clear before that. What follows goes
// through both side by side instead and makes the frame of what it finds: on real pages in a twentieth of the time, and shorter
// frames where little has changed. What differs more it leaves to the library, unless it may be rough.

const (
	// leastMatch is how many equal bytes are worth a sequence with an offset that was used just before, leastAgain with another.
	leastMatch = 4
	leastAgain = 6
	// nearRun is over how many changed bytes the base is looked for where it goes on at the same distance. nearSure bytes are then
	// no coincidence.
	nearRun  = 256
	nearSure = 32
	// nearShift is how many bytes may have become others, both counted together, when these are more or fewer. shiftSure equal
	// ones must follow.
	nearShift = 48
	shiftSure = 16
	// nearFrame is the length of the longest frame: the library finds more in what differs more.
	nearFrame     = 640
	nearLiterals  = 1200
	nearSequences = 160
	// roughLiterals and roughSequences are limits for what need not be short: beyond them the item hardly comes from the base.
	roughLiterals  = 64 << 10
	roughSequences = 4000
	// roughMatch is how many equal bytes are no coincidence wherever they stand. Each place of the base is found that is a
	// multiple of roughStride.
	roughMatch  = 16
	roughStride = 4
	roughBits   = 16
	// literalsShrink is how many literals hardly fit into a byte of a frame.
	literalsShrink = 4
	// nearSize is the length of the longest item, and of the longest base.
	nearSize = 16 << 20
)

// A sequence is some bytes as they are, then some that stand so far back; the base stands before the item.
type sequence struct{ literals, match, offset uint32 }

// A nearer makes the frames of items that are nearly their base.
type nearer struct {
	src, base []byte
	sequences []sequence
	told      int            // how many bytes of src the sequences make
	changed   int            // how many literals these have
	seen      [1 << 9]uint32 // where in src changed text stands, plus 1, by its hash
	huff      *huff0.Scratch // packs literals
	from      int            // where the block that is written begins in src
	block     []sequence     // of that block
	literals  []byte         // of that block
	reps      [3]uint32      // the offsets used last
	rough     bool           // text may be looked for in all of the base
	most      int            // how long the frame may be; 0 for no limit
	long      bool           // it would be longer
	back      []byte         // what a frame gave
	places    []uint32       // of the base, plus 1, by the hash of what stands there; empty until it is looked for
	codes     [][3]uint8     // of the block's sequences
	values    []uint32       // of the block's offsets
}

var nearers = sync.Pool{New: func() any { return &nearer{huff: new(huff0.Scratch)} }}

// encodeNear is Encode for an item that is nearly its base; ok is false when it is not. When it may be rough the item need
// only have much in common with its base, and the frame may be longer than it had to be; long is true when it is not made as
// it would be longer than most.
func encodeNear(dst, src, base []byte, rough bool, most int) (frame []byte, ok, long bool) {
	if len(src) > nearSize || len(base) > nearSize {
		return dst, false, false
	}
	n := nearers.Get().(*nearer)
	defer n.free()
	n.src, n.base, n.sequences, n.told, n.changed = src, base, n.sequences[:0], 0, 0
	n.rough, n.most, n.long, n.places = rough, most, false, n.places[:0]
	clear(n.seen[:])
	if !n.find() {
		return dst, false, n.long
	}
	out := n.frame(dst)
	if !rough && (len(out)-len(dst) >= nearFrame || !n.holds(out[len(dst):])) {
		return dst, false, false
	}
	return out, true, false
}

// Holds reports whether [Decode] makes src of a frame with the same base. Whoever keeps a frame in the place of bytes that are
// nowhere else asks first.
func Holds(frame, src, base []byte) bool {
	n := nearers.Get().(*nearer)
	defer n.free()
	n.src, n.base = src, base
	return n.holds(frame)
}

// holds reports whether the library makes the item of a frame.
func (n *nearer) holds(frame []byte) bool {
	back, err := DecodeInto(n.back, frame, n.base, len(n.src))
	if cap(back) <= keptItem && cap(back) > 0 {
		n.back = back
	}
	return err == nil && bytes.Equal(back, n.src)
}

// free gives back what was taken from the pool.
func (n *nearer) free() {
	n.src, n.base = nil, nil
	nearers.Put(n)
}

// find divides the item into sequences. It gives up when there are many, or much is new.
func (n *nearer) find() bool {
	literals, sequences := nearLiterals, nearSequences
	if n.rough {
		literals, sequences = roughLiterals, roughSequences
	}
	at, shift := 0, 0 // src[at] stands at base[at+shift] if anywhere
	for {
		if same := n.same(at, shift); same >= leastMatch {
			n.tell(at, same, uint32(len(n.base)-shift))
			at += same
		}
		if at == len(n.src) {
			return n.told > 0
		}
		next, by, ok := n.goesOn(at, shift)
		if !ok || n.changed+next-at > literals || len(n.sequences) > sequences {
			return false
		}
		if n.long = n.most > 0 && (n.changed+next-at)/literalsShrink > n.most; n.long {
			return false
		}
		n.repeats(at, next)
		at, shift = next, by
	}
}

// same is how many bytes of the item from a place on are those of the base.
func (n *nearer) same(at, shift int) int {
	if from := at + shift; from >= 0 && from < len(n.base) {
		return common(n.src[at:], n.base[from:])
	}
	return 0
}

// tell adds a sequence whose match stands at a place, after literals from where the last one ended.
func (n *nearer) tell(at, match int, offset uint32) {
	n.sequences = append(n.sequences, sequence{uint32(at - n.told), uint32(match), offset})
	n.changed += at - n.told
	n.told = at + match
}

// starts reports whether count bytes at a place of the item, four or more, are those of the base.
func (n *nearer) starts(at, shift, count int) bool {
	from := at + shift
	return from >= 0 && from+count <= len(n.base) && at+count <= len(n.src) &&
		binary.LittleEndian.Uint32(n.src[at:]) == binary.LittleEndian.Uint32(n.base[from:]) &&
		string(n.src[at:at+count]) == string(n.base[from:from+count])
}

// goesOn is where the item goes on as the base does, which it does not do at a place, and by how much it is shifted there.
func (n *nearer) goesOn(at, shift int) (next, by int, ok bool) {
	first := -1
	for k := n.meets(at+1, at+nearRun, shift); k >= 0; k = n.meets(k+1, at+nearRun, shift) {
		if first < 0 {
			first = k
		}
		if n.starts(k, shift, min(nearSure, len(n.src)-k)) {
			return first, shift, true
		}
	}
	if next, by, ok = n.shifted(at, shift); ok {
		return next, by, true
	}
	if n.rough {
		if next, by := n.anywhere(at); first < 0 || next < first+roughMatch {
			return next, by, true
		}
	}
	if first >= 0 {
		return first, shift, true
	}
	return len(n.src), shift, len(n.src)-at <= nearShift
}

// meets is the first place of the item, from one to another, at which it is the base for leastMatch bytes; -1 when none is.
func (n *nearer) meets(at, last, shift int) int {
	from := at + shift
	count := min(last-at+1, len(n.src)-leastMatch-at+1, len(n.base)-leastMatch-from+1)
	if from < 0 || count <= 0 {
		return -1
	}
	a, b := n.src[at:at+count+leastMatch-1], n.base[from:from+count+leastMatch-1]
	for i := range count {
		if binary.LittleEndian.Uint32(a[i:]) == binary.LittleEndian.Uint32(b[i:]) {
			return at + i
		}
	}
	return -1
}

// shifted is where the item goes on as the base does after a few bytes became more or fewer, the fewest possible.
func (n *nearer) shifted(at, shift int) (next, by int, ok bool) {
	var mine, theirs [nearShift + 1]uint32 // what stands so many bytes on; 0 where nothing does
	for i := range mine {
		if at+i+4 <= len(n.src) {
			mine[i] = binary.LittleEndian.Uint32(n.src[at+i:])
		}
		if from := at + shift + i; from >= 0 && from+4 <= len(n.base) {
			theirs[i] = binary.LittleEndian.Uint32(n.base[from:])
		}
	}
	for both := 1; both <= nearShift; both++ {
		for added := range both + 1 {
			if mine[added] != theirs[both-added] {
				continue
			}
			if by = shift + both - 2*added; by != shift && n.starts(at+added, by, shiftSure) {
				return at + added, by, true
			}
		}
	}
	return 0, 0, false
}

// anywhere is where the item goes on as the base does somewhere; where it ends when it does not.
func (n *nearer) anywhere(at int) (next, by int) {
	if len(n.places) == 0 {
		n.index()
	}
	for k := at; k+roughMatch <= len(n.src); k++ {
		from := int(n.places[hash(n.src[k:])]) - 1
		if from < 0 || !n.starts(k, from-k, roughMatch) {
			continue
		}
		for k > at && from > 0 && n.src[k-1] == n.base[from-1] {
			k, from = k-1, from-1
		}
		return k, from - k
	}
	return len(n.src), 0
}

// index notes the places of the base.
func (n *nearer) index() {
	if cap(n.places) == 0 {
		n.places = make([]uint32, 1<<roughBits)
	}
	n.places = n.places[:1<<roughBits]
	clear(n.places)
	for i := 0; i+roughMatch <= len(n.base); i += roughStride {
		n.places[hash(n.base[i:])] = uint32(i) + 1
	}
}

// hash is that of the first eight bytes.
func hash(b []byte) uint64 {
	return binary.LittleEndian.Uint64(b) * 0x9E3779B97F4A7C15 >> (64 - roughBits)
}

// repeats looks for changed text in text that was changed before: the nonce of a page stands in many places.
func (n *nearer) repeats(at, end int) {
	for k := at; k+8 <= len(n.src) && k+leastAgain <= end; k++ {
		place := &n.seen[binary.LittleEndian.Uint64(n.src[k:])<<(64-8*leastAgain)*0x9E3779B97F4A7C15>>(64-9)]
		if *place > 0 {
			before := int(*place) - 1
			if same := common(n.src[before:], n.src[k:end]); same >= leastAgain {
				n.tell(k, same, uint32(k-before))
				k += same - 1
				continue
			}
		}
		*place = uint32(k) + 1
	}
}

// common is how many bytes both begin with.
func common(a, b []byte) int {
	const many = 256 // compared at once by what knows the machine best
	n := min(len(a), len(b))
	i := 0
	for {
		for end := min(i+many, n) - 8; i <= end; i += 8 {
			if x := binary.LittleEndian.Uint64(a[i:]) ^ binary.LittleEndian.Uint64(b[i:]); x != 0 {
				return i + bits.TrailingZeros64(x)/8
			}
		}
		if i+many > n {
			break
		}
		for i+many <= n && string(a[i:i+many]) == string(b[i:i+many]) {
			i += many
		}
	}
	for i < n && a[i] == b[i] {
		i++
	}
	return i
}
