package crawler

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/onrecord/onrecord/crawler/robots"
)

// robotsBytes is how much of a robots.txt is taken from the wire and unpacked: one more than is read of it, so that the
// reader sees the cut.
const robotsBytes = robots.MaxBytes + 1

// RobotsInfo is what an origin's robots.txt means.
type RobotsInfo struct {
	// URL is where it was asked for.
	URL string
	// Rules are never nil.
	Rules *robots.Rules
	// State says what they rest on: "rules", "none (404)", "redirect loop", "robots.txt unreachable", a [Reason] with which the
	// host itself is out of reach, …
	State string
	// Fetched is when it was asked for, Until how long that holds.
	Fetched, Until time.Time
	// Delay is the Crawl-delay that is kept, Asked the one that the file has.
	Delay, Asked time.Duration
}

// Sitemaps are the absolute http and https addresses of its Sitemap lines, as keys.
func (i RobotsInfo) Sitemaps() []string {
	var keys []string
	for _, s := range i.Rules.Sitemaps() {
		u, err := ResolveURL(i.URL, s)
		if err != nil {
			continue
		}
		if k, err := Key(u); err == nil {
			keys = append(keys, k)
		}
	}
	return keys
}

// Robots tells what robots.txt says for an address, asking for it when that was not done within a day.
func (c *Crawler) Robots(ctx context.Context, url string) RobotsInfo {
	o := origin(url)
	if o == "" {
		return RobotsInfo{Rules: robots.DisallowAll(string(ReasonURL)), State: string(ReasonURL)}
	}
	e, f := c.robotsOf(ctx, o)
	if f != nil {
		return RobotsInfo{URL: o + "/robots.txt", Rules: robots.DisallowAll(f.Error()), State: string(f.reason), Until: f.until}
	}
	return e.info
}

// origin is the scheme and authority of an http or https address; each has a robots.txt of its own (RFC 9309 section 2.3).
func origin(url string) string {
	scheme, rest, ok := strings.Cut(url, "://")
	if !ok || scheme != "http" && scheme != "https" {
		return ""
	}
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	if rest == "" {
		return ""
	}
	return scheme + "://" + rest
}

// robotsCache keeps what the robots.txt files mean, and sees to it that each is asked for once, however many want it.
type robotsCache struct {
	mu      sync.Mutex
	entries map[string]*robotsEntry
	size    int
}

// robotsEntry is one origin's. A nil loading means that it is settled; the rest does not change while it is.
type robotsEntry struct {
	loading chan struct{}
	used    time.Time
	size    int
	info    RobotsInfo
	fault   *fault // why nothing can be had from the host, or not now
	lost    bool   // unreachable
	strict  bool   // refused with 401 or 403
	kept    bool   // good serves
	good    *RobotsInfo
}

// maxRobotsSize bounds the memory of all files together. Read rules are larger than the file: each byte counts as eight,
// and an entry as half a kilobyte more.
const maxRobotsSize = 64 << 20

func newRobotsCache() *robotsCache { return &robotsCache{entries: make(map[string]*robotsEntry)} }

// askRobots is asked before each hop; nil lets it pass.
func (c *Crawler) askRobots(ctx context.Context, url string, page *Page) *fault {
	e, f := c.robotsOf(ctx, origin(url))
	if f != nil {
		return f
	}
	if e.kept {
		page.Flags = addFlag(page.Flags, FlagRobotsKept)
	}
	if !e.lost {
		c.pacer.rules(Host(url), e.info.Asked, e.strict)
	}
	d := e.info.Rules.Decide(c.token, url)
	switch {
	case d.Allowed:
		return nil
	case e.lost:
		return blocked(ReasonRobotsUnreachable, "%.300s", d.Rule)
	}
	return blocked(ReasonRobots, "%.200q for %.60q", d.Rule, d.Group)
}

// robotsOf returns an origin's entry, asking for the file when there is none that still holds. A fault tells that nothing
// can be had from the host, or not now.
func (c *Crawler) robotsOf(ctx context.Context, o string) (*robotsEntry, *fault) {
	r := c.robots
	for {
		r.mu.Lock()
		e := r.entries[o]
		now := time.Now()
		if e != nil && e.loading == nil && now.Before(e.info.Until) {
			e.used = now
			r.mu.Unlock()
			return e, e.fault
		}
		if e != nil && e.loading != nil {
			loading := e.loading
			r.mu.Unlock()
			select {
			case <-loading:
				continue
			case <-ctx.Done():
				return nil, stopped(ctx)
			}
		}
		mine := &robotsEntry{loading: make(chan struct{}), used: now}
		if e != nil {
			mine.good = e.good
		}
		r.entries[o] = mine
		r.mu.Unlock()
		if f := c.fillRobots(ctx, o, e, mine); f != nil {
			return nil, f
		}
		return mine, mine.fault
	}
}

// fillRobots settles an entry and wakes who waits for it. When the caller's context ended nothing is known, and the next
// one has to ask; old is then put back.
func (c *Crawler) fillRobots(ctx context.Context, o string, old, mine *robotsEntry) (f *fault) {
	r := c.robots
	settled := false
	defer func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		if old != nil {
			r.size -= old.size
			old.size = 0
		}
		if settled {
			r.size += mine.size
			r.shrink(o)
		} else if old != nil {
			r.entries[o] = old
		} else {
			delete(r.entries, o)
		}
		close(mine.loading)
		mine.loading = nil
	}()
	got := &robotsEntry{good: mine.good}
	if !c.loadRobots(o, got, old == nil) {
		p := c.newVisit(ctx, Request{URL: o + "/robots.txt"}, robotsVisit, nil).run()
		if p.Reason == ReasonStopped {
			return stopped(ctx)
		}
		if c.config.OnRobots != nil {
			c.config.OnRobots(p)
		}
		c.judgeRobots(got, p)
	}
	got.fallBack(time.Now())
	got.info.URL = o + "/robots.txt"
	got.info.Asked, _ = got.info.Rules.CrawlDelay(c.token)
	got.info.Delay = min(got.info.Asked, maxCrawlDelay)
	r.mu.Lock()
	mine.size, mine.info, mine.fault = 8*got.size+512, got.info, got.fault
	mine.lost, mine.strict, mine.kept, mine.good = got.lost, got.strict, got.kept, got.good
	r.mu.Unlock()
	settled = true
	return nil
}

// loadRobots takes a kept copy that is less than a day old.
func (c *Crawler) loadRobots(o string, e *robotsEntry, first bool) bool {
	if !first || c.config.LoadRobots == nil {
		return false
	}
	body, at, ok := c.config.LoadRobots(o)
	now := time.Now()
	if !ok || at.After(now) || now.Sub(at) >= robotsKept {
		return false
	}
	info := RobotsInfo{Rules: robots.Parse(body), State: "rules", Fetched: at, Until: at.Add(robotsAge)}
	e.good, e.size = &info, len(body)
	if now.Sub(at) >= robotsAge {
		return false
	}
	e.info = info
	return true
}

// judgeRobots says what a visit to robots.txt means (RFC 9309 section 2.3.1).
func (c *Crawler) judgeRobots(e *robotsEntry, p *Page) {
	e.info = RobotsInfo{Fetched: p.Time, Until: p.Time.Add(robotsAge), Rules: robots.AllowAll()}
	switch {
	case p.Outcome == Fetched, p.Reason == ReasonEmpty, p.Reason == ReasonNoContent:
		e.info.Rules, e.info.State = robots.Parse(p.Raw), "rules"
		if e.info.Rules.Empty() {
			e.info.State = "no rules"
		}
		e.size = len(p.Raw)
		info := e.info
		e.good = &info
	case p.Outcome == Deferred:
		e.info.Rules, e.info.State = robots.DisallowAll("robots.txt asks to come back later"), string(p.Reason)
		e.info.Until = p.Until
		e.fault = &fault{outcome: Deferred, reason: p.Reason, detail: "robots.txt: " + p.Detail, until: p.Until}
	case p.Reason == ReasonLoop, p.Reason == ReasonRedirects, p.Reason == ReasonNoTarget, p.Reason == ReasonTarget, p.Reason == ReasonScheme:
		e.info.State = string(p.Reason)
	case answered(p) && p.Status >= 400 && p.Status < 500:
		e.info.State = "none (" + p.Detail + ")"
		e.strict = p.Status == 401 || p.Status == 403
	case outOfReach(p) && (p.Reason == ReasonProxy || len(p.Hops) <= 1+c.config.Retries && p.FinalURL == ""):
		// The page itself would fare no better: it gets the reason of the host, which tells more.
		e.info.Rules, e.info.State = robots.DisallowAll(p.Detail), string(p.Reason)
		e.info.Until = time.Now().Add(reachAgain)
		e.fault = &fault{outcome: p.Outcome, reason: p.Reason, detail: p.Detail, err: p.Err}
	default:
		e.lost = true
		why := string(p.Reason)
		if p.Detail != "" {
			why += ": " + p.Detail
		}
		e.info.Rules, e.info.State = robots.DisallowAll(why), string(ReasonRobotsUnreachable)
		e.info.Until = time.Now().Add(robotsAgain)
	}
}

// answered tells that the outcome rests on a whole answer.
func answered(p *Page) bool {
	switch p.Reason {
	case ReasonMissing, ReasonRemoved, ReasonLegal, ReasonRefused, ReasonStatus:
		return true
	}
	return false
}

// outOfReach tells that there was no connection, and would be none for a page.
func outOfReach(p *Page) bool {
	switch p.Reason {
	case ReasonAddress, ReasonPort, ReasonName, ReasonUnreachable, ReasonProxy, ReasonExpired, ReasonCertName, ReasonAuthority, ReasonTLSVersion, ReasonTLS:
		return true
	}
	return false
}

// fallBack lets the last good copy serve while the file is unreachable, for a month at most (RFC 9309 section 2.3.1.4).
func (e *robotsEntry) fallBack(now time.Time) {
	if !e.lost || e.good == nil || now.Sub(e.good.Fetched) >= robotsKept {
		return
	}
	until := e.info.Until
	e.info = *e.good
	e.info.State, e.info.Until = "kept copy", until
	e.lost, e.kept = false, true
}

// shrink forgets the files that were not used for longest. The caller holds mu.
func (r *robotsCache) shrink(keep string) {
	for r.size > maxRobotsSize {
		var oldest string
		for o, e := range r.entries {
			if o != keep && e.loading == nil && (oldest == "" || e.used.Before(r.entries[oldest].used)) {
				oldest = o
			}
		}
		if oldest == "" {
			return
		}
		r.size -= r.entries[oldest].size
		delete(r.entries, oldest)
	}
}
