package pdf

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// fragment is text on one baseline without a wide gap: a line, or what stands of it in one column. Coordinates are
// those of the reader: x goes the way of the text, y up.
type fragment struct {
	x0, x1, y, size float64
	bold            bool
	rtl             bool // its text goes against x
	askew           bool // it stands at another angle than the page's text
	text            string
	runes           int
	page            int
	glyphs          []glyph // until the text is made
}

const (
	// wideGap, in sizes of the font, parts what does not read on; gapOfWords puts a space.
	wideGap    = 0.9
	gapOfWords = 0.16
	// sameLine is how far, in sizes of the font, two baselines may be apart and still be one.
	sameLine = 0.25
)

// fragments makes the fragments of a page, those of the direction that most of its text has first.
func (p *pageText) fragments(w *work, page int) []fragment {
	turned := p.turned()
	angles := make([]int, 0, len(turned))
	for a := range turned {
		angles = append(angles, a)
	}
	slices.SortFunc(angles, func(a, b int) int {
		return cmp.Or(cmp.Compare(len(turned[b]), len(turned[a])), cmp.Compare(a, b))
	})
	var all []fragment
	lowest := 0.0
	for i, a := range angles {
		list := pieces(upright(turned[a], a), w)
		for k := range list {
			list[k].page = page
		}
		if i > 0 { // what stands askew follows the page, below everything
			slices.SortStableFunc(list, func(a, b fragment) int { return cmp.Compare(b.y, a.y) })
			for k := range list {
				lowest -= 3 * list[k].size
				list[k].y, list[k].askew = lowest, true
			}
		}
		for _, f := range list {
			lowest = min(lowest, f.y)
		}
		all = append(all, list...)
	}
	return all
}

// turned are the glyphs by their direction.
func (p *pageText) turned() map[int][]glyph {
	if len(p.glyphs) == 0 {
		return nil
	}
	first, same := p.glyphs[0].angle(), true
	for i := range p.glyphs {
		if same = p.glyphs[i].angle() == first; !same {
			break
		}
	}
	if same { // as on most pages: nothing has to be copied
		return map[int][]glyph{first: p.glyphs}
	}
	out := map[int][]glyph{}
	for _, g := range p.glyphs {
		a := g.angle()
		out[a] = append(out[a], g)
	}
	return out
}

// angle is the direction of the glyph's text in degrees, right angles where it is close to one.
func (g *glyph) angle() int {
	x, y := g.dx, g.dy
	if x == 0 && y == 0 {
		x, y = g.flatX, g.flatY
	}
	if y == 0 && x > 0 {
		return 0
	}
	a := int(math.Round(math.Atan2(y, x) * 180 / math.Pi))
	if q := int(math.Round(float64(a)/90)) * 90; a-q <= 8 && q-a <= 8 {
		a = q
	}
	if a == -180 {
		a = 180
	}
	return a
}

// upright turns glyphs so that their text goes along x.
func upright(gs []glyph, angle int) []glyph {
	sin, cos := math.Sincos(float64(angle) * math.Pi / 180)
	for i := range gs {
		g := &gs[i]
		g.x, g.y = g.x*cos+g.y*sin, g.y*cos-g.x*sin
		g.dx, g.dy = length(g.dx, g.dy), 0
	}
	return gs
}

// pieces joins glyphs into fragments.
func pieces(gs []glyph, w *work) []fragment {
	chunks := chunk(once(gs))
	settle(chunks, w)
	slices.SortStableFunc(chunks, func(a, b fragment) int { return cmp.Compare(b.y, a.y) })
	var out []fragment
	for len(chunks) > 0 {
		n := 1
		for n < len(chunks) && chunks[0].y-chunks[n].y <= sameLine*min(chunks[0].size, chunks[n].size) {
			n++
		}
		out = append(out, joined(chunks[:n])...)
		chunks = chunks[n:]
	}
	kept := out[:0]
	for _, f := range out {
		f.write()
		if f.runes > 0 {
			kept = append(kept, f)
		}
	}
	return kept
}

// once leaves out glyphs that are drawn again over themselves, as writers do for bold or shadowed letters.
func once(gs []glyph) []glyph {
	type cell struct{ text, x, y int32 }
	at := make(map[cell]int32, len(gs))
	kept := gs[:0]
	for _, g := range gs {
		unit := max(g.size*0.12, 0.1)
		c := cell{firstRune(g.text), int32(math.Floor(g.x / unit)), int32(math.Floor(g.y / unit))}
		double := false
		for _, dx := range [...]int32{0, -1, 1} {
			for _, dy := range [...]int32{0, -1, 1} {
				k, ok := at[cell{c.text, c.x + dx, c.y + dy}]
				double = double || ok && same(kept[k], g, unit)
			}
		}
		if double {
			continue
		}
		at[c] = int32(len(kept))
		kept = append(kept, g)
	}
	return kept
}

// same reports two glyphs of one size at one place.
func same(a, b glyph, unit float64) bool {
	return a.text == b.text && math.Abs(a.size-b.size) < unit && math.Abs(a.x-b.x) < unit && math.Abs(a.y-b.y) < unit
}

// chunk groups glyphs that follow one another in the file and on the page; the chunks share the memory of the glyphs.
func chunk(gs []glyph) []fragment {
	var out []fragment
	from := 0 // the first glyph of the last chunk
	for i, g := range gs {
		if n := len(out); n > 0 {
			c, last := &out[n-1], &gs[i-1]
			gap := g.x - (last.x + last.dx)
			if len(c.glyphs) == i-from && math.Abs(g.y-c.y) <= 0.05*c.size && math.Abs(g.size-c.size) <= 0.1*c.size && gap <= wideGap*g.size && gap >= -0.4*g.size {
				c.glyphs = gs[from : i+1 : i+1]
				c.x0 = min(c.x0, g.x)
				if !g.blank() {
					c.x1 = max(c.x1, g.x+g.dx)
				}
				continue
			}
		}
		if g.blank() {
			continue // nothing begins with a space
		}
		from = i
		out = append(out, fragment{x0: g.x, x1: g.x + g.dx, y: g.y, size: g.size, glyphs: gs[i : i+1 : i+1]})
	}
	return out
}

// blank reports a glyph that shows nothing.
func (g *glyph) blank() bool { return strings.TrimSpace(g.text) == "" }

// settle puts raised and lowered small text, such as the marks of footnotes, on the baseline of what it stands by.
func settle(chunks []fragment, w *work) {
	order := make([]int, len(chunks))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(chunks[b].y, chunks[a].y) })
	largest := 0.0
	for i := range chunks {
		largest = max(largest, chunks[i].size)
	}
	for at, i := range order {
		c := &chunks[i]
		if c.size >= 0.85*largest || len(c.glyphs) > 12 {
			continue
		}
		best, off := -1, math.Inf(1)
		for _, step := range [...]int{-1, 1} {
			for k := at + step; k >= 0 && k < len(order); k += step {
				w.token()
				l := &chunks[order[k]]
				d := math.Abs(l.y - c.y)
				if d > 2*c.size {
					break
				}
				if c.size >= 0.85*l.size || c.size < 0.3*l.size || d > 0.6*l.size || d < 0.01 {
					continue
				}
				if c.x0 > l.x1+0.4*l.size || c.x1 < l.x0-0.4*l.size || d >= off {
					continue
				}
				best, off = order[k], d
			}
		}
		if best >= 0 {
			c.y = chunks[best].y
		}
	}
}

// joined joins the chunks of one baseline, sorted by x, where no wide gap parts them.
func joined(chunks []fragment) []fragment {
	slices.SortStableFunc(chunks, func(a, b fragment) int { return cmp.Compare(a.x0, b.x0) })
	out := chunks[:0:0]
	for _, c := range chunks {
		if n := len(out); n > 0 {
			last := &out[n-1]
			if c.x0-last.x1 <= wideGap*max(last.size, c.size) {
				if c.size > last.size {
					last.y, last.size = c.y, c.size
				}
				last.x1 = max(last.x1, c.x1)
				last.glyphs = append(last.glyphs, c.glyphs...)
				continue
			}
		}
		out = append(out, c)
	}
	return out
}

// write makes the fragment's text of its glyphs.
func (f *fragment) write() {
	gs := f.glyphs
	slices.SortStableFunc(gs, func(a, b glyph) int { return cmp.Compare(a.x, b.x) })
	space := f.spaces(gs)
	if rtl := strong(gs); rtl != 0 {
		f.rtl = rtl > 0
		gs, space = logical(gs, space, f.rtl)
	}
	var b strings.Builder
	bold, weight := 0, 0
	for i := range gs {
		if space[i] && b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(gs[i].text)
		if !gs[i].blank() {
			weight++
			if gs[i].bold {
				bold++
			}
		}
	}
	f.text = strings.Join(strings.Fields(ligatures.Replace(b.String())), " ")
	f.runes = utf8.RuneCountInString(f.text)
	f.bold = weight > 0 && bold*10 >= weight*9
	f.size = mainSize(gs, f.size)
	f.glyphs = nil
}

// mainSize is the size that most of the glyphs have.
func mainSize(gs []glyph, size float64) float64 {
	count := map[int]int{}
	best := 0
	for i := range gs {
		k := int(math.Round(gs[i].size * 10))
		count[k]++
		if count[k] > best {
			best, size = count[k], gs[i].size
		}
	}
	return size
}

// spaces tells before which glyphs a gap stands for a space. Letters set apart for emphasis have gaps everywhere; there
// only a wider one parts words.
func (f *fragment) spaces(gs []glyph) []bool {
	space := make([]bool, len(gs))
	gaps := make([]float64, len(gs))
	var between []float64
	for i := 1; i < len(gs); i++ {
		a, b := &gs[i-1], &gs[i]
		w := a.dx
		if w == 0 && !unicode.In(firstRune(a.text), unicode.Mn, unicode.Me) {
			w = min(0.5*a.size, b.x-a.x) // a font that tells no widths
		}
		gaps[i] = (b.x - a.x - w) / max(a.size, b.size)
		if !a.blank() && !b.blank() {
			between = append(between, gaps[i])
		}
	}
	limit := gapOfWords
	if len(between) >= 4 {
		slices.Sort(between)
		if usual := between[len(between)/4]; usual > 0.06 {
			limit = usual + max(gapOfWords, 0.5*usual)
		}
	}
	for i := range gs {
		space[i] = i > 0 && gaps[i] > limit
	}
	return space
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}
