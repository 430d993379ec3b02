package extract

// surround is where an element stands to the others, worked out once for all elements of a page: parents come before
// their children, so that each takes one look at its parent.
type surround struct {
	around int32 // the innermost box with more than one block: of most paragraphs the box is the paragraph itself
	toward int32 // the box below around on the way to this one
	larger int32 // the next box out that holds more blocks
	dist   int32 // steps out to a box that holds the top box
	shared int32 // steps out to a box that holds the headline, -1 without one
	inTop  bool
	holds  bool // holds the top box
	heads  bool // holds the headline
}

// surroundings makes the table of all boxes.
func (p *page) surroundings() []surround {
	r := p.room
	if cap(r.around) < len(p.boxes) {
		r.around = make([]surround, len(p.boxes))
	}
	t := r.around[:len(p.boxes)]
	clear(t)
	for b := p.top; b != 0; b = p.boxes[b].up {
		t[b].holds = true
	}
	if p.head >= 0 {
		for b := p.pieces[p.head].box; b != 0; b = p.boxes[b].up {
			t[b].heads = true
		}
	}
	t[0] = surround{inTop: p.top == 0, holds: true, heads: true}
	if p.head < 0 {
		t[0].shared = -1
	}
	for i := 1; i < len(t); i++ {
		p.surround(t, int32(i))
	}
	return t
}

func (p *page) surround(t []surround, i int32) {
	b, s := &p.boxes[i], &t[i]
	up := b.up
	n := b.last - b.first
	switch around := t[up].around; {
	case n > 1 || up == 0:
		s.around, s.toward = i, i
	case around == up:
		s.around, s.toward = around, i
	default:
		s.around, s.toward = around, t[up].toward
	}
	if s.larger = up; p.boxes[up].last-p.boxes[up].first <= n {
		s.larger = t[up].larger
	}
	s.inTop = i == p.top || t[up].inTop
	if !s.holds {
		s.dist = t[up].dist + 1
	}
	switch {
	case p.head < 0:
		s.shared = -1
	case !s.heads:
		s.shared = t[up].shared + p.boxes[i].depth - p.boxes[up].depth
	}
}

// larger1 is the innermost box around b that holds more than one block.
func (p *page) larger1(b int32) int32 {
	if b = p.stands[b].around; p.boxes[b].last-p.boxes[b].first <= 1 {
		return 0
	}
	return b
}

// boxNumbers are the numbers of a vector that blocks with the same surroundings have in common.
type boxNumbers struct {
	box     int32     // plus one, so that 0 is none
	signs   [20]int32 // from "box words" to "up2 alike"
	phrases [3]int32  // "box phrases%", "box dates%" and "up phrases%"
}

// boxMemory is how many of them are remembered: neighbours mostly stand in the same few boxes.
const boxMemory = 32

// boxNumbers works out what the box around a block, the next larger one and the one after that say.
func (p *page) boxNumbers(box int32) *boxNumbers {
	m := &p.room.numbers[box%boxMemory]
	if m.box == box+1 {
		return m
	}
	m.box = box + 1
	up := p.stands[box].larger
	bb, ub, b2 := &p.boxes[box], &p.boxes[up], &p.boxes[p.stands[up].larger]
	own, outer := boxSigns(bb), boxSigns(ub)
	copy(m.signs[:8], own[:])
	copy(m.signs[8:15], outer[:7])
	n2 := max(1, b2.last-b2.first)
	copy(m.signs[15:], []int32{scale(int(b2.words)), tenths(b2.linkShare()), scale(int(b2.words / n2)), scale(int(b2.paras)), scale(int(ub.alike))})
	m.phrases = [...]int32{p.framedShare(bb), p.datedShare(bb), p.framedShare(ub)}
	return m
}

func boxSigns(b *box) [8]int32 {
	n := max(1, b.last-b.first)
	return [...]int32{scale(int(b.words)), tenths(b.linkShare()), scale(int(n)), scale(int(b.words / n)), scale(int(b.paras)),
		scale(int(b.alike)), c32(b.controls, 30), c32(b.images, 30)}
}
