package diff

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/sentences"
)

// Sentence is one sentence of a text.
type Sentence struct {
	// Start and End are its bytes in the text, without the white space around it.
	Start, End int
	// Block is the number of the line it stands in, from 0.
	Block int
	// Text is what stands there.
	Text string
}

// Sentences are the sentences of a text in order; a sentence never goes beyond its line. They are those of Unicode
// Standard Annex 29, but for a full stop of an abbreviation, an initial or a day of a month, which ends none. Nothing but white
// space lies between them.
func Sentences(text string) []Sentence {
	var out []Sentence
	start := 0
	for block := 0; start <= len(text) && text != ""; block++ {
		end := len(text)
		if i := strings.IndexByte(text[start:], '\n'); i >= 0 {
			end = start + i
		}
		eachSentence(text, start, end, func(a, b int) {
			for a < b {
				r, n := utf8.DecodeRuneInString(text[a:b])
				if !unicode.IsSpace(r) {
					break
				}
				a += n
			}
			if t := strings.TrimRightFunc(text[a:b], unicode.IsSpace); t != "" {
				out = append(out, Sentence{Start: a, End: a + len(t), Block: block, Text: t})
			}
		})
		start = end + 1
	}
	return out
}

// eachSentence calls yield with runs of bytes that tile text[start:end], one sentence each with the white space after it.
func eachSentence(text string, start, end int, yield func(a, b int)) {
	s := text[start:end]
	if s == "" {
		return
	}
	if !strings.ContainsAny(s, ".!?。！？…") && isASCII(s) {
		yield(start, end)
		return
	}
	it := sentences.FromString(s)
	a := 0
	for it.Next() {
		b := it.End()
		if b < len(s) && goesOn(s[a:b], s[b:]) {
			continue
		}
		yield(start+a, start+b)
		a = b
	}
	if a < len(s) {
		yield(start+a, end)
	}
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// goesOn reports whether the full stop at the end of head ends no sentence, because of the word before it or of what
// follows in rest.
func goesOn(head, rest string) bool {
	head = strings.TrimRightFunc(head, unicode.IsSpace)
	if head == "" || head[len(head)-1] != '.' {
		return false
	}
	head = head[:len(head)-1]
	i := strings.LastIndexFunc(head, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune("([{«“„\"'’‘/-–—", r)
	})
	word := head
	if i >= 0 {
		_, n := utf8.DecodeRuneInString(head[i:])
		word = head[i+n:]
	}
	if word == "" {
		return false
	}
	if n := utf8.RuneCountInString(word); n <= 2 && strings.TrimFunc(word, unicode.IsDigit) == "" {
		return monthFirst(rest) // "am 3. März"
	} else if r, _ := utf8.DecodeRuneInString(word); n == 1 && unicode.IsUpper(r) && word != "I" {
		return true // an initial
	}
	if len(word) > 16 {
		return false
	}
	word = strings.ToLower(word)
	return abbreviations[word] || numbering[word] && isDigit(rest)
}

// monthFirst reports whether a text begins with the name of a month.
func monthFirst(s string) bool {
	end := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
	if end < 0 {
		end = len(s)
	}
	return end > 0 && end < 24 && months[strings.ToLower(s[:end])]
}
