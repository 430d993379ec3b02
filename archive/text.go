package archive

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Canonical is the one form in which a text is digested, compared, searched and shown: valid UTF-8, one block a line,
// no empty lines, white space inside a line folded to one space, no control characters and no invisible format
// characters that carry no meaning (soft hyphen, zero-width space, byte-order mark). Joiners and direction marks stay:
// they change what is read. Canonical is idempotent, and "" stays "".
//
// Line breaks are the only structure of a canonical text; inside code a block keeps its lines as lines.
func Canonical(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space, line := false, false // a space is owed; something stands on this line
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		s = s[n:]
		switch {
		case r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029' || r == '\v' || r == '\f':
			if line {
				b.WriteByte('\n')
			}
			line, space = false, false
		case unicode.IsSpace(r):
			space = true
		case dropped(r):
		default:
			if space && line {
				b.WriteByte(' ')
			}
			b.WriteRune(r) // invalid bytes have become U+FFFD, one each
			line, space = true, false
		}
	}
	return strings.TrimRight(b.String(), "\n")
}

// dropped reports characters that nobody can see and that carry no meaning in a text.
func dropped(r rune) bool {
	switch r {
	case '\u00ad', '\u200b', '\u2060', '\ufeff':
		return true
	}
	return unicode.IsControl(r)
}
