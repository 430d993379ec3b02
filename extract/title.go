package extract

import (
	"strings"
	"unicode/utf8"
)

// titleSeparators stand between a title and the name of a site.
var titleSeparators = []string{" | ", " - ", " – ", " — ", " · ", " • ", " » ", " « ", " :: ", " / ", " < ", " > ", " ‹ ", " › ", " ~ ", "｜", " : "}

// chooseTitle reconciles the headline that the page shows with the titles that its metadata claim.
func (p *page) chooseTitle(opt Options) string {
	site := p.meta.siteName()
	shown := ""
	if p.head >= 0 {
		shown = p.pieces[p.head].Text
	}
	claims := p.meta.claimed()
	if shown != "" {
		if wholeTitle(shown, claims) && p.trusted(shown, claims) {
			return shown
		}
		for _, c := range claims {
			// The headline's element may hold more than the headline: a kicker before it, a subtitle after it.
			if t := trimSite(opt.Layout.TrimTitle(c), site); utf8.RuneCountInString(t) >= 15 && len(t) < len(shown) && strings.Contains(key(shown), key(t)) &&
				len(t)*2 > len(shown) && len(words1(shown)) >= len(words1(t))+3 && p.agreed(t, claims) {
				return t
			}
		}
		if p.trusted(shown, claims) {
			return trimSite(shown, site)
		}
	}
	best := ""
	for _, c := range claims {
		t := trimSite(opt.Layout.TrimTitle(c), site)
		if key(t) == key(site) && site != "" {
			continue
		}
		if best == "" {
			best = t
		}
	}
	if best == "" {
		best = shown
	}
	return best
}

// wholeTitle reports whether a claimed title is the shown headline with something before or after it, the site's name most
// often: then the headline holds none of that.
func wholeTitle(shown string, claims []string) bool {
	for _, c := range claims {
		for _, sep := range titleSeparators {
			if strings.HasPrefix(c, shown+sep) || strings.HasSuffix(c, sep+shown) {
				return true
			}
		}
	}
	return false
}

// agreed reports whether at least two of the page's claims hold the title.
func (p *page) agreed(t string, claims []string) bool {
	n := 0
	k := key(t)
	for _, c := range claims {
		if strings.Contains(key(c), k) {
			n++
		}
	}
	return n >= 2
}

// trusted reports whether the shown headline may stand although the metadata say something else.
func (p *page) trusted(shown string, claims []string) bool {
	if len(claims) == 0 {
		return true
	}
	q := &p.pieces[p.head]
	if q.Kind == Heading && q.Level == 1 {
		return true
	}
	ws := words1(shown)
	for _, c := range claims {
		if cw := words1(c); covers(ws, cw) >= 60 || covers(cw, ws) >= 60 {
			return true
		}
	}
	return false
}

// siteName is what the page calls its site.
func (m *metadata) siteName() string { return m.site.get(m.findSite) }

func (m *metadata) findSite() string {
	if s := m.first("og:site_name", "application-name", "al:ios:app_name", "apple-mobile-web-app-title"); s != "" {
		return s
	}
	for _, n := range m.linked {
		if isType(n, "WebSite") {
			if s := text1(n["name"]); s != "" {
				return s
			}
		}
	}
	if a := m.article(); a != nil {
		for _, k := range []string{"publisher", "isPartOf"} {
			if o, ok := a[k].(map[string]any); ok {
				if s, ok := o["name"].(string); ok && fold(s) != "" {
					return fold(s)
				}
			}
		}
	}
	for _, n := range m.linked {
		if isType(n, "Organization", "NewsMediaOrganization", "GovernmentOrganization", "NGO", "Corporation") {
			if s := text1(n["name"]); s != "" && !strings.Contains(s, "://") {
				return s
			}
		}
	}
	return ""
}

// trimSite cuts the site's name off either end of a title. Where the site's name is unknown, a short last part after a
// separator is taken for it.
func trimSite(title, site string) string {
	t := title
	sk := key(site)
	for range 3 {
		cut := ""
		for _, sep := range titleSeparators {
			if i := strings.LastIndex(t, sep); i > 0 {
				if named(t[i+len(sep):], sk) && len(t[:i]) > len(cut) {
					cut = t[:i]
				}
			}
			if i := strings.Index(t, sep); i > 0 {
				if named(t[:i], sk) && len(t[i+len(sep):]) > len(cut) {
					cut = t[i+len(sep):]
				}
			}
		}
		if cut == "" {
			break
		}
		t = strings.TrimSpace(cut)
	}
	if t != title || site != "" && !strings.ContainsAny(t, "|»｜") {
		return t
	}
	for _, sep := range titleSeparators[:len(titleSeparators)-1] {
		if i := strings.LastIndex(t, sep); i > 0 {
			head, tail := strings.TrimSpace(t[:i]), t[i+len(sep):]
			if n := len(words1(tail)); n <= 4 && len(words1(head)) > n {
				return head
			}
		}
	}
	return t
}

// named reports whether a part of a title is the site's name, or nearly.
func named(part, siteKey string) bool {
	if siteKey == "" {
		return false
	}
	k := key(part)
	if k == "" {
		return false
	}
	if k == siteKey {
		return true
	}
	tight, site := strings.ReplaceAll(k, " ", ""), strings.ReplaceAll(siteKey, " ", "")
	return tight == site || len(tight) > 3 && (strings.HasPrefix(site, tight) || strings.HasPrefix(tight, site) && len(tight) < 2*len(site))
}
