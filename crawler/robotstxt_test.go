package crawler_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/crawlertest"
)

// robotsCase is one case of the shared conformance file.
type robotsCase struct {
	ID        string
	Responses []robotsAnswer
	Path      string
	Allowed   bool
	DelayMS   int `json:"delay_ms"`
}

type robotsAnswer struct {
	Status   int
	Header   map[string]string
	Body     string
	Repeat   []any `json:"body_repeat"`
	Location string
	Refuse   bool
	Hang     bool
	Gzip     bool
	UTF16    bool `json:"utf16le_bom"`
	After    string
}

func (a robotsAnswer) body() string {
	body := a.Body
	if len(a.Repeat) == 4 {
		body = a.Repeat[0].(string) + string(bytes.Repeat([]byte(a.Repeat[1].(string)), int(a.Repeat[2].(float64)))) + a.Repeat[3].(string)
	}
	if a.UTF16 {
		body = utf16le(body)
	}
	if a.Gzip {
		body = crawlertest.Gzip(body)
	}
	return body
}

// robotsServer answers the row of responses: the next one after each redirect, and after the time that one names.
type robotsServer struct {
	tc    robotsCase
	begin time.Time
	mu    sync.Mutex
	at    int
	asked int // requests that began a chain
}

func (s *robotsServer) next(r *http.Request) robotsAnswer {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.URL.Path == "/robots.txt" && r.Host == "harbour.example" {
		s.asked++
	}
	if n := s.at + 1; n < len(s.tc.Responses) {
		if d, err := time.ParseDuration(s.tc.Responses[n].After); err == nil && time.Since(s.begin) >= d {
			s.at = n
		}
	}
	a := s.tc.Responses[s.at]
	if a.Location != "" && s.at+1 < len(s.tc.Responses) {
		s.at++
	}
	return a
}

func (s *robotsServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case s.tc.Path:
		if s.tc.Path == "/go-to-private" {
			http.Redirect(w, r, "/private/x", http.StatusFound)
			return
		}
		html(w, "<p>a page")
		return
	case "/private/x":
		html(w, "<p>private")
		return
	}
	a := s.next(r)
	if a.Hang {
		<-r.Context().Done()
		return
	}
	for k, v := range a.Header {
		w.Header().Set(k, v)
	}
	if a.Gzip {
		w.Header().Set("Content-Encoding", "gzip")
	}
	if a.Location != "" {
		w.Header().Set("Location", a.Location)
	}
	body := a.body()
	if w.Header().Get("Content-Length") == "" {
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	}
	w.WriteHeader(a.Status)
	_, _ = w.Write([]byte(body)) // a client that has read enough closes
}

// TestRobotsConformance replays the shared cases about statuses, redirects, sizes and caching (RFC 9309 sections 2.3.1,
// 2.4 and 2.5).
func TestRobotsConformance(t *testing.T) {
	data, err := os.ReadFile("../../shared/conformance/robots/http.json")
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the shared conformance cases are not there")
	}
	var cases []robotsCase
	if err == nil {
		err = json.Unmarshal(data, &cases)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range cases {
		t.Run(tc.ID, func(t *testing.T) { synctest.Test(t, tc.run) })
	}
}

func (tc robotsCase) run(t *testing.T) {
	s := &robotsServer{tc: tc, begin: time.Now()}
	p, c, end := newPipes(t, crawler.Config{}, s.ServeHTTP)
	defer end()
	if tc.Responses[0].Refuse {
		p.refuse = func(string) bool { return true }
	}
	const host = "http://harbour.example"
	fetch := func() *crawler.Page { return c.Fetch(t.Context(), crawler.Request{URL: host + tc.Path}) }
	page := fetch()
	if tc.ID == "cached-then-5xx" {
		time.Sleep(25 * time.Hour)
		if page = fetch(); s.asked < 2 {
			t.Error("robots.txt was not asked for again after a day")
		}
	}
	if tc.ID == "singleflight" {
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() { fetch() })
		}
		wg.Wait()
		if s.asked != 1 {
			t.Errorf("%d requests for robots.txt, want 1", s.asked)
		}
	}
	if got := page.Outcome == crawler.Fetched; got != tc.Allowed {
		t.Errorf("Fetch = %+v, want allowed %v; %s", endOf(page), tc.Allowed, page.Detail)
	}
	info := c.Robots(t.Context(), host+tc.Path)
	if tc.DelayMS > 0 && info.Delay != time.Duration(tc.DelayMS)*time.Millisecond {
		t.Errorf("Delay = %s, want %d ms", info.Delay, tc.DelayMS)
	}
	if tc.ID == "crawl-delay-huge" && (info.Delay >= time.Hour || info.Asked != 24*time.Hour) {
		t.Errorf("Delay = %s, Asked = %s", info.Delay, info.Asked)
	}
}

func TestRobotsReasons(t *testing.T) {
	for _, tc := range []struct {
		name  string
		page  crawlertest.Page
		want  end
		state string
	}{
		{"500", status(500), end{Outcome: crawler.Blocked, Reason: crawler.ReasonRobotsUnreachable}, "robots.txt unreachable"},
		{"403", status(403), end{Outcome: crawler.Fetched}, "none (status 403)"},
		{"HTML", crawlertest.Page{Body: text}, end{Outcome: crawler.Fetched}, "no rules"},
		{"cut", crawlertest.Wire("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nUser-agent: *\nDisallow:\n"), end{Outcome: crawler.Blocked, Reason: crawler.ReasonRobotsUnreachable}, "robots.txt unreachable"},
		{"hangs", crawlertest.Hang(""), end{Outcome: crawler.Blocked, Reason: crawler.ReasonRobotsUnreachable}, "robots.txt unreachable"},
		{"429", status(429, "Retry-After", "3600"), end{Outcome: crawler.Deferred, Reason: crawler.ReasonRetryAfter}, "retry after"},
		{"all", crawlertest.Page{Body: "User-agent: *\nDisallow: /\n"}, end{Outcome: crawler.Blocked, Reason: crawler.ReasonRobots}, "rules"},
		{"another's group", crawlertest.Page{Body: "User-agent: onrecord\nAllow: /\nUser-agent: *\nDisallow: /\n"}, end{Outcome: crawler.Fetched}, "rules"},
		{"own group", crawlertest.Page{Body: "User-agent: *\nAllow: /\nUser-agent: OnRecord\nDisallow: /\n"}, end{Outcome: crawler.Blocked, Reason: crawler.ReasonRobots}, "rules"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			site := crawlertest.New(t)
			site.Set("/robots.txt", tc.page)
			site.SetHTML("/a", text)
			var told []*crawler.Page
			c := newCrawler(t, func(c *crawler.Config) { c.OnRobots = func(p *crawler.Page) { told = append(told, p) } })
			p := c.Fetch(t.Context(), crawler.Request{URL: site.URL() + "/a"})
			if endOf(p).Outcome != tc.want.Outcome || p.Reason != tc.want.Reason {
				t.Errorf("Fetch = %+v, want %+v; %s", endOf(p), tc.want, p.Detail)
			}
			if got := c.Robots(t.Context(), site.URL()+"/a").State; got != tc.state {
				t.Errorf("State = %q, want %q", got, tc.state)
			}
			if len(told) != 1 || told[0].URL != site.URL()+"/robots.txt" {
				t.Errorf("OnRobots was told of %d visits", len(told))
			}
			if n := site.Requests("/a"); (n > 0) != (tc.want.Outcome == crawler.Fetched) {
				t.Errorf("the page was asked for %d times", n)
			}
		})
	}
}

// TestRobotsAreLoaded shows that a kept copy spares a request, and that an old one serves while the file is unreachable.
func TestRobotsAreLoaded(t *testing.T) {
	for _, tc := range []struct {
		name  string
		age   time.Duration
		asked bool
		flag  bool
	}{{"an hour", time.Hour, false, false}, {"two days", 48 * time.Hour, true, true}} {
		t.Run(tc.name, func(t *testing.T) {
			site := crawlertest.New(t)
			site.Set("/robots.txt", status(500))
			site.SetHTML("/a", text)
			c := newCrawler(t, func(c *crawler.Config) {
				c.LoadRobots = func(origin string) ([]byte, time.Time, bool) {
					if origin != site.URL() {
						t.Errorf("LoadRobots(%q)", origin)
					}
					return []byte("User-agent: *\nDisallow: /b\nSitemap: /map.xml\n"), time.Now().Add(-tc.age), true
				}
			})
			p := c.Fetch(t.Context(), crawler.Request{URL: site.URL() + "/a"})
			if p.Outcome != crawler.Fetched || (len(p.Flags) == 1 && p.Flags[0] == crawler.FlagRobotsKept) != tc.flag {
				t.Errorf("Fetch = %+v", endOf(p))
			}
			if p := c.Fetch(t.Context(), crawler.Request{URL: site.URL() + "/b"}); p.Reason != crawler.ReasonRobots {
				t.Errorf("Fetch of a forbidden page = %+v", endOf(p))
			}
			if got := site.Requests("/robots.txt") > 0; got != tc.asked {
				t.Errorf("robots.txt was asked for: %v", got)
			}
			if maps := c.Robots(t.Context(), site.URL()).Sitemaps(); len(maps) != 1 || maps[0] != site.URL()+"/map.xml" {
				t.Errorf("Sitemaps = %q", maps)
			}
		})
	}
}
