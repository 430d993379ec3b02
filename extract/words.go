package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

func clip(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most]
}

// ending says how a text ends: 2 a sentence, 1 a colon or comma, 3 an ellipsis or an arrow, 0 anything else.
func ending(s string) int32 {
	r, _ := utf8.DecodeLastRuneInString(strings.TrimRight(s, " \"'”’»)"))
	switch {
	case r == '…' || r == '»' || r == '→' || r == '›' || strings.HasSuffix(s, "..."):
		return 3
	case r == '.' || r == '!' || r == '?' || isStop(r):
		return 2
	case r == ':' || r == ',' || r == ';' || r == '：':
		return 1
	}
	return 0
}

func startsLower(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLower(r)
}

// set holds the words of a text.
func set(s string) map[string]bool {
	m := make(map[string]bool)
	ws := words{text: s}
	for w := ws.next(); w != nil; w = ws.next() {
		m[string(w)] = true
	}
	return m
}

// words goes through the words of a text in order, lower case, letters and digits only; characters of scripts without
// spaces are words.
type words struct {
	text string
	at   int
	room [64]byte
}

// wordBytes are the ASCII characters of words in lower case, 0 for all others.
var wordBytes = func() (t [utf8.RuneSelf]byte) {
	for c := range byte(utf8.RuneSelf) {
		switch {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
			t[c] = c
		case c >= 'A' && c <= 'Z':
			t[c] = c + 'a' - 'A'
		}
	}
	return t
}()

// next is the next word, nil after the last. It is overwritten by the one after it.
func (ws *words) next() []byte {
	s, i, buf := ws.text, ws.at, ws.room[:0]
	for i < len(s) {
		c := s[i]
		if c < utf8.RuneSelf {
			i++
			if low := wordBytes[c]; low != 0 {
				buf = append(buf, low)
			} else if c != '\'' && len(buf) > 0 {
				ws.at = i
				return buf
			}
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		wide := isWide(r)
		switch {
		case !wide && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)):
			buf = utf8.AppendRune(buf, unicode.ToLower(r))
		case r == '\u2019':
		case len(buf) > 0:
			if ws.at = i; !wide {
				ws.at = i + n
			}
			return buf
		case wide:
			ws.at = i + n
			return utf8.AppendRune(buf, r)
		}
		i += n
	}
	ws.at = i
	if len(buf) > 0 {
		return buf
	}
	return nil
}

// eachWord calls f for the words of a text, see [words]; false ends the walk.
func eachWord(s string, f func(w []byte) bool) {
	ws := words{text: s}
	for w := ws.next(); w != nil && f(w); {
		w = ws.next()
	}
}

// words1 are the words of a text, see [words].
func words1(s string) []string {
	var out []string
	ws := words{text: s}
	for w := ws.next(); w != nil; w = ws.next() {
		out = append(out, string(w))
	}
	return out
}

// key is a text's words with single spaces: texts with the same key say the same.
func key(s string) string {
	var room [256]byte
	return string(appendKey(room[:0], s))
}

// appendKey appends the key of a text.
func appendKey(out []byte, s string) []byte {
	ws := words{text: s}
	first := true
	for w := ws.next(); w != nil; w = ws.next() {
		if !first {
			out = append(out, ' ')
		}
		first = false
		out = append(out, w...)
	}
	return out
}

// covers is the part of a's words that stand in b, 0 to 100.
func covers(a, b []string) int {
	if len(a) == 0 {
		return 0
	}
	in := make(map[string]int, len(b))
	for _, w := range b {
		in[w]++
	}
	n := 0
	for _, w := range a {
		if in[w] > 0 {
			in[w]--
			n++
		}
	}
	return n * 100 / len(a)
}
