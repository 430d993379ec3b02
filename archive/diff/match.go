package diff

import "slices"

// span pairs a run of units of one side with a run of the other: [a0,a1) with [b0,b1).
type span struct{ a0, a1, b0, b1 int }

// same pairs the units with the same words: unique ones so that as many words as can be stay in place, then the rest.
func (e *engine) same(a, b []unit) []span {
	ka, kb := keysOf(a), keysOf(b)
	chain := heaviest(unique(ka, kb, func(i int32) int32 { return a[i].words + 1 }))
	var pairs []pair
	i, j := int32(0), int32(0)
	for _, c := range append(chain, cand{a: int32(len(a)), b: int32(len(b))}) {
		pairs = e.al.align(pairs, ka[i:c.a], kb[j:c.b], i, j)
		if int(c.a) < len(a) && int(c.b) < len(b) {
			pairs = append(pairs, pair{c.a, c.b})
		}
		i, j = c.a+1, c.b+1
	}
	return spansOf(pairs)
}

func keysOf(us []unit) []int32 {
	keys := make([]int32, len(us))
	for i := range us {
		keys[i] = us[i].key
	}
	return keys
}

func spansOf(pairs []pair) []span {
	out := make([]span, len(pairs))
	for n, p := range pairs {
		out[n] = span{int(p.i), int(p.i) + 1, int(p.j), int(p.j) + 1}
	}
	return out
}

// gaps calls yield with what lies between the spans, in order, before and after them too.
func gaps(spans []span, na, nb int, yield func(g span)) {
	i, j := 0, 0
	for _, s := range spans {
		yield(span{i, s.a0, j, s.b0})
		i, j = s.a1, s.b1
	}
	yield(span{i, na, j, nb})
}

// similar adds the pairs of units that are alike, between those that are paired already; units that are taken are
// left out.
func (e *engine) similar(a, b []unit, spans []span) []span {
	out := slices.Clone(spans)
	gaps(spans, len(a), len(b), func(g span) {
		if g.a0 == g.a1 || g.b0 == g.b1 {
			return
		}
		free := slices.DeleteFunc(e.candidates(a[g.a0:g.a1], b[g.b0:g.b1], alike), func(c cand) bool {
			return a[g.a0+int(c.a)].taken || b[g.b0+int(c.b)].taken
		})
		for _, c := range heaviest(free) {
			i, j := g.a0+int(c.a), g.b0+int(c.b)
			out = append(out, span{i, i + 1, j, j + 1})
		}
	})
	sortSpans(out)
	return out
}

func sortSpans(s []span) {
	slices.SortFunc(s, func(x, y span) int {
		if x.a0 != y.a0 {
			return x.a0 - y.a0
		}
		return x.b0 - y.b0
	})
}

// grow lets each pair take in unpaired neighbours of one side as long as that makes both sides more alike: so a
// paragraph that was split, or several that were merged, become one span.
func (e *engine) grow(a, b []unit, spans []span) []span {
	for n := range spans {
		s := &spans[n]
		low, high := span{}, span{a0: len(a), b0: len(b)}
		if n > 0 {
			low = spans[n-1]
		}
		if n+1 < len(spans) {
			high = spans[n+1]
		}
		if a[s.a0].key == b[s.b0].key || low.a1 == s.a0 && s.a1 == high.a0 && low.b1 == s.b0 && s.b1 == high.b0 {
			continue
		}
		e.growOne(a, b, s, low, high)
	}
	return spans
}

// maxPieces is how many pieces a unit may fall into to be called split.
const maxPieces = 24

func (e *engine) growOne(a, b []unit, s *span, low, high span) {
	best := e.spanDice(a, b, *s)
	for e.al.work > 0 && s.a1-s.a0 < maxPieces && s.b1-s.b0 < maxPieces {
		next, at := best, *s
		try := func(t span) {
			if d := e.spanDice(a, b, t); d > next {
				next, at = d, t
			}
		}
		if s.a1-s.a0 == 1 { // one old: more new ones
			if s.b1 < high.b0 && e.inside(&b[s.b1], a[s.a0:s.a1]) {
				try(span{s.a0, s.a1, s.b0, s.b1 + 1})
			}
			if s.b0 > low.b1 && e.inside(&b[s.b0-1], a[s.a0:s.a1]) {
				try(span{s.a0, s.a1, s.b0 - 1, s.b1})
			}
		}
		if s.b1-s.b0 == 1 {
			if s.a1 < high.a0 && e.inside(&a[s.a1], b[s.b0:s.b1]) {
				try(span{s.a0, s.a1 + 1, s.b0, s.b1})
			}
			if s.a0 > low.a1 && e.inside(&a[s.a0-1], b[s.b0:s.b1]) {
				try(span{s.a0 - 1, s.a1, s.b0, s.b1})
			}
		}
		if next == best {
			return
		}
		best, *s = next, at
	}
}

// spanDice is the similarity of the two sides of a span.
func (e *engine) spanDice(a, b []unit, s span) int32 {
	x, y := e.union(a[s.a0:s.a1]), e.union(b[s.b0:s.b1])
	w, _ := e.common(&x, &y)
	return dice(w, x.weight, y.weight)
}

// inside reports whether most of a unit's words stand in the units of the other side.
func (e *engine) inside(u *unit, other []unit) bool {
	e.pack(u)
	o := e.union(other)
	_, n := e.common(u, &o)
	return !u.taken && u.words > 0 && 10*n >= 6*u.words
}

// positional adds pairs of what is left between the spans, first with first, second with second: those that share
// half of their words however common these are, and, when all is true, the others too.
func (e *engine) positional(a, b []unit, spans []span, all bool) []span {
	out := slices.Clone(spans)
	gaps(spans, len(a), len(b), func(g span) {
		i, j := g.a0, g.b0
		for i < g.a1 && j < g.b1 {
			switch {
			case a[i].taken:
				i++
			case b[j].taken:
				j++
			default:
				if all || e.halfShared(&a[i], &b[j]) {
					out = append(out, span{i, i + 1, j, j + 1})
				}
				i, j = i+1, j+1
			}
		}
	})
	sortSpans(out)
	return out
}

// halfShared reports whether two units share half of their words, whatever these weigh.
func (e *engine) halfShared(a, b *unit) bool {
	e.pack(a)
	e.pack(b)
	_, n := e.common(a, b)
	return n > 0 && dice(n, a.words, b.words) >= 500
}

// relocate pairs units of a with units of b that no span covers and that have the same words, wherever they stand,
// and marks them as taken. Short ones count only beside a longer one that moved with them.
func (e *engine) relocate(a, b []unit, freeA, freeB []bool) []span {
	at := map[int32][]int{}
	for j := range b {
		if freeB[j] {
			at[b[j].key] = append(at[b[j].key], j)
		}
	}
	var out []span
	take := func(i, j int) {
		freeA[i], freeB[j] = false, false
		a[i].taken, b[j].taken = true, true
		out = append(out, span{i, i + 1, j, j + 1})
	}
	for i := range a {
		if !freeA[i] || a[i].words < e.minMove {
			continue
		}
		js := at[a[i].key]
		for len(js) > 0 && !freeB[js[0]] {
			js = js[1:]
		}
		at[a[i].key] = js
		if len(js) > 0 {
			take(i, js[0])
		}
	}
	for n := 0; n < len(out); n++ {
		s := out[n]
		for _, d := range [2]int{-1, 1} {
			i, j := s.a0+d, s.b0+d
			if i >= 0 && j >= 0 && i < len(a) && j < len(b) && freeA[i] && freeB[j] && a[i].key == b[j].key {
				take(i, j)
			}
		}
	}
	sortSpans(out)
	return out
}

// free are the units that no span covers.
func free(n int, spans []span, side func(s span) (int, int)) []bool {
	f := make([]bool, n)
	for i := range f {
		f[i] = true
	}
	for _, s := range spans {
		for i, end := side(s); i < end; i++ {
			f[i] = false
		}
	}
	return f
}

func sideA(s span) (int, int) { return s.a0, s.a1 }
func sideB(s span) (int, int) { return s.b0, s.b1 }
