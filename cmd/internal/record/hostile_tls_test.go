package record_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/crawlertest"
)

// certificate makes a self-signed one for harbour.example, or for the names given.
func certificate(t *testing.T, until time.Time, names ...string) *tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if len(names) == 0 {
		names = []string{"harbour.example"}
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: names[0]}, NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: until,
		DNSNames: names, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

// secure makes the lab's site speak https under the name harbour.example, as the config at hand says.
func (l *lab) secure(config *atomic.Pointer[tls.Config]) {
	l.Helper()
	s := httptest.NewUnstartedServer(l.site)
	s.TLS = &tls.Config{GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) { return config.Load(), nil }}
	s.TLS.Certificates = config.Load().Certificates
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	l.Cleanup(s.Close)
	_, port, _ := net.SplitHostPort(s.Listener.Addr().String())
	l.url = "https://harbour.example:" + port + where
	l.config.Lookup = func(_ context.Context, name string) ([]netip.Addr, error) {
		if name != "harbour.example" {
			return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
		}
		return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
	}
}

// Rows 165 to 168: a certificate that does not hold any more brings nothing, and what was on record stays.
func TestCertificates(t *testing.T) {
	later, past := time.Now().Add(time.Hour), time.Now().Add(-time.Hour)
	for _, c := range []struct {
		row
		cert  *tls.Certificate
		trust bool
		max   uint16
		allow []string
	}{
		{row{n: 165, name: "expired", reason: string(crawler.ReasonExpired), detail: "valid from"}, certificate(t, past), true, 0, nil},
		{row{n: 165, name: "expired, with an exception by name", outcome: archive.Stored, flags: []string{crawler.FlagExpired}}, certificate(t, past), true, 0, []string{"harbour.example"}},
		{row{n: 166, name: "for another host", reason: string(crawler.ReasonCertName)}, certificate(t, later, "quay.example"), true, 0, nil},
		{row{n: 167, name: "self-signed", reason: string(crawler.ReasonAuthority)}, certificate(t, later), false, 0, nil},
		{row{n: 168, name: "TLS 1.0", reason: string(crawler.ReasonTLSVersion)}, certificate(t, later), true, tls.VersionTLS10, nil},
	} {
		t.Run(fmt.Sprintf("%d %s", c.n, c.name), func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			good := certificate(t, later)
			l.config.RootCAs = x509.NewCertPool()
			l.config.RootCAs.AddCert(good.Leaf)
			if c.trust {
				l.config.RootCAs.AddCert(c.cert.Leaf)
			}
			config := &atomic.Pointer[tls.Config]{}
			config.Store(&tls.Config{Certificates: []tls.Certificate{*good}})
			l.secure(config)
			l.begin()
			config.Store(&tls.Config{Certificates: []tls.Certificate{*c.cert}, MinVersion: tls.VersionTLS10, MaxVersion: c.max})
			l.config.AllowExpired = c.allow
			l.site.SetHTML(where, edited)
			l.site.Forget()
			if err := l.run(); err != nil {
				t.Fatal(err)
			}
			if c.outcome == "" {
				c.outcome, c.state = archive.Failed, archive.Unreachable
				if n := len(l.site.Log()); n > 0 {
					t.Errorf("%d requests were made", n)
				}
			}
			l.site.Forget() // complete looks at http addresses
			l.verify(&c.row)
		})
	}
}

// Row 169: from https to http is followed once, and told.
func TestDowngrade(t *testing.T) {
	t.Parallel()
	l, config := newLab(t), &atomic.Pointer[tls.Config]{}
	cert := certificate(t, time.Now().Add(time.Hour))
	config.Store(&tls.Config{Certificates: []tls.Certificate{*cert}})
	l.config.RootCAs = x509.NewCertPool()
	l.config.RootCAs.AddCert(cert.Leaf)
	l.secure(config)
	l.begin()
	l.site.SetHTML("/news/new", edited)
	l.site.Set(where, crawlertest.Redirect(302, l.site.URL()+"/news/new"))
	l.site.Forget()
	if err := l.run(); err != nil {
		t.Fatal(err)
	}
	l.site.Forget()
	l.verify(&row{n: 169, outcome: archive.Stored, flags: []string{crawler.FlagDowngrade}})
}

// Row 170: who asked for https once is visited over https, by the next run too.
func TestSecureHostIsRemembered(t *testing.T) {
	t.Parallel()
	l, config := newLab(t), &atomic.Pointer[tls.Config]{}
	cert := certificate(t, time.Now().Add(time.Hour))
	config.Store(&tls.Config{Certificates: []tls.Certificate{*cert}})
	l.config.RootCAs = x509.NewCertPool()
	l.config.RootCAs.AddCert(cert.Leaf)
	l.secure(config)
	const asks = "Strict-Transport-Security"
	l.site.Set("/news/", with(links(where), asks, "max-age=1000"))
	l.begin()
	plain := strings.Replace(l.url, "https://", "http://", 1)
	l.site.SetHTML("/news/", links(strings.Replace(plain, where, "/news/plain", 1)))
	l.site.SetHTML("/news/plain", page("The plain one", "", plans, thanks, prose))
	if err := l.run(); err != nil {
		t.Fatal(err)
	}
	v := l.last(strings.Replace(plain, where, "/news/plain", 1))
	if len(v.Hops) == 0 || !strings.HasPrefix(v.Hops[0].URL, "https://") || !slices.Contains(v.Flags, crawler.FlagHSTS) {
		t.Errorf("%s %s %q %+v: want https, and a flag", v.Outcome, v.Reason, v.Flags, v.Hops)
	}
}
