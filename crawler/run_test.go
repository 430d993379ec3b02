package crawler_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/crawlertest"
)

// queue is a frontier in memory, and its handler.
type queue struct {
	mu      sync.Mutex
	waiting []string
	seen    map[string]bool
	pages   map[string]*crawler.Page
	links   map[string][]string // what the handler adds
	err     error
	asked   int
}

func newQueue(urls ...string) *queue {
	return &queue{waiting: urls, seen: map[string]bool{}, pages: map[string]*crawler.Page{}, links: map[string][]string{}}
}

func (q *queue) Next(_ context.Context, free func(host string) bool) (crawler.Request, bool, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.asked++
	for i, u := range q.waiting {
		if free(crawler.Host(u)) {
			q.waiting = append(q.waiting[:i:i], q.waiting[i+1:]...)
			return crawler.Request{URL: u}, true, nil
		}
	}
	return crawler.Request{}, false, nil
}

func (q *queue) Visited(key string) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.seen[key]
}

func (q *queue) handle(ctx context.Context, req crawler.Request, p *crawler.Page) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.pages[req.URL] = p
	for _, h := range p.Hops {
		q.seen[h.URL] = true
	}
	q.waiting = append(q.waiting, q.links[req.URL]...)
	if q.err != nil {
		return q.err
	}
	return ctx.Err()
}

// TestRunSideBySide shows that hosts are visited side by side, each at its own pace, with far fewer workers than hosts.
func TestRunSideBySide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, c, end := newPipes(t, crawler.Config{Workers: 4}, noRobots(func(w http.ResponseWriter, r *http.Request) { html(w, "<p>a") }))
		defer end()
		q := newQueue()
		for h := range 20 {
			for n := range 5 {
				q.waiting = append(q.waiting, fmt.Sprintf("http://h%d.example/%d", h, n))
			}
		}
		begin := time.Now()
		if err := c.Run(t.Context(), q, q.handle); err != nil {
			t.Fatal(err)
		}
		// Six requests a host take five seconds at least; the first pages of a host wait for its robots.txt in a worker.
		if d := time.Since(begin); d > 12*time.Second {
			t.Errorf("the run took %s", d)
		}
		if len(q.pages) != 100 {
			t.Errorf("%d pages were handled, want 100", len(q.pages))
		}
		for h := range 20 {
			s := p.starts(fmt.Sprintf("h%d.example", h))
			for i := 1; i < len(s); i++ {
				if s[i]-s[i-1] < time.Second {
					t.Errorf("host %d: starts %v", h, s)
					break
				}
			}
		}
		if q.asked > 1000 {
			t.Errorf("the frontier was asked %d times for 100 pages", q.asked)
		}
	})
}

// TestRunFindsMore shows that the run goes on while handlers add something.
func TestRunFindsMore(t *testing.T) {
	site := crawlertest.New(t)
	q := newQueue(site.URL() + "/0")
	for i := range 20 {
		site.SetHTML(fmt.Sprintf("/%d", i), text)
		if i > 0 {
			q.links[fmt.Sprintf("%s/%d", site.URL(), i-1)] = []string{fmt.Sprintf("%s/%d", site.URL(), i)}
		}
	}
	if err := newCrawler(t, nil).Run(t.Context(), q, q.handle); err != nil {
		t.Fatal(err)
	}
	if len(q.pages) != 20 {
		t.Errorf("%d pages were handled, want 20", len(q.pages))
	}
	if v := site.Violations(0); len(v) > 0 {
		t.Error(v)
	}
}

// TestRunSeen shows that a redirect to a page of this run is not followed.
func TestRunSeen(t *testing.T) {
	site := crawlertest.New(t)
	site.SetHTML("/new", text)
	site.Set("/old", crawlertest.Redirect(301, "/new"))
	q := newQueue(site.URL()+"/new", site.URL()+"/old")
	if err := newCrawler(t, nil).Run(t.Context(), q, q.handle); err != nil {
		t.Fatal(err)
	}
	p := q.pages[site.URL()+"/old"]
	if p.Outcome != crawler.Moved || p.Reason != crawler.ReasonSeen || p.FinalURL != site.URL()+"/new" {
		t.Errorf("page = %+v, FinalURL %q", endOf(p), p.FinalURL)
	}
	if n := site.Requests("/new"); n != 1 {
		t.Errorf("/new was asked for %d times", n)
	}
}

// TestRunStops ends a run with a hanging host, a waiting host and a finished page.
func TestRunStops(t *testing.T) {
	site, silent := crawlertest.New(t), crawlertest.New(t)
	site.SetHTML("/a", text)
	site.SetHTML("/b", text)
	silent.Set("/a", crawlertest.Hang(""))
	c := newCrawler(t, func(c *crawler.Config) {
		c.NoPace, c.Pace = false, 300*time.Millisecond
		c.Timeout, c.HeaderTimeout = time.Minute, time.Minute
	})
	ctx, cancel := context.WithCancel(t.Context())
	q := newQueue(silent.URL()+"/a", site.URL()+"/a", site.URL()+"/b")
	var handled []string
	begin := time.Now()
	err := c.Run(ctx, q, func(ctx context.Context, req crawler.Request, p *crawler.Page) error {
		cancel()
		time.Sleep(50 * time.Millisecond) // what is fetched is kept: the handler's context goes on for a moment
		if ctx.Err() != nil {
			t.Errorf("the handler's context has ended: %v", ctx.Err())
		}
		handled = append(handled, req.URL)
		return nil
	})
	if !errors.Is(err, context.Canceled) || time.Since(begin) > 4*time.Second {
		t.Errorf("Run = %v after %s", err, time.Since(begin))
	}
	if diff := cmp.Diff([]string{site.URL() + "/a"}, handled); diff != "" {
		t.Errorf("handled: -want +got\n%s", diff)
	}
}

func TestRunErrors(t *testing.T) {
	site := crawlertest.New(t)
	site.SetHTML("/a", text)
	full := errors.New("disk full")
	q := newQueue(site.URL() + "/a")
	q.err = full
	if err := newCrawler(t, nil).Run(t.Context(), q, q.handle); !errors.Is(err, full) {
		t.Errorf("Run = %v, want the handler's error", err)
	}
	if err := newCrawler(t, nil).Run(t.Context(), broken{full}, q.handle); !errors.Is(err, full) {
		t.Errorf("Run = %v, want the frontier's error", err)
	}
}

type broken struct{ err error }

func (b broken) Next(context.Context, func(string) bool) (crawler.Request, bool, error) {
	return crawler.Request{}, false, b.err
}
func (b broken) Visited(string) bool { return false }

// memory is the least frontier: a list of addresses.
type memory struct {
	urls []string
}

func (m *memory) Next(_ context.Context, free func(host string) bool) (crawler.Request, bool, error) {
	for i, u := range m.urls {
		if free(crawler.Host(u)) {
			m.urls = append(m.urls[:i:i], m.urls[i+1:]...)
			return crawler.Request{URL: u}, true, nil
		}
	}
	return crawler.Request{}, false, nil
}

func (m *memory) Visited(string) bool { return false }

func ExampleCrawler_Run() {
	site, err := crawlertest.Start()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer site.Close()
	site.SetHTML("/statements/pier", "<p>The old pier was closed in January.")
	site.Set("/pier", crawlertest.Redirect(301, "/statements/pier"))

	c, err := crawler.New(crawler.Config{AllowPrivate: true, NoPace: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()
	pages := &memory{urls: []string{site.URL() + "/pier", site.URL() + "/statements/ferry"}}
	err = c.Run(context.Background(), pages, func(_ context.Context, req crawler.Request, p *crawler.Page) error {
		fmt.Println(p.Outcome, p.Reason, len(p.Hops))
		return nil
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// fetched  2
	// gone not found 1
}
