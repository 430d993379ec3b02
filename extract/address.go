package extract

import (
	"net/url"
	"strings"
)

// addresses resolves the links of a page. Most are plain, and of them no more than the beginning changes.
type addresses struct {
	resolver *url.URL
	root     string // what goes before "/path", "" when nothing does
	page     string // what goes before "#fragment", "" when nothing does
}

// newAddresses resolves against an address, nil when none is known.
func newAddresses(resolver *url.URL) addresses {
	a := addresses{resolver: resolver}
	if resolver == nil || resolver.Scheme != "http" && resolver.Scheme != "https" || resolver.Host == "" || resolver.Opaque != "" {
		return a
	}
	a.root = strings.TrimSuffix(a.any("/x"), "/x")
	a.page = strings.TrimSuffix(a.any("#x"), "#x")
	return a
}

// absolute resolves a link; "" when it leads nowhere on the web.
func (a *addresses) absolute(href string) string {
	href = strings.TrimSpace(href)
	switch {
	case href == "" || len(href) > 4096:
		return ""
	case href[0] == '/' && a.root != "" && plainPath(href):
		return a.root + href
	case href[0] == '#' && a.page != "" && len(href) > 1 && plainChars(href[1:]):
		return a.page + href
	case strings.HasPrefix(href, "https://") && plainAddress(href[len("https://"):]):
		return href
	}
	return a.any(href)
}

// any is absolute by the rules for all addresses (RFC 3986, 5.2).
func (a *addresses) any(href string) string {
	u, err := url.Parse(href)
	if err != nil {
		return ""
	}
	if a.resolver != nil {
		u = a.resolver.ResolveReference(u)
	}
	switch u.Scheme {
	case "http", "https":
		u.User = nil
		return u.String()
	case "mailto":
		return u.String()
	case "":
		return u.String() // no base is known
	}
	return ""
}

// plainAddress reports the rest of an address, after its scheme, that has a plain host and a plain path.
func plainAddress(s string) bool {
	host, path := s, ""
	if i := strings.IndexByte(s, '/'); i >= 0 {
		host, path = s[:i], s[i:]
	}
	return plainChars(host) && (path == "" || plainPath(path))
}

// plainPath reports a path without empty segments and dots around which it would change, of characters that no rule
// rewrites.
func plainPath(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c == '/':
			if i > 0 && s[i-1] == '/' {
				return false
			}
		case c == '.':
			if s[i-1] == '/' || s[i-1] == '.' {
				return false
			}
		case !plainChar(c):
			return false
		}
	}
	return true
}

// plainChars reports a name of plain characters and dots.
func plainChars(s string) bool {
	for i := range len(s) {
		if s[i] != '.' && !plainChar(s[i]) {
			return false
		}
	}
	return s != ""
}

func plainChar(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c == '-' || c == '_'
}
