package crawler

import (
	"strings"

	"github.com/onrecord/onrecord/crawler/internal/percent"
)

// Most addresses are spelled as the URL Standard would write them. They are recognised here and need no parser, which
// takes ten to twenty times as long; a test holds both ways against each other.

// plainURL takes apart an http or https address with a plain host, no port, and a plain path and query. The origin is the
// scheme and host; the fragment is left out.
func plainURL(s string) (origin, path, query string, ok bool) {
	scheme, rest, found := strings.Cut(s, "://")
	if !found || scheme != "https" && scheme != "http" {
		return "", "", "", false
	}
	host, ok := plainAuthority(rest)
	if !ok {
		return "", "", "", false
	}
	path, query, ok = plainPath(rest[len(host):])
	return s[:len(scheme)+len("://")+len(host)], path, query, ok
}

// plainPath takes apart an absolute path with its query and fragment, which is left out. It is not ok when the parser
// would change them: for another character, and for what may be a dot segment.
func plainPath(s string) (path, query string, ok bool) {
	for i := range len(s) {
		if !plainBytes[s[i]] {
			return "", "", false
		}
	}
	path, fragment, _ := strings.Cut(s, "#")
	path, query, _ = strings.Cut(path, "?")
	if path == "" || path[0] != '/' || strings.Contains(path, "/.") || strings.Contains(path, "%2") {
		return "", "", false // %2e is a dot
	}
	return path, query, strings.IndexByte(fragment, '#') < 0
}

// plainBytes may stand in a path, query or fragment as they are.
var plainBytes = func() (set [256]bool) {
	for c := range 256 {
		b := byte(c)
		set[c] = percent.Unreserved(b) || strings.IndexByte("/?#%!$&()*+,;=:@", b) >= 0
	}
	return set
}()

// plainReference resolves a reference against a base that the parser has written: an absolute address, an absolute path,
// or a path that begins with a letter or digit and has no colon.
func (b *Base) plainReference(ref string) (href string, ok bool) {
	if b.origin == "" || ref == "" {
		return "", false
	}
	switch c := ref[0]; {
	case c == '/':
		if len(ref) > 1 && ref[1] == '/' {
			return "", false
		}
		_, _, ok = plainPath(ref)
		return b.origin + ref, ok
	case !isAlphanumeric(c):
		return "", false
	case strings.HasPrefix(ref, "http"):
		_, _, _, ok = plainURL(ref)
		return ref, ok
	case strings.IndexByte(ref, ':') >= 0:
		return "", false
	}
	_, _, ok = plainPath("/" + ref)
	return b.origin + b.folder + ref, ok
}

func isAlphanumeric(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}
