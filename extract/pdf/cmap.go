package pdf

import (
	"slices"
	"sort"
	"unicode/utf8"
)

// charMap maps the codes of a font: to text (a ToUnicode CMap) or to the numbers of glyphs (an encoding CMap).
type charMap struct {
	spaces []codeSpace
	single map[uint32]string
	ranges []codeRange // sorted by their start; of overlapping ones the first counts
	cids   []cidRange
}

type codeSpace struct {
	size   int
	lo, hi uint32
}

type codeRange struct {
	lo, hi uint32
	text   string // of lo; the last code unit counts up
}

type cidRange struct {
	lo, hi uint32
	cid    int
}

// readCharMap reads a CMap (ISO 32000-1, 9.7.5, and Adobe's Technical Note 5014): a small part of PostScript, of which
// only the mappings matter.
func readCharMap(b []byte, w *work) *charMap {
	m := &charMap{single: map[uint32]string{}}
	l := &lexer{b: b, w: w}
	var args []any
	for {
		v := l.object(0)
		if v == eof {
			break
		}
		op, ok := v.(word)
		if !ok {
			if len(args) < 1000 {
				args = append(args, v)
			}
			continue
		}
		m.operator(op, args)
		args = args[:0]
		if len(m.single)+len(m.ranges)+len(m.cids) > maxMapped {
			panic(stop{ErrTooLarge})
		}
	}
	m.sort()
	return m
}

func (m *charMap) operator(op word, args []any) {
	switch op {
	case "endcodespacerange":
		for i := 0; i+1 < len(args) && len(m.spaces) < 64; i += 2 {
			lo, n := codeOf(args[i])
			hi, k := codeOf(args[i+1])
			if n == k && n > 0 {
				m.spaces = append(m.spaces, codeSpace{n, lo, hi})
			}
		}
	case "endbfchar":
		for i := 0; i+1 < len(args); i += 2 {
			code, n := codeOf(args[i])
			if n > 0 {
				m.single[code] = target(args[i+1])
			}
		}
	case "endbfrange":
		for i := 0; i+2 < len(args); i += 3 {
			m.bfRange(args[i], args[i+1], args[i+2])
		}
	case "endcidrange":
		for i := 0; i+2 < len(args); i += 3 {
			lo, n := codeOf(args[i])
			hi, _ := codeOf(args[i+1])
			if cid, ok := args[i+2].(int); ok && n > 0 {
				m.cids = append(m.cids, cidRange{lo, hi, cid})
			}
		}
	case "endcidchar":
		for i := 0; i+1 < len(args); i += 2 {
			code, n := codeOf(args[i])
			if cid, ok := args[i+1].(int); ok && n > 0 {
				m.cids = append(m.cids, cidRange{code, code, cid})
			}
		}
	}
}

func (m *charMap) bfRange(from, to, dst any) {
	lo, n := codeOf(from)
	hi, _ := codeOf(to)
	if n == 0 || hi < lo {
		return
	}
	switch dst := dst.(type) {
	case string:
		m.ranges = append(m.ranges, codeRange{lo, hi, dst})
	case array:
		for i, v := range dst {
			if uint32(i) > hi-lo || len(m.single) > maxMapped {
				break
			}
			m.single[lo+uint32(i)] = target(v)
		}
	}
}

// target is the text that a code is mapped to.
func target(v any) string {
	switch v := v.(type) {
	case string:
		if len(v) == 1 { // one byte instead of two
			return string(rune(v[0]))
		}
		return utf16Text(v, true)
	case name:
		return runesOf(string(v))
	}
	return ""
}

func codeOf(v any) (code uint32, size int) {
	s, ok := v.(string)
	if !ok || len(s) == 0 || len(s) > 4 {
		return 0, 0
	}
	for i := 0; i < len(s); i++ {
		code = code<<8 | uint32(s[i])
	}
	return code, len(s)
}

func (m *charMap) sort() {
	slices.SortStableFunc(m.ranges, func(a, b codeRange) int { return int(int64(a.lo) - int64(b.lo)) })
	slices.SortStableFunc(m.cids, func(a, b cidRange) int { return int(int64(a.lo) - int64(b.lo)) })
}

// text is what a code means, and whether the map says so.
func (m *charMap) text(code uint32) (string, bool) {
	if t, ok := m.single[code]; ok {
		return t, true
	}
	i := sort.Search(len(m.ranges), func(i int) bool { return m.ranges[i].lo > code }) - 1
	for back := 0; i >= 0 && back < 8; i, back = i-1, back+1 {
		r := m.ranges[i]
		if code > r.hi {
			continue
		}
		t := target(r.text)
		last, n := utf8.DecodeLastRuneInString(t)
		up := last + rune(code-r.lo)
		if n == 0 || code-r.lo > utf8.MaxRune || !utf8.ValidRune(up) {
			return "", false
		}
		return t[:len(t)-n] + string(up), true
	}
	return "", false
}

// cid is the glyph's number for a code; 0 when the map does not say.
func (m *charMap) cid(code uint32) int {
	i := sort.Search(len(m.cids), func(i int) bool { return m.cids[i].lo > code }) - 1
	for back := 0; i >= 0 && back < 8; i, back = i-1, back+1 {
		if r := m.cids[i]; code <= r.hi {
			return r.cid + int(code-r.lo)
		}
	}
	return 0
}

// next is the first code of a string and its length in bytes, by the ranges of codes (9.7.6.2).
func (m *charMap) next(s string) (uint32, int) {
	code := uint32(0)
	for n := 1; n <= 4 && n <= len(s); n++ {
		code = code<<8 | uint32(s[n-1])
		for _, c := range m.spaces {
			if c.size == n && inSpace(c, code) {
				return code, n
			}
		}
	}
	size := 1
	if len(m.spaces) > 0 {
		size = m.spaces[0].size
	}
	code = 0
	size = min(size, len(s))
	for i := range size {
		code = code<<8 | uint32(s[i])
	}
	return code, size
}

// inSpace compares byte by byte: a range of codes is a box, not a span.
func inSpace(c codeSpace, code uint32) bool {
	for i := 0; i < c.size; i++ {
		b, lo, hi := byte(code>>(8*i)), byte(c.lo>>(8*i)), byte(c.hi>>(8*i))
		if b < lo || b > hi {
			return false
		}
	}
	return true
}
