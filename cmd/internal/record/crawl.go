package record

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/browser"
	"github.com/onrecord/onrecord/extract"
)

// Crawl is one archiving run over sites: it visits their statements on record, looks for new ones from where each site
// starts, and records every visit. The run's queue is in the archive, so that a run that was interrupted goes on where
// it was.
type Crawl struct {
	Recorder *Recorder
	Crawler  *crawler.Crawler
	Sites    []*Site
	// Progress hears of every visit; nil does not. It is called by many goroutines.
	Progress func(Progress)
	// Browser makes the browser of the run, with the first page that needs one; nil makes one of package browser.
	Browser func(browser.Config) (Renderer, error)
	// By says what makes the run, for its record; "" is "crawl".
	By string

	browsing browsing
	run      string
	sites    map[string]*Site
	large    chan struct{} // the place for a page that is large
	mu       sync.Mutex
	tasks    map[string]*archive.Task // handed out and not finished; guarded by mu
	begun    map[string]time.Time     // when they were handed out, by address; guarded by mu
	met      map[[16]byte]met         // addresses that were queued or visited in the run; guarded by mu
	spent    map[string]*tally        // by site; guarded by mu
	probe    map[string]*probed       // by host and folder; guarded by mu
	mixes    mixes                    // guarded by mu
	total    Summary                  // guarded by mu
	failures map[string]int           // visits that brought nothing, by reason; guarded by mu
	left     int                      // tasks that were queued when last asked; guarded by mu
	// recordErr is the first error of the store while sites are learned.
	recordErr error
}

// Progress is one visit of a run, for whoever watches.
type Progress struct {
	Site string
	// Aid is true for a listing, feed or sitemap.
	Aid   bool
	Entry Entry
	// Done and Queued count the run's visits and what is still queued.
	Done, Queued int
}

// Summary counts what a run did.
type Summary struct {
	// Number is what the run is called on record; 0 when it is not on record. By is what made it.
	Number       int
	By           string
	Began, Ended time.Time
	// Resumed is true when the run went on with the queue of one that was interrupted.
	Resumed bool
	Counts
	// Troubles are the first few visits to statements or starts that brought nothing, with the reason.
	Troubles []archive.Visit
	// Lost counts all of them.
	Lost int
	// Cut are the sites whose budget was used up while addresses were still due, with how many.
	Cut []SiteStatus
	// NoBrowser is why no browser could be had, nil when there was one or none was needed; Unrendered counts the pages
	// that should have been rendered.
	NoBrowser  error
	Unrendered int
	// Untaught are the sites whose statements were to be discovered and were not, with the reason.
	Untaught map[string]error
}

// resumeWithin is how old an interrupted run may be to be gone on with; after that its queue says little.
const resumeWithin = 7 * 24 * time.Hour

// started is what is kept about a run that has not ended.
type started struct {
	Began time.Time `json:"began"`
}

// Run makes the run, and puts what it came to on record ([Runs]). It returns what was done also when it ends early.
func (c *Crawl) Run(ctx context.Context) (Summary, error) {
	sum, err := c.make(ctx)
	return sum, errors.Join(err, c.keep(ctx, &sum, err))
}

func (c *Crawl) make(ctx context.Context) (Summary, error) {
	if err := c.learnSites(ctx); err != nil {
		return c.total, err
	}
	c.prepare()
	if err := errors.Join(c.recallSecure(ctx), c.begin(ctx), c.open(ctx)); err != nil {
		return c.total, err
	}
	err := errors.Join(c.Crawler.Run(ctx, c, c.handle), c.closeBrowser())
	if err == nil {
		for _, s := range c.Sites {
			if _, err := c.Recorder.Settle(ctx, s.Name); err != nil {
				return c.summary(), fmt.Errorf("read %s again: %w", s.Name, err)
			}
		}
		err = errors.Join(c.keepSecure(ctx), c.keepFollowed(ctx), c.Recorder.Store.EndRun(ctx, c.run), c.Recorder.Store.SetNote(ctx, "run/"+c.run, nil))
	}
	return c.summary(), err
}

func (c *Crawl) summary() Summary {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.total.Ended = time.Now().UTC()
	c.total.Cut = c.unvisited()
	return c.total
}

// prepare makes the run's own state; its name is made from what the run is asked to do, so that the same command
// goes on with it.
func (c *Crawl) prepare() {
	c.large = make(chan struct{}, 1)
	c.mu.Lock() // who watches may ask already
	defer c.mu.Unlock()
	c.sites, c.tasks, c.begun = map[string]*Site{}, map[string]*archive.Task{}, map[string]time.Time{}
	c.met, c.spent = map[[16]byte]met{}, map[string]*tally{}
	c.probe, c.mixes = map[string]*probed{}, mixes{}
	h := sha256.New()
	for _, s := range c.Sites {
		if s.Name == "" && len(s.Start) > 0 {
			s.Name = crawler.Host(s.Start[0])
		}
		if s.Depth == 0 {
			s.Depth = DefaultDepth
		}
		c.sites[s.Name] = s
		c.spent[s.Name] = &tally{hosts: map[string]int{}}
		fmt.Fprintf(h, "%q %q", s.Name, s.Start)
		for _, g := range s.Follow {
			fmt.Fprintf(h, " %q", g.String())
		}
		for _, g := range s.Ignore {
			fmt.Fprintf(h, " not %q", g.String())
		}
		fmt.Fprintf(h, " %q %q", s.Feeds, s.Sitemaps)
	}
	c.run = hex.EncodeToString(h.Sum(nil)[:8])
}

// begin goes on with an interrupted run, or queues what a new one begins with: the statements on record first, so that
// one which has moved is met at its old address before its new one is discovered.
func (c *Crawl) begin(ctx context.Context) error {
	store := c.Recorder.Store
	c.total.Began = time.Now().UTC()
	b, err := store.Note(ctx, "run/"+c.run)
	if err != nil {
		return err
	}
	var old started
	if b != nil && json.Unmarshal(b, &old) == nil && time.Since(old.Began) < resumeWithin {
		if _, pending, err := store.Next(ctx, c.run, func(string) bool { return false }); err != nil {
			return err
		} else if pending > 0 {
			c.total.Resumed, c.left = true, pending
			return nil
		}
	}
	if err := store.EndRun(ctx, c.run); err != nil {
		return err
	}
	if b, err = json.Marshal(started{c.total.Began}); err != nil {
		return err
	}
	for _, s := range c.Sites {
		if err := c.seed(ctx, s); err != nil {
			return err
		}
	}
	return store.SetNote(ctx, "run/"+c.run, b)
}

func (c *Crawl) seed(ctx context.Context, s *Site) error {
	var tasks []archive.Task
	add := func(url, kind string, priority int) {
		t := archive.Task{URL: url, Host: crawler.Host(url), Kind: kind, Site: s.Name, Priority: priority}
		if kind == kindRecord || kind == kindStatement || s.due(ctx, t) {
			tasks = append(tasks, t)
		}
	}
	if s.lists() {
		urls, first, err := c.known(ctx, s)
		if err != nil {
			return err
		}
		for i, u := range urls {
			priority := 0
			if i >= first {
				priority = 6 // after what the run discovers
			}
			if c.mayVisit(s) {
				add(u, kindRecord, priority)
			}
		}
	}
	again, err := c.recallFollowed(ctx, s)
	if err != nil {
		return err
	}
	for _, u := range again {
		if !s.due(ctx, archive.Task{URL: u, Host: crawler.Host(u), Kind: kindStatement, Site: s.Name}) {
			c.keepTrying(s.Name, u)
		} else if c.mayVisit(s) {
			add(u, kindStatement, 3)
		}
	}
	for _, u := range s.Start {
		add(u, kindStart, 1)
	}
	if len(s.Follow) > 0 {
		for _, u := range s.Feeds {
			add(u, kindFeed, 2)
		}
		for _, u := range s.Sitemaps {
			add(u, kindSitemap, 2)
		}
	}
	c.mu.Lock()
	for i := range tasks {
		c.meet(tasks[i].URL, s.Name)
	}
	c.mu.Unlock()
	return c.Recorder.Store.Enqueue(ctx, c.run, tasks)
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

// Next hands the crawler the next address whose host is free.
func (c *Crawl) Next(ctx context.Context, free func(host string) bool) (crawler.Request, bool, error) {
	t, pending, err := c.next(ctx, free)
	if err != nil {
		return crawler.Request{}, false, err
	}
	c.mu.Lock()
	c.left = pending
	if t != nil {
		now := time.Now()
		c.tasks[t.URL], c.begun[t.URL] = t, now
		if b := c.spent[t.Site]; b != nil {
			if b.handed++; b.began.IsZero() {
				b.began = now
			}
		}
	}
	c.mu.Unlock()
	if t == nil {
		return crawler.Request{}, false, nil
	}
	req := crawler.Request{URL: t.URL}
	site := c.sites[t.Site]
	if role, _ := roleOf(t, site); role == Statement && site.Render != RenderAlways { // a 304 says nothing of a rendered text
		if p, err := c.Recorder.Store.Page(ctx, t.URL); err == nil && p.URL == t.URL && p.State == archive.Live && p.Captures%fullLook != 0 {
			req.ETag, req.LastModified = p.ETag, p.LastModified
		}
	}
	return req, true, nil
}

// fullLook is how often a page is asked for without validators: there are servers whose validators never change.
const fullLook = 8

// Visited reports whether an address was fetched in this run already.
func (c *Crawl) Visited(key string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.met[short(key)] == metFetched
}

func short(key string) [16]byte {
	sum := sha256.Sum256([]byte(key))
	return [16]byte(sum[:16])
}

// handBack takes back the task of a visit, nil when there is none, with the keys of the addresses that were asked.
func (c *Crawl) handBack(req crawler.Request, p *crawler.Page) (t *archive.Task, hops []string) {
	for _, h := range p.Hops {
		if k, err := crawler.Key(h.URL); err == nil {
			hops = append(hops, k)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	t = c.tasks[req.URL]
	delete(c.tasks, req.URL)
	delete(c.begun, req.URL)
	if t == nil {
		return nil, nil
	}
	for _, k := range hops {
		c.done(k, t.Site, metFetched)
	}
	c.done(t.URL, t.Site, metDone)
	return t, hops
}

// handle records one visit and queues what it led to.
func (c *Crawl) handle(ctx context.Context, req crawler.Request, p *crawler.Page) error {
	t, hops := c.handBack(req, p)
	if t == nil {
		return fmt.Errorf("visit of %s that no task asked for", req.URL)
	}
	leave, err := c.room(ctx, len(p.Raw))
	if err != nil {
		return err
	}
	defer leave()
	site := c.sites[t.Site]
	v := &Visit{Page: p, Site: site, Step: &archive.Step{Run: c.run, Done: t.URL}}
	v.Role, v.AidReason = roleOf(t, site)
	if v.Role == Statement {
		v.Again = func(ctx context.Context) *crawler.Page { return c.Crawler.Fetch(ctx, crawler.Request{URL: p.URL}) }
		v.SoftMissing = func(ctx context.Context, r *archive.Reading) bool { return c.softMissing(ctx, site, p.FinalURL, r) }
		v.Render = c.renderOf(site)
	}
	if err := c.Recorder.recognize(ctx, v); err != nil {
		return err
	}
	discovered := t.Kind == kindStatement
	listing, err := c.turnsOutListing(ctx, t, v)
	if err != nil {
		return err
	}
	if listing {
		as := *t
		as.Kind = kindListing
		t = &as
		v.Role, v.AidReason = roleOf(t, site)
	}
	for _, k := range hops {
		if k != t.URL {
			v.Step.Seen = append(v.Step.Seen, k)
		}
	}
	if v.Step.Found, err = c.enqueue(ctx, c.found(ctx, t, site, v)); err != nil {
		return err
	}
	c.warnSpent(t, v)
	e, err := c.Recorder.Put(ctx, v)
	if err != nil {
		return fmt.Errorf("record %s: %w", req.URL, err)
	}
	if discovered {
		c.tryAgain(t.Site, &e)
	}
	c.count(t, v.Role == Aid, e)
	return nil
}

// count adds a visit to the summary and tells whoever watches.
func (c *Crawl) count(t *archive.Task, aid bool, e Entry) {
	c.mu.Lock()
	s, site := &c.total, c.spent[t.Site]
	if site == nil {
		site = &tally{}
	}
	for _, n := range []*Counts{&s.Counts, &site.Counts} {
		n.Visits++
		n.Bytes += e.Bytes
		if aid {
			n.Aids++
		} else {
			n.add(e.Result)
		}
	}
	c.noteReached(t, site, aid, &e)
	if lost(t, aid, &e.Visit) {
		s.Lost++
		site.lost++
		if len(s.Troubles) < maxTroubles {
			s.Troubles = append(s.Troubles, e.Visit)
		}
	}
	p := Progress{Site: t.Site, Aid: aid, Entry: e, Done: s.Visits, Queued: max(0, c.left-1)}
	c.mu.Unlock()
	if c.Progress != nil {
		c.Progress(p)
	}
}

// maxTroubles is how many troubles a summary names.
const maxTroubles = 10

// lost reports a visit that leaves the run done only in part. A link that robots.txt forbids is none: it was found, and
// rightly left alone. Nor is a page that says in its own words that it is not there, or one of two variants again, or one
// that was forgotten.
func lost(t *archive.Task, aid bool, v *archive.Visit) bool {
	switch v.Outcome {
	case archive.Failed:
		if v.Reason == string(extract.NotFound) || v.Reason == ReasonAlternating {
			return false
		}
		return !aid || t.Kind == kindStart
	case archive.Deferred:
		return !aid || t.Kind == kindStart
	case archive.Blocked:
		return t.Kind == kindStart || (t.Kind == kindRecord && v.Reason != archive.ReasonForgotten)
	}
	return false
}
