package extract

import (
	"unicode"
	"unicode/utf8"
)

// size is what counts in a stretch of text. A word is a run of letters and digits; in scripts that do not separate
// words, two characters count as one.
type size struct {
	words int
	runes int
	stops int // sentences that end: . ! ? … and their like in other scripts, after a letter
	comma int
	digit int
	upper int
}

// measure counts a text in one pass.
func measure(s string) size {
	var z size
	in, wide := false, 0
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			i++
			z.runes++
			switch {
			case c >= 'a' && c <= 'z':
				if !in {
					z.words++
				}
				in = true
				continue
			case c >= 'A' && c <= 'Z':
				z.upper++
				if !in {
					z.words++
				}
				in = true
				continue
			case c >= '0' && c <= '9':
				z.digit++
				if !in {
					z.words++
				}
				in = true
				continue
			case c == '.' || c == '!' || c == '?':
				if in && (i >= len(s) || s[i] == ' ' || s[i] == '"' || s[i] == ')' || s[i] >= utf8.RuneSelf || s[i] == '\n') {
					z.stops++
				}
			case c == ',' || c == ';':
				z.comma++
			case c == '\'':
				continue
			}
			in = false
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		i += n
		z.runes++
		switch {
		case isWide(r):
			wide++
			in = false
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
			if !in && !unicode.IsMark(r) {
				z.words++
			}
			if unicode.IsUpper(r) {
				z.upper++
			}
			in = true
		case isStop(r):
			z.stops++
			in = false
		case r == '，' || r == '、' || r == '،' || r == '；':
			z.comma++
			in = false
		case r == '\u2019':
		default:
			in = false
		}
	}
	z.words += (wide + 1) / 2
	return z
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
