package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// token is a word, or two neighbouring characters of a script without spaces, in the form in which it is compared.
type token struct {
	text       string
	start, end int  // bytes of the text it was taken from
	first      int  // of a pair: where its first character ends
	dense      bool // of a script without spaces
	tail       bool // the last character of a run of such a script by itself, so that what follows it is its neighbour
}

// maxTokenRunes is how many characters of a word are compared: longer ones are data, not words.
const maxTokenRunes = 64

// dense are the scripts whose words are not told apart by spaces, or carry what other languages put into words of
// their own.
var dense = []*unicode.RangeTable{
	unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Bopomofo, unicode.Thai, unicode.Lao, unicode.Khmer,
	unicode.Myanmar, unicode.Yi, unicode.Javanese, unicode.Balinese, unicode.Tai_Tham, unicode.New_Tai_Lue,
}

func isDense(r rune) bool {
	return r >= 0x0e00 && (unicode.In(r, dense...) || r == 'ー')
}

// isWord reports characters that words are made of.
func isWord(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r|0x20 && r|0x20 <= 'z' || '0' <= r && r <= '9'
	}
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r)
}

// tokens are those of a text, in order. It is total: any bytes have some.
func tokens(text string) []token {
	var out []token
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		switch {
		case !isWord(r) || r == utf8.RuneError && n == 1:
			i += n
		case isDense(r):
			end := runEnd(text, i, true)
			out = appendDense(out, text, i, end)
			i = end
		default:
			end := runEnd(text, i, false)
			if f := fold(text[i:end]); f != "" {
				out = append(out, token{text: f, start: i, end: end})
			}
			i = end
		}
	}
	return out
}

// runEnd is where a run of characters of one kind ends; marks belong to what they stand on.
func runEnd(text string, i int, ofDense bool) int {
	for i < len(text) {
		r, n := utf8.DecodeRuneInString(text[i:])
		if !isWord(r) || r == utf8.RuneError && n == 1 || !unicode.IsMark(r) && isDense(r) != ofDense {
			break
		}
		i += n
	}
	return i
}

// appendDense appends the pairs of neighbours of a run, and its last character.
func appendDense(out []token, text string, start, end int) []token {
	type unit struct {
		text       string
		start, end int
	}
	var units []unit
	for i := start; i < end; {
		_, n := utf8.DecodeRuneInString(text[i:end])
		k := i + n
		for k < end {
			r, n := utf8.DecodeRuneInString(text[k:end])
			if !unicode.IsMark(r) || k-i > 4*utf8.UTFMax {
				break
			}
			k += n
		}
		if f := fold(text[i:k]); f != "" {
			units = append(units, unit{f, i, k})
		}
		i = k
	}
	for n := range units {
		u := units[n]
		if n+1 < len(units) {
			out = append(out, token{text: u.text + units[n+1].text, start: u.start, end: units[n+1].end, first: u.end, dense: true})
		} else {
			out = append(out, token{text: u.text, start: u.start, end: u.end, first: u.end, dense: true, tail: n > 0})
		}
	}
	return out
}

// fold is the form in which words are compared: lower case, without accents and differences of width and composition.
// It holds letters, digits and marks only; "" when nothing is left.
func fold(w string) string {
	plain := len(w) <= maxTokenRunes
	for i := 0; plain && i < len(w); i++ {
		plain = 'a' <= w[i] && w[i] <= 'z' || '0' <= w[i] && w[i] <= '9'
	}
	if plain {
		return w
	}
	var b strings.Builder
	n := 0
	for _, r := range norm.NFKD.String(w) {
		switch {
		case !isWord(r) || accent(r):
			continue
		case folds[r] != "":
			b.WriteString(folds[r])
		default:
			r = unicode.ToLower(r)
			if f := folds[r]; f != "" {
				b.WriteString(f)
			} else {
				b.WriteRune(r)
			}
		}
		if n++; n == maxTokenRunes {
			break
		}
	}
	return norm.NFC.String(b.String())
}

// folds are letters that have no accent to lose and are yet written in other ways.
var folds = map[rune]string{'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'đ': "d", 'ł': "l", 'ı': "i", 'ς': "σ", 'ٱ': "ا"}

// accent reports marks that a word is also written without.
func accent(r rune) bool {
	return 0x300 <= r && r <= 0x36f || 0x591 <= r && r <= 0x5c7 || 0x64b <= r && r <= 0x65f || r == 0x670 || r == 0x640
}

// indexed is a text in the form in which it is given to FTS5, whose own tokenizer then only splits at spaces.
func indexed(text string) string {
	ts := tokens(text)
	var b strings.Builder
	b.Grow(len(text) + len(text)/2)
	for i, t := range ts {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(t.text)
	}
	return b.String()
}
