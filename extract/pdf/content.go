package pdf

import (
	"bytes"
	"slices"
)

// textState is what the text operators set (9.3), and the matrices.
type textState struct {
	ctm               matrix
	font              *font
	size, leading     float64
	charSpace         float64
	wordSpace         float64
	stretch, rise     float64
	mode              int
	matrix, lineStart matrix
}

// content interprets what a page draws, as far as that is text.
type content struct {
	f      *file
	page   *pageText
	state  textState
	saved  []textState
	marked []mark
	hidden int // marks around that hide what they hold
	fonts  map[name]*font
	depth  int
	active []*stream // the forms that are being drawn
}

// mark is a piece of marked content (14.6): hidden, or with the text that its glyphs stand for.
type mark struct {
	hidden bool
	actual bool
	text   string
	from   int // the first glyph of it
}

// maxSaved bounds the stacks of a page, maxForms the forms within forms.
const (
	maxSaved = 256
	maxForms = 16
)

// run interprets a content stream with its resources.
func (c *content) run(b []byte, resources dict) {
	l := &lexer{b: b, w: c.f.w}
	var args []any
	for {
		v := l.object(0)
		if v == eof {
			return
		}
		op, ok := v.(word)
		if !ok {
			if len(args) < 64 {
				args = append(args, v)
			}
			continue
		}
		if op == "BI" {
			skipImage(l)
		} else {
			c.operator(op, args, resources)
		}
		args = args[:0]
	}
}

// skipImage skips an inline image (8.9.7): its end is an EI between white space after which no binary data go on.
func skipImage(l *lexer) {
	i := bytes.Index(l.b[l.pos:], []byte("ID"))
	if i < 0 {
		l.pos = len(l.b)
		return
	}
	l.pos += i + 2
	for {
		i := bytes.Index(l.b[l.pos:], []byte("EI"))
		if i < 0 {
			l.pos = len(l.b)
			return
		}
		at := l.pos + i
		l.pos = at + 2
		if at > 0 && isSpace(l.b[at-1]) && (l.pos == len(l.b) || isSpace(l.b[l.pos])) && !isBinary(l.b[l.pos:min(len(l.b), l.pos+16)]) {
			return
		}
	}
}

func isBinary(b []byte) bool {
	for _, c := range b {
		if c >= 0x7f || c < ' ' && !isSpace(c) {
			return true
		}
	}
	return false
}

// operator does one operator; those that draw no text are nothing here.
func (c *content) operator(op word, args []any, res dict) {
	s := &c.state
	n := make([]float64, 0, 6)
	for _, a := range args[:min(len(args), 6)] {
		v, _ := c.f.float(a)
		n = append(n, v)
	}
	switch op {
	case "q":
		if len(c.saved) < maxSaved {
			c.saved = append(c.saved, *s)
		}
	case "Q":
		if k := len(c.saved); k > 0 {
			*s = c.saved[k-1]
			c.saved = c.saved[:k-1]
		}
	case "cm":
		if len(n) == 6 {
			if m := (matrix(n[:6])).mul(s.ctm); m.finite() {
				s.ctm = m
			}
		}
	case "Do":
		if len(args) > 0 {
			c.form(args[0], res)
		}
	case "BMC", "BDC":
		c.begin(args, res)
	case "EMC":
		c.end()
	case "gs":
		if len(args) > 0 {
			c.graphics(args[0], res)
		}
	default:
		c.textOperator(op, args, n, res)
	}
}

// textOperator does the operators of text objects (9.4).
func (c *content) textOperator(op word, args []any, n []float64, res dict) {
	s := &c.state
	switch op {
	case "BT":
		s.matrix, s.lineStart = identity, identity
	case "Tf":
		if len(args) > 1 {
			if k, ok := args[0].(name); ok {
				s.font = c.fontOf(k, res)
			}
			s.size = n[1]
		}
	case "Tm":
		if len(n) == 6 {
			s.matrix = matrix(n)
			s.lineStart = s.matrix
		}
	case "Td", "TD":
		if len(n) > 1 {
			if op == "TD" {
				s.leading = -n[1]
			}
			c.newLine(n[0], n[1])
		}
	case "T*":
		c.newLine(0, -s.leading)
	case "Tj", "'", "\"":
		if op == "\"" && len(n) > 2 {
			s.wordSpace, s.charSpace = n[0], n[1]
		}
		if op != "Tj" {
			c.newLine(0, -s.leading)
		}
		if len(args) > 0 {
			if t, ok := args[len(args)-1].(string); ok {
				c.show(t)
			}
		}
	case "TJ":
		if len(args) > 0 {
			c.showAll(args[0])
		}
	default:
		if len(n) > 0 {
			s.set(op, n[0])
		}
	}
}

// set sets a parameter of one number.
func (s *textState) set(op word, v float64) {
	switch op {
	case "Tc":
		s.charSpace = v
	case "Tw":
		s.wordSpace = v
	case "Tz":
		s.stretch = v / 100
	case "TL":
		s.leading = v
	case "Ts":
		s.rise = v
	case "Tr":
		s.mode = int(v)
	}
}

func (c *content) newLine(x, y float64) {
	if m := c.state.lineStart.moved(x, y); m.finite() {
		c.state.lineStart = m
	}
	c.state.matrix = c.state.lineStart
}

// showAll shows the strings of an array with the moves between them.
func (c *content) showAll(v any) {
	s := &c.state
	a, _ := v.(array)
	for _, e := range a {
		if t, ok := e.(string); ok {
			c.show(t)
			continue
		}
		if x, ok := c.f.float(e); ok {
			d := -x / 1000 * s.size
			if s.font != nil && s.font.vertical {
				s.matrix = s.matrix.moved(0, d)
			} else {
				s.matrix = s.matrix.moved(d*s.stretch, 0)
			}
		}
	}
}

// show places the glyphs of a string.
func (c *content) show(t string) {
	s := &c.state
	if s.font == nil {
		return
	}
	for len(t) > 0 {
		c.f.w.show()
		n, text, w, space := s.font.next(t)
		t = t[n:]
		extra := s.charSpace
		if space {
			extra += s.wordSpace
		}
		at := s.matrix.mul(s.ctm)
		if !at.finite() {
			return
		}
		if s.font.vertical {
			if c.hidden == 0 {
				c.page.add(c.glyph(at.moved(0, s.rise), text, 0, -s.size))
			}
			s.matrix = s.matrix.moved(0, -s.size+extra)
			continue
		}
		if c.hidden == 0 {
			c.page.add(c.glyph(at.moved(0, s.rise), text, w*s.size*s.stretch, 0))
		}
		s.matrix = s.matrix.moved((w*s.size+extra)*s.stretch, 0)
	}
}

// glyph is a glyph at a matrix that moves on by x, y in text space.
func (c *content) glyph(at matrix, text string, x, y float64) glyph {
	s := &c.state
	dx, dy := at[0]*x+at[2]*y, at[1]*x+at[3]*y
	g := glyph{x: at[4], y: at[5], dx: dx, dy: dy, text: text, bold: s.font.bold, unseen: s.mode == 3, size: length(at[2], at[3]) * s.size}
	if s.font.vertical {
		g.size = length(at[0], at[1]) * s.size
	}
	if g.size < 0 {
		g.size = -g.size
	}
	if dx == 0 && dy == 0 { // a mark without width takes the direction of the text
		g.flatX, g.flatY = at[0], at[1]
	}
	return g
}

// form draws a form XObject (8.10); images are no text.
func (c *content) form(v any, res dict) {
	k, ok := v.(name)
	if !ok || c.depth >= maxForms {
		return
	}
	s := c.f.stream(c.f.dict(res["XObject"])[k])
	if s == nil || slices.Contains(c.active, s) { // a form does not draw itself
		return
	}
	if c.f.name(s.dict["Subtype"]) != "Form" {
		c.page.images++
		return
	}
	if c.f.off(s.dict["OC"]) {
		return
	}
	c.f.w.form()
	b := c.f.contentOf(s)
	saved, marks, hidden := c.state, c.marked, c.hidden
	stack, fonts := c.saved, c.fonts
	if m, ok := c.f.matrixOf(s.dict["Matrix"]); ok {
		c.state.ctm = m.mul(c.state.ctm)
	}
	if own := c.f.dict(s.dict["Resources"]); own != nil {
		res = own
	}
	c.saved, c.marked, c.fonts = nil, nil, map[name]*font{}
	c.depth++
	c.active = append(c.active, s)
	c.run(b, res)
	c.active = c.active[:len(c.active)-1]
	c.depth--
	c.state, c.saved, c.marked, c.hidden, c.fonts = saved, stack, marks, hidden, fonts
}

// graphics takes a font from a graphics state dictionary (8.4.5).
func (c *content) graphics(v any, res dict) {
	k, _ := v.(name)
	a := c.f.array(c.f.dict(c.f.dict(res["ExtGState"])[k])["Font"])
	if len(a) == 2 {
		if d := c.f.dict(a[0]); d != nil {
			c.state.font = c.f.font(a[0], d)
			c.state.size, _ = c.f.float(a[1])
		}
	}
}

// fontOf is the font of a name in the resources.
func (c *content) fontOf(k name, res dict) *font {
	if t, ok := c.fonts[k]; ok {
		return t
	}
	v := c.f.dict(res["Font"])[k]
	var t *font
	if d := c.f.dict(v); d != nil {
		t = c.f.font(v, d)
	}
	if len(c.fonts) < 1000 {
		c.fonts[k] = t
	}
	return t
}

// begin opens a piece of marked content.
func (c *content) begin(args []any, res dict) {
	if len(c.marked) >= maxSaved {
		return
	}
	m := mark{from: len(c.page.glyphs)}
	if len(args) > 1 {
		tag, _ := args[0].(name)
		props := any(args[1])
		if k, ok := props.(name); ok {
			props = c.f.dict(res["Properties"])[k]
		}
		d := c.f.dict(props)
		switch {
		case tag == "OC":
			m.hidden = c.f.off(props)
		case tag == "Artifact" && c.f.name(d["Type"]) == "Pagination":
			m.hidden = true // the writer says that it is a header, a footer or a page number
		default:
			if t, ok := c.f.resolve(d["ActualText"]).(string); ok {
				m.actual, m.text = true, docString(t)
			}
		}
	}
	if m.hidden {
		c.hidden++
	}
	c.marked = append(c.marked, m)
}

// end closes a piece of marked content; a text for its glyphs takes their place.
func (c *content) end() {
	k := len(c.marked)
	if k == 0 {
		return
	}
	m := c.marked[k-1]
	c.marked = c.marked[:k-1]
	if m.hidden {
		c.hidden--
	}
	if m.actual && m.from < len(c.page.glyphs) {
		c.page.actual(m.from, m.text)
	}
}
