package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/diff"
	"github.com/onrecord/onrecord/archive/search"
)

// hitText writes a statement that was found for people: title, address and version, when the words stood there, and
// the words among those around them.
func (a *app) hitText(w io.Writer, h *search.Hit) {
	bold, dim, plain := a.styles()
	columns := width(a.out)
	fmt.Fprintf(w, "%s%s%s\n%s@%d\n", bold, diff.Clip(h.Title, columns), plain, clean(h.URL), h.Version)
	for _, l := range diff.Wrap(stood(h), max(columns-2, 20)) {
		fmt.Fprintf(w, "  %s%s%s\n", dim, l, plain)
	}
	for _, l := range markedLines(h.Snippet, max(columns-4, 20), bold, plain) {
		fmt.Fprintf(w, "    %s\n", l)
	}
	fmt.Fprintln(w)
}

// maxRuns is how many runs of versions are told one by one.
const maxRuns = 4

// stood says when the words stood there.
func stood(h *search.Hit) string {
	var out []string
	runs := h.Runs
	if len(runs) > maxRuns {
		out = append(out, fmt.Sprintf("%d times before", len(runs)-maxRuns))
		runs = runs[len(runs)-maxRuns:]
	}
	for _, r := range runs {
		v := fmt.Sprintf("version %d", r.First)
		if r.Last > r.First {
			v = fmt.Sprintf("versions %d to %d", r.First, r.Last)
		}
		out = append(out, fmt.Sprintf("%s, seen %s to %s", v, stamp(r.FirstSeen), stamp(r.LastSeen)))
	}
	s := strings.Join(out, "; ")
	switch {
	case h.Live:
		return s + "; stands there now"
	case h.State != archive.Live:
		return s + "; the page is " + string(h.State) + " now"
	}
	return s + "; no longer there"
}

// markedLines are the lines of a snippet. Matches are bold; without colour they stand in «these».
func markedLines(s search.Snippet, columns int, bold, plain string) []string {
	if bold == "" {
		return diff.Wrap(withMarks(s, "«", "»"), columns)
	}
	// The marks of colour take no column: the text is broken with characters in their place that no text holds.
	const on, off = "\U000F0001", "\U000F0002"
	var out []string
	open := false
	for _, l := range diff.Wrap(withMarks(s, on, off), columns) {
		lead := ""
		if open {
			lead = bold
		}
		if i, j := strings.LastIndex(l, on), strings.LastIndex(l, off); i >= 0 || j >= 0 {
			open = i > j
		}
		l = lead + strings.NewReplacer(on, bold, off, plain).Replace(l)
		if open {
			l += plain
		}
		out = append(out, l)
	}
	return out
}

// withMarks is the text with something before and after each match; what looks the same in the text is left out.
func withMarks(s search.Snippet, before, after string) string {
	clear := strings.NewReplacer(before, "", after, "")
	if before == "«" {
		clear = strings.NewReplacer("«", "‹", "»", "›") // a text cannot fake a match
	}
	var b strings.Builder
	at := 0
	for _, m := range s.Marks {
		b.WriteString(clear.Replace(s.Text[at:m.Start]) + before + clear.Replace(s.Text[m.Start:m.End]) + after)
		at = m.End
	}
	b.WriteString(clear.Replace(s.Text[at:]))
	return b.String()
}
