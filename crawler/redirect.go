package crawler

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/html"
)

// maxRefresh is the longest delay of a refresh that is followed like a redirect; one that waits longer is meant for
// readers of the page.
const maxRefresh = 5 * time.Second

// leadsOn tells the statuses whose Location is followed (RFC 9110 section 15.4).
func leadsOn(status int) bool {
	switch status {
	case http.StatusMultipleChoices, http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// lead is where an answer leads: the next address and the kind of the hop, or "" when it stays. flag is a warning.
type lead struct{ url, kind, flag string }

// leads reads where an answer leads: Location, then the Refresh header, then a meta refresh.
func (a *answer) leads() (lead, *fault) {
	if leadsOn(a.hop.Status) {
		loc := a.hop.Header.Get("Location")
		if loc == "" {
			if a.hop.Status == http.StatusMultipleChoices {
				return lead{}, nil
			}
			return lead{}, failed(ReasonNoTarget, "status %d", a.hop.Status)
		}
		to, f := target(a.hop.URL, loc)
		return lead{url: to, kind: "redirect"}, f
	}
	if a.hop.Status != http.StatusOK && a.hop.Status != http.StatusNonAuthoritativeInfo {
		return lead{}, nil
	}
	base, kind := a.hop.URL, "refresh"
	text, ok := a.hop.Header.Get("Refresh"), a.hop.Header.Get("Refresh") != ""
	if !ok && isHTML(a.mediaType) {
		var href string
		text, href, ok = metaRefresh(a.text)
		kind = "meta refresh"
		if b, err := ResolveURL(base, href); err == nil && href != "" {
			base = b
		}
	}
	if !ok {
		return lead{}, nil
	}
	delay, ref, ok := parseRefresh(text)
	if !ok || delay > maxRefresh {
		return lead{}, nil
	}
	to, f := target(base, ref)
	switch {
	case f != nil:
		return lead{flag: FlagBadRefresh}, nil // the page is there all the same
	case ref == "" || to == withoutFragment(a.hop.URL):
		return lead{flag: FlagSelfRefresh}, nil
	}
	return lead{url: to, kind: kind}, nil
}

// target resolves where a redirect leads and drops what is never sent: user, password, fragment.
func target(base, ref string) (string, *fault) {
	ref = strings.Trim(ref, " \t\r\n")
	to, err := ResolveURL(base, ref)
	if err != nil {
		return "", failed(ReasonTarget, "%.300q", withoutCredentials(ref)).because(err)
	}
	scheme, rest, _ := strings.Cut(to, "://")
	if scheme != "http" && scheme != "https" {
		return "", blocked(ReasonScheme, "%.300q", withoutCredentials(ref))
	}
	to = withoutFragment(to)
	rest = withoutFragment(rest)
	if at := credentials(rest); at > 0 {
		to = scheme + "://" + rest[at:]
	}
	if _, err := Key(to); err != nil {
		return "", failed(ReasonTarget, "%.300q", withoutCredentials(ref)).because(err)
	}
	return to, nil
}

// credentials is how long the user and password before a host are, the "@" included; rest is an address without its scheme.
func credentials(rest string) int {
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	return strings.LastIndexByte(rest, '@') + 1
}

// redacted are the fields whose value is an address, or has one in it.
var redacted = []string{"Location", "Refresh", "Content-Location", "Link"}

// redact takes user and password out of the addresses in an answer's fields: they are never sent, and nobody's record
// should have them.
func redact(h http.Header, base string) {
	if loc := h.Get("Location"); strings.Contains(loc, "@") {
		to, err := ResolveURL(base, strings.Trim(loc, " \t\r\n"))
		if scheme, rest, ok := strings.Cut(to, "://"); err == nil && ok && credentials(rest) > 0 {
			h.Set("Location", scheme+"://"+rest[credentials(rest):])
		}
	}
	for _, name := range redacted {
		for i, v := range h[name] {
			h[name][i] = withoutCredentials(v)
		}
	}
}

// withoutCredentials takes user and password out of every address in a text, also out of what is no address after all.
func withoutCredentials(s string) string {
	if !strings.Contains(s, "@") {
		return s
	}
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(s, "//")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		b.WriteString("//")
		end := strings.IndexAny(rest, "/?#\"'<> \t\\")
		if end < 0 {
			end = len(rest)
		}
		b.WriteString(rest[strings.LastIndexByte(rest[:end], '@')+1 : end])
		s = rest[end:]
	}
}

func withoutFragment(u string) string {
	u, _, _ = strings.Cut(u, "#")
	return u
}

// parseRefresh reads the value of a refresh as the HTML Standard's shared declarative refresh steps do. An empty ref means
// the page itself.
func parseRefresh(s string) (delay time.Duration, ref string, ok bool) {
	s = strings.TrimLeft(s, " \t\r\n\f")
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	if n == 0 && !strings.HasPrefix(s, ".") {
		return 0, "", false
	}
	seconds, err := strconv.ParseUint("0"+s[:n], 10, 31)
	if err != nil {
		return 0, "", false
	}
	delay = time.Duration(seconds) * time.Second
	s = strings.TrimLeft(s[n:], "0123456789.")
	if s == "" {
		return delay, "", true
	}
	if !strings.ContainsRune(";, \t\r\n\f", rune(s[0])) {
		return 0, "", false
	}
	s = strings.TrimLeft(s, " \t\r\n\f")
	if s != "" && (s[0] == ';' || s[0] == ',') {
		s = strings.TrimLeft(s[1:], " \t\r\n\f")
	}
	if len(s) >= 3 && strings.EqualFold(s[:3], "url") {
		rest := strings.TrimLeft(s[3:], " \t\r\n\f")
		if strings.HasPrefix(rest, "=") {
			s = strings.TrimLeft(rest[1:], " \t\r\n\f")
		}
	}
	if s != "" && (s[0] == '"' || s[0] == '\'') {
		quote := s[0]
		s = s[1:]
		if end := strings.IndexByte(s, quote); end >= 0 {
			s = s[:end]
		}
	}
	return delay, s, true
}

// refreshWindow is how much of a page is looked at for a meta refresh; it stands in the head.
const refreshWindow = 128 << 10

// metaRefresh finds the first meta refresh of a page and the href of a base element before it. What stands in noscript,
// template, script, style and comments is not seen: the first is for readers without the page's text, the others are
// no elements of the page.
func metaRefresh(page []byte) (content, base string, ok bool) {
	head := page[:min(len(page), refreshWindow)]
	if !mentions(head) {
		return "", "", false
	}
	z := html.NewTokenizer(bytes.NewReader(head))
	z.SetMaxBuf(refreshWindow)
	inside := 0
	for {
		switch z.Next() {
		case html.ErrorToken:
			return "", "", false
		case html.EndTagToken:
			if n, _ := z.TagName(); inside > 0 && hides(string(n)) {
				inside--
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			switch tag := string(name); {
			case hides(tag):
				inside++
			case inside > 0 || !more:
			case tag == "base" && base == "":
				base = attributes(z)["href"]
			case tag == "meta":
				a := attributes(z)
				if strings.EqualFold(strings.TrimSpace(a["http-equiv"]), "refresh") && a["content"] != "" {
					return a["content"], base, true
				}
			}
		}
	}
}

// mentions tells cheaply whether "http-equiv" stands anywhere with "refresh" or a character reference soon after it: most
// pages have the attribute for other ends.
func mentions(head []byte) bool {
	for i := 0; ; i++ {
		n := bytes.IndexByte(head[i:], '-')
		if n < 0 {
			return false
		}
		i += n
		if i < 4 || len(head) < i+6 || !bytes.EqualFold(head[i-4:i+6], []byte("http-equiv")) {
			continue
		}
		value := bytes.TrimLeft(head[i+6:], " \t\r\n\f=\"'")
		if value = value[:min(len(value), len("refresh"))]; bytes.EqualFold(value, []byte("refresh")) || bytes.IndexByte(value, '&') >= 0 {
			return true
		}
	}
}

func hides(tag string) bool { return tag == "noscript" || tag == "template" }

// attributes are those of the tag at hand; the first of a name counts.
func attributes(z *html.Tokenizer) map[string]string {
	m := make(map[string]string)
	for {
		k, v, more := z.TagAttr()
		if _, has := m[string(k)]; !has {
			m[string(k)] = string(v)
		}
		if !more {
			return m
		}
	}
}
