package search

import (
	"slices"
	"strings"
)

// Snippet is a piece of a text around what was searched for.
type Snippet struct {
	// Text is the piece on one line, with an ellipsis where the text goes on.
	Text string
	// Marks are the bytes of Text that match; none when only the title does.
	Marks []Mark
}

// Mark is a run of bytes.
type Mark struct{ Start, End int }

const (
	// before and after are how many tokens stand around the first match.
	tokensBefore = 10
	tokensAfter  = 28
	// maxSnippet bounds the bytes of a piece: a token may be long.
	maxSnippet = 1200
	// maxSnippetText bounds how much of a text is searched for the best piece.
	maxSnippetText = 8 << 20
)

// found is a run of tokens that matches a term, and where in the text it ends.
type found struct{ first, last, end, term int }

// snippet cuts the piece of a text with most of what was searched for, the first of these.
func snippet(text string, q Query) Snippet {
	if len(text) > maxSnippetText {
		text = strings.ToValidUTF8(text[:maxSnippetText], "")
	}
	ts := tokens(text)
	if len(ts) == 0 {
		return Snippet{}
	}
	hits := matches(ts, q)
	from, to := 0, min(len(ts), tokensBefore+tokensAfter)
	if len(hits) > 0 {
		first := best(hits)
		from = max(hits[first].first-tokensBefore, 0)
		to = min(hits[first].last+1+tokensAfter, len(ts))
	}
	start, end := ts[from].start, ts[to-1].end
	if from == 0 {
		start = 0
	}
	if to == len(ts) {
		end = len(text)
	}
	if end-start > maxSnippet {
		end = start + len(strings.ToValidUTF8(text[start:start+maxSnippet], ""))
	}
	return piece(text, ts, hits, start, end)
}

// matches are the runs of tokens that match a term, in order.
func matches(ts []token, q Query) []found {
	var out []found
	n := 0
	for _, g := range q.groups {
		for _, t := range g {
			for i := 0; i+len(t.tokens) <= len(ts); i++ {
				if t.at(ts[i:]) {
					k := i + len(t.tokens) - 1
					out = append(out, found{i, k, t.end(ts[k]), n})
				}
			}
			n++
		}
	}
	slices.SortFunc(out, func(a, b found) int { return a.first - b.first })
	return out
}

// at reports whether tokens begin with the term.
func (t *term) at(ts []token) bool {
	last := len(t.tokens) - 1
	for i, k := range t.tokens {
		if ts[i].text != k.text && !(i == last && t.prefix && strings.HasPrefix(ts[i].text, k.text)) {
			return false
		}
	}
	return true
}

// end is where what was searched for ends in the last token that matches: before the second character of a pair, when it
// was the first alone.
func (t *term) end(k token) int {
	last := t.tokens[len(t.tokens)-1]
	if t.prefix && last.dense && !last.tail && k.dense && k.text != last.text {
		return k.first
	}
	return k.end
}

// best is the hit after which most different terms follow nearby.
func best(hits []found) int {
	at, most := 0, 0
	for i := range hits {
		seen := map[int]bool{}
		for k := i; k < len(hits) && hits[k].first <= hits[i].last+tokensAfter; k++ {
			seen[hits[k].term] = true
		}
		if len(seen) > most {
			at, most = i, len(seen)
		}
		if i > 2000 { // a text full of matches shows them anywhere
			break
		}
	}
	return at
}

// piece is text[start:end] on one line, with its matches marked.
func piece(text string, ts []token, hits []found, start, end int) Snippet {
	var s Snippet
	lead := ""
	if start > 0 {
		lead = "… "
	}
	s.Text = lead + strings.ReplaceAll(text[start:end], "\n", " ")
	shift := len(lead) - start
	for _, h := range hits {
		a, b := ts[h.first].start, h.end
		if a < start || b > end {
			continue
		}
		if n := len(s.Marks); n > 0 && a+shift <= s.Marks[n-1].End {
			s.Marks[n-1].End = max(s.Marks[n-1].End, b+shift)
			continue
		}
		s.Marks = append(s.Marks, Mark{a + shift, b + shift})
	}
	if end < len(text) {
		s.Text += " …"
	}
	return s
}
