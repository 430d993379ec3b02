package extract

import (
	"unicode"
	"unicode/utf8"
)

// size is what counts in a stretch of text. A word is a run of letters and digits; in scripts that do not separate
// words, two characters count as one.
type size struct {
	words  int
	runes  int32
	stops  int32 // sentences that end: . ! ? … and their like in other scripts, after a letter
	comma  int32
	digit  int32
	upper  int32
	rights bool // © or ® stands in it
}

// charClass is what an ASCII character is to measure.
type charClass uint8

const (
	charOther charClass = iota
	charLower
	charUpper
	charDigit
	charStop
	charComma
	charQuote
)

// charClasses are the classes of the ASCII characters.
var charClasses = func() (t [utf8.RuneSelf]charClass) {
	for c := range t {
		switch {
		case c >= 'a' && c <= 'z':
			t[c] = charLower
		case c >= 'A' && c <= 'Z':
			t[c] = charUpper
		case c >= '0' && c <= '9':
			t[c] = charDigit
		case c == '.' || c == '!' || c == '?':
			t[c] = charStop
		case c == ',' || c == ';':
			t[c] = charComma
		case c == '\'':
			t[c] = charQuote
		}
	}
	return t
}()

// measure counts a text in one pass.
func measure(s string) size {
	var z size
	in, wide := false, 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			i += n
			if isWide(r) {
				wide++
				z.runes++
				in = false
			} else {
				in = z.other(r, in)
			}
			continue
		}
		i++
		z.runes++
		switch class := charClasses[c]; class {
		case charLower, charUpper, charDigit:
			if !in {
				z.words++
				in = true
			}
			switch class {
			case charUpper:
				z.upper++
			case charDigit:
				z.digit++
			}
			from := i
			for i < len(s) && s[i]-'a' < 26 {
				i++
			}
			z.runes += int32(i - from)
			continue
		case charStop:
			if in && (i >= len(s) || s[i] == ' ' || s[i] == '"' || s[i] == ')' || s[i] >= utf8.RuneSelf || s[i] == '\n') {
				z.stops++
			}
		case charComma:
			z.comma++
		case charQuote:
			continue
		}
		in = false
	}
	z.words += (wide + 1) / 2
	return z
}

// other counts a character outside ASCII, in a word or not, and tells whether a word goes on after it.
func (z *size) other(r rune, in bool) bool {
	z.runes++
	switch {
	case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
		if !in && !unicode.IsMark(r) {
			z.words++
		}
		if unicode.IsUpper(r) {
			z.upper++
		}
		return true
	case isStop(r):
		z.stops++
	case r == '，' || r == '、' || r == '،' || r == '；':
		z.comma++
	case r == '\u2019':
		return in
	case r == '©' || r == '®':
		z.rights = true
	}
	return false
}

// isWide reports letters of scripts that are written without spaces: Han, kana, Thai, Lao, Khmer, Burmese.
func isWide(r rune) bool {
	return r >= 0x0E00 && r < 0x0EFF || r >= 0x1000 && r < 0x109F || r >= 0x1780 && r < 0x17FF ||
		r >= 0x3041 && r <= 0x30FF || r >= 0x3400 && r <= 0x9FFF || r >= 0xF900 && r <= 0xFAFF || r >= 0x20000 && r < 0x33480
}

// isStop reports the marks that end a sentence outside ASCII.
func isStop(r rune) bool {
	switch r {
	case '。', '！', '？', '…', '؟', '۔', '।', '॥', '።', '．', '｡':
		return true
	}
	return false
}
