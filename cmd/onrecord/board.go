package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/onrecord/onrecord/cmd/internal/record"
)

// board is what a terminal shows of a run while it goes on: a line for each site that something happens to, and one for
// the whole run. It is made anew from this state each time it is drawn.
type board struct {
	sites   []record.SiteStatus
	left    int
	elapsed time.Duration
	now     time.Time
	// waiting is until when a host is left alone, and why; the zero time when it is not.
	waiting func(host string) (time.Time, string)
	// width and rows are those of the terminal.
	width, rows int
	color       bool
}

// maxSiteLines is how many sites are shown at most: more is not read while it changes.
const maxSiteLines = 12

// Colours of the terminal, by what they tell.
const (
	sgrPlain = "\x1b[0m"
	sgrBold  = "\x1b[1m"
	sgrDim   = "\x1b[2m"
	sgrBad   = "\x1b[31m"
	sgrGood  = "\x1b[32m"
	sgrWarn  = "\x1b[33m"
	sgrNote  = "\x1b[36m"
)

func (b *board) paint(sgr, s string) string {
	if !b.color || s == "" || sgr == "" {
		return s
	}
	return sgr + s + sgrPlain
}

// lines are the board, none of them wider than the terminal.
func (b *board) lines() []string {
	shown, hidden := b.choose(min(maxSiteLines, max(1, b.rows-4)))
	name, count := 4, 3
	for _, s := range shown {
		name = max(name, columns(clean(s.Name)))
		count = max(count, len(progressOf(s)))
	}
	name = min(name, 24, max(8, b.width/4))
	var out []string
	for _, s := range shown {
		out = append(out, b.site(s, name, count))
	}
	if len(hidden) > 0 {
		done := 0
		for _, s := range hidden {
			if s.Left == 0 && s.Now == "" {
				done++
			}
		}
		line := fmt.Sprintf("%s more", plural(len(hidden), "site"))
		if done > 0 {
			line += fmt.Sprintf(", %d done", done)
		}
		if n := len(hidden) - done; n > 0 {
			line += fmt.Sprintf(", %d waiting", n)
		}
		out = append(out, b.paint(sgrDim, fit(line, b.width-1)))
	}
	return append(out, b.total())
}

// choose picks the sites to show, in their order: all when there is room, else those under way, then those that wait.
func (b *board) choose(room int) (shown, hidden []record.SiteStatus) {
	if len(b.sites) == 1 {
		return nil, nil // the line of the run says it all, but for what it waits for
	}
	if len(b.sites) <= room {
		return b.sites, nil
	}
	pick := make([]bool, len(b.sites))
	for _, want := range []func(record.SiteStatus) bool{
		func(s record.SiteStatus) bool { return s.Now != "" },
		func(s record.SiteStatus) bool { return s.Now == "" && s.Left > 0 && s.Spent == "" && s.Visits > 0 },
	} {
		for i, s := range b.sites {
			if room > 0 && !pick[i] && want(s) {
				pick[i] = true
				room--
			}
		}
	}
	for i, s := range b.sites {
		if pick[i] {
			shown = append(shown, s)
		} else {
			hidden = append(hidden, s)
		}
	}
	return shown, hidden
}

// progressOf is how many of the addresses that are known were visited.
func progressOf(s record.SiteStatus) string {
	return strconv.Itoa(s.Visits) + "/" + strconv.Itoa(s.Visits+s.Left)
}

// site is the line of one site.
func (b *board) site(s record.SiteStatus, name, count int) string {
	plain := pad(fit(clean(s.Name), name), name) + "  " + padLeft(progressOf(s), count)
	room := b.width - 1 - columns(plain)
	if room < 4 {
		return fit(plain, b.width-1)
	}
	line := b.paint(sgrBold, pad(fit(clean(s.Name), name), name)) + "  " + padLeft(progressOf(s), count)
	news, n := b.news(&s.Counts, room)
	line += news
	if room -= n; room < 12 {
		return line
	}
	return line + "  " + b.paint(sgrDim, fit(b.doing(s), room-2))
}

// news are the counts that tell something, each with two spaces before it, as far as there is room, and their width.
func (b *board) news(c *record.Counts, room int) (string, int) {
	var out strings.Builder
	used := 0
	for _, p := range []struct {
		n         int
		word, sgr string
	}{
		{c.New, "new", sgrGood}, {c.Changed, "changed", sgrWarn}, {c.Gone, "gone", sgrWarn}, {c.Moved, "moved", sgrNote},
		{c.Failed, "failed", sgrBad}, {c.Blocked, "blocked", sgrBad}, {c.Deferred, "deferred", sgrNote},
	} {
		if p.n == 0 {
			continue
		}
		s := strconv.Itoa(p.n) + " " + p.word
		if used+2+len(s) > room {
			break
		}
		used += 2 + len(s)
		out.WriteString("  " + b.paint(p.sgr, s))
	}
	return out.String(), used
}

// doing says what a site is at: an address under way, or what it waits for.
func (b *board) doing(s record.SiteStatus) string {
	switch {
	case s.Now != "":
		what := "visits " + bare(s.Now)
		if d := b.now.Sub(s.Since); d >= 3*time.Second {
			what = fmt.Sprintf("%s on %s", seconds(d), bare(s.Now))
		}
		return what
	case s.Spent != "":
		return "stopped: " + s.Spent
	case s.Left == 0:
		return "done"
	}
	var host, why string
	var soonest time.Time
	for _, h := range s.Hosts {
		if until, w := b.waiting(h); !until.IsZero() && (soonest.IsZero() || until.Before(soonest)) {
			host, soonest, why = h, until, w
		}
	}
	if host == "" {
		return "waits for its turn"
	}
	what := fmt.Sprintf("waits %s for %s", seconds(soonest.Sub(b.now)), clean(host))
	if !strings.HasPrefix(why, "pace") { // the usual pause needs no reason
		what += " (" + why + ")"
	}
	return what
}

// bare is an address without its scheme, safe to print.
func bare(url string) string {
	_, rest, ok := strings.Cut(url, "://")
	if !ok {
		rest = url
	}
	return clean(rest)
}

// seconds is a time to wait for people: full seconds, never less than one.
func seconds(d time.Duration) string {
	return max(d.Round(time.Second), time.Second).String()
}

// total is the line of the whole run.
func (b *board) total() string {
	var all record.Counts
	done := 0
	for _, s := range b.sites {
		all.Visits += s.Visits
		all.New += s.New
		all.Changed += s.Changed
		all.Gone += s.Gone
		all.Moved += s.Moved
		all.Failed += s.Failed
		all.Blocked += s.Blocked
		all.Deferred += s.Deferred
		all.Bytes += s.Bytes
		if s.Left == 0 && s.Now == "" {
			done++
		}
	}
	head := fmt.Sprintf("%d visited, %d to go", all.Visits, b.left)
	if len(b.sites) > 1 {
		head = fmt.Sprintf("%d of %d sites done, ", done, len(b.sites)) + head
	}
	head = fit(head, b.width-1)
	room := b.width - 1 - columns(head)
	news, n := b.news(&all, room)
	line, room := head+news, room-n
	for _, s := range []string{b.elapsed.Round(time.Second).String(), size(all.Bytes)} {
		if room > len(s)+2 {
			line, room = line+"  "+s, room-len(s)-2
		}
	}
	if len(b.sites) == 1 && room > 14 {
		line += "  " + b.paint(sgrDim, fit(b.doing(b.sites[0]), room-2))
	}
	return line
}
