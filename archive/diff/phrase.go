package diff

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/words"
)

// phrase is one side of a block as a row of words, for the search for findings.
type phrase struct {
	text  string
	words []wordAt
	title bool // so many capitals that they tell no names: a heading, or German
}

// wordAt is a word and where it stands.
type wordAt struct {
	start, end int
	fold       string
	gap        byte // what is between the word before and this one: ' ', '.' (a sentence may end), 0 (nothing), or a mark
	line       int  // line ends before it in the block
}

// run is some words of a phrase.
type run struct{ from, to int }

// add appends the words of a range.
func (p *phrase) add(r Range) {
	it := words.FromString(p.text[r.Start:r.End])
	last, line := r.Start, 0
	if n := len(p.words); n > 0 {
		last, line = p.words[n-1].end, p.words[n-1].line
	}
	for it.Next() {
		w := it.Value()
		if !wordy(w) {
			continue
		}
		a := r.Start + it.Start()
		var between string
		if last <= a {
			between = p.text[last:a]
		}
		line += strings.Count(between, "\n")
		p.words = append(p.words, wordAt{a, r.Start + it.End(), foldWord(w), gapOf(between, len(p.words) == 0), line})
		last = r.Start + it.End()
	}
}

func gapOf(s string, first bool) byte {
	switch {
	case first || strings.ContainsAny(s, ".!?:\n\"“„«»•*。！？"):
		if s == "." || s == ":" {
			return s[0] | 0x80 // joined, not ended
		}
		return '.'
	case s == "":
		return 0
	case strings.TrimSpace(s) == "":
		return ' '
	}
	return s[0]
}

// finish judges the whole phrase.
func (p *phrase) finish() {
	n, caps := 0, 0
	for i := range p.words {
		if p.words[i].gap == '.' {
			continue
		}
		n++
		if p.capital(i) {
			caps++
		}
	}
	p.title = n >= 4 && 10*caps > 3*n
}

func (p *phrase) capital(i int) bool {
	r, _ := utf8.DecodeRuneInString(p.text[p.words[i].start:])
	return unicode.IsUpper(r) || unicode.IsTitle(r)
}

// line is the line of the text that a word stands in, when the block starts at line first.
func (p *phrase) line(i, first int) int {
	if len(p.words) == 0 {
		return first
	}
	return first + p.words[min(i, len(p.words)-1)].line
}

// cut is the text from word i to word j.
func (p *phrase) cut(i, j int) string {
	if i >= j || j > len(p.words) || p.words[j-1].end < p.words[i].start {
		return ""
	}
	return p.text[p.words[i].start:p.words[j-1].end]
}

func (p *phrase) texts(rs []run) []string {
	var out []string
	for _, r := range rs {
		a, b := p.words[r.from].start, p.words[r.to-1].end
		if a > 0 && (p.text[a-1] == '-' || strings.HasSuffix(p.text[:a], "−")) && p.words[r.from].gap != 0 && isDigit(p.text[a:]) {
			if q := strings.TrimRight(p.text[:a], "-−"); q == "" || strings.HasSuffix(q, " ") || strings.HasSuffix(q, "(") {
				a = len(q)
			}
		}
		if b >= a {
			out = append(out, p.text[a:b])
		}
	}
	return out
}

// digit reports whether word i is a figure, perhaps with a short ending ("5th", "20mm").
func (p *phrase) digit(i int) bool {
	if i < 0 || i >= len(p.words) || !isDigit(p.words[i].fold) {
		return false
	}
	n := 0
	for _, r := range p.words[i].fold {
		if unicode.IsLetter(r) {
			n++
		}
	}
	return n <= 2
}

// scales are words that belong to the figure before them.
var scales = map[string]bool{
	"%": true, "‰": true, "percent": true, "pct": true, "prozent": true, "thousand": true, "million": true, "billion": true,
	"trillion": true, "millions": true, "billions": true, "m": true, "mn": true, "bn": true, "tn": true, "k": true,
	"tsd": true, "mio": true, "mrd": true, "millionen": true, "milliarden": true, "milliard": true, "milliards": true,
	"mil": true, "millones": true, "milhões": true, "milioni": true, "miliardi": true, "miljoen": true, "miljard": true,
	"miljoner": true, "miljarder": true, "millioner": true, "milliarder": true, "tys": true, "mln": true, "mld": true,
	"млн": true, "млрд": true, "тыс": true, "万": true, "億": true, "亿": true, "兆": true, "€": true, "$": true, "£": true,
	"eur": true, "usd": true, "gbp": true, "kg": true, "km": true, "°": true,
}

// numbers are the figures among the words from i to j, each with its currency before and its scale after it; figures
// of dates are left out.
func (p *phrase) numbers(i, j int) []run {
	var out []run
	for k := i; k < j; k++ {
		at := k
		if !p.digit(at) && scales[p.words[at].fold] && p.digit(at-1) && p.words[at].gap != '.' {
			at-- // the scale changed
		}
		if !p.digit(at) {
			continue
		}
		if d := p.dateAt(at); d.to > d.from {
			continue
		}
		r := p.figure(at)
		out = append(out, r)
		k = max(k, r.to-1)
	}
	return out
}

// figure is the figure that word i belongs to: groups of three digits with a space between, and what belongs to them.
func (p *phrase) figure(i int) run {
	r := run{i, i + 1}
	for r.from > 0 && p.group(r.from) && p.digit(r.from-1) && len(p.words[r.from-1].fold) <= 3 {
		r.from--
	}
	for r.to < len(p.words) && p.group(r.to) {
		r.to++
	}
	if c := r.from - 1; c >= 0 && p.words[r.from].gap == 0 && !p.digit(c) && len(p.words[c].fold) <= 3 {
		if q, _ := utf8.DecodeRuneInString(p.words[c].fold); unicode.In(q, unicode.Sc, unicode.Sm) {
			r.from--
		}
	}
	if r.to < len(p.words) && p.words[r.to].gap != '.' && scales[p.words[r.to].fold] {
		r.to++
	}
	return r
}

// group reports whether word i is three digits after a space and another figure.
func (p *phrase) group(i int) bool {
	w := p.words[i]
	return i > 0 && w.gap == ' ' && len(w.fold) == 3 && strings.Trim(w.fold, "0123456789") == "" && p.digit(i-1)
}

// dates are the dates that some of the words from i to j belong to.
func (p *phrase) dates(i, j int) []run {
	var out []run
	for k := i; k < j; k++ {
		if d := p.dateAt(k); d.to > d.from {
			out = append(out, d)
			k = max(k, d.to-1)
		}
	}
	return out
}

// dateWords may stand inside a date.
var dateWords = map[string]bool{
	"of": true, "de": true, "del": true, "di": true, "do": true, "den": true, "der": true, "th": true, "г": true,
	"年": true, "月": true, "日": true, "년": true, "월": true, "일": true,
}

// dateAt is the date that word i belongs to, an empty run when it belongs to none: a month's name with figures beside
// it, or three figures with the same mark between them, or figures with the signs for year, month and day.
func (p *phrase) dateAt(i int) run {
	if r := p.dashed(i); r.to > r.from {
		return r
	}
	part := func(k int) bool {
		return p.digit(k) && len(p.words[k].fold) <= 5 || months[p.words[k].fold] || dateWords[p.words[k].fold]
	}
	if !part(i) {
		return run{}
	}
	r := run{i, i + 1}
	for r.from > 0 && r.to-r.from < 7 && p.linked(r.from) && part(r.from-1) {
		r.from--
	}
	for r.to < len(p.words) && r.to-r.from < 7 && p.linked(r.to) && part(r.to) {
		r.to++
	}
	for r.from < r.to && !p.digit(r.from) && !months[p.words[r.from].fold] {
		r.from++
	}
	figures, names := 0, 0
	for k := r.from; k < r.to; k++ {
		switch w := p.words[k].fold; {
		case p.digit(k):
			figures++
		case months[w] || strings.Contains("年月日년월일", w):
			names++
		}
	}
	for r.to > r.from && !p.digit(r.to-1) && !months[p.words[r.to-1].fold] && !strings.Contains("年月日년월일", p.words[r.to-1].fold) {
		r.to--
	}
	if figures == 0 || names == 0 || i < r.from || i >= r.to {
		return run{}
	}
	return r
}

// linked reports whether word i can go on a date that the word before it is part of: no sentence ends between them, for
// a full stop between a day and a month belongs to one of them.
func (p *phrase) linked(i int) bool {
	return p.words[i].gap != '.' || p.digit(i-1) && months[p.words[i].fold] || months[p.words[i-1].fold] && p.digit(i)
}

// dashed is the date of three figures with - / or . between them that word i belongs to.
func (p *phrase) dashed(i int) run {
	for from := max(0, i-2); from <= i && from+3 <= len(p.words); from++ {
		a, b, c := p.words[from], p.words[from+1], p.words[from+2]
		if p.digit(from) && p.digit(from+1) && p.digit(from+2) && b.gap == c.gap && b.start-a.end == 1 && c.start-b.end == 1 &&
			strings.ContainsRune("-/", rune(b.gap)) && len(a.fold)+len(b.fold)+len(c.fold) <= 8 {
			return run{from, from + 3}
		}
	}
	if f := p.words[i].fold; strings.Count(f, ".") == 2 && len(f) >= 6 && len(f) <= 10 && strings.Trim(f, ".0123456789") == "" {
		return run{i, i + 1}
	}
	return run{}
}

// negated are the indices of the negations among the words from i to j.
func (p *phrase) negated(i, j int) []int {
	var out []int
	for k := i; k < j; k++ {
		if f := p.words[k].fold; negations[f] || strings.HasSuffix(f, "n't") || strings.HasPrefix(f, "n'") {
			out = append(out, k)
		}
	}
	return out
}

// names are runs of words with a capital among the words from i to j that no sentence, bracket or link begins with.
func (p *phrase) names(i, j int) []run {
	if p.title {
		return nil
	}
	var out []run
	for k := i; k < j; k++ {
		w := p.words[k]
		if !p.capital(k) || w.gap != ' ' || w.fold == "i" || months[w.fold] || negations[w.fold] {
			continue
		}
		r := run{k, k + 1}
		for r.to < j && p.capital(r.to) && p.words[r.to].gap == ' ' {
			r.to++
		}
		out = append(out, r)
		k = r.to - 1
	}
	return out
}

// CountWords is the number of words of a text, as the diff counts them: words of Unicode Standard Annex 29 with a
// letter, a digit, or a symbol that changes what is said.
func CountWords(text string) int {
	n := 0
	for it := words.FromString(text); it.Next(); {
		w := it.Value()
		if !wordy(w) {
			continue
		}
		n++
		for i := 1; i < len(w)-1; i++ {
			if (w[i] == '.' || w[i] == ':') && joined(w[:i], w[i+1:]) {
				w, i = w[i+1:], 0
				n++
			}
		}
	}
	return n
}
