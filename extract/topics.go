package extract

import (
	"bytes"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// topics are what the page files its statement under: tag links by the text, else linked data, else meta elements.
func (p *page) topics() []string {
	var out []string
	add := func(list ...string) {
		for _, s := range list {
			s = strings.Trim(fold(s), " #,;.|/")
			z := measure(s)
			if z.words == 0 || z.words > 6 || len(s) > 80 || len(out) >= 50 {
				continue
			}
			if !slices.ContainsFunc(out, func(o string) bool { return strings.EqualFold(o, s) }) {
				out = append(out, s)
			}
		}
	}
	add(p.shownTopics()...)
	if len(out) > 0 {
		return out
	}
	add(p.meta.named["article:tag"]...)
	if a := p.meta.article(); a != nil {
		for _, k := range []string{"keywords", "articleSection", "about"} {
			for _, t := range texts(a[k]) {
				add(keywords(t)...)
			}
			if len(out) > 0 {
				break
			}
		}
	}
	if len(out) == 0 {
		add(p.meta.named["article:section"]...)
	}
	if len(out) == 0 {
		for _, n := range []string{"news_keywords", "parsely-tags", "sailthru.tags", "keywords"} {
			k := keywords(p.meta.first(n))
			// A site's standing list of search words is not about this statement: its words are not in the text.
			if len(k) > 0 && len(k) <= 12 && (n != "keywords" || p.aboutText(k)) {
				add(k...)
				break
			}
		}
	}
	return out
}

// keywords cuts a list of keywords.
func keywords(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' || r == '，' || r == '、' })
}

// aboutText reports whether most of the keywords stand in the page's blocks outside its frame.
func (p *page) aboutText(list []string) bool {
	var text []byte
	for i := range p.pieces {
		if p.pieces[i].prose() || i == p.head {
			text = appendKey(append(text, ' '), p.pieces[i].Text)
		}
	}
	n := 0
	for _, k := range list {
		if kk := key(k); kk != "" && bytes.Contains(text, []byte(" "+kk)) {
			n++
		}
	}
	return n*3 >= len(list)*2
}

// shownTopics are the links that file the statement: rel=tag, or a list after an opening such as "Topics in this
// article", or links inside an element that is named so, near the text and not in the page's frame.
func (p *page) shownTopics() []string {
	const frame = mNav | mFooter | mComment | mRelated | mOverlay | mHidden
	var byRel, byPhrase, byName []string
	for i := range p.pieces {
		q := &p.pieces[i]
		if p.head >= 0 && i < p.head-4 {
			continue
		}
		if q.all&frame != 0 {
			continue
		}
		opens := q.words <= 6 && p.framing.kind[i] == phTags
		if opens && q.Kind != Item {
			byPhrase = append(byPhrase, p.topicLinks(i)...)
		}
		if q.linkShare() > 60 && q.all&mTags != 0 && q.words <= 30 && p.boxes[q.box].up != 0 && p.near(i) {
			byName = append(byName, linkTexts(q)...)
		}
		if q.node != nil && q.links > 0 && q.words <= 60 {
			byRel = append(byRel, relTags(q.node)...)
		}
	}
	for _, l := range [][]string{byPhrase, byRel, byName} {
		if len(l) > 0 && len(l) <= 30 {
			return l
		}
	}
	return nil
}

// near reports whether a block stands by the headline or by the text's end.
func (p *page) near(i int) bool {
	if p.within(p.pieces[i].box, p.top) || p.head >= 0 && i-p.head < 8 {
		return true
	}
	t := &p.boxes[p.top]
	return i >= int(t.first)-8 && i <= int(t.last)+8
}

// topicLinks are the links after the words "Topics:" in block i or in the few blocks after it.
func (p *page) topicLinks(i int) []string {
	if out := linkTexts(&p.pieces[i]); len(out) > 0 {
		return out
	}
	var out []string
	for j := i + 1; j < min(len(p.pieces), i+20); j++ {
		q := &p.pieces[j]
		if q.linkShare() < 70 || q.words > 30 || q.Kind == Heading || p.framing.kind[j] != phNone && len(linkTexts(q)) < 2 || q.box != p.pieces[i+1].box && !p.siblings(q.box, p.pieces[i+1].box) {
			break
		}
		out = append(out, linkTexts(q)...)
	}
	return out
}

func (p *page) siblings(a, b int32) bool {
	return p.boxes[a].up == p.boxes[b].up && p.boxes[a].look == p.boxes[b].look
}

// linkTexts are the texts of a block's links.
func linkTexts(q *piece) []string {
	var out []string
	for _, s := range q.spans {
		if s.kind == spanLink && s.href != "" && s.from < s.to {
			out = append(out, q.Text[s.from:s.to])
		}
	}
	return out
}

// relTags are the texts of the rel=tag links below n.
func relTags(n *html.Node) []string {
	var out []string
	left := 100
	var walk func(n *html.Node, depth int)
	walk = func(n *html.Node, depth int) {
		if left--; left < 0 || depth > 20 {
			return
		}
		if n.DataAtom == atom.A && slices.Contains(strings.Fields(attr(n, "rel")), "tag") {
			out = append(out, textOf(n, 200))
			return
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, depth+1)
		}
	}
	walk(n, 0)
	return out
}
