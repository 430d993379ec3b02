package diff

// sentencesOf are the sentences of a run of lines, as units that tile it: the white space after a sentence, and the
// end of its line, are its own.
func (e *engine) sentencesOf(s *side, from, to int) []unit {
	var out []unit
	for n := from; n < to; n++ {
		line := &s.lines[n]
		if line.end == line.start {
			continue
		}
		t := 0
		eachSentence(s.text, line.start, line.end, func(a, b int) {
			u := unit{start: a, end: b}
			t0 := t
			for t < len(line.toks) && int(line.toks[t].start) < b {
				t++
			}
			u.toks = line.toks[t0:t:t]
			e.fill(&u, s.text)
			out = append(out, u)
		})
	}
	for n := range out { // the end of the line, and empty lines
		if n+1 < len(out) {
			out[n].end = out[n+1].start
		}
	}
	if len(out) > 0 {
		out[0].start = s.lines[from].start
		out[len(out)-1].end = s.lines[to-1].end
	}
	return out
}

// reordered reports whether both sides have the same sentences, where no span pairs them.
func (e *engine) reordered(spans []span) bool {
	count := map[int32]int{}
	tally := func(s *side, f []bool, d int) {
		for i := range s.lines {
			if f[i] {
				for _, u := range e.sentencesOf(s, i, i+1) {
					if u.words > 0 {
						count[u.key] += d
					}
				}
			}
		}
	}
	tally(&e.a, free(len(e.a.lines), spans, sideA), 1)
	tally(&e.b, free(len(e.b.lines), spans, sideB), -1)
	for _, n := range count {
		if n != 0 {
			return false
		}
	}
	return true
}

// work is a group whose sentences are being paired.
type work struct {
	g     *group
	a, b  []unit
	spans []span
}

// prose fills in the steps of all groups.
func (e *engine) prose(groups []group) []group {
	var ws []*work
	for n := range groups {
		g := &groups[n]
		if g.a1 > g.a0 && g.b1 > g.b0 {
			ra, rb := e.rangeOf(&e.a, g.a0, g.a1), e.rangeOf(&e.b, g.b0, g.b1)
			if e.a.text[ra.Start:ra.End] == e.b.text[rb.Start:rb.End] {
				g.steps = []step{{a: ra, b: rb}}
				continue
			}
			if g.a1-g.a0 == 1 && g.b1-g.b0 == 1 && e.a.lines[g.a0].key == e.b.lines[g.b0].key {
				g.steps, _ = e.wordSteps(nil, e.a.lines[g.a0:g.a1], e.b.lines[g.b0:g.b1])
				continue
			}
		}
		w := &work{g: g, a: e.sentencesOf(&e.a, g.a0, g.a1), b: e.sentencesOf(&e.b, g.b0, g.b1)}
		if len(w.a) > 0 && len(w.b) > 0 {
			w.spans = e.same(w.a, w.b)
		}
		ws = append(ws, w)
	}
	moved := e.moveSentences(ws)
	for _, w := range ws {
		if !w.g.replaced && len(w.a) > 0 && len(w.b) > 0 {
			w.spans = e.positional(w.a, w.b, e.grow(w.a, w.b, e.similar(w.a, w.b, w.spans)), false)
		}
		e.finish(w, moved)
	}
	return groups
}

func (e *engine) rangeOf(s *side, from, to int) Range {
	return Range{s.lines[from].start, s.lines[to-1].end}
}

// moveSentences finds sentences that stand in another place or paragraph, and returns their moves by where they start.
func (e *engine) moveSentences(ws []*work) map[[2]int]int {
	var a, b []unit
	var pa, pb []*unit
	for _, w := range ws {
		fa, fb := free(len(w.a), w.spans, sideA), free(len(w.b), w.spans, sideB)
		for i := range w.a {
			if fa[i] && w.a[i].words > 0 {
				a, pa = append(a, w.a[i]), append(pa, &w.a[i])
			}
		}
		for j := range w.b {
			if fb[j] && w.b[j].words > 0 {
				b, pb = append(b, w.b[j]), append(pb, &w.b[j])
			}
		}
	}
	moves := map[[2]int]int{}
	for _, s := range e.relocate(a, b, free(len(a), nil, sideA), free(len(b), nil, sideB)) {
		e.moves++
		pa[s.a0].taken, pb[s.b0].taken = true, true
		moves[[2]int{0, a[s.a0].start}] = e.moves
		moves[[2]int{1, b[s.b0].start}] = e.moves
	}
	return moves
}

// finish makes the steps of a group from its pairs of sentences.
func (e *engine) finish(w *work, moved map[[2]int]int) {
	g := w.g
	next := 0 // the pair that comes after a gap
	gaps(w.spans, len(w.a), len(w.b), func(s span) {
		for _, u := range w.a[s.a0:s.a1] {
			g.steps = e.whole(g.steps, e.a.text, u, moved[[2]int{0, u.start}], 0)
		}
		for _, u := range w.b[s.b0:s.b1] {
			g.steps = e.whole(g.steps, e.b.text, u, moved[[2]int{1, u.start}], 1)
		}
		if next == len(w.spans) {
			return
		}
		p := w.spans[next]
		next++
		var edited bool
		if g.steps, edited = e.wordSteps(g.steps, w.a[p.a0:p.a1], w.b[p.b0:p.b1]); edited {
			g.edited++
		}
	})
	if len(w.a)+len(w.b) == 0 { // lines without a sentence: empty ones
		if g.a1 > g.a0 && g.b1 > g.b0 {
			g.steps = []step{{a: e.rangeOf(&e.a, g.a0, g.a1), b: e.rangeOf(&e.b, g.b0, g.b1)}}
		}
	}
}

// whole appends a sentence that stands on one side, and apart from it the white space after it.
func (e *engine) whole(dst []step, text string, u unit, move, on int) []step {
	end := u.end
	for end > u.start && isSpaceByte(text[end-1]) {
		end--
	}
	st := step{class: ClassWords, whole: true, move: move}
	if u.words == 0 {
		st.class, st.whole = ClassTypographic, false
	}
	tail := step{class: ClassTypographic}
	if on == 0 {
		st.a, st.wordsA, tail.a = Range{u.start, end}, int(u.words), Range{end, u.end}
	} else {
		st.b, st.wordsB, tail.b = Range{u.start, end}, int(u.words), Range{end, u.end}
	}
	if end > u.start {
		dst = append(dst, st)
	}
	if end < u.end {
		if text[u.end-1] == '\n' {
			tail.class = ClassStructure
		}
		dst = append(dst, tail)
	}
	return dst
}

func isSpaceByte(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }
