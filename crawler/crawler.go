package crawler

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Crawler fetches pages. It is safe for concurrent use; all its visits share the hosts' pace and robots.txt.
type Crawler struct {
	config Config
	token  string
	guard  *guard
	pacer  *pacer
	robots *robotsCache
	hsts   *hsts
	parts  *partPool
	large  chan struct{} // places for bodies that are being read or unpacked and are large
	wire   *http.Transport
	proxy  *proxy // nil: none
	log    *slog.Logger
	dial   func(ctx context.Context, network, address string) (net.Conn, error) // guard.dial but in tests
}

// New makes a crawler. The error tells what in the config cannot work.
func New(config Config) (*Crawler, error) {
	if err := config.defaults(); err != nil {
		return nil, err
	}
	lookup := config.Lookup
	if lookup == nil {
		lookup = systemLookup
	}
	log := config.Logger
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	c := &Crawler{
		config: config,
		token:  productToken(config.UserAgent),
		guard:  &guard{private: config.AllowPrivate, nets: config.AllowNets, lookup: lookup},
		pacer:  newPacer(config.Pace, config.NoPace),
		robots: newRobotsCache(),
		hsts:   newHSTS(),
		parts:  newPartPool(),
		large:  make(chan struct{}, largeAtOnce),
		log:    log,
	}
	c.dial = c.guard.dial
	plain := func(ctx context.Context, network, address string) (net.Conn, error) {
		return c.dial(ctx, network, address)
	}
	if config.Proxy != nil {
		u, err := ParseProxy(config.Proxy.String())
		if err != nil {
			return nil, fmt.Errorf("proxy %s: %w", config.Proxy.Redacted(), err)
		}
		c.proxy = newProxy(u, c.guard, config.UserAgent)
		c.dial = c.proxy.dial
		if u.Scheme == "http" { // what is not TLS is sent to the proxy itself
			plain = func(ctx context.Context, _, _ string) (net.Conn, error) { return c.proxy.connect(ctx) }
		}
	}
	c.wire = newWire(&c.config, func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := plain(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &watched{Conn: conn}, nil
	}, c.dialTLS)
	if c.proxy != nil {
		c.wire.Proxy = c.proxy.forHTTP
	}
	return c, nil
}

// newWire makes the HTTP client's lowest part. It follows nothing, decodes nothing and takes no proxy from the
// environment, since a proxy would be the one to judge addresses: only [Config.Proxy], which somebody wrote down, is used.
func newWire(c *Config, dial, dialTLS func(ctx context.Context, network, address string) (net.Conn, error)) *http.Transport {
	return &http.Transport{
		Proxy:                  nil,
		DialContext:            dial,
		DialTLSContext:         dialTLS,
		ForceAttemptHTTP2:      true,
		DisableCompression:     true,
		MaxResponseHeaderBytes: c.MaxHeaderBytes,
		MaxIdleConns:           256,
		MaxIdleConnsPerHost:    1,
		IdleConnTimeout:        30 * time.Second,
		ReadBufferSize:         16 << 10,
	}
}

// Close ends idle connections. Visits under way go on.
func (c *Crawler) Close() error {
	c.wire.CloseIdleConnections()
	return nil
}

// SetPace sets the least time between two requests to one host (see [Host]), instead of [Config.Pace]; 0 takes that
// back. A Crawl-delay, slow answers and errors still make it longer.
func (c *Crawler) SetPace(host string, pace time.Duration) { c.pacer.setPace(host, max(pace, 0)) }

// Gap tells the pause that holds for a host now and what it comes from.
func (c *Crawler) Gap(host string) (pause time.Duration, from string) {
	c.pacer.mu.Lock()
	defer c.pacer.mu.Unlock()
	return c.pacer.gap(c.pacer.get(host))
}

// UserAgent is what is sent as User-Agent.
func (c *Crawler) UserAgent() string { return c.config.UserAgent }
