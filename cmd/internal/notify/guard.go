package notify

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"syscall"
	"time"
)

// attempt is how long one attempt to send takes at most.
const attempt = 30 * time.Second

// guard refuses connections to private addresses that the config does not name. What is judged is the address that is
// connected to, so that a name which changes its address leads nowhere else.
type guard struct {
	named bool // the config has the address itself
	nets  []netip.Prefix
}

// guardOf is the guard for a host of the config.
func (s *Settings) guardOf(host string) *guard {
	_, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return &guard{named: err == nil || strings.EqualFold(host, "localhost"), nets: s.AllowNets}
}

// shared is the space of carriers (RFC 6598), which is as little public as a private one.
var shared = netip.MustParsePrefix("100.64.0.0/10")

func (g *guard) control(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	a := at.Addr().WithZone("").Unmap()
	if g.named || a.IsGlobalUnicast() && !a.IsPrivate() && !shared.Contains(a) {
		return nil
	}
	for _, n := range g.nets {
		if n.Contains(a) {
			return nil
		}
	}
	return fmt.Errorf("the name leads to the private address %s, which the config does not allow (allow_net)", a)
}

// dialer connects through the guard.
func (g *guard) dialer() *net.Dialer { return &net.Dialer{Timeout: attempt, Control: g.control} }

// errRedirect is what a redirect is: the config says where to send, nobody else.
var errRedirect = errors.New("it answers with a redirect, which is not followed; write the address that it leads to")

// client makes requests through the guard, without redirects and without the proxies of the environment.
func (g *guard) client() *http.Client {
	c := &http.Client{}
	g.narrow(c)
	return c
}

// narrow has a client make its requests through the guard, without redirects and without the proxies of the environment.
func (g *guard) narrow(c *http.Client) {
	t, ok := c.Transport.(*http.Transport)
	if !ok {
		t = &http.Transport{ForceAttemptHTTP2: true}
	}
	t.Proxy, t.DialContext, t.TLSHandshakeTimeout, t.DisableKeepAlives, t.MaxResponseHeaderBytes = nil, g.dialer().DialContext, attempt, true, 64<<10
	c.Timeout, c.Transport, c.CheckRedirect = attempt, t, func(*http.Request, []*http.Request) error { return errRedirect }
}

// NoRedirects is a transport with which no client follows a redirect: an answer that leads elsewhere is an error. A program
// that tells people makes it [http.DefaultTransport] at its start, since chat services whose library takes no client of ours use
// that, and a server of theirs must not lead us to a private address.
func NoRedirects(t http.RoundTripper) http.RoundTripper { return &straight{t} }

type straight struct{ t http.RoundTripper }

// RoundTrip implements [http.RoundTripper].
func (s *straight) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := s.t.RoundTrip(req)
	if err != nil || resp.StatusCode/100 != 3 || resp.Header.Get("Location") == "" {
		return resp, err
	}
	resp.Body.Close()
	return nil, errRedirect
}
