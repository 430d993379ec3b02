//go:build linux

package browser_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/browser"
)

// through has a crawler answer what pages ask for.
func through(c *crawler.Crawler) func(context.Context, string, http.Header) (*browser.Response, error) {
	return func(ctx context.Context, url string, _ http.Header) (*browser.Response, error) {
		p := c.Fetch(ctx, crawler.Request{URL: url})
		if p.Outcome == crawler.Blocked || p.Status == 0 || p.Outcome == crawler.Failed && p.Status < 400 {
			return nil, fmt.Errorf("%s: %s", p.Outcome, p.Reason)
		}
		res := &browser.Response{Status: p.Status, Header: p.Header, Body: p.Raw}
		if n := len(p.Hops); n > 0 {
			res.URL = p.Hops[n-1].URL
		}
		return res, nil
	}
}

// scriptedSite is a site with a statement whose script asks for more of it, for what robots.txt forbids, and elsewhere.
func scriptedSite(elsewhere string) *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("/robots.txt", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "User-agent: *\nDisallow: /private/\n")
	})
	mux.HandleFunc("/statement", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=iso-8859-1")
		fmt.Fprint(w, "<title>D\xe9claration</title><div id=a></div><script src=app.js></script>")
	})
	mux.HandleFunc("/app.js", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		fmt.Fprintf(w, `const say = (s) => document.getElementById('a').append(s, ';')
			;(async () => {
				say(await (await fetch('/old.json')).text())
				for (const u of ['/private/x', '%s/', 'http://169.254.169.254/latest/meta-data/'])
					await fetch(u).then(() => say('reached'), () => say('refused'))
			})()`, elsewhere)
	})
	mux.HandleFunc("/old.json", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/new.json", http.StatusFound) })
	mux.HandleFunc("/new.json", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "We regret the spill.") })
	return mux
}

// TestThroughCrawler shows a page whose requests a real crawler makes: robots.txt and the guard on addresses hold for
// them, codings are removed, redirects followed, and the page itself is asked for once.
func TestThroughCrawler(t *testing.T) {
	var mu sync.Mutex
	asked := map[string]int{}
	l, err := net.Listen("tcp", "127.0.0.2:0") // not in the networks that are allowed
	if err != nil {
		t.Fatal(err)
	}
	inner := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the inner server was reached") }))
	inner.Listener = l
	inner.Start()
	defer inner.Close()
	mux := scriptedSite(inner.URL)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked[r.URL.Path]++
		mu.Unlock()
		mux.ServeHTTP(w, r)
	}))
	defer server.Close()

	c, err := crawler.New(crawler.Config{AllowNets: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}, NoPace: true})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	b := open(t, browser.Config{Get: through(c), UserAgent: c.UserAgent()})
	p := c.Fetch(t.Context(), crawler.Request{URL: server.URL + "/statement"})
	if p.Outcome != crawler.Fetched {
		t.Fatalf("Fetch(…) = %s, %s %s", p.Outcome, p.Reason, p.Detail)
	}
	r, err := b.Render(t.Context(), browser.Page{URL: p.FinalURL, Header: p.Header, Body: p.Body})
	if err != nil {
		t.Fatalf("Render(…) = %v", err)
	}
	holds(t, r, `We regret the spill.;refused;refused;refused;`)
	if r.Title != "Déclaration" || !slices.Contains(r.Flags, browser.FlagFailed) {
		t.Errorf("Title = %q, Flags = %q", r.Title, r.Flags)
	}
	for path, n := range asked {
		if n != 1 || strings.HasPrefix(path, "/private") {
			t.Errorf("%s was asked for %d times", path, n)
		}
	}
}
