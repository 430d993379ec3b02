package date

import (
	"net/url"
	"strconv"
	"strings"
)

// address makes a claim of the dates in the path of the page's address: /2019/10/03/, /2019-10-03-name, /20191003/.
func (s *search) address() {
	u, err := url.Parse(strings.TrimSpace(s.URL))
	if err != nil || len(u.Path) > 2000 {
		return
	}
	d, raw := pathDate(u.Path)
	if raw == "" {
		return
	}
	weight := 55
	if d.day == 0 {
		weight = 20
	}
	s.put(Published, "url", raw, Match{Value: d.String(), Precision: d.precision()}, weight, "")
}

// pathDate finds the first date of a path that begins with a year and has a month at least.
func pathDate(path string) (ymd, string) {
	var best ymd
	var raw string
	for i := 0; i+6 <= len(path); i++ {
		if i > 0 && isDigit(path[i-1]) || !isDigit(path[i]) {
			continue
		}
		d, n := dateAt(path[i:])
		if n == 0 {
			continue
		}
		if d.day > 0 {
			return d, path[i : i+n]
		}
		if raw == "" {
			best, raw = d, path[i:i+n]
		}
	}
	return best, raw
}

// dateAt reads a date at the start of a piece of a path, and how many bytes it takes.
func dateAt(p string) (ymd, int) {
	digits := 0
	for digits < len(p) && isDigit(p[digits]) {
		digits++
	}
	year, err := strconv.Atoi(p[:min(4, digits)])
	if err != nil || year < 1990 || year > 2100 {
		return ymd{}, 0
	}
	switch digits {
	case 8:
		month, _ := strconv.Atoi(p[4:6])
		day, _ := strconv.Atoi(p[6:8])
		if d := (ymd{year, month, day}); d.valid() && month > 0 && day > 0 {
			return d, 8
		}
		return ymd{}, 0
	case 4:
	default:
		return ymd{}, 0
	}
	if len(p) < 6 || p[4] != '/' && p[4] != '-' && p[4] != '_' && p[4] != '.' {
		return ymd{}, 0
	}
	sep := p[4]
	month, n := pathMonth(p[5:])
	if n == 0 {
		return ymd{}, 0
	}
	end := 5 + n
	if end < len(p) && p[end] == sep {
		if day, n := pathNumber(p[end+1:]); n > 0 {
			if d := (ymd{year, month, day}); day > 0 && d.valid() {
				return d, end + 1 + n
			}
		}
	}
	// A month needs a part of the path of its own: /2019/10/name and not /2019-10-things-to-do.
	if sep != '/' || end < len(p) && p[end] != '/' {
		return ymd{}, 0
	}
	return ymd{year, month, 0}, end
}

// pathMonth reads a month of one or two digits, or an English short name as some systems write it (/2019/oct/03).
func pathMonth(p string) (month, n int) {
	if month, n = pathNumber(p); n > 0 {
		if month < 1 || month > 12 {
			return 0, 0
		}
		return month, n
	}
	for n < len(p) && n < 10 && (p[n]|0x20) >= 'a' && (p[n]|0x20) <= 'z' {
		n++
	}
	if n < 3 {
		return 0, 0
	}
	month, _ = monthOf(fold(p[:n]), "en")
	if month == 0 || month > 12 {
		return 0, 0
	}
	return month, n
}

func pathNumber(p string) (v, n int) {
	for n < len(p) && isDigit(p[n]) {
		n++
	}
	if n == 0 || n > 2 {
		return 0, 0
	}
	v, _ = strconv.Atoi(p[:n])
	return v, n
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// lastModified makes a claim of the header field. It is told and never chosen: servers set it to when a page was built.
func (s *search) lastModified() {
	if v := s.Header.Get("Last-Modified"); v != "" {
		s.add(Modified, "last-modified", v, 1)
	}
}
