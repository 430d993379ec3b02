package forest

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"
)

// Example is a row with its answer and how much it counts.
type Example struct {
	Row    []int32
	Yes    bool
	Weight float32
}

// Settings say how trees are grown. The zero value of a field means the number in its comment.
type Settings struct {
	Trees  int     // 100
	Leaves int     // a tree, 16
	Rate   float64 // of learning, 0.1
	Least  float64 // sum of second derivatives in a leaf, 5
	Ridge  float64 // 1
	Rows   float64 // share of the examples that a tree sees, 0.7
	Signs  float64 // share of the signs that a tree sees, 0.6
	Seed   uint64
}

func (s Settings) filled() Settings {
	def := func(p *float64, v float64) {
		if *p == 0 {
			*p = v
		}
	}
	if s.Trees == 0 {
		s.Trees = 100
	}
	if s.Leaves == 0 {
		s.Leaves = 16
	}
	def(&s.Rate, 0.1)
	def(&s.Least, 5)
	def(&s.Ridge, 1)
	def(&s.Rows, 0.7)
	def(&s.Signs, 0.6)
	return s
}

// bins is the most values of one sign that are told apart.
const bins = 64

// fitter holds the examples as bins, a column a sign.
type fitter struct {
	s        Settings
	ex       []Example
	edges    [][]int32 // by sign: the upper edge of each bin
	cols     [][]uint8
	score    []float64
	grad     []float32
	hess     []float32
	rng      *rand.Rand
	baseline float64
}

// Fit grows a forest on examples by boosting on the logistic loss with second-order leaves (Chen and Guestrin, "XGBoost",
// KDD 2016, section 2), leaf by leaf. The same examples, settings and seed give the same forest.
func Fit(signs []string, ex []Example, s Settings) *Forest {
	f := &fitter{s: s.filled(), ex: ex, rng: rand.New(rand.NewPCG(s.Seed, 7))}
	f.bin(len(signs))
	out := &Forest{Signs: signs, Base: int32(math.Round(f.baseline * 1000))}
	for range f.s.Trees {
		out.Trees = append(out.Trees, f.grow())
	}
	return out
}

// bin sorts each sign's values into bins of about equal weight.
func (f *fitter) bin(signs int) {
	n := len(f.ex)
	f.edges, f.cols = make([][]int32, signs), make([][]uint8, signs)
	f.score, f.grad, f.hess = make([]float64, n), make([]float32, n), make([]float32, n)
	var yes, all float64
	for _, e := range f.ex {
		all += float64(e.Weight)
		if e.Yes {
			yes += float64(e.Weight)
		}
	}
	f.baseline = math.Log((yes + 1) / (all - yes + 1))
	for i := range f.score {
		f.score[i] = f.baseline
	}
	var wg sync.WaitGroup
	for k := range signs {
		wg.Go(func() {
			vals := make([]int32, n)
			for i := range f.ex {
				vals[i] = f.ex[i].Row[k]
			}
			slices.Sort(vals)
			var edges []int32
			distinct := slices.Compact(slices.Clone(vals))
			if len(distinct) <= bins {
				edges = distinct
			} else {
				for b := 1; b <= bins; b++ {
					v := vals[b*n/bins-1]
					if len(edges) == 0 || edges[len(edges)-1] != v {
						edges = append(edges, v)
					}
				}
			}
			col := make([]uint8, n)
			for i := range f.ex {
				at, _ := slices.BinarySearch(edges, f.ex[i].Row[k])
				col[i] = uint8(min(at, len(edges)-1))
			}
			f.edges[k], f.cols[k] = edges, col
		})
	}
	wg.Wait()
}

// leaf is a leaf of a growing tree with the best cut found for it.
type leaf struct {
	rows []int32
	node int32
	g, h float64
	gain float64
	sign int
	cut  int
	hist []hist // by sign
}

// hist sums the derivatives of a leaf's examples by bin of one sign.
type hist struct{ g, h [bins]float64 }

// grow adds one tree.
func (f *fitter) grow() Tree {
	n := len(f.ex)
	rows := make([]int32, 0, n)
	for i := range f.ex {
		p := 1 / (1 + math.Exp(-f.score[i]))
		y := 0.0
		if f.ex[i].Yes {
			y = 1
		}
		w := float64(f.ex[i].Weight)
		f.grad[i], f.hess[i] = float32(w*(p-y)), float32(w*p*(1-p))
		if f.rng.Float64() < f.s.Rows {
			rows = append(rows, int32(i))
		}
	}
	signs := make([]int, 0, len(f.cols))
	for k := range f.cols {
		if f.rng.Float64() < f.s.Signs && len(f.edges[k]) > 1 {
			signs = append(signs, k)
		}
	}
	t := Tree{{Sign: -1}}
	leaves := []*leaf{{rows: rows}}
	f.fill(leaves[0], signs)
	f.best(leaves[0], signs)
	for len(leaves) < f.s.Leaves {
		top := leaves[0]
		for _, l := range leaves {
			if l.gain > top.gain {
				top = l
			}
		}
		if top.gain <= 1e-6 {
			break
		}
		left, right := f.split(top)
		left.node, right.node = int32(len(t)), int32(len(t)+1)
		t[top.node] = Node{Sign: int16(top.sign), Next: int16(left.node), At: f.edges[top.sign][top.cut]}
		t = append(t, Node{Sign: -1}, Node{Sign: -1})
		f.divide(top, left, right, signs)
		f.best(left, signs)
		f.best(right, signs)
		*top = *left
		leaves = append(leaves, right)
	}
	for _, l := range leaves {
		t[l.node].At = int32(math.Round(-1000 * f.s.Rate * l.g / (l.h + f.s.Ridge)))
	}
	for i := range f.ex {
		f.score[i] += float64(t.leaf(f.ex[i].Row)) / 1000
	}
	return t
}

// fill sums up a leaf's histograms.
func (f *fitter) fill(l *leaf, signs []int) {
	l.hist = make([]hist, len(signs))
	var wg sync.WaitGroup
	for j, k := range signs {
		wg.Go(func() {
			h, col := &l.hist[j], f.cols[k]
			for _, i := range l.rows {
				h.g[col[i]] += float64(f.grad[i])
				h.h[col[i]] += float64(f.hess[i])
			}
		})
	}
	wg.Wait()
}

// divide fills the smaller half of a leaf and takes the larger half's histograms by subtraction.
func (f *fitter) divide(whole, left, right *leaf, signs []int) {
	small, large := left, right
	if len(left.rows) > len(right.rows) {
		small, large = right, left
	}
	f.fill(small, signs)
	large.hist = whole.hist
	whole.hist = nil
	for j := range large.hist {
		for b := range bins {
			large.hist[j].g[b] -= small.hist[j].g[b]
			large.hist[j].h[b] -= small.hist[j].h[b]
		}
	}
}

// best finds the cut of a leaf that gains most.
func (f *fitter) best(l *leaf, signs []int) {
	l.g, l.h, l.gain = 0, 0, 0
	for _, i := range l.rows {
		l.g += float64(f.grad[i])
		l.h += float64(f.hess[i])
	}
	if l.h < 2*f.s.Least {
		return
	}
	own := l.g * l.g / (l.h + f.s.Ridge)
	for j, k := range signs {
		var gl, hl float64
		for b := 0; b < len(f.edges[k])-1; b++ {
			gl += l.hist[j].g[b]
			hl += l.hist[j].h[b]
			gr, hr := l.g-gl, l.h-hl
			if hl < f.s.Least || hr < f.s.Least {
				continue
			}
			if gain := gl*gl/(hl+f.s.Ridge) + gr*gr/(hr+f.s.Ridge) - own; gain > l.gain {
				l.gain, l.sign, l.cut = gain, k, b
			}
		}
	}
}

// split divides a leaf's rows at its cut.
func (f *fitter) split(l *leaf) (left, right *leaf) {
	left, right = &leaf{}, &leaf{}
	col := f.cols[l.sign]
	for _, i := range l.rows {
		if int(col[i]) <= l.cut {
			left.rows = append(left.rows, i)
		} else {
			right.rows = append(right.rows, i)
		}
	}
	return left, right
}
