package pdf

import (
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/onrecord/onrecord/extract"
)

// outline is what sizes of type mean in a file.
type outline struct {
	body  float64 // the size of most of the text
	sizes []float64
	bold  bool // bold lines are headings: most of the text is not bold
}

// newOutline learns the sizes of the paragraphs.
func newOutline(ps []paragraph) outline {
	runes, bold := map[int]int{}, 0
	all := 0
	for i := range ps {
		n := utf8.RuneCountInString(ps[i].text)
		runes[half(ps[i].size)] += n
		all += n
		if ps[i].bold {
			bold += n
		}
	}
	best := 0
	for k, n := range runes {
		if n > runes[best] || n == runes[best] && k < best {
			best = k
		}
	}
	o := outline{body: float64(best) / 2, bold: bold*10 < all*3}
	for k := range runes {
		if s := float64(k) / 2; s >= 1.12*o.body {
			o.sizes = append(o.sizes, s)
		}
	}
	slices.Sort(o.sizes)
	slices.Reverse(o.sizes)
	return o
}

func half(size float64) int { return int(math.Round(size * 2)) }

const (
	maxHeading = 250 // characters
	maxBold    = 120
)

// heading is the level of a paragraph that is a heading, 0 of others. The largest type is level 1.
func (o *outline) heading(p *paragraph) int {
	n := utf8.RuneCountInString(p.text)
	if p.cells != nil || p.first().askew || n > maxHeading || n < 2 || strings.IndexFunc(p.text, unicode.IsLetter) < 0 {
		return 0
	}
	size := float64(half(p.size)) / 2
	if size >= 1.12*o.body {
		return min(6, 1+slices.Index(o.sizes, size))
	}
	if o.bold && p.bold && (p.mark == "" || p.number > 0) && len(p.lines) <= 2 && n <= maxBold && size >= 0.95*o.body && !sentence(p.text) {
		return min(6, 2+len(o.sizes))
	}
	return 0
}

// sentence reports a text that ends as sentences do; a heading may ask.
func sentence(t string) bool {
	r, _ := utf8.DecodeLastRuneInString(t)
	return strings.ContainsRune(".,;:!。", r)
}

// mergeHeadings joins the lines of headings that were set one by one, as centred ones are.
func (o *outline) mergeHeadings(ps []paragraph, h *hyphens) []paragraph {
	out := ps[:0]
	for i := range ps {
		p := ps[i]
		if n := len(out); n > 0 && p.mark == "" && out[n-1].mark == "" {
			a := &out[n-1]
			step := a.last().y - p.first().y
			if p.page == a.page && p.bold == a.bold && alike(a.first(), p.first()) && p.size >= 1.12*o.body && step > 0 && step < 1.6*p.size &&
				len(a.lines) < 5 && o.heading(a) > 0 && o.heading(&p) > 0 {
				a.lines = append(a.lines, p.lines...)
				a.text = h.join(a.text, p.text)
				continue
			}
		}
		out = append(out, p)
	}
	return out
}

// headline is the index of the paragraph that is the title by its looks, -1 for none: the largest heading on the first
// page; when that may be the publisher's name, being short, the largest of several words.
func (o *outline) headline(ps []paragraph) int {
	best, long := -1, -1
	for i := range ps {
		p := &ps[i]
		if p.page > 0 || i > 30 {
			break
		}
		if o.heading(p) == 0 || p.mark != "" || strings.Contains(p.text, "://") || strings.Contains(p.text, "@") {
			continue
		}
		if best < 0 || p.size > 1.02*ps[best].size {
			best = i
		}
		if wordCount(p.text) >= 4 && (long < 0 || p.size > 1.02*ps[long].size) {
			long = i
		}
	}
	if best >= 0 && long > best && nameLike(ps[best].text) && ps[long].size >= 1.12*o.body {
		return long
	}
	return best
}

// nameLike reports a heading that may be a letterhead: two words, or up to four in capitals.
func nameLike(t string) bool {
	n := wordCount(t)
	return n <= 2 || n <= 4 && strings.ToUpper(t) == t && strings.ToLower(t) != t
}

// wordCount counts words; two characters of a script without spaces are one.
func wordCount(t string) int {
	n := len(strings.Fields(t))
	w := 0
	for _, r := range t {
		if wide(r) {
			w++
		}
	}
	return n + w/2
}

// blocks are the paragraphs as blocks of a document, all but the title's.
func (o *outline) blocks(ps []paragraph, title int) []extract.Block {
	top := 2 // the title is level 1
	var out []extract.Block
	for i := range ps {
		p := &ps[i]
		if i == title {
			continue
		}
		b := extract.Block{Text: p.text, Markdown: escape(p.text)}
		switch level := o.heading(p); {
		case p.cells != nil:
			b.Kind, b.Cells = extract.Row, p.cells
			b.Text = strings.Join(p.cells, " | ")
			for _, c := range p.cells {
				b.CellsMarkdown = append(b.CellsMarkdown, escape(c))
			}
			b.Markdown = strings.Join(b.CellsMarkdown, " | ")
			b.Header = p.bold && (i == 0 || ps[i-1].cells == nil)
		case level > 0 && (p.mark == "" || p.number > 0):
			b.Kind, b.Level = extract.Heading, min(6, max(top, level))
			if p.mark != "" { // the number is part of a heading
				b.Text = p.mark + " " + p.text
				b.Markdown = escape(b.Text)
			}
		case p.mark != "":
			b.Kind, b.Level = extract.Item, 1
			b.Ordered, b.Number = p.number > 0, p.number
		}
		out = append(out, b)
	}
	return out
}

// escape puts a backslash before what Markdown would read as marks.
func escape(s string) string {
	if !strings.ContainsAny(s, "\\`*_[]<&") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '\\', '`', '*', '_', '[', ']', '<', '&':
			b.WriteByte('\\')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
