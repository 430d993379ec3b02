package diff

// sameWords reports whether the free lines of both sides have the same words, in whatever order: without that, the
// texts cannot have the same words in order.
func (e *engine) sameWords(freeA, freeB []bool) bool {
	count := make([]int32, len(e.lex.freq))
	tally := func(us []unit, free []bool, d int32) {
		for i := range us {
			if free[i] {
				for _, t := range us[i].toks {
					if t.word {
						count[t.key] += d
					}
				}
			}
		}
	}
	tally(e.a.lines, freeA, 1)
	tally(e.b.lines, freeB, -1)
	for _, n := range count {
		if n != 0 {
			return false
		}
	}
	return true
}

// typographic makes the groups of two texts that have the same words in the same order, and reports false when they
// do not. Lines that begin and end with the same words are a group; so paragraphs that were only split or merged are found
// whatever else stands in them.
func (e *engine) typographic() ([]group, bool) {
	head, tail := 0, 0
	a, b := e.a.lines, e.b.lines
	for head < len(a) && head < len(b) && e.line(0, head) == e.line(1, head) {
		head++
	}
	for tail < len(a)-head && tail < len(b)-head && e.line(0, len(a)-1-tail) == e.line(1, len(b)-1-tail) {
		tail++
	}
	e.readAll(&e.a, head, len(a)-tail)
	e.readAll(&e.b, head, len(b)-tail)
	if !sameWords(tokensOf(a[head:len(a)-tail]), tokensOf(b[head:len(b)-tail])) {
		return nil, false
	}
	var out []group
	whole := func(i, j int) {
		out = append(out, group{span: span{i, i + 1, j, j + 1}, ordered: true,
			steps: []step{{a: Range{a[i].start, a[i].end}, b: Range{b[j].start, b[j].end}}}})
	}
	for i := range head {
		whole(i, i)
	}
	for _, s := range level(a, b, span{head, len(a) - tail, head, len(b) - tail}) {
		g := group{span: s, ordered: s.a0 < s.a1 && s.b0 < s.b1}
		switch {
		case !g.ordered:
			g.steps = e.lineSteps(s)
		default:
			g.steps, _ = e.wordSteps(nil, a[s.a0:s.a1], b[s.b0:s.b1])
		}
		out = append(out, g)
	}
	for k := tail; k > 0; k-- {
		whole(len(a)-k, len(b)-k)
	}
	return out, true
}

func (e *engine) line(side, i int) string {
	if side == 0 {
		return e.a.text[e.a.lines[i].start:e.a.lines[i].end]
	}
	return e.b.text[e.b.lines[i].start:e.b.lines[i].end]
}

// readAll looks into the lines that were not looked into yet.
func (e *engine) readAll(s *side, from, to int) {
	for i := from; i < to; i++ {
		u := &s.lines[i]
		if u.toks == nil {
			u.words = 0
			u.toks = e.lex.tokens(nil, s.text, u.start, u.end)
			e.fill(u, s.text)
		}
	}
}

// level cuts lines with the same words in order into the smallest spans whose ends agree. Lines without words are
// spans by themselves: of both sides where each has one, else of one side.
func level(a, b []unit, s span) []span {
	var out []span
	i, j := s.a0, s.b0
	for i < s.a1 || j < s.b1 {
		emptyA, emptyB := i < s.a1 && a[i].words == 0, j < s.b1 && b[j].words == 0
		switch {
		case emptyA && emptyB:
			out = append(out, span{i, i + 1, j, j + 1})
			i, j = i+1, j+1
			continue
		case emptyA:
			out = append(out, span{a0: i, a1: i + 1})
			i++
			continue
		case emptyB:
			out = append(out, span{b0: j, b1: j + 1})
			j++
			continue
		}
		if i == s.a1 || j == s.b1 { // not for the same words
			return append(out, span{i, s.a1, j, s.b1})
		}
		i1, j1 := i+1, j+1
		for na, nb := a[i].words, b[j].words; na != nb; {
			if na < nb && i1 < s.a1 {
				na += a[i1].words
				i1++
			} else if j1 < s.b1 {
				nb += b[j1].words
				j1++
			} else {
				break
			}
		}
		out = append(out, span{i, i1, j, j1})
		i, j = i1, j1
	}
	return out
}

// lineSteps are the steps of a line without words that stands on one side.
func (e *engine) lineSteps(s span) []step {
	var out []step
	for _, u := range e.a.lines[s.a0:s.a1] {
		out = append(out, step{a: Range{u.start, u.end}, class: ClassTypographic})
	}
	for _, u := range e.b.lines[s.b0:s.b1] {
		out = append(out, step{b: Range{u.start, u.end}, class: ClassTypographic})
	}
	return out
}
