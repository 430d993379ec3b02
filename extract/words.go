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
	eachWord(s, func(w []byte) bool {
		m[string(w)] = true
		return true
	})
	return m
}

// eachWord calls f for the words of a text in order, lower case, letters and digits only; characters of scripts without
// spaces are words. The bytes are the caller's for the time of the call; false ends the walk.
func eachWord(s string, f func(w []byte) bool) {
	var room [64]byte
	buf := room[:0]
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			i++
			switch {
			case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
				buf = append(buf, c)
			case c >= 'A' && c <= 'Z':
				buf = append(buf, c+'a'-'A')
			case c == '\'':
			case len(buf) > 0:
				if !f(buf) {
					return
				}
				buf = buf[:0]
			}
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		i += n
		wide := isWide(r)
		if !wide && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)) {
			buf = utf8.AppendRune(buf, unicode.ToLower(r))
			continue
		}
		if r == '\u2019' {
			continue
		}
		if len(buf) > 0 && !f(buf) {
			return
		}
		buf = buf[:0]
		if wide && !f(utf8.AppendRune(buf, r)) {
			return
		}
	}
	if len(buf) > 0 {
		f(buf)
	}
}

// words1 are the words of a text, see [eachWord].
func words1(s string) []string {
	var out []string
	eachWord(s, func(w []byte) bool {
		out = append(out, string(w))
		return true
	})
	return out
}

// key is a text's words with single spaces: texts with the same key say the same.
func key(s string) string {
	out := make([]byte, 0, len(s))
	eachWord(s, func(w []byte) bool {
		if len(out) > 0 {
			out = append(out, ' ')
		}
		out = append(out, w...)
		return true
	})
	return string(out)
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
