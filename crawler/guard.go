package crawler

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"syscall"
	"time"
)

// guard decides which addresses are connected to. What is judged is the address of the connection, so that neither a
// name that changes its address nor a notation that hides it leads anywhere else.
type guard struct {
	private bool
	nets    []netip.Prefix
	lookup  func(ctx context.Context, host string) ([]netip.Addr, error)
}

// addressError tells that an address may not be connected to.
type addressError struct {
	addr netip.Addr
	why  string
}

func (e *addressError) Error() string { return fmt.Sprintf("address %s is %s", e.addr, e.why) }

// portError tells that a port may not be connected to.
type portError struct{ port string }

func (e *portError) Error() string { return "port " + e.port + " is not for HTTP" }

// special are blocks that are no public unicast (IANA's special-purpose registries); the first that fits names the address.
var special = []struct {
	prefix netip.Prefix
	why    string
	never  bool // not even with AllowPrivate
}{
	{netip.MustParsePrefix("169.254.169.254/32"), "a metadata service", true},
	{netip.MustParsePrefix("169.254.170.2/32"), "a metadata service", true},
	{netip.MustParsePrefix("100.100.100.200/32"), "a metadata service", true},
	{netip.MustParsePrefix("168.63.129.16/32"), "a metadata service", true},
	{netip.MustParsePrefix("fd00:ec2::254/128"), "a metadata service", true},
	{netip.MustParsePrefix("fd20:ce::254/128"), "a metadata service", true},
	{netip.MustParsePrefix("127.0.0.0/8"), "loopback", false},
	{netip.MustParsePrefix("::1/128"), "loopback", false},
	{netip.MustParsePrefix("10.0.0.0/8"), "private", false},
	{netip.MustParsePrefix("172.16.0.0/12"), "private", false},
	{netip.MustParsePrefix("192.168.0.0/16"), "private", false},
	{netip.MustParsePrefix("fc00::/7"), "private", false},
	{netip.MustParsePrefix("fec0::/10"), "private", false},
	{netip.MustParsePrefix("169.254.0.0/16"), "link-local", false},
	{netip.MustParsePrefix("fe80::/10"), "link-local", false},
	{netip.MustParsePrefix("100.64.0.0/10"), "shared by a carrier", false},
	{netip.MustParsePrefix("198.18.0.0/15"), "for benchmarks", false},
	{netip.MustParsePrefix("192.0.2.0/24"), "for documentation", false},
	{netip.MustParsePrefix("198.51.100.0/24"), "for documentation", false},
	{netip.MustParsePrefix("203.0.113.0/24"), "for documentation", false},
	{netip.MustParsePrefix("2001:db8::/32"), "for documentation", false},
	{netip.MustParsePrefix("3fff::/20"), "for documentation", false},
	{netip.MustParsePrefix("0.0.0.0/8"), "unspecified", true},
	{netip.MustParsePrefix("192.0.0.0/24"), "reserved", true},
	{netip.MustParsePrefix("192.88.99.0/24"), "reserved", true},
	{netip.MustParsePrefix("224.0.0.0/4"), "multicast", true},
	{netip.MustParsePrefix("240.0.0.0/4"), "reserved", true},
	{netip.MustParsePrefix("64:ff9b:1::/48"), "a local translation", true},
	{netip.MustParsePrefix("2001::/32"), "a tunnel", true},
	{netip.MustParsePrefix("100::/64"), "discarded", true},
	{netip.MustParsePrefix("ff00::/8"), "multicast", true},
	{netip.MustParsePrefix("::/96"), "reserved", true},
	{netip.MustParsePrefix("5f00::/16"), "reserved", true},
}

// embedding are blocks whose addresses lead to an IPv4 address that stands at the given byte.
var embedding = []struct {
	prefix netip.Prefix
	at     int
}{
	{netip.MustParsePrefix("64:ff9b::/96"), 12}, // NAT64, RFC 6052
	{netip.MustParsePrefix("2002::/16"), 2},     // 6to4, RFC 3056
}

// plain is an address without zone, unmapped, and the IPv4 address that it leads to if it is a translated one.
func plain(a netip.Addr) netip.Addr {
	a = a.WithZone("").Unmap()
	for _, e := range embedding {
		if e.prefix.Contains(a) {
			b := a.As16()
			return netip.AddrFrom4([4]byte(b[e.at : e.at+4]))
		}
	}
	return a
}

// judge returns nil for an address that may be connected to.
func (g *guard) judge(a netip.Addr) error {
	if !a.IsValid() {
		return &addressError{a, "no address"}
	}
	p := plain(a)
	for _, n := range g.nets {
		if n.Contains(p) || n.Contains(a.WithZone("").Unmap()) {
			return nil
		}
	}
	for _, s := range special {
		if s.prefix.Contains(p) {
			if g.private && !s.never {
				return nil
			}
			return &addressError{a, s.why}
		}
	}
	return nil
}

// local tells that an address is not a public one.
func local(a netip.Addr) bool {
	p := plain(a)
	return slices.ContainsFunc(special, func(s struct {
		prefix netip.Prefix
		why    string
		never  bool
	}) bool {
		return s.prefix.Contains(p)
	})
}

// badPorts are the ports that the Fetch Standard blocks: what listens there would take an HTTP request for its own.
var badPorts = []uint16{0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103,
	104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530,
	531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060,
	5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080}

// dial connects to the first allowed address of a host that answers.
func (g *guard) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if _, bad := slices.BinarySearch(badPorts, uint16(n)); err != nil || bad {
		return nil, &portError{port}
	}
	addrs, err := g.resolve(ctx, host)
	if err != nil {
		return nil, err
	}
	return g.race(ctx, network, addrs, uint16(n))
}

// resolve returns the allowed addresses of a host, at most eight.
func (g *guard) resolve(ctx context.Context, host string) ([]netip.Addr, error) {
	addrs := []netip.Addr{}
	if a, err := netip.ParseAddr(host); err == nil {
		addrs = append(addrs, a)
	} else {
		ctx, cancel := context.WithTimeout(ctx, dialTimeout)
		defer cancel()
		if addrs, err = g.lookup(ctx, host); err != nil {
			return nil, err
		}
	}
	if len(addrs) == 0 {
		return nil, &net.DNSError{Err: "no address", Name: host, IsNotFound: true}
	}
	var allowed []netip.Addr
	var refused error
	for _, a := range addrs {
		if err := g.judge(a); err != nil {
			refused = errors.Join(refused, err)
		} else {
			allowed = append(allowed, a)
		}
	}
	if len(allowed) == 0 {
		return nil, refused
	}
	return allowed[:min(len(allowed), 8)], nil
}

// race dials the addresses one after another, the next when the last has failed or has not answered for a moment, and
// returns the first connection.
func (g *guard) race(ctx context.Context, network string, addrs []netip.Addr, port uint16) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	type result struct {
		conn net.Conn
		err  error
	}
	results := make(chan result, len(addrs))
	d := net.Dialer{Control: g.control, KeepAlive: -1}
	next, open := 0, 0
	start := func() {
		a := netip.AddrPortFrom(addrs[next], port).String()
		next, open = next+1, open+1
		go func() {
			c, err := d.DialContext(ctx, network, a)
			results <- result{c, err}
		}()
	}
	start()
	timer := time.NewTimer(stagger)
	defer timer.Stop()
	var first error
	for open > 0 {
		select {
		case r := <-results:
			open--
			if r.err == nil {
				go func() { // the losers, which end soon because ctx does
					for range open {
						if l := <-results; l.conn != nil {
							l.conn.Close()
						}
					}
				}()
				return r.conn, nil
			}
			first = cmpErr(first, r.err)
			if next < len(addrs) {
				start()
			}
		case <-timer.C:
			if next < len(addrs) {
				start()
				timer.Reset(stagger)
			}
		}
	}
	return nil, first
}

func cmpErr(first, then error) error {
	if first != nil {
		return first
	}
	return then
}

// control is the last look at an address: the one that the socket is about to be connected to.
func (g *guard) control(_, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("read address %q: %w", address, err)
	}
	return g.judge(ap.Addr())
}

// systemLookup asks the system's resolver.
func systemLookup(ctx context.Context, host string) ([]netip.Addr, error) {
	return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
}
