package extract

import (
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// metadata is what the page says about itself outside its text.
type metadata struct {
	titles    []string
	lang      string // of the html element
	named     map[string][]string
	canonical string
	base      string
	linked    []map[string]any
	linkedAll int
	links     addresses

	about  memo[map[string]any]
	claims memo[[]string]
	site   memo[string]
}

// memo keeps what was found once the page is gathered.
type memo[T any] struct {
	found bool
	value T
}

func (m *memo[T]) get(find func() T) T {
	if !m.found {
		m.value, m.found = find(), true
	}
	return m.value
}

// metaLimit is how many values of one name, and how many bytes of one value, are kept.
const (
	metaLimit = 50
	metaBytes = 4000
)

func (m *metadata) title(n *html.Node) {
	if s := textOf(n, metaBytes); s != "" && len(m.titles) < 3 {
		m.titles = append(m.titles, s)
	}
}

func (m *metadata) html(n *html.Node) {
	for _, k := range []string{"lang", "xml:lang"} {
		if v := strings.TrimSpace(attr(n, k)); v != "" && m.lang == "" {
			m.lang = v
		}
	}
}

// add keeps a meta element under the lower-case names that its name, property, itemprop and http-equiv give.
func (m *metadata) add(n *html.Node) {
	content := attr(n, "content")
	if content == "" {
		return
	}
	if len(content) > metaBytes {
		content = strings.ToValidUTF8(content[:metaBytes], "")
	}
	content = fold(content)
	for _, k := range [...]string{"name", "property", "itemprop", "http-equiv"} {
		if v := attr(n, k); v != "" {
			for name := range strings.FieldsSeq(strings.ToLower(v)) {
				m.put(name, content)
			}
		}
	}
}

func (m *metadata) put(name, content string) {
	if m.named == nil {
		m.named = make(map[string][]string, 32)
	}
	if len(m.named) < 500 && len(m.named[name]) < metaLimit && content != "" {
		m.named[name] = append(m.named[name], content)
	}
}

// first is the first value that one of the names has.
func (m *metadata) first(names ...string) string {
	for _, n := range names {
		if v := m.named[n]; len(v) > 0 {
			return v[0]
		}
	}
	return ""
}

func (m *metadata) link(n *html.Node) {
	for rel := range strings.FieldsSeq(strings.ToLower(attr(n, "rel"))) {
		if rel == "canonical" && m.canonical == "" {
			m.canonical = strings.TrimSpace(attr(n, "href"))
		}
	}
}

func (m *metadata) baseHref(n *html.Node) {
	if m.base == "" {
		m.base = strings.TrimSpace(attr(n, "href"))
	}
}

// script keeps linked data.
func (m *metadata) script(n *html.Node) {
	if !strings.Contains(strings.ToLower(attr(n, "type")), "ld+json") || n.FirstChild == nil {
		return
	}
	if m.linkedAll += len(n.FirstChild.Data); m.linkedAll > maxLinkedTotal || len(m.linked) > maxLinkedNodes {
		return
	}
	m.linked = append(m.linked, linkedData(n.FirstChild.Data)...)
}

// article is the linked-data node that describes the page's statement, nil when there is none.
func (m *metadata) article() map[string]any { return m.about.get(m.findArticle) }

func (m *metadata) findArticle() map[string]any {
	var best map[string]any
	for _, n := range m.linked {
		if !isArticle(n) {
			continue
		}
		if best == nil || text1(best["headline"]) == "" && text1(n["headline"]) != "" {
			best = n
		}
	}
	return best
}

// settle fixes the address against which links are read: base, else the page's own address, else what the page claims.
func (m *metadata) settle(page string) {
	own := parseURL(page)
	if own == nil {
		own = parseURL(m.canonical)
	}
	if own == nil {
		own = parseURL(m.first("og:url"))
	}
	resolver := own
	if m.base != "" {
		if b, err := url.Parse(m.base); err == nil {
			if own != nil {
				b = own.ResolveReference(b)
			}
			if b.IsAbs() {
				resolver = b
			}
		}
	}
	m.links = newAddresses(resolver)
}

// parseURL reads an absolute http address; nil for anything else.
func parseURL(s string) *url.URL {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil
	}
	return u
}

// absolute resolves a link; "" when it leads nowhere on the web.
func (m *metadata) absolute(href string) string { return m.links.absolute(href) }
