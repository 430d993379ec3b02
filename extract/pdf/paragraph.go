package pdf

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// paragraph is lines that read on, or one row of a table.
type paragraph struct {
	lines  []element
	size   float64
	bold   bool
	mark   string // of a list's item
	number int
	cells  []string
	text   string
	page   int
}

func (p *paragraph) first() *element { return &p.lines[0] }
func (p *paragraph) last() *element  { return &p.lines[len(p.lines)-1] }

// paragraphs joins the elements of all pages.
func paragraphs(pages [][]element) []paragraph {
	h := &hyphens{}
	h.learn(pages)
	usual := lineSpacing(pages)
	var out []paragraph
	for _, es := range pages {
		from := len(out)
		for _, g := range groups(es, usual) {
			turn(g)
			out = append(out, divide(g)...)
		}
		if from > 0 && len(out) > from {
			out = continued(out, from, h)
		}
	}
	out = columnBreaks(out)
	for i := range out {
		out[i].write(h)
	}
	return slices.DeleteFunc(out, func(p paragraph) bool { return p.text == "" && p.cells == nil })
}

// lineSpacing is the distance between lines of one paragraph in sizes of their font: a low one of all, as the larger
// ones part paragraphs.
func lineSpacing(pages [][]element) float64 {
	var steps []float64
	for _, es := range pages {
		for i := 1; i < len(es); i++ {
			a, b := &es[i-1], &es[i]
			if b.start || a.cells != nil || b.cells != nil || !alike(a, b) {
				continue
			}
			if d := (a.y - b.y) / a.size; d > 0.7 && d < 3 {
				steps = append(steps, d)
			}
		}
	}
	if len(steps) == 0 {
		return 1.25
	}
	slices.Sort(steps)
	usual := steps[len(steps)/4]
	if len(steps) < 8 { // too few to tell lines set far apart from paragraphs of one line
		usual = min(usual, 1.5)
	}
	return usual
}

// alike reports two lines in one size.
func alike(a, b *element) bool {
	return math.Abs(a.size-b.size) <= 0.08*max(a.size, b.size)
}

// groups parts the elements of a page where a gap, another size or another column does.
func groups(es []element, usual float64) [][]element {
	var out [][]element
	for i := range es {
		e := &es[i]
		if i > 0 && !e.start && e.cells == nil && es[i-1].cells == nil && alike(&es[i-1], e) {
			if d := es[i-1].y - e.y; d > 0 && d <= 1.22*usual*e.size {
				out[len(out)-1] = append(out[len(out)-1], *e)
				continue
			}
		}
		out = append(out, []element{*e})
	}
	return out
}

// turn turns lines round that go against their page, so that they begin on the left.
func turn(g []element) {
	rtl := 0
	for i := range g {
		if g[i].rtl {
			rtl++
		}
	}
	if rtl*2 <= len(g) {
		return
	}
	for i := range g {
		e := &g[i]
		e.x0, e.x1, e.left, e.right = -e.x1, -e.x0, -e.right, -e.left
	}
}

// divide makes the paragraphs of lines that follow one another evenly: by indents, by lines that end early, by the marks
// of lists.
func divide(g []element) []paragraph {
	left, right := g[0].x0, g[0].x1
	for i := range g {
		left, right = min(left, g[i].x0), max(right, g[i].x1)
	}
	var out []paragraph
	set, even := handSet(g, left, right), filledOut(g, right)
	for i := range g {
		e := g[i]
		mark, number := marker(e.text)
		if i > 0 {
			p := &out[len(out)-1]
			end := right
			if !even && terminal(g[i-1].text) {
				end = max(right, e.right)
			}
			if !set && !p.ends(g, i, left, end) && !begins(mark, number, p) {
				p.lines = append(p.lines, e)
				p.bold = p.bold && e.bold
				continue
			}
		}
		if number > 0 && i > 0 && !terminal(g[i-1].text) && out[len(out)-1].mark == "" {
			mark = "" // a sentence that goes on with a number
		}
		out = append(out, paragraph{lines: []element{e}, size: e.size, bold: e.bold, mark: mark, number: number, cells: e.cells, page: e.page})
	}
	return out
}

// handSet reports lines that somebody broke by hand, such as an address: few, and far shorter than their column.
func handSet(g []element, left, right float64) bool {
	column := g[0].right - g[0].left
	return len(g) <= 8 && column > 25*g[0].size && right-left < 0.4*column && !endsInHyphen(g[0].text)
}

// filledOut reports lines that nearly all reach the same edge, as those of running text do: where that is not the edge of
// the column, the text is set in.
func filledOut(g []element, right float64) bool {
	near := 0
	for i := range g {
		if right-g[i].x1 < 4*g[i].size {
			near++
		}
	}
	return len(g) >= 4 && near*10 >= 7*(len(g)-1)
}

// begins reports whether the mark of a line begins an item.
func begins(mark string, number int, p *paragraph) bool {
	if mark == "" {
		return false
	}
	if number == 0 && mark != "-" && mark != "–" && mark != "—" && mark != "*" {
		return true
	}
	return p.mark != "" && (number == 0 && p.mark == mark || number == p.number+1) || terminal(p.last().text)
}

// ends reports whether the paragraph ends before the i-th line of the group.
func (p *paragraph) ends(g []element, i int, left, right float64) bool {
	prev, e := &g[i-1], &g[i]
	em := e.size
	if endsInHyphen(prev.text) && startsLower(e.text) {
		return false
	}
	if fits(prev, e, right) {
		return true
	}
	indent := e.x0 - prev.x0
	switch {
	case math.Abs(indent) < 0.3*em && len(p.lines) == 1 && p.mark == "" && e.x0 > left+0.8*em && e.x0 < left+4*em && terminal(prev.text):
		return true // both are first lines, set in
	case indent > 0.8*em && p.mark == "":
		if math.Abs((e.x0+e.x1)-(prev.x0+prev.x1)) < em { // both centred
			return false
		}
		back := i+1 >= len(g) || g[i+1].x0 < e.x0-0.8*em
		return back && len(p.lines) > 0 && prev.x0 < left+0.8*em
	case indent < -0.8*em:
		if math.Abs((e.x0+e.x1)-(prev.x0+prev.x1)) < em {
			return false
		}
		return len(p.lines) > 1 || p.mark != ""
	}
	return false
}

// fits reports whether the first word of a line had room at the end of the line before: then the line was ended on
// purpose.
func fits(prev, e *element, right float64) bool {
	if e.runes == 0 {
		return false
	}
	word, _, _ := strings.Cut(e.text, " ")
	letter := (e.x1 - e.x0) / float64(e.runes)
	need := letter * float64(utf8.RuneCountInString(word)+1)
	slack := e.size
	if r, _ := utf8.DecodeRuneInString(word); wide(r) {
		need, slack = letter, 1.5*e.size
	}
	return right-prev.x1 > need+slack
}

// continued joins the first paragraph of a page to the one that the page before broke off, over the footnotes between.
func continued(ps []paragraph, from int, h *hyphens) []paragraph {
	b := &ps[from]
	for i := from - 1; i >= 0 && i >= from-12; i-- {
		a := &ps[i]
		if a.page < b.page-1 {
			return ps
		}
		if a.size < 0.92*b.size && i > 0 {
			continue
		}
		if a.readsOn(b) {
			a.lines = append(a.lines, b.lines...)
			return slices.Delete(ps, from, from+1)
		}
		return ps
	}
	return ps
}

// columnBreaks joins paragraphs that a column's end breaks.
func columnBreaks(ps []paragraph) []paragraph {
	out := ps[:0]
	for i := range ps {
		if n := len(out); n > 0 && ps[i].first().start && ps[i].page == out[n-1].page && ps[i].first().y > out[n-1].last().y && out[n-1].readsOn(&ps[i]) {
			out[n-1].lines = append(out[n-1].lines, ps[i].lines...)
			continue
		}
		out = append(out, ps[i])
	}
	return out
}

// readsOn reports whether a paragraph goes on with another one after a break of the page or the column.
func (p *paragraph) readsOn(b *paragraph) bool {
	a, f := p.last(), b.first()
	if p.cells != nil || b.cells != nil || b.mark != "" || !alike(a, f) || p.bold != b.bold && !endsInHyphen(a.text) {
		return false
	}
	if endsInHyphen(a.text) {
		return true
	}
	if terminal(a.text) {
		return false
	}
	if startsLower(f.text) {
		return true
	}
	return len(p.lines) > 1 && !p.bold && !fits(a, f, a.right) && f.x0 < f.left+0.8*f.size
}

// write makes the paragraph's text.
func (p *paragraph) write(h *hyphens) {
	var b joiner
	for i := range p.lines {
		b.add(p.lines[i].text, h)
	}
	p.text = strings.TrimSpace(b.text())
	if p.mark != "" {
		if rest := strings.TrimSpace(strings.TrimPrefix(p.text, p.mark)); rest != "" {
			p.text = rest
			if p.number == 0 && strings.ContainsAny(p.mark, "()") { // "(a)" is what others refer to
				p.text = p.mark + " " + rest
			}
		} else {
			p.mark = ""
		}
	}
}

// joiner puts lines together in time linear in their length: only the end of what is there is looked at.
type joiner struct {
	done strings.Builder
	tail string
}

func (j *joiner) add(line string, h *hyphens) {
	j.tail = h.join(j.tail, line)
	if i := strings.LastIndexByte(j.tail, ' '); i > 0 && len(j.tail) > 256 {
		j.done.WriteString(j.tail[:i])
		j.tail = j.tail[i:]
	}
}

func (j *joiner) text() string { return j.done.String() + j.tail }
