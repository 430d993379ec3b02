package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/cmd/internal/tell"
)

// summarize prints the summary of a run: a table of its sites when there are several, a line for all.
func (a *app) summarize(s record.Summary, sites []record.SiteStatus) {
	if a.quiet {
		return
	}
	if len(sites) > 1 {
		t := siteTable{sites: sites, all: a.verbose, width: width(a.err), color: a.colored(a.err)}
		fmt.Fprint(a.err, t.String())
	}
	for i, c := range s.Cut {
		if i == maxCut {
			a.note("and %s more at their budget", plural(len(s.Cut)-i, "site"))
			break
		}
		left := "1 address"
		if c.Left != 1 {
			left = fmt.Sprintf("%d addresses", c.Left)
		}
		a.note("%s: stopped at its budget of %s, with %s left for another run", clean(c.Name), c.Spent, left)
	}
	parts := []string{fmt.Sprintf("%d new", s.New), fmt.Sprintf("%d changed", s.Changed), fmt.Sprintf("%d unchanged", s.Unchanged)}
	for _, p := range []struct {
		n    int
		word string
	}{{s.Gone, "gone"}, {s.Moved, "moved"}, {s.Deferred, "deferred"}, {s.Blocked, "blocked"}, {s.Failed, "failed"}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.word))
		}
	}
	took := s.Ended.Sub(s.Began).Round(100 * time.Millisecond)
	a.note("%s (%s besides: listings, feeds, sitemaps), %s in %s", strings.Join(parts, ", "), plural(s.Aids, "visit"), size(s.Bytes), took)
}

// maxCut is how many sites at their budget are named.
const maxCut = 10

// siteTable is what a run came to by site.
type siteTable struct {
	sites []record.SiteStatus
	all   bool // also sites without news, however many there are
	width int
	color bool
}

// manySites is from how many sites on those without anything new are counted and not listed.
const manySites = 20

// column is one of the table; those of zeros only are left out, but for the first few.
type column struct {
	head string
	of   func(*record.SiteStatus) int
	keep bool
	sgr  string
}

var siteColumns = []column{
	{"visits", func(s *record.SiteStatus) int { return s.Visits }, true, ""},
	{"new", func(s *record.SiteStatus) int { return s.New }, true, sgrGood},
	{"changed", func(s *record.SiteStatus) int { return s.Changed }, true, sgrWarn},
	{"same", func(s *record.SiteStatus) int { return s.Unchanged }, true, ""},
	{"gone", func(s *record.SiteStatus) int { return s.Gone }, false, sgrWarn},
	{"moved", func(s *record.SiteStatus) int { return s.Moved }, false, sgrNote},
	{"deferred", func(s *record.SiteStatus) int { return s.Deferred }, false, sgrNote},
	{"blocked", func(s *record.SiteStatus) int { return s.Blocked }, false, sgrBad},
	{"failed", func(s *record.SiteStatus) int { return s.Failed }, false, sgrBad},
	{"left", func(s *record.SiteStatus) int { return s.Left }, false, sgrNote},
}

// news reports a site with something to tell of.
func news(s *record.SiteStatus) bool {
	return s.New+s.Changed+s.Gone+s.Moved+s.Deferred+s.Blocked+s.Failed+s.Lost > 0 || s.Spent != ""
}

// String is the table, none of its lines wider than the terminal, with a line for the sites that it leaves out.
func (t *siteTable) String() string {
	var rows []*record.SiteStatus
	for i := range t.sites {
		if s := &t.sites[i]; t.all || len(t.sites) <= manySites || news(s) {
			rows = append(rows, s)
		}
	}
	var cols []column
	used := 0
	for _, c := range siteColumns {
		most := 0
		for _, s := range rows {
			most = max(most, c.of(s))
		}
		if c.keep || most > 0 {
			cols = append(cols, c)
			used += 2 + max(len(c.head), len(strconv.Itoa(most)))
		}
	}
	const bytesWidth = 11
	name := 4
	for _, s := range rows {
		name = max(name, columns(clean(s.Name)))
	}
	bytes := used+bytesWidth+min(name, 12) < t.width
	if bytes {
		used += bytesWidth
	}
	name = min(name, max(8, t.width-1-used))
	var b strings.Builder
	paint := (&board{color: t.color}).paint
	if len(rows) > 0 {
		t.row(&b, paint, pad("site", name), rows, cols, bytes, nil)
	}
	for _, s := range rows {
		t.row(&b, paint, pad(fit(clean(s.Name), name), name), rows, cols, bytes, s)
	}
	if n := len(t.sites) - len(rows); n > 0 {
		fmt.Fprintf(&b, "and %s without anything new\n", plural(n, "site"))
	}
	return b.String()
}

// row writes one line of the table; that of the heads when s is nil.
func (t *siteTable) row(b *strings.Builder, paint func(sgr, s string) string, name string, rows []*record.SiteStatus, cols []column, bytes bool, s *record.SiteStatus) {
	line := name
	for _, c := range cols {
		w := len(c.head)
		for _, r := range rows {
			w = max(w, len(strconv.Itoa(c.of(r))))
		}
		cell, sgr := padLeft(c.head, w), ""
		if s != nil {
			cell = padLeft(strconv.Itoa(c.of(s)), w)
			if c.of(s) > 0 {
				sgr = c.sgr
			}
		}
		if sgr != "" {
			cell = paint(sgr, cell)
		}
		line += "  " + cell
	}
	if bytes {
		cell := "bytes"
		if s != nil {
			cell = size(s.Bytes)
		}
		line += padLeft(cell, 11)
	}
	if s == nil {
		line = paint(sgrBold, line)
	}
	b.WriteString(line + "\n")
}

// size is a number of bytes for people.
func size(n int64) string { return tell.Size(n) }
