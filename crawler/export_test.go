package crawler

import (
	"context"
	"net"
	"net/netip"
)

// SetDial replaces how connections are made, so that timing is tested on pipes in a synctest bubble.
func (c *Crawler) SetDial(dial func(ctx context.Context, network, address string) (net.Conn, error)) {
	c.dial = dial
}

// Judge is the guard's judgement of one address.
func Judge(private bool, nets []netip.Prefix, a netip.Addr) error {
	return (&guard{private: private, nets: nets}).judge(a)
}

// Hosts counts the hosts that are remembered.
func (c *Crawler) Hosts() int {
	c.pacer.mu.Lock()
	defer c.pacer.mu.Unlock()
	return len(c.pacer.hosts)
}

// MaxHosts sets how many hosts are remembered.
func (c *Crawler) MaxHosts(n int) { c.pacer.max = n }

// Functions that are tested alone.
var (
	ParseRefresh = parseRefresh
	MetaRefresh  = metaRefresh
	RetryAfter   = retryAfter
	Sniff        = sniff
	ExactURL     = exactURL
	CollyURL     = collyURL
	ParseHSTS    = parseHSTS
	SaidType     = saidType
	Codings      = codings
)

// Unpack removes content codings under the default caps.
func Unpack(body []byte, list []string) ([]byte, []string, Reason) {
	u := unpacker{max: 64 << 20, pool: newPartPool(), room: func(int) *fault { return nil }}
	out, f := u.unpack(body, list)
	if f != nil {
		return out, u.flags, f.reason
	}
	return out, u.flags, ""
}
