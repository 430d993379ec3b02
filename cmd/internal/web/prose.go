package web

import (
	"encoding/hex"
	"fmt"
	"html/template"
	"strconv"
	"strings"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/diff"
)

// prose is a text as it is read: the canonical text of a version, with the structure that its Markdown tells. What is shown
// is the canonical text, line by line: where the Markdown says anything else, its structure is left out.
type prose struct {
	blocks []proseBlock
	// plain is true when the text stands there without its structure.
	plain bool
}

// proseBlock is a piece of a text at its outermost level: a paragraph, a list, a table.
type proseBlock struct {
	html string
	size int // of the text in it
}

const (
	// maxMarkdown is how much Markdown is looked at; a longer text is shown without its structure.
	maxMarkdown = 1 << 20
	// partSize is how many bytes of text a page has; longer ones have parts.
	partSize = 150_000
)

// newProse makes a text ready to be read. linked is what the address of a sentence begins with, to which its name is added;
// "" makes no links.
func newProse(r *archive.Reading, linked string) *prose {
	lines := strings.Split(r.Text, "\n")
	if r.Text == "" {
		lines = nil
	}
	if len(r.Markdown) > 0 && len(r.Markdown) <= maxMarkdown {
		p := &proseWriter{lines: lines, linked: linked, names: map[string]int{}}
		if p.markdown(r.Markdown) {
			return &prose{blocks: p.blocks}
		}
	}
	p := &proseWriter{lines: lines, linked: linked, names: map[string]int{}}
	for _, l := range lines {
		p.b.WriteString("<p dir=\"auto\">")
		p.sentences([]run{{text: l}})
		p.b.WriteString("</p>\n")
		p.endBlock(len(l))
	}
	return &prose{blocks: p.blocks, plain: true}
}

// parts are the numbers of blocks with which the parts of a long text begin; there is one at least.
func (p *prose) parts() []int {
	begins, size := []int{0}, 0
	for i, b := range p.blocks {
		if size > 0 && size+b.size > partSize {
			begins, size = append(begins, i), 0
		}
		size += b.size
	}
	return begins
}

// part is one part of the text, counted from 1, and how many there are.
func (p *prose) part(n int) (text template.HTML, of int) {
	begins := p.parts()
	n = min(max(n, 1), len(begins))
	end := len(p.blocks)
	if n < len(begins) {
		end = begins[n]
	}
	var b strings.Builder
	for _, block := range p.blocks[begins[n-1]:end] {
		b.WriteString(block.html)
	}
	return template.HTML(b.String()), len(begins) //nolint:gosec // every text and address in it was escaped when it was written
}

// sentenceName names a sentence in addresses, in whatever version it stands: it is made of its words.
func sentenceName(text string) string {
	d := archive.Sum([]byte(diff.Folded(text)))
	return hex.EncodeToString(d[:5])
}

// run is a piece of a line in one style.
type run struct {
	text             string
	href             string
	strong, em, code bool
	br               bool // a line ends here; the text is a space
}

// proseWriter writes a text as HTML.
type proseWriter struct {
	b      strings.Builder
	blocks []proseBlock
	lines  []string // of the canonical text
	at     int      // lines that were written
	linked string
	names  map[string]int // of sentences, and how often each came
	levels []int          // of the headings above, as the page had them
}

// endBlock ends a block with so much text.
func (p *proseWriter) endBlock(size int) {
	p.blocks = append(p.blocks, proseBlock{p.b.String(), size})
	p.b.Reset()
}

// line writes the next line of the text, and reports whether it is that.
func (p *proseWriter) line(runs []run) bool {
	if p.at >= len(p.lines) || archive.Canonical(textOf(runs)) != p.lines[p.at] {
		return false
	}
	p.at++
	p.sentences(runs)
	return true
}

func textOf(runs []run) string {
	var b strings.Builder
	for _, r := range runs {
		b.WriteString(r.text)
	}
	return b.String()
}

// sentences writes a line, each sentence of it with its name.
func (p *proseWriter) sentences(runs []run) {
	text := textOf(runs)
	at := 0
	for _, s := range diff.Sentences(text) {
		p.runs(runs, at, s.Start)
		name := sentenceName(s.Text)
		id := name
		if p.names[name]++; p.names[name] > 1 {
			id = fmt.Sprintf("%s-%d", name, p.names[name])
		}
		if p.linked != "" {
			fmt.Fprintf(&p.b, `<a class="sentence" id="s-%s" href="%s">`, id, template.HTMLEscapeString(p.linked+name))
		} else {
			fmt.Fprintf(&p.b, `<span class="sentence" id="s-%s">`, id)
		}
		p.runs(runs, s.Start, s.End)
		if p.linked != "" {
			p.b.WriteString("</a>")
		} else {
			p.b.WriteString("</span>")
		}
		at = s.End
	}
	p.runs(runs, at, len(text))
}

// runs writes the bytes of a line from one place to another.
func (p *proseWriter) runs(runs []run, from, to int) {
	begin := 0
	for _, r := range runs {
		end := begin + len(r.text)
		if a, b := max(from, begin), min(to, end); a < b {
			r.text = r.text[a-begin : b-begin]
			p.run(r)
		}
		begin = end
	}
}

func (p *proseWriter) run(r run) {
	if r.br {
		p.b.WriteString("<br>")
		return
	}
	var tags []string
	if r.href != "" && p.linked == "" {
		fmt.Fprintf(&p.b, `<a href="%s" rel="noopener nofollow noreferrer external">`, template.HTMLEscapeString(r.href))
		tags = append(tags, "a")
	}
	for _, t := range []struct {
		on   bool
		name string
	}{{r.strong, "strong"}, {r.em, "em"}, {r.code, "code"}} {
		if t.on {
			p.b.WriteString("<" + t.name + ">")
			tags = append(tags, t.name)
		}
	}
	p.b.WriteString(template.HTMLEscapeString(diff.Shown(r.text, false)))
	for i := len(tags) - 1; i >= 0; i-- {
		p.b.WriteString("</" + tags[i] + ">")
	}
}

// heading is the level at which a heading of the page's level stands here: below the title, and never more than one below the
// heading before it.
func (p *proseWriter) heading(level int) string {
	for len(p.levels) > 0 && p.levels[len(p.levels)-1] >= level {
		p.levels = p.levels[:len(p.levels)-1]
	}
	p.levels = append(p.levels, level)
	return "h" + strconv.Itoa(min(1+len(p.levels), 6))
}
