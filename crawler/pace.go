package crawler

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// pacer owns the pace of every host: one request in flight, and a pause between the starts of two. The pause counts
// from the first byte of the last answer, when the server has surely begun with it, so that it holds as the server sees
// it, whatever the network does to the requests on their way.
type pacer struct {
	pace   time.Duration
	noPace bool
	max    int // hosts that are kept

	mu    sync.Mutex
	hosts map[string]*host
}

// host is the state of one host. Its fields are guarded by pacer.mu, but for turn.
type host struct {
	turn  chan struct{} // holds one token while a request is in flight
	users int           // visits that hold or await the turn

	next   time.Time     // earliest start of the next request
	hold   time.Time     // the site's Retry-After
	pace   time.Duration // set for this host; 0 means the crawler's
	delay  time.Duration // Crawl-delay
	strict bool          // robots.txt is refused (401, 403): keep to the slowest pace
	slow   time.Duration // smoothed answer time
	errors int           // errors lately, at most maxErrors
	local  bool          // its address is private, and allowed
}

// maxHosts is how many hosts are remembered; those that are forgotten first are at rest.
const maxHosts = 16 << 10

func newPacer(pace time.Duration, noPace bool) *pacer {
	return &pacer{pace: pace, noPace: noPace, max: maxHosts, hosts: make(map[string]*host)}
}

// get returns a host's state, making it when there is none. The caller holds mu.
func (p *pacer) get(name string) *host {
	h := p.hosts[name]
	if h == nil {
		if len(p.hosts) >= p.max {
			p.sweep(time.Now())
		}
		h = &host{turn: make(chan struct{}, 1)}
		p.hosts[name] = h
	}
	return h
}

// sweep forgets hosts at rest until a tenth of the room is free; when too few are, also those that only pause.
func (p *pacer) sweep(now time.Time) {
	for _, hard := range []bool{false, true} {
		for name, h := range p.hosts {
			if len(p.hosts) <= p.max*9/10 {
				return
			}
			if h.users == 0 && (hard || (h.pace == 0 && now.After(h.next) && now.After(h.hold))) {
				delete(p.hosts, name)
			}
		}
	}
}

// gap is the pause that holds for a host, and why. The caller holds mu.
func (p *pacer) gap(h *host) (time.Duration, string) {
	base, why := p.pace, "pace"
	if h.pace > 0 {
		base, why = h.pace, "pace of the host"
	}
	if p.noPace && h.local {
		if h.delay > 0 {
			return h.delay, "Crawl-delay"
		}
		return 0, "none on a private address"
	}
	gap := base
	if h.delay > gap {
		gap, why = h.delay, "Crawl-delay"
	}
	if h.strict && 4*base > gap {
		gap, why = min(4*base, maxGap), "robots.txt is refused"
	}
	if s := min(h.slow, maxGap); s > gap {
		gap, why = s, "slow answers"
	}
	if h.errors > 0 {
		if e := min(base<<h.errors, max(base, maxGap)); e > gap {
			gap, why = e, "errors"
		}
	}
	return gap, why
}

// take waits for a host's turn. It returns at once with a fault when the site has told us to stay away for longer than
// maxWait. release must be called when the answer is read.
func (p *pacer) take(ctx context.Context, name string, maxWait time.Duration) (*turn, *fault) {
	p.mu.Lock()
	h := p.get(name)
	h.users++
	p.mu.Unlock()
	leave := func() {
		p.mu.Lock()
		h.users--
		p.mu.Unlock()
	}
	select {
	case h.turn <- struct{}{}:
	case <-ctx.Done():
		leave()
		return nil, stopped(ctx)
	}
	for {
		p.mu.Lock()
		now := time.Now()
		ready, hold := h.next, h.hold
		p.mu.Unlock()
		if hold.Sub(now) > maxWait {
			<-h.turn
			leave()
			return nil, held(hold)
		}
		if hold.After(ready) {
			ready = hold
		}
		if !ready.After(now) {
			gap, why := p.told(h)
			return &turn{p: p, h: h, start: now, gap: gap, why: why}, nil
		}
		if f := wait(ctx, ready.Sub(now)); f != nil {
			<-h.turn
			leave()
			return nil, f
		}
	}
}

func (p *pacer) told(h *host) (time.Duration, string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.gap(h)
}

// held is the fault of a host that is to be left alone until then.
func held(until time.Time) *fault {
	return &fault{outcome: Deferred, reason: ReasonRetryAfter, until: until, detail: "the host asked not to be visited before " + until.UTC().Format(time.RFC3339)}
}

// wait ends after a time, or with a fault when the visit ends before. No lock may be held meanwhile: others wait for it.
func wait(ctx context.Context, d time.Duration) *fault {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return stopped(ctx)
	}
}

// turn is the right to make one request to a host.
type turn struct {
	p     *pacer
	h     *host
	start time.Time
	gap   time.Duration
	why   string
}

// load is what an exchange tells about the host.
type load struct {
	began time.Time     // when the server had surely begun; zero when it never answered
	took  time.Duration // until the first byte; 0 when none came
	error bool
	local bool
	met   bool // there was a connection
}

// release gives the turn back and sets the next start.
func (t *turn) release(l load) {
	p, h := t.p, t.h
	now := time.Now()
	p.mu.Lock()
	if l.met { // otherwise the host has felt nothing of it
		h.local = l.local
		if l.took > 0 {
			h.slow = (h.slow + l.took) / 2
		}
		switch {
		case l.error:
			h.errors = min(h.errors+1, maxErrors)
		case h.errors > 0:
			h.errors--
		}
		from := l.began
		if from.IsZero() {
			from = now
		}
		gap, _ := p.gap(h)
		h.next = from.Add(gap)
	}
	h.users--
	p.mu.Unlock()
	<-h.turn
}

// holdUntil keeps everybody away from a host; a shorter hold does not take back a longer one.
func (p *pacer) holdUntil(name string, until time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if h := p.get(name); until.After(h.hold) {
		h.hold = until
	}
}

// rules sets what robots.txt says about the pace, from the next pause on, and lengthens the one that is running.
func (p *pacer) rules(name string, delay time.Duration, strict bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	h := p.get(name)
	before, _ := p.gap(h)
	h.delay, h.strict = min(delay, maxCrawlDelay), strict
	if after, _ := p.gap(h); after > before && !h.next.IsZero() {
		h.next = h.next.Add(after - before)
	}
}

// setPace sets the pace of one host.
func (p *pacer) setPace(name string, d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.get(name).pace = d
}

// unpaced tells that nobody waits at this host.
func (p *pacer) unpaced(name string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	h := p.hosts[name]
	return p.noPace && h != nil && h.local
}

// ready tells when a visit of the host need not wait any more; the zero time means now. A hold longer than maxWait
// counts as now, since the visit is deferred at once.
func (p *pacer) ready(name string, maxWait time.Duration) time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	h := p.hosts[name]
	if h == nil {
		return time.Time{}
	}
	now := time.Now()
	if h.hold.Sub(now) > maxWait {
		return time.Time{}
	}
	at := h.next
	if h.hold.After(at) {
		at = h.hold
	}
	if !at.After(now) {
		return time.Time{}
	}
	return at
}

// String tells the pace in a log.
func (t *turn) String() string { return fmt.Sprintf("%s (%s)", t.gap, t.why) }
