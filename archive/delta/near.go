package delta

import (
	"encoding/binary"
	"math/bits"
	"sync"

	"github.com/klauspost/compress/huff0"
)

// Most items are their base but for a few short places: a nonce, a time, a number. The library fills its tables with all of the
// base before it looks at the first byte of the item, and has more than a megabyte of them to clear before that. What follows goes
// through both side by side instead and makes the frame of what it finds: on real histories of pages of 230 KB in a twentieth of
// the time, for half of the captures, whose frames are a tenth shorter too. What differs more it leaves to the library.

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
	nearFrame     = 400
	nearLiterals  = 800
	nearSequences = 120
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
	block     []sequence     // of the block that is written
	literals  []byte         // of that block
	reps      [3]uint32      // the offsets used last
	codes     [][3]uint8     // of the block's sequences
	values    []uint32       // of the block's offsets
}

var nearers = sync.Pool{New: func() any { return &nearer{huff: new(huff0.Scratch)} }}

// encodeNear is Encode for an item that is nearly its base; ok is false when it is not.
func encodeNear(dst, src, base []byte) (frame []byte, ok bool) {
	if len(src) > nearSize || len(base) > nearSize {
		return dst, false
	}
	n := nearers.Get().(*nearer)
	defer func() {
		n.src, n.base = nil, nil
		nearers.Put(n)
	}()
	n.src, n.base, n.sequences, n.told, n.changed = src, base, n.sequences[:0], 0, 0
	clear(n.seen[:])
	if !n.find() {
		return dst, false
	}
	out := n.frame(dst)
	if len(out)-len(dst) >= nearFrame {
		return dst, false
	}
	return out, true
}

// find divides the item into sequences. It gives up when there are many, or much is new.
func (n *nearer) find() bool {
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
		if !ok || n.changed > nearLiterals || len(n.sequences) > nearSequences {
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

// goesOn is where the item goes on as the base does, which it does not do at a place, and by how much it is shifted there.
func (n *nearer) goesOn(at, shift int) (next, by int, ok bool) {
	end := min(at+nearRun, len(n.src)-leastMatch)
	first := -1
	for k := at + 1; k <= end; k++ {
		same := n.same(k, shift)
		if same < leastMatch {
			continue
		}
		if first < 0 {
			first = k
		}
		if same >= nearSure || k+same == len(n.src) {
			return first, shift, true
		}
		k += same
	}
	if next, by, ok = n.shifted(at, shift); ok {
		return next, by, true
	}
	if first >= 0 {
		return first, shift, true
	}
	return len(n.src), shift, len(n.src)-at <= nearShift
}

// shifted is where the item goes on as the base does after a few bytes became more or fewer, the fewest possible.
func (n *nearer) shifted(at, shift int) (next, by int, ok bool) {
	from := at + shift
	for both := 1; both <= nearShift; both++ {
		for added := 0; added <= both; added++ {
			next, removed := at+added, both-added
			if next+shiftSure > len(n.src) || from+removed < 0 || from+removed+shiftSure > len(n.base) || added == removed ||
				binary.LittleEndian.Uint64(n.src[next:]) != binary.LittleEndian.Uint64(n.base[from+removed:]) {
				continue
			}
			if by = shift + removed - added; n.same(next, by) >= shiftSure {
				return next, by, true
			}
		}
	}
	return 0, 0, false
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
	for i+many <= n && string(a[i:i+many]) == string(b[i:i+many]) {
		i += many
	}
	for ; i+8 <= n; i += 8 {
		if x := binary.LittleEndian.Uint64(a[i:]) ^ binary.LittleEndian.Uint64(b[i:]); x != 0 {
			return i + bits.TrailingZeros64(x)/8
		}
	}
	for i < n && a[i] == b[i] {
		i++
	}
	return i
}
