package tell

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/onrecord/onrecord/archive"
)

// Kind is a kind of change in a word or two: "silent edit", "reordered", "new".
func Kind(c archive.Change) string {
	switch {
	case c.Kind == archive.First:
		return "new"
	case c.Kind == archive.Restored && c.Silent:
		return "silently restored"
	case c.Silent:
		return "silent edit"
	case c.Kind == archive.Reordered:
		return "reordered"
	case c.Touched && c.Kind == archive.Dates:
		return "date touched"
	}
	return string(c.Kind)
}

// Restores names the version that a change brings back, with a space before it; "" when it brings back none.
func Restores(c archive.Change) string {
	if c.Restores == 0 {
		return ""
	}
	return fmt.Sprintf(" (as version %d)", c.Restores)
}

// Stated are the days that a version states: "dated 2024-05-01, updated 2024-05-03".
func Stated(r *archive.Reading) string {
	switch {
	case r.Published != "" && r.Modified != "" && r.Modified != r.Published:
		return "dated " + r.Published + ", updated " + r.Modified
	case r.Published != "":
		return "dated " + r.Published
	case r.Modified != "":
		return "updated " + r.Modified
	}
	for _, c := range r.Dates {
		if c.Ambiguous && len(c.Readings) > 1 {
			return "dated " + Clean(c.Raw) + ": " + strings.Join(c.Readings, " or ")
		}
	}
	return "states no date"
}

// Time is a time for people: to the minute, in UTC.
func Time(t time.Time) string { return t.UTC().Format("2006-01-02 15:04") }

// Plural is "1 version", "2 versions".
func Plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

// Size is a number of bytes for people.
func Size(n int64) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%.1f GiB", float64(n)/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	case n >= 1<<10:
		return fmt.Sprintf("%.1f KiB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%d B", n)
}

// Clean makes text from outside safe to show on one line: control characters and the marks that turn the direction of
// writing become visible escapes.
func Clean(s string) string {
	if strings.IndexFunc(s, unsafe) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if unsafe(r) {
			fmt.Fprintf(&b, "\\u%04x", r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func unsafe(r rune) bool {
	return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || (r >= '\u202a' && r <= '\u202e') || (r >= '\u2066' && r <= '\u2069')
}
