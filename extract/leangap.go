package extract

import (
	"bytes"

	"golang.org/x/net/html/atom"
)

// gaps is what a leaner knows of the white space and the comments between two tags. They say nothing where one of the
// tags begins a block, which ends the line before it and begins another, or belongs to the head: there they are a third of
// the nodes of many pages. Elsewhere white space stays, and comments stay without what they say.
//
// Gaps stay where they decide what the parser makes of the page: in preformatted text, and while a formatting element is
// open, which white space opens again (HTML, 13.2.4.3). They stay too in elements that may be for some readers only, which
// are judged by how much is in them (see long).
type gaps struct {
	room    [16]byte
	gap     int  // where the gap before the next tag begins, -1 when text stands there
	begun   bool // the last tag begins a block, or belongs to the head
	head    bool // there were tags of the head only
	foreign int  // open drawings and formulas
	pre     int  // open preformatted elements
	open    int  // open formatting elements
	whole   int  // open elements like the one that is kept as it is, itself included
	kind    atom.Atom
	shape   [2]int // from where to where the tag that was passed last says how a shape runs
	kinds   [lastFormatting]int
}

const (
	longGap   = 100     // a gap of more bytes is long text to who looks for that
	forGood   = 1 << 40 // what is open may stay so to the end of the page
	leastSaid = 16      // bytes of a comment that are worth to be left out
)

// text notes the text before the next tag: a gap goes on when it is white space.
func (l *leaner) text(text []byte) {
	if l.gap < 0 {
		return
	}
	for _, c := range text {
		if !space(c) {
			l.spoil()
			return
		}
	}
	if len(text) > longGap {
		l.gap = -1
	}
}

// spoil ends the gap: something stands there.
func (l *leaner) spoil() { l.gap, l.head = -1, false }

// remark notes the comment that begins at from and ends here.
func (l *leaner) remark(from int) {
	if l.gap >= 0 && l.pre == 0 && l.open == 0 && l.whole == 0 {
		return // a part of the gap
	}
	l.gap = -1
	from += len("<!--")
	if to := l.at - len("-->"); to-from >= leastSaid && bytes.HasSuffix(l.in[:l.at], []byte("-->")) {
		l.cut(from, to)
	}
}

// settle leaves the gap before a tag out if it says nothing.
func (l *leaner) settle(to int, begins bool) {
	if from := l.gap; from >= 0 && from < to && (begins || l.begun) && l.pre == 0 && l.open == 0 && l.whole == 0 {
		l.cut(from, to)
	}
	l.gap = -1
}

// opens notes the start tag at a place.
func (l *leaner) opens(a atom.Atom, at int) {
	r := leanRoles(a)
	inHead := l.head && (r == leanHead || a == atom.Body)
	l.settle(at, inHead || r == leanBlock)
	if l.whole > 0 && a == l.kind {
		l.whole++
	}
	l.head = inHead && a != atom.Body
	l.begun = inHead || r == leanBlock
	switch r {
	case leanPre:
		l.pre++
	case leanBound:
		l.bound()
	case leanForeign:
		l.foreign++
	default:
		if r >= leanFormatting {
			l.kinds[r-leanFormatting]++
			l.open++
		}
	}
}

// aside notes the element of a tag that may be for some readers only.
func (l *leaner) aside(a atom.Atom, tag []byte) {
	switch {
	case l.whole > 0, len(tag) < len("p id=sr>"), leanRoles(a) >= leanFormatting:
		return
	case a == atom.Span, a == atom.Img, a == atom.Input, a == atom.Meta, a == atom.Link, a == atom.Body, a == atom.Html:
		return
	}
	if mayAside(tag) {
		l.whole, l.kind = 1, a
	}
}

// mayAside reports whether a tag has something like one of the words of mSkip in it.
func mayAside(tag []byte) bool {
	for i := range len(tag) - 1 {
		word := ""
		switch a, b := tag[i]|0x20, tag[i+1]|0x20; {
		case a == 's' && b == 'r':
			return true
		case a == 's' && b == 'c':
			word = "screen"
		case a == 's' && b == 'k':
			word = "skip"
		case a == 'p' && b == 'r':
			word = "print"
		case a == 'v' && b == 'i':
			word = "visually"
			if i > 0 && tag[i-1]|0x20 == 'n' {
				word = "visible"
			}
		case a == 'h' && b == 'i':
			word = "hiddentext"
		default:
			continue
		}
		if len(tag)-i >= len(word) && bytes.EqualFold(tag[i:i+len(word)], []byte(word)) {
			return true
		}
	}
	return false
}

// bound notes an element in which an end tag need not close what is open around (HTML, 13.2.4.2).
func (l *leaner) bound() {
	if l.pre > 0 {
		l.pre = forGood
	}
	if l.open > 0 {
		l.open = forGood
	}
}

// closes notes the end tag at a place.
func (l *leaner) closes(a atom.Atom, at int) {
	r := leanRoles(a)
	l.settle(at, false)
	if l.whole > 0 && a == l.kind {
		l.whole--
	}
	l.head = l.head && r == leanHead
	l.begun = l.head
	switch {
	case r == leanPre && l.pre > 0:
		l.pre--
	case r == leanForeign && l.foreign > 0:
		l.foreign--
	case r >= leanFormatting && l.kinds[r-leanFormatting] > 0:
		l.kinds[r-leanFormatting]--
		l.open--
	}
}

// raw notes the text of an element which holds markup if it stands in a drawing.
func (l *leaner) raw(text []byte) {
	if l.foreign > 0 && bytes.IndexByte(text, '<') >= 0 {
		l.pre, l.open = forGood, forGood
	}
}

// outline leaves out how a shape in a drawing runs, if the tag that was passed last says it at length.
func (l *leaner) outline() {
	if from, to := l.shape[0], l.shape[1]; l.foreign > 0 && to-from >= leanLeast && (l.in[from] == '"' || l.in[from] == '\'') {
		l.cut(from+1, to-1)
	}
}

// leanRole is what an element is to gaps.
type leanRole int

const (
	leanOther leanRole = iota
	leanBlock          // its start tag makes an element wherever text may stand, and that ends lines
	leanHead           // it may stand in the head, and no text in it
	leanPre
	leanBound   // see bound
	leanForeign // it holds elements that are no HTML
	leanFormatting
	lastFormatting = 14 // kinds of formatting elements
)

func leanRoles(a atom.Atom) leanRole {
	switch a {
	case atom.Div, atom.P, atom.Ul, atom.Ol, atom.Li, atom.Dl, atom.Dt, atom.Dd, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6,
		atom.Section, atom.Article, atom.Aside, atom.Nav, atom.Header, atom.Footer, atom.Main, atom.Figure, atom.Figcaption,
		atom.Address, atom.Blockquote, atom.Center, atom.Details, atom.Summary, atom.Dialog, atom.Dir, atom.Fieldset, atom.Hgroup,
		atom.Menu, atom.Search:
		return leanBlock
	case atom.Html, atom.Head, atom.Meta, atom.Link, atom.Title, atom.Script, atom.Style, atom.Base:
		return leanHead
	case atom.Pre, atom.Listing:
		return leanPre
	case atom.Table, atom.Td, atom.Th, atom.Caption, atom.Applet, atom.Object, atom.Marquee, atom.Template, atom.Select,
		atom.Desc, atom.Foreignobject, atom.Mi, atom.Mo, atom.Mn, atom.Ms, atom.Mtext, atom.AnnotationXml:
		return leanBound
	case atom.Svg, atom.Math:
		return leanForeign
	}
	return leanFormattingRole(a)
}

// leanFormattingRole tells the formatting elements (HTML, 13.2.4.3) apart.
func leanFormattingRole(a atom.Atom) leanRole {
	switch a {
	case atom.A:
		return leanFormatting
	case atom.B:
		return leanFormatting + 1
	case atom.Big:
		return leanFormatting + 2
	case atom.Code:
		return leanFormatting + 3
	case atom.Em:
		return leanFormatting + 4
	case atom.Font:
		return leanFormatting + 5
	case atom.I:
		return leanFormatting + 6
	case atom.Nobr:
		return leanFormatting + 7
	case atom.S:
		return leanFormatting + 8
	case atom.Small:
		return leanFormatting + 9
	case atom.Strike:
		return leanFormatting + 10
	case atom.Strong:
		return leanFormatting + 11
	case atom.Tt:
		return leanFormatting + 12
	case atom.U:
		return leanFormatting + 13
	}
	return leanOther
}
