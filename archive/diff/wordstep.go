package diff

import "strings"

// wordSteps appends the steps between two runs of units that belong together, word by word; edited tells whether
// words changed.
func (e *engine) wordSteps(dst []step, a, b []unit) (steps []step, edited bool) {
	ra, rb := Range{a[0].start, a[len(a)-1].end}, Range{b[0].start, b[len(b)-1].end}
	if e.a.text[ra.Start:ra.End] == e.b.text[rb.Start:rb.End] {
		return append(dst, step{a: ra, b: rb}), false
	}
	ta, tb := tokensOf(a), tokensOf(b)
	var pairs []pair
	if sameWords(ta, tb) {
		pairs = e.pairMarks(ta, tb)
	} else {
		pairs = e.al.align(nil, tokenKeys(ta), tokenKeys(tb), 0, 0)
		pairs = calm(pairs, ta, tb)
	}
	w := wordWriter{e: e, steps: dst, ta: ta, tb: tb, o: ra.Start, n: rb.Start}
	for _, p := range pairs {
		w.to(int(p.i), int(p.j), int(ta[p.i].start), int(tb[p.j].start))
		w.token(p)
	}
	w.to(len(ta), len(tb), ra.End, rb.End)
	return w.steps, w.edited
}

func tokensOf(us []unit) []token {
	if len(us) == 1 {
		return us[0].toks
	}
	var out []token
	for i := range us {
		out = append(out, us[i].toks...)
	}
	return out
}

func tokenKeys(ts []token) []int32 {
	out := make([]int32, len(ts))
	for i, t := range ts {
		out[i] = t.key
	}
	return out
}

// sameWords reports whether both have the same words in the same order.
func sameWords(a, b []token) bool {
	j := 0
	for _, t := range a {
		if !t.word {
			continue
		}
		for j < len(b) && !b[j].word {
			j++
		}
		if j == len(b) || b[j].key != t.key {
			return false
		}
		j++
	}
	for ; j < len(b); j++ {
		if b[j].word {
			return false
		}
	}
	return true
}

// pairMarks pairs all words of two rows that have the same ones, and aligns the marks between them.
func (e *engine) pairMarks(a, b []token) []pair {
	var out []pair
	ka, kb := tokenKeys(a), tokenKeys(b)
	i, j := 0, 0
	for {
		i1, j1 := i, j
		for i1 < len(a) && !a[i1].word {
			i1++
		}
		for j1 < len(b) && !b[j1].word {
			j1++
		}
		out = e.al.align(out, ka[i:i1], kb[j:j1], int32(i), int32(j))
		if i1 == len(a) || j1 == len(b) {
			return out
		}
		out = append(out, pair{int32(i1), int32(j1)})
		i, j = i1+1, j1+1
	}
}

// calm takes back pairs that stand alone among changes on both sides: a "the" that happens to be in both texts would
// make two changes of one. Run by run, it asks whether a run of pairs has no more words than the changes before and
// after it have.
func calm(pairs []pair, a, b []token) []pair {
	type run struct{ from, to, words int }
	var runs []run
	for n := 0; n < len(pairs); {
		m := n + 1
		for m < len(pairs) && pairs[m].i == pairs[m-1].i+1 && pairs[m].j == pairs[m-1].j+1 {
			m++
		}
		runs = append(runs, run{n, m, wordsIn(a, int(pairs[n].i), int(pairs[m-1].i)+1)})
		n = m
	}
	// changed counts the words between the end of run x and the start of run y, on the side with more of them.
	changed := func(x, y int) int {
		i, j, i1, j1 := 0, 0, len(a), len(b)
		if x >= 0 {
			last := pairs[runs[x].to-1]
			i, j = int(last.i)+1, int(last.j)+1
		}
		if y < len(runs) {
			i1, j1 = int(pairs[runs[y].from].i), int(pairs[runs[y].from].j)
		}
		return max(wordsIn(a, i, i1), wordsIn(b, j, j1))
	}
	kept := make([]int, 0, len(runs)) // indices of runs that stay
	for n, r := range runs {
		prev := -1
		if len(kept) > 0 {
			prev = kept[len(kept)-1]
		}
		before, after := changed(prev, n), changed(n, n+1)
		if r.words <= 2 && before > r.words && after > r.words || r.words == 0 && before > 0 && after > 0 {
			continue
		}
		kept = append(kept, n)
	}
	out := make([]pair, 0, len(pairs))
	for _, n := range kept {
		out = append(out, pairs[runs[n].from:runs[n].to]...)
	}
	return out
}

func wordsIn(ts []token, from, to int) int {
	n := 0
	for _, t := range ts[from:to] {
		if t.word {
			n++
		}
	}
	return n
}

// wordWriter writes steps while it walks two rows of tokens.
type wordWriter struct {
	e      *engine
	steps  []step
	ta, tb []token
	i, j   int // tokens behind it
	o, n   int // bytes behind it
	edited bool
}

// to writes what lies before token i and j, which start at bytes o and n.
func (w *wordWriter) to(i, j, o, n int) {
	a, b := w.e.a.text[w.o:o], w.e.b.text[w.n:n]
	wa, wb := wordsIn(w.ta, w.i, i), wordsIn(w.tb, w.j, j)
	lead, trail := commonSpace(a, b)
	w.keep(lead, lead)
	w.change(o-trail, n-trail, wa, wb)
	w.keep(trail, trail)
	w.i, w.j = i, j
}

// token writes a pair of tokens.
func (w *wordWriter) token(p pair) {
	a, b := w.ta[p.i], w.tb[p.j]
	if w.e.a.text[a.start:a.end] == w.e.b.text[b.start:b.end] {
		w.keep(int(a.end-a.start), int(b.end-b.start))
	} else {
		w.change(int(a.end), int(b.end), 0, 0)
	}
	w.i, w.j = int(p.i)+1, int(p.j)+1
}

func (w *wordWriter) keep(a, b int) {
	if a == 0 {
		return
	}
	if k := len(w.steps) - 1; k >= 0 && w.steps[k].class == "" && w.steps[k].a.End == w.o && w.steps[k].b.End == w.n {
		w.steps[k].a.End, w.steps[k].b.End = w.o+a, w.n+b
	} else {
		w.steps = append(w.steps, step{a: Range{w.o, w.o + a}, b: Range{w.n, w.n + b}})
	}
	w.o, w.n = w.o+a, w.n+b
}

func (w *wordWriter) change(o, n, wordsA, wordsB int) {
	if o == w.o && n == w.n {
		return
	}
	a, b := w.e.a.text[w.o:o], w.e.b.text[w.n:n]
	if a == b {
		w.keep(len(a), len(b))
		return
	}
	st := step{a: Range{w.o, o}, b: Range{w.n, n}, class: ClassTypographic, wordsA: wordsA, wordsB: wordsB}
	switch {
	case wordsA+wordsB > 0:
		st.class = ClassWords
		w.edited = true
	case strings.Count(a, "\n") != strings.Count(b, "\n") && strings.TrimSpace(a) == "" && strings.TrimSpace(b) == "":
		st.class = ClassStructure
	}
	w.steps = append(w.steps, st)
	w.o, w.n = o, n
}

// commonSpace is how many bytes of white space a and b both start with, and end with after that.
func commonSpace(a, b string) (lead, trail int) {
	for lead < len(a) && lead < len(b) && a[lead] == b[lead] && isSpaceByte(a[lead]) {
		lead++
	}
	for trail < len(a)-lead && trail < len(b)-lead && a[len(a)-1-trail] == b[len(b)-1-trail] && isSpaceByte(a[len(a)-1-trail]) {
		trail++
	}
	return lead, trail
}
