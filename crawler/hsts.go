package crawler

import (
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"
)

// maxHSTS is how many hosts' wishes are remembered.
const maxHSTS = 8 << 10

// hsts remembers hosts that want https only, for as long as the crawler lives (RFC 6797).
type hsts struct {
	mu    sync.Mutex
	hosts map[string]wish
}

type wish struct {
	until time.Time
	below bool // holds for subdomains too
}

func newHSTS() *hsts { return &hsts{hosts: make(map[string]wish)} }

// note reads the Strict-Transport-Security header of an answer that came over https. Only the first one counts, and
// addresses cannot have one (sections 8.1 and 8.1.1).
func (s *hsts) note(url string, h http.Header, now time.Time) {
	value := h.Get("Strict-Transport-Security")
	name := hostName(url)
	if value == "" || name == "" || !strings.HasPrefix(url, "https://") {
		return
	}
	age, below, ok := parseHSTS(value)
	if !ok {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if age == 0 {
		delete(s.hosts, name)
		return
	}
	if _, known := s.hosts[name]; !known && len(s.hosts) >= maxHSTS {
		for old := range s.hosts { // any: what is lost is one upgrade
			delete(s.hosts, old)
			break
		}
	}
	s.hosts[name] = wish{now.Add(age), below}
}

// upgrade returns the https address to use instead of url, or url.
func (s *hsts) upgrade(url string, now time.Time) string {
	rest, plain := strings.CutPrefix(url, "http://")
	name := hostName(url)
	if !plain || name == "" || !s.wants(name, now) {
		return url
	}
	return "https://" + rest // a port that is written stays (section 8.3); 80 never is in a key
}

func (s *hsts) wants(name string, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for at := name; ; {
		if w, ok := s.hosts[at]; ok && now.Before(w.until) && (at == name || w.below) {
			return true
		}
		_, up, ok := strings.Cut(at, ".")
		if !ok {
			return false
		}
		at = up
	}
}

// hostName is the name in an address, without port; "" for an IP address.
func hostName(url string) string {
	name := Host(url)
	if strings.HasPrefix(name, "[") {
		return ""
	}
	name, _, _ = strings.Cut(name, ":")
	if _, err := netip.ParseAddr(name); err == nil {
		return ""
	}
	return name
}

// parseHSTS reads the header's value; the age is bounded by a year.
func parseHSTS(value string) (age time.Duration, below, ok bool) {
	for d := range strings.SplitSeq(value, ";") {
		name, arg, _ := strings.Cut(strings.TrimSpace(d), "=")
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "max-age":
			n, err := strconv.ParseUint(strings.Trim(arg, "\" \t"), 10, 63)
			if err != nil || ok {
				return 0, false, false
			}
			age, ok = time.Duration(min(n, 365*24*60*60))*time.Second, true
		case "includesubdomains":
			below = true
		}
	}
	return age, below, ok
}
