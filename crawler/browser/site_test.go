//go:build linux

package browser_test

import (
	"context"
	"errors"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/onrecord/onrecord/crawler/browser"
)

// home is where the pages of these tests stand. Nobody resolves it.
const home = "https://harbour.example/statement"

// site answers what pages ask for, and remembers it.
type site struct {
	mu    sync.Mutex
	asked []string
	pages map[string]*browser.Response
	delay time.Duration
}

func (s *site) get(ctx context.Context, url string, _ http.Header) (*browser.Response, error) {
	s.mu.Lock()
	s.asked = append(s.asked, url)
	res := s.pages[url]
	s.mu.Unlock()
	if s.delay > 0 {
		select {
		case <-time.After(s.delay):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	if res == nil {
		return nil, errors.New("refused")
	}
	return res, nil
}

// requests lists what was asked for, sorted.
func (s *site) requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(slices.Values(s.asked))
}

// forget begins a new list of what was asked for.
func (s *site) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = nil
}

func ok(mediaType, body string) *browser.Response {
	return &browser.Response{Status: http.StatusOK, Header: http.Header{"Content-Type": {mediaType}}, Body: []byte(body)}
}

// open makes a browser, or skips the test where there is none.
func open(t testing.TB, config browser.Config) *browser.Browser {
	t.Helper()
	if os.Getenv("ONRECORD_CHROMIUM") == "" {
		t.Skip("starts Chromium, for minutes: set ONRECORD_CHROMIUM=1 to run this test")
	}
	if config.Get == nil {
		config.Get = new(site).get
	}
	b, err := browser.New(config)
	if errors.Is(err, browser.ErrAbsent) {
		t.Fatal("no Chromium on this machine: install Debian's package chromium to run this test")
	}
	if err != nil {
		t.Fatalf("New(…) = %v", err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Errorf("Close() = %v", err)
		}
	})
	return b
}

// show renders a page whose body is html.
func show(t testing.TB, b *browser.Browser, html string) *browser.Rendered {
	t.Helper()
	r, err := b.Render(t.Context(), browser.Page{URL: home, Body: []byte(html)})
	if err != nil {
		t.Fatalf("Render(…) = %v", err)
	}
	return r
}

// holds checks that the document has a text.
func holds(t testing.TB, r *browser.Rendered, want string) {
	t.Helper()
	if !strings.Contains(string(r.DOM), want) {
		t.Errorf("DOM = %.2000s, want it to hold %q", r.DOM, want)
	}
}

// blocked gives why a request was not passed on.
func blocked(t testing.TB, r *browser.Rendered, url string) string {
	t.Helper()
	for _, q := range r.Requests {
		if q.URL == url {
			return q.Blocked
		}
	}
	t.Errorf("no request for %s in %+v", url, r.Requests)
	return ""
}
