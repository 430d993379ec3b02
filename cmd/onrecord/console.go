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

// console shows a run while it goes on: results to stdout as they come, and on a terminal a board that says how far each
// site is. Elsewhere a line now and then says how far the run is. It may be told by many goroutines.
type console struct {
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

// newConsole shows a run in one of the formats text, json and jsonl; board makes what a terminal shows.
func newConsole(a *app, format string, board func() *board) *console {
	c := &console{app: a, board: board, began: time.Now(), stop: make(chan struct{}), logged: time.Now()}
	c.live = !a.quiet && !a.verbose && isTerminal(a.err) && os.Getenv("TERM") != "dumb"
	if format != "text" {
		c.out = newRunOutput(a.out, format == "json")
	}
	if !a.quiet {
		c.ended.Go(c.watch)
	}
	return c
}

// redraw is how often the board changes: eyes need no more.
const redraw = 200 * time.Millisecond

// watch draws until the run is over.
func (c *console) watch() {
	every := redraw
	if !c.live {
		every = time.Second
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-c.stop:
			return
		case <-tick.C:
		}
		c.mu.Lock()
		if c.live {
			c.draw()
		} else if time.Since(c.logged) >= logEvery {
			c.logged = time.Now()
			b := c.now()
			b.width, b.color = 1000, false
			c.app.note("%s", b.total())
		}
		c.mu.Unlock()
	}
}

// now is the board as it is.
func (c *console) now() *board {
	b := c.board()
	b.now, b.elapsed = time.Now(), time.Since(c.began)
	b.width, b.rows, b.color = 80, 24, c.app.colored(c.app.err)
	if f, ok := c.app.err.(*os.File); ok {
		if cols, rows, err := term.GetSize(int(f.Fd())); err == nil && cols > 0 && rows > 0 {
			b.width, b.rows = cols, rows
		}
	}
	return b
}

// draw draws the board over the one that stands there, in one write, so that nothing flickers.
func (c *console) draw() {
	lines := c.now().lines()
	var s strings.Builder
	s.WriteString(c.up())
	for _, l := range lines {
		s.WriteString(l + "\x1b[K\n")
	}
	s.WriteString("\x1b[J")
	fmt.Fprint(c.app.err, s.String())
	c.drawn = len(lines)
}

// up goes to the beginning of the board.
func (c *console) up() string {
	if c.drawn == 0 {
		return ""
	}
	return fmt.Sprintf("\x1b[%dA\r", c.drawn)
}

// clear takes the board away.
func (c *console) clear() {
	if c.drawn > 0 {
		fmt.Fprint(c.app.err, c.up()+"\x1b[J")
		c.drawn = 0
	}
}

// visit shows one visit.
func (c *console) visit(p record.Progress) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.out != nil {
		if c.err == nil {
			c.err = c.out.visit(p)
		}
	} else if l := resultLines(p, c.app.colored(c.app.out)); l != "" && c.err == nil {
		c.clear()
		_, c.err = fmt.Fprint(c.app.out, l)
	}
	if c.app.verbose {
		c.clear()
		c.app.note("%s: %s %s%s", clean(p.Site), p.Entry.Outcome, clean(p.Entry.URL), because(p.Entry.Visit))
	}
}

// note prints a line above the board.
func (c *console) note(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.clear()
	c.app.note(format, args...)
}

// close ends the watching and takes the board away.
func (c *console) close() {
	close(c.stop)
	c.ended.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.clear()
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

// resultLines are what stdout gets of a visit: what a person who follows statements wants to hear of.
func resultLines(p record.Progress, color bool) string {
	if p.Aid {
		return ""
	}
	e, lines := p.Entry, ""
	line := func(word, sgr, what string) {
		word = fmt.Sprintf("%-17s", word)
		if color {
			word = sgr + word + sgrPlain
		}
		lines += word + " " + what + "\n"
	}
	if e.From != "" {
		line("new address", sgrNote, clean(e.Result.URL)+"  (was "+clean(e.From)+")")
	}
	switch e.Outcome {
	case archive.Stored:
		sgr := sgrWarn
		if e.Result.Change.Kind == archive.First {
			sgr = sgrGood
		}
		line(tell.Kind(e.Result.Change), sgr, clean(e.Result.URL))
	case archive.Gone, archive.Moved:
		line(string(e.Outcome), sgrNote, clean(e.URL))
	}
	return lines
}
