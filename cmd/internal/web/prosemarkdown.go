package web

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"github.com/onrecord/onrecord/archive"
)

// maxNesting is how deep lists and quotations are followed.
const maxNesting = 24

// markdown writes what the Markdown says, and reports whether that is the text: all of its lines and no others.
func (p *proseWriter) markdown(source string) bool {
	src := []byte(prepared(source))
	doc := goldmark.New(goldmark.WithExtensions(extension.Table)).Parser().Parse(text.NewReader(src))
	m := markdownReader{p, src}
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		at := p.at
		if !m.block(n, 0) {
			return false
		}
		size := 0
		for _, l := range p.lines[at:p.at] {
			size += len(l)
		}
		p.endBlock(size)
	}
	return p.at == len(p.lines)
}

// markdownReader reads a tree of Markdown.
type markdownReader struct {
	p   *proseWriter
	src []byte
}

// block writes a block, and reports whether it says what the text says there.
func (m markdownReader) block(n ast.Node, depth int) bool {
	if depth > maxNesting {
		return false
	}
	p := m.p
	switch n := n.(type) {
	case *ast.Heading:
		h := p.heading(n.Level)
		return m.leaf(n, "<"+h+` dir="auto">`, "</"+h+">\n")
	case *ast.Paragraph:
		if only, ok := n.FirstChild().(*ast.Emphasis); ok && only.NextSibling() == nil && only.Level == 1 {
			return m.leaf(n, `<p class="caption" dir="auto">`, "</p>\n")
		}
		return m.leaf(n, `<p dir="auto">`, "</p>\n")
	case *ast.TextBlock:
		return m.leaf(n, "", "")
	case *ast.Blockquote:
		return m.inside(n, depth, "<blockquote>\n", "</blockquote>\n")
	case *ast.List:
		if !n.IsOrdered() {
			return m.inside(n, depth, "<ul>\n", "</ul>\n")
		}
		open := "<ol>\n"
		if n.Start != 1 {
			open = fmt.Sprintf("<ol start=\"%d\">\n", n.Start)
		}
		return m.inside(n, depth, open, "</ol>\n")
	case *ast.ListItem:
		return m.inside(n, depth, `<li dir="auto">`, "</li>\n")
	case *ast.FencedCodeBlock, *ast.CodeBlock, *ast.HTMLBlock:
		return m.code(n)
	case *east.Table:
		return m.table(n)
	}
	return false
}

// inside writes the blocks in a block.
func (m markdownReader) inside(n ast.Node, depth int, open, end string) bool {
	m.p.b.WriteString(open)
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if !m.block(c, depth+1) {
			return false
		}
	}
	m.p.b.WriteString(end)
	return true
}

// leaf writes a block that is one line of the text.
func (m markdownReader) leaf(n ast.Node, open, end string) bool {
	m.p.b.WriteString(open)
	ok := m.p.line(m.runs(n, run{}, nil, 0))
	m.p.b.WriteString(end)
	return ok
}

// code writes what keeps its lines.
func (m markdownReader) code(n ast.Node) bool {
	var b strings.Builder
	for i := range n.Lines().Len() {
		line := n.Lines().At(i)
		b.Write(line.Value(m.src))
	}
	want := archive.Canonical(b.String())
	if want == "" {
		return true
	}
	lines := strings.Count(want, "\n") + 1
	p := m.p
	if p.at+lines > len(p.lines) || strings.Join(p.lines[p.at:p.at+lines], "\n") != want {
		return false
	}
	p.at += lines
	p.b.WriteString(`<pre tabindex="0" dir="auto">`)
	for l := range strings.SplitAfterSeq(b.String(), "\n") {
		p.sentences([]run{{text: l}})
	}
	p.b.WriteString("</pre>\n")
	return true
}

// table writes a table, each row of which is a line of the text.
func (m markdownReader) table(n ast.Node) bool {
	p := m.p
	p.b.WriteString(`<div class="table" tabindex="0" role="group" aria-label="Table"><table>` + "\n")
	for row := n.FirstChild(); row != nil; row = row.NextSibling() {
		cell := "td"
		if _, head := row.(*east.TableHeader); head {
			cell = "th"
		}
		p.b.WriteString("<tr>")
		var texts []string
		for c := row.FirstChild(); c != nil; c = c.NextSibling() {
			runs := m.runs(c, run{}, nil, 0)
			texts = append(texts, textOf(runs))
			p.b.WriteString("<" + cell + ` dir="auto">`)
			p.sentences(runs)
			p.b.WriteString("</" + cell + ">")
		}
		p.b.WriteString("</tr>\n")
		if p.at >= len(p.lines) || !sameRow(texts, p.lines[p.at]) {
			return false
		}
		p.at++
	}
	p.b.WriteString("</table></div>\n")
	return true
}

// sameRow reports whether cells are those of a line, which joins them; empty ones may be left out there.
func sameRow(cells []string, line string) bool {
	only := strings.NewReplacer("|", "", " ", "")
	return only.Replace(archive.Canonical(strings.Join(cells, " "))) == only.Replace(line)
}

// runs are the pieces of a line; style is that of what stands around it.
func (m markdownReader) runs(n ast.Node, style run, list []run, depth int) []run {
	if depth > maxNesting {
		return list
	}
	add := func(b []byte) {
		for i, s := range strings.Split(string(b), lineBreak) {
			if i > 0 {
				list = append(list, run{text: " ", br: true})
			}
			if s != "" {
				r := style
				r.text = s
				list = append(list, r)
			}
		}
	}
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		inner := style
		switch c := c.(type) {
		case *ast.Text:
			b := c.Segment.Value(m.src)
			if !style.code {
				b = util.UnescapePunctuations(b)
			}
			add(b)
			if c.SoftLineBreak() || c.HardLineBreak() {
				list = append(list, run{text: " ", br: c.HardLineBreak()})
			}
			continue
		case *ast.String:
			add(c.Value)
			continue
		case *ast.AutoLink:
			add(c.Label(m.src))
			continue
		case *ast.RawHTML:
			for i := range c.Segments.Len() {
				seg := c.Segments.At(i)
				add(seg.Value(m.src))
			}
			continue
		case *ast.CodeSpan:
			inner.code = true
		case *ast.Emphasis:
			inner.strong, inner.em = inner.strong || c.Level > 1, inner.em || c.Level == 1
		case *ast.Link:
			inner.href = safeAddress(string(util.UnescapePunctuations(c.Destination)))
		}
		list = m.runs(c, inner, list, depth+1)
	}
	return list
}

// safeAddress is an address that a link may lead to: one of the web or of mail; "" for any other.
func safeAddress(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		return ""
	}
	switch strings.ToLower(u.Scheme) {
	case "http", "https":
		if u.Host == "" {
			return ""
		}
	case "mailto":
	default:
		return ""
	}
	return u.String()
}
