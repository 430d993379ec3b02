package extract

import (
	"bytes"
	"slices"
	"strconv"
)

// maxMade is how many ids of a page that a program made are told apart; those beyond stand as they are.
const maxMade = 4096

// madePrefixes are how frameworks begin the ids that they number.
var madePrefixes = []string{"ember", "radix-", "react-aria-", "mui-", "yui_", "tippy-", "ext-gen", "uniqid", "uid-"}

// unmade is an id with what a program drew at random replaced by its order on the page, so that ids which differ stay
// different, and a link into the page leads where it led.
func (s *structure) unmade(id []byte) []byte {
	at := madeAt(id)
	if at < 0 {
		return id
	}
	n, ok := s.made[string(id)]
	if !ok {
		if len(s.made) >= maxMade {
			return id
		}
		if s.made == nil {
			s.made = map[string]int{}
		}
		n = len(s.made)
		s.made[string(id)] = n
	}
	return strconv.AppendInt(append(bytes.Clone(id[:at]), 0), int64(n), 10)
}

// leastMade is how long what a program draws is at least; an id with a shorter number in it may be a person's.
const leastMade = 6

// longMade is how many hexadecimal digits are no word, whatever letters are among them.
const longMade = 16

// unmadeClass is a class attribute with long random names replaced as those of ids are.
func (s *structure) unmadeClass(class []byte) []byte {
	if !slices.ContainsFunc(class, isDigit) || len(class) < longMade {
		return class
	}
	out, changed := []byte(nil), false
	for name := range bytes.FieldsSeq(class) {
		if len(name) >= longMade {
			if at := madeAt(name); at >= 0 && len(name)-at >= longMade {
				name, changed = s.unmade(name), true
			}
		}
		out = append(append(out, ' '), name...)
	}
	if !changed {
		return class
	}
	return out
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// madeAt is where in an id begins what a program drew at random, -1 when nothing in it looks so: a UUID, a number of
// hexadecimal digits, an id as React makes it (":r1a:"). Words in it that hint at something are no accident.
func madeAt(id []byte) int {
	if n := len(id); n >= 4 && n <= 12 && id[0] == ':' && id[n-1] == ':' && (id[1] == 'r' || id[1] == 'R') {
		return 0
	}
	for _, p := range madePrefixes {
		if rest, ok := bytes.CutPrefix(id, []byte(p)); ok && len(rest) > 0 && len(bytes.Trim(rest, "0123456789_:-")) == 0 {
			return len(p)
		}
	}
	at := len(id)
	for at > 0 && (hexDigit(id[at-1]) || id[at-1] == '-') {
		at--
	}
	if at > 0 && isLetter(id[at-1]) { // the rest of a word is no digit: "facade1234", "note-1234"
		for at < len(id) && id[at] != '-' {
			at++
		}
	}
	for at < len(id) && id[at] == '-' {
		at++
	}
	tail := id[at:]
	digits, letters, run := 0, 0, 0
	for _, c := range tail {
		switch {
		case c >= '0' && c <= '9':
			digits, run = digits+1, 0
		case c == '-':
			run = 0
		default:
			if letters, run = letters+1, run+1; run > 3 && len(tail) < longMade {
				return -1
			}
		}
	}
	if digits+letters < leastMade || digits == 0 || letters == 0 || nameMarks(string(tail)) != 0 || bytes.Contains(tail, []byte("feed")) {
		return -1
	}
	return at
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func hexDigit(c byte) bool { return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f' }

// link is a link without its query string and the session's number in its path; the fragment stays, in the form of the id
// that it leads to. A protected mail address stands in plain.
func (s *structure) link(link []byte) []byte {
	path, fragment, cut := link, []byte(nil), false
	if i := bytes.IndexByte(link, '#'); i >= 0 {
		path, fragment = link[:i], link[i:]
	}
	if path, _, cut = bytes.Cut(path, []byte{'?'}); bytes.HasSuffix(path, []byte(protectedPath)) {
		if plain := unprotectLink(string(path) + string(fragment)); plain != "" {
			return []byte(plain)
		}
	}
	if i := bytes.Index(path, []byte(";jsessionid=")); i >= 0 {
		path, cut = path[:i], true
	}
	if len(fragment) > leastMade && madeAt(fragment[1:]) >= 0 {
		fragment, cut = append([]byte{'#'}, s.unmade(fragment[1:])...), true
	}
	if !cut {
		return link
	}
	return append(bytes.Clone(path), fragment...)
}
