package extract

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// nearName is the name of a person that stands by itself or beside a date near the headline, when the page says once
// more that the person is an author.
func (p *page) nearName(i int) string {
	q, dated := &p.pieces[i], p.dated(i)
	left := 60
	var found string
	var walk func(n *html.Node, depth int)
	walk = func(n *html.Node, depth int) {
		if left--; left < 0 || depth > 12 || found != "" {
			return
		}
		if n.Type == html.TextNode {
			parts := strings.FieldsFunc(n.Data, func(r rune) bool { return strings.ContainsRune("|·•⋅–—/", r) })
			for k, part := range parts {
				s := nameEnd(fold(part))
				if !person(s) || s == p.pieces[p.head].Text {
					continue
				}
				if authorLink(n.Parent) || dated && (p.namedAgain(s, q) || k+1 < len(parts) && post(parts[k+1]) || i+1 < len(p.pieces) && post(p.pieces[i+1].Text)) {
					found = s
					return
				}
			}
			return
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, depth+1)
		}
	}
	walk(q.node, 0)
	return found
}

// post reports a text that is little but a post: "Senior Writer".
func post(s string) bool { return len(s) < 60 && len(strings.Fields(s)) <= 6 && isRole(s) }

// authorLink reports whether a link around n leads to an author's page.
func authorLink(n *html.Node) bool {
	for k := 0; n != nil && k < 3; n, k = n.Parent, k+1 {
		if n.DataAtom != atom.A {
			continue
		}
		href := strings.ToLower(clip(attr(n, "href"), 300))
		for _, w := range [...]string{"/author", "/writer", "/people/", "/person/", "/team/", "/staff/", "/contributor", "/profile", "/autor", "/auteur", "/journalist", "/by/", "/bio", "/users/", "/members/"} {
			if strings.Contains(href, w) {
				return true
			}
		}
	}
	return false
}

// namedAgain reports whether the page names a person once more as authors are: in a note that begins with the name, after
// "by", in a part that is marked as an author's, or under a portrait.
func (p *page) namedAgain(name string, not *piece) bool {
	for i := range p.pieces {
		q := &p.pieces[i]
		if q == not || !strings.HasPrefix(q.Text, name) && (q.words > 12 || !strings.Contains(q.Text, "by "+name)) {
			continue
		}
		if !strings.HasPrefix(q.Text, name) || q.all&mAuthor != 0 {
			return true
		}
		rest := q.Text[len(name):]
		for _, is := range [...]string{" is ", " ist ", " est ", " es ", " è ", " är "} {
			if strings.HasPrefix(rest, is) && q.words >= 12 {
				return true
			}
		}
	}
	up := not.node.Parent
	return up != nil && up.Type == html.ElementNode && pictured(up, name)
}

// pictured reports whether an image below n is described with the name and little else.
func pictured(n *html.Node, name string) bool {
	left := 60
	for d := range n.Descendants() {
		if left--; left < 0 {
			return false
		}
		if alt := attr(d, "alt"); d.DataAtom == atom.Img && len(alt) <= len(name)+20 && strings.Contains(alt, name) {
			return true
		}
	}
	return false
}

// dated reports whether a date, or how long the text takes to read, stands within a few blocks of block i.
func (p *page) dated(i int) bool {
	for j := max(0, i-3); j <= min(len(p.pieces)-1, i+3); j++ {
		q := &p.pieces[j]
		if p.framing.dates[j] || p.framing.kind[j] == phDate && q.digit > 0 || q.words <= 14 && q.digit >= 5 && q.stops == 0 ||
			q.words <= 10 && q.digit > 0 && strings.Contains(q.Text, "min") {
			return true
		}
	}
	return false
}
