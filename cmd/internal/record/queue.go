package record

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/crawler"
)

// resumeWithin is how old an interrupted run may be to be gone on with; after that its queue says little.
const resumeWithin = 7 * 24 * time.Hour

// started is what is kept about a run that has not ended.
type started struct {
	Began time.Time `json:"began"`
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
