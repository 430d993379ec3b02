package robots

import (
	"strings"

	"github.com/onrecord/onrecord/crawler/internal/percent"
)

// pattern is a compiled path of a rule.
type pattern struct {
	parts    []string // what stands between the wildcards, normalised
	loose    []string // parts with the reserved octets of the query decoded; nil when that is the same
	anchored bool     // ends with $
	octets   int      // length of the whole pattern, normalised
}

// address is what patterns are matched against.
type address struct {
	path  string // path and query, normalised
	loose string // the same with the reserved octets of the query decoded
	raw   bool   // it came with octets outside ASCII, which no URL has
}

// compile reads the value of an Allow or Disallow line. A star is a wildcard, a final dollar sign an anchor, and a dollar
// sign elsewhere means itself (RFC 9309 section 2.2.3).
func compile(value string) pattern {
	var p pattern
	body, anchored := strings.CutSuffix(value, "$")
	p.anchored = anchored
	normal := normalise(body, true)
	p.octets = len(normal)
	if anchored {
		p.octets++
	}
	p.parts = strings.Split(normal, "*")
	if loose := decodeQuery(normal); loose != normal {
		p.loose = strings.Split(loose, "*")
	}
	return p
}

// target makes of an absolute URL, or of a path with its query, what patterns are matched against.
func target(url string) address {
	url, _, _ = strings.Cut(url, "#")
	if !strings.HasPrefix(url, "/") {
		if _, rest, found := strings.Cut(url, "://"); found {
			url = rest
			if i := strings.IndexAny(url, "/?"); i >= 0 {
				url = url[i:]
			} else {
				url = "/"
			}
		}
		if !strings.HasPrefix(url, "/") {
			url = "/" + url
		}
	}
	path := normalise(url, false)
	a := address{path: path, loose: decodeQuery(path)}
	for i := range len(url) {
		a.raw = a.raw || url[i] >= 0x80
	}
	return a
}

// unescaped is the address as Allow rules see it when it came with octets outside ASCII: those match no rule's octets.
// What such an address would become on the wire is not known here, and in doubt it is not allowed.
func (a address) unescaped(url string) address {
	if !a.raw {
		return a
	}
	var b strings.Builder
	for i := range len(url) {
		if c := url[i]; c >= 0x80 {
			b.WriteString("%FF") // in no UTF-8 text
		} else {
			b.WriteByte(c)
		}
	}
	return target(b.String())
}

func (p *pattern) matches(a address) bool {
	if match(p.parts, p.anchored, a.path) {
		return true
	}
	if p.loose != nil {
		return match(p.loose, p.anchored, a.loose)
	}
	return a.loose != a.path && match(p.parts, p.anchored, a.loose)
}

// match finds the parts in order, each as early as it can be. With no wildcard but the star the earliest place leaves
// the most room for the rest, so there is nothing to go back to, and the time is linear in the length of path.
func match(parts []string, anchored bool, path string) bool {
	rest, found := strings.CutPrefix(path, parts[0])
	if !found {
		return false
	}
	last := len(parts) - 1
	if last == 0 {
		return !anchored || rest == ""
	}
	for _, part := range parts[1:last] {
		i := strings.Index(rest, part)
		if i < 0 {
			return false
		}
		rest = rest[i+len(part):]
	}
	if anchored {
		return strings.HasSuffix(rest, parts[last])
	}
	return strings.Contains(rest, parts[last])
}

// normalise brings a path into one spelling: escaped octets that need no escape are decoded, other escapes are written
// in upper case, octets that may not stand in a URL are escaped (RFC 9309 section 2.2.2). The two special characters are
// escaped where they mean themselves, so that "%2A" in a rule finds "*" in an address and is no wildcard; in a rule a
// star is kept as it is.
func normalise(s string, isPattern bool) string {
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		c := s[i]
		octet, escaped := percent.At(s, i)
		switch {
		case escaped:
			if percent.Unreserved(octet) {
				b.WriteByte(octet)
			} else {
				escape(&b, octet)
			}
			i += 2
		case c == '*' && isPattern:
			b.WriteByte(c)
		case c == '*', c == '$', c <= ' ', c >= 0x7f, strings.IndexByte("\"<>\\^`{|}", c) >= 0:
			escape(&b, c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// decodeQuery decodes the reserved octets which a query may hold either way, as in the RFC's example of
// "?baz=https://foo.bar" against "?baz=https%3A%2F%2Ffoo.bar".
func decodeQuery(s string) string {
	path, query, found := strings.Cut(s, "?")
	if !found || !strings.Contains(query, "%") {
		return s
	}
	return path + "?" + queryOctets.Replace(query)
}

var queryOctets = strings.NewReplacer("%3A", ":", "%2F", "/", "%3F", "?", "%40", "@")

func escape(b *strings.Builder, c byte) {
	e := percent.Escape(c)
	b.Write(e[:])
}
