package crawler

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// Frontier holds what is still to be visited in a run. Run calls Next from one goroutine at a time; Visited from any.
type Frontier interface {
	// Next returns a request whose host (see [Host]) is free, and ok false when there is none now. It asks free about the
	// hosts that have pending requests, until one is free; hosts without any are not to be asked about, since a run goes on
	// as long as Next was refused a host. An error ends the run.
	Next(ctx context.Context, free func(host string) bool) (req Request, ok bool, err error)
	// Visited tells that a page was visited in this run. A redirect that leads to it is not followed: its visit ends as Moved.
	Visited(key string) bool
}

// grace is how long a handler may go on when the run is stopped.
const grace = 1500 * time.Millisecond

// Run visits what the frontier holds with [Config.Workers] visits side by side, never two of one host, until nothing is
// pending and nothing is in flight. handle is called with every page, from several goroutines; it records the page and
// adds what was found to the frontier, which is asked again afterwards.
//
// When ctx ends Run returns its error within two seconds. Visits that are stopped in the middle are not handled: they
// were never made. A page that is there is handled with a context that ends a moment later, so that it can be kept.
// An error of the frontier or of handle ends the run in the same way.
func (c *Crawler) Run(ctx context.Context, f Frontier, handle func(ctx context.Context, req Request, p *Page) error) error {
	g, gctx := errgroup.WithContext(ctx)
	late, end := afterwards(gctx)
	defer end()
	r := &run{crawler: c, frontier: f, busy: make(map[string]int), change: make(chan struct{}, 1)}
	work := make(chan Request)
	g.Go(func() error {
		defer close(work)
		return r.dispatch(gctx, work)
	})
	for range c.config.Workers {
		g.Go(func() error {
			for req := range work {
				p := c.newVisit(gctx, req, pageVisit, f.Visited).run()
				var err error
				if p.Reason != ReasonStopped {
					err = handle(late, req, p)
				}
				r.done(Host(req.URL))
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	return ctx.Err()
}

// afterwards returns a context that ends a moment after ctx.
func afterwards(ctx context.Context) (context.Context, context.CancelFunc) {
	late, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(grace, cancel) })
	return late, func() { stop(); cancel() }
}

// run is the state of one Run.
type run struct {
	crawler  *Crawler
	frontier Frontier
	change   chan struct{} // something finished

	mu   sync.Mutex
	busy map[string]int // hosts with a visit under way
}

// dispatch hands requests to the workers until the run is over.
func (r *run) dispatch(ctx context.Context, work chan<- Request) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		idle := r.idle() // before Next is asked: what finishes meanwhile may have added something
		var refused bool
		var soonest time.Time
		req, ok, err := r.frontier.Next(ctx, func(host string) bool {
			free, at := r.free(host)
			if !free {
				refused = true
				if !at.IsZero() && (soonest.IsZero() || at.Before(soonest)) {
					soonest = at
				}
			}
			return free
		})
		switch {
		case err != nil:
			return err
		case ok:
			r.start(Host(req.URL))
			select {
			case work <- req:
			case <-ctx.Done():
				return ctx.Err()
			}
			continue
		case !refused && idle:
			return nil
		}
		if err := r.await(ctx, soonest); err != nil {
			return err
		}
	}
}

// await waits until something finishes or a host's pause is over.
func (r *run) await(ctx context.Context, at time.Time) error {
	var pause <-chan time.Time
	if !at.IsZero() {
		t := time.NewTimer(time.Until(at))
		defer t.Stop()
		pause = t.C
	}
	select {
	case <-r.change:
	case <-pause:
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

// free tells whether a visit of a host may begin now, and if only a pause stands against it, when that ends.
func (r *run) free(host string) (bool, time.Time) {
	r.mu.Lock()
	busy := r.busy[host] > 0
	r.mu.Unlock()
	if busy {
		return false, time.Time{}
	}
	at := r.crawler.pacer.ready(host, r.crawler.config.MaxWait)
	return at.IsZero(), at
}

func (r *run) start(host string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.busy[host]++
}

func (r *run) done(host string) {
	r.mu.Lock()
	if r.busy[host]--; r.busy[host] <= 0 {
		delete(r.busy, host)
	}
	r.mu.Unlock()
	select {
	case r.change <- struct{}{}:
	default:
	}
}

func (r *run) idle() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.busy) == 0
}
