package record

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/crawler"
)

// FlagBudget: with this visit the budget of the site for one run was used up; what was still queued is left alone.
const FlagBudget = "budget used up"

// ReasonBudget: the address was due and not visited, since the site's budget for the run was used up.
const ReasonBudget = "budget"

// overspent names the budget of a site that is used up, and how much it is; "" when none is. The caller holds mu.
func (c *Crawl) overspent(s *Site, t *tally) string {
	switch {
	case s.MaxPages > 0 && t.handed >= s.MaxPages:
		return fmt.Sprintf("%d pages (max_pages)", s.MaxPages)
	case s.MaxBytes > 0 && t.Bytes >= s.MaxBytes:
		return fmt.Sprintf("%d bytes (max_bytes)", s.MaxBytes)
	case s.MaxTime > 0 && !t.began.IsZero() && time.Since(t.began) >= s.MaxTime:
		return fmt.Sprintf("%s (max_time)", s.MaxTime)
	}
	return ""
}

// spend reports whether a site's budget is used up, and notes it. The caller holds mu.
func (c *Crawl) spend(name string) bool {
	s, t := c.sites[name], c.spent[name]
	if s == nil || t == nil {
		return false
	}
	if t.spent == "" {
		t.spent = c.overspent(s, t)
	}
	return t.spent != ""
}

// closed reports whether all that waits at a host is of sites whose budget is used up, so that nobody need ask for it.
func (c *Crawl) closed(host string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	waits := false
	for name, t := range c.spent {
		if t.hosts[host] > 0 {
			if !c.spend(name) {
				return false
			}
			waits = true
		}
	}
	return waits
}

// next is the next task that a budget allows. A host that two sites share, or the queue of a run that was interrupted,
// can bring one whose site's budget is used up; it is put on record as due and not visited.
func (c *Crawl) next(ctx context.Context, free func(host string) bool) (*archive.Task, int, error) {
	open := func(host string) bool { return !c.closed(host) && free(host) }
	for {
		t, pending, err := c.Recorder.Store.Next(ctx, c.run, open)
		if err != nil || t == nil {
			return t, pending, err
		}
		c.mu.Lock()
		over := c.spend(t.Site)
		what := ""
		if over {
			what = c.spent[t.Site].spent
		}
		c.mu.Unlock()
		if !over {
			if passed, err := c.passForgotten(ctx, t); err != nil {
				return nil, 0, err
			} else if passed {
				continue
			}
			return t, pending, nil
		}
		skipped := &archive.Capture{Site: t.Site, Visit: archive.Visit{
			Time: time.Now().UTC(), URL: t.URL, Outcome: archive.Deferred, Reason: ReasonBudget, Detail: what,
		}}
		if _, err := c.Recorder.inOrder(ctx, skipped); err != nil {
			return nil, 0, err
		}
		if _, err := c.Recorder.Store.Commit(ctx, skipped, &archive.Step{Run: c.run, Done: t.URL}); err != nil {
			return nil, 0, fmt.Errorf("record %s: %w", t.URL, err)
		}
		c.mu.Lock()
		c.done(t.URL, t.Site, metDone)
		c.mu.Unlock()
	}
}

// warnSpent flags the visit with which a site's budget is used up.
func (c *Crawl) warnSpent(t *archive.Task, v *Visit) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s, b := c.sites[t.Site], c.spent[t.Site]
	if s == nil || b == nil || b.told {
		return
	}
	after := *b
	after.Bytes += v.Page.WireBytes
	if b.spent == "" {
		b.spent = c.overspent(s, &after)
	}
	if b.spent != "" {
		b.told = true
		v.warnings = append(v.warnings, FlagBudget)
	}
}

// budgeted reports whether a run may end before it has visited all that is on record of the site.
func (s *Site) budgeted() bool {
	return s.Limit > 0 || s.MaxPages > 0 || s.MaxBytes > 0 || s.MaxTime > 0
}

// firstShare is how many of the statements on record are visited before new ones are looked for where only bytes or
// time are bounded.
const firstShare = 200

// known are the statements of a site that are on record and due, those first that were not visited for longest, where
// not all may get their turn. first tells how many of them go before what the run discovers: a budget that old
// statements use up alone would never let a new one in.
func (c *Crawl) known(ctx context.Context, s *Site) (urls []string, first int, err error) {
	var pages []archive.Page
	for p, err := range c.Recorder.Store.Pages(ctx, s.Name) {
		if err != nil {
			return nil, 0, err
		}
		if !s.isStart(p.URL) && s.due(ctx, archive.Task{URL: p.URL, Host: crawler.Host(p.URL), Kind: kindRecord, Site: s.Name}) {
			pages = append(pages, archive.Page{URL: p.URL, LastVisit: p.LastVisit})
		}
	}
	first = len(pages)
	if s.budgeted() {
		slices.SortStableFunc(pages, func(a, b archive.Page) int { return a.LastVisit.Compare(b.LastVisit) })
		if s.Limit > 0 {
			pages = pages[:min(len(pages), (s.Limit+1)/2)]
		}
		first = min(len(pages), firstShare)
		if s.MaxPages > 0 {
			first = min(first, s.MaxPages/3)
		}
	}
	for _, p := range pages {
		urls = append(urls, p.URL)
	}
	return urls, first, nil
}

// unvisited counts by site what a budget left unvisited. The caller holds mu.
func (c *Crawl) unvisited() []SiteStatus {
	var out []SiteStatus
	for _, s := range c.Sites {
		if t := c.spent[s.Name]; t != nil && t.spent != "" && t.left > 0 {
			out = append(out, SiteStatus{Name: s.Name, Counts: t.Counts, Found: t.found, Left: t.left, Spent: t.spent})
		}
	}
	return out
}

// mayVisit takes one statement from the site's limit.
func (c *Crawl) mayVisit(s *Site) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	b := c.spent[s.Name]
	if s.Limit > 0 && b.statements >= s.Limit {
		return false
	}
	b.statements++
	return true
}

// mayList takes one page that is no statement from the site's budget.
func (c *Crawl) mayList(s *Site) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	b := c.spent[s.Name]
	if b.listings >= listingBudget {
		return false
	}
	b.listings++
	return true
}
