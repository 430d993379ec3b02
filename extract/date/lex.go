package date

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// kind is what a token is.
type kind uint8

const (
	none   kind = iota // past the end of the text
	number             // a run of decimal digits of any script
	word               // a run of letters; a single Han, Hangul or Kana character
	punct              // any other single character
)

// token is a piece of a text. White space is no token; gap tells that some stands before.
type token struct {
	kind       kind
	gap        bool
	width      uint8 // digits of a number, at most 255
	char       rune  // a punct's character, dashes and full-width forms folded to ASCII
	start, end int   // byte offsets in the text
	n          int   // a number's value; -1 when it has more than 14 digits
}

// longestWord is how many bytes of a word are looked at: no month is longer.
const longestWord = 64

// tokens is a window that moves over a text, so that memory stays small however long the text is.
type tokens struct {
	text string
	pos  int     // where reading goes on
	list []token // the window
	at   int     // the present token's place in the window
}

// The window holds at least ahead tokens after the present one and behind before it.
const (
	ahead  = 48
	behind = 8
	window = 256
)

// reset begins a new text in the memory of the last.
func (t *tokens) reset(text string) {
	if want := min(window, len(text)/3+2); cap(t.list) < want {
		t.list = make([]token, 0, want)
	}
	t.text, t.pos, t.list, t.at = text, 0, t.list[:0], 0
}

// fill makes room and reads on, so that ahead tokens can be seen.
func (t *tokens) fill() {
	if len(t.list)-t.at >= ahead || t.pos >= len(t.text) {
		return
	}
	if t.at > behind {
		n := copy(t.list, t.list[t.at-behind:])
		t.list, t.at = t.list[:n], behind
	}
	for len(t.list) < window && t.pos < len(t.text) {
		t.next()
	}
}

// get is the token i places after the present one; its kind is none where the text has ended or not begun.
func (t *tokens) get(i int) token {
	if i += t.at; i >= 0 && i < len(t.list) {
		return t.list[i]
	}
	return token{}
}

// next reads one token.
func (t *tokens) next() {
	gap := false
	for t.pos < len(t.text) {
		start := t.pos
		if c := t.text[start]; c < utf8.RuneSelf {
			switch asciiKinds[c] {
			case none:
				gap = true
				t.pos++
				continue
			case number:
				t.number(gap)
			case word:
				t.word(gap, rune(c), 1)
			case punct:
				t.pos++
				t.list = append(t.list, token{kind: punct, gap: gap, char: rune(c), start: start, end: t.pos})
			}
			return
		}
		r, size := utf8.DecodeRuneInString(t.text[start:])
		switch {
		case unicode.IsSpace(r):
			gap = true
			t.pos += size
			continue
		case invisible(r):
			t.pos += size
			continue
		case digit(r) >= 0:
			t.number(gap)
		case unicode.IsLetter(r):
			t.word(gap, r, size)
		default:
			t.pos += size
			t.list = append(t.list, token{kind: punct, gap: gap, char: plain(r), start: start, end: t.pos})
		}
		return
	}
}

// asciiKinds are the kinds of tokens that begin with the ASCII characters, none for white space.
var asciiKinds = func() (t [utf8.RuneSelf]kind) {
	for c := range t {
		switch r := rune(c); {
		case unicode.IsSpace(r):
			t[c] = none
		case digit(r) >= 0:
			t[c] = number
		case unicode.IsLetter(r):
			t[c] = word
		default:
			t[c] = punct
		}
	}
	return t
}()

func (t *tokens) number(gap bool) {
	k := token{kind: number, gap: gap, start: t.pos}
	for t.pos < len(t.text) {
		r, size := utf8.DecodeRuneInString(t.text[t.pos:])
		d := digit(r)
		if d < 0 {
			break
		}
		if k.width < 255 {
			k.width++
		}
		if k.width > 14 {
			k.n = -1
		} else {
			k.n = k.n*10 + d
		}
		t.pos += size
	}
	k.end = t.pos
	t.list = append(t.list, k)
}

func (t *tokens) word(gap bool, r rune, size int) {
	k := token{kind: word, gap: gap, start: t.pos}
	t.pos += size
	for !alone(r) && t.pos < len(t.text) {
		if c := t.text[t.pos]; c < utf8.RuneSelf {
			if asciiKinds[c] != word {
				break
			}
			t.pos++
			continue
		}
		next, size := utf8.DecodeRuneInString(t.text[t.pos:])
		if alone(next) || !unicode.IsLetter(next) && !unicode.IsMark(next) && !invisible(next) {
			break
		}
		t.pos += size
	}
	k.end = t.pos
	t.list = append(t.list, k)
}

// folded is a word token in the form that the tables of words have.
func (t *tokens) folded(k token) string {
	if k.kind != word || k.end-k.start > longestWord {
		return ""
	}
	return fold(t.text[k.start:k.end])
}

// firstAlone is before all characters of the scripts that alone tells.
const firstAlone = 0x2e80

// alone tells the scripts that write without spaces, whose characters are words of their own.
func alone(r rune) bool {
	return r >= firstAlone && (unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana))
}

// invisible tells characters that mark direction or joining and do not show.
func invisible(r rune) bool {
	return r >= 0x200b && r <= 0x200f || r >= 0x202a && r <= 0x202e || r >= 0x2060 && r <= 0x2069 || r == 0xfeff || r == 0xad
}

// digitZeros are the zeros of the scripts that have digits of their own, ASCII apart.
var digitZeros = [...]rune{0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xe50, 0xed0, 0x1040, 0x17e0, 0xff10}

// digit is the value of a decimal digit of any script, or -1.
func digit(r rune) int {
	if r < utf8.RuneSelf {
		if r >= '0' && r <= '9' {
			return int(r - '0')
		}
		return -1
	}
	for _, zero := range digitZeros {
		if r >= zero && r <= zero+9 {
			return int(r - zero)
		}
	}
	return -1
}

// plain folds the characters that take the place of an ASCII mark in dates.
func plain(r rune) rune {
	switch r {
	case '‐', '‑', '‒', '–', '—', '−', '-':
		return '-'
	case '/', '⁄', '∕':
		return '/'
	case '.', '。', '۔':
		return '.'
	case ':':
		return ':'
	case ',', '、', '،':
		return ','
	case '’', '‘', 'ʼ', '′':
		return '\''
	}
	return r
}

// fold gives a word in lower case without accents, points and nuktas, as the tables have it. Marks that carry the
// sound of a syllable (Thai, Devanagari vowels) stay.
func fold(s string) string {
	ascii, upper := true, false
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			ascii = false
			break
		}
		upper = upper || s[i] >= 'A' && s[i] <= 'Z'
	}
	if ascii {
		if upper {
			return strings.ToLower(s)
		}
		return s
	}
	var b strings.Builder
	for _, r := range norm.NFKD.String(s) {
		switch r = unicode.ToLower(r); {
		case r >= 0x300 && r <= 0x36f, r >= 0x591 && r <= 0x5c7, r >= 0x64b && r <= 0x65f, r == 0x670, r == 0x640,
			r == 0x93c, r == 0x9bc, invisible(r):
		case r == 'ı':
			b.WriteByte('i')
		case r == 'ς':
			b.WriteRune('σ')
		case r == 'ي', r == 'ى': // Persian and Arabic write the letter with different code points
			b.WriteRune('ی')
		case r == 'ك':
			b.WriteRune('ک')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}
