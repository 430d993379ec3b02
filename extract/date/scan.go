package date

import (
	"strings"
	"unicode/utf8"
)

// Scan finds the dates of a text, in order and apart from each other: ISO 8601, numbers in any order and separators,
// days with the names of months in many languages, East Asian dates, Persian and Thai years. A date has at least a year
// and a month; a year alone counts only when it is the whole text. Relative dates ("3 days ago") are none. lang is the
// language of the text (a BCP 47 tag, "" when unknown): it settles words that mean different months in different
// languages, and calendars; it never decides between day and month. Time is linear in the text, memory constant.
func Scan(text, lang string) []Match {
	s := scanner{lang: primary(lang)}
	return s.scan(text)
}

// scan is Scan; the scanner keeps its memory for the next text.
func (s *scanner) scan(text string) []Match {
	if m, ok := whole(text, s.lang); ok {
		return []Match{m}
	}
	s.reset(text)
	var found []Match
	s.fill()
	for s.get(0).kind != none {
		m, used := s.match()
		if used == 0 {
			used = 1
		} else {
			s.weekday(&m)
			found = append(found, m)
		}
		s.at += used
		s.fill()
	}
	return found
}

// primary is the first part of a language tag, in lower case: "pt" of "pt-BR".
func primary(lang string) string {
	if i := strings.IndexAny(lang, "-_"); i >= 0 {
		lang = lang[:i]
	}
	if len(lang) < 2 || len(lang) > 3 {
		return ""
	}
	return strings.ToLower(lang)
}

// whole reads texts that are a date only when nothing else stands beside: "2019", "20191003", "20191003120000".
func whole(text, lang string) (Match, bool) {
	if len(text) > 64 {
		return Match{}, false
	}
	trimmed := strings.TrimSpace(text)
	start := strings.Index(text, trimmed)
	n := 0
	for i := 0; i < len(trimmed); i++ {
		if trimmed[i] < '0' || trimmed[i] > '9' {
			return Match{}, false
		}
		n = min(n*10+int(trimmed[i]-'0'), 1<<50)
	}
	d, clock := ymd{month: -1}, ""
	switch len(trimmed) {
	case 4:
		d = gregorian(n, 0, 0, lang)
	case 8:
		d = ymd{n / 10000, n / 100 % 100, n % 100}
	case 12, 14:
		if len(trimmed) == 12 {
			n *= 100
		}
		d = ymd{n / 1e10, n / 1e8 % 100, n / 1e6 % 100}
		c, ok := timeOfDay(n/1e4%100, n/100%100, n%100)
		if !ok {
			return Match{}, false
		}
		clock = c
	}
	if !d.valid() || len(trimmed) > 4 && (d.month == 0 || d.day == 0) {
		return Match{}, false
	}
	m := Match{Start: start, End: start + len(trimmed), Value: d.String() + clock, Precision: d.precision()}
	if clock != "" {
		m.Precision = Time
	}
	return m, true
}

// scanner looks for a date at each token of a text.
type scanner struct {
	tokens
	lang string
}

// match reads the date that begins at the present token, and how many tokens it takes; 0 when none does.
func (s *scanner) match() (Match, int) {
	switch k := s.get(0); k.kind {
	case number:
		if k.n < 0 || s.glued() {
			return Match{}, 0
		}
		if m, n := s.eastern(); n > 0 {
			return m, n
		}
		if m, n := s.compact(); n > 0 {
			return m, n
		}
		if m, n := s.numeric(); n > 0 {
			return m, n
		}
		if m, n := s.dayMonth(); n > 0 {
			return m, n
		}
		return s.yearMonth()
	case word:
		if s.text[k.start] >= utf8.RuneSelf {
			if m, n := s.era(); n > 0 {
				return m, n
			}
		}
		return s.monthDay()
	}
	return Match{}, 0
}

// glued tells whether the present number is a part of something longer: a version (v1), a decimal (3.14), an address.
func (s *scanner) glued() bool {
	k, p, pp := s.get(0), s.get(-1), s.get(-2)
	if k.gap || p.kind == none {
		return false
	}
	switch p.kind {
	case word:
		first := firstRune(s.text[p.start:])
		return !alone(first) && s.folded(p) != "t"
	case punct:
		switch p.char {
		case '.', '/', '-', ':', ',':
			return pp.kind == number && !p.gap && p.char != ','
		case '#', '$', '€', '£', '%', '=', '_':
			return true
		}
	}
	return false
}

// one makes the match of a date that has one reading, from the present token to the end-th, and reads on for a time.
func (s *scanner) one(d ymd, end int) (Match, int) {
	m := Match{Start: s.get(0).start, Value: d.String(), Precision: d.precision()}
	if d.day > 0 {
		if clock, n := s.clock(end); n > 0 {
			m.Value += clock
			m.Precision = Time
			end += n
		}
	}
	m.End = s.get(end - 1).end
	m.Range = s.spanned(end)
	return m, end
}

// spanned tells whether the date of n tokens is one end of a span of days.
func (s *scanner) spanned(n int) bool {
	dash := func(k token) bool {
		if k.kind == punct {
			return k.char == '-'
		}
		switch s.folded(k) {
		case "to", "bis", "au", "al", "until", "through", "till", "ate", "tot", "do", "по", "til":
			return true
		}
		return false
	}
	if p := s.get(-1); dash(p) {
		before := s.get(-2)
		if before.char == '.' {
			before = s.get(-3)
		}
		if before.kind == number && before.n > 0 {
			return true
		}
	}
	after := s.get(n + 1)
	if !dash(s.get(n)) || after.kind != number || after.n < 1 || after.n > 31 || after.width > 2 {
		return false
	}
	// Another day must follow, not "11 minutes to read".
	next := s.get(n + 2)
	month, _, _ := s.monthAt(n + 2)
	return month > 0 || next.kind == punct && (next.char == '.' || next.char == '/' || next.char == '-')
}

// weekday lets a day of the week that stands before an ambiguous date decide it: "Thursday, 03/10/2019".
func (s *scanner) weekday(m *Match) {
	if !m.Ambiguous() {
		return
	}
	p := s.get(-1)
	if p.kind == punct && (p.char == ',' || p.char == '.') {
		p = s.get(-2)
	}
	day := weekdayTable()[s.folded(p)]
	if day == 0 {
		return
	}
	var fit string
	for i, r := range m.Readings {
		var d ymd
		if !parseDay(r, &d) || d.weekday() != day {
			continue
		}
		if fit != "" {
			return
		}
		fit, m.Order = r, Order(i+1)
	}
	if fit == "" {
		m.Order = UnknownOrder
		return
	}
	if m.Order > MonthFirst {
		m.Order = UnknownOrder
	}
	m.Value, m.Readings = fit, nil
}

// parseDay reads "2006-01-02" and what follows a "T" is ignored.
func parseDay(s string, d *ymd) bool {
	if len(s) < 10 || s[4] != '-' || s[7] != '-' || len(s) > 10 && s[10] != 'T' {
		return false
	}
	n := 0
	for i := 0; i < 10; i++ {
		if i == 4 || i == 7 {
			continue
		}
		if s[i] < '0' || s[i] > '9' {
			return false
		}
		n = n*10 + int(s[i]-'0')
	}
	*d = ymd{n / 10000, n / 100 % 100, n % 100}
	return d.day > 0 && d.valid()
}
