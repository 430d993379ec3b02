package extract

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/onrecord/onrecord/extract/internal/lexicon"
)

// The strengths of what a page shows as its author.
const (
	byNear   = 2 // a person's name by the headline that the page says again elsewhere as an author's
	byUser   = 3 // the name of a user of a forum
	byClass  = 4 // an element whose class says author
	byWord   = 5 // after the word "by"
	byMarked = 6 // rel=author, itemprop=author
)

// bylineFrame are the parts of a page where a name is another text's author.
const bylineFrame mark = mNav | mFooter | mComment | mRelated | mOverlay | mSignup | mAdvert | mLogin

// byline looks for an author where pages show one: near the headline, and after the text. The strength says how sure it
// is, 0 when nobody was found.
func (p *page) byline() (names []string, strength int) {
	from, to, end := p.bylinePlaces()
	for i := from; i < to; i++ {
		if n, s := p.authorsAt(i); s > strength {
			names, strength = n, s
		}
	}
	for i := to; i < min(len(p.pieces), to+30) && strength < byMarked && strength != byWord; i++ {
		if q := &p.pieces[i]; q.all&mAuthor != 0 && q.words <= 20 { // the first post of a discussion is signed at its end
			if n, s := p.authorsAt(i); s == byMarked {
				names, strength = n, s
			}
		}
	}
	if strength >= byClass {
		return names, strength
	}
	for i := max(to, end-6); i < min(len(p.pieces), end+14); i++ {
		if n, s := p.authorsAt(i); s >= byClass && s > strength {
			names, strength = n, s
		}
	}
	return names, strength
}

// bylinePlaces are the blocks around the headline where a byline may stand, and the end of the text.
func (p *page) bylinePlaces() (from, to, end int) {
	t := &p.boxes[p.top]
	at := p.head
	if at < 0 {
		at = max(0, int(t.first)-8)
	}
	from, to, end = max(0, at-8), min(len(p.pieces), at+16), int(t.last)
	prose := 0
	for i := at + 1; i < to; i++ {
		if q := &p.pieces[i]; q.prose() {
			if prose += q.words; prose > 150 {
				to = i
			}
		}
	}
	return from, to, end
}

// authorsAt are the authors that block i shows.
func (p *page) authorsAt(i int) (names []string, strength int) {
	q := &p.pieces[i]
	frame := bylineFrame
	if p.head >= 0 {
		frame &^= p.pieces[p.head].all // what holds the headline too is no frame
	}
	if i == p.head || q.words > 40 || q.Kind == Code || q.Kind == Row || q.all&frame != 0 || q.node == nil {
		return nil, 0
	}
	f := authorFinder{}
	f.search(q.node)
	if names := names1(f.names); f.strength == byMarked && len(names) > 0 {
		return names, byMarked
	}
	if q.all&mHidden != 0 {
		return nil, 0
	}
	if names := p.afterByAt(i); len(names) > 0 {
		return names, byWord
	}
	if names := names1(f.names); len(names) > 0 {
		return names, f.strength
	}
	if q.words <= 8 && q.all&mAuthor != 0 && q.stops == 0 && namely(q.Text) && person(nameEnd(q.Text)) {
		return names1([]string{q.Text}), byClass
	}
	if q.words <= 14 && p.head >= 0 && i > p.head-5 && i < p.head+6 {
		if n := p.nearName(i); n != "" {
			return []string{n}, byNear
		}
	}
	return nil, 0
}

// authorFinder looks for the elements that say that they hold an author.
type authorFinder struct {
	names    []string
	strength int
	left     int
}

// search looks at an element, at the two around it, and at what it holds.
func (f *authorFinder) search(n *html.Node) {
	f.left = 120
	for up, k := n.Parent, 0; up != nil && up.Type == html.ElementNode && k < 2; up, k = up.Parent, k+1 {
		if _, s := authorElement(up); s == byMarked {
			f.left = 60
			f.walk(up, 0)
			return
		}
	}
	f.walk(n, 0)
}

func (f *authorFinder) walk(n *html.Node, depth int) {
	if f.left--; f.left < 0 || depth > 12 || len(f.names) > 20 {
		return
	}
	if n.Type == html.ElementNode {
		name, s := authorElement(n)
		if name != "" {
			if s > f.strength {
				f.names, f.strength = nil, s
			}
			if s == f.strength {
				f.names = append(f.names, name)
			}
			return
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		f.walk(c, depth+1)
	}
}

// authorElement is the name that an element says is an author's, and how it says so. An element of that kind which holds
// more than a name gives none.
func authorElement(n *html.Node) (name string, strength int) {
	for _, a := range n.Attr {
		switch a.Key {
		case "rel":
			if n.DataAtom == atom.A && strings.EqualFold(strings.TrimSpace(a.Val), "author") {
				strength = byMarked
			}
		case "itemprop":
			if a.Val == "author" || a.Val == "creator" {
				strength = byMarked
			}
		case "class", "id":
			strength = max(strength, authorClass(a.Val))
		}
	}
	if strength == 0 {
		return "", 0
	}
	if n := itemName(n, 6); n != "" {
		return n, strength
	}
	text := textOf(n, 200)
	if strength != byMarked && (measure(text).words > 5 || strings.ContainsAny(text, "0123456789")) {
		text = leadText(n, 6)
	}
	if by := afterBy(text); by != "" {
		text = by
	}
	text = nameEnd(text)
	switch {
	case strength == byMarked && nameLike(text) && (len(strings.Fields(text)) <= 3 || namely(text)), strength == byUser && nameLike(text) && !strings.Contains(text, "  "):
	case namely(text) && (person(text) || len(strings.Fields(text)) <= 4 && !isRole(text) && !commonWord(text)):
	default:
		return "", strength
	}
	return text, strength
}

// leadText is the first text below an element that is more than a word such as "by".
func leadText(n *html.Node, depth int) string {
	for c := n.FirstChild; c != nil && depth > 0; c = c.NextSibling {
		s := ""
		switch c.Type {
		case html.TextNode:
			s = fold(c.Data)
		case html.ElementNode:
			s = leadText(c, depth-1)
		}
		if lettered(s) && !cues[key(s)] {
			return s
		}
	}
	return ""
}

// itemName is the content of itemprop=name below an element.
func itemName(n *html.Node, depth int) string {
	if depth == 0 {
		return ""
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode {
			continue
		}
		if attr(c, "itemprop") == "name" {
			if s := fold(attr(c, "content")); s != "" {
				return s
			}
			return textOf(c, 200)
		}
		if s := itemName(c, depth-1); s != "" {
			return s
		}
	}
	return ""
}

// What a word of a class name says of an author's element.
const (
	classAuthor mark = 1 << iota
	classUser
	classOther // it holds something else of an author
)

// authorMarks are the words of class names around authors.
var authorMarks = func() *lexicon.Lexicon[mark] {
	m := make(map[string]mark)
	for _, g := range []name{
		{"author authors authorname byline writer autor auteur authored postauthor articleauthor attribution authorby", classAuthor},
		{"username bigusername creator poster nickname postuser topicstarter", classUser},
		{"bio description title role job position date time image img avatar photo link links social posts info count box label about share more tags category topic comment comments meta", classOther},
	} {
		for _, w := range strings.Fields(g.word) {
			m[w] = g.mark
		}
	}
	return lexicon.New(m)
}()

// authorClass is the strength of a class or id value.
func authorClass(v string) int {
	best := 0
	for c := range strings.FieldsSeq(clip(v, attrLimit)) {
		switch m := wordMarks(c, authorMarks); {
		case m&classOther != 0:
		case m&classAuthor != 0:
			best = byClass
		case m&classUser != 0:
			best = max(best, byUser)
		}
	}
	return best
}

// commonWord reports a text that holds a word of headings and buttons.
func commonWord(s string) bool {
	found := false
	eachWord(s, func(w []byte) bool {
		found = found || common[string(w)] && string(w) != "the"
		return !found
	})
	return found
}

// cues are blocks after which the name of the author follows.
var cues = map[string]bool{"by": true, "written by": true, "author": true, "authors": true, "posted by": true, "published by": true, "article by": true, "words by": true,
	"text by": true, "story by": true, "topic author": true, "started by": true, "authored by": true, "von": true, "autor": true, "autorin": true, "autoren": true, "par": true, "auteur": true, "auteurs": true,
	"écrit par": true, "por": true, "escrito por": true, "autora": true, "di": true, "a cura di": true, "autore": true, "door": true, "geschreven door": true, "av": true, "af": true, "автор": true,
	"作者": true, "著者": true, "記者": true, "about the author": true, "meet the author": true, "über den autor": true, "über die autorin": true, "à propos de l auteur": true, "sobre el autor": true, "sobre o autor": true}

// afterByAt are the names after a word such as "by" in block i or in the block before it.
func (p *page) afterByAt(i int) []string {
	q := &p.pieces[i]
	if q.words > 24 || q.stops > 2 {
		return nil
	}
	if i > 0 && i-1 != p.head && p.pieces[i-1].words <= 4 && cues[key(strings.TrimRight(p.pieces[i-1].Text, " :"))] {
		if s := nameEnd(q.Text); namely(s) && (person(s) || !commonWord(s)) {
			return names1([]string{s})
		}
	}
	at := byAt(q)
	if at < 0 {
		return nil
	}
	rest := q.Text[at:]
	for _, s := range q.spans { // the name is a link, as a rule: what follows it is none of the name
		if s.kind == spanLink && s.from >= at && s.from <= at+1 && s.to > s.from {
			name := q.Text[s.from:s.to]
			tail := strings.TrimSpace(q.Text[s.to:])
			if person(name) && !strings.HasPrefix(tail, "and ") && !strings.HasPrefix(tail, "&") && !strings.HasPrefix(tail, ",") {
				return names1([]string{name})
			}
		}
	}
	rest = nameEnd(strings.TrimLeft(rest, " :"))
	names := names1([]string{rest})
	for _, n := range names {
		if !namely(n) || commonWord(n) && !person(n) {
			return nil
		}
	}
	return names
}

// bySigns are the words before "by" inside a line that say that it names an author.
var bySigns = set("written posted article story text words authored started submitted report reporting recipe post guest am pm read ago published uhr")

// byAt is where a name begins after "by" in a block, at its start or inside a line that also has a date; -1 when there is
// none.
func byAt(q *piece) int {
	low := strings.ToLower(q.Text)
	for _, w := range byWords {
		if strings.HasPrefix(low, w) && len(w) < len(low) && len(low) == len(q.Text) {
			return len(w)
		}
	}
	if strings.HasPrefix(q.Text, "By") && len(q.Text) > 3 && q.Text[2] >= 'A' && q.Text[2] <= 'Z' && len(q.spans) > 0 {
		return 2 // "By" and the name stand in elements of their own
	}
	if q.words > 16 || q.digit < 1 && q.all&mByline == 0 && q.words > 10 || len(low) != len(q.Text) {
		return -1
	}
	for _, w := range [...]string{" by ", " von ", " par ", " por "} {
		i := strings.Index(low, w)
		if i < 0 {
			continue
		}
		before := strings.TrimRight(low[:i], " ,:")
		last := before[strings.LastIndexAny(before, " ")+1:]
		c := low[i-1]
		if bySigns[strings.Trim(last, ".,")] || c >= '0' && c <= '9' || c == '|' || c == '-' || c == ',' || strings.HasSuffix(before, "·") || strings.HasSuffix(before, "•") || strings.HasSuffix(before, "–") {
			return i + len(w)
		}
	}
	return -1
}

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
