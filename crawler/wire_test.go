package crawler_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/crawlertest"
)

// TestPoliteOnTheWire checks the pace as the server sees it: over redirects, retries, robots.txt and two callers.
func TestPoliteOnTheWire(t *testing.T) {
	const pace = 150 * time.Millisecond
	site := crawlertest.New(t)
	site.SetRobots("User-agent: *\nDisallow: /no\n")
	site.Set("/a", crawlertest.Redirect(301, "/b"))
	site.SetHTML("/b", text)
	site.Set("/c", crawlertest.Page{Answer: func(n int, _ *http.Request) crawlertest.Page {
		if n == 1 {
			return status(503)
		}
		return crawlertest.Page{Body: text, Delay: 50 * time.Millisecond}
	}})
	c := newCrawler(t, func(c *crawler.Config) { c.NoPace, c.Pace, c.Backoff = false, pace, time.Millisecond })
	done := make(chan *crawler.Page)
	paths := []string{"/a", "/c", "/b", "/no", "/missing"}
	for _, path := range paths {
		go func() { done <- c.Fetch(t.Context(), crawler.Request{URL: site.URL() + path}) }()
	}
	for range paths {
		if p := <-done; p.Outcome == crawler.Failed {
			t.Errorf("%s: %+v %s", p.URL, endOf(p), p.Detail)
		}
	}
	if v := site.Violations(pace); len(v) > 0 {
		t.Errorf("impolite:\n%s", strings.Join(v, "\n"))
	}
	if n := len(site.Log()); n != 7 {
		t.Errorf("%d requests, want 7", n)
	}
}

func FuzzHeaders(f *testing.F) {
	for _, s := range []string{"120", "Sun, 10 Mar 2024 12:00:30 GMT", "max-age=\"5\"; includeSubDomains", "text/html; charset=\"a", "gzip, br,identity", ";;=,"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if wait, ok := crawler.RetryAfter(http.Header{"Retry-After": {s}}, time.Now()); wait < 0 || !ok && wait != 0 {
			t.Errorf("RetryAfter(%q) = %s, %v", s, wait, ok)
		}
		if age, _, ok := crawler.ParseHSTS(s); age < 0 || age > 366*24*time.Hour || !ok && age != 0 {
			t.Errorf("ParseHSTS(%q) = %s, %v", s, age, ok)
		}
		if is := crawler.SaidType(s); is != "" && (strings.Count(is, "/") != 1 || strings.ToLower(is) != is) {
			t.Errorf("SaidType(%q) = %q", s, is)
		}
		if slices.Contains(crawler.Codings(http.Header{"Content-Encoding": {s}}), "") {
			t.Errorf("Codings(%q) has an empty one", s)
		}
	})
}

// FuzzAnswer lets a server answer with anything at all.
func FuzzAnswer(f *testing.F) {
	f.Add([]byte(crawlertest.Whole("", text)))
	f.Add([]byte("HTTP/1.1 302 Found\r\nLocation: //[\r\n\r\n"))
	f.Add([]byte("HTTP/1.1 200 OK\r\nContent-Encoding: br, gzip\r\nRefresh: 0;b\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n\x1f\x8b\x08<p\r\n0\r\n\r\n"))
	f.Add([]byte("HTTP/1.0 200\r\n\r\n<meta http-equiv=refresh content=0;b>"))
	f.Add([]byte("HTTP/1.1 429 Slow\r\nRetry-After: 9\r\nContent-Length: 0\r\n\r\n"))
	f.Fuzz(func(t *testing.T, answer []byte) {
		c, err := crawler.New(crawler.Config{
			Retries: -1, Pace: time.Nanosecond, MaxWait: time.Nanosecond, MaxRedirects: 3,
			Timeout: 2 * time.Second, IdleTimeout: time.Second,
			LoadRobots: func(string) ([]byte, time.Time, bool) { return nil, time.Now().Add(-time.Second), true },
		})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		c.SetDial(func(context.Context, string, string) (net.Conn, error) { return answering(answer), nil })
		p := c.Fetch(t.Context(), crawler.Request{URL: "http://harbour.example/a", ETag: `"1"`})
		if p.Reason == crawler.ReasonInternal {
			t.Fatalf("Fetch = %+v %s", endOf(p), p.Detail)
		}
		switch p.Outcome {
		case crawler.Fetched:
			if len(p.Raw) == 0 || p.Reason != "" || p.FinalURL == "" || p.MediaType == "" {
				t.Errorf("Fetch = %+v, %d bytes, %q from %q", endOf(p), len(p.Raw), p.MediaType, p.FinalURL)
			}
		case crawler.Unchanged:
		default:
			if p.Reason == "" || p.Body != nil {
				t.Errorf("Fetch = %+v", endOf(p))
			}
		}
		if !slices.IsSorted(p.Flags) {
			t.Errorf("Flags = %q", p.Flags)
		}
		if strings.ContainsFunc(p.Detail, func(r rune) bool { return r < ' ' }) {
			t.Errorf("Detail = %q", p.Detail)
		}
	})
}

// answering is a connection whose other side answers with these bytes to whatever is asked, and closes.
func answering(answer []byte) net.Conn {
	near, far := net.Pipe()
	go func() {
		defer far.Close()
		r := bufio.NewReader(far)
		for {
			line, err := r.ReadString('\n')
			if err != nil {
				return
			}
			if line == "\r\n" {
				break
			}
		}
		go func() { _, _ = io.Copy(io.Discard, r) }()
		fmt.Fprintf(far, "%s", answer)
	}()
	return near
}
