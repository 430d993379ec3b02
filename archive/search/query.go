package search

import (
	"fmt"
	"strings"
	"unicode"
)

// SyntaxError says what of a query cannot be understood, and what to do.
type SyntaxError struct {
	// Problem and Hint are for people; the problem may quote the query.
	Problem, Hint string
}

func (e *SyntaxError) Error() string { return e.Problem }

const (
	maxQueryBytes = 2000
	maxTerms      = 50
)

// Query is what is searched for: all of its groups, of each group one term at least, and none of what it excludes.
type Query struct {
	groups   [][]term
	excluded []term
}

// term is a word or a phrase.
type term struct {
	tokens []token
	prefix bool // the last token may go on
}

// ParseQuery reads a query: words that must all stand in a version, in any order; "words in quotation marks" that must
// stand beside one another; a word with a star, which any ending may follow; a minus before a word or phrase that must
// not stand there; OR between two of which one is enough. Everything else is taken as it stands. The error is a
// [*SyntaxError].
func ParseQuery(s string) (Query, error) {
	var q Query
	if len(s) > maxQueryBytes {
		return q, &SyntaxError{fmt.Sprintf("the query is longer than %d bytes", maxQueryBytes), "search for fewer words"}
	}
	words, err := split(s)
	if err != nil {
		return q, err
	}
	or, count := false, 0
	for i, w := range words {
		if !w.quoted && w.text == "OR" {
			if i == 0 || i == len(words)-1 || or || len(q.groups) == 0 || words[i-1].minus || words[i+1].minus {
				return q, &SyntaxError{"OR stands between two words, one of which is enough", `as in: tariff OR toll; put it in quotation marks to search for the word "OR"`}
			}
			or = true
			continue
		}
		t, err := w.term()
		if err != nil {
			return q, err
		}
		if count++; count > maxTerms {
			return q, &SyntaxError{fmt.Sprintf("the query has more than %d words", maxTerms), "search for a phrase in quotation marks"}
		}
		switch {
		case w.minus:
			q.excluded = append(q.excluded, t)
		case or:
			q.groups[len(q.groups)-1] = append(q.groups[len(q.groups)-1], t)
		default:
			q.groups = append(q.groups, []term{t})
		}
		or = false
	}
	if len(q.groups) == 0 {
		if len(q.excluded) > 0 {
			return q, &SyntaxError{"the query only says what must not stand there", "name a word that must, as in: toll -ferry"}
		}
		return q, &SyntaxError{"there is nothing to search for", `as in: onrecord search dredging, or: onrecord search '"will not dump"'`}
	}
	return q, nil
}

// word is a piece of a query.
type word struct {
	text          string
	quoted, minus bool
	star          bool
}

// quotes are the quotation marks of a phrase: what opens one, and what then closes it.
var quotes = map[rune]string{'"': `"`, '“': `”"“`, '„': `“”"`, '«': `»`, '»': `«`, '「': `」`, '『': `』`, '＂': `＂"`}

// split takes a query to pieces.
func split(s string) ([]word, error) {
	var out []word
	for {
		s = strings.TrimLeftFunc(s, unicode.IsSpace)
		if s == "" {
			return out, nil
		}
		var w word
		if rest := strings.TrimPrefix(s, "-"); rest != s && rest != "" && !unicode.IsSpace(rune(rest[0])) {
			w.minus, s = true, rest
		}
		r := []rune(s[:min(len(s), 4)])[0]
		if closing, ok := quotes[r]; ok {
			body := s[len(string(r)):]
			end := strings.IndexAny(body, closing)
			if end < 0 {
				return nil, &SyntaxError{fmt.Sprintf("the quotation mark before %.40q is not closed", body), "close the phrase with a second quotation mark"}
			}
			w.text, w.quoted = body[:end], true
			rest := body[end:]
			s = rest[len(string([]rune(rest[:min(len(rest), 4)])[0])):]
			if strings.HasPrefix(s, "*") {
				w.star, s = true, s[1:]
			}
			out = append(out, w)
			continue
		}
		end := strings.IndexFunc(s, func(r rune) bool { return unicode.IsSpace(r) || quotes[r] != "" })
		if end < 0 {
			end = len(s)
		}
		w.text, s = s[:end], s[end:]
		if strings.HasPrefix(w.text, "(") || strings.HasSuffix(w.text, ")") {
			return nil, &SyntaxError{fmt.Sprintf("brackets in %.40q: words cannot be grouped by them", w.text), `OR joins the two words beside it; put the words in quotation marks to search for them`}
		}
		if t := strings.TrimSuffix(w.text, "*"); t != w.text {
			w.text, w.star = t, true
		}
		out = append(out, w)
	}
}

// term is the word in the form in which it is searched for.
func (w word) term() (term, error) {
	ts := tokens(w.text)
	if len(ts) == 0 {
		return term{}, &SyntaxError{fmt.Sprintf("%.40q has no letter and no digit to search for", w.text), "punctuation and symbols are not indexed"}
	}
	t := term{tokens: ts, prefix: w.star}
	switch last := ts[len(ts)-1]; {
	case last.tail: // in the index the run may go on
		t.tokens = ts[:len(ts)-1]
	case last.dense:
		t.prefix = true
	}
	return t, nil
}

// match is the query in the language of FTS5. Every word is quoted, so that nothing of it is an operator.
func (q Query) match() string {
	var b strings.Builder
	for i, g := range q.groups {
		if i > 0 {
			b.WriteString(" AND ")
		}
		b.WriteByte('(')
		for k, t := range g {
			if k > 0 {
				b.WriteString(" OR ")
			}
			b.WriteString(t.match())
		}
		b.WriteByte(')')
	}
	if len(q.excluded) == 0 {
		return b.String()
	}
	var not []string
	for _, t := range q.excluded {
		not = append(not, t.match())
	}
	return "(" + b.String() + ") NOT (" + strings.Join(not, " OR ") + ")"
}

// match is a term as a string of FTS5. Tokens hold letters, digits and marks only.
func (t term) match() string {
	words := make([]string, len(t.tokens))
	for i, k := range t.tokens {
		words[i] = k.text
	}
	s := `"` + strings.Join(words, " ") + `"`
	if t.prefix {
		s += " *"
	}
	return s
}
