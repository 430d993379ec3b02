package extract

import (
	"golang.org/x/net/html"
)

// piece is one block of a page as it was gathered: what it says, where it stands, and what is known about it. Every
// later step reads this table and not the tree.
type piece struct {
	Block
	spans []span   // inline marks, by offsets in Text
	cells [][]span // the same of each cell
	node  *html.Node
	box   int32 // the innermost element that holds it
	size
	linkRunes int
	links     int
	cont      bool // goes on a list item that began above
	all       mark
}

// linkShare is the part of the text that is links, 0 to 100.
func (p *piece) linkShare() int {
	if p.runes == 0 {
		return 0
	}
	return min(100, p.linkRunes*100/p.runes)
}

// span is an inline mark over text[from:to].
type span struct {
	from, to int
	kind     spanKind
	href     string
}

type spanKind uint8

const (
	spanLink spanKind = iota
	spanStrong
	spanEm
	spanCode
	spanBreak // a forced line break at from
	spanHint  // an inline element whose names hint at something: all is in the piece
)

// box is an element that holds blocks: its blocks are pieces[first:last].
type box struct {
	node        *html.Node
	up          int32
	first, last int32
	depth       int32
	own, all    mark
	look        uint32 // of its tag and class: siblings that look alike are a list
	kids        int32
	controls    int32
	images      int32
	words       int32
	stops       int32
	runes       int32
	linkRunes   int32
	paras       int32 // blocks that read like prose
	alike       int32 // siblings that look the same, itself included
}

func (b *box) linkShare() int {
	if b.runes == 0 {
		return 0
	}
	return int(b.linkRunes * 100 / b.runes)
}

// sheet is a page taken apart: the table of its blocks, the elements around them, and its metadata.
type sheet struct {
	pieces      []piece
	boxes       []box
	meta        metadata
	hiddenWords int
	scripts     int
	frames      int
	password    bool // a field for a password
	oddRunes    bool
}

// sum adds up what the boxes hold; boxes are in document order, so parents come before children.
func (s *sheet) sum() {
	for i := range s.pieces {
		p := &s.pieces[i]
		b := &s.boxes[p.box]
		b.words += int32(p.words)
		b.runes += int32(p.runes)
		b.linkRunes += int32(p.linkRunes)
		b.stops += int32(p.stops)
		if p.prose() {
			b.paras++
		}
	}
	for i := len(s.boxes) - 1; i > 0; i-- {
		b := &s.boxes[i]
		u := &s.boxes[b.up]
		u.words += b.words
		u.runes += b.runes
		u.linkRunes += b.linkRunes
		u.stops += b.stops
		u.paras += b.paras
		u.controls += b.controls
		u.images += b.images
		u.kids++
	}
	s.likeness()
}

// likeness counts for each box the siblings that look the same.
func (s *sheet) likeness() {
	type key struct {
		up   int32
		look uint32
	}
	count := make(map[key]int32, len(s.boxes))
	for i := 1; i < len(s.boxes); i++ {
		count[key{s.boxes[i].up, s.boxes[i].look}]++
	}
	for i := 1; i < len(s.boxes); i++ {
		s.boxes[i].alike = count[key{s.boxes[i].up, s.boxes[i].look}]
	}
}

// prose reports a block that reads like sentences and is not mostly links.
func (p *piece) prose() bool {
	return p.words >= 10 && (p.stops > 0 || p.comma > 0 && p.words >= 20) && p.linkShare() < 50
}

// within reports whether box a is box b or stands in it.
func (s *sheet) within(a, b int32) bool {
	for a > b {
		a = s.boxes[a].up
	}
	return a == b
}
