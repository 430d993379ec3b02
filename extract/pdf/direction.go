package pdf

import (
	"slices"
	"unicode"

	"golang.org/x/text/unicode/bidi"
)

// direction is 1 for a character written from right to left, -1 for the other way (numbers too), 0 for others.
func direction(r rune) int {
	if r < 0x590 && (r >= '0' && r <= '9' || unicode.IsLetter(r)) {
		return -1
	}
	p, _ := bidi.LookupRune(r)
	switch p.Class() {
	case bidi.R, bidi.AL:
		return 1
	case bidi.L, bidi.EN, bidi.AN:
		return -1
	}
	return 0
}

// strong is above 0 when most directed characters go from right to left, below 0 when only some do, 0 without any.
func strong(gs []glyph) int {
	r, l := 0, 0
	for i := range gs {
		switch c := firstRune(gs[i].text); {
		case direction(c) > 0:
			r++
		case direction(c) < 0 && unicode.IsLetter(c):
			l++
		}
	}
	switch {
	case r == 0:
		return 0
	case r >= l:
		return 1
	}
	return -1
}

// logical puts glyphs that stand in the order of the page into the order of reading: runs of the other direction are
// turned round (the reverse of UAX #9, rule L2, for two levels).
func logical(gs []glyph, space []bool, rtl bool) ([]glyph, []bool) {
	n := len(gs)
	base := -1
	if rtl {
		base = 1
	}
	level := levels(gs, base)
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	if rtl {
		slices.Reverse(order)
	}
	for i := 0; i < n; {
		j := i
		for j < n && level[order[j]] == level[order[i]] {
			j++
		}
		if level[order[i]] != base {
			slices.Reverse(order[i:j])
		}
		i = j
	}
	out, gap := make([]glyph, n), make([]bool, n)
	for k, i := range order {
		out[k] = gs[i]
		if k == 0 {
			continue
		}
		switch prev := order[k-1]; { // a gap stands between two neighbours, whichever is read first
		case prev == i-1:
			gap[k] = space[i]
		case prev == i+1:
			gap[k] = space[prev]
		default: // the ends of two runs: they touch where the right one begins
			gap[k] = space[max(lowest(order, level, k-1), lowest(order, level, k))]
		}
	}
	return out, gap
}

// levels are the directions of glyphs: neutral characters within a run are of it, others of the line.
func levels(gs []glyph, base int) []int {
	n := len(gs)
	level := make([]int, n)
	for i := range gs {
		level[i] = direction(firstRune(gs[i].text))
	}
	for i := 0; i < n; {
		if level[i] != 0 {
			i++
			continue
		}
		j := i
		for j < n && level[j] == 0 {
			j++
		}
		l := base
		if i > 0 && j < n && level[i-1] == level[j] {
			l = level[i-1]
		}
		for k := i; k < j; k++ {
			level[k] = l
		}
		i = j
	}
	return level
}

// lowest is the leftmost place of the run that the k-th glyph in reading is of.
func lowest(order, level []int, k int) int {
	i := order[k]
	for i > 0 && level[i-1] == level[order[k]] {
		i--
	}
	return i
}
