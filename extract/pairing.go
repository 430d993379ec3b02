package extract

import "slices"

// cellLimit is how many cells the table of one stretch may have; longer stretches are aligned by what is unique in them.
const cellLimit = 1 << 20

// pairUp pairs equal elements of two sequences, in order: for each element of b the index of its element of a, -1 for
// none. like says how alike a pair is beyond being equal, 0 and more; of several ways to pair, the most alike is
// taken. Time and memory are bounded by cellLimit for each stretch between elements that are unique on both sides.
func pairUp(a, b []uint64, like func(i, j int) int) []int {
	out := make([]int, len(b))
	for j := range out {
		out[j] = -1
	}
	l := pairer{a: a, b: b, like: like, out: out}
	l.stretch(0, len(a), 0, len(b))
	return out
}

type pairer struct {
	a, b []uint64
	like func(i, j int) int
	out  []int
}

func (l *pairer) stretch(a0, a1, b0, b1 int) {
	switch {
	case a0 == a1 || b0 == b1:
		return
	case (a1-a0)*(b1-b0) <= cellLimit:
		l.table(a0, a1, b0, b1)
		return
	}
	i, j := a0, b0
	for _, p := range append(l.anchors(a0, a1, b0, b1), [2]int{a1, b1}) {
		if (p[0]-i)*(p[1]-j) <= cellLimit {
			l.table(i, p[0], j, p[1])
		} else {
			l.walk(i, p[0], j, p[1])
		}
		if p[1] < b1 {
			l.out[p[1]] = p[0]
		}
		i, j = min(p[0]+1, a1), min(p[1]+1, b1)
	}
}

// table finds the pairs of a stretch that are together the most alike.
func (l *pairer) table(a0, a1, b0, b1 int) {
	for a0 < a1 && b0 < b1 && l.a[a0] == l.b[b0] {
		l.out[b0] = a0
		a0, b0 = a0+1, b0+1
	}
	n, m := a1-a0, b1-b0
	if n == 0 || m == 0 {
		return
	}
	best := make([]int32, (n+1)*(m+1)) // of what follows
	at := func(i, j int) *int32 { return &best[i*(m+1)+j] }
	for i := n - 1; i >= 0; i-- {
		for j := m - 1; j >= 0; j-- {
			v := max(*at(i+1, j), *at(i, j+1))
			if l.a[a0+i] == l.b[b0+j] {
				v = max(v, *at(i+1, j+1)+l.worth(a0+i, b0+j))
			}
			*at(i, j) = v
		}
	}
	for i, j := 0, 0; i < n && j < m; {
		switch v := *at(i, j); {
		case l.a[a0+i] == l.b[b0+j] && v == *at(i+1, j+1)+l.worth(a0+i, b0+j):
			l.out[b0+j] = a0 + i
			i, j = i+1, j+1
		case v == *at(i+1, j):
			i++
		default:
			j++
		}
	}
}

// worth is what a pair of equal elements counts: to be paired is worth more than to be much alike.
func (l *pairer) worth(i, j int) int32 { return int32(4 + min(3, l.like(i, j))) }

// anchors are pairs of elements that stand once on each side, as many as are in the same order.
func (l *pairer) anchors(a0, a1, b0, b1 int) [][2]int {
	type place struct{ a, b, n, m int }
	seen := make(map[uint64]place, a1-a0)
	for i := a0; i < a1; i++ {
		p := seen[l.a[i]]
		p.a, p.n = i, p.n+1
		seen[l.a[i]] = p
	}
	for j := b0; j < b1; j++ {
		if p, ok := seen[l.b[j]]; ok {
			p.b, p.m = j, p.m+1
			seen[l.b[j]] = p
		}
	}
	var pairs [][2]int
	for j := b0; j < b1; j++ {
		if p, ok := seen[l.b[j]]; ok && p.n == 1 && p.m == 1 {
			pairs = append(pairs, [2]int{p.a, j})
		}
	}
	return rising(pairs)
}

// rising is a longest run of pairs, in order of their second numbers, whose first numbers rise.
func rising(pairs [][2]int) [][2]int {
	var tails []int // index of the pair with which the best run of each length ends
	before := make([]int, len(pairs))
	for k, p := range pairs {
		at, _ := slices.BinarySearchFunc(tails, p[0], func(t, v int) int { return pairs[t][0] - v })
		before[k] = -1
		if at > 0 {
			before[k] = tails[at-1]
		}
		if at == len(tails) {
			tails = append(tails, k)
		} else {
			tails[at] = k
		}
	}
	if len(tails) == 0 {
		return nil
	}
	var out [][2]int
	for k := tails[len(tails)-1]; k >= 0; k = before[k] {
		out = append(out, pairs[k])
	}
	slices.Reverse(out)
	return out
}

// walk pairs each element with the next equal one, where a stretch is too long for more.
func (l *pairer) walk(a0, a1, b0, b1 int) {
	next := make(map[uint64][]int, a1-a0)
	for i := a1 - 1; i >= a0; i-- {
		next[l.a[i]] = append(next[l.a[i]], i)
	}
	at := a0
	for j := b0; j < b1; j++ {
		left := next[l.b[j]]
		for len(left) > 0 && left[len(left)-1] < at {
			left = left[:len(left)-1]
		}
		if len(left) > 0 && left[len(left)-1] < at+64 { // a far one would pass over too much
			at = left[len(left)-1]
			l.out[j], at = at, at+1
			left = left[:len(left)-1]
		}
		next[l.b[j]] = left
	}
}
