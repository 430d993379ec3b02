package extract

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// isData tells a table of data from a table that lays out a page: its cells are short and hold no blocks of prose, no
// tables, no forms; or it says so with a caption or header cells.
func isData(n *html.Node) bool {
	role := attr(n, "role")
	if role == "presentation" || role == "none" {
		return false
	}
	t := tableLook{left: 4000}
	t.look(n, 0)
	if t.nested || t.left <= 0 || t.rows == 0 || t.cells == 0 || t.controls > 2 {
		return false
	}
	if t.rows < 2 && !t.caption {
		return false
	}
	average := t.bytes / t.cells
	if t.header || t.caption {
		return average < 800 && t.blocks <= t.cells*3
	}
	return t.cells >= 2*t.rows && average < 300 && t.blocks <= t.cells
}

// tableLook is what a bounded look into a table finds.
type tableLook struct {
	left                       int // nodes that may still be looked at
	rows, cells, bytes, blocks int
	controls                   int
	nested, header, caption    bool
}

func (t *tableLook) look(n *html.Node, depth int) {
	for k := n.FirstChild; k != nil && t.left > 0 && depth < 40; k = k.NextSibling {
		t.left--
		if k.Type == html.TextNode {
			t.bytes += len(strings.TrimSpace(k.Data))
			continue
		}
		switch k.DataAtom {
		case atom.Table, atom.Pre, atom.H1, atom.H2, atom.H3, atom.Article, atom.Section:
			t.nested = true
			return
		case atom.Tr:
			t.rows++
		case atom.Th:
			t.cells++
			t.header = true
		case atom.Td:
			t.cells++
		case atom.Caption:
			t.caption = true
		case atom.Input, atom.Select, atom.Textarea, atom.Button:
			t.controls++
		case atom.Script, atom.Style:
			continue
		case atom.P, atom.Div, atom.Li, atom.Br:
			t.blocks++
		}
		t.look(k, depth+1)
	}
}

// table reads a table of data: its caption, then a block a row.
func (g *gatherer) table(n *html.Node, c scope) {
	g.flush(c)
	own := ownMarks(n)
	id := int32(len(g.boxes))
	g.boxes = append(g.boxes, box{node: n, up: c.box, first: int32(len(g.pieces)), depth: g.boxes[c.box].depth + 1,
		own: own, all: c.all | own, look: looks(n)})
	c.box, c.all = id, c.all|own
	g.rows(n, c)
	g.close(id)
}

func (g *gatherer) rows(n *html.Node, c scope) {
	for k := n.FirstChild; k != nil; k = k.NextSibling {
		switch k.DataAtom {
		case atom.Tr:
			if ownMarks(k)&mHidden == 0 {
				g.row(k, c)
			}
		case atom.Caption:
			cc := c
			cc.caption = true
			g.children(k, cc)
			g.flush(cc)
		case atom.Thead, atom.Tbody, atom.Tfoot:
			g.rows(k, c)
		}
	}
}

// row makes one block of a row. Its text joins the cells with " | ", which no tokenizer takes for a word and every
// reader knows as a column's edge.
func (g *gatherer) row(n *html.Node, c scope) {
	p := piece{box: c.box, all: c.all, node: n, Kind: Row, Header: true, row: &row{}}
	var b strings.Builder
	for k := n.FirstChild; k != nil; k = k.NextSibling {
		if k.DataAtom != atom.Td && k.DataAtom != atom.Th {
			continue
		}
		cc := c
		cc.inline, cc.pre = true, false
		cc.depth++
		g.children(k, cc)
		text, spans, _ := g.line.take(false)
		p.Header = p.Header && k.DataAtom == atom.Th
		p.row.texts = append(p.row.texts, text)
		p.row.spans = append(p.row.spans, spans)
		if text == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteString(" | ")
		}
		for _, s := range spans {
			if s.kind != spanBreak {
				p.spans = append(p.spans, span{s.from + b.Len(), s.to + b.Len(), s.kind, s.href})
			}
		}
		b.WriteString(text)
	}
	p.Text = b.String()
	if p.Text != "" {
		g.keep(&p)
	}
}
