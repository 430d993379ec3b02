package diff

import (
	"cmp"
	"slices"
)

// refold pairs, between the lines that are equal, those with the same words.
func (e *engine) refold(spans []span) []span {
	out := spans[:len(spans):len(spans)]
	gaps(spans, len(e.a.lines), len(e.b.lines), func(g span) {
		if g.a0 == g.a1 || g.b0 == g.b1 {
			return
		}
		for _, s := range e.same(e.a.lines[g.a0:g.a1], e.b.lines[g.b0:g.b1]) {
			out = append(out, span{s.a0 + g.a0, s.a1 + g.a0, s.b0 + g.b0, s.b1 + g.b0})
		}
	})
	sortSpans(out)
	return out
}

// group pairs the paragraphs, in place and moved.
func (e *engine) group(spans []span) []group {
	a, b := e.a.lines, e.b.lines
	freeA, freeB := free(len(a), spans, sideA), free(len(b), spans, sideB)
	moved := e.relocate(a, b, freeA, freeB)
	spans = e.grow(a, b, e.similar(a, b, spans))
	spans = e.positional(a, b, spans, false)
	moved = append(moved, e.movedEdited(spans)...)
	spans, moved = e.settle(spans, moved)
	known := make(map[span]bool, len(spans))
	for _, s := range spans {
		known[s] = true
	}
	spans = e.positional(a, b, spans, true)
	return e.collect(spans, moved, func(s span) bool { return !known[s] })
}

// settle decides anew which pairs stay in place, now that all are known: those that together have most words. So a
// paragraph that passes two others has moved, and not the two, though they were edited and it was not.
func (e *engine) settle(spans, moved []span) (inOrder, away []span) {
	if len(moved) == 0 {
		return spans, moved
	}
	all := append(spans[:len(spans):len(spans)], moved...)
	at := make(map[pair]span, len(all))
	cs := make([]cand, len(all))
	for n, s := range all {
		at[pair{int32(s.a0), int32(s.b0)}] = s
		cs[n] = cand{int32(s.a0), int32(s.b0), 1}
		for _, u := range e.a.lines[s.a0:s.a1] {
			cs[n].score += u.words
		}
		for _, u := range e.b.lines[s.b0:s.b1] {
			cs[n].score += u.words
		}
	}
	for _, c := range heaviest(cs) {
		k := pair{c.a, c.b}
		inOrder = append(inOrder, at[k])
		delete(at, k)
	}
	for _, s := range all {
		if _, ok := at[pair{int32(s.a0), int32(s.b0)}]; ok {
			away = append(away, s)
			for i := s.a0; i < s.a1; i++ {
				e.a.lines[i].taken = true
			}
			for j := s.b0; j < s.b1; j++ {
				e.b.lines[j].taken = true
			}
		}
	}
	return inOrder, away
}

// minMoveEdited is how many words a paragraph must have to be known again although it moved and was edited.
const minMoveEdited = 6

// movedEdited pairs paragraphs that stand elsewhere and were edited on the way.
func (e *engine) movedEdited(spans []span) []span {
	a, b := e.a.lines, e.b.lines
	ia, ib := left(a, free(len(a), spans, sideA)), left(b, free(len(b), spans, sideB))
	if len(ia) == 0 || len(ib) == 0 {
		return nil
	}
	ua, ub := pick(a, ia), pick(b, ib)
	cs := e.candidates(ua, ub, movedAlike)
	slices.SortFunc(cs, func(x, y cand) int {
		return cmp.Or(cmp.Compare(y.score, x.score), cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b))
	})
	var out []span
	for _, c := range cs {
		i, j := ia[c.a], ib[c.b]
		if !a[i].taken && !b[j].taken && min(a[i].words, b[j].words) >= minMoveEdited {
			a[i].taken, b[j].taken = true, true
			out = append(out, span{i, i + 1, j, j + 1})
		}
	}
	return out
}

// left are the indices of units that are neither paired nor moved.
func left(us []unit, free []bool) []int {
	var out []int
	for i := range us {
		if free[i] && !us[i].taken {
			out = append(out, i)
		}
	}
	return out
}

func pick(us []unit, at []int) []unit {
	out := make([]unit, len(at))
	for n, i := range at {
		out[n] = us[i]
	}
	return out
}

// collect makes groups of all lines: the spans in order, the moved ones, and each line that is left by itself.
// replaced (nil: none) tells the spans that have nothing in common.
func (e *engine) collect(spans, moved []span, replaced func(span) bool) []group {
	var out []group
	sortSpans(moved)
	for _, s := range spans {
		out = append(out, group{span: s, ordered: true, replaced: replaced != nil && replaced(s)})
	}
	for n, s := range moved {
		if n == 0 || moved[n-1].a1 != s.a0 || moved[n-1].b1 != s.b0 {
			e.moves++ // neighbours that moved together are one move
		}
		out = append(out, group{span: s, move: e.moves})
	}
	all := append(spans[:len(spans):len(spans)], moved...)
	for i, f := range free(len(e.a.lines), all, sideA) {
		if f {
			out = append(out, group{span: span{a0: i, a1: i + 1}})
		}
	}
	for j, f := range free(len(e.b.lines), all, sideB) {
		if f {
			out = append(out, group{span: span{b0: j, b1: j + 1}})
		}
	}
	return out
}
