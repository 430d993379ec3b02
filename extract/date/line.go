package date

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// textLine is one line of a page: the texts of the tree that stand on it. They are put together only where a date may be,
// for most lines hold none.
type textLine struct {
	segs   []seg
	size   int  // bytes of the texts
	digits int  // decimal digits of any script; no more are counted than a date needs
	solid  bool // something that is no white space stands on the line

	text   []byte // of the first joined texts: their fields, a space after each
	joined int
}

// seg is the text of an element in the line.
type seg struct {
	text string
	at   int // where it begins in the line, once that was put together
	in   *html.Node
}

// leastDigits is how many digits a date has at least: a day and a year of two.
const leastDigits = 3

// reset empties the line and keeps its memory.
func (l *textLine) reset() {
	*l = textLine{segs: l.segs[:0], text: l.text[:0]}
}

// add appends the text of an element.
func (l *textLine) add(text string, in *html.Node) {
	l.segs = append(l.segs, seg{text: text, in: in})
	l.size += len(text)
	i := 0
	if !l.solid {
		i = skipSpace(text)
		l.solid = i < len(text)
	}
	for ; i < len(text) && l.digits < leastDigits; i++ {
		switch digitBytes[text[i]] {
		case oneDigit:
			l.digits++
		case mayDigit:
			if r, _ := utf8.DecodeRuneInString(text[i:]); digit(r) >= 0 {
				l.digits++
			}
		}
	}
}

// line is the text put together, with fields parted by single spaces. It is good until the line changes.
func (l *textLine) line() []byte {
	for ; l.joined < len(l.segs); l.joined++ {
		s := &l.segs[l.joined]
		s.at = len(l.text)
		l.text = appendFields(l.text, s.text)
	}
	return bytes.TrimRight(l.text, " ")
}

// longer tells whether the line, put together, has more than n bytes.
func (l *textLine) longer(n int) bool {
	if l.size+len(l.segs) <= n {
		return false
	}
	sure := 0 // bytes that stay when white space is folded
	for i := range l.segs {
		for _, c := range []byte(l.segs[i].text) {
			if maySpace[c] {
				continue
			}
			if sure++; sure > n {
				return true
			}
		}
	}
	return len(l.line()) > n
}

// skipSpace is where the white space ends with which a text begins.
func skipSpace(text string) int {
	i := 0
	for i < len(text) {
		c := text[i]
		if c == ' ' || c-'\t' <= '\r'-'\t' {
			i++
			continue
		}
		n := 0
		if maySpace[c] {
			n = spaceAt(text, i)
		}
		if n == 0 {
			break
		}
		i += n
	}
	return i
}

// What a byte is to digits.
const (
	oneDigit = 1 + iota // an ASCII digit
	mayDigit            // digits of another script begin with it, see digit
)

var digitBytes = func() (t [256]uint8) {
	for c := '0'; c <= '9'; c++ {
		t[c] = oneDigit
	}
	for _, zero := range digitZeros {
		for d := range rune(10) {
			t[utf8.AppendRune(nil, zero+d)[0]] = mayDigit
		}
	}
	return t
}()

// appendFields appends the fields of a text (see [strings.Fields]), a space after each.
func appendFields(out []byte, s string) []byte {
	for i := 0; i < len(s); {
		if n := spaceAt(s, i); n > 0 {
			i += n
			continue
		}
		from := i
		for i < len(s) && (!maySpace[s[i]] || spaceAt(s, i) == 0 || s[i] == ' ' && i+1 < len(s) && spaceAt(s, i+1) == 0) {
			i++ // one space stays as it is
		}
		out = append(append(out, s[from:i]...), ' ')
	}
	return out
}

// maySpace are the bytes with which white space begins.
var maySpace = [256]bool{' ': true, '\t': true, '\n': true, '\v': true, '\f': true, '\r': true, 0xc2: true, 0xe1: true, 0xe2: true, 0xe3: true}

// spaceAt is how many bytes of white space begin at a place, 0 for anything else.
func spaceAt(s string, i int) int {
	switch c := s[i]; {
	case c == ' ' || c >= '\t' && c <= '\r':
		return 1
	case c == 0xc2 || c >= 0xe1 && c <= 0xe3: // the other white space of Unicode begins with these bytes
		if r, n := utf8.DecodeRuneInString(s[i:]); unicode.IsSpace(r) {
			return n
		}
	}
	return 0
}
