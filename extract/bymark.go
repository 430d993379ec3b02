package extract

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/onrecord/onrecord/extract/internal/lexicon"
)

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
