package extract

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

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
		c.heading = int8(n.Data[1] - '0')
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
		g.item = max(1, int(c.list))
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
			c.heading = int8(min(6, max(2, atoi(attr(n, "aria-level")))))
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

// flush ends the block under construction.
func (g *gatherer) flush(c scope) {
	text, spans, ok := g.line.take(c.pre)
	if !ok {
		g.line.hint = 0 // an element without text says nothing about the next block
		return
	}
	p := piece{Text: text, spans: spans, box: c.box, all: c.all | g.line.hint}
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
		p.Kind, p.Level = Heading, int16(c.heading)
	case c.caption:
		p.Kind = Caption
	case c.list > 0 || g.item > 0:
		p.Level = max(1, c.list)
		p.Kind = Item
		if g.item > 0 {
			p.Ordered, p.Number = c.ordered, int32(g.num)
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
	g.keep(&p)
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
func (g *gatherer) keep(p *piece) {
	p.size = measure(p.Text)
	for i := range p.spans {
		if s := &p.spans[i]; s.kind == spanLink {
			p.links++
			p.linkRunes += int32(runeCount(p.Text[s.from:s.to]))
		}
	}
	if p.runes > 0 {
		p.link = uint8(min(100, int(p.linkRunes)*100/int(p.runes)))
	}
	if p.all&mHidden != 0 {
		g.hiddenWords += p.words
	}
	g.oddRunes = g.oddRunes || g.line.odd
	g.pieces = append(g.pieces, *p)
}

// looks is a fingerprint of an element's tag and class (FNV-1a).
func looks(n *html.Node) uint32 {
	h := uint32(2166136261)
	for i := range len(n.Data) {
		h = (h ^ uint32(n.Data[i])) * 16777619
	}
	cl := attr(n, "class")
	if len(cl) > attrLimit {
		cl = cl[:attrLimit]
	}
	// The first class names the kind; later ones are states and counters ("item item-3 active").
	first, _, _ := strings.Cut(strings.TrimSpace(cl), " ")
	for i := range len(first) {
		h = (h ^ uint32(first[i])) * 16777619
	}
	return h
}
