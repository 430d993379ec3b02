package diff

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/words"
	"golang.org/x/text/unicode/norm"
)

// token is a word, a figure, a symbol or a mark of punctuation. White space is no token: it is what lies between.
type token struct {
	start, end int32 // bytes of the text
	key        int32 // equal for tokens that are the same word
	word       bool  // false for punctuation
}

// lexicon numbers the words of one comparison, so that words are compared as numbers.
type lexicon struct {
	exact map[string]entry // as written
	fold  map[string]int32 // as compared
	freq  []int32          // by key: how often, on both sides
}

type entry struct {
	key  int32
	word bool
}

func newLexicon() *lexicon {
	return &lexicon{exact: map[string]entry{}, fold: map[string]int32{}}
}

// tokens appends the tokens of text[start:end].
func (l *lexicon) tokens(dst []token, text string, start, end int) []token {
	it := words.FromString(text[start:end])
	for it.Next() {
		a, b := start+it.Start(), start+it.End()
		if c := text[a]; c == ' ' && b == a+1 {
			continue
		}
		if sp := len(text[a:b]) - len(strings.TrimSpace(text[a:b])); sp == b-a {
			continue
		}
		dst = l.split(dst, text, a, b)
	}
	return dst
}

// split appends one token of Annex 29, in its parts where a full stop or a colon without a space after it holds two words together
// ("end.Start"), and with its sign where it is a number below zero.
func (l *lexicon) split(dst []token, text string, a, b int) []token {
	for i := a + 1; i < b-1; i++ {
		if c := text[i]; (c == '.' || c == ':') && joined(text[a:i], text[i+1:b]) {
			dst = l.add(dst, text, a, i)
			dst = l.add(dst, text, i, i+1)
			a = i + 1
		}
	}
	if n := len(dst); n > 0 && isDigit(text[a:]) && signBefore(dst, text, a) {
		s := dst[n-1].start
		l.freq[dst[n-1].key]--
		return l.add(dst[:n-1], text, int(s), b)
	}
	return l.add(dst, text, a, b)
}

// joined reports whether left and right are two words that lack a space, rather than an abbreviation or a figure.
func joined(left, right string) bool {
	return letters(left) >= 2 && letters(right) >= 2
}

// letters counts the runes of s if all are letters or marks; else it is 0.
func letters(s string) int {
	n := 0
	for _, r := range s {
		if r < 0x80 && ('a' <= r|0x20 && r|0x20 <= 'z') || r >= 0x80 && (unicode.IsLetter(r) || unicode.IsMark(r)) {
			n++
			continue
		}
		if r == '.' || r == ':' || r == '\'' || r == '’' {
			continue
		}
		return 0
	}
	return n
}

func isDigit(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsDigit(r)
}

// signBefore reports whether the last token is a minus sign of the figure that starts at a: nothing between them, and
// white space, a bracket or a currency sign before. A dash between two figures is a range.
func signBefore(dst []token, text string, a int) bool {
	t := dst[len(dst)-1]
	if t.word || int(t.end) != a || foldMark(text[t.start:t.end]) != "-" {
		return false
	}
	r, _ := utf8.DecodeLastRuneInString(text[:t.start])
	return t.start == 0 || unicode.IsSpace(r) || unicode.Is(unicode.Ps, r) || unicode.Is(unicode.Sc, r)
}

func (l *lexicon) add(dst []token, text string, a, b int) []token {
	s := text[a:b]
	e, ok := l.exact[s]
	if !ok {
		e.word = wordy(s)
		f := s
		if e.word {
			f = foldWord(s)
		} else {
			f = foldMark(s)
		}
		if e.key, ok = l.fold[f]; !ok {
			e.key = int32(len(l.freq))
			l.fold[f] = e.key
			l.freq = append(l.freq, 0)
		}
		l.exact[s] = e
	}
	l.freq[e.key]++
	return append(dst, token{start: int32(a), end: int32(b), key: e.key, word: e.word})
}

// wordy reports whether a token says something of its own: letters, digits, and the symbols that change what a
// sentence means. A bullet, a quotation mark or a separator is punctuation.
func wordy(s string) bool {
	for i, r := range s {
		switch {
		case r < 0x80:
			if 'a' <= r|0x20 && r|0x20 <= 'z' || '0' <= r && r <= '9' {
				return true
			}
			switch r {
			case '%', '&', '@', '$', '+', '<', '=', '>':
				return true
			}
		case isOverride(r), r == '‰', r == '‱', r == '§':
			return true
		case r == utf8.RuneError, 0x2500 <= r && r <= 0x25ff, 0x2190 <= r && r <= 0x21ff: // damage, boxes and bullets, arrows
		case r == '−':
			if i > 0 {
				return true
			}
		case unicode.IsLetter(r), unicode.IsNumber(r), unicode.In(r, unicode.Sc, unicode.Sm, unicode.So, unicode.Co):
			return true
		}
	}
	return false
}

// isOverride reports the direction overrides, which can turn a figure round.
func isOverride(r rune) bool { return r == '\u202d' || r == '\u202e' }

// foldWord is the form in which two words are the same word: case, form of the apostrophe, composition, width,
// ligatures and invisible marks aside.
func foldWord(s string) string {
	plain := true
	for i := range len(s) {
		if c := s[i]; c >= 0x80 || 'A' <= c && c <= 'Z' || c == '.' {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	var b strings.Builder
	dots := letters(s) > 0 // U.S. is US, 1.5 is not 15
	for i, r := range norm.NFC.String(s) {
		switch {
		case r == '.' && dots:
		case r == '’' || r == '‘' || r == 'ʼ' || r == '＇' || r == '′':
			b.WriteByte('\'')
		case 0xff01 <= r && r <= 0xff5e:
			b.WriteRune(unicode.ToLower(r - 0xfee0))
		case 0xfb00 <= r && r <= 0xfb06:
			b.WriteString([...]string{"ff", "fi", "fl", "ffi", "ffl", "st", "st"}[r-0xfb00])
		case i == 0 && dash(r):
			b.WriteByte('-')
		case 0xfe00 <= r && r <= 0xfe0f, unicode.Is(unicode.Cf, r) && !isOverride(r):
		default:
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return norm.NFC.String(b.String())
}

// foldMark is the form in which two marks of punctuation are the same mark.
func foldMark(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n < len(s) {
		return s
	}
	switch {
	case dash(r):
		return "-"
	case strings.ContainsRune("\"“”„‟«»〝〞＂「」『』", r):
		return `"`
	case strings.ContainsRune("'‘’‚‛‹›′`´", r):
		return "'"
	case r == '…':
		return "."
	case 0xff01 <= r && r <= 0xff5e:
		return string(r - 0xfee0)
	}
	return s
}

func dash(r rune) bool {
	return r == '-' || 0x2010 <= r && r <= 0x2015 || r == '−' || r == '﹣' || r == '－' || r == '﹘'
}
