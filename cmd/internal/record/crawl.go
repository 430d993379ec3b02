package record

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/browser"
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
