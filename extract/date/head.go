package date

import (
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// head is what the elements of a page say outside its text.
type head struct {
	lang      string
	locale    string // og:locale
	canonical string
	metas     []meta
	scripts   []string // JSON-LD
	title     string
	headings  []*html.Node // h1 to h3
	long      []*html.Node // texts of some length
	chosen    bool
	found     *html.Node // see headline
}

// meta is one meta element: the folded names it goes by, and its content.
type meta struct {
	names   []string
	content string
}

const (
	maxMetas    = 500
	maxScripts  = 50
	maxScript   = 1 << 20 // bytes of one JSON-LD script
	maxRaw      = 120     // bytes of a claim's raw text
	maxHeadings = 60
)

// readHead walks the tree once.
func readHead(root *html.Node) head {
	var h head
	h.below(root)
	return h
}

// below reads the elements below a node.
func (h *head) below(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch c.Type {
		case html.ElementNode:
			h.element(c)
		case html.TextNode:
			if len(c.Data) > longLine/2 {
				h.long = append(h.long, c)
			}
		}
		if c.FirstChild != nil {
			h.below(c)
		}
	}
}

func (h *head) element(n *html.Node) {
	switch n.DataAtom {
	case atom.Html:
		if h.lang == "" {
			h.lang = strings.TrimSpace(attr(n, "lang"))
		}
	case atom.Meta:
		h.meta(n)
	case atom.Link:
		if strings.EqualFold(attr(n, "rel"), "canonical") && h.canonical == "" {
			h.canonical = attr(n, "href")
		}
	case atom.Script:
		if len(h.scripts) < maxScripts && strings.Contains(strings.ToLower(attr(n, "type")), "ld+json") && n.FirstChild != nil &&
			len(n.FirstChild.Data) <= maxScript {
			h.scripts = append(h.scripts, n.FirstChild.Data)
		}
	case atom.Title:
		if h.title == "" && n.FirstChild != nil {
			h.title = n.FirstChild.Data
		}
	case atom.H1, atom.H2, atom.H3:
		if len(h.headings) < maxHeadings {
			h.headings = append(h.headings, n)
		}
	}
}

// headline is the heading that the page shows as its own, nil when there is none.
func (h *head) headline() *html.Node {
	if !h.chosen {
		h.found, h.chosen = h.choose(), true
	}
	return h.found
}

// choose is the heading that the title repeats, the longest; else the first h1.
func (h *head) choose() *html.Node {
	title := squash(h.title)
	var best, first *html.Node
	longest := 7
	for _, n := range h.headings {
		text := squash(innerText(n))
		if text == "" {
			continue
		}
		if first == nil && n.DataAtom == atom.H1 {
			first = n
		}
		if len(text) > longest && strings.Contains(title, text) {
			best, longest = n, len(text)
		}
	}
	if best != nil {
		return best
	}
	return first
}

func (h *head) meta(n *html.Node) {
	var m meta
	for _, a := range n.Attr {
		switch a.Key {
		case "name", "property", "itemprop", "http-equiv", "id":
			m.names = append(m.names, strings.ToLower(strings.TrimSpace(a.Val)))
		case "content", "value":
			m.content = strings.TrimSpace(a.Val)
		}
	}
	if m.content == "" || len(m.names) == 0 || len(h.metas) >= maxMetas {
		return
	}
	for _, name := range m.names {
		switch name {
		case "og:locale":
			h.locale = m.content
		case "og:url":
			if h.canonical == "" {
				h.canonical = m.content
			}
		case "content-language", "dc.language", "language":
			if h.lang == "" && len(m.content) <= 12 {
				h.lang = m.content
			}
		}
	}
	h.metas = append(h.metas, m)
}

// role and weight of a kind of metadata.
type standing struct {
	role   string
	weight int
}

// metaNames are the names of meta elements that hold dates. Sources: the Open Graph article vocabulary, schema.org,
// Dublin Core, Highwire Press (citation_*), PRISM, Parse.ly, and what content systems write.
var metaNames = map[string]standing{
	"article:published_time": {Published, 95}, "article:published": {Published, 94}, "og:article:published_time": {Published, 94},
	"og:published_time": {Published, 94}, "article:publicationdate": {Published, 94}, "rnews:datepublished": {Published, 94},
	"datepublished": {Published, 93}, "date_published": {Published, 93}, "date-published": {Published, 93},
	"publication_date": {Published, 92}, "publication-date": {Published, 92}, "publicationdate": {Published, 92},
	"publish_date": {Published, 92}, "publish-date": {Published, 92}, "publishdate": {Published, 92}, "published_date": {Published, 92},
	"published-date": {Published, 92}, "published": {Published, 92}, "pubdate": {Published, 92}, "pub_date": {Published, 92},
	"publishtime": {Published, 92}, "published_time": {Published, 92}, "published_at": {Published, 92}, "publisheddate": {Published, 92},
	"parsely-pub-date": {Published, 92}, "sailthru.date": {Published, 90}, "bt:pubdate": {Published, 91},
	"article_date_original": {Published, 92}, "originalpublicationdate": {Published, 92}, "article.published": {Published, 92},
	"cxenseparse:recs:publishtime": {Published, 92}, "cxenseparse:publishtime": {Published, 92}, "cxenseparse:recs:articlepublishtime": {Published, 92},
	"shareaholic:article_published_time": {Published, 90}, "firstpublished": {Published, 93}, "displaydate": {Published, 88},
	"prism.publicationdate": {Published, 90}, "citation_publication_date": {Published, 84}, "citation_online_date": {Published, 86},
	"citation_date": {Published, 82}, "dc.date.issued": {Published, 90}, "dcterms.issued": {Published, 90}, "dcterms.available": {Published, 84},
	"dc.issued": {Published, 90}, "dc.date.published": {Published, 90}, "dcterms.created": {Published, 72}, "dc.date.created": {Published, 72},
	"dc.created": {Published, 72}, "dc.date": {Published, 72}, "dc:date": {Published, 72}, "dcterms.date": {Published, 72},
	"date": {Published, 72}, "article:date": {Published, 80}, "article_date": {Published, 80}, "release_date": {Published, 80},
	"releasedate": {Published, 80}, "og:release_date": {Published, 80}, "datecreated": {Published, 70}, "created": {Published, 66},
	"creation_date": {Published, 66}, "date_created": {Published, 66}, "og:pubdate": {Published, 92}, "postdate": {Published, 88},
	"post_date": {Published, 88}, "article:created": {Published, 72}, "doc_date": {Published, 72}, "vr:published_time": {Published, 90},
	"thoughtleadership.date": {Published, 70}, "article:post_date": {Published, 88},

	"article:modified_time": {Modified, 95}, "article:modified": {Modified, 94}, "og:article:modified_time": {Modified, 94},
	"og:modified_time": {Modified, 93}, "og:updated_time": {Modified, 90}, "datemodified": {Modified, 93}, "date_modified": {Modified, 93},
	"dcterms.modified": {Modified, 90}, "dc.date.modified": {Modified, 90}, "dc.modified": {Modified, 90}, "modified": {Modified, 85},
	"last-modified": {Modified, 70}, "last_modified": {Modified, 80}, "lastmodified": {Modified, 80}, "lastmod": {Modified, 80},
	"modified_time": {Modified, 90}, "modified-date": {Modified, 85}, "revised": {Modified, 70}, "updated": {Modified, 80},
	"update_time": {Modified, 80}, "updated_time": {Modified, 85}, "last-updated": {Modified, 80}, "article:updated": {Modified, 90},
	"article_date_updated": {Modified, 88}, "utime": {Modified, 80}, "siteinfo:lastupdate": {Modified, 40},
}

// meta makes claims of meta elements.
func (s *search) meta() {
	for _, m := range s.head.metas {
		for _, name := range m.names {
			st, ok := metaNames[name]
			if !ok {
				st, ok = byWords(name)
			}
			if ok && s.add(st.role, "meta", m.content, st.weight) {
				break
			}
		}
	}
}

// byWords judges a name that is none of the known ones: one that has both a role and a date in it ("w-published-date").
func byWords(name string) (standing, bool) {
	if len(name) > 60 || !strings.Contains(name, "date") && !strings.Contains(name, "time") {
		return standing{}, false
	}
	for _, other := range [...]string{"event", "expir", "start", "end", "video", "un-publish", "unpublish", "comment", "site"} {
		if strings.Contains(name, other) {
			return standing{}, false
		}
	}
	switch {
	case strings.Contains(name, "publi"):
		return standing{Published, 84}, true
	case strings.Contains(name, "modif"), strings.Contains(name, "updated"):
		return standing{Modified, 78}, true
	}
	return standing{}, false
}

// unix reads seconds or milliseconds since 1970, which metadata has where a date is wanted.
func unix(raw string) (Match, bool) {
	raw = strings.TrimSpace(raw)
	if len(raw) != 10 && len(raw) != 13 {
		return Match{}, false
	}
	n, err := strconv.ParseInt(raw, 10, 64)
	if err != nil || n < 0 {
		return Match{}, false
	}
	if len(raw) == 13 {
		n /= 1000
	}
	t := time.Unix(n, 0).UTC()
	if t.Year() < 1995 || t.Year() > 2100 {
		return Match{}, false
	}
	return Match{End: len(raw), Value: t.Format("2006-01-02T15:04:05Z"), Precision: Time}, true
}

// clip folds white space and shortens to maxRaw bytes.
func clip(s string) string {
	return clipBytes(strings.Join(strings.Fields(clipBytes(s, 4*maxRaw)), " "), maxRaw)
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key && a.Namespace == "" {
			return a.Val
		}
	}
	return ""
}

// innerText is the text below a node, at most some hundred bytes of it.
func innerText(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode && d.Parent != nil && d.Parent.DataAtom != atom.Script && d.Parent.DataAtom != atom.Style {
			b.WriteString(d.Data)
			b.WriteByte(' ')
			if b.Len() > 500 {
				break
			}
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// clipBytes shortens a text to n bytes, at a character.
func clipBytes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xc0 == 0x80 {
		n--
	}
	return s[:n]
}
