package crawler_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/crawlertest"
)

// certificate makes a self-signed one for 127.0.0.1, or for the names given.
func certificate(t *testing.T, until time.Time, names ...string) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "harbour.example"},
		NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: until, DNSNames: names,
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	if len(names) == 0 {
		c.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1)}
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

func TestTLS(t *testing.T) {
	later := time.Now().Add(time.Hour)
	tests := []struct {
		name  string
		cert  tls.Certificate
		trust bool
		max   uint16
		want  crawler.Reason
	}{
		{"good", certificate(t, later), true, 0, ""},
		{"expired", certificate(t, time.Now().Add(-time.Hour)), true, 0, crawler.ReasonExpired},
		{"another name", certificate(t, later, "quay.example"), true, 0, crawler.ReasonCertName},
		{"self-signed", certificate(t, later), false, 0, crawler.ReasonAuthority},
		{"TLS 1.0", certificate(t, later), true, tls.VersionTLS10, crawler.ReasonTLSVersion},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { html(w, text) }))
			s.TLS = &tls.Config{Certificates: []tls.Certificate{tc.cert}, MinVersion: tls.VersionTLS10, MaxVersion: tc.max}
			s.EnableHTTP2 = true
			s.Config.ErrorLog = quiet
			s.StartTLS()
			defer s.Close()
			c := newCrawler(t, func(c *crawler.Config) {
				c.RootCAs = x509.NewCertPool()
				if tc.trust {
					c.RootCAs.AddCert(tc.cert.Leaf)
				}
			})
			p := c.Fetch(t.Context(), crawler.Request{URL: s.URL + "/a"})
			if p.Reason != tc.want || (p.Outcome == crawler.Fetched) != (tc.want == "") {
				t.Errorf("Fetch = %+v, want %q; %s", endOf(p), tc.want, p.Detail)
			}
			if tc.want == "" && (p.Hops[0].Proto != "HTTP/2.0" || string(p.Body) != text) {
				t.Errorf("Proto = %q, Body = %q", p.Hops[0].Proto, p.Body)
			}
			if tc.want == "" && !bytes.Equal(p.Hops[0].Certificates, tc.cert.Certificate[0]) {
				t.Errorf("%d bytes of certificates, want those of the server", len(p.Hops[0].Certificates))
			}
		})
	}
}

// An expired certificate that is allowed still has to be for the host, and by somebody who is trusted.
func TestAllowExpired(t *testing.T) {
	past := time.Now().Add(-time.Hour)
	for _, tc := range []struct {
		name   string
		cert   tls.Certificate
		allow  string
		trust  bool
		http2  bool
		reason crawler.Reason
	}{
		{"allowed", certificate(t, past), "127.0.0.1", true, true, ""},
		{"allowed over HTTP/1", certificate(t, past), "127.0.0.1", true, false, ""},
		{"another host is allowed", certificate(t, past), "harbour.example", true, true, crawler.ReasonExpired},
		{"for another name", certificate(t, past, "quay.example"), "127.0.0.1", true, true, crawler.ReasonCertName},
		{"by nobody we trust", certificate(t, past), "127.0.0.1", false, true, crawler.ReasonAuthority},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { html(w, text) }))
			s.TLS = &tls.Config{Certificates: []tls.Certificate{tc.cert}}
			s.EnableHTTP2 = tc.http2
			s.Config.ErrorLog = quiet
			s.StartTLS()
			defer s.Close()
			c := newCrawler(t, func(c *crawler.Config) {
				c.RootCAs, c.AllowExpired = x509.NewCertPool(), []string{tc.allow}
				if tc.trust {
					c.RootCAs.AddCert(tc.cert.Leaf)
				}
			})
			p := c.Fetch(t.Context(), crawler.Request{URL: s.URL + "/a"})
			if p.Reason != tc.reason || slices.Contains(p.Flags, crawler.FlagExpired) != (tc.reason == "") {
				t.Errorf("Fetch = %+v, want %q; %s", endOf(p), tc.reason, p.Detail)
			}
		})
	}
}

func TestDowngradeAndUnreachable(t *testing.T) {
	insecure := crawlertest.New(t)
	insecure.SetHTML("/b", text)
	secure, err := crawlertest.StartTLS()
	if err != nil {
		t.Fatal(err)
	}
	defer secure.Close()
	secure.Set("/a", crawlertest.Redirect(302, insecure.URL()+"/b"))
	c := newCrawler(t, func(c *crawler.Config) {
		c.RootCAs = x509.NewCertPool()
		c.RootCAs.AddCert(secure.Server().Certificate())
	})
	p := c.Fetch(t.Context(), crawler.Request{URL: secure.URL() + "/a"})
	if p.Outcome != crawler.Fetched || len(p.Flags) != 1 || p.Flags[0] != crawler.FlagDowngrade {
		t.Errorf("Fetch = %+v %s", endOf(p), p.Detail)
	}
	insecure.Close()
	p = newCrawler(t, nil).Fetch(t.Context(), crawler.Request{URL: insecure.URL() + "/b"})
	if p.Outcome != crawler.Failed || p.Reason != crawler.ReasonUnreachable {
		t.Errorf("a closed port: %+v %s", endOf(p), p.Detail)
	}
	asked := 0
	c = newCrawler(t, func(c *crawler.Config) {
		c.Lookup = func(_ context.Context, host string) ([]netip.Addr, error) {
			asked++
			return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
		}
	})
	p = c.Fetch(t.Context(), crawler.Request{URL: "http://no.such.name.invalid/"})
	if p.Outcome != crawler.Failed || p.Reason != crawler.ReasonName {
		t.Errorf("a name that is none: %+v %s", endOf(p), p.Detail)
	}
	if asked != 3 {
		t.Errorf("the name was looked up %d times, want 3", asked)
	}
	p = newCrawler(t, nil).Fetch(t.Context(), crawler.Request{URL: "ftp://harbour.example/"})
	if p.Outcome != crawler.Blocked || p.Reason != crawler.ReasonScheme {
		t.Errorf("ftp: %+v", endOf(p))
	}
}

// TestHSTS shows that a host that asked for https gets https, whatever a link says.
func TestHSTS(t *testing.T) {
	secure, err := crawlertest.StartTLS()
	if err != nil {
		t.Fatal(err)
	}
	defer secure.Close()
	secure.Set("/a", crawlertest.Page{Body: text, Header: http.Header{"Strict-Transport-Security": {"max-age=600; includeSubDomains"}}})
	_, port, err := net.SplitHostPort(secure.Server().Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	c := newCrawler(t, func(c *crawler.Config) {
		c.RootCAs = x509.NewCertPool()
		c.RootCAs.AddCert(secure.Server().Certificate())
		c.Lookup = func(context.Context, string) ([]netip.Addr, error) {
			return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
		}
	})
	const name = "example.com" // a name that the test server's certificate has
	if p := c.Fetch(t.Context(), crawler.Request{URL: "https://" + name + ":" + port + "/a"}); p.Outcome != crawler.Fetched {
		t.Fatalf("Fetch = %+v %s", endOf(p), p.Detail)
	}
	p := c.Fetch(t.Context(), crawler.Request{URL: "http://" + name + ":" + port + "/a"})
	if p.Outcome != crawler.Fetched || p.FinalURL != "https://"+name+":"+port+"/a" || len(p.Flags) != 1 || p.Flags[0] != crawler.FlagHSTS {
		t.Errorf("Fetch = %+v from %q", endOf(p), p.FinalURL)
	}
}

// TestLargeHeadersOverHTTP2 shows that the cap holds where headers come in frames. How the library says it depends on the
// frame in which the cap is met.
func TestLargeHeadersOverHTTP2(t *testing.T) {
	secure, err := crawlertest.StartTLS()
	if err != nil {
		t.Fatal(err)
	}
	defer secure.Close()
	h := http.Header{}
	for i := range 300 {
		h.Set(fmt.Sprintf("X-Padding-%d", i), strings.Repeat("p", 1000))
	}
	secure.Set("/a", crawlertest.Page{Body: text, Header: h})
	c := newCrawler(t, func(c *crawler.Config) {
		c.RootCAs = x509.NewCertPool()
		c.RootCAs.AddCert(secure.Server().Certificate())
	})
	p := c.Fetch(t.Context(), crawler.Request{URL: secure.URL() + "/a"})
	if p.Outcome != crawler.Failed || (p.Reason != crawler.ReasonHeaders && p.Reason != crawler.ReasonFraming) {
		t.Errorf("Fetch = %+v %s", endOf(p), p.Detail)
	}
}
