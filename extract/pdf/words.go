package pdf

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// hyphens joins lines as its file writes words: whether the hyphen at the end of a line belongs to the word is told by
// the same word elsewhere, and else by how often lines end so.
type hyphens struct {
	words    map[string]bool
	breaking bool // the file's writer hyphenates
}

// maxWords bounds how many words are remembered.
const maxWords = 200_000

// learn reads the words of the lines.
func (h *hyphens) learn(pages [][]element) {
	h.words = map[string]bool{}
	lines, ends := 0, 0
	for _, es := range pages {
		for i := range es {
			f := strings.Fields(es[i].text)
			lines++
			if len(f) > 1 && i+1 < len(es) && endsInHyphen(es[i].text) && startsLower(es[i+1].text) {
				ends++
			}
			for k, w := range f {
				if k == len(f)-1 && endsInHyphen(w) || len(h.words) >= maxWords {
					continue
				}
				h.words[bare(w)] = true
			}
		}
	}
	h.breaking = ends >= 3 && ends*20 >= lines
}

func bare(w string) string {
	return strings.ToLower(strings.TrimFunc(w, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }))
}

// folded is the letters and digits of a text in lower case.
func folded(t string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, t)
}

func endsInHyphen(t string) bool {
	for _, h := range [...]string{"-", "\u2010", "\u00ad"} {
		if p, ok := strings.CutSuffix(t, h); ok {
			r, _ := utf8.DecodeLastRuneInString(p)
			return unicode.IsLetter(r)
		}
	}
	return false
}

func startsLower(t string) bool {
	r, _ := utf8.DecodeRuneInString(t)
	return unicode.IsLower(r)
}

// join puts a line after the text before it.
func (h *hyphens) join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	last, n := utf8.DecodeLastRuneInString(a)
	if last == '\u00ad' { // a hyphen that only shows at the end of a line
		return a[:len(a)-n] + b
	}
	if endsInHyphen(a) {
		lower := startsLower(b)
		if h.drops(a[:len(a)-n], b, lower) {
			return a[:len(a)-n] + b
		}
		if lower {
			return a + b
		}
	}
	next, _ := utf8.DecodeRuneInString(b)
	if last == '-' && (unicode.IsLetter(next) || unicode.IsDigit(next)) && !strings.HasSuffix(a, " -") || strings.HasSuffix(a, "/") && len(a) > 1 && a[len(a)-2] != ' ' {
		return a + b // "Anglo-" and "American", an address
	}
	if wide(last) && wide(next) {
		return a + b
	}
	return a + " " + b
}

// drops reports whether the hyphen between two parts of a word came from breaking the line. Before a capital letter only
// the word itself tells.
func (h *hyphens) drops(a, b string, lower bool) bool {
	if i := strings.LastIndexByte(a, ' '); i >= 0 {
		a = a[i+1:]
	}
	b, _, _ = strings.Cut(b, " ")
	one, two := h.words[bare(a+b)], h.words[bare(a+"-"+b)]
	if one != two {
		return one
	}
	return lower && h.breaking
}
