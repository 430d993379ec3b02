package date

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxDepth bounds how deep in the tree text is read; the parser itself stops at about half of it.
const maxDepth = 1024

// maxSeen bounds how many visible dates are weighed.
const maxSeen = 5000

// maxLines bounds how many lines with digits are looked at.
const maxLines = 20_000

// walk goes through the page as it is read: line by line, a line being what no block element or break interrupts.
type walk struct {
	*search
	headline *html.Node
	holds    map[*html.Node]bool // the elements around the headline and the main text

	scanner scanner
	words   tokens // the memory of roleOf
	sides   namedSides

	now, before textLine         // the line under construction, and the last one with text
	around      [outside + 1]int // how many of the elements around are of each side

	line     int // lines with text so far
	headLine int // the line of the headline, -1 before it
	mainLine int // the first line of the main text, -1 before it
	lastMain int // the last one
	mainLong int // long lines of the main text so far
	linkHead int // the last line that is a heading made of a link: a teaser
	scanned  int

	seen []candidate
}

// longLabel is up to how many bytes a line can say what the date in the next line is of.
const longLabel = 60

// longLine is from how many bytes on a line is a paragraph.
const longLine = 200

// manyLong is from how many long lines on no more are counted: what opens the main text is over.
const manyLong = 3

// candidate is a visible date.
type candidate struct {
	Match
	raw     string
	source  string
	role    string
	label   bool // the role is said in words or properties next to it
	told    bool // in words
	place   string
	line    int
	hint    bool // the place is named like one of a date
	side    side
	prose   bool // within a sentence
	opening bool // at the start of the main text: a dateline
	inHead  bool // within the headline
	main    bool
	teaser  bool
	after   bool // after some of the main text
	weight  int  // given by microdata; else 0
	weak    bool // the role comes from a class "updated", which hAtom asks for on any date
}

// visible makes claims of time elements, microdata and text.
func (s *search) visible() {
	w := &walk{search: s, scanner: scanner{lang: s.lang}, headline: s.Headline, holds: map[*html.Node]bool{}, headLine: -1, mainLine: -1, lastMain: -1, linkHead: -10}
	if w.headline == nil {
		w.headline = s.head.headline()
	}
	w.hold(w.headline)
	if s.InMain != nil {
		for _, n := range s.head.long {
			if !w.holds[n.Parent] && s.InMain(n.Parent) {
				w.hold(n)
			}
		}
	}
	w.node(s.Root, 0, true)
	w.flush()
	w.judge()
}

// hold notes the elements around a node of the statement: nothing that they are called puts them beside it.
func (w *walk) hold(n *html.Node) {
	if n == nil {
		return
	}
	for n = n.Parent; n != nil && !w.holds[n]; n = n.Parent {
		w.holds[n] = true
	}
}

// node reads a node and what is below it; held tells whether the node around is one of those that are held.
func (w *walk) node(n *html.Node, depth int, held bool) {
	switch n.Type {
	case html.TextNode:
		w.now.add(n.Data, n.Parent)
		return
	case html.ElementNode:
	case html.DocumentNode:
		w.children(n, depth, held)
		return
	default:
		return
	}
	held = held && w.holds[n]
	if depth > maxDepth || !held && hidden(n) {
		return
	}
	if n.DataAtom == atom.Br {
		w.flush()
		return
	}
	around := inside
	if !held {
		around = w.beside(n)
	}
	block := !inline(n.DataAtom)
	if block {
		w.flush()
	}
	w.around[around]++
	w.stated(n)
	if n == w.headline {
		w.flush()
		w.headLine = w.line
		w.mainLong = 0
	}
	w.children(n, depth, held)
	if n == w.headline {
		w.flush()
		w.headLine = w.line
	}
	if block {
		if heading(n) && linked(n) && n != w.headline {
			w.flush()
			w.linkHead = w.line
		}
		w.flush()
	}
	w.around[around]--
}

// sideNow is the farthest of the sides of the elements around.
func (w *walk) sideNow() side {
	for s := outside; s > inside; s-- {
		if w.around[s] > 0 {
			return s
		}
	}
	return inside
}

func (w *walk) children(n *html.Node, depth int, held bool) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.node(c, depth+1, held)
	}
}

// flush ends the line and looks for dates in it.
func (w *walk) flush() {
	l := &w.now
	if !l.solid {
		if len(l.segs) > 0 {
			l.reset()
		}
		return
	}
	w.line++
	main := w.InMain != nil && w.InMain(l.segs[0].in)
	if main {
		if w.mainLine < 0 {
			w.mainLine = w.line
		}
		w.lastMain = w.line
	}
	if w.mainLong < manyLong && (main || w.InMain == nil && w.sideNow() == inside) && l.longer(longLine) {
		w.mainLong++
	}
	if w.scanned < maxLines && l.digits >= leastDigits {
		w.scanned++
		w.scan(string(l.line()), l.segs, main)
	}
	w.now, w.before = w.before, w.now
	w.now.reset()
}

// sentence tells whether a line ends as sentences do.
func sentence(text string) bool {
	r, _ := utf8.DecodeLastRuneInString(text)
	return strings.ContainsRune(".!?。！？।؟", r)
}

// scan makes candidates of the dates of a line. Of long lines only the start matters.
func (w *walk) scan(text string, segs []seg, main bool) {
	words := wordsIn(text)
	opening := w.mainLong < manyLong && (main || w.InMain == nil && w.headLine >= 0)
	if words > 60 && !opening {
		return
	}
	head := clipBytes(text, 400)
	matches := w.scanner.scan(head)
	for i, m := range matches {
		if m.Precision == Year || i >= 20 || len(w.seen) >= maxSeen {
			continue
		}
		el := segs[0].in
		for _, s := range segs {
			if s.at <= m.Start {
				el = s.in
			}
		}
		c := candidate{Match: m, raw: clip(text[m.Start:m.End]), source: "text", line: w.line, place: place(el), side: w.sideNow(), main: main,
			inHead: w.inHeadline(el), teaser: w.line-w.linkHead <= 3}
		c.after = w.headLine >= 0 && (w.mainLong > 1 || w.mainLong == 1 && len(text) <= longLine)
		rest := words - wordsIn(text[m.Start:m.End])
		switch {
		case rest > 14 && opening && dateline(text, m):
			c.opening = true
		case rest > 40 || rest > 14 && (main || w.InMain == nil && el.DataAtom == atom.P):
			c.prose = true
		}
		if !c.prose && (c.side != outside || c.place == w.Place) {
			before, after := 0, len(head)
			if i > 0 {
				before = matches[i-1].End
			}
			if i+1 < len(matches) {
				after = m.End
			}
			c.hint = hinted(el)
			w.roles(&c, el, head[before:m.Start], head[m.End:after])
			c.prose = !c.label && !c.opening && (rest > 14 || rest > 5 && sentence(text))
		}
		w.seen = append(w.seen, c)
	}
}

func (w *walk) inHeadline(el *html.Node) bool {
	if w.headline == nil {
		return false
	}
	for i := 0; el != nil && i < 8; el, i = el.Parent, i+1 {
		if el == w.headline {
			return true
		}
	}
	return false
}

// roles finds out what a date is of: words before it, in the line before, after it, or names of the elements around.
func (w *walk) roles(c *candidate, el *html.Node, before, after string) {
	if role, far := roleOf(lastBytes(before, 80), &w.words); role != "" && far <= 6 {
		c.role, c.label, c.told = role, true, true
		return
	}
	if strings.TrimSpace(before) == "" && !w.before.longer(longLabel) {
		if label := string(w.before.line()); wordsIn(label) <= 4 {
			if role, far := roleOf(label, &w.words); role != "" && far == 0 {
				c.role, c.label, c.told = role, true, true
				return
			}
		}
	}
	after = strings.TrimLeft(after, " )：:|")
	if role, _ := roleOf(clipBytes(after, 24), &w.words); (role == Published || role == Modified) && wordsIn(after) <= 3 {
		c.role, c.label = role, true
		return
	}
	if role, weak := classRole(el); role != "" {
		c.role, c.label, c.weak = role, true, weak
	}
}

// dateline tells whether a paragraph opens with a place and the date: "BERLIN, 3 October 2019 – The ministry".
func dateline(text string, m Match) bool {
	before := strings.TrimSpace(text[:m.Start])
	if len(before) > 60 || wordsIn(before) > 6 {
		return false
	}
	if before == "" && m.Numeric { // no sentence begins like this
		return true
	}
	after := strings.TrimSpace(text[m.End:])
	if strings.HasSuffix(before, "(") && strings.HasPrefix(after, ")") {
		return true
	}
	if i := strings.IndexAny(after, ")]"); i >= 0 && i < 60 && (strings.HasPrefix(after, "(") || strings.HasPrefix(after, ")") || strings.HasPrefix(after, "/")) {
		after = strings.TrimSpace(after[i+1:])
	}
	if strings.HasPrefix(after, "/") {
		return true
	}
	for _, mark := range [...]string{"-", "–", "—", "―", ":", "|", "•", "."} {
		if strings.HasPrefix(after, mark) {
			return before == "" || mark != "." || strings.HasSuffix(before, ",")
		}
	}
	return false
}

// wordsIn counts words; two characters of a script without spaces are one.
func wordsIn(s string) int {
	n, half := 0, 0
	inside := false
	for _, r := range s {
		switch {
		case r >= firstAlone && alone(r):
			half++
			inside = false
		case r <= ' ' || r == 0xa0 || r == '|' || r == '·' || r == '•':
			inside = false
		default:
			if !inside && (r > 0x7f || isDigit(byte(r)) || r|0x20 >= 'a' && r|0x20 <= 'z') {
				n++
				inside = true
			}
		}
	}
	return n + half/2
}

func lastBytes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	i := len(s) - n
	for i < len(s) && s[i]&0xc0 == 0x80 {
		i++
	}
	return s[i:]
}
