package crawler

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	socks "golang.org/x/net/proxy"
)

// ParseProxy reads the address of a proxy: http://host:port, or socks5://host:port (RFC 1928), with a user and password
// before the host where the proxy wants them.
func ParseProxy(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	if err != nil {
		return nil, errors.New("it is no address") // the cause would repeat a password
	}
	switch {
	case u.Scheme != "http" && u.Scheme != "socks5":
		return nil, fmt.Errorf("its scheme is %q, and can be http or socks5", u.Scheme)
	case u.Hostname() == "":
		return nil, errors.New("it names no host")
	case u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "":
		return nil, errors.New("something follows the host and port")
	}
	if p := u.Port(); p != "" {
		if n, err := strconv.ParseUint(p, 10, 16); err != nil || n == 0 {
			return nil, fmt.Errorf("port %s is none", p)
		}
	}
	return u, nil
}

// proxy leads requests through another machine. Its own address is not judged, since whoever runs the crawler has named
// it. The proxy resolves the hosts' names and connects to them; what can be judged of a target is what its address says.
type proxy struct {
	url     *url.URL
	address string // host and port
	guard   *guard
	agent   string
}

// proxyError tells that the proxy did not do what it is there for.
type proxyError struct{ why string }

func (e *proxyError) Error() string { return e.why }

func newProxy(u *url.URL, g *guard, agent string) *proxy {
	port := u.Port()
	switch {
	case port != "":
	case u.Scheme == "socks5":
		port = "1080"
	default:
		port = "80"
	}
	return &proxy{url: u, address: net.JoinHostPort(u.Hostname(), port), guard: g, agent: agent}
}

// judge returns nil for a target that the proxy may be asked for: its port is one for HTTP, and it names no address, or
// one that is allowed.
func (p *proxy) judge(host, port string) error {
	n, err := strconv.ParseUint(port, 10, 16)
	if _, bad := slices.BinarySearch(badPorts, uint16(n)); err != nil || bad {
		return &portError{port}
	}
	name := strings.ToLower(strings.TrimSuffix(host, "."))
	if name == "localhost" || strings.HasSuffix(name, ".localhost") { // RFC 6761 section 6.3
		return p.guard.judge(netip.AddrFrom4([4]byte{127, 0, 0, 1}))
	}
	if a, err := netip.ParseAddr(host); err == nil {
		return p.guard.judge(a)
	}
	return nil
}

// forHTTP is what net/http asks for each request: those to http addresses are sent to an HTTP proxy whole, all others
// go through a tunnel that dial makes.
func (p *proxy) forHTTP(r *http.Request) (*url.URL, error) {
	if r.URL.Scheme != "http" || p.url.Scheme != "http" {
		return nil, nil
	}
	port := r.URL.Port()
	if port == "" {
		port = "80"
	}
	return p.url, p.judge(r.URL.Hostname(), port)
}

// connect connects to the proxy itself.
func (p *proxy) connect(ctx context.Context) (net.Conn, error) {
	conn, err := (&net.Dialer{Timeout: dialTimeout, KeepAlive: -1}).DialContext(ctx, "tcp", p.address)
	if err != nil {
		return nil, &proxyError{"connect to the proxy: " + err.Error()}
	}
	return conn, nil
}

// dial connects to a target through the proxy.
func (p *proxy) dial(ctx context.Context, _, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if err := p.judge(host, port); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, 2*dialTimeout)
	defer cancel()
	if p.url.Scheme == "socks5" {
		return p.socks(ctx, address)
	}
	conn, err := p.connect(ctx)
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })
	err = p.tunnel(conn, address)
	if !stop() && err == nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

// tunnel asks the proxy for a tunnel to a target (RFC 9110 section 9.3.6).
func (p *proxy) tunnel(conn net.Conn, address string) error {
	ask := "CONNECT " + address + " HTTP/1.1\r\nHost: " + address + "\r\nUser-Agent: " + p.agent + "\r\n"
	if u := p.url.User; u != nil {
		password, _ := u.Password()
		ask += "Proxy-Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(u.Username()+":"+password)) + "\r\n"
	}
	if _, err := io.WriteString(conn, ask+"\r\n"); err != nil {
		return &proxyError{"ask the proxy for a tunnel: " + err.Error()}
	}
	// One byte at a time from the connection would be slow, more at a time could take what belongs to the target: but that
	// says nothing before it was spoken to, so that whatever is left over is a fault of the proxy.
	r := bufio.NewReader(io.LimitReader(conn, 64<<10))
	res, err := http.ReadResponse(r, &http.Request{Method: http.MethodConnect})
	if err != nil {
		return &proxyError{"read the proxy's answer: " + err.Error()}
	}
	res.Body.Close()
	switch {
	case res.StatusCode == http.StatusProxyAuthRequired:
		return &proxyError{"the proxy wants a user and a password (407)"}
	case res.StatusCode/100 != 2:
		return &proxyError{fmt.Sprintf("the proxy makes no tunnel to %s: %d", address, res.StatusCode)}
	case r.Buffered() > 0:
		return &proxyError{"the proxy sends bytes of its own into the tunnel"}
	}
	return nil
}

// socks connects through a SOCKS5 proxy, which resolves the name.
func (p *proxy) socks(ctx context.Context, address string) (net.Conn, error) {
	var auth *socks.Auth
	if u := p.url.User; u != nil {
		password, _ := u.Password()
		auth = &socks.Auth{User: u.Username(), Password: password}
	}
	d, err := socks.SOCKS5("tcp", p.address, auth, forward{p})
	if err != nil {
		return nil, &proxyError{err.Error()}
	}
	conn, err := d.(socks.ContextDialer).DialContext(ctx, "tcp", address)
	if err != nil {
		var pe *proxyError
		if errors.As(err, &pe) {
			return nil, pe
		}
		return nil, &proxyError{"the proxy does not connect: " + err.Error()}
	}
	return conn, nil
}

// forward connects to the proxy itself, for the SOCKS client.
type forward struct{ p *proxy }

func (f forward) Dial(network, address string) (net.Conn, error) {
	return f.DialContext(context.Background(), network, address)
}

func (f forward) DialContext(ctx context.Context, _, _ string) (net.Conn, error) {
	return f.p.connect(ctx)
}

// proxyFault names an error of the proxy.
func proxyFault(err error) *fault {
	var e *proxyError
	if errors.As(err, &e) {
		return failed(ReasonProxy, "%.300q", e.why).again()
	}
	return nil
}

// spoke is the fault of an answer that the proxy gave in the place of the site; nil when the site answered. Proxies say
// so themselves (RFC 9209 section 2.3.1; Squid has a field of its own), all but the one that wants a password.
func (p *proxy) spoke(res *http.Response) *fault {
	if p == nil || res.StatusCode < 400 {
		return nil
	}
	said := res.Header.Get("X-Squid-Error")
	if s := res.Header.Get("Proxy-Status"); said == "" && strings.Contains(s, "error=") {
		said = s
	}
	switch {
	case res.StatusCode == http.StatusProxyAuthRequired:
		return failed(ReasonProxy, "the proxy wants a user and a password (407)")
	case said != "":
		return failed(ReasonProxy, "%d from the proxy: %.200q", res.StatusCode, said).again()
	}
	return nil
}
