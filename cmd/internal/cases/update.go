package cases

import (
	"context"
	"slices"
	"time"

	"github.com/onrecord/onrecord/archive"
)

// Kinds of cases.
const (
	// Unreached: no run has reached the site for several of its intervals, or ever.
	Unreached = "unreached"
	// Quiet: the site has published nothing for much longer than it usually waits.
	Quiet = "quiet"
	// Layout: many of the site's pages cannot be read as statements any more.
	Layout = "layout"
	// Disk: the archive's disk is nearly full.
	Disk = "disk"
	// Clock: this machine's clock went backwards, or is far from that of the servers.
	Clock = "clock"
	// Notices: notices to people cannot be sent.
	Notices = "notices"
	// Handout: the head of the ledger could not be handed out.
	Handout = "handout"
)

// Kinds are all kinds of cases, in the order in which they are documented.
func Kinds() []string { return []string{Unreached, Quiet, Layout, Disk, Clock, Notices, Handout} }

// Finding is one thing that is wrong now.
type Finding struct{ Site, Kind, Text string }

// Seen is what a look has found, and what it has looked at: a case of that which was not looked at stays as it is.
type Seen struct {
	Findings []Finding
	// Looked reports whether it was looked for a kind at a site. The site is "" for a kind that concerns all.
	Looked func(kind, site string) bool
	// Size is the size of the archive, in bytes; 0 when it is not known.
	Size int64
}

// Update opens a case for each finding that has none, closes those that are over, and returns both, the opened ones first.
// It writes two notes for each case that it opens or closes and one for itself; the archive keeps 2,000 openings and
// closings, each of less than a kilobyte, and the open cases. When it is interrupted, the next one does what is missing.
func Update(ctx context.Context, store archive.Store, seen *Seen, now time.Time) (opened, closed []Event, err error) {
	h, err := readHead(ctx, store)
	if err != nil {
		return nil, nil, err
	}
	now = now.UTC()
	var open []Event
	for _, e := range h.Open {
		if seen.has(e.Kind, e.Site) || !seen.Looked(e.Kind, e.Site) {
			open = append(open, e)
			continue
		}
		e.Closed = now
		if err := h.log(ctx, store, &e); err != nil {
			return nil, nil, err
		}
		closed = append(closed, e)
	}
	h.Open = open
	for i := range seen.Findings {
		f := &seen.Findings[i]
		if slices.ContainsFunc(h.Open, func(e Event) bool { return e.Kind == f.Kind && e.Site == f.Site }) {
			continue
		}
		e, err := h.open(ctx, store, f, now)
		if err != nil {
			return nil, nil, err
		}
		opened = append(opened, e)
	}
	h.check(now)
	h.measure(seen.Size, now)
	return opened, closed, h.write(ctx, store)
}

// has reports whether something is wrong with a site.
func (s *Seen) has(kind, site string) bool {
	return slices.ContainsFunc(s.Findings, func(f Finding) bool { return f.Kind == kind && f.Site == site })
}

// check notes that it was looked. While the clock has gone back the time before counts, so that the case stays open until it is
// caught up with, but not for ever: a clock that once ran years ahead would hold it open for years.
func (h *head) check(now time.Time) {
	for _, e := range h.Open {
		if e.Kind == Clock && now.Sub(e.Opened) < forgive && now.Before(h.Checked) {
			return
		}
	}
	h.Checked = now
}
