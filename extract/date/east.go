package date

import "unicode/utf8"

// raw is the text of a word as it stands, i tokens on, else "".
func (s *scanner) raw(i int) string {
	k := s.get(i)
	if k.kind != word {
		return ""
	}
	return s.text[k.start:k.end]
}

// eastern reads 2019年10月3日 and 2019년 10월 3일, without the day too.
func (s *scanner) eastern() (Match, int) {
	y := s.get(0)
	if mark := s.raw(1); y.width != 4 || mark != "年" && mark != "년" {
		return Match{}, 0
	}
	return s.after(y.n, 2)
}

// after reads month and day after a year that ends i tokens on.
func (s *scanner) after(year, i int) (Match, int) {
	m, mark := s.get(i), s.raw(i+1)
	if m.kind != number || m.width > 2 || m.n < 1 || mark != "月" && mark != "월" {
		return Match{}, 0
	}
	i += 2
	d := ymd{year, m.n, 0}
	if day, mark := s.get(i), s.raw(i+1); day.kind == number && day.width <= 2 && day.n >= 1 &&
		(mark == "日" || mark == "号" || mark == "號" || mark == "일") {
		d.day = day.n
		i += 2
	}
	if !d.valid() {
		return Match{}, 0
	}
	return s.one(d, i)
}

// eras are the ways to count years from a beginning other than ours: two characters, and the year before the first.
var eras = []struct {
	name   string
	before int
}{
	{"令和", 2018}, {"平成", 1988}, {"昭和", 1925}, {"民國", 1911}, {"民国", 1911},
}

// era reads 令和元年10月3日 and 民國108年10月3日.
func (s *scanner) era() (Match, int) {
	first := s.raw(0)
	if len(first) != 3 || first[0] < utf8.RuneSelf {
		return Match{}, 0
	}
	for _, e := range eras {
		if first+s.raw(1) != e.name || s.get(1).gap {
			continue
		}
		year := 0
		if k := s.get(2); k.kind == number && k.width <= 3 && k.n >= 1 {
			year = e.before + k.n
		} else if s.raw(2) == "元" {
			year = e.before + 1
		}
		if year == 0 || s.raw(3) != "年" {
			return Match{}, 0
		}
		return s.after(year, 4)
	}
	return Match{}, 0
}
