package record

import (
	"slices"
	"strings"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/crawler"
)

// Counts are what visits came to.
type Counts struct {
	// Visits are all visits; Aids those of them to listings, feeds and sitemaps.
	Visits, Aids int
	// New are statements seen for the first time, Changed new versions of known ones.
	New, Changed, Unchanged, Gone, Moved, Deferred, Blocked, Failed int
	// Bytes came over the wire.
	Bytes int64
}

// add counts what came of a visit to a statement.
func (s *Counts) add(res archive.Result) {
	switch res.Outcome {
	case archive.Stored:
		if res.Change.Kind == archive.First {
			s.New++
		} else {
			s.Changed++
		}
	case archive.Unchanged:
		s.Unchanged++
	case archive.Gone:
		s.Gone++
	case archive.Moved:
		s.Moved++
	case archive.Deferred:
		s.Deferred++
	case archive.Blocked:
		s.Blocked++
	case archive.Failed:
		s.Failed++
	}
}

// SiteStatus is how far a run is with one site.
type SiteStatus struct {
	Name string
	Counts
	// Found are the addresses that the run knows of, those that were visited included. A run that goes on with the queue
	// of one that was interrupted does not know which addresses of it are whose: Found counts those it has met itself.
	Found int
	// Lost counts the visits that brought nothing and should have, as [Summary.Lost] does.
	Lost int
	// Now is an address under way, "" when none is, and Since when it was begun with.
	Now   string
	Since time.Time
	// Hosts are those that addresses of the site wait for.
	Hosts []string
	// Spent says which budget of the site is used up; "" for none. See [Site.MaxPages].
	Spent string
	// Left counts the addresses that are not visited yet.
	Left int
}

// tally is what a run knows of one site. It is guarded by the crawl's mu.
type tally struct {
	Counts
	found, lost, left int
	statements        int // taken from Site.Limit
	listings          int // taken from listingBudget
	handed            int // visits that were begun
	began             time.Time
	spent             string         // the budget that is used up
	told              bool           // and a visit says so
	hosts             map[string]int // addresses that wait, by host
	whole             bool           // the last run followed every link to a statement; see followed
	short             bool           // this one did not
	again             []string       // found and not on record
	good, startLost   bool           // something came; a start address could not be had
}

// Status tells how far the run is with each of its sites, in their order. It may be called while the run goes on.
func (c *Crawl) Status() []SiteStatus {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := make([]SiteStatus, 0, len(c.Sites))
	at := map[string]int{}
	for _, s := range c.Sites {
		t := c.spent[s.Name]
		if t == nil {
			continue // the run has not begun yet
		}
		at[s.Name] = len(out)
		st := SiteStatus{Name: s.Name, Counts: t.Counts, Found: t.found, Lost: t.lost, Spent: t.spent, Left: max(0, t.left)}
		for h := range t.hosts {
			st.Hosts = append(st.Hosts, h)
		}
		slices.Sort(st.Hosts)
		out = append(out, st)
	}
	for _, t := range c.tasks {
		i, ok := at[t.Site]
		if began := c.begun[t.URL]; ok && (out[i].Now == "" || began.Before(out[i].Since) || began.Equal(out[i].Since) && strings.Compare(t.URL, out[i].Now) < 0) {
			out[i].Now, out[i].Since = t.URL, began
		}
	}
	return out
}

// Left counts the addresses that the run has still to visit.
func (c *Crawl) Left() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.left
}

// met is how far a run has come with an address.
type met uint8

// An address that no run has met has none of these; each takes in those before it.
const (
	metQueued met = iota + 1
	// metDone: nothing is to be done about it any more, though it may not have been asked for.
	metDone
	// metFetched: this process asked for it.
	metFetched
)

// meet notes that an address is queued for a site, and reports whether it is new to the run. The caller holds mu.
func (c *Crawl) meet(key, site string) bool {
	id := short(key)
	if c.met[id] != 0 {
		return false
	}
	c.met[id] = metQueued
	if t := c.spent[site]; t != nil {
		t.found++
		t.left++
		t.hosts[crawler.Host(key)]++
	}
	return true
}

// done notes that nothing is to be done about an address any more, and whether it was asked for: metDone or metFetched. The
// caller holds mu.
func (c *Crawl) done(key, site string, as met) {
	id := short(key)
	before := c.met[id]
	c.met[id] = max(before, as)
	t := c.spent[site]
	if t == nil || before != metQueued { // of the queue of a run that was interrupted, where a redirect led, or done before
		return
	}
	t.left--
	h := crawler.Host(key)
	if t.hosts[h]--; t.hosts[h] <= 0 {
		delete(t.hosts, h)
	}
}

// hasMet reports whether the run has an address in its queue or is done with it. What a run that was interrupted had
// queued is not known here; the store leaves that out.
func (c *Crawl) hasMet(key string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.met[short(key)] != 0
}

// queue notes that an address is queued for a site.
func (c *Crawl) queue(key, site string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.meet(key, site)
}
