package diff

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// hidden reports characters that nobody sees and that could change how others are shown: controls, direction marks
// and overrides, tags, and the like.
func hidden(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029' ||
		0xfff9 <= r && r <= 0xfffb || 0xe0000 <= r && r <= 0xe0fff
}

// joiner reports the characters without which some scripts and pictures are not written rightly.
func joiner(r rune) bool { return r == '\u200c' || r == '\u200d' }

// visible is a text with its hidden characters written as <U+202E>, so that none of them acts on what it is shown
// with. Joiners stay, but in changed pieces, where they may be what was changed.
func visible(s string, changed bool) string {
	if plainASCII(s) {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == utf8.RuneError && i < len(s) && s[i] != 0xef:
			fmt.Fprintf(&b, "<%02X>", s[i])
		case r == '\t':
			b.WriteByte(' ')
		case hidden(r) && (changed || !joiner(r)), changed && (0xfe00 <= r && r <= 0xfe0f || r == '\u00a0'):
			fmt.Fprintf(&b, "<U+%04X>", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func plainASCII(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7e {
			return false
		}
	}
	return true
}

// spelled is a text whose characters above ASCII are written as <U+0301>: for two pieces that look the same.
func spelled(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r < 0x7f && r >= 0x20 {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "<U+%04X>", r)
		}
	}
	return b.String()
}

// twins reports whether two different pieces look the same, because only their composition differs.
func twins(a, b string) bool { return a != b && norm.NFC.String(a) == norm.NFC.String(b) }
