package extract

import (
	"bytes"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// plainTree builds a tree from the tokens alone, in linear time: no element is ever opened again, end tags close what
// they name or nothing, and below maxDepth text joins the deepest element. It stops after maxTags elements.
func plainTree(body []byte) *html.Node {
	root := &html.Node{Type: html.DocumentNode}
	top := &html.Node{Type: html.ElementNode, Data: "html", DataAtom: atom.Html}
	root.AppendChild(top)
	t := &plain{top: top, open: []*html.Node{top}}
	z := html.NewTokenizer(bytes.NewReader(body))
	for t.nodes < maxTags {
		switch z.Next() {
		case html.ErrorToken:
			return root
		case html.TextToken:
			t.text(string(z.Text()))
		case html.StartTagToken:
			t.start(z.Token(), false)
		case html.SelfClosingTagToken:
			t.start(z.Token(), true)
		case html.EndTagToken:
			name, _ := z.TagName()
			t.end(string(name))
		}
	}
	return root
}

// plain is a tree under construction; deep counts the elements that were left out below maxDepth.
type plain struct {
	top   *html.Node
	open  []*html.Node
	nodes int
	deep  int
}

func (t *plain) text(s string) {
	at := t.open[len(t.open)-1]
	if last := at.LastChild; last != nil && last.Type == html.TextNode && len(last.Data) < 1<<12 {
		last.Data += s
		return
	}
	at.AppendChild(&html.Node{Type: html.TextNode, Data: s})
	t.nodes++
}

func (t *plain) start(tok html.Token, selfClosing bool) {
	switch tok.DataAtom {
	case atom.Html:
		t.top.Attr = append(t.top.Attr, tok.Attr...)
		return
	case atom.P, atom.Li, atom.Dt, atom.Dd, atom.Tr, atom.Td, atom.Th, atom.Option:
		// These close their own kind when it is the innermost element; deeper cases keep their text anyway.
		if at := t.open[len(t.open)-1]; at.DataAtom == tok.DataAtom {
			t.open = t.open[:len(t.open)-1]
		}
	}
	t.nodes++
	if len(t.open) >= maxDepth {
		if !void(tok.DataAtom) && !selfClosing {
			t.deep++
		}
		if breaks(tok.DataAtom) {
			t.text("\n")
		}
		return
	}
	n := &html.Node{Type: html.ElementNode, Data: tok.Data, DataAtom: tok.DataAtom, Attr: tok.Attr}
	t.open[len(t.open)-1].AppendChild(n)
	if !void(tok.DataAtom) && !selfClosing {
		t.open = append(t.open, n)
	}
}

func (t *plain) end(name string) {
	if t.deep > 0 {
		t.deep--
		return
	}
	low := max(1, len(t.open)-64) // a bounded look back keeps the pass linear
	for i := len(t.open) - 1; i >= low; i-- {
		if t.open[i].Data == name {
			t.open = t.open[:i]
			return
		}
	}
}
