package extract

import (
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

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
