package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/diff"
	"github.com/onrecord/onrecord/cmd/internal/tell"
)

// logEvents prints the timeline of a page, oldest first.
func (a *app) logEvents(ctx context.Context, s archive.Store, p archive.Page, format string) error {
	t, list := tell.Timeline{Store: s, URL: p.URL}, rowsOf(a.out, format)
	if format == "text" {
		if err := a.eventHead(); err != nil {
			return err
		}
	}
	for e, err := range s.Events(ctx, p.URL) {
		if err != nil {
			return err
		}
		told, err := t.Event(ctx, e)
		if err != nil {
			return err
		}
		if format != "text" {
			err = list.add(told)
		} else {
			err = a.eventText(e, told.Summary)
		}
		if err != nil {
			return err
		}
	}
	if format != "text" {
		return list.end()
	}
	return nil
}

// eventWide is from how many columns on an event is one line with a column for each of its fields.
const eventWide = 120

const eventColumns = "%-16s  %-16s  %-11s  %-9s  %-6s  "

func (a *app) eventHead() error {
	if width(a.out) < eventWide {
		return nil
	}
	_, err := fmt.Fprintf(a.out, eventColumns+"%s\n", "first observed", "last observed", "state", "outcome", "status", "detail")
	return err
}

// eventText writes an event for people.
func (a *app) eventText(e archive.Event, summary string) error {
	columns := width(a.out)
	if columns >= eventWide {
		status := ""
		if e.Status != 0 {
			status = strconv.Itoa(e.Status)
		}
		head := fmt.Sprintf(eventColumns, stamp(e.Time), stamp(e.LastTime), clean(string(e.State)), clean(string(e.Outcome)), status)
		return writeRow(a.out, columns, head, tell.EventDetail(e), summary)
	}
	head := fmt.Sprintf("%s  %-11s  ", stamp(e.Time), clean(string(e.State)))
	detail := tell.EventDetail(e)
	var more []string
	if e.Status != 0 && e.Status != 200 && !strings.Contains(detail, "status "+strconv.Itoa(e.Status)) {
		more = append(more, "status "+strconv.Itoa(e.Status))
	}
	if stamp(e.LastTime) != stamp(e.Time) {
		more = append(more, "last observed "+stamp(e.LastTime))
	}
	if len(more) > 0 {
		detail += " (" + strings.Join(more, ", ") + ")"
	}
	return writeRow(a.out, columns, head, strings.TrimSpace(detail), summary)
}

// writeRow writes a line whose last column is broken where it is too long, and below it what was changed.
func writeRow(w io.Writer, columns int, head, last, summary string) error {
	var b strings.Builder
	margin, room := len(head), max(columns-len(head), 20)
	lines := diff.Wrap(last, room)
	if from, to, ok := strings.Cut(last, " to "); ok && len(lines) > 1 && strings.HasPrefix(last, "moved from ") {
		lines = []string{from, "to " + to} // addresses stay whole, so that they can be copied
	}
	if summary != "" {
		lines = append(lines, diff.Wrap(summary, room)...)
	}
	for _, l := range lines {
		b.WriteString(strings.TrimRight(fmt.Sprintf("%-*s%s", margin, head, l), " ") + "\n")
		head = ""
	}
	_, err := io.WriteString(w, b.String())
	return err
}
