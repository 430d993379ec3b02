package date

import "slices"

// yearFirst are the languages that write the year first with two digits too.
var yearFirst = map[string]bool{"zh": true, "ja": true, "ko": true, "sv": true, "hu": true, "lt": true, "eu": true, "mn": true}

// numeric reads three numbers with the same mark between them, 03.10.2019, or a year and a month, 2019-10 or 10/2019.
func (s *scanner) numeric() (Match, int) {
	a, p, b, q, c := s.get(0), s.get(1), s.get(2), s.get(3), s.get(4)
	if p.kind != punct || b.kind != number || b.width > 2 || b.n < 1 || p.char != '-' && p.char != '/' && p.char != '.' {
		return Match{}, 0
	}
	if q.kind != punct || q.char != p.char || c.kind != number || p.gap && !b.gap || q.gap && !c.gap {
		return s.monthOnly()
	}
	if c.n < 1 || s.more(5, p.char) {
		return Match{}, 0
	}
	gaps := p.gap || b.gap || q.gap || c.gap
	switch {
	case a.width == 4 && c.width <= 2:
		d := gregorian(a.n, b.n, c.n, s.lang)
		if !d.valid() || s.spelled(5) {
			return Match{}, 0
		}
		end := 5
		if dot := s.get(5); dot.char == '.' && p.char == '.' && !dot.gap { // 2019. 10. 3.
			end = 6
		}
		return s.one(d, end)
	case a.width <= 2 && c.width == 4 && a.n >= 1:
		dayFirst, monthFirst := gregorian(c.n, b.n, a.n, s.lang), gregorian(c.n, a.n, b.n, s.lang)
		return s.either(dayFirst, monthFirst, ymd{month: -1}, 5)
	case a.width <= 2 && c.width == 2 && !gaps && s.short(a, b, p.char):
		y := century(c.n)
		first := ymd{month: -1}
		if yearFirst[s.lang] && a.width == 2 {
			first = ymd{century(a.n), b.n, c.n}
		}
		return s.either(ymd{y, b.n, a.n}, ymd{y, a.n, b.n}, first, 5)
	}
	return Match{}, 0
}

// short tells whether numbers may be a date with a two-digit year; much else looks like that: versions, scores, sections.
func (s *scanner) short(a, b token, sep rune) bool {
	if s.get(5).char == '%' || s.spelled(5) {
		return false
	}
	switch sep {
	case '-':
		return a.width == 2 && b.width == 2
	case '.':
		switch s.folded(s.get(-1)) {
		case "v", "version", "ver", "release", "nr", "no", "art", "kapitel", "chapter", "section", "sections", "abs", "ip", "rfc":
			return false
		}
		return a.width == 2 || b.width == 2
	}
	return true
}

// spelled tells whether a letter follows without a gap i tokens on, "T" of a time apart.
func (s *scanner) spelled(i int) bool {
	k := s.get(i)
	if k.kind != word || k.gap {
		return false
	}
	first := firstRune(s.text[k.start:])
	return first < 0x250 && s.folded(k) != "t"
}

// more tells whether the chain of numbers goes on, so that three of them are no date: 10.0.2.15.
func (s *scanner) more(i int, sep rune) bool {
	k, n := s.get(i), s.get(i+1)
	return k.kind == punct && !k.gap && (k.char == sep || k.char == '/' || k.char == '_') && n.kind == number && !n.gap ||
		k.kind == punct && !k.gap && k.char == '_'
}

// century completes a two-digit year: 00 to 35 are of this century, 70 to 99 of the last; between them, 0, which is no
// valid year: pages have sizes and scores there, not dates.
func century(n int) int {
	switch {
	case n <= 35:
		return 2000 + n
	case n >= 70:
		return 1900 + n
	}
	return 0
}

// either makes the match of a date whose numbers may be read in more than one order.
func (s *scanner) either(dayFirst, monthFirst, yearFirst ymd, end int) (Match, int) {
	var readings []string
	order := UnknownOrder
	var only ymd
	for i, d := range [...]ymd{dayFirst, monthFirst, yearFirst} {
		if !d.valid() || d.month == 0 || d.day == 0 || slices.Contains(readings, d.String()) {
			continue
		}
		readings = append(readings, d.String())
		only, order = d, Order(i+1)
	}
	if len(readings) == 0 {
		return Match{}, 0
	}
	m, n := s.one(only, end)
	m.Numeric = true
	if len(readings) > 1 {
		m.Value, m.Precision, m.Readings = "", Day, readings
		return m, n
	}
	if order <= MonthFirst && dayFirst != monthFirst {
		m.Order = order
	}
	return m, n
}

// monthOnly reads 2019-10 and 10/2019.
func (s *scanner) monthOnly() (Match, int) {
	a, p, b := s.get(0), s.get(1), s.get(2)
	if p.gap || b.gap {
		return Match{}, 0
	}
	// What follows would make it something else: a part of a number, an address or a span of years (2019-10-).
	if k := s.get(3); !k.gap && (k.kind == word && !alone(firstRune(s.text[k.start:])) || k.char == '-' || k.char == '/') {
		return Match{}, 0
	}
	if a.width == 4 && b.width == 2 && p.char != '.' {
		if d := (ymd{a.n, b.n, 0}); d.valid() && d.month > 0 {
			return s.one(d, 3)
		}
	}
	return Match{}, 0
}

// compact reads ISO 8601's basic form with a time: 20191003T120000Z.
func (s *scanner) compact() (Match, int) {
	k := s.get(0)
	if k.width != 8 {
		return Match{}, 0
	}
	t, c := s.get(1), s.get(2)
	d := ymd{k.n / 10000, k.n / 100 % 100, k.n % 100}
	if t.kind != word || t.gap || s.folded(t) != "t" || c.kind != number || c.gap || !d.valid() || d.month == 0 || d.day == 0 {
		return Match{}, 0
	}
	if c.width == 6 {
		clock, ok := timeOfDay(c.n/10000, c.n/100%100, c.n%100)
		if !ok {
			return Match{}, 0
		}
		zone, n := s.zone(3)
		m := Match{Start: k.start, End: s.get(2 + n).end, Value: d.String() + clock + zone, Precision: Time}
		return m, 3 + n
	}
	return s.one(d, 1)
}
