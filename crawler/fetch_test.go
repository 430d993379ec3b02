package crawler_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/crawlertest"
)

const text = crawlertest.Statement

func page(p crawlertest.Page) map[string]crawlertest.Page {
	return map[string]crawlertest.Page{"/a": p}
}

func status(n int, h ...string) crawlertest.Page {
	p := crawlertest.Page{Status: n, Body: "<p>no", Header: http.Header{}}
	for i := 0; i+1 < len(h); i += 2 {
		p.Header.Set(h[i], h[i+1])
	}
	return p
}

func utf16le(s string) string {
	b := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return string(b)
}

func TestFetch(t *testing.T) {
	after := func(n int, first, then crawlertest.Page) crawlertest.Page {
		return crawlertest.Page{Answer: func(i int, _ *http.Request) crawlertest.Page {
			if i <= n {
				return first
			}
			return then
		}}
	}
	whole := crawlertest.Page{Body: text}
	meta := func(content string) crawlertest.Page {
		return crawlertest.Page{Body: `<!doctype html><head><meta http-equiv="Refresh" content="` + content + `"></head><body>Wait</body>`}
	}
	tests := []struct {
		name  string
		site  map[string]crawlertest.Page
		req   crawler.Request // the URL is a path
		want  end
		final string   // path of FinalURL
		hops  []string // kind and path
		body  string   // "" is not looked at
		media string
	}{
		{name: "200", site: page(whole), want: end{Outcome: crawler.Fetched}, final: "/a", hops: []string{" /a"}, body: text, media: "text/html"},
		{name: "203", site: page(crawlertest.Page{Status: 203, Body: text}), want: end{Outcome: crawler.Fetched}, body: text},
		{name: "204", site: page(status(204)), want: end{Outcome: crawler.Failed, Reason: crawler.ReasonNoContent}},
		{name: "empty", site: page(crawlertest.Page{}), want: end{Outcome: crawler.Failed, Reason: crawler.ReasonEmpty}},
		{name: "401", site: page(status(401)), want: end{Outcome: crawler.Failed, Reason: crawler.ReasonRefused}},
		{name: "402", site: page(status(402)), want: end{Outcome: crawler.Failed, Reason: crawler.ReasonRefused}},
		{name: "403", site: page(status(403)), want: end{Outcome: crawler.Failed, Reason: crawler.ReasonRefused}},
		{name: "404", site: page(status(404)), want: end{Outcome: crawler.Gone, Reason: crawler.ReasonMissing}, final: "/a"},
		{name: "410", site: page(status(410)), want: end{Outcome: crawler.Gone, Reason: crawler.ReasonRemoved}},
		{name: "451", site: page(status(451)), want: end{Outcome: crawler.Gone, Reason: crawler.ReasonLegal}},
		{name: "418", site: page(status(418)), want: end{Outcome: crawler.Failed, Reason: crawler.ReasonStatus}},
		{name: "500", site: page(status(500)), want: end{crawler.Failed, crawler.ReasonServer, []string{"retried"}}, hops: []string{" /a", "retry /a", "retry /a"}},
		{name: "520", site: page(status(520)), want: end{crawler.Failed, crawler.ReasonServer, []string{"retried"}}},
		{name: "503 twice", site: page(after(2, status(503), whole)), want: end{crawler.Fetched, "", []string{"retried"}}, body: text},
		{name: "429 soon", site: page(after(1, status(429, "Retry-After", "1"), whole)), want: end{crawler.Fetched, "", []string{"retried"}}, body: text},
		{name: "429 never", site: page(status(429, "Retry-After", "99999999")), want: end{Outcome: crawler.Deferred, Reason: crawler.ReasonRetryAfter}},
		{name: "429 no time", site: page(status(429)), want: end{crawler.Deferred, crawler.ReasonRetryAfter, []string{"retried"}}},
		{name: "503 an hour", site: page(status(503, "Retry-After", "3600")), want: end{Outcome: crawler.Deferred, Reason: crawler.ReasonRetryAfter}},
		{name: "503 nonsense", site: page(status(503, "Retry-After", "soon")), want: end{crawler.Failed, crawler.ReasonServer, []string{"retried"}}},
		{name: "304", site: page(status(304)), req: crawler.Request{ETag: `"1"`}, want: end{Outcome: crawler.Unchanged}, final: "/a"},
		{name: "304 to a future date", site: page(status(304)), req: crawler.Request{LastModified: "Mon, 02 Jan 2090 15:04:05 GMT"}, want: end{Outcome: crawler.Failed, Reason: crawler.ReasonUnasked}},
		{name: "future Last-Modified", site: page(crawlertest.Page{Body: text, Header: http.Header{"Last-Modified": {"Mon, 02 Jan 2090 15:04:05 GMT"}}}), want: end{crawler.Fetched, "", []string{"date in the future"}}},

		{name: "404 cut", site: page(crawlertest.Wire("HTTP/1.1 404 No\r\nContent-Length: 100\r\n\r\n<p>")), want: end{crawler.Gone, crawler.ReasonMissing, []string{"no evidence"}}},
		{name: "410 falsely coded", site: page(crawlertest.Page{Status: 410, Body: "\x1f\x8b\x08", Header: http.Header{"Content-Encoding": {"gzip"}}}), want: end{crawler.Gone, crawler.ReasonRemoved, []string{"no evidence"}}},
		{name: "byte order mark alone", site: page(crawlertest.Page{Body: "\xef\xbb\xbf"}), want: end{Outcome: crawler.Failed, Reason: crawler.ReasonEmpty}},

		{name: "301", site: map[string]crawlertest.Page{"/a": crawlertest.Redirect(301, "/b#part"), "/b": whole}, want: end{Outcome: crawler.Fetched}, final: "/b", hops: []string{" /a", "redirect /b"}, body: text},
		{name: "self", site: page(crawlertest.Redirect(302, "/a")), want: end{Outcome: crawler.Failed, Reason: crawler.ReasonLoop}, hops: []string{" /a"}},
		{name: "loop", site: map[string]crawlertest.Page{"/a": crawlertest.Redirect(302, "/b"), "/b": crawlertest.Redirect(302, "/a")}, want: end{Outcome: crawler.Failed, Reason: crawler.ReasonLoop}},
		{name: "thirty", site: map[string]crawlertest.Page{"/a": {Answer: func(_ int, r *http.Request) crawlertest.Page {
			return crawlertest.Redirect(302, r.URL.Path+"?n="+r.URL.Query().Get("n")+"1")
		}}}, want: end{Outcome: crawler.Failed, Reason: crawler.ReasonRedirects}},
		{name: "no target", site: page(crawlertest.Page{Status: 302}), want: end{Outcome: crawler.Failed, Reason: crawler.ReasonNoTarget}},
		{name: "bad target", site: page(crawlertest.Redirect(302, "http://[::1")), want: end{Outcome: crawler.Failed, Reason: crawler.ReasonTarget}},
		{name: "file", site: page(crawlertest.Redirect(302, "file:///etc/passwd")), want: end{Outcome: crawler.Blocked, Reason: crawler.ReasonScheme}},
		{name: "metadata", site: page(crawlertest.Redirect(302, "http://169.254.169.254/latest/")), want: end{Outcome: crawler.Blocked, Reason: crawler.ReasonAddress}, hops: []string{" /a"}},
		{name: "metadata as a number", site: page(crawlertest.Redirect(302, "http://2852039166/latest/")), want: end{Outcome: crawler.Blocked, Reason: crawler.ReasonAddress}},
		{name: "mail port", site: page(crawlertest.Redirect(302, "http://127.0.0.1:25/")), want: end{Outcome: crawler.Blocked, Reason: crawler.ReasonPort}},
		{name: "cookie", site: page(crawlertest.Page{Answer: func(_ int, r *http.Request) crawlertest.Page {
			if _, err := r.Cookie("seen"); err == nil {
				return whole
			}
			p := crawlertest.Redirect(302, "/a")
			p.Header.Set("Set-Cookie", "seen=1")
			return p
		}}), want: end{crawler.Fetched, "", []string{"cookie needed"}}, hops: []string{" /a", "redirect /a"}, body: text},
		{name: "robots on the way", site: map[string]crawlertest.Page{"/a": crawlertest.Redirect(302, "/private/b"), "/private/b": whole}, want: end{Outcome: crawler.Blocked, Reason: crawler.ReasonRobots}, hops: []string{" /a"}},
		{name: "validators stay", site: map[string]crawlertest.Page{"/a": crawlertest.Redirect(301, "/b"), "/b": {Answer: func(_ int, r *http.Request) crawlertest.Page {
			if r.Header.Get("If-None-Match") != "" {
				return status(304)
			}
			return whole
		}}}, req: crawler.Request{ETag: `"1"`}, want: end{Outcome: crawler.Fetched}, body: text},
		{name: "meta refresh", site: map[string]crawlertest.Page{"/a": meta("0; url=/b"), "/b": whole}, want: end{Outcome: crawler.Fetched}, final: "/b", hops: []string{" /a", "meta refresh /b"}, body: text},
		{name: "meta refresh later", site: page(meta("300; url=/b")), want: end{Outcome: crawler.Fetched}, final: "/a"},
		{name: "meta refresh to itself", site: page(meta("0; url=/a")), want: end{crawler.Fetched, "", []string{"refreshes itself"}}, final: "/a"},
		{name: "meta refresh loop", site: map[string]crawlertest.Page{"/a": meta("0;/b"), "/b": meta("0;/a")}, want: end{Outcome: crawler.Failed, Reason: crawler.ReasonLoop}},
		{name: "meta refresh to nowhere", site: page(meta("0; url=data:x")), want: end{crawler.Fetched, "", []string{"bad refresh"}}},
		{name: "refresh header", site: map[string]crawlertest.Page{"/a": {Body: "go", Header: http.Header{"Refresh": {"0; url=/b"}}}, "/b": whole}, want: end{Outcome: crawler.Fetched}, hops: []string{" /a", "refresh /b"}, body: text},

		{name: "pdf as html", site: page(crawlertest.Page{Body: "%PDF-1.4 \x00\x01"}), want: end{crawler.Fetched, "", []string{"said type"}}, media: "application/pdf"},
		{name: "html as pdf", site: page(crawlertest.Page{Body: text, Type: "application/pdf"}), want: end{crawler.Fetched, "", []string{"said type"}}, media: "text/html", body: text},
		{name: "html as octets", site: page(crawlertest.Page{Body: text, Type: "application/octet-stream"}), want: end{crawler.Fetched, "", []string{"said type"}}, media: "text/html", body: text},
		{name: "no type", site: page(crawlertest.Page{Body: text, Type: "none"}), want: end{Outcome: crawler.Fetched}, media: "text/html", body: text},
		{name: "plain", site: page(crawlertest.Page{Body: "<p>as it is", Type: "text/plain"}), want: end{Outcome: crawler.Fetched}, media: "text/plain", body: "<p>as it is"},
		{name: "windows-1252", site: page(crawlertest.Page{Body: "<p>caf\xe9", Type: "text/html; charset=utf-8"}), want: end{Outcome: crawler.Fetched}, body: "<p>café"},
		{name: "utf-16", site: page(crawlertest.Page{Body: utf16le(text), Type: "text/html"}), want: end{Outcome: crawler.Fetched}, body: text},
		{name: "NUL", site: page(crawlertest.Page{Body: "<p>a\x00b"}), want: end{crawler.Fetched, "", []string{"NULs"}}, body: "<p>a\x00b"},
		{name: "override", site: page(crawlertest.Page{Body: "<p>a\u202eb"}), want: end{crawler.Fetched, "", []string{"hidden characters"}}},
		{name: "percent", site: map[string]crawlertest.Page{"/100%25%C3%A9": whole}, req: crawler.Request{URL: "/100%25%C3%A9"}, want: end{Outcome: crawler.Fetched}, body: text},
		{name: "robots", site: page(whole), req: crawler.Request{URL: "/private/a"}, want: end{Outcome: crawler.Blocked, Reason: crawler.ReasonRobots}},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			site := crawlertest.New(t)
			site.SetRobots("User-agent: *\nDisallow: /private\n")
			for path, p := range tc.site {
				site.Set(path, p)
			}
			req := tc.req
			if req.URL == "" {
				req.URL = "/a"
			}
			req.URL = site.URL() + req.URL
			p := newCrawler(t, nil).Fetch(t.Context(), req)
			if diff := cmp.Diff(tc.want, endOf(p)); diff != "" {
				t.Fatalf("Fetch: -want +got\n%s\ndetail %q err %v", diff, p.Detail, p.Err)
			}
			if tc.final != "" && p.FinalURL != site.URL()+tc.final {
				t.Errorf("FinalURL = %q, want path %q", p.FinalURL, tc.final)
			}
			if tc.body != "" && string(p.Body) != tc.body {
				t.Errorf("Body = %q, want %q", p.Body, tc.body)
			}
			if tc.media != "" && p.MediaType != tc.media {
				t.Errorf("MediaType = %q, want %q", p.MediaType, tc.media)
			}
			var hops []string
			for _, h := range p.Hops {
				hops = append(hops, h.Kind+" "+strings.TrimPrefix(h.URL, site.URL()))
			}
			if diff := cmp.Diff(tc.hops, hops); tc.hops != nil && diff != "" {
				t.Errorf("hops: -want +got\n%s", diff)
			}
		})
	}
}

// TestRawIsKept shows that the answer of a refusal is evidence, and that headers are kept as sent and as they came.
func TestRawIsKept(t *testing.T) {
	site := crawlertest.New(t)
	site.Set("/a", crawlertest.Page{Status: 410, Body: "<p>Taken down.", Header: http.Header{"X-Why": {"law"}}})
	p := newCrawler(t, nil).Fetch(t.Context(), crawler.Request{URL: site.URL() + "/a", ETag: `"x"`})
	if string(p.Raw) != "<p>Taken down." || p.Status != 410 || p.Header.Get("X-Why") != "law" {
		t.Errorf("Raw = %q, Status = %d, Header = %v", p.Raw, p.Status, p.Header)
	}
	h := p.Hops[0]
	if h.RequestHeader.Get("If-None-Match") != `"x"` || h.RequestHeader.Get("Host") != crawler.Host(site.URL()+"/") || h.Address != h.RequestHeader.Get("Host") {
		t.Errorf("hop = %+v", h)
	}
	if got, want := h.RequestHeader.Get("User-Agent"), "onrecord/test (+archive@harbour.example)"; got != want {
		t.Errorf("User-Agent = %q, want %q", got, want)
	}
	if h.WireDigest != [32]byte{} {
		t.Error("a body without coding has a wire digest")
	}
}

func TestCodedBody(t *testing.T) {
	site := crawlertest.New(t)
	packed := crawlertest.Gzip(text)
	site.Set("/a", crawlertest.Page{Body: packed, Header: http.Header{"Content-Encoding": {"gzip"}}})
	site.Set("/sitemap.xml.gz", crawlertest.Page{Body: packed, Type: "application/x-gzip"})
	c := newCrawler(t, nil)
	p := c.Fetch(t.Context(), crawler.Request{URL: site.URL() + "/a"})
	if string(p.Raw) != text || p.WireBytes != int64(len(packed)) || p.Hops[0].WireDigest == [32]byte{} {
		t.Errorf("Raw %d bytes, wire %d, digest %x", len(p.Raw), p.WireBytes, p.Hops[0].WireDigest)
	}
	p = c.Fetch(t.Context(), crawler.Request{URL: site.URL() + "/sitemap.xml.gz"})
	if string(p.Raw) != packed || p.Outcome != crawler.Fetched {
		t.Errorf("a packed file was unpacked: %d bytes, %v", len(p.Raw), endOf(p))
	}
}

func TestFetchStops(t *testing.T) {
	site := crawlertest.New(t)
	site.Set("/a", crawlertest.Hang("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"))
	c := newCrawler(t, func(c *crawler.Config) { c.Timeout, c.IdleTimeout = time.Minute, time.Minute })
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	begin := time.Now()
	p := c.Fetch(ctx, crawler.Request{URL: site.URL() + "/a"})
	if p.Outcome != crawler.Failed || p.Reason != crawler.ReasonStopped || time.Since(begin) > 2*time.Second {
		t.Errorf("Fetch = %+v after %s", endOf(p), time.Since(begin))
	}
}

func TestGuard(t *testing.T) {
	site := crawlertest.New(t)
	site.SetHTML("/a", text)
	plain := newCrawler(t, func(c *crawler.Config) { c.AllowPrivate, c.NoPace = false, false })
	if p := plain.Fetch(t.Context(), crawler.Request{URL: site.URL() + "/a"}); p.Outcome != crawler.Blocked || p.Reason != crawler.ReasonAddress {
		t.Errorf("loopback: %+v", endOf(p))
	}
	if n := len(site.Log()); n != 0 {
		t.Errorf("the site got %d requests", n)
	}
	nets := newCrawler(t, func(c *crawler.Config) {
		c.AllowPrivate, c.AllowNets = false, []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	})
	if p := nets.Fetch(t.Context(), crawler.Request{URL: site.URL() + "/a"}); p.Outcome != crawler.Fetched {
		t.Errorf("allowed net: %+v", endOf(p))
	}
	// A name with a forbidden and an allowed address: only the second is dialled.
	_, port, _ := strings.Cut(strings.TrimPrefix(site.URL(), "http://"), ":")
	mixed := newCrawler(t, func(c *crawler.Config) {
		c.Lookup = func(context.Context, string) ([]netip.Addr, error) {
			return []netip.Addr{netip.MustParseAddr("169.254.169.254"), netip.MustParseAddr("127.0.0.1")}, nil
		}
	})
	p := mixed.Fetch(t.Context(), crawler.Request{URL: fmt.Sprintf("http://harbour.example:%s/a", port)})
	if p.Outcome != crawler.Fetched || p.Hops[0].Address != "127.0.0.1:"+port {
		t.Errorf("mixed: %+v %q", endOf(p), p.Detail)
	}
}

func TestJudge(t *testing.T) {
	for _, tc := range []struct {
		addr            string
		public, private bool
	}{
		{"93.184.216.34", true, true},
		{"2606:2800:220:1:248:1893:25c8:1946", true, true},
		{"127.0.0.1", false, true},
		{"10.1.2.3", false, true},
		{"172.31.255.255", false, true},
		{"172.32.0.1", true, true},
		{"192.168.1.1", false, true},
		{"100.64.0.1", false, true},
		{"169.254.1.1", false, true},
		{"169.254.169.254", false, false},
		{"0.0.0.0", false, false},
		{"224.0.0.1", false, false},
		{"255.255.255.255", false, false},
		{"::", false, false},
		{"::1", false, true},
		{"::ffff:127.0.0.99", false, true},
		{"::ffff:169.254.169.254", false, false},
		{"::127.0.0.1", false, false},
		{"fe80::1%eth0", false, true},
		{"fd00::1", false, true},
		{"fd00:ec2::254", false, false},
		{"64:ff9b::7f00:1", false, true},
		{"64:ff9b::5db8:d822", true, true},
		{"2002:7f00:1::1", false, true},
		{"2002:a9fe:a9fe::1", false, false},
		{"2001::1", false, false},
		{"ff02::1", false, false},
	} {
		t.Run(tc.addr, func(t *testing.T) {
			a := netip.MustParseAddr(tc.addr)
			if err := crawler.Judge(false, nil, a); (err == nil) != tc.public {
				t.Errorf("judge = %v, want allowed %v", err, tc.public)
			}
			if err := crawler.Judge(true, nil, a); (err == nil) != tc.private {
				t.Errorf("judge with AllowPrivate = %v, want allowed %v", err, tc.private)
			}
		})
	}
}

// TestCredentialsAreDropped shows that user and password of a redirect are neither sent nor kept.
func TestCredentialsAreDropped(t *testing.T) {
	site := crawlertest.New(t)
	site.SetHTML("/b@c", text)
	site.Set("/a", crawlertest.Redirect(302, strings.Replace(site.URL(), "://", "://user:secret@", 1)+"/b@c#part"))
	p := newCrawler(t, nil).Fetch(t.Context(), crawler.Request{URL: site.URL() + "/a"})
	if p.Outcome != crawler.Fetched || p.FinalURL != site.URL()+"/b@c" {
		t.Errorf("Fetch = %+v from %q", endOf(p), p.FinalURL)
	}
	if s := fmt.Sprint(p.Hops); strings.Contains(s, "secret") {
		t.Errorf("the hops have the password: %s", s)
	}
	if h := site.Log()[2].Header.Get("Authorization"); h != "" {
		t.Errorf("the site got Authorization %q", h)
	}
}
