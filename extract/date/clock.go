package date

import "fmt"

// timeOfDay prints hours, minutes and seconds the way RFC 3339 does; ok is false when the day has no such time.
func timeOfDay(h, m, s int) (string, bool) {
	if h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 60 {
		return "", false
	}
	return fmt.Sprintf("T%02d:%02d:%02d", h, m, s), true
}

// clock reads the time of day that follows a date, i tokens from the present one: its text for Match.Value and how many
// tokens it takes with the words between ("at", "um"), 0 when there is none.
func (s *scanner) clock(i int) (string, int) {
	from := i
	dots := false // whether "12.30" is a time here
	for range 3 {
		k := s.get(i)
		if k.kind == punct && (k.char == ',' || k.char == '|' || k.char == '-' || k.char == '·' || k.char == '•' ||
			k.char == '@' || k.char == '(') {
			i++
			continue
		}
		if k.kind == word && timeWords[s.folded(k)] {
			dots = true
			i++
			continue
		}
		break
	}
	h := s.get(i)
	if h.kind != number || h.width > 4 || h.n < 0 {
		return "", 0
	}
	if h.width == 4 || i == from && !h.gap { // 20191003T1200
		if h.width != 4 || !s.iso(i) {
			return "", 0
		}
		text, ok := timeOfDay(h.n/100, h.n%100, 0)
		if !ok {
			return "", 0
		}
		zone, n := s.zone(i + 1)
		return text + zone, i + 1 + n - from
	}
	if h.width > 2 {
		return "", 0
	}
	minute, sec, n := s.minutes(i, dots)
	if n == 0 {
		return "", 0
	}
	i += n
	hour, n := s.half(i, h.n)
	text, ok := timeOfDay(hour, minute, sec)
	if !ok {
		return "", 0
	}
	i += n
	zone, n := s.zone(i)
	return text + zone, i + n - from
}

// iso tells whether a "T" joins the number i tokens on to the date.
func (s *scanner) iso(i int) bool {
	t := s.get(i - 1)
	return t.kind == word && !t.gap && !s.get(i).gap && s.folded(t) == "t"
}

// minutes reads ":04:05.999", "h04" or, where words say that a time follows, ".04" after the hour i tokens on.
func (s *scanner) minutes(i int, dots bool) (minute, second, used int) {
	sep, m := s.get(i+1), s.get(i+2)
	if sep.gap || m.gap || m.kind != number || m.width != 2 {
		return 0, 0, 0
	}
	switch {
	case sep.kind == punct && (sep.char == ':' || sep.char == '.' && (dots || s.half12(i+3))):
	case sep.kind == word && s.folded(sep) == "h":
	default:
		return 0, 0, 0
	}
	used = 3
	if c, sec := s.get(i+3), s.get(i+4); c.kind == punct && c.char == sep.char && !c.gap && sec.kind == number && sec.width <= 2 && !sec.gap {
		second, used = sec.n, 5
		if c, frac := s.get(i+5), s.get(i+6); c.kind == punct && (c.char == '.' || c.char == ',') && !c.gap &&
			frac.kind == number && !frac.gap {
			used = 7
		}
	}
	return m.n, second, used
}

// half12 tells whether a word that only follows times stands i tokens on.
func (s *scanner) half12(i int) bool {
	switch s.folded(s.get(i)) {
	case "am", "pm", "uhr", "kl", "hrs":
		return true
	}
	return false
}

// half reads am or pm after a time and gives the hour of the day.
func (s *scanner) half(i, hour int) (h, used int) {
	w := s.folded(s.get(i))
	used = 1
	if w == "a" || w == "p" { // a.m., p.m.
		if s.get(i+1).char != '.' || s.folded(s.get(i+2)) != "m" {
			return hour, 0
		}
		w, used = w+"m", 3
		if s.get(i+3).char == '.' && !s.get(i+3).gap && s.get(i+4).kind != none {
			used = 4
		}
	}
	switch w {
	case "am":
		if hour == 12 {
			hour = 0
		}
		return hour, used
	case "pm":
		if hour < 12 {
			hour += 12
		}
		return hour, used
	case "uhr", "h", "hrs", "hs", "น":
		return hour, 1
	}
	return hour, 0
}

// zone reads an offset. Names of zones other than UTC are read over: what they mean depends on the place.
func (s *scanner) zone(i int) (text string, used int) {
	k := s.get(i)
	open := 0
	if k.kind == punct && k.char == '(' {
		open = 1
		k = s.get(i + 1)
	}
	if k.kind == word {
		switch w := s.folded(k); w {
		case "z":
			if k.gap {
				return "", 0
			}
			return "Z", 1 + open
		case "utc", "gmt":
			if off, n := s.offset(i + open + 1); n > 0 {
				return off, n + 1 + open
			}
			return "Z", 1 + open
		case "cet", "cest", "mez", "mesz", "est", "edt", "et", "cst", "cdt", "ct", "mst", "mdt", "pst", "pdt", "pt", "bst", "ist",
			"jst", "kst", "eet", "eest", "msk", "мск", "wib", "aest", "aedt", "sast", "wat", "eat":
			return "", 1 + open
		}
		return "", 0
	}
	if open > 0 {
		return "", 0
	}
	return s.offset(i)
}

// offset reads "+02:00", "-0500" or "+02".
func (s *scanner) offset(i int) (text string, used int) {
	sign, h := s.get(i), s.get(i+1)
	if sign.kind != punct || sign.char != '+' && sign.char != '-' || h.kind != number || h.gap || h.n < 0 {
		return "", 0
	}
	hours, minutes, used := h.n, 0, 2
	switch h.width {
	case 4:
		hours, minutes = h.n/100, h.n%100
	case 1, 2:
		if c, m := s.get(i+2), s.get(i+3); c.char == ':' && !c.gap && m.kind == number && m.width == 2 && !m.gap {
			minutes, used = m.n, 4
		} else if sign.gap { // "12:30 - 14" is a span
			return "", 0
		}
	default:
		return "", 0
	}
	if hours > 14 || minutes > 59 {
		return "", 0
	}
	return fmt.Sprintf("%c%02d:%02d", sign.char, hours, minutes), used
}

// timeWords stand between a date and its time of day.
var timeWords = map[string]bool{
	"t": true, "at": true, "um": true, "a": true, "alle": true, "ore": true, "kl": true, "klo": true, "o": true, "v": true,
	"в": true, "о": true, "as": true, "las": true, "les": true, "saat": true, "pukul": true, "jam": true, "om": true,
	"time": true, "ora": true, "orele": true, "ob": true, "luc": true, "στισ": true, "от": true, "godz": true,
}
