package diff

import (
	"cmp"
	"slices"
	"strings"
)

// engine compares two texts. It always works from the smaller text to the larger one, so that comparing in the other
// direction finds the same pairs; see [compare].
type engine struct {
	opts    Options
	a, b    side
	lex     *lexicon
	seqs    map[string]int32 // the key of a unit by its words
	al      aligner
	minMove int32 // words of the shortest unit that can move by itself
	moves   int   // how many there are
	buf     []byte
	keys    []int32
}

// side is one of the texts.
type side struct {
	text  string
	lines []unit
}

// group is some paragraphs of one side, of the other, or of both that belong together.
type group struct {
	span
	// steps lead from the one side to the other; for a group of one side, they are its sentences.
	steps []step
	// ordered groups stand in the same order on both sides; another group of two sides has moved.
	ordered bool
	// move numbers a move; 0 is none.
	move int
	// replaced groups have nothing in common.
	replaced bool
	// edited counts sentences whose words were changed, added and removed those of b and a that stand on one side.
	edited, added, removed int
}

// step is a piece of a group: what stands in a stands as b on the other side.
type step struct {
	a, b Range
	// class is "" when the bytes are equal.
	class Class
	// wordsA and wordsB count the words of a step that changes some.
	wordsA, wordsB int
	// whole steps are sentences of one side.
	whole bool
	// move numbers the move of a whole step; 0 is none.
	move int
}

// found is what the engine found out.
type found struct {
	groups      []group
	typographic bool // all words are the same, in the same order
	reordered   bool // all sentences are the same, in another order
	fallback    Fallback
}

// minMoveWords is how many words a unit must have so that its standing elsewhere is called a move.
const minMoveWords = 4

// compare makes the Diff of two texts, but for what only the caller knows.
func compare(old, new string, opts Options) *Diff {
	if old == new {
		return build(old, new, splitLines(old), splitLines(new), equalFound(old))
	}
	flip := len(old) > len(new) || len(old) == len(new) && old > new
	a, b := old, new
	if flip {
		a, b = new, old
	}
	e := &engine{
		opts: opts, lex: newLexicon(), seqs: map[string]int32{}, minMove: minMoveWords,
		a: side{a, splitLines(a)}, b: side{b, splitLines(b)},
		al: aligner{work: max(opts.Work, 0)},
	}
	f := e.run()
	for n := range f.groups {
		f.groups[n].count()
		f.groups[n].steps = tidy(f.groups[n].steps, a, b)
	}
	if flip {
		f.flip()
	}
	for n := range f.groups {
		oldFirst(f.groups[n].steps)
	}
	if flip {
		return build(old, new, e.b.lines, e.a.lines, f)
	}
	return build(old, new, e.a.lines, e.b.lines, f)
}

// flip exchanges the two sides.
func (f *found) flip() {
	for n := range f.groups {
		g := &f.groups[n]
		g.a0, g.a1, g.b0, g.b1 = g.b0, g.b1, g.a0, g.a1
		g.added, g.removed = g.removed, g.added
		for k := range g.steps {
			s := &g.steps[k]
			s.a, s.b, s.wordsA, s.wordsB = s.b, s.a, s.wordsB, s.wordsA
		}
	}
}

// oldFirst puts, where sentences of one side stand between those of both, the old ones before the new ones.
func oldFirst(steps []step) {
	side := func(s step) int {
		switch {
		case s.class == "" || s.a.Len() > 0 && s.b.Len() > 0:
			return 0
		case s.a.Len() > 0:
			return 1
		}
		return 2
	}
	for i := 0; i < len(steps); {
		j := i
		for j < len(steps) && side(steps[j]) != 0 {
			j++
		}
		slices.SortStableFunc(steps[i:j], func(x, y step) int { return side(x) - side(y) })
		i = j + 1
	}
}

// count counts the sentences that stand on one side.
func (g *group) count() {
	for _, s := range g.steps {
		switch {
		case !s.whole || s.move != 0:
		case s.a.Len() > 0:
			g.removed++
		default:
			g.added++
		}
	}
}

// tidy joins the white space between changed sentences to them, where it came or went with them, and words next to each
// other whose typography changed: a heading that was put into capitals is one change.
func tidy(steps []step, a, b string) []step {
	out := steps[:0]
	for _, s := range steps {
		if n := len(out) - 1; n >= 1 && respelled(out[n-1], a) && respelled(s, a) && out[n].class == "" && a[out[n].a.Start:out[n].a.End] == " " {
			out[n-1].a.End, out[n-1].b.End = s.a.End, s.b.End
			out = out[:n]
			continue
		}
		if n := len(out) - 1; n >= 0 && out[n].class == "" && s.class == "" {
			out[n].a.End, out[n].b.End = s.a.End, s.b.End
			continue
		}
		if n := len(out) - 1; n >= 0 && joins(out[n], s, a, b) {
			p := &out[n]
			p.class, p.whole = ClassWords, p.whole || s.whole
			p.wordsA, p.wordsB = p.wordsA+s.wordsA, p.wordsB+s.wordsB
			if s.a.Len() > 0 {
				p.a.End = s.a.End
			} else {
				p.b.End = s.b.End
			}
			continue
		}
		out = append(out, s)
	}
	return out
}

// respelled reports whether a step writes words in another way.
func respelled(s step, a string) bool {
	return s.class == ClassTypographic && s.a.Len() > 0 && s.b.Len() > 0 && wordy(a[s.a.Start:s.a.End])
}

// joins reports whether p and s stand on the same one side, and one is whole sentences, the other too or white space
// within a line.
func joins(p, s step, a, b string) bool {
	if p.move != 0 || s.move != 0 || p.class == "" || s.class == "" || !p.whole && !s.whole {
		return false
	}
	if (p.a.Len() == 0) != (s.a.Len() == 0) || (p.b.Len() == 0) != (s.b.Len() == 0) || (p.a.Len() == 0) == (p.b.Len() == 0) {
		return false
	}
	blank := func(t step) bool {
		text := a[t.a.Start:t.a.End] + b[t.b.Start:t.b.End]
		return strings.TrimSpace(text) == "" && !strings.Contains(text, "\n")
	}
	return p.whole && s.whole || p.whole && blank(s) || s.whole && blank(p)
}

// equalFound is what there is to find in two equal texts.
func equalFound(text string) found {
	var f found
	for i, u := range splitLines(text) {
		r := Range{u.start, u.end}
		f.groups = append(f.groups, group{span: span{i, i + 1, i, i + 1}, ordered: true, steps: []step{{a: r, b: r}}})
	}
	return f
}

// splitLines are the lines of a text; "" has none.
func splitLines(text string) []unit {
	if text == "" {
		return nil
	}
	lines := make([]unit, 0, 1+strings.Count(text, "\n"))
	for start := 0; ; {
		n := strings.IndexByte(text[start:], '\n')
		if n < 0 {
			return append(lines, unit{start: start, end: len(text)})
		}
		lines = append(lines, unit{start: start, end: start + n})
		start += n + 1
	}
}

func (e *engine) run() found {
	spans := e.exact()
	freeA, freeB := free(len(e.a.lines), spans, sideA), free(len(e.b.lines), spans, sideB)
	if size(e.a.lines, freeA) > e.opts.MaxBytes || size(e.b.lines, freeB) > e.opts.MaxBytes {
		return e.coarse(spans)
	}
	e.read(&e.a, freeA)
	e.read(&e.b, freeB)
	same := e.sameWords(freeA, freeB)
	if same {
		if groups, ok := e.typographic(); ok {
			return found{groups: groups, typographic: true, fallback: e.cutShort()}
		}
	}
	spans = e.refold(spans)
	reordered := same && e.reordered(spans)
	if reordered {
		e.minMove = 1
	}
	groups := e.prose(e.group(spans))
	return found{groups: groups, reordered: reordered, fallback: e.cutShort()}
}

func (e *engine) cutShort() Fallback {
	if e.al.cut {
		return FallbackWords
	}
	return FallbackNone
}

// exact pairs the lines that have the same bytes.
func (e *engine) exact() []span {
	ids := map[string]int32{}
	for _, s := range [2]*side{&e.a, &e.b} {
		for i := range s.lines {
			u := &s.lines[i]
			line := s.text[u.start:u.end]
			id, ok := ids[line]
			if !ok {
				id = int32(len(ids))
				ids[line] = id
			}
			u.key, u.words = id, int32(1+len(line)/5)
		}
	}
	return e.same(e.a.lines, e.b.lines)
}

func size(us []unit, free []bool) int {
	n := 0
	for i := range us {
		if free[i] {
			n += us[i].end - us[i].start
		}
	}
	return n
}

// read looks into the lines that are free.
func (e *engine) read(s *side, free []bool) {
	for i := range s.lines {
		if u := &s.lines[i]; free[i] {
			u.words = 0
			u.toks = e.lex.tokens(nil, s.text, u.start, u.end)
			e.fill(u, s.text)
		}
	}
}

// coarse compares paragraphs whole: what a bound on size leaves.
func (e *engine) coarse(spans []span) found {
	freeA, freeB := free(len(e.a.lines), spans, sideA), free(len(e.b.lines), spans, sideB)
	moved := e.relocate(e.a.lines, e.b.lines, freeA, freeB)
	groups := e.collect(spans, moved, nil)
	for n := range groups {
		g := &groups[n]
		switch {
		case g.a0 == g.a1:
			g.steps = wholeLines(e.b, g.b0, g.b1, func(r Range, words int) step { return step{b: r, wordsB: words} })
		case g.b0 == g.b1:
			g.steps = wholeLines(e.a, g.a0, g.a1, func(r Range, words int) step { return step{a: r, wordsA: words} })
		default:
			a, b := e.a.lines[g.a0], e.b.lines[g.b0]
			g.steps = []step{{a: Range{a.start, a.end}, b: Range{b.start, b.end}}}
		}
	}
	return found{groups: groups, fallback: FallbackBlocks}
}

func wholeLines(s side, from, to int, make func(r Range, words int) step) []step {
	var out []step
	for _, u := range s.lines[from:to] {
		st := make(Range{u.start, u.end}, CountWords(s.text[u.start:u.end]))
		st.class, st.whole = ClassWords, true
		out = append(out, st)
	}
	return out
}

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
