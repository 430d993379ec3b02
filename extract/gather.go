package extract

import (
	"hash/fnv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// gather takes a page apart in one walk over its tree, which it does not change.
// What remove picks is passed over; nil picks nothing.
func gather(root *html.Node, remove *Selector) *sheet {
	g := &gatherer{sheet: &sheet{}, removed: remove.pick(root)}
	g.boxes = append(g.boxes, box{node: root})
	g.children(root, scope{})
	g.flush(scope{})
	g.close(0)
	g.sum()
	return g.sheet
}

// gatherer is the state of one walk.
type gatherer struct {
	*sheet
	removed map[*html.Node]bool
	line    line // the block under construction
	item    int  // >0: the next block begins a list item
	num     int
}

// scope is what an element hands down to its children.
type scope struct {
	box     int32
	all     mark
	depth   int // of the tree
	list    int // depth of lists
	ordered bool
	heading int
	pre     bool
	quote   bool
	caption bool
	inline  bool // breaks are spaces: inside a cell or a heading
	button  bool // text of buttons counts here
}

func (g *gatherer) children(n *html.Node, c scope) {
	c.depth++
	if c.depth > 600 { // the parsers stop before this
		return
	}
	for k := n.FirstChild; k != nil; k = k.NextSibling {
		g.node(k, c)
	}
}

func (g *gatherer) node(n *html.Node, c scope) {
	switch n.Type {
	case html.TextNode:
		g.line.text(n.Data, c.pre)
	case html.ElementNode:
		g.element(n, c)
	case html.DocumentNode:
		g.children(n, c)
	}
}

func (g *gatherer) element(n *html.Node, c scope) {
	if g.removed[n] {
		return
	}
	switch n.DataAtom {
	case atom.Head:
		g.children(n, c)
		g.line.reset() // a head has no text of its own
		return
	case atom.Title:
		if n.Namespace == "" {
			g.meta.title(n)
		}
		return
	case atom.Meta:
		g.meta.add(n)
		return
	case atom.Link:
		g.meta.link(n)
		return
	case atom.Base:
		g.meta.baseHref(n)
		return
	case atom.Script:
		g.scripts++
		g.meta.script(n)
		return
	case atom.Style, atom.Template, atom.Svg, atom.Canvas, atom.Object, atom.Embed, atom.Applet, atom.Audio,
		atom.Video, atom.Datalist, atom.Annotation, atom.Rp, atom.Rt, atom.Map, atom.Progress, atom.Meter:
		return
	case atom.Iframe, atom.Frame, atom.Frameset:
		g.frames++
		g.children2(n, c)
		return
	case atom.Input, atom.Select, atom.Textarea, atom.Optgroup, atom.Option:
		if attr(n, "type") != "hidden" {
			g.boxes[c.box].controls++
			g.password = g.password || attr(n, "type") == "password"
		}
		return
	case atom.Img:
		g.boxes[c.box].images++
		return
	case atom.Br:
		g.br(n, c)
		return
	case atom.Hr:
		g.flush(c)
		return
	case atom.Wbr:
		return
	case atom.Html:
		g.meta.html(n)
	case atom.Button:
		g.boxes[c.box].controls++
		if c.heading == 0 && !c.button && attr(n, "aria-expanded") == "" {
			return
		}
	case atom.Table:
		if !c.inline && isData(n) {
			g.table(n, c)
			return
		}
	}
	if c.inline || !breaks(n.DataAtom) && !custom(n) {
		g.inline(n, c)
		return
	}
	g.block(n, c)
}

// children2 walks framesets only: the content of an iframe element is text for browsers of old.
func (g *gatherer) children2(n *html.Node, c scope) {
	if n.DataAtom == atom.Frameset {
		g.children(n, c)
	}
}

// skipWords is how long what a page only tells screen readers or printers may be: longer, it is a text.
const skipWords = 60

// long reports an element that holds more words than a note to some readers has.
func long(n *html.Node) bool {
	words := 0
	for d := range n.Descendants() {
		if d.Type != html.TextNode || d.Parent.DataAtom == atom.Script || d.Parent.DataAtom == atom.Style {
			continue
		}
		if words += 1 + strings.Count(strings.TrimSpace(d.Data), " "); words > skipWords {
			return true
		}
	}
	return false
}

// block walks an element that begins and ends lines.
func (g *gatherer) block(n *html.Node, c scope) {
	g.flush(c)
	num := g.num
	own := ownMarks(n)
	if own&mSkip != 0 && n.DataAtom != atom.Body && n.DataAtom != atom.Html {
		if !long(n) {
			return
		}
		own &^= mSkip // "skip-nav" is also where a skip link leads to: a name alone leaves no text out
	}
	if n.DataAtom == atom.Body || n.DataAtom == atom.Html {
		own = 0 // the names of the whole page say nothing about a part
	}
	id := int32(len(g.boxes))
	g.boxes = append(g.boxes, box{node: n, up: c.box, first: int32(len(g.pieces)), depth: g.boxes[c.box].depth + 1,
		own: own, all: c.all | own, look: looks(n)})
	c.box, c.all = id, c.all|own
	switch n.DataAtom {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		c.heading = int(n.Data[1] - '0')
		if !hasBlocks(n) {
			c.inline = true
		}
	case atom.Ul, atom.Ol:
		c.list, c.ordered = c.list+1, n.DataAtom == atom.Ol
		if c.ordered {
			g.num = max(0, atoi(attr(n, "start"))-1)
		}
	case atom.Li:
		if c.ordered {
			if v := attr(n, "value"); v != "" {
				g.num = atoi(v) - 1
			}
			g.num++
		}
		g.item = max(1, c.list)
	case atom.Pre, atom.Xmp, atom.Listing:
		c.pre = true
	case atom.Blockquote:
		c.quote = true
	case atom.Figcaption, atom.Caption:
		c.caption = true
	case atom.Summary, atom.Dt:
		c.button = true
	default:
		if attr(n, "role") == "heading" {
			c.heading = min(6, max(2, atoi(attr(n, "aria-level"))))
		}
	}
	g.children(n, c)
	g.flush(c)
	switch n.DataAtom {
	case atom.Ul, atom.Ol:
		g.num, g.item = num, 0 // the outer list counts on
	case atom.Li:
		g.item = 0
	}
	g.close(id)
}

func (g *gatherer) close(id int32) { g.boxes[id].last = int32(len(g.pieces)) }

// inline walks an element that stands in a line.
func (g *gatherer) inline(n *html.Node, c scope) {
	switch n.DataAtom {
	case atom.A:
		g.link(n, c)
		return
	case atom.B, atom.Strong:
		g.marked(n, c, spanStrong, "")
		return
	case atom.I, atom.Em, atom.Cite, atom.Var, atom.Dfn:
		g.marked(n, c, spanEm, "")
		return
	case atom.Code, atom.Kbd, atom.Samp, atom.Tt:
		g.marked(n, c, spanCode, "")
		return
	case atom.Sup:
		if isNoteMark(n) {
			return
		}
	case atom.Ruby, atom.Rb, atom.Font, atom.Center, atom.U, atom.Abbr, atom.Time, atom.Label, atom.Small:
		if len(n.Attr) == 0 {
			g.children(n, c)
			return
		}
	}
	if c.inline && breaks(n.DataAtom) {
		g.line.space()
		defer g.line.space()
	}
	own := ownMarks(n)
	switch {
	case own&mSkip != 0:
		return
	case own&mHidden != 0:
		g.hiddenWords++
		if !hasBlocks(n) {
			return
		}
	}
	c.all |= own & mHidden
	g.line.hint |= own
	g.children(n, c)
}

// marked walks an element under an inline mark.
func (g *gatherer) marked(n *html.Node, c scope, kind spanKind, href string) {
	if ownMarks(n)&(mHidden|mSkip) != 0 {
		return
	}
	at := g.line.open(kind, href)
	g.children(n, c)
	g.line.shut(at)
}

func (g *gatherer) link(n *html.Node, c scope) {
	own := ownMarks(n)
	if own&(mHidden|mSkip) != 0 {
		return
	}
	if attr(n, "href") == "" {
		g.line.hint |= own
		g.children(n, c)
		return
	}
	g.line.hint |= own
	at, from := g.line.open(spanLink, attr(n, "href")), len(g.line.buf)
	if !c.inline && hasBlocks(n) {
		c.all |= mLinked
	}
	g.children(n, c)
	if c.heading > 0 && from <= len(g.line.buf) && !wordy(g.line.buf[from:]) {
		g.line.cut(from) // a permalink's mark: "#", "¶"
	}
	g.line.shut(at)
}

// br is a forced line break: two of them end a paragraph, and so does one after a full sentence in bare text.
func (g *gatherer) br(n *html.Node, c scope) {
	switch {
	case c.pre:
		g.line.text("\n", true)
	case c.inline:
		g.line.space()
	case nextIsBreak(n) || g.line.sentence() && longLine(g.line.buf):
		g.flush(c)
	default:
		g.line.brk()
	}
}

// flush ends the block under construction.
func (g *gatherer) flush(c scope) {
	text, spans, ok := g.line.take(c.pre)
	if !ok {
		return
	}
	p := piece{Block: Block{Text: text}, spans: spans, box: c.box, all: c.all | g.line.hint}
	g.line.hint = 0
	p.node = g.boxes[c.box].node
	if c.heading > 0 {
		p.permalink()
	}
	switch {
	case c.pre && !lettered(text):
		return // the gutter of a listing: its line numbers
	case c.pre:
		p.Kind = Code
	case c.heading > 0:
		p.Kind, p.Level = Heading, c.heading
	case c.caption:
		p.Kind = Caption
	case c.list > 0 || g.item > 0:
		p.Level = max(1, c.list)
		p.Kind = Item
		if g.item > 0 {
			p.Ordered, p.Number = c.ordered, g.num
			g.item = 0
		} else {
			p.cont = true
		}
	case c.quote:
		p.Kind = Quote
	}
	if c.all&mQuote != 0 && p.Kind == Paragraph {
		p.Kind = Quote
	}
	g.keep(p)
}

// permalink cuts a link to the heading itself ("Link to here", "#"), at either end, off its text.
func (p *piece) permalink() {
	for i, s := range p.spans {
		if s.kind != spanLink || !strings.HasPrefix(s.href, "#") {
			continue
		}
		switch {
		case s.from == 0 && wordy([]byte(p.Text[s.to:])):
			rest := strings.TrimLeft(p.Text[s.to:], " ")
			p.cut(i, len(p.Text)-len(rest))
			p.Text = rest
		case s.to == len(p.Text) && wordy([]byte(p.Text[:s.from])):
			p.Text = strings.TrimRight(p.Text[:s.from], " ")
			p.cut(i, 0)
		default:
			continue
		}
		return
	}
}

// cut takes out mark i and moves the others by n bytes, into the text that is left.
func (p *piece) cut(i, n int) {
	var left []span
	for j, s := range p.spans {
		s.from, s.to = clamp(s.from-n, len(p.Text)-n), clamp(s.to-n, len(p.Text)-n)
		if j != i && s.from < s.to {
			left = append(left, s)
		}
	}
	p.spans = left
}

// keep measures a block and appends it to the table.
func (g *gatherer) keep(p piece) {
	p.size = measure(p.Text)
	for _, s := range p.spans {
		if s.kind == spanLink {
			p.links++
			p.linkRunes += runeCount(p.Text[s.from:s.to])
		}
	}
	if p.all&mHidden != 0 {
		g.hiddenWords += p.words
	}
	g.oddRunes = g.oddRunes || g.line.odd
	g.pieces = append(g.pieces, p)
}

// looks is a fingerprint of an element's tag and class.
func looks(n *html.Node) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(n.Data))
	cl := attr(n, "class")
	if len(cl) > attrLimit {
		cl = cl[:attrLimit]
	}
	// The first class names the kind; later ones are states and counters ("item item-3 active").
	first, _, _ := strings.Cut(strings.TrimSpace(cl), " ")
	_, _ = h.Write([]byte(first))
	return h.Sum32()
}
