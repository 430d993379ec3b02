package diff

import (
	"slices"

	"github.com/onrecord/onrecord/archive"
)

// builder makes a Diff of what the engine found. The engine's a is the old side here.
type builder struct {
	d        *Diff
	old, new []unit
	w        opWriter
	number   map[int]int    // the engine's moves by the number they are told by
	from, to map[int]*place // where the moved sentences stood and stand
}

// place is one end of a moved sentence.
type place struct {
	line int
	r    Range
}

func build(oldText, newText string, old, new []unit, f found, brief bool) *Diff {
	b := &builder{
		d:   &Diff{Old: oldText, New: newText, Fallback: f.fallback, Findings: []Finding{}, Moves: []Move{}},
		old: old, new: new,
		w:      opWriter{old: oldText, new: newText},
		number: map[int]int{}, from: map[int]*place{}, to: map[int]*place{},
	}
	switch {
	case oldText == newText:
	case f.typographic:
		b.d.Kind = archive.Typographic
	case f.reordered:
		b.d.Kind = archive.Reordered
	default:
		b.d.Kind = archive.Edited
	}
	b.d.Blocks = make([]Block, 0, len(f.groups))
	steps := 0
	for n := range f.groups {
		steps += len(f.groups[n].steps)
	}
	b.w.ops = make([]Op, 0, steps+steps/2+1)
	b.places(f.groups)
	b.walk(f.groups)
	b.d.Ops = b.w.ops
	if !brief {
		b.d.Findings = findings(b.d)
	}
	return b.d
}

// walk puts the groups into reading order: what stands on the old side only comes where it stood, before what stands
// there now.
func (b *builder) walk(groups []group) {
	byOld, byNew := make([]*group, len(b.old)), make([]*group, len(b.new))
	for n := range groups {
		g := &groups[n]
		for i := g.a0; i < g.a1; i++ {
			byOld[i] = g
		}
		for j := g.b0; j < g.b1; j++ {
			byNew[j] = g
		}
	}
	i, j := 0, 0
	for i < len(b.old) || j < len(b.new) {
		for i < len(b.old) && !byOld[i].ordered {
			b.oldOnly(byOld[i])
			i = byOld[i].a1
		}
		for j < len(b.new) && !byNew[j].ordered {
			b.newOnly(byNew[j])
			j = byNew[j].b1
		}
		if i == len(b.old) || j == len(b.new) {
			return // both are at their end
		}
		b.both(byOld[i])
		i, j = byOld[i].a1, byOld[i].b1
	}
}

// places notes where the moved sentences stand on both sides.
func (b *builder) places(groups []group) {
	for n := range groups {
		for _, s := range groups[n].steps {
			if s.move == 0 {
				continue
			}
			if s.a.Len() > 0 {
				b.from[s.move] = &place{lineAt(b.old, s.a.Start), s.a}
			}
			if s.b.Len() > 0 {
				b.to[s.move] = &place{lineAt(b.new, s.b.Start), s.b}
			}
		}
	}
}

// lineAt is the number of the line, from 1, that a byte stands in.
func lineAt(us []unit, at int) int {
	n, _ := slices.BinarySearchFunc(us, at, func(u unit, at int) int { return u.end - at })
	return n + 1
}

func (b *builder) lines(g *group) (old, new Lines) {
	return Lines{g.a0 + 1, g.a1 - g.a0}, Lines{g.b0 + 1, g.b1 - g.b0}
}

// oldOnly writes a paragraph that is gone or moved away.
func (b *builder) oldOnly(g *group) {
	if g.a0 > 0 {
		b.w.delete(1, ClassStructure, 0)
	}
	old, new := b.lines(g)
	if g.move == 0 {
		block := Block{Kind: BlockRemoved, Old: old, New: Lines{b.lineOf(b.new, b.w.n), 0}}
		b.steps(&block, g.steps)
		b.d.Blocks = append(b.d.Blocks, block)
		b.d.Counts.ParagraphsRemoved++
		return
	}
	move := b.blockMove(g)
	block := Block{Kind: BlockMovedAway, Old: old, New: new, Move: move}
	for _, s := range g.steps {
		switch {
		case s.move != 0:
			if s.a.Len() > 0 {
				b.sentenceOut(&block, s)
			}
		case s.class == "":
			block.Parts = append(block.Parts, b.part(PartMovedOut, "", s.a, s.b, move))
			b.w.moveOut(s.a.Len(), move, s.b)
		default:
			b.removed(&block, s)
		}
	}
	b.d.Blocks = append(b.d.Blocks, block)
}

// newOnly writes a paragraph that is new, or has moved here.
func (b *builder) newOnly(g *group) {
	if g.b0 > 0 {
		b.w.insert(1, ClassStructure, 0)
	}
	old, new := b.lines(g)
	if g.move == 0 {
		block := Block{Kind: BlockAdded, Old: Lines{b.lineOf(b.old, b.w.o), 0}, New: new}
		b.steps(&block, g.steps)
		b.d.Blocks = append(b.d.Blocks, block)
		b.d.Counts.ParagraphsAdded++
		return
	}
	move := b.blockMove(g)
	block := Block{Kind: BlockMoved, Old: old, New: new, Move: move}
	for _, s := range g.steps {
		switch {
		case s.move != 0:
			if s.b.Len() > 0 {
				b.sentenceIn(&block, s)
			}
		case s.class == "":
			block.Parts = append(block.Parts, b.part(PartMovedIn, "", s.a, s.b, move))
			b.w.moveIn(s.a, move)
		default:
			if s.a.Len() > 0 { // shown here, deleted where it stood
				block.Parts = append(block.Parts, b.change(PartRemoved, s))
			}
			b.added(&block, s)
		}
	}
	b.d.Blocks = append(b.d.Blocks, block)
	b.d.Counts.ParagraphsMoved++
	b.d.Counts.SentencesEdited += g.edited
}

// lineOf is the line that the byte reached stands in, or the one after the last.
func (b *builder) lineOf(us []unit, at int) int {
	if len(us) == 0 {
		return 1
	}
	return lineAt(us, at)
}

// both writes paragraphs that stand on both sides in order.
func (b *builder) both(g *group) {
	switch {
	case g.a0 > 0 && g.b0 > 0:
		b.w.keep(1)
	case g.a0 > 0:
		b.w.delete(1, ClassStructure, 0)
	case g.b0 > 0:
		b.w.insert(1, ClassStructure, 0)
	}
	old, new := b.lines(g)
	block := Block{Kind: kindOfGroup(g), Old: old, New: new}
	b.steps(&block, g.steps)
	b.d.Blocks = append(b.d.Blocks, block)
	c := &b.d.Counts
	c.SentencesEdited += g.edited
	switch block.Kind {
	case BlockSplit:
		c.ParagraphsSplit++
	case BlockMerged:
		c.ParagraphsMerged++
	case BlockReplaced:
		c.ParagraphsAdded++
		c.ParagraphsRemoved++
	case BlockEdited:
		c.SentencesAdded += g.added
		c.SentencesRemoved += g.removed
	}
}

func kindOfGroup(g *group) BlockKind {
	edited, changed := false, false
	for _, s := range g.steps {
		edited = edited || s.class == ClassWords
		changed = changed || s.class != ""
	}
	switch n, m := g.a1-g.a0, g.b1-g.b0; {
	case n < m:
		return BlockSplit
	case n > m:
		return BlockMerged
	case g.replaced && edited:
		return BlockReplaced
	case edited:
		return BlockEdited
	case changed:
		return BlockTypographic
	}
	return BlockEqual
}

// steps writes steps in place.
func (b *builder) steps(block *Block, steps []step) {
	for _, s := range steps {
		switch {
		case s.move != 0 && s.a.Len() > 0:
			b.sentenceOut(block, s)
		case s.move != 0:
			b.sentenceIn(block, s)
		case s.class == "":
			if s.a.Len() > 0 {
				block.Parts = append(block.Parts, b.part(PartEqual, "", s.a, s.b, 0))
				b.w.keep(s.a.Len())
			}
		default:
			b.removed(block, s)
			b.added(block, s)
		}
	}
}

func (b *builder) removed(block *Block, s step) {
	if s.a.Len() == 0 {
		return
	}
	block.Parts = append(block.Parts, b.change(PartRemoved, s))
	b.w.delete(s.a.Len(), s.class, 0)
	b.d.WordsRemoved += s.wordsA
	if s.class == ClassTypographic {
		b.d.Counts.Typographic++
	}
}

func (b *builder) added(block *Block, s step) {
	if s.b.Len() == 0 {
		return
	}
	block.Parts = append(block.Parts, b.change(PartAdded, s))
	b.w.insert(s.b.Len(), s.class, 0)
	b.d.WordsAdded += s.wordsB
	if s.class == ClassTypographic && s.a.Len() == 0 {
		b.d.Counts.Typographic++
	}
}

// change is one side of a step that changes something.
func (b *builder) change(k PartKind, s step) Part {
	old, new := s.a, Range{b.w.n, b.w.n}
	if k == PartAdded {
		old, new = Range{b.w.o, b.w.o}, s.b
	}
	p := b.part(k, s.class, old, new, 0)
	p.whole = s.whole
	return p
}

func (b *builder) part(k PartKind, c Class, old, new Range, move int) Part {
	p := Part{Kind: k, Class: c, Old: old, New: new, Move: move}
	if k == PartRemoved || k == PartMovedOut {
		p.Text = b.d.Old[old.Start:old.End]
	} else {
		p.Text = b.d.New[new.Start:new.End]
	}
	return p
}

// sentenceOut writes a sentence where it stood before it moved.
func (b *builder) sentenceOut(block *Block, s step) {
	move, same := b.sentenceMove(s.move)
	block.Parts = append(block.Parts, b.part(PartMovedOut, "", s.a, b.to[s.move].r, move))
	if same {
		b.w.moveOut(s.a.Len(), move, b.to[s.move].r)
	} else {
		b.w.delete(s.a.Len(), ClassTypographic, move)
	}
}

// sentenceIn writes a sentence where it moved to.
func (b *builder) sentenceIn(block *Block, s step) {
	move, same := b.sentenceMove(s.move)
	block.Parts = append(block.Parts, b.part(PartMovedIn, "", b.from[s.move].r, s.b, move))
	if same {
		b.w.moveIn(b.from[s.move].r, move)
	} else {
		b.w.insert(s.b.Len(), ClassTypographic, move)
	}
}

// sentenceMove is the number of a moved sentence, and whether it has the same bytes at both ends.
func (b *builder) sentenceMove(move int) (number int, same bool) {
	from, to := b.from[move], b.to[move]
	number, ok := b.number[move]
	if !ok {
		number = len(b.d.Moves) + 1
		b.number[move] = number
		b.d.Moves = append(b.d.Moves, Move{Number: number, Old: Lines{from.line, 1}, New: Lines{to.line, 1}, Sentence: true})
		b.d.Counts.SentencesMoved++
	}
	return number, b.d.Old[from.r.Start:from.r.End] == b.d.New[to.r.Start:to.r.End]
}

// blockMove is the number of the move of a group; neighbours that moved together share it.
func (b *builder) blockMove(g *group) int {
	number, ok := b.number[g.move]
	if !ok {
		number = len(b.d.Moves) + 1
		b.number[g.move] = number
		old, new := b.lines(g)
		b.d.Moves = append(b.d.Moves, Move{Number: number, Old: old, New: new})
	}
	m := &b.d.Moves[number-1]
	m.Old, m.New = m.Old.with(g.a0+1, g.a1-g.a0), m.New.with(g.b0+1, g.b1-g.b0)
	for _, s := range g.steps {
		m.Edited = m.Edited || s.class == ClassWords
	}
	return number
}

// with is the run of lines that has both.
func (l Lines) with(first, count int) Lines {
	end := max(l.First+l.Count, first+count)
	l.First = min(l.First, first)
	l.Count = end - l.First
	return l
}
