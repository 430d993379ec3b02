package bolt

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/delta"
)

// A chain always holds the body that the next one is a difference from, and stays short.
func TestChain(t *testing.T) {
	var c chain
	depths := map[uint64]uint64{}
	longest := uint64(0)
	for i := uint64(0); i < 20_000; i++ {
		index, bases := c.next()
		if index != i {
			t.Fatalf("next of %d bodies is %d", i, index)
		}
		base := uint64(0)
		if i > 0 {
			if len(bases) == 0 || bases[0].index != delta.Base(i) {
				t.Fatalf("body %d: bases %+v, want %d first", i, bases, delta.Base(i))
			}
			l := bases[int(i)%7%len(bases)] // sometimes another one than the usual
			base = l.blob
			depths[i+1] = depths[base] + 1
		}
		c = c.push(i+1, base)
		if got := c[len(c)-1].depth; got != depths[i+1] {
			t.Fatalf("body %d: depth %d, want %d", i, got, depths[i+1])
		}
		longest = max(longest, depths[i+1])
		if len(c) > 16+recent {
			t.Fatalf("chain of %d bodies: %+v", i+1, c)
		}
	}
	if longest > maxDetour+delta.Group+15 {
		t.Errorf("a body has %d before it", longest)
	}
}

// A page that is served in many forms by turns costs little for each of them, and no long path.
func TestClosest(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	forms := make([][]byte, 6)
	for i := range forms {
		for len(forms[i]) < 30_000 {
			forms[i] = fmt.Appendf(forms[i], "%x ", random.Uint64())
		}
	}
	n := 400
	if testing.Short() { // the race detector makes it take half a minute
		n = 150
	}
	var c chain
	bodies, depths := map[uint64][]byte{}, map[uint64]int{}
	long, deepest := 0, 0
	for seq := uint64(1); seq <= uint64(n); seq++ {
		form := forms[random.IntN(len(forms))]
		copy(form[random.IntN(len(form)-40):], fmt.Sprintf("nonce=%x", random.Uint64()))
		raw := bytes.Clone(form)
		_, bases := c.next()
		b, err := encodeBlob(raw, archive.Sum(raw), bases, func(seq uint64) ([]byte, error) { return bodies[seq], nil })
		if err != nil {
			t.Fatal(err)
		}
		if back, err := delta.Decode(b.frame, bodies[b.base], len(raw)); err != nil || !bytes.Equal(back, raw) {
			t.Fatalf("body %d from %d: %v", seq, b.base, err)
		}
		if b.base != 0 {
			depths[seq] = depths[b.base] + 1
		}
		deepest = max(deepest, depths[seq])
		if len(b.frame) > worthALook {
			long++
		}
		bodies[seq], c = raw, c.push(seq, b.base)
	}
	if long > n/4 || deepest > maxDetour {
		t.Errorf("%d of %d bodies are long differences, want at most a quarter; %d are before one, want at most %d", long, n, deepest, maxDetour)
	}
}
