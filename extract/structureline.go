package extract

import (
	"bytes"

	"golang.org/x/net/html/atom"
)

// structureLine is the line of text that a structure has under way: what stands between two tags that break lines. Where
// it turns out to be a passing one, its form is hashed in the place of its words. It is told only where the parser can
// see nothing else: outside of headings, tables, quotations and code, among plain inline elements.
type structureLine struct {
	text   []byte
	parts  []int // where its texts stand in the structure's buf: from, to, from, to, ...
	dead   bool  // it is none, whatever it says
	inner  bool  // something stands on it
	hint   passingHint
	own    passingHint // of the innermost element that breaks lines
	around passingHint // of the one around it, where that is certain
	holds  bool        // the innermost element holds the next one, if that begins at once
	barred int         // open elements in which no line passes
}

// add takes the next text, which is buf[from:to] with its length before it.
func (l *structureLine) add(text []byte, from, to int) {
	if l.dead {
		return
	}
	if !l.inner {
		text = bytes.TrimLeft(text, " \t\r\n")
	}
	if len(l.text)+len(text) > maxPassing {
		if text = bytes.TrimRight(text, " \t\r\n"); len(l.text)+len(text) > maxPassing {
			l.dead = true
			return
		}
	}
	l.text = append(l.text, text...)
	l.parts = append(l.parts, from, to)
	l.inner = l.inner || len(text) > 0
}

// inlineTag takes a tag that breaks no line.
func (l *structureLine) inlineTag(a atom.Atom, closes bool, hint passingHint) {
	switch a {
	case atom.Span, atom.A, atom.B, atom.Strong, atom.I, atom.Em, atom.Small, atom.Time, atom.U, atom.Abbr, atom.Font, atom.Bdi, atom.Img, atom.Wbr,
		atom.Script, atom.Style:
		if !closes {
			l.hint |= hint
		}
	default:
		l.dead = true
	}
}

// begin starts a line behind a tag that breaks lines; what its names hint at is told later.
func (l *structureLine) begin(a atom.Atom, closes, closed bool) {
	switch a {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Table, atom.Pre, atom.Blockquote, atom.Figcaption, atom.Xmp, atom.Listing, atom.Dl, atom.Summary:
		switch {
		case !closes && !closed:
			l.barred++
		case closes && l.barred > 0:
			l.barred--
		}
	}
	l.around = 0
	if l.holds && !closes && !l.inner {
		l.around = l.own
	}
	switch a {
	case atom.Div, atom.Section, atom.Article, atom.Header, atom.Footer, atom.Aside, atom.Ul, atom.Ol:
		l.holds = !closes // others are closed by what follows them
	default:
		l.holds = false
	}
	l.own, l.hint, l.inner = 0, 0, false
	l.text, l.parts = l.text[:0], l.parts[:0]
	l.dead = l.barred > 0
}

// endLine ends a line at a tag that breaks lines, and begins the next.
func (s *structure) endLine(a atom.Atom, closes, closed bool) {
	if l := &s.line; !l.dead && l.inner {
		if hint := l.hint | l.own | l.around; hint != 0 || agoEdged(l.text) {
			if form := passing(string(l.text), hint); form != "" {
				s.mask(form)
			}
		}
	}
	s.line.begin(a, closes, closed)
}

// mask puts a form in the place of the texts of the line.
func (s *structure) mask(form string) {
	l := &s.line
	tail := bytes.Clone(s.buf[l.parts[0]:])
	from := l.parts[0]
	s.buf = s.buf[:from]
	s.put([]byte("\x00" + form))
	for i := 0; i < len(l.parts); i += 2 {
		next := from + len(tail)
		if i+2 < len(l.parts) {
			next = l.parts[i+2]
		}
		s.buf = append(s.buf, tail[l.parts[i+1]-from:next-from]...)
	}
}
