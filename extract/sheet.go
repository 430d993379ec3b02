package extract

import (
	"golang.org/x/net/html"
)

// piece is one block of a page as it was gathered: what it says, where it stands, and what is known about it. Every
// later step reads this table and not the tree. It is small because a page may have very many.
type piece struct {
	Text  string
	spans []span // inline marks, by offsets in Text
	row   *row   // of a row of a table
	node  *html.Node
	all   mark
	size
	linkRunes int32
	links     int32
	Number    int32
	box       int32 // the innermost element that holds it
	Level     int16
	Kind      Kind
	link      uint8 // see linkShare
	Ordered   bool
	Header    bool
	cont      bool // goes on a list item that began above
}

// row are the cells of a table's row.
type row struct {
	texts []string
	spans [][]span
}

// linkShare is the part of the text that is links, 0 to 100.
func (p *piece) linkShare() int { return int(p.link) }

// block is the piece as a document has it, its Markdown apart.
func (p *piece) block() Block {
	b := Block{Kind: p.Kind, Level: int(p.Level), Ordered: p.Ordered, Number: int(p.Number), Header: p.Header, Text: p.Text}
	if p.row != nil {
		b.Cells = p.row.texts
	}
	return b
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
)

// box is an element that holds blocks: its blocks are pieces[first:last].
type box struct {
	node        *html.Node
	up          int32
	first, last int32
	depth       int32
	own, all    mark
	look        uint32 // of its tag and class: siblings that look alike are a list
	kin         int32  // the first of the siblings that look the same
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
	room        *room // the memory that pieces, boxes and what is made of them may take
}

// sum adds up what the boxes hold; boxes are in document order, so parents come before children.
func (s *sheet) sum() {
	for i := range s.pieces {
		p := &s.pieces[i]
		b := &s.boxes[p.box]
		b.words += int32(p.words)
		b.runes += p.runes
		b.linkRunes += p.linkRunes
		b.stops += p.stops
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
	}
	s.likeness()
}

// likeness finds for each box the siblings that look the same, and counts them.
func (s *sheet) likeness() {
	seen := s.room.index(len(s.boxes))
	for i := 1; i < len(s.boxes); i++ {
		b := &s.boxes[i]
		slot := seen.slot(uint64(b.up)<<32|uint64(b.look), func(j int32) bool { return s.boxes[j].up == b.up && s.boxes[j].look == b.look })
		if *slot == 0 {
			*slot = int32(i)
		}
		b.kin = *slot
		s.boxes[b.kin].alike++
	}
	for i := 1; i < len(s.boxes); i++ {
		s.boxes[i].alike = s.boxes[s.boxes[i].kin].alike
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
