package crawler_test

import (
	"bufio"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/crawlertest"
)

// testProxy is an HTTP proxy that knows every name as loopback, and what it was asked for.
type testProxy struct {
	*httptest.Server
	user string // "user:password", "" for none

	mu    sync.Mutex
	asked []string
}

func newTestProxy(t *testing.T, user string) *testProxy {
	p := &testProxy{user: user}
	p.Server = httptest.NewServer(http.HandlerFunc(p.serve))
	t.Cleanup(p.Close)
	return p
}

func (p *testProxy) log() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.asked)
}

func (p *testProxy) serve(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.asked = append(p.asked, r.Method+" "+r.URL.String())
	p.mu.Unlock()
	want := "Basic " + base64.StdEncoding.EncodeToString([]byte(p.user))
	switch {
	case p.user != "" && r.Header.Get("Proxy-Authorization") != want:
		w.WriteHeader(http.StatusProxyAuthRequired)
	case strings.Contains(r.Host, "down.example"):
		w.Header().Set("X-Squid-Error", "ERR_CONNECT_FAIL 111")
		w.WriteHeader(http.StatusServiceUnavailable)
	case r.Method == http.MethodConnect:
		p.tunnel(w, r)
	case r.URL.Host == "":
		w.WriteHeader(http.StatusTeapot) // not asked as a proxy is
	default:
		_, port, _ := net.SplitHostPort(r.URL.Host)
		res, err := http.Get("http://127.0.0.1:" + port + r.URL.Path)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		defer res.Body.Close()
		w.Header().Set("Content-Type", res.Header.Get("Content-Type"))
		w.WriteHeader(res.StatusCode)
		io.Copy(w, res.Body)
	}
}

func (p *testProxy) tunnel(w http.ResponseWriter, r *http.Request) {
	_, port, _ := net.SplitHostPort(r.Host)
	to, err := net.Dial("tcp", "127.0.0.1:"+port)
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	from, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		to.Close()
		return
	}
	io.WriteString(from, "HTTP/1.1 200 OK\r\n\r\n")
	join(from, to)
}

// join copies both ways until both ends are done.
func join(a, b net.Conn) {
	go func() { io.Copy(a, b); a.Close() }()
	go func() { io.Copy(b, a); b.Close() }()
}

func proxyURL(t *testing.T, s string) *url.URL {
	t.Helper()
	u, err := crawler.ParseProxy(s)
	if err != nil {
		t.Fatalf("ParseProxy(%q): %v", s, err)
	}
	return u
}

// proxied is a visit through a proxy and what is to become of it.
type proxied struct {
	name, proxy, url string
	private          bool
	outcome          crawler.Outcome
	reason           crawler.Reason
}

// check makes the visit. Whatever becomes of it, its record does not have the proxy's password.
func (tc *proxied) check(t *testing.T, roots *x509.CertPool) {
	t.Helper()
	c, err := crawler.New(crawler.Config{Proxy: proxyURL(t, tc.proxy), AllowPrivate: tc.private, RootCAs: roots, Pace: 1, Retries: -1})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	p := c.Fetch(t.Context(), crawler.Request{URL: tc.url + "/a"})
	if p.Outcome != tc.outcome || p.Reason != tc.reason {
		t.Fatalf("Fetch(%s) = %s (%s: %s), want %s (%s)", tc.url, p.Outcome, p.Reason, p.Detail, tc.outcome, tc.reason)
	}
	if strings.Contains(p.Detail, "secret") {
		t.Errorf("detail %q has the password", p.Detail)
	}
	if tc.outcome != crawler.Fetched {
		return
	}
	if !slices.Contains(p.Flags, crawler.FlagProxy) || p.Hops[0].Address != "" {
		t.Errorf("flags %q, address %q: want %q and none", p.Flags, p.Hops[0].Address, crawler.FlagProxy)
	}
	if h := fmt.Sprint(p.Hops); strings.Contains(h, "Proxy-Auth") {
		t.Errorf("the hops have what is between us and the proxy: %s", h)
	}
}

// Pages come through the proxy, which alone connects; their record says so and claims no address of the host.
func TestProxy(t *testing.T) {
	site := crawlertest.New(t)
	site.SetHTML("/a", "<p>"+text)
	tls, err := crawlertest.StartTLS()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tls.Close)
	tls.SetHTML("/a", "<p>"+text)
	roots := x509.NewCertPool()
	roots.AddCert(tls.Server().Certificate())
	socks := newSocks(t)
	plain, guarded := newTestProxy(t, ""), newTestProxy(t, "desk:secret")
	named := func(u string) string { return strings.Replace(u, "127.0.0.1", "harbour.example", 1) }
	for _, tc := range []proxied{
		{"http", plain.URL, named(site.URL()), false, crawler.Fetched, ""},
		{"https", plain.URL, tls.URL(), true, crawler.Fetched, ""},
		{"with a password", strings.Replace(guarded.URL, "//", "//desk:secret@", 1), named(site.URL()), false, crawler.Fetched, ""},
		{"https with a password", strings.Replace(guarded.URL, "//", "//desk:secret@", 1), tls.URL(), true, crawler.Fetched, ""},
		{"socks", "socks5://" + socks, named(site.URL()), false, crawler.Fetched, ""},
		{"socks, https", "socks5://" + socks, tls.URL(), true, crawler.Fetched, ""},
		{"without its password", guarded.URL, named(site.URL()), false, crawler.Failed, crawler.ReasonProxy},
		{"https without its password", guarded.URL, tls.URL(), true, crawler.Failed, crawler.ReasonProxy},
		{"the proxy answers itself", plain.URL, "http://down.example", false, crawler.Failed, crawler.ReasonProxy},
		{"the proxy makes no tunnel", plain.URL, "https://down.example", false, crawler.Failed, crawler.ReasonProxy},
		{"no proxy there", "http://127.0.0.1:1", named(site.URL()), false, crawler.Failed, crawler.ReasonProxy},
		{"no socks proxy there", "socks5://127.0.0.1:1", named(site.URL()), false, crawler.Failed, crawler.ReasonProxy},
		{"a private address", plain.URL, site.URL(), false, crawler.Blocked, crawler.ReasonAddress},
		{"a private address, https", plain.URL, tls.URL(), false, crawler.Blocked, crawler.ReasonAddress},
		{"the proxy itself, https", plain.URL, strings.Replace(plain.URL, "http:", "https:", 1), false, crawler.Blocked, crawler.ReasonAddress},
		{"localhost", plain.URL, "http://localhost:8080", false, crawler.Blocked, crawler.ReasonAddress},
		{"a metadata service", plain.URL, "http://169.254.169.254", true, crawler.Blocked, crawler.ReasonAddress},
		{"a bad port", plain.URL, "http://harbour.example:25", false, crawler.Blocked, crawler.ReasonPort},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tc.check(t, roots)
		})
	}
	for _, a := range plain.log() {
		if strings.Contains(a, "169.254.") || strings.Contains(a, "localhost") {
			t.Errorf("the proxy was asked for %s", a)
		}
	}
}

// A proxy that only the environment names is not used.
func TestEnvironmentProxyIsNotUsed(t *testing.T) {
	p := newTestProxy(t, "")
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"} {
		t.Setenv(name, p.URL)
	}
	site := crawlertest.New(t)
	site.SetHTML("/a", "<p>"+text)
	c := newCrawler(t, nil)
	if got := c.Fetch(t.Context(), crawler.Request{URL: site.URL() + "/a"}); got.Outcome != crawler.Fetched {
		t.Errorf("Fetch = %+v", endOf(got))
	}
	if a := p.log(); len(a) > 0 {
		t.Errorf("the environment's proxy was asked for %q", a)
	}
}

func TestParseProxy(t *testing.T) {
	for _, tc := range []struct{ in, want string }{
		{"http://proxy.example:3128", ""},
		{"http://desk:secret@proxy.example/", ""},
		{"socks5://127.0.0.1:1080", ""},
		{"proxy.example:3128", "scheme"},
		{"https://proxy.example", "scheme"},
		{"http://", "no host"},
		{"http://proxy.example/path", "follows"},
		{"http://proxy.example:0", "port"},
		{"http://desk:secret@proxy.example:99999999", "port"},
		{"http://desk:se%ret@proxy.example", "no address"},
	} {
		_, err := crawler.ParseProxy(tc.in)
		if (err == nil) != (tc.want == "") || err != nil && (!strings.Contains(err.Error(), tc.want) || strings.Contains(err.Error(), "secret")) {
			t.Errorf("ParseProxy(%q) = %v, want %q", tc.in, err, tc.want)
		}
	}
}

// newSocks is a SOCKS5 proxy (RFC 1928) that knows every name as loopback; it gives its address.
func newSocks(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go socksConn(c)
		}
	}()
	return l.Addr().String()
}

func socksConn(c net.Conn) {
	r := bufio.NewReader(c)
	head := make([]byte, 2)
	if _, err := io.ReadFull(r, head); err != nil {
		c.Close()
		return
	}
	io.CopyN(io.Discard, r, int64(head[1]))
	c.Write([]byte{5, 0})
	req := make([]byte, 4)
	if _, err := io.ReadFull(r, req); err != nil {
		c.Close()
		return
	}
	n := 4
	if req[3] == 3 {
		b, _ := r.ReadByte()
		n = int(b)
	}
	io.CopyN(io.Discard, r, int64(n))
	port := make([]byte, 2)
	io.ReadFull(r, port)
	to, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", binary.BigEndian.Uint16(port)))
	if err != nil {
		c.Close()
		return
	}
	c.Write([]byte{5, 0, 0, 1, 0, 0, 0, 0, 0, 0})
	join(c, to)
}

func FuzzParseProxy(f *testing.F) {
	for _, s := range []string{"http://proxy.example:3128", "socks5://desk:secret@[::1]:1080/", "http://%zz", "http://a:b@c:99999"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		u, err := crawler.ParseProxy(s)
		if err != nil {
			return
		}
		if again, err := crawler.ParseProxy(u.String()); err != nil || again.Host != u.Host || again.Hostname() == "" {
			t.Errorf("ParseProxy(%q) = %v, and again %v, %v", s, u.Redacted(), again, err)
		}
	})
}
