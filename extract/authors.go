package extract

import (
	"slices"
	"strings"
)

// authors are the people or bodies that the page says wrote it: linked data first, then meta elements, then what stands
// by the headline. A body that publishes the site gives way to a person whom the page shows as its author.
func (p *page) authors() []string {
	said, body := p.linkedAuthors()
	if len(said) == 0 {
		said = p.metaAuthors()
	}
	if len(said) > 0 && !body && !p.isSite(said) {
		return p.people(said)
	}
	shown, strength := p.byline()
	if shown = p.people(shown); len(shown) > 0 && (len(said) == 0 || strength >= byClass) {
		return shown
	}
	return said
}

// people takes the site's name off the names and from among them, unless it is the only one, and the headline out.
func (p *page) people(names []string) []string {
	site := p.meta.siteName()
	var out []string
	for _, n := range names {
		if site != "" {
			if t := strings.TrimRight(strings.TrimSuffix(n, site), " ,-–|"); t != n && person(t) {
				n = t
			}
		}
		if len(names) > 1 && site != "" && key(n) == key(site) || p.head >= 0 && n == p.pieces[p.head].Text || slices.Contains(out, n) {
			continue
		}
		out = append(out, n)
	}
	return out
}

// linkedAuthors are the authors in the page's linked data; body is true when they are all organisations.
func (p *page) linkedAuthors() (names []string, body bool) {
	for _, a := range []map[string]any{p.meta.article(), p.meta.question()} {
		for _, k := range []string{"author", "creator"} {
			if a == nil || len(names) > 0 {
				continue
			}
			names = names1(p.linkedNames(a[k]))
			body = len(names) > 0 && organisation(a[k])
		}
	}
	return names, body
}

// organisation reports an author that says it is no person.
func organisation(v any) bool {
	switch v := v.(type) {
	case map[string]any:
		return isType(v, "Organization", "NewsMediaOrganization", "Corporation", "NGO", "GovernmentOrganization", "WebSite")
	case []any:
		for _, e := range v {
			if !organisation(e) {
				return false
			}
		}
		return len(v) > 0
	}
	return false
}

// isSite reports whether the authors are no more than the site's own name.
func (p *page) isSite(names []string) bool {
	site := key(p.meta.siteName())
	return len(names) == 1 && (site != "" && named(names[0], site) || strings.Contains(names[0], ".") && !strings.Contains(names[0], " "))
}

// authorNames are the meta elements that name an author, most trusted first.
var authorNames = []string{"author", "article:author", "citation_author", "dc.creator", "dcterms.creator", "parsely-author", "sailthru.author", "byl", "og:article:author"}

// metaAuthors are the authors that meta elements name.
func (p *page) metaAuthors() []string {
	for _, n := range authorNames {
		if out := names1(p.meta.named[n]); len(out) > 0 {
			return out
		}
	}
	for _, n := range []string{"1", "2"} {
		label := strings.ToLower(p.meta.first("twitter:label" + n))
		if strings.Contains(label, "written") || strings.Contains(label, "author") || strings.Contains(label, "verfasst") || strings.Contains(label, "écrit") || strings.Contains(label, "escrito") {
			if out := names1(p.meta.named["twitter:data"+n]); len(out) > 0 {
				return out
			}
		}
	}
	var own []string // "page_author", "blog.author": a site's own names
	for n := range p.meta.named {
		if strings.HasSuffix(n, "author") && len(n) > len("author") && !slices.Contains(authorNames, n) && strings.ContainsAny(n[:len(n)-len("author")], "_-.:") {
			own = append(own, n)
		}
	}
	slices.Sort(own)
	for _, n := range own {
		if out := names1(p.meta.named[n]); len(out) > 0 && namely(out[0]) {
			return out
		}
	}
	return nil
}

// question is the linked-data node of a page of questions and answers that asks, nil when there is none.
func (m *metadata) question() map[string]any {
	for _, n := range m.linked {
		if isType(n, "Question") && n["author"] != nil {
			return n
		}
	}
	return nil
}

// linkedNames are the names of a node's authors; a reference to another node of the page is followed once.
func (p *page) linkedNames(v any) []string {
	if list, ok := v.([]any); ok {
		var out []string
		for _, e := range list[:min(len(list), 50)] {
			if _, deeper := e.([]any); !deeper {
				out = append(out, p.linkedNames(e)...)
			}
		}
		return out
	}
	o, ok := v.(map[string]any)
	if !ok {
		return texts(v)
	}
	if s := text1(o["name"]); s != "" {
		return texts(o["name"])
	}
	if id, ok := o["@id"].(string); ok {
		for _, n := range p.meta.linked {
			if n["@id"] == id && text1(n["name"]) != "" {
				return texts(n["name"])
			}
		}
	}
	return nil
}
