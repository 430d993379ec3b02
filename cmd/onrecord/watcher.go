package main

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/export"
	"github.com/onrecord/onrecord/cmd/internal/record"
)

// watcher shows a run while it goes on: results to stdout as they come, and on a terminal one line that says how far
// the run is. It may be told by many goroutines.
type watcher struct {
	app    *app
	format string
	live   bool // stderr is a terminal: the line is drawn again and again

	mu    sync.Mutex
	drawn time.Time // when the line was last drawn; guarded by mu
	line  bool      // a line stands there; guarded by mu
	err   error     // of stdout; guarded by mu until the run is over
}

func newWatcher(a *app, format string) *watcher {
	return &watcher{app: a, format: format, live: !a.quiet && isTerminal(a.err)}
}

// redraw is how often the line changes at most: eyes need no more.
const redraw = 100 * time.Millisecond

// visit shows one visit.
func (w *watcher) visit(p record.Progress) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.format == "jsonl" {
		if w.err == nil {
			w.err = export.WriteJSON(w.app.out, export.VisitOf(p.Entry.Visit))
		}
	} else if l := resultLine(p); l != "" && w.err == nil {
		w.clear()
		_, w.err = fmt.Fprintln(w.app.out, l)
	}
	if w.app.verbose {
		w.clear()
		w.app.note("%s %s%s", p.Entry.Outcome, clean(p.Entry.URL), because(p.Entry.Visit))
	}
	if w.live && time.Since(w.drawn) >= redraw {
		w.drawn, w.line = time.Now(), true
		fmt.Fprintf(w.app.err, "\r\x1b[K%d visited, %d to go  %s", p.Done, p.Queued, clip(clean(p.Entry.URL), width(w.app.err)-36))
	}
}

// clear takes the progress line away.
func (w *watcher) clear() {
	if w.line {
		fmt.Fprint(w.app.err, "\r\x1b[K")
		w.line = false
	}
}

func (w *watcher) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clear()
}

// because is the reason of an outcome in brackets.
func because(v archive.Visit) string {
	s := v.Reason
	if v.Detail != "" {
		s += ": " + v.Detail
	}
	if s == "" {
		return ""
	}
	return "  (" + clean(s) + ")"
}

// resultLine is what stdout gets of a visit: what a person who follows statements wants to hear of.
func resultLine(p record.Progress) string {
	if p.Aid {
		return ""
	}
	switch e := p.Entry; e.Outcome {
	case archive.Stored:
		return fmt.Sprintf("%-17s %s", changeWord(e.Result.Change), clean(e.Result.URL))
	case archive.Gone, archive.Moved:
		return fmt.Sprintf("%-17s %s", e.Outcome, clean(e.URL))
	}
	return ""
}

// changeWord is a change in one or two words.
func changeWord(c archive.Change) string {
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

// clip shortens a line to n columns; it counts characters, which for addresses is close enough.
func clip(s string, n int) string {
	r := []rune(s)
	if n < 2 || len(r) <= n {
		if n < 2 {
			return ""
		}
		return s
	}
	return strings.TrimRight(string(r[:n-1]), " ") + "…"
}
