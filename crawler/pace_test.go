package crawler_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/crawler"
)

func html(w http.ResponseWriter, body string) {
	w.Header().Set("Content-Type", "text/html")
	fmt.Fprint(w, body)
}

func noRobots(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		next(w, r)
	}
}

func TestPace(t *testing.T) {
	const host = "harbour.example"
	ok := noRobots(func(w http.ResponseWriter, r *http.Request) { html(w, "<p>"+r.URL.Path) })
	tests := []struct {
		name    string
		config  crawler.Config
		handler http.HandlerFunc
		set     time.Duration
		visits  int
		want    []time.Duration // starts, robots.txt first
	}{
		{"a second", crawler.Config{}, ok, 0, 3, []time.Duration{0, time.Second, 2 * time.Second, 3 * time.Second}},
		{"two seconds", crawler.Config{Pace: 2 * time.Second}, ok, 0, 2, []time.Duration{0, 2 * time.Second, 4 * time.Second}},
		{"of the host", crawler.Config{}, ok, 3 * time.Second, 2, []time.Duration{0, 3 * time.Second, 6 * time.Second}},
		{"crawl delay", crawler.Config{}, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/robots.txt" {
				fmt.Fprint(w, "User-agent: *\nCrawl-delay: 2.5\n")
				return
			}
			html(w, "<p>a")
		}, 0, 2, []time.Duration{0, 2500 * time.Millisecond, 5 * time.Second}},
		{"crawl delay has a cap", crawler.Config{}, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/robots.txt" {
				fmt.Fprint(w, "User-agent: *\nCrawl-delay: 86400\n")
				return
			}
			html(w, "<p>a")
		}, 0, 2, []time.Duration{0, time.Minute, 2 * time.Minute}},
		{"redirects count", crawler.Config{}, noRobots(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/0" {
				http.Redirect(w, r, "/b", http.StatusFound)
				return
			}
			html(w, "<p>a")
		}), 0, 1, []time.Duration{0, time.Second, 2 * time.Second}},
		{"errors double it", crawler.Config{Retries: -1}, noRobots(func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusInternalServerError)
		}), 0, 7, []time.Duration{0, 1 * time.Second, 3 * time.Second, 7 * time.Second, 15 * time.Second, 31 * time.Second, 47 * time.Second, 63 * time.Second}},
		{"refused robots.txt", crawler.Config{}, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/robots.txt" {
				w.WriteHeader(http.StatusForbidden)
				return
			}
			html(w, "<p>a")
		}, 0, 2, []time.Duration{0, 4 * time.Second, 8 * time.Second}},
		{"Retry-After holds", crawler.Config{}, noRobots(func() http.HandlerFunc {
			var once sync.Once
			return func(w http.ResponseWriter, r *http.Request) {
				first := false
				once.Do(func() { first = true })
				if first {
					w.Header().Set("Retry-After", "20")
					w.WriteHeader(http.StatusTooManyRequests)
					return
				}
				html(w, "<p>a")
			}
		}()), 0, 2, []time.Duration{0, time.Second, 21 * time.Second, 22 * time.Second}},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p, c, end := newPipes(t, tc.config, tc.handler)
				defer end()
				if tc.set > 0 {
					c.SetPace(host, tc.set)
				}
				for i := range tc.visits {
					c.Fetch(t.Context(), crawler.Request{URL: fmt.Sprintf("http://%s/%d", host, i)})
				}
				if diff := cmp.Diff(tc.want, p.starts(host)); diff != "" {
					t.Errorf("starts: -want +got\n%s", diff)
				}
			})
		})
	}
}

// TestPaceOfSlowHost shows that the pause counts from the answer and grows with it.
func TestPaceOfSlowHost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, c, end := newPipes(t, crawler.Config{}, noRobots(func(w http.ResponseWriter, r *http.Request) {
			time.Sleep(8 * time.Second)
			html(w, "<p>a")
		}))
		defer end()
		for i := range 4 {
			c.Fetch(t.Context(), crawler.Request{URL: fmt.Sprintf("http://harbour.example/%d", i)})
		}
		s := p.starts("harbour.example")
		if pause := s[4] - s[3] - 8*time.Second; pause < 5*time.Second || pause > 8*time.Second {
			t.Errorf("the pause after answers of 8 s is %s; starts %v", pause, s)
		}
		if gap, from := c.Gap("harbour.example"); from != "slow answers" || gap < 5*time.Second {
			t.Errorf("Gap = %s, %q", gap, from)
		}
	})
}

// TestOneInFlight asks one host from many goroutines.
func TestOneInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		inside, most := 0, 0
		p, c, end := newPipes(t, crawler.Config{}, func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			inside++
			most = max(most, inside)
			mu.Unlock()
			time.Sleep(300 * time.Millisecond)
			mu.Lock()
			inside--
			mu.Unlock()
			if r.URL.Path == "/robots.txt" {
				fmt.Fprint(w, "User-agent: *\nDisallow: /p\n")
				return
			}
			html(w, "<p>a")
		})
		defer end()
		var wg sync.WaitGroup
		for i := range 10 {
			wg.Go(func() {
				if g := c.Fetch(t.Context(), crawler.Request{URL: fmt.Sprintf("http://harbour.example/%d", i)}); g.Outcome != crawler.Fetched {
					t.Errorf("Fetch = %+v", endOf(g))
				}
			})
		}
		wg.Wait()
		if most != 1 {
			t.Errorf("%d requests were in flight at once", most)
		}
		starts := p.starts("harbour.example")
		if len(starts) != 11 {
			t.Errorf("%d requests, want one for robots.txt and ten", len(starts))
		}
		for i := 1; i < len(starts); i++ {
			if starts[i]-starts[i-1] < time.Second {
				t.Errorf("request %d came %s after the one before", i, starts[i]-starts[i-1])
			}
		}
	})
}

// TestHeldHost shows that a long Retry-After keeps the whole host away without requests, and nobody else.
func TestHeldHost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, c, end := newPipes(t, crawler.Config{}, noRobots(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/busy" {
				w.Header().Set("Retry-After", "3600")
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			html(w, "<p>a")
		}))
		defer end()
		until := c.Fetch(t.Context(), crawler.Request{URL: "http://harbour.example/busy"}).Until
		if d := time.Until(until); d < 59*time.Minute || d > time.Hour {
			t.Errorf("Until is in %s", d)
		}
		if g := c.Fetch(t.Context(), crawler.Request{URL: "http://harbour.example/other"}); g.Outcome != crawler.Deferred || g.Until.After(until) {
			t.Errorf("another page of the host: %+v until %s", endOf(g), g.Until)
		}
		if g := c.Fetch(t.Context(), crawler.Request{URL: "http://quay.example/"}); g.Outcome != crawler.Fetched {
			t.Errorf("another host: %+v", endOf(g))
		}
		time.Sleep(time.Hour)
		if g := c.Fetch(t.Context(), crawler.Request{URL: "http://harbour.example/other"}); g.Outcome != crawler.Fetched {
			t.Errorf("after the hold: %+v", endOf(g))
		}
		if n := len(p.hits("harbour.example")); n != 3 {
			t.Errorf("%d requests, want robots.txt and two pages", n)
		}
	})
}

// TestStopWhileWaiting ends a visit that waits for its turn, for a Retry-After, and for a robots.txt.
func TestStopWhileWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, c, end := newPipes(t, crawler.Config{Pace: time.Hour}, func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.Host, "silent") {
				<-r.Context().Done()
				return
			}
			if r.URL.Path == "/robots.txt" {
				http.NotFound(w, r)
				return
			}
			html(w, "<p>a")
		})
		defer end()
		for _, u := range []string{"http://harbour.example/a", "http://silent.example/a"} {
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			begin := time.Now()
			p := c.Fetch(ctx, crawler.Request{URL: u})
			cancel()
			if p.Reason != crawler.ReasonStopped || time.Since(begin) > 5*time.Second+10*time.Millisecond {
				t.Errorf("Fetch(%s) = %+v after %s", u, endOf(p), time.Since(begin))
			}
		}
	})
}

func TestHostsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, c, end := newPipes(t, crawler.Config{}, noRobots(func(w http.ResponseWriter, r *http.Request) { html(w, "<p>a") }))
		defer end()
		c.MaxHosts(20)
		for i := range 100 {
			if p := c.Fetch(t.Context(), crawler.Request{URL: fmt.Sprintf("http://h%d.example/", i)}); p.Outcome != crawler.Fetched {
				t.Fatalf("Fetch = %+v %s", endOf(p), p.Detail)
			}
			c.Close()
		}
		if n := c.Hosts(); n > 20 {
			t.Errorf("%d hosts are remembered, want at most 20", n)
		}
	})
}
