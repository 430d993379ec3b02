package main

import (
	"strings"
	"unicode"

	eastasian "golang.org/x/text/width"
)

// columns is how many columns of a terminal a text takes: letters of East Asia take two, marks over others none.
func columns(s string) int {
	n := 0
	for _, r := range s {
		n += columnsOf(r)
	}
	return n
}

func columnsOf(r rune) int {
	switch {
	case r < 0x300:
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	}
	switch eastasian.LookupRune(r).Kind() {
	case eastasian.EastAsianWide, eastasian.EastAsianFullwidth:
		return 2
	}
	return 1
}

// fit shortens a text to n columns; what is left out shows as "…".
func fit(s string, n int) string {
	if columns(s) <= n {
		return s
	}
	if n < 2 {
		return ""
	}
	used := 0
	for i, r := range s {
		if used += columnsOf(r); used > n-1 {
			return strings.TrimRight(s[:i], " ") + "…"
		}
	}
	return s
}

// pad fills a text up to n columns.
func pad(s string, n int) string { return s + strings.Repeat(" ", max(0, n-columns(s))) }

// padLeft does so from the left, for numbers.
func padLeft(s string, n int) string { return strings.Repeat(" ", max(0, n-columns(s))) + s }
