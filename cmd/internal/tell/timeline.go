package tell

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/diff"
)

// Timeline remembers what stood at a page while its events go by, oldest first.
type Timeline struct {
	// Store and URL are the page's.
	Store archive.Store
	URL   string

	version int  // the last that an event told
	away    bool // the page was not to be read since
}

// Summary tells what an event changed, "" when nothing can have been: an edit against the version before it, a return
// against what stood there before the page was away. Errors are the store's.
func (t *Timeline) Summary(ctx context.Context, e archive.Event) (string, error) {
	before, away := t.version, t.away
	t.Pass(e)
	switch {
	case e.State != archive.Live || before == 0:
		return "", nil
	case e.Version == 0:
		if !away {
			return "", nil
		}
		return fmt.Sprintf("the same text as before: version %d", before), nil
	}
	old, err := t.Store.Version(ctx, t.URL, e.Version-1)
	v, err2 := t.Store.Version(ctx, t.URL, e.Version)
	if errors.Is(err, archive.ErrForgotten) || errors.Is(err2, archive.ErrForgotten) {
		return Step(&old, &v), nil
	}
	if errors.Is(err, archive.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	if err2 != nil {
		return "", err2
	}
	d := diff.Readings(&old.Reading, &v.Reading)
	summary := d.Summary()
	if d.Silent {
		summary = "silently: " + summary
	}
	if away {
		summary = fmt.Sprintf("against version %d, from before: %s", old.Number, summary)
	}
	return summary, nil
}

// EventDetail is what happened, and why, on one line.
func EventDetail(e archive.Event) string {
	detail := e.Detail
	switch {
	case detail == "":
		detail = e.Reason
	case e.Reason != "" && !strings.Contains(detail, e.Reason):
		detail = e.Reason + ": " + detail
	}
	if e.Version != 0 {
		detail += fmt.Sprintf(" (version %d)", e.Version)
	}
	return Clean(detail)
}

// Pass lets an event go by of which nothing is to be told.
func (t *Timeline) Pass(e archive.Event) {
	t.away = e.State != archive.Live && (e.State != archive.PageMoved || e.Outcome == archive.Moved || e.Outcome == archive.Gone)
	if e.Version != 0 {
		t.version = e.Version
	}
}
