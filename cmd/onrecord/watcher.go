package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/cmd/internal/tell"
)

// watcher shows a run while it goes on: results to stdout as they come, and on a terminal a board that says how far each
// site is. Elsewhere a line now and then says how far the run is. It may be told by many goroutines.
type watcher struct {
	app   *app
	out   *runOutput // machine-readable; nil for people
	live  bool       // stderr is a terminal: the board is drawn again and again
	board func() *board
	began time.Time
	stop  chan struct{}
	ended sync.WaitGroup

	mu     sync.Mutex
	drawn  int       // lines of the board that stand there; guarded by mu
	logged time.Time // guarded by mu
	err    error     // of stdout; guarded by mu until the run is over
}

// newWatcher watches a run in one of the formats text, json and jsonl; board makes what a terminal shows.
func newWatcher(a *app, format string, board func() *board) *watcher {
	w := &watcher{app: a, board: board, began: time.Now(), stop: make(chan struct{}), logged: time.Now()}
	w.live = !a.quiet && !a.verbose && isTerminal(a.err) && os.Getenv("TERM") != "dumb"
	if format != "text" {
		w.out = newRunOutput(a.out, format == "json")
	}
	if !a.quiet {
		w.ended.Go(w.watch)
	}
	return w
}

// redraw is how often the board changes: eyes need no more.
const redraw = 200 * time.Millisecond

// watch draws until the run is over.
func (w *watcher) watch() {
	every := redraw
	if !w.live {
		every = time.Second
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-w.stop:
			return
		case <-tick.C:
		}
		w.mu.Lock()
		if w.live {
			w.draw()
		} else if time.Since(w.logged) >= logEvery {
			w.logged = time.Now()
			b := w.now()
			b.width, b.color = 1000, false
			w.app.note("%s", b.total())
		}
		w.mu.Unlock()
	}
}

// now is the board as it is.
func (w *watcher) now() *board {
	b := w.board()
	b.now, b.elapsed = time.Now(), time.Since(w.began)
	b.width, b.rows, b.color = 80, 24, w.app.colored(w.app.err)
	if f, ok := w.app.err.(*os.File); ok {
		if cols, rows, err := term.GetSize(int(f.Fd())); err == nil && cols > 0 && rows > 0 {
			b.width, b.rows = cols, rows
		}
	}
	return b
}

// draw draws the board over the one that stands there, in one write, so that nothing flickers.
func (w *watcher) draw() {
	lines := w.now().lines()
	var s strings.Builder
	s.WriteString(w.up())
	for _, l := range lines {
		s.WriteString(l + "\x1b[K\n")
	}
	s.WriteString("\x1b[J")
	fmt.Fprint(w.app.err, s.String())
	w.drawn = len(lines)
}

// up goes to the beginning of the board.
func (w *watcher) up() string {
	if w.drawn == 0 {
		return ""
	}
	return fmt.Sprintf("\x1b[%dA\r", w.drawn)
}

// clear takes the board away.
func (w *watcher) clear() {
	if w.drawn > 0 {
		fmt.Fprint(w.app.err, w.up()+"\x1b[J")
		w.drawn = 0
	}
}

// visit shows one visit.
func (w *watcher) visit(p record.Progress) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.out != nil {
		if w.err == nil {
			w.err = w.out.visit(p)
		}
	} else if l := resultLine(p, w.app.colored(w.app.out)); l != "" && w.err == nil {
		w.clear()
		_, w.err = fmt.Fprintln(w.app.out, l)
	}
	if w.app.verbose {
		w.clear()
		w.app.note("%s: %s %s%s", clean(p.Site), p.Entry.Outcome, clean(p.Entry.URL), because(p.Entry.Visit))
	}
}

// note prints a line above the board.
func (w *watcher) note(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clear()
	w.app.note(format, args...)
}

// close ends the watching and takes the board away.
func (w *watcher) close() {
	close(w.stop)
	w.ended.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clear()
}

// because is the reason of an outcome in brackets, and that the page was rendered.
func because(v archive.Visit) string {
	s := v.Reason
	if v.Detail != "" && s != "" {
		s += ": "
	}
	s += v.Detail
	if slices.Contains(v.Flags, record.FlagRendered) {
		if s != "" {
			s = "; " + s
		}
		s = record.FlagRendered + s
	}
	if s == "" {
		return ""
	}
	return "  (" + clean(s) + ")"
}

// resultLine is what stdout gets of a visit: what a person who follows statements wants to hear of.
func resultLine(p record.Progress, color bool) string {
	if p.Aid {
		return ""
	}
	var word, sgr string
	e := p.Entry
	url := e.URL
	switch e.Outcome {
	case archive.Stored:
		word, sgr, url = tell.Kind(e.Result.Change), sgrWarn, e.Result.URL
		if e.Result.Change.Kind == archive.First {
			sgr = sgrGood
		}
	case archive.Gone, archive.Moved:
		word, sgr = string(e.Outcome), sgrNote
	default:
		return ""
	}
	word = fmt.Sprintf("%-17s", word)
	if color {
		word = sgr + word + sgrPlain
	}
	return word + " " + clean(url)
}
