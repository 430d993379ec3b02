package web

import (
	"html/template"
	"net/url"
	"strings"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/diff"
	"github.com/onrecord/onrecord/cmd/internal/tell"
)

// words are the functions that templates call.
var words = template.FuncMap{
	"time":        timeElement,
	"day":         func(t time.Time) string { return t.UTC().Format(time.DateOnly) },
	"shown":       shownText,
	"grouped":     grouped,
	"counted":     counted,
	"siteAddress": siteAddress,
	"diffAddress": func(key string, n int) string { return comparisonAddress(key, n-1, n, false) },
	"versionAt":   versionAddress,
	"language":    languageTag,
	"kind":        func(c archive.Change) string { return tell.Kind(c) + tell.Restores(c) },
	"stateWord":   stateWord,
}

// timeElement is a time for people, in UTC, and for programs.
func timeElement(t time.Time) template.HTML {
	if t.IsZero() {
		return "—"
	}
	t = t.UTC()
	return template.HTML("<time datetime=\"" + t.Format(time.RFC3339) + "\">" + tell.Time(t) + "</time>") //nolint:gosec // digits
}

// maxShown is how many bytes of a title or address a page shows.
const maxShown = 400

// shownText is a short text from outside for people: one line, not too long, hidden characters written out. It is not
// escaped yet.
func shownText(s string) string { return diff.Shown(shorten(s, maxShown), false) }

// siteAddress is the address of a site's page.
func siteAddress(name string) string { return "/site/" + url.PathEscape(name) }

// stateWord is a page's state in words.
func stateWord(s archive.State) string {
	switch s {
	case archive.PageGone:
		return "gone"
	case archive.PageMoved:
		return "moved away"
	case archive.PageBlocked:
		return "refused"
	case archive.Unreachable:
		return "not reached"
	}
	return "live"
}

// upper is a text with its first letter as a capital.
func upper(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
