package extract

import (
	"bytes"
	"strings"
)

// gaps is what a leaner knows of the white space and the comments between two tags. They say nothing where one of the
// tags begins a block, which ends the line before it and begins another, or belongs to the head: there they are a third of
// the nodes of many pages. Elsewhere white space stays, and comments stay without what they say.
// The comments between which a server sends a part late stay (streamed.go).
//
// Gaps stay where they decide what the parser makes of the page: in preformatted text, and while a formatting element is
// open, which white space opens again (HTML, 13.2.4.3). They stay too in elements that may be for some readers only, which
// are judged by how much is in them (see long).
type gaps struct {
	gap     int  // where the gap before the next tag begins, -1 when text stands there
	begun   bool // the last tag begins a block, or belongs to the head
	head    bool // there were tags of the head only
	foreign int  // open drawings and formulas
	pre     int  // open preformatted elements
	open    int  // open formatting elements
	whole   int  // open elements like the one that is kept as it is, itself included
	kind    *leanName
	asks    bool   // whether the tag under way may be of an element for some readers
	aside   bool   // it may
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
	if said := l.in[from:l.at]; len(said) < leastSaid && bytes.HasPrefix(said, []byte("<!--$")) || string(said) == "<!--/$-->" {
		l.gap = -1 // an end of a part that a server sent late
		return
	}
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
func (l *leaner) opens(name *leanName, at int) {
	r := name.role
	inHead := l.head && r <= leanBody
	l.settle(at, inHead || r == leanBlock)
	if l.whole > 0 && name == l.kind {
		l.whole++
	}
	l.head = inHead && r != leanBody
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

// mayAside reports whether a value has something like one of the words of mSkip in it.
func mayAside(value []byte) bool {
	before := uint8(0)
	for i, c := range value {
		if before&asideSecond[c] != 0 {
			rest := value[i-1:]
			for _, w := range [...]string{"sr", "screen", "skip", "print", "visually", "visible", "hiddentext"} {
				if len(rest) >= len(w) && bytes.EqualFold(rest[:len(w)], []byte(w)) {
					return true
				}
			}
		}
		before = asideFirst[c]
	}
	return false
}

// asideFirst and asideSecond have a bit in common for the first two letters of each word of mayAside.
var (
	asideFirst  = [256]uint8{'s': 1, 'S': 1, 'p': 2, 'P': 2, 'v': 4, 'V': 4, 'h': 4, 'H': 4}
	asideSecond = [256]uint8{'r': 1 | 2, 'R': 1 | 2, 'c': 1, 'C': 1, 'k': 1, 'K': 1, 'i': 4, 'I': 4}
)

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
func (l *leaner) closes(name *leanName, at int) {
	r := name.role
	l.settle(at, false)
	if l.whole > 0 && name == l.kind {
		l.whole--
	}
	l.head = l.head && r < leanBody
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
	if from, to := l.shape[0], l.shape[1]; to-from >= leanLeast && (l.in[from] == '"' || l.in[from] == '\'') {
		l.cut(from+1, to-1)
	}
}

// leanRole is what an element is to a leaner.
type leanRole int

// The first ones may stand in the head, with no text in it that shows.
const (
	leanHead leanRole = iota
	leanTitle
	leanScript
	leanStyle
	leanBody
	leanOther
	leanGroup     // it may hold blocks
	leanBlock     // its start tag makes an element wherever text may stand, and that ends lines
	leanPre       // white space in it shows
	leanBound     // see bound
	leanForeign   // it holds elements that are no HTML
	leanText      // it holds nothing but text
	leanPlaintext // and so does the rest of the page
	leanFormatting
	lastFormatting = 14 // kinds of formatting elements
)

// leanName is a name of elements.
type leanName struct {
	text string
	role leanRole
}

// leanNames are the names that say something to a leaner, by their roles. Formatting elements (HTML, 13.2.4.3) have one each.
var leanNames = [...]struct {
	role  leanRole
	names string
}{
	{leanHead, "html head meta link base"},
	{leanTitle, "title"},
	{leanScript, "script"},
	{leanStyle, "style"},
	{leanBody, "body"},
	{leanGroup, "form tr tbody tfoot thead legend"},
	{leanBlock, "div p ul ol li dl dt dd h1 h2 h3 h4 h5 h6 section article aside nav header footer main figure figcaption address " +
		"blockquote center details summary dialog dir fieldset hgroup menu search"},
	{leanPre, "pre listing"},
	{leanBound, "table td th caption applet object marquee template select desc foreignobject mi mo mn ms mtext annotation-xml"},
	{leanForeign, "svg math"},
	{leanText, "textarea noscript iframe noembed noframes xmp"},
	{leanPlaintext, "plaintext"},
	{leanFormatting, "a b big code em font i nobr s small strike strong tt u"},
}

// otherName stands for all other names, ownName for those that pages make themselves.
var otherName, ownName = &leanName{role: leanOther}, &leanName{role: leanGroup}

// leanSlots is how many places leanTable has.
const leanSlots = 512

// leanTable has the names of leanNames by leanSlot, each in the first free place from there on.
var leanTable = func() (t [leanSlots]*leanName) {
	for _, row := range leanNames {
		for i, name := range strings.Fields(row.names) {
			n := &leanName{text: name, role: row.role}
			if row.role == leanFormatting {
				n.role += leanRole(i)
			}
			at := leanSlot([]byte(name))
			for t[at] != nil {
				at = (at + 1) % leanSlots
			}
			t[at] = n
		}
	}
	return t
}()

// leanSlot is where the search for a name begins; the case of its letters does not matter.
func leanSlot(name []byte) uint {
	n := uint(len(name))
	return (uint(name[0]|0x20)*31 + uint(name[n/2]|0x20)*7 + uint(name[n-1]|0x20)*97 + n*53) % leanSlots
}

// leanNameOf is the name in the table, in any case; ownName or otherName for one that is not there.
func leanNameOf(name []byte) *leanName {
	for at := leanSlot(name); ; at = (at + 1) % leanSlots {
		switch n := leanTable[at]; {
		case n == nil:
			if bytes.IndexByte(name, '-') > 0 {
				return ownName
			}
			return otherName
		case len(n.text) == len(name) && sameName(n.text, name):
			return n
		}
	}
}

// sameName compares a name in lower case with one in any.
func sameName(lower string, name []byte) bool {
	for i := range len(lower) {
		c := name[i]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}
