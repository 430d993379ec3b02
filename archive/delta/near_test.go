package delta_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/onrecord/onrecord/archive/delta"
)

// near is an item that is nearly base, as most captures of a page are: nonces that stand in many places, numbers, text that
// came, went or was written over.
func near(r *rand.Rand, base []byte, changes int) []byte {
	item := bytes.Clone(base)
	nonce := noise(16, r.Uint64()&0xffff)
	for range changes {
		at := r.IntN(len(item) + 1)
		switch r.IntN(5) {
		case 0, 1:
			copy(item[at:], nonce)
		case 2:
			item = slices.Insert(item, at, noise(1+r.IntN(60), uint64(at&0xffff))...)
		case 3:
			item = slices.Delete(item, at, min(len(item), at+r.IntN(60)))
		case 4:
			copy(item[at:], noise(r.IntN(300), uint64(at&0xffff)))
		}
	}
	return item
}

// oneSegment reports whether a frame is one segment, as those are that are made by comparing an item with its base.
func oneSegment(frame []byte) bool { return len(frame) > 4 && frame[4]>>5&1 == 1 }

func TestNear(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	compared, times := 0, often(1500)
	for i := range times {
		base := page(r, 1+r.IntN(1<<(1+r.IntN(19))))
		if i%4 == 0 { // with hardly anything that stands there twice
			base = noise(len(base), uint64(i))
		}
		item := near(r, base, r.IntN(12))
		frame, err := delta.Encode([]byte("head"), item, base)
		if err != nil || !bytes.HasPrefix(frame, []byte("head")) {
			t.Fatalf("Encode: %v", err)
		}
		frame = frame[4:]
		if len(item) > 128<<10 && oneSegment(frame) {
			compared++
		}
		if got, err := delta.Decode(frame, base, len(item)); err != nil || !bytes.Equal(got, item) {
			t.Fatalf("%d bytes from %d: Decode gives others, or %v", len(item), len(base), err)
		}
		if got, err := delta.DecodeSteps(base, []delta.Step{{Frame: frame, Size: len(item)}}, nil); err != nil || !bytes.Equal(got, item) {
			t.Fatalf("%d bytes from %d: DecodeSteps gives others, or %v", len(item), len(base), err)
		}
	}
	if compared < times/30 {
		t.Errorf("%d long items were compared with their bases, want %d at least", compared, times/30)
	}
}

// TestNearBlocks changes bytes about the ends of blocks, where a match is cut.
func TestNearBlocks(t *testing.T) {
	const block = 128 << 10
	for _, size := range []int{block - 1, block, block + 1, block + 3, 2 * block, 2*block + 70, 3*block + 1} {
		base := noise(size, 9)
		for _, end := range []int{block, 2 * block, size} {
			for before := range 12 {
				for _, long := range []int{1, 2, 5, 20, 200} {
					item := bytes.Clone(base)
					at := min(end-before, size)
					for i := at; i < min(at+long, size); i++ {
						item[i] ^= 0x55
					}
					frame, err := delta.Encode(nil, item, base)
					if err != nil || len(frame) > 64+min(long, size-at) {
						t.Fatalf("%d of %d bytes changed at %d: frame of %d bytes, %v", long, size, at, len(frame), err)
					}
					if got, err := delta.Decode(frame, base, size); err != nil || !bytes.Equal(got, item) {
						t.Fatalf("%d of %d bytes changed at %d: Decode gives others, or %v", long, size, at, err)
					}
				}
			}
		}
	}
}

// TestNearSizes has one changed byte in items of each length about which a frame says it differently.
func TestNearSizes(t *testing.T) {
	for _, size := range []int{20, 255, 256, 257, 511, 1 << 16, 1<<16 + 255, 1<<16 + 256, 1<<16 + 257, 1 << 20} {
		base := noise(size, 3)
		item := bytes.Clone(base)
		item[size/2]++
		frame, err := delta.Encode(nil, item, base)
		if err != nil || !oneSegment(frame) || len(frame) > 120 {
			t.Fatalf("%d bytes: frame of %d bytes, one segment %t, %v", size, len(frame), oneSegment(frame), err)
		}
		if got, err := delta.Decode(frame, base, size); err != nil || !bytes.Equal(got, item) {
			t.Fatalf("%d bytes: Decode gives others, or %v", size, err)
		}
	}
}

// TestNearRepeats wants a nonce that stands in many places to be told once.
func TestNearRepeats(t *testing.T) {
	var items [2][]byte
	for i := range items {
		nonce := noise(24, uint64(20+i))
		for n := range 12 {
			items[i] = fmt.Appendf(append(items[i], noise(3000, uint64(n))...), "<script nonce=%x>", nonce)
		}
	}
	frame, err := delta.Encode(nil, items[1], items[0])
	if err != nil || len(frame) > 48+12*8 {
		t.Errorf("frame of %d bytes, %v: want the 48 digits of the nonce once", len(frame), err)
	}
	if got, err := delta.Decode(frame, items[0], len(items[1])); err != nil || !bytes.Equal(got, items[1]) {
		t.Errorf("Decode gives others, or %v", err)
	}
}

// TestRough makes frames in a hurry of items that have much, little or nothing in common with their bases.
func TestRough(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for i := range often(400) {
		base := page(r, 1+r.IntN(1<<(1+r.IntN(19))))
		item := near(r, base, r.IntN(200))
		switch i % 5 {
		case 0: // its parts in another order, with more before and after
			item = slices.Concat(noise(r.IntN(30_000), 1), item[len(item)/2:], []byte("and"), item[:len(item)/2], noise(r.IntN(3000), 2))
		case 1:
			item = append(page(r, 1+r.IntN(80_000)), noise(r.IntN(100_000), 3)...)
		}
		frame, err := delta.EncodeRough([]byte("head"), item, base, 0)
		if err != nil || !bytes.HasPrefix(frame, []byte("head")) {
			t.Fatalf("EncodeRough: %v", err)
		}
		frame = frame[4:]
		if got, err := delta.Decode(frame, base, len(item)); err != nil || !bytes.Equal(got, item) {
			t.Fatalf("%d bytes from %d: Decode gives others, or %v", len(item), len(base), err)
		}
		if got, err := delta.DecodeSteps(base, []delta.Step{{Frame: frame, Size: len(item)}}, nil); err != nil || !bytes.Equal(got, item) {
			t.Fatalf("%d bytes from %d: DecodeSteps gives others, or %v", len(item), len(base), err)
		}
	}
}

// TestRoughFinds wants text that stands elsewhere in the base to be found there, however far it was moved.
func TestRoughFinds(t *testing.T) {
	base := noise(300_000, 12)
	item := slices.Concat(noise(500, 13), base[150_000:], []byte("between"), base[20_000:150_000], base[:20_000])
	frame, err := delta.EncodeRough(nil, item, base, 0)
	if err != nil || len(frame) > 500+120 {
		t.Errorf("frame of %d bytes, %v: want little more than the 500 bytes that are new", len(frame), err)
	}
	if got, err := delta.Decode(frame, base, len(item)); err != nil || !bytes.Equal(got, item) {
		t.Errorf("Decode gives others, or %v", err)
	}
	if short, err := delta.EncodeRough(nil, item, base, 100); short != nil || err != nil {
		t.Errorf("frame of %d bytes, %v: want none, as 500 bytes are new", len(short), err)
	}
	if again, err := delta.EncodeRough(nil, item, base, len(frame)); !bytes.Equal(again, frame) || err != nil {
		t.Errorf("frame of %d bytes, %v: want that of %d", len(again), err, len(frame))
	}
}

func TestHolds(t *testing.T) {
	base := noise(200_000, 14)
	item := near(rand.New(rand.NewPCG(9, 9)), base, 5)
	frame, err := delta.EncodeRough(nil, item, base, 0)
	if err != nil || !delta.Holds(frame, item, base) {
		t.Fatalf("a frame does not hold, %v", err)
	}
	other := bytes.Clone(item)
	other[len(other)/2]++
	broken := bytes.Clone(frame)
	broken[len(broken)-1] ^= 0x80
	for name, holds := range map[string]bool{
		"another item":   delta.Holds(frame, other, base),
		"a longer item":  delta.Holds(frame, append(bytes.Clone(item), 0), base),
		"another base":   delta.Holds(frame, item, noise(200_000, 15)),
		"a broken frame": delta.Holds(broken, item, base),
		"no frame":       delta.Holds(nil, item, base),
	} {
		if holds {
			t.Errorf("%s: the frame holds", name)
		}
	}
}

func FuzzNear(f *testing.F) {
	f.Add([]byte("We regret, and regret again. "), uint64(1), uint8(3), uint8(9))
	f.Add(noise(700, 1), uint64(2), uint8(9), uint8(200))
	f.Fuzz(func(t *testing.T, piece []byte, seed uint64, changes, times uint8) {
		if len(piece) > 4<<10 {
			piece = piece[:4<<10]
		}
		base := bytes.Repeat(piece, int(times))
		item := near(rand.New(rand.NewPCG(seed, 0)), base, int(changes)%16)
		rough := func(dst, src, base []byte) ([]byte, error) { return delta.EncodeRough(dst, src, base, 0) }
		for name, encode := range map[string]func(dst, src, base []byte) ([]byte, error){"Encode": delta.Encode, "EncodeRough": rough} {
			frame, err := encode(nil, item, base)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := delta.Decode(frame, base, len(item)); err != nil || !bytes.Equal(got, item) {
				t.Fatalf("%s: Decode gives others, or %v", name, err)
			}
		}
	})
}
