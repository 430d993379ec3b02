package notify

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// safe makes text from outside one line of at most so many bytes: control characters and the marks that turn the direction of
// writing become spaces, so that no title can add a header, an entry or a line.
func safe(s string, limit int) string {
	if len(s) > 4*limit {
		s = s[:4*limit] // the rest is dropped anyway; a megabyte need not be looked through
	}
	s = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, "\ufffd"), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || r == '\u200b' || r == '\ufeff' ||
			r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
	}), " ")
	return cut(s, limit)
}

// cut shortens a text to at most so many bytes, at the end of a word where there is one.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	n := max(limit-len("…"), 0)
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	head := s[:n]
	if i := strings.LastIndexByte(head, ' '); i > n/2 {
		head = head[:i]
	}
	return head + "…"
}

// tail is the end of a text, at most so many bytes, from the beginning of a word where there is one.
func tail(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	n := len(s) - limit
	for n < len(s) && !utf8.RuneStart(s[n]) {
		n++
	}
	if i := strings.IndexByte(s[n:], ' '); i >= 0 && i < limit/2 {
		n += i + 1
	}
	return "…" + s[n:]
}

// count is "1 change", "2 changes".
func count(n int, noun string) string {
	s := ""
	if n != 1 {
		s = "s"
	}
	return itoa(n) + " " + noun + s
}
