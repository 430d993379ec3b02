package crawlertest

import (
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Page is what stands at a path.
type Page struct {
	// Body is sent as it is.
	Body string
	// Type is the Content-Type; "" means "text/html; charset=utf-8", and "none" that the header is left out.
	Type string
	// Status is 200 when it is 0.
	Status int
	// Header is sent beside Content-Type, which it may replace.
	Header http.Header
	// Delay is the wait before the first byte. It ends when the client leaves.
	Delay time.Duration
	// Answer, when set, makes the page for the nth request of the path, counted from 1; its own Answer is not looked at.
	Answer func(n int, r *http.Request) Page
	// Raw, when set, gets the connection after the request was read and answers on the wire as it likes. The connection is
	// closed when it returns; stop is closed when the site closes.
	Raw func(conn net.Conn, stop <-chan struct{})
}

// Request is a request that the site has got.
type Request struct {
	// Host is as sent; Path has the query.
	Method, Host, Path string
	Header             http.Header
	// Start is when the request was read, End when the answer was written.
	Start, End time.Time
	Status     int
}

// Site is a running web site.
type Site struct {
	server *httptest.Server
	stop   chan struct{}
	once   sync.Once

	mu      sync.Mutex
	pages   map[string]Page
	unknown *Page // stands at every other path; nil is an honest 404
	count   map[string]int
	log     []*Request
}

// Start starts an empty site on a free loopback port: every path answers 404, robots.txt too.
func Start() (*Site, error) { return start(false) }

// StartTLS starts a site that speaks https with a certificate nobody trusts but [Site.Server]'s own client.
func StartTLS() (*Site, error) { return start(true) }

func start(tls bool) (s *Site, err error) {
	defer func() { // httptest panics when there is no port
		if p := recover(); p != nil {
			s, err = nil, fmt.Errorf("start site: %v", p)
		}
	}()
	s = &Site{stop: make(chan struct{}), pages: make(map[string]Page), count: make(map[string]int)}
	s.server = httptest.NewUnstartedServer(s)
	s.server.Config.ErrorLog = quiet()
	if tls {
		s.server.EnableHTTP2 = true
		s.server.StartTLS()
	} else {
		s.server.Start()
	}
	return s, nil
}

// URL is the site's address without a final slash, such as "http://127.0.0.1:40123".
func (s *Site) URL() string { return s.server.URL }

// Server is the server below, for its certificate.
func (s *Site) Server() *httptest.Server { return s.server }

// Close ends all connections and the site. It may be called twice.
func (s *Site) Close() {
	s.once.Do(func() {
		close(s.stop)
		s.server.CloseClientConnections()
		s.server.Close()
	})
}

// Set puts a page at a path, which begins with a slash and may have a query; a path without one answers for all queries
// that have no page of their own.
func (s *Site) Set(path string, p Page) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pages[path] = p
}

// SetUnknown puts a page at every path that has none, robots.txt excepted: a site that never says 404.
func (s *Site) SetUnknown(p Page) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unknown = &p
}

// SetHTML puts an HTML page at a path.
func (s *Site) SetHTML(path, body string) { s.Set(path, Page{Body: body}) }

// SetRobots puts a robots.txt there.
func (s *Site) SetRobots(text string) {
	s.Set("/robots.txt", Page{Body: text, Type: "text/plain; charset=utf-8"})
}

// Remove takes a page away: 404.
func (s *Site) Remove(path string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.pages, path)
}

// Gone takes a page away and says so: 410.
func (s *Site) Gone(path string) { s.Set(path, Page{Status: http.StatusGone, Body: "<p>Removed."}) }

// Move takes the page at a path to another one and leaves a 301 behind.
func (s *Site) Move(from, to string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p, ok := s.pages[from]; ok {
		s.pages[to] = p
	}
	s.pages[from] = Redirect(http.StatusMovedPermanently, to)
}

// Redirect is a page that leads elsewhere.
func Redirect(status int, to string) Page {
	return Page{Status: status, Header: http.Header{"Location": {to}}}
}

// Log returns the requests so far in the order in which they came; one whose answer is still being written has no End.
func (s *Site) Log() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Request, len(s.log))
	for i, r := range s.log {
		out[i] = *r
	}
	return out
}

// Requests counts the requests for a path.
func (s *Site) Requests(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count[path]
}

// Forget empties the log and the counts.
func (s *Site) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log, s.count = nil, make(map[string]int)
}

// Violations tells where two requests with one Host header came less than pace apart, or one began before the one before
// it had ended. One sentence each.
func (s *Site) Violations(pace time.Duration) []string {
	var list []string
	last := make(map[string]Request)
	for _, r := range s.Log() {
		if b, ok := last[r.Host]; ok {
			if d := r.Start.Sub(b.Start); d < pace {
				list = append(list, fmt.Sprintf("%s came %s after %s, pace is %s", r.Path, d, b.Path, pace))
			}
			if b.End.IsZero() || r.Start.Before(b.End) {
				list = append(list, fmt.Sprintf("%s came while %s was being answered", r.Path, b.Path))
			}
		}
		last[r.Host] = r
	}
	return list
}

// ServeHTTP answers as the pages say.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := r.URL.RequestURI()
	s.mu.Lock()
	entry := &Request{Method: r.Method, Host: r.Host, Path: path, Header: r.Header.Clone(), Start: time.Now()}
	s.log = append(s.log, entry)
	s.count[path]++
	n := s.count[path]
	p, ok := s.pages[path]
	if !ok {
		bare, _, _ := strings.Cut(path, "?")
		p, ok = s.pages[bare]
	}
	if !ok && s.unknown != nil && path != "/robots.txt" {
		p, ok = *s.unknown, true
	}
	s.mu.Unlock()
	if !ok {
		p = Page{Status: http.StatusNotFound, Body: "<!doctype html><title>Not found</title><p>There is nothing here.</html>"}
	}
	if p.Answer != nil {
		raw := p.Answer(n, r)
		raw.Answer = nil
		p = raw
	}
	status := s.answer(w, r, p)
	s.mu.Lock()
	entry.End, entry.Status = time.Now(), status
	s.mu.Unlock()
}

func (s *Site) answer(w http.ResponseWriter, r *http.Request, p Page) int {
	if p.Delay > 0 {
		t := time.NewTimer(p.Delay)
		defer t.Stop()
		select {
		case <-t.C:
		case <-r.Context().Done():
			return 0
		case <-s.stop:
			return 0
		}
	}
	if p.Raw != nil {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return http.StatusInternalServerError
		}
		defer conn.Close()
		p.Raw(conn, s.stop)
		return 0
	}
	h := w.Header()
	switch p.Type {
	case "":
		h.Set("Content-Type", "text/html; charset=utf-8")
	case "none":
		h["Content-Type"] = nil
	default:
		h.Set("Content-Type", p.Type)
	}
	maps.Copy(h, p.Header)
	if p.Status == 0 {
		p.Status = http.StatusOK
	}
	body := p.Status >= 200 && p.Status != http.StatusNoContent && p.Status != http.StatusNotModified
	if body && h.Get("Content-Length") == "" {
		h.Set("Content-Length", strconv.Itoa(len(p.Body)))
	}
	w.WriteHeader(p.Status)
	if body && r.Method != http.MethodHead {
		// An error is the client's leaving; the log has what was sent.
		_, _ = w.Write([]byte(p.Body))
	}
	return p.Status
}
