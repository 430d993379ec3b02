package extract

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// authors are the people or bodies that the page says wrote it: linked data first, then meta elements, then what stands
// by the headline.
func (p *page) authors() []string {
	var out []string
	if a := p.meta.article(); a != nil {
		for _, k := range []string{"author", "creator"} {
			if len(out) == 0 {
				out = names1(p.linkedNames(a[k]))
			}
		}
	}
	for _, n := range []string{"author", "article:author", "citation_author", "dc.creator", "dcterms.creator", "parsely-author", "sailthru.author", "byl", "og:article:author", "twitter:data1"} {
		if len(out) > 0 {
			break
		}
		if n == "twitter:data1" && !strings.Contains(strings.ToLower(p.meta.first("twitter:label1")), "written") {
			continue
		}
		out = names1(p.meta.named[n])
	}
	if len(out) == 0 {
		out = p.byline()
	}
	return out
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

// byline looks for an author where pages show one: elements that say so by rel or itemprop, or a short block that begins
// with a word such as "by", near the headline.
func (p *page) byline() []string {
	from, to := 0, min(len(p.pieces), 40)
	if p.head >= 0 {
		from, to = max(0, p.head-6), min(len(p.pieces), p.head+13)
	}
	for i := from; i < to; i++ {
		q := &p.pieces[i]
		if q.all&(mNav|mFooter|mComment|mRelated|mOverlay|mHidden) != 0 || q.words > 40 || i == p.head {
			continue
		}
		if names := names1(markedAuthors(q.node)); len(names) > 0 {
			return names
		}
	}
	for i := from; i < to; i++ {
		q := &p.pieces[i]
		if i == p.head || q.words > 16 || q.words < 2 || q.all&(mNav|mFooter|mComment|mRelated|mOverlay|mHidden) != 0 || q.stops > 1 {
			continue
		}
		if names := names1([]string{afterBy(q.Text)}); len(names) > 0 {
			return names
		}
	}
	return nil
}

// markedAuthors are the texts of elements below n that are marked as an author.
func markedAuthors(n *html.Node) []string {
	var out []string
	left := 200
	var walk func(n *html.Node, depth int)
	walk = func(n *html.Node, depth int) {
		if left--; left < 0 || depth > 20 || len(out) > 20 {
			return
		}
		if n.Type == html.ElementNode {
			if slices.Contains(strings.Fields(attr(n, "rel")), "author") || strings.Contains(attr(n, "itemprop"), "author") {
				out = append(out, textOf(n, 200))
				return
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, depth+1)
		}
	}
	if n != nil {
		walk(n, 0)
	}
	return out
}

// byWords introduce an author, with the white space that must follow.
var byWords = []string{"written by ", "posted by ", "published by ", "reported by ", "by ", "author: ", "von ", "ein artikel von ", "text von ", "autor: ", "autorin: ",
	"par ", "auteur : ", "auteur: ", "por ", "escrito por ", "publicado por ", "di ", "autore: ", "door ", "auteur: ", "av ", "af ", "автор: ", "tekst: ",
	"作者：", "作者:", "文/", "文／", "著者：", "글 "}

// afterBy is what follows the word "by" at the start of a block, up to what is no name.
func afterBy(s string) string {
	low := strings.ToLower(s)
	for _, w := range byWords {
		if !strings.HasPrefix(low, w) || len(w) >= len(s) {
			continue
		}
		rest := s[len(w):]
		for _, cut := range []string{" | ", " – ", " — ", " - ", " · ", " • ", " on ", " am ", " le ", " el ", "(", "/", ",  "} {
			if i := strings.Index(rest, cut); i > 0 {
				rest = rest[:i]
			}
		}
		return rest
	}
	return ""
}

// names1 tidies names: single people, without "by", without addresses, in order, each once.
func names1(in []string) []string {
	var out []string
	for _, s := range in {
		s = fold(s)
		if by := afterBy(s); by != "" {
			s = by
		}
		for part := range strings.SplitSeq(strings.NewReplacer(" and ", ";", " und ", ";", " et ", ";", " & ", ";", "、", ";").Replace(s), ";") {
			for _, n := range commaNames(part) {
				n = strings.Trim(n, " ,.|·•-–@:")
				if nameLike(n) && !slices.Contains(out, n) && len(out) < 20 {
					out = append(out, n)
				}
			}
		}
	}
	return out
}

// commaNames cuts "Ada Berg, Jo Lind" in two and leaves "Berg, Ada" whole.
func commaNames(s string) []string {
	parts := strings.Split(s, ",")
	for _, p := range parts {
		if len(strings.Fields(p)) < 2 {
			return []string{s}
		}
	}
	return parts
}

// nameLike reports a text that may be a name: short, with letters, no address, not the name of a role alone.
func nameLike(s string) bool {
	if len(s) < 2 || len(s) > 80 || strings.Contains(s, "://") || strings.Contains(s, "www.") {
		return false
	}
	z := measure(s)
	if z.words == 0 || z.words > 8 || z.digit > 2 || z.stops > 1 {
		return false
	}
	switch key(s) {
	case "admin", "administrator", "editor", "author", "staff", "webmaster", "guest", "unknown", "none", "user", "root", "redaktion", "null", "undefined", "super user":
		return false
	}
	return true
}
