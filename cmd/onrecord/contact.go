package main

import (
	"net/netip"
	"net/url"
	"strings"

	"github.com/onrecord/onrecord/cmd/internal/record"
)

// needContact refuses a run over configured sites on public hosts that tells nobody whom to ask. Private hosts that the
// flags allow are one's own.
func needContact(sites []*record.Site, contact string, f *fetchFlags) error {
	if contact != "" {
		return nil
	}
	for _, s := range sites {
		for _, u := range s.Start {
			if !allowedPrivate(u, f) {
				return usage(`add a line to the config, such as "contact: archive@example.org": it goes into the User-Agent, so that a site's owner can ask`,
					"site %q is on a public host, and the config has no contact", s.Name)
			}
		}
	}
	return nil
}

// allowedPrivate reports whether an address is on a private host that the flags allow: a private IP address, or a name
// that no public host can have. Names are not looked up.
func allowedPrivate(key string, f *fetchFlags) bool {
	u, err := url.Parse(key)
	if err != nil {
		return false
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return (f.allowPrivate || len(f.allowNets) > 0) && privateName(host)
	}
	for _, s := range f.allowNets {
		if p, err := netip.ParsePrefix(s); err == nil && p.Contains(ip.Unmap()) {
			return true
		}
	}
	ip = ip.Unmap()
	return f.allowPrivate && (ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast())
}

// privateName reports names that are reserved for private use (RFC 6761, RFC 6762, RFC 8375) or have one label.
func privateName(host string) bool {
	if !strings.Contains(host, ".") {
		return true
	}
	for _, end := range []string{".localhost", ".local", ".internal", ".test", ".home.arpa"} {
		if strings.HasSuffix(host, end) {
			return true
		}
	}
	return false
}
