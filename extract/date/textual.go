package date

import "strings"

// monthAt reads the name of a month i tokens on: its number (see jalali), the tokens it takes, and whether it can be
// nothing else.
func (s *scanner) monthAt(i int) (month, used int, sure bool) {
	k := s.get(i)
	if k.kind != word {
		return 0, 0, false
	}
	if !mayNameMonth(s.text[k.start:k.end]) {
		return 0, 0, false
	}
	w := s.folded(k)
	if w == "thang" || w == "thg" { // Vietnamese numbers its months: tháng 10, tháng mười
		return s.vietnamese(i)
	}
	used = 1
	month, sure = monthOf(w, s.lang)
	next := s.get(i + 1)
	switch {
	case next.kind == word && w != "" && w[0] >= 0xd8: // Arabic: two words
		if m, ok := monthOf(w+" "+s.folded(next), s.lang); m > 0 {
			month, used, sure = m, 2, ok
		}
	case month == 0 && next.char == '.' && !next.gap && s.get(i+2).kind == word && !s.get(i+2).gap && w != "" && w[0] == 0xe0: // Thai: ต.ค.
		if m, ok := monthOf(w+"."+s.folded(s.get(i+2)), "th"); m > 0 {
			month, used, sure = m, 3, ok
		}
	}
	if month == 0 {
		return 0, 0, false
	}
	if dot := s.get(i + used); dot.char == '.' && !dot.gap {
		used++
	}
	return month, used, sure
}

func (s *scanner) vietnamese(i int) (month, used int, sure bool) {
	k := s.get(i + 1)
	if k.kind == number && k.n >= 1 && k.n <= 12 && k.width <= 2 {
		return k.n, 2, true
	}
	names := map[string]int{"mot": 1, "gieng": 1, "hai": 2, "ba": 3, "tu": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9,
		"muoi": 10, "chap": 12}
	m, ok := names[s.folded(k)]
	if !ok {
		return 0, 0, false
	}
	if m == 10 {
		switch s.folded(s.get(i + 2)) {
		case "mot":
			return 11, 3, true
		case "hai":
			return 12, 3, true
		}
	}
	return m, 2, true
}

// connectors stand between the parts of a date: 3 de octubre del 2019, 3rd of October, 2019. gada 3. oktobris.
var connectors = map[string]bool{
	"of": true, "the": true, "de": true, "d": true, "del": true, "di": true, "do": true, "da": true, "des": true, "den": true,
	"din": true, "gada": true, "g": true, "m": true, "ar": true, "el": true, "le": true, "la": true, "nam": true, "na": true,
	"ngay": true, "i": true, "l": true, "von": true, "vom": true, "y": true, "în": true, "year": true, "พ": true, "ศ": true,
	"ค": true, "พ.ศ": true, "ปี": true,
}

// link reads over marks and connecting words, at most four tokens.
func (s *scanner) link(i int) int {
	used := 0
	for used < 4 {
		k := s.get(i + used)
		if k.kind == punct && (k.char == ',' || k.char == '.' || k.char == '-' || k.char == '/' || k.char == '\'') ||
			k.kind == word && connectors[s.folded(k)] {
			used++
			continue
		}
		break
	}
	return used
}

// ordinal reads what may follow the number of a day or year without a gap: 3rd, 1er, 3º, 3., 3-го, 3:e, 3an, 2019ko.
func (s *scanner) ordinal(i int) int {
	k := s.get(i)
	if k.kind == none {
		return 0
	}
	if k.kind == word && !alone(firstRune(s.text[k.start:])) {
		w := s.folded(k)
		switch {
		case !k.gap && (len([]rune(w)) <= 4):
			if m, _, _ := s.monthAt(i); m > 0 && w != "a" { // 3Oct2019
				return 0
			}
			return 1
		case w == "st" || w == "nd" || w == "rd" || w == "th": // <sup> leaves a gap
			return 1
		}
		return 0
	}
	if k.kind == punct && !k.gap {
		if k.char == '.' || k.char == '°' {
			return 1
		}
		if next := s.get(i + 1); (k.char == '-' || k.char == ':' || k.char == '\'') && next.kind == word && !next.gap && len([]rune(s.folded(next))) <= 4 {
			if m, _, _ := s.monthAt(i + 1); m == 0 && !connectors[s.folded(next)] {
				return 2
			}
		}
	}
	return 0
}

// yearAt reads a year i tokens on; two digits only where a mark makes clear that they are one.
func (s *scanner) yearAt(i int, two bool) (year int, ok bool) {
	k := s.get(i)
	if k.kind != number || k.n < 0 || s.get(i+1).char == ':' && !s.get(i+1).gap {
		return 0, false
	}
	switch {
	case k.width == 4:
		return k.n, true
	case k.width == 2 && two && !s.spelled(i+1):
		return century(k.n), true
	}
	return 0, false
}

// dayMonth reads a day, a month's name and a year: 3 October 2019, 3rd of October, 2019, 3 de octubre de 2019, 3-Oct-19.
func (s *scanner) dayMonth() (Match, int) {
	day := s.get(0)
	if day.width > 2 || day.n < 1 || day.n > 31 {
		return Match{}, 0
	}
	i := 1
	i += s.ordinal(i)
	i += s.link(i)
	month, n, sure := s.monthAt(i)
	if n == 0 {
		return Match{}, 0
	}
	i += n
	before := i
	i += s.link(i)
	// A short month and a mark, or an apostrophe, make a two-digit year: 3-Oct-19, 3. Okt. 19, 3 October '19.
	two := i > before || s.get(i-1).char == '.' || !s.get(i).gap || day.width == 2 && i-n == 1
	if clock, used := s.clock(i); used > 0 && clock != "" { // 3 Oct 10:00:00 2019
		if year, ok := s.yearAt(i+used, false); ok {
			return s.dated(year, month, day.n, i+used+1, clock)
		}
	}
	year, ok := s.yearAt(i, two && sure)
	if !ok {
		return Match{}, 0
	}
	return s.dated(year, month, day.n, i+1, "")
}

// dated makes the match when the calendar has the day.
func (s *scanner) dated(year, month, day, end int, clock string) (Match, int) {
	d := gregorian(year, month, day, s.lang)
	if !d.valid() {
		return Match{}, 0
	}
	m, n := s.one(d, end)
	if clock != "" && m.Precision == Day {
		m.Value, m.Precision = m.Value+clock, Time
	}
	return m, n
}

// yearMonth reads a year, a month's name and perhaps a day: 2019. október 3., 2019ko urriaren 3a, 2019 m. spalio 3 d.
func (s *scanner) yearMonth() (Match, int) {
	year := s.get(0)
	if year.width != 4 || year.n < 1279 {
		return Match{}, 0
	}
	i := 1
	i += s.ordinal(i)
	i += s.link(i)
	if day := s.get(i); day.kind == number && day.width <= 2 && day.n >= 1 && day.n <= 31 && i > 1 { // 2019. gada 3. oktobris
		j := i + 1
		j += s.ordinal(j)
		month, n, _ := s.monthAt(j)
		if _, own := s.yearAt(j+n+s.link(j+n), false); n == 0 || own {
			return Match{}, 0
		}
		return s.dated(year.n, month, day.n, j+n, "")
	}
	month, n, sure := s.monthAt(i)
	if n == 0 {
		return Match{}, 0
	}
	i += n
	end := i
	i += s.link(i)
	if day := s.get(i); day.kind == number && day.width <= 2 && day.n >= 1 && day.n <= 31 {
		if c := s.get(i + 1); c.char != ':' || c.gap {
			// "2019 October 3, 2020" is a year of its own and then a date.
			after := i + 1 + s.link(i+1)
			if _, ok := s.yearAt(after, false); !ok {
				i++
				i += s.ordinal(i)
				return s.dated(year.n, month, day.n, i, "")
			}
			return Match{}, 0
		}
	}
	if !sure || s.get(0).gap && s.folded(s.get(1)) == "" && s.get(1).kind == punct && s.get(1).char != '.' {
		return Match{}, 0
	}
	d := gregorian(year.n, month, 0, s.lang)
	if !d.valid() {
		return Match{}, 0
	}
	return s.one(d, end)
}

// monthDay reads a month's name, a day and a year, or a month and a year: October 3rd, 2019, Oct 3 10:00:00 EDT 2019,
// octubre de 2019.
func (s *scanner) monthDay() (Match, int) {
	if s.get(1).kind == word && s.get(2).kind == word && s.get(3).kind == word { // prose: no number near
		return Match{}, 0
	}
	month, i, sure := s.monthAt(0)
	if i == 0 {
		return Match{}, 0
	}
	if m, n := s.monthYear(month, i, sure); n > 0 {
		return m, n
	}
	joint := s.get(i)
	i += s.link(i)
	day := s.get(i)
	if day.kind != number || day.width > 2 || day.n < 1 || day.n > 31 || s.get(i+1).char == ':' {
		return Match{}, 0
	}
	i++
	i += s.ordinal(i)
	if dash, to := s.get(i), s.get(i+1); dash.char == '-' && to.kind == number && to.width <= 2 && to.n > day.n && to.n <= 31 { // October 3-5, 2019
		j := i + 2
		j += s.ordinal(j)
		j += s.link(j)
		if year, ok := s.yearAt(j, false); ok {
			m, n := s.dated(year, month, day.n, j+1, "")
			m.Range = true
			return m, n
		}
	}
	before := i
	i += s.link(i)
	marked := false
	for j := before; j < i; j++ {
		k := s.get(j)
		marked = marked || k.char == '\'' || k.char == joint.char && (k.char == '-' || k.char == '/') // Oct-03-19
	}
	if clock, used := s.clock(i); used > 0 && clock != "" {
		if year, ok := s.yearAt(i+used, false); ok {
			return s.dated(year, month, day.n, i+used+1, clock)
		}
	}
	year, ok := s.yearAt(i, marked && sure)
	if !ok {
		return Match{}, 0
	}
	return s.dated(year, month, day.n, i+1, "")
}

// monthYear reads a month's name, n tokens long, and a year.
func (s *scanner) monthYear(month, n int, sure bool) (Match, int) {
	if !sure {
		return Match{}, 0
	}
	i := n + s.link(n)
	year, ok := s.yearAt(i, false)
	if !ok {
		return Match{}, 0
	}
	d := gregorian(year, month, 0, s.lang)
	if !d.valid() || strings.ContainsRune("-/", s.get(i+1).char) && s.get(i+1).kind == punct && !s.get(i+1).gap {
		return Match{}, 0
	}
	return s.one(d, i+1)
}
