package diff

import "strings"

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
		return build(old, new, splitLines(old), splitLines(new), equalFound(old), true)
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
		return build(old, new, e.b.lines, e.a.lines, f, opts.brief)
	}
	return build(old, new, e.a.lines, e.b.lines, f, opts.brief)
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
