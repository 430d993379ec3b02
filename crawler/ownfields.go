package crawler

import (
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// Limits on the fields that a request brings.
const (
	maxOwnFields = 32
	maxOwnBytes  = 8 << 10 // of all names and values together
)

// ownFields adds the fields that the request brings, when the hop at hand goes to the host that they are for.
func (v *visit) ownFields(h http.Header) {
	if len(v.req.Header) == 0 || !sameHost(v.url, v.req.URL) {
		return
	}
	n, size := 0, 0
	for name, values := range v.req.Header {
		name = http.CanonicalHeaderKey(name)
		if len(values) != 1 || !mayBring(name) || !httpguts.ValidHeaderFieldName(name) || !httpguts.ValidHeaderFieldValue(values[0]) {
			continue
		}
		if n, size = n+1, size+len(name)+len(values[0]); n > maxOwnFields || size > maxOwnBytes {
			return
		}
		h[name] = values
	}
}

// mayBring reports whether a field may be sent because a caller wants it to be. The names left out are the forbidden ones
// of the Fetch Standard (section 2.2.2), those of conditional and range requests, and those by which some servers take a
// GET for another method.
func mayBring(name string) bool {
	for _, prefix := range []string{"Proxy-", "Sec-", "If-", "Content-", "X-Forwarded-"} {
		if strings.HasPrefix(name, prefix) {
			return false
		}
	}
	switch name {
	case "Accept-Charset", "Accept-Encoding", "Accept-Language", "Access-Control-Request-Headers", "Access-Control-Request-Method",
		"Connection", "Cookie", "Cookie2", "Date", "Dnt", "Expect", "Forwarded", "From", "Host", "Keep-Alive", "Range", "Set-Cookie",
		"Te", "Trailer", "Transfer-Encoding", "Upgrade", "User-Agent", "Via",
		"X-Http-Method", "X-Http-Method-Override", "X-Method-Override":
		return false
	}
	return true
}

// sameHost reports whether two addresses have the same scheme, host and port.
func sameHost(a, b string) bool {
	ua, err := url.Parse(a)
	if err != nil {
		return false
	}
	ub, err := url.Parse(b)
	return err == nil && strings.EqualFold(ua.Scheme, ub.Scheme) && strings.EqualFold(ua.Host, ub.Host)
}
