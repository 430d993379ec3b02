package pdf

import (
	"math"
	"unicode/utf8"
)

// glyph is one character, or several of a ligature, where a page shows it: origin, advance, size of the font, all in
// points.
type glyph struct {
	x, y, dx, dy float64
	flatX, flatY float64 // the direction of a glyph without width
	size         float64
	text         string
	bold         bool
	unseen       bool // drawn invisibly: the text of a recognised scan
}

func length(x, y float64) float64 { return math.Hypot(x, y) }

// pageText is what a page shows of text.
type pageText struct {
	glyphs  []glyph
	images  int
	unknown int // glyphs of unknown characters
	box     [4]float64
	boxed   bool
}

// add keeps a glyph that is on the page.
func (p *pageText) add(g glyph) {
	if g.size < 0.5 || g.size > 2000 {
		return // nobody can read it
	}
	if p.boxed && (g.x < p.box[0]-2 || g.x > p.box[2]+2 || g.y < p.box[1]-2 || g.y > p.box[3]+2) {
		return
	}
	if g.text == "" {
		return
	}
	if len(p.glyphs) >= maxGlyphs {
		panic(stop{ErrTooLarge})
	}
	if g.text == unknown {
		p.unknown++
	}
	p.glyphs = append(p.glyphs, g)
}

// actual puts a text in the place of the glyphs from one on: on the first of them, with the extent of all. A text that
// is much longer than what is seen is no text of these glyphs.
func (p *pageText) actual(from int, text string) {
	gs := p.glyphs[from:]
	if utf8.RuneCountInString(text) > 8*len(gs)+8 {
		return
	}
	for _, g := range gs {
		if g.text == unknown {
			p.unknown--
		}
	}
	if text == "" {
		p.glyphs = p.glyphs[:from]
		return
	}
	last := gs[len(gs)-1]
	first := &gs[0]
	if math.Abs(last.y-first.y) < first.size/2 || math.Abs(last.x-first.x) < first.size/2 {
		first.dx, first.dy = last.x+last.dx-first.x, last.y+last.dy-first.y
	}
	first.text = printable(text)
	p.glyphs = p.glyphs[:from+1]
}

// pages finds the page dictionaries in order, with what they inherit (7.7.3). Whether all were there is told.
func (f *file) pages() (list []dict, total int) {
	root := f.dict(f.trailer["Root"])
	seen := map[int]bool{}
	var walk func(v any, from dict, depth int)
	walk = func(v any, from dict, depth int) {
		if r, ok := v.(ref); ok {
			if seen[r.num] {
				return
			}
			seen[r.num] = true
		}
		f.w.token()
		d := f.dict(v)
		if d == nil || depth > maxDepth {
			if f.repaired {
				damaged("a page is missing")
			}
			return
		}
		for _, k := range []name{"Resources", "MediaBox", "CropBox", "Rotate"} {
			if _, ok := d[k]; !ok && from[k] != nil {
				d[k] = from[k]
			}
		}
		if kids := f.array(d["Kids"]); kids != nil && f.name(d["Type"]) != "Page" {
			for _, k := range kids {
				walk(k, d, depth+1)
			}
			return
		}
		total++
		if len(list) < MaxPages {
			list = append(list, d)
		}
	}
	walk(root["Pages"], nil, 0)
	return list, total
}

// readPage interprets the content of a page.
func (f *file) readPage(d dict) *pageText {
	p := &pageText{}
	for _, k := range []name{"MediaBox", "CropBox"} {
		if box := f.array(d[k]); len(box) == 4 {
			var b [4]float64
			for i := range b {
				b[i], _ = f.float(box[i])
			}
			b[0], b[2] = min(b[0], b[2]), max(b[0], b[2])
			b[1], b[3] = min(b[1], b[3]), max(b[1], b[3])
			if b[2]-b[0] > 10 && b[3]-b[1] > 10 {
				p.box, p.boxed = b, true
			}
		}
	}
	var b []byte
	for _, v := range f.list(d["Contents"]) {
		s := f.stream(v)
		if s == nil {
			if f.repaired {
				damaged("the content of a page is missing")
			}
			continue
		}
		part := f.contentOf(s)
		if len(b)+len(part) > maxStream {
			panic(stop{ErrTooLarge})
		}
		b = append(append(b, part...), '\n')
	}
	c := &content{f: f, page: p, fonts: map[name]*font{}}
	c.state.ctm, c.state.stretch, c.state.matrix, c.state.lineStart = identity, 1, identity, identity
	c.run(b, f.dict(d["Resources"]))
	return p
}

// contentOf is a content stream, decoded. Content that is not whole gives no text at all.
func (f *file) contentOf(s *stream) []byte {
	b, err := f.decode(s)
	if err == errLong {
		panic(stop{ErrTooLarge})
	}
	if err != nil {
		damaged("a page's content " + err.Error())
	}
	return b
}

// font reads a font once.
func (f *file) font(v any, d dict) *font {
	r, ok := v.(ref)
	if !ok {
		return f.newFont(d)
	}
	if t := f.fonts[r.num]; t != nil {
		return t
	}
	t := f.newFont(d)
	f.fonts[r.num] = t
	return t
}

// off reports whether optional content is not shown by default (8.11).
func (f *file) off(v any) bool {
	if v == nil {
		return false
	}
	if f.hiddenGroups == nil {
		f.hiddenGroups = map[int]bool{}
		d := f.dict(f.dict(f.dict(f.trailer["Root"])["OCProperties"])["D"])
		for _, g := range f.array(d["OFF"]) {
			if r, ok := g.(ref); ok {
				f.hiddenGroups[r.num] = true
			}
		}
	}
	if r, ok := v.(ref); ok && f.hiddenGroups[r.num] {
		return true
	}
	d := f.dict(v)
	if f.name(d["Type"]) != "OCMD" {
		return false
	}
	groups := f.array(d["OCGs"])
	if groups == nil {
		groups = array{d["OCGs"]}
	}
	for _, g := range groups { // the usual policy: shown when any of its groups is
		r, ok := g.(ref)
		if !ok || !f.hiddenGroups[r.num] {
			return false
		}
	}
	return len(groups) > 0
}
