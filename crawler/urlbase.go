package crawler

import (
	"fmt"
	"strings"

	whatwg "github.com/nlnwa/whatwg-url/url"
)

// Base is an address that many references are resolved against; it is parsed once. It is not safe for concurrent use.
type Base struct {
	url  *whatwg.Url
	text string
	// For references that need no parser: scheme, host and port, and the path up to its last slash. Both are empty when
	// the base is neither http nor https.
	origin, folder string
}

// NewBase parses the address of a page. Errors are [ErrBadURL] and [ErrURLTooLong].
func NewBase(url string) (*Base, error) {
	if len(url) > MaxURLBytes {
		return nil, fmt.Errorf("base %.60q…: %w", url, ErrURLTooLong)
	}
	u, err := parseURL("", url)
	if err != nil {
		return nil, err
	}
	b := &Base{url: u, text: u.Href(false)}
	if s := u.Scheme(); s == "http" || s == "https" {
		path := u.Pathname()
		start := len(s) + len("://")
		if i := strings.IndexByte(b.text[start:], '/'); i >= 0 {
			b.origin, b.folder = b.text[:start+i], path[:strings.LastIndexByte(path, '/')+1]
		}
	}
	return b, nil
}

// String returns the base itself, serialised.
func (b *Base) String() string { return b.text }

// Resolve is [ResolveURL] with this base.
func (b *Base) Resolve(ref string) (string, error) {
	if len(ref) > MaxURLBytes {
		return "", fmt.Errorf("resolve %.60q…: %w", ref, ErrURLTooLong)
	}
	href, ok := b.plainReference(ref)
	if !ok {
		href, ok = b.resolve(ref)
	}
	if !ok {
		return ResolveURL(b.text, ref)
	}
	if len(href) > MaxURLBytes {
		return "", fmt.Errorf("resolve %.60q…: %w", ref, ErrURLTooLong)
	}
	return href, nil
}

// resolve is not ok when the parser fails, for which there is a second way in parseURL.
func (b *Base) resolve(ref string) (href string, ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	u, err := b.url.Parse(ref)
	if err != nil || withoutHost(u) {
		return "", false
	}
	return u.Href(false), true
}
