package extract

import (
	"bytes"
	"unicode"
	"unicode/utf8"
)

// line is a block under construction: its text with white space folded as a browser does, and its inline marks.
type line struct {
	buf   []byte
	owed  bool // a space is owed
	feed  bool // the owed space held a line feed
	spans []span
	stack []int // open spans
	hint  mark
	last  rune
	odd   bool // direction overrides or zero-width characters were seen
	solid bool // something that is not white space stands on the line
	room  *room
	texts script
}

// text appends characters. White space folds to one space, except in preformatted text; a line feed between two
// characters of a script without spaces is none (CSS Text 3, 4.1.3).
func (l *line) text(s string, pre bool) {
	if pre {
		l.raw(s)
		return
	}
	for i := 0; i < len(s); {
		c := s[i]
		if c == ' ' || c-'\t' <= '\r'-'\t' {
			l.owed = true
			l.feed = l.feed || c == '\n'
			i++
			continue
		}
		if printable[c] {
			j := i + 1
			for j < len(s) && (printable[s[j]] || s[j] == ' ' && j+1 < len(s) && printable[s[j+1]]) {
				j++
			}
			l.pay(rune(c))
			l.buf = append(l.buf, s[i:j]...)
			l.last, l.solid = rune(s[j-1]), true
			i = j
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		i += n
		switch {
		case unicode.IsSpace(r):
			l.owed = true
			l.feed = l.feed || r == '\n'
		case unseen(r):
			l.odd = l.odd || r == '\u200b' || r == '\u2060'
		default:
			if r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' {
				l.odd = true
			}
			l.pay(r)
			l.buf = utf8.AppendRune(l.buf, r)
			l.last, l.solid = r, true
		}
	}
}

// printable are the ASCII characters that show.
var printable = func() (t [256]bool) {
	for c := '!'; c <= '~'; c++ {
		t[c] = true
	}
	return t
}()

// pay writes the space that is owed before r.
func (l *line) pay(r rune) {
	if l.owed && l.solid && l.last != '\n' && !(l.feed && joined(l.last) && joined(r)) {
		l.buf = append(l.buf, ' ')
	}
	l.owed, l.feed = false, false
}

// joined reports characters between which a line feed of the source is no space.
func joined(r rune) bool {
	return r >= 0x3000 && r <= 0x30FF || r >= 0x3400 && r <= 0x9FFF || r >= 0xF900 && r <= 0xFAFF || r >= 0xFF00 && r <= 0xFFEF
}

// raw appends preformatted characters.
func (l *line) raw(s string) {
	for _, r := range s {
		switch {
		case r == '\n':
			l.buf = append(l.buf, '\n')
		case r == '\r':
		case r == '\t':
			l.buf = append(l.buf, '\t')
		case unseen(r):
		default:
			l.buf = utf8.AppendRune(l.buf, r)
			l.solid = l.solid || !unicode.IsSpace(r)
		}
	}
	l.last = '\n'
}

func (l *line) space() { l.owed = true }

// brk is a forced break inside a paragraph: a space in the text, a break in the Markdown.
func (l *line) brk() {
	l.owed = true
	if l.solid {
		l.spans = append(l.spans, span{from: len(l.buf), to: len(l.buf), kind: spanBreak})
	}
}

// sentence reports whether the line ends with the end of a sentence.
func (l *line) sentence() bool {
	return l.last == '.' || l.last == '!' || l.last == '?' || l.last == ':' || l.last == '”' || l.last == '"' || isStop(l.last)
}

func longLine(b []byte) bool { return len(b) >= 60 }

// open begins an inline mark and returns its index.
func (l *line) open(k spanKind, href string) int {
	if len(l.stack) > 64 { // hostile nesting
		return -1
	}
	l.spans = append(l.spans, span{from: -1, kind: k, href: href})
	i := len(l.spans) - 1
	l.spans[i].from = len(l.buf)
	l.stack = append(l.stack, i)
	return len(l.stack) - 1
}

// shut ends the mark that open returned.
func (l *line) shut(at int) {
	if at < 0 || at >= len(l.stack) {
		return
	}
	for _, i := range l.stack[at:] {
		l.spans[i].to = len(l.buf)
	}
	l.stack = l.stack[:at]
}

// cut takes back what was appended after from.
func (l *line) cut(from int) {
	l.buf = l.buf[:from]
	l.owed = true
	l.solid = l.solid && len(bytes.TrimSpace(l.buf)) > 0
	r, _ := utf8.DecodeLastRune(l.buf)
	l.last = r
}

// forget makes the line ready for another page.
func (l *line) forget() {
	clear(l.spans[:cap(l.spans)])
	*l = line{buf: l.buf[:0], spans: l.spans[:0], stack: l.stack[:0]}
}

func (l *line) reset() {
	l.buf, l.spans, l.stack = l.buf[:0], l.spans[:0], l.stack[:0]
	l.owed, l.feed, l.last, l.solid, l.hint = false, false, 0, false, 0
}

// take ends the block: its text and marks, false when there is no text. Marks that are open go on in the next block.
func (l *line) take(pre bool) (string, []span, bool) {
	solid := l.solid
	l.owed, l.feed, l.last, l.solid = false, false, 0, false
	if !solid {
		l.buf = l.buf[:0]
		l.reopen()
		return "", nil, false
	}
	kept := l.buf
	lead := 0
	if pre {
		trimmed := bytes.TrimLeft(kept, "\n")
		lead = len(kept) - len(trimmed)
		kept = bytes.TrimRightFunc(trimmed, unicode.IsSpace)
	}
	text := l.texts.keep(kept)
	var spans []span
	if len(l.spans) > 0 {
		spans = l.room.carve(len(l.spans))
	}
	for i, s := range l.spans {
		for _, o := range l.stack {
			if o == i {
				s.to = len(l.buf)
			}
		}
		s.from, s.to = clamp(s.from-lead, len(text)), clamp(s.to-lead, len(text))
		for s.from < s.to && text[s.from] == ' ' {
			s.from++
		}
		if s.from < s.to || s.kind == spanBreak {
			spans = append(spans, s)
		}
	}
	l.buf = l.buf[:0]
	l.reopen()
	return text, spans, true
}

// reopen keeps the marks that are open, for the next block.
func (l *line) reopen() {
	n := 0
	for i := range l.spans {
		for j, o := range l.stack {
			if o == i {
				l.spans[n] = span{kind: l.spans[i].kind, href: l.spans[i].href}
				l.stack[j] = n
				n++
				break
			}
		}
	}
	l.spans = l.spans[:n]
}

func clamp(n, most int) int { return max(0, min(n, most)) }
