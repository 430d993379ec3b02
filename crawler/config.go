package crawler

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// Config says how a crawler behaves. The zero value works; New checks it once and keeps a copy.
type Config struct {
	// Version is the program's version in the default user agent; "" means "dev".
	Version string
	// Contact is an e-mail address or URL at which a site's owner reaches whoever runs the crawler; "" tells none.
	Contact string
	// UserAgent is the whole user agent; "" means "onrecord/<Version> (+<Contact>)". Its first product token is what
	// robots.txt groups are matched with.
	UserAgent string
	// AcceptLanguage is sent with every request; "" means "en, *;q=0.5". One fixed value, so that two visits compare.
	AcceptLanguage string

	// Pace is the least time between the starts of two requests to a host; 0 means one second. A Crawl-delay, slow answers
	// and errors make it longer, never shorter.
	Pace time.Duration
	// NoPace takes the pause away for hosts whose address is private and allowed. Everybody else's keep one second, or Pace.
	NoPace bool
	// Timeout bounds a visit, redirects and retries included and the wait for the host's turn excluded; 0 means a minute.
	Timeout time.Duration
	// HeaderTimeout bounds the time until the headers of one answer are there, connecting included; 0 means 20 seconds.
	HeaderTimeout time.Duration
	// IdleTimeout is the longest silence within a body; 0 means 15 seconds.
	IdleTimeout time.Duration
	// MinRate is the least bytes a second of a body, looked at after 15 seconds of it; 0 means 128.
	MinRate int64
	// MaxBody is how many bytes of body are taken from the wire; 0 means 20 MiB. More is a failure, never a shorter page.
	MaxBody int64
	// MaxUnpacked is how long a body may become when its content coding is removed; 0 means 64 MiB.
	MaxUnpacked int64
	// MaxHeaderBytes bounds the headers of one answer; 0 means 256 KiB.
	MaxHeaderBytes int64
	// MaxRedirects is how many redirects and refreshes are followed; 0 means 10, less than 0 none.
	MaxRedirects int
	// Retries is how often a request is tried again in a visit after a 5xx, a reset or a cut answer; 0 means twice, less
	// than 0 never.
	Retries int
	// Backoff is the wait before the first retry, doubled for each next one; 0 means a second.
	Backoff time.Duration
	// MaxWait is the longest Retry-After that a visit waits for; a longer one gives Deferred. 0 means 30 seconds.
	MaxWait time.Duration
	// Workers is how many hosts Run visits side by side; 0 means 16.
	Workers int

	// AllowPrivate also allows private, loopback and link-local addresses, but not the metadata services of clouds.
	AllowPrivate bool
	// AllowNets are networks whose addresses are allowed whatever they are.
	AllowNets []netip.Prefix
	// Lookup resolves a host's name; nil asks the system. What it gives is judged like any address.
	Lookup func(ctx context.Context, host string) ([]netip.Addr, error)
	// RootCAs are the certificate authorities that are trusted; nil means the system's.
	RootCAs *x509.CertPool

	// Proxy leads all requests through a proxy, as [ParseProxy] reads it; nil connects to the hosts themselves. The
	// environment's proxies are never used. It is the proxy then that resolves names and connects: hosts that are named by
	// a private address are refused as ever, names that lead to one are the proxy's to refuse. What came so has
	// [FlagProxy], and no address in its hops. Two requests to a host keep their distance whatever AllowPrivate says.
	Proxy *url.URL
	// AllowExpired are hosts whose TLS certificate may have expired; it still has to be for the host and by a trusted
	// authority. What came so has [FlagExpired].
	AllowExpired []string

	// OnRobots is told of every visit to a robots.txt, from the goroutine that made it; nil tells nobody. It must not call
	// the crawler.
	OnRobots func(*Page)
	// LoadRobots gives the robots.txt last fetched from an origin ("https://harbour.example"), so that a new process need
	// not ask again within a day; nil, or ok false, has none. An empty body is a file without rules.
	LoadRobots func(origin string) (body []byte, fetched time.Time, ok bool)
	// Logger gets what is of use when something is slow or odd; nil is silent. Hostile text is quoted.
	Logger *slog.Logger
}

// Limits that are no settings: reaching them is told, but nobody has wished for others.
const (
	maxCrawlDelay  = time.Minute            // the longest Crawl-delay that is kept
	maxGap         = time.Minute            // the longest pause that slowness and errors lead to
	maxErrors      = 4                      // doublings of the pause after errors
	maxHold        = 24 * time.Hour         // the longest Retry-After that holds a whole host
	maxUntil       = 7 * 24 * time.Hour     // the longest deferral
	noRetryAfter   = 10 * time.Minute       // the deferral after a 429 that names no time
	robotsAge      = 24 * time.Hour         // RFC 9309 section 2.4
	robotsAgain    = 10 * time.Minute       // when an unreachable robots.txt is asked for again
	reachAgain     = time.Minute            // when a host that could not be reached is tried again
	robotsKept     = 30 * 24 * time.Hour    // how long a good copy serves while robots.txt is unreachable
	robotsHops     = 5                      // RFC 9309 section 2.3.1.2
	maxInformal    = 16                     // 1xx answers before the real one
	maxRedirectRaw = 256 << 10              // the body of a redirect, which is only read to have it out of the way
	ratioFrom      = 8 << 20                // unpacked size from which the ratio counts
	maxRatio       = 200                    // unpacked bytes for each packed one
	largeFrom      = 2 << 20                // a body of this size is large
	largeAtOnce    = 4                      // large bodies that are read or unpacked at once
	rateAfter      = 15 * time.Second       // when the rate of a body is judged first
	dialTimeout    = 10 * time.Second       // for connecting and for the TLS handshake
	stagger        = 300 * time.Millisecond // between attempts at the addresses of a name (RFC 8305)
)

func def[T int | int64 | time.Duration | string](v *T, to T) {
	var zero T
	if *v == zero {
		*v = to
	}
}

// defaults replaces zeros and reports what cannot work.
func (c *Config) defaults() error {
	def(&c.Version, "dev")
	if c.UserAgent == "" {
		c.UserAgent = "onrecord/" + c.Version
		if c.Contact != "" {
			c.UserAgent += " (+" + c.Contact + ")"
		}
	}
	def(&c.AcceptLanguage, "en, *;q=0.5")
	for _, s := range []string{c.UserAgent, c.AcceptLanguage} {
		if strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' }) {
			return fmt.Errorf("header value %q: only printable ASCII can be sent", s)
		}
	}
	if productToken(c.UserAgent) == "" {
		return fmt.Errorf("user agent %q: has to begin with a product token", c.UserAgent)
	}
	for _, d := range []struct {
		name string
		v    *time.Duration
		to   time.Duration
	}{
		{"pace", &c.Pace, time.Second}, {"timeout", &c.Timeout, time.Minute}, {"header timeout", &c.HeaderTimeout, 20 * time.Second},
		{"idle timeout", &c.IdleTimeout, 15 * time.Second}, {"backoff", &c.Backoff, time.Second}, {"max wait", &c.MaxWait, 30 * time.Second},
	} {
		if *d.v < 0 {
			return fmt.Errorf("%s %s: cannot be less than 0", d.name, *d.v)
		}
		def(d.v, d.to)
	}
	for _, n := range []struct {
		name string
		v    *int64
		to   int64
	}{
		{"min rate", &c.MinRate, 128}, {"max body", &c.MaxBody, 20 << 20}, {"max unpacked", &c.MaxUnpacked, 64 << 20},
		{"max header bytes", &c.MaxHeaderBytes, 256 << 10},
	} {
		if *n.v < 0 {
			return fmt.Errorf("%s %d: cannot be less than 0", n.name, *n.v)
		}
		def(n.v, n.to)
	}
	def(&c.MaxRedirects, 10)
	def(&c.Retries, 2)
	def(&c.Workers, 16)
	c.MaxRedirects, c.Retries = max(c.MaxRedirects, 0), max(c.Retries, 0)
	if c.Workers < 0 {
		return fmt.Errorf("workers %d: cannot be less than 0", c.Workers)
	}
	if c.NoPace && !c.AllowPrivate && len(c.AllowNets) == 0 {
		return errors.New("no pace: only for private addresses, and none is allowed")
	}
	return nil
}

// productToken is the part of a user agent that robots.txt names (RFC 9309 section 2.2.1).
func productToken(agent string) string {
	end := strings.IndexFunc(agent, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '_' && r != '-'
	})
	if end < 0 {
		return agent
	}
	return agent[:end]
}
