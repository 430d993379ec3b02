package crawler

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// SecureHost is a host that wants to be visited over https only (RFC 6797). What [Crawler.SecureHosts] gives may be kept
// and given to the crawler of another process with [Crawler.RememberSecure].
type SecureHost struct {
	// Name is the host's name without a port, in the spelling of a key.
	Name string `json:"name"`
	// Until is when the wish ends.
	Until time.Time `json:"until"`
	// Subdomains tells that it holds for all names below, too.
	Subdomains bool `json:"subdomains,omitempty"`
}

// SecureHosts are the hosts that want https only, by name.
func (c *Crawler) SecureHosts() []SecureHost {
	c.hsts.mu.Lock()
	defer c.hsts.mu.Unlock()
	var list []SecureHost
	now := time.Now()
	for _, name := range slices.Sorted(maps.Keys(c.hsts.hosts)) {
		if w := c.hsts.hosts[name]; w.until.After(now) {
			list = append(list, SecureHost{name, w.until.UTC(), w.below})
		}
	}
	return list
}

// RememberSecure makes the crawler use https for hosts that asked another one for it. What this crawler has heard
// itself counts more, a wish that has ended or reaches further than a year says nothing, and at most 8192 are taken.
func (c *Crawler) RememberSecure(hosts []SecureHost) {
	c.hsts.mu.Lock()
	defer c.hsts.mu.Unlock()
	now := time.Now()
	for _, h := range hosts {
		name := strings.ToLower(h.Name)
		_, known := c.hsts.hosts[name]
		if name == "" || known || !h.Until.After(now) || h.Until.After(now.AddDate(1, 0, 1)) {
			continue
		}
		if len(c.hsts.hosts) >= maxHSTS {
			return
		}
		c.hsts.hosts[name] = wish{h.Until, h.Subdomains}
	}
}
