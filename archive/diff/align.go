package diff

import (
	"cmp"
	"slices"
)

// pair says that a[i] and b[j] are one and the same.
type pair struct{ i, j int32 }

// maxEdits bounds the insertions and deletions that Myers' algorithm looks for in one region; its trace takes the
// square of it.
const maxEdits = 800

// aligner aligns rows of keys under one budget of work.
type aligner struct {
	work int // steps left
	cut  bool
	v    []int32 // Myers' furthest reaching points
	log  []int32 // all of them, for the way back
	seen []uint8 // by key: on which sides; all 0 between calls
}

// spend takes n steps from the budget and reports whether there were as many.
func (al *aligner) spend(n int) bool {
	if al.work < n {
		al.work = 0
		al.cut = true
		return false
	}
	al.work -= n
	return true
}

// align appends the pairs of a longest common subsequence of a and b, in order; ai and bi are added to the indices.
// Where that is too costly it aligns what is unique on both sides, and leaves the rest.
func (al *aligner) align(dst []pair, a, b []int32, ai, bi int32) []pair {
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		dst = append(dst, pair{ai, bi})
		a, b, ai, bi = a[1:], b[1:], ai+1, bi+1
	}
	tail := 0
	for tail < len(a) && tail < len(b) && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	a, b = a[:len(a)-tail], b[:len(b)-tail]
	if len(a) > 0 && len(b) > 0 {
		dst = al.middle(dst, a, b, ai, bi)
	}
	for k := range tail {
		dst = append(dst, pair{ai + int32(len(a)+k), bi + int32(len(b)+k)})
	}
	return dst
}

// middle aligns what has neither its start nor its end in common. Keys that stand on one side only are no part of any
// common subsequence, and leaving them out first spares Myers' algorithm most of its edits.
func (al *aligner) middle(dst []pair, a, b []int32, ai, bi int32) []pair {
	ia, ib := al.shared(a, b)
	if len(ia) == 0 {
		return dst
	}
	a2, b2 := pickKeys(a, ia), pickKeys(b, ib)
	n := len(dst)
	var ok bool
	if dst, ok = al.myers(dst, a2, b2, 0, 0); !ok {
		dst = al.patience(dst[:n], a2, b2, 0, 0)
	}
	for k := n; k < len(dst); k++ {
		dst[k] = pair{ai + ia[dst[k].i], bi + ib[dst[k].j]}
	}
	return dst
}

// shared are the indices of the keys of a and of b that stand on both sides; there are none of either or some of both.
func (al *aligner) shared(a, b []int32) (ia, ib []int32) {
	top := max(slices.Max(a), slices.Max(b))
	if int(top) >= len(al.seen) {
		al.seen = append(al.seen, make([]uint8, int(top)+1-len(al.seen))...)
	}
	for _, k := range a {
		al.seen[k] |= 1
	}
	for _, k := range b {
		al.seen[k] |= 2
	}
	of := func(row []int32) []int32 {
		out := make([]int32, 0, len(row))
		for i, k := range row {
			if al.seen[k] == 3 {
				out = append(out, int32(i))
			}
		}
		return out
	}
	ia, ib = of(a), of(b)
	for _, k := range a {
		al.seen[k] = 0
	}
	for _, k := range b {
		al.seen[k] = 0
	}
	return ia, ib
}

func pickKeys(row, at []int32) []int32 {
	out := make([]int32, len(at))
	for n, i := range at {
		out[n] = row[i]
	}
	return out
}

// patience aligns what is unique on both sides and then what lies between.
func (al *aligner) patience(dst []pair, a, b []int32, ai, bi int32) []pair {
	if !al.spend(2 * (len(a) + len(b))) {
		return dst
	}
	chain := heaviest(unique(a, b, nil))
	if len(chain) == 0 {
		al.cut = true
		return dst
	}
	i, j := int32(0), int32(0)
	for _, c := range chain {
		dst = al.align(dst, a[i:c.a], b[j:c.b], ai+i, bi+j)
		dst = append(dst, pair{ai + c.a, bi + c.b})
		i, j = c.a+1, c.b+1
	}
	return al.align(dst, a[i:], b[j:], ai+i, bi+j)
}

// myers appends a longest common subsequence; it reports false when that needs more edits or work than allowed.
// a and b are not empty.
func (al *aligner) myers(dst []pair, a, b []int32, ai, bi int32) ([]pair, bool) {
	n, m := int32(len(a)), int32(len(b))
	limit := min(int(n+m), maxEdits)
	if size := 2*limit + 3; cap(al.v) < size {
		al.v = make([]int32, size)
	}
	off := int32(limit + 1)
	v := al.v[:2*limit+3]
	clear(v)
	al.log = al.log[:0]
	for d := int32(0); d <= int32(limit); d++ {
		steps := 0
		for k := -d; k <= d; k += 2 {
			var x int32
			if k == -d || k != d && v[off+k-1] < v[off+k+1] {
				x = v[off+k+1]
			} else {
				x = v[off+k-1] + 1
			}
			y := x - k
			for x < n && y < m && a[x] == b[y] {
				x, y, steps = x+1, y+1, steps+1
			}
			v[off+k] = x
			if x >= n && y >= m {
				return al.back(dst, a, b, ai, bi, d, k), true
			}
		}
		al.log = append(al.log, v[off-d:off+d+1]...)
		if !al.spend(int(d) + 1 + steps) {
			return dst, false
		}
	}
	return dst, false
}

// back walks from the end to the start through the logged points: row d of the log holds diagonals -d to d and starts
// at d².
func (al *aligner) back(dst []pair, a, b []int32, ai, bi, d, k int32) []pair {
	start := len(dst)
	x, y := int32(len(a)), int32(len(b))
	for ; d > 0; d-- {
		row := al.log[(d-1)*(d-1) : d*d] // diagonals -(d-1) to d-1
		at := func(k int32) int32 {
			if k < -(d-1) || k > d-1 {
				return -1
			}
			return row[k+d-1]
		}
		down := k == -d || k != d && at(k-1) < at(k+1)
		pk := k - 1
		if down {
			pk = k + 1
		}
		px := at(pk)
		sx := px // where the snake of this step starts
		if !down {
			sx++
		}
		for x > sx {
			x, y = x-1, y-1
			dst = append(dst, pair{ai + x, bi + y})
		}
		x, y, k = px, px-pk, pk
	}
	for x > 0 && y > 0 {
		x, y = x-1, y-1
		dst = append(dst, pair{ai + x, bi + y})
	}
	slices.Reverse(dst[start:])
	return dst
}

// cand is a pair of rows that may be one, with how much speaks for it.
type cand struct{ a, b, score int32 }

// unique are the pairs of keys that stand once in a and once in b. weight is the score of a row; nil means 1.
func unique(a, b []int32, weight func(i int32) int32) []cand {
	type seen struct{ i, n, m int32 }
	at := make(map[int32]seen, len(a))
	for i, k := range a {
		s := at[k]
		at[k] = seen{int32(i), s.n + 1, 0}
	}
	for _, k := range b {
		if s, ok := at[k]; ok {
			s.m++
			at[k] = s
		}
	}
	var out []cand
	for j, k := range b {
		if s, ok := at[k]; ok && s.n == 1 && s.m == 1 {
			c := cand{s.i, int32(j), 1}
			if weight != nil {
				c.score = weight(s.i)
			}
			out = append(out, c)
		}
	}
	return out
}

// heaviest is the chain of candidates, rising on both sides, that scores most. It reorders c.
func heaviest(c []cand) []cand {
	if len(c) == 0 {
		return nil
	}
	slices.SortFunc(c, func(x, y cand) int { return cmp.Or(cmp.Compare(x.a, y.a), cmp.Compare(y.b, x.b)) })
	rows := int32(0)
	for _, k := range c {
		rows = max(rows, k.b+1)
	}
	total := make([]int64, len(c)) // the best chain that ends here
	prev := make([]int32, len(c))
	tree := make([]int32, rows+1) // Fenwick tree over b: 1 + the candidate with the best total
	end := int32(0)
	for n := range c {
		best := int32(-1)
		for p := c[n].b; p > 0; p &= p - 1 {
			if t := tree[p] - 1; t >= 0 && (best < 0 || total[t] > total[best]) {
				best = t
			}
		}
		prev[n], total[n] = best, int64(c[n].score)
		if best >= 0 {
			total[n] += total[best]
		}
		for p := c[n].b + 1; p <= rows; p += p & -p {
			if t := tree[p] - 1; t < 0 || total[n] > total[t] {
				tree[p] = int32(n) + 1
			}
		}
		if total[n] > total[end] {
			end = int32(n)
		}
	}
	var out []cand
	for n := end; n >= 0; n = prev[n] {
		out = append(out, c[n])
	}
	slices.Reverse(out)
	return out
}
