package pdf

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// bullets begin the items of lists.
const bullets = "•◦▪▫■□●○‣⁃∙➢➤►▶✓✔◆◇❖·→\u2023\u25aa"

// marker is the mark of a list's item that a line begins with, and the number that it tells; "" when there is none.
func marker(line string) (mark string, number int) {
	head, rest, _ := strings.Cut(line, " ")
	if rest == "" && line != head {
		return "", 0
	}
	if r, n := utf8.DecodeRuneInString(head); strings.ContainsRune(bullets, r) && n == len(head) {
		return head, 0
	}
	if head == "-" || head == "–" || head == "*" || head == "—" {
		return head, 0
	}
	body := head
	switch {
	case strings.HasPrefix(head, "(") && strings.HasSuffix(head, ")"):
		body = head[1 : len(head)-1]
	case strings.HasSuffix(head, ")") || strings.HasSuffix(head, "."):
		body = head[:len(head)-1]
	default:
		return "", 0
	}
	if n, err := strconv.Atoi(body); err == nil && len(body) <= 3 && n > 0 {
		return head, n
	}
	if strings.HasSuffix(head, ".") {
		return "", 0 // "A. Smith" is a name
	}
	if len(body) == 1 && unicode.IsLower(rune(body[0])) || body != "" && len(body) <= 5 && strings.Trim(body, "ivx") == "" {
		return head, 0
	}
	return "", 0
}

// isMarker reports a text that is a mark and nothing else.
func isMarker(t string) bool {
	m, _ := marker(t)
	return m != "" && m == t && t != "-" && t != "–" && t != "—"
}

// terminal reports whether a text ends as sentences, titles of lists and quotations do.
func terminal(t string) bool {
	t = strings.TrimRight(t, "\"'”’»)]*")
	if t == "" {
		return true
	}
	r, _ := utf8.DecodeLastRuneInString(t)
	return strings.ContainsRune(".!?:;。！？：；।॥؟…", r)
}

// wide reports the scripts that are written without spaces.
func wide(r rune) bool {
	return r >= 0x2e80 && !unicode.Is(unicode.Hangul, r) && (unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || r >= 0x3000 && r < 0x3040 || r >= 0xff00 && r < 0xff66)
}
