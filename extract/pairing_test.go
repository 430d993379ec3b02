package extract

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPairUp(t *testing.T) {
	for _, c := range []struct {
		name string
		a, b []uint64
		like func(i, j int) int
		want []int
	}{
		{"nothing", nil, nil, nil, []int{}},
		{"nothing before", nil, []uint64{1, 2}, nil, []int{-1, -1}},
		{"the same", []uint64{1, 2, 3}, []uint64{1, 2, 3}, nil, []int{0, 1, 2}},
		{"one added", []uint64{1, 3}, []uint64{1, 2, 3}, nil, []int{0, -1, 1}},
		{"one removed", []uint64{1, 2, 3}, []uint64{1, 3}, nil, []int{0, 2}},
		{"in another order", []uint64{1, 2, 3, 4}, []uint64{4, 1, 2, 3}, nil, []int{-1, 0, 1, 2}},
		{"the likest of two", []uint64{5, 7}, []uint64{6, 7, 7}, func(_, j int) int { return j }, []int{-1, -1, 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.like == nil {
				c.like = func(int, int) int { return 0 }
			}
			if diff := cmp.Diff(c.want, pairUp(c.a, c.b, c.like)); diff != "" {
				t.Errorf("pairUp(%v, %v) (-want +got):\n%s", c.a, c.b, diff)
			}
		})
	}
}

// Sequences too long for one table are cut at what is unique in them.
func TestPairUpLong(t *testing.T) {
	const n = 5000
	var a, b []uint64
	for i := range uint64(n) {
		a = append(a, i/2) // each twice
		if i%100 == 0 {
			a = append(a, 1<<32+i) // but these
		}
	}
	b = append(b, 1<<40)
	b = append(b, a...)
	got := pairUp(a, b, func(int, int) int { return 0 })
	for j := 1; j < len(b); j++ {
		if got[j] < 0 || a[got[j]] != b[j] || j > 1 && got[j] <= got[j-1] {
			t.Fatalf("element %d is paired with %d", j, got[j])
		}
	}
	same := make([]uint64, 3000) // nothing is unique
	for j, i := range pairUp(same, same[:2900], func(int, int) int { return 0 }) {
		if i < 0 {
			t.Fatalf("element %d of equal ones has no pair", j)
		}
	}
}
