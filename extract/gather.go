package extract

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// gather takes a page apart in one walk over its tree, which it does not change.
// What remove picks is passed over; nil picks nothing. The sheet may be given back with free.
func gather(root *html.Node, remove *Selector) *sheet {
	r := rooms.Get().(*room)
	g := &gatherer{sheet: &sheet{room: r, pieces: r.pieces, boxes: r.boxes}, removed: remove.pick(root), line: &r.line}
	g.line.room = r
	g.boxes = append(g.boxes, box{node: root})
	g.children(root, scope{})
	g.flush(scope{})
	g.close(0)
	g.sum()
	g.unframe()
	return g.sheet
}

// gatherer is the state of one walk.
type gatherer struct {
	*sheet
	removed map[*html.Node]bool
	line    *line // the block under construction
	item    int   // >0: the next block begins a list item
	num     int
}

// scope is what an element hands down to its children.
type scope struct {
	all     mark
	box     int32
	depth   int16 // of the tree
	list    int16 // depth of lists
	heading int8
	ordered bool
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
	if g.removed != nil && g.removed[n] {
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
