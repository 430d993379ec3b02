package crawler

import (
	"errors"
	"fmt"
	"strings"

	whatwg "github.com/nlnwa/whatwg-url/url"

	"github.com/onrecord/onrecord/crawler/internal/percent"
)

// MaxURLBytes is the longest address, before and after it is resolved, that is looked at. RFC 9110 section 4.1 asks for
// 8,000 octets at least.
const MaxURLBytes = 8 << 10

// Errors about an address. They come wrapped with the address.
var (
	// ErrBadURL is returned when the URL Standard's parser fails, or when the host is no name: empty, or with an empty label
	// at its end.
	ErrBadURL = errors.New("not a URL")
	// ErrScheme is returned when the scheme is neither http nor https.
	ErrScheme = errors.New("scheme is not http or https")
	// ErrURLTooLong is returned when the address is longer than MaxURLBytes.
	ErrURLTooLong = errors.New("URL too long")
)

// ResolveURL resolves ref against base as the WHATWG URL Standard says and returns the URL serialised, whatever its
// scheme. An empty base is no base: ref must then be absolute. Errors are [ErrBadURL] and [ErrURLTooLong].
func ResolveURL(base, ref string) (string, error) {
	if len(base) > MaxURLBytes || len(ref) > MaxURLBytes {
		return "", fmt.Errorf("resolve %.60q…: %w", ref, ErrURLTooLong)
	}
	u, err := parseURL(base, ref)
	if err != nil {
		return "", err
	}
	href := u.Href(false)
	if len(href) > MaxURLBytes {
		return "", fmt.Errorf("resolve %.60q…: %w", ref, ErrURLTooLong)
	}
	return href, nil
}

// Key returns the one spelling under which a page is fetched, counted and stored. Spellings that the URL Standard or
// RFC 3986 section 6.2.2 make equal have one key: it is parsed as the URL Standard says (case of scheme and host,
// punycode, numeric addresses, dot segments, default port), user, password and fragment are dropped, escapes of
// unreserved characters are decoded and the others written in upper case, characters that RFC 3986 does not allow are
// escaped, and an empty query, empty parameters and the final dot of a host are dropped. Beyond the standards two kinds of parameters are dropped because they never choose the page: those
// that only tell where a reader came from, and session identifiers (see urlparameter.go for both lists).
//
// The case of the path, a final slash, doubled slashes, index.html, "www.", the scheme, and the names, order and number
// of the other parameters are kept: they may choose another page, and two pages under one key would lose one of them.
// In this it differs from keys made for looking up (SURT, urlcanon's "aggressive"), which hold such spellings equal.
// Nothing of a fragment is kept, "#!" included.
//
// Key(Key(x)) is Key(x). Errors are [ErrBadURL], [ErrScheme] and [ErrURLTooLong].
func Key(url string) (string, error) {
	if len(url) > MaxURLBytes {
		return "", fmt.Errorf("key of %.60q…: %w", url, ErrURLTooLong)
	}
	if origin, path, query, ok := plainURL(url); ok {
		return writeKey(url, origin, path, query)
	}
	return parsedKey(url)
}

// parsedKey is [Key] by way of the parser.
func parsedKey(url string) (string, error) {
	u, err := parseURL("", url)
	if err != nil {
		return "", err
	}
	scheme := u.Scheme()
	if scheme != "http" && scheme != "https" {
		return "", fmt.Errorf("key of %.200q: %w", url, ErrScheme)
	}
	host := strings.TrimSuffix(u.Hostname(), ".")
	if host == "" || strings.HasSuffix(host, ".") {
		return "", fmt.Errorf("key of %.200q: %w: no host", url, ErrBadURL)
	}
	if port := u.Port(); port != "" {
		host += ":" + port
	}
	return writeKey(url, scheme+"://"+host, u.Pathname(), strings.TrimPrefix(u.Search(), "?"))
}

// writeKey makes a key of parts that are normalised but for what the URL Standard leaves alone.
func writeKey(url, origin, path, query string) (string, error) {
	key := origin + dropSessionSegments(normaliseEscapes(path))
	if query = dropParameters(normaliseEscapes(query)); query != "" {
		key += "?" + query
	}
	if len(key) > MaxURLBytes {
		return "", fmt.Errorf("key of %.60q…: %w", url, ErrURLTooLong)
	}
	return key, nil
}

// Host returns what a pace is kept for: the host of an http or https address, with its port unless that is the scheme's
// own, in the spelling of a key. The http and https sides of a host are one machine and have one pace. It returns ""
// for anything else.
func Host(url string) string {
	rest, found := strings.CutPrefix(url, "https://")
	if !found {
		rest, found = strings.CutPrefix(url, "http://")
	}
	if found {
		if host, plain := plainAuthority(rest); plain {
			return host
		}
	}
	key, err := Key(url)
	if err != nil {
		return ""
	}
	_, rest, _ = strings.Cut(key, "://")
	host, _, _ := strings.Cut(rest, "/")
	return host
}

// plainAuthority cuts the host off a rest that is spelled as in a key and needs no parser: lower case letters with at
// least one, no port, no number at its end.
func plainAuthority(rest string) (host string, plain bool) {
	end := strings.IndexByte(rest, '/')
	if end <= 0 || rest[0] == '.' || rest[end-1] < 'a' || rest[end-1] > 'z' || strings.Contains(rest[:end], "xn--") {
		return "", false
	}
	host = rest[:end]
	for i := range len(host) {
		c := host[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '.' && c != '-' {
			return "", false
		}
	}
	last := host[strings.LastIndexByte(host, '.')+1:]
	return host, !strings.HasPrefix(last, "0x") // a hexadecimal number is an address
}

// SameSite tells whether two http or https addresses have the same host and port but for a leading "www.". Look-alike
// names are other hosts, since both are compared in their ASCII form.
func SameSite(a, b string) bool {
	ha, hb := Host(a), Host(b)
	return ha != "" && strings.TrimPrefix(ha, "www.") == strings.TrimPrefix(hb, "www.")
}

// parseURL runs the standard's parser. Its failure, and any fault inside it, is [ErrBadURL].
func parseURL(base, ref string) (u *whatwg.Url, err error) {
	defer func() {
		if p := recover(); p != nil {
			u, err = nil, fmt.Errorf("parse %.200q: %w: %v", ref, ErrBadURL, p)
		}
	}()
	u, err = parseWith(standardParser, base, ref)
	if err != nil {
		u, err = parseWith(new(hostMapper).parser(), base, ref)
	}
	if err != nil || withoutHost(u) {
		return nil, fmt.Errorf("parse %.200q: %w", ref, ErrBadURL)
	}
	return u, nil
}

// withoutHost reports an address that has no host and, by its scheme, needs one: what is left of a name of characters
// that are ignored (URL Standard, "domain to ASCII", step 4).
func withoutHost(u *whatwg.Url) bool {
	switch u.Scheme() {
	case "http", "https", "ws", "wss", "ftp":
		return u.Hostname() == ""
	}
	return false
}

func parseWith(p whatwg.Parser, base, ref string) (*whatwg.Url, error) {
	if base == "" {
		return p.Parse(ref)
	}
	return p.ParseRef(base, ref)
}

// normaliseEscapes decodes escapes of unreserved characters and writes the others in upper case (RFC 3986 sections
// 6.2.2.1 and 6.2.2.2), and escapes what may not stand there at all. A percent sign that begins no escape stays, and the two characters after it are not decoded:
// they would make an escape that was none.
func normaliseEscapes(s string) string {
	if !strings.ContainsAny(s, "%"+percent.NoURI) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	guard := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c != '%' {
			if strings.IndexByte(percent.NoURI, c) >= 0 {
				e := percent.Escape(c)
				b.Write(e[:])
			} else {
				b.WriteByte(c)
			}
			guard--
			continue
		}
		octet, ok := percent.At(s, i)
		if !ok {
			b.WriteByte(c)
			guard = 2
			continue
		}
		if percent.Unreserved(octet) && guard <= 0 {
			b.WriteByte(octet)
		} else {
			e := percent.Escape(octet)
			b.Write(e[:])
		}
		guard = 0
		i += 2
	}
	return b.String()
}
