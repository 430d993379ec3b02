package bolt

import (
	"testing"

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
