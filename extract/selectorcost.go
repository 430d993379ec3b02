package extract

import (
	"strings"

	"golang.org/x/net/html"
)

// A selector that is cheap on any page that somebody looked at can cost minutes on one that was made for it: "h2 ~ p"
// asks all siblings before each p, ".a .b p" all pairs of ancestors. So the cost is reckoned before a selector is tried, from
// its shape and the tree alone, so that it is the same on every machine; where it is too high the selector picks nothing.

// maxSelectorCost is how many steps a selector may take on a page at worst. The real cost is far below on ordinary pages.
const maxSelectorCost = 1e9

// selectorShape is what makes one of the selectors between commas costly.
type selectorShape struct {
	ancestors int // combinators that try every ancestor
	siblings  int // combinators and pseudo-classes that try every sibling
	subtree   int // pseudo-classes that look at everything inside
}

// shapesOf reads the shapes of a list of selectors, which compile.
func shapesOf(css string) []selectorShape {
	var out []selectorShape
	var s selectorShape
	compound, space := false, false // there was a compound; white space followed
	brackets, parens := 0, 0
	for i := 0; i < len(css); i++ {
		c := css[i]
		switch {
		case c == '\\':
			i++
			compound, space = true, false
			continue
		case c == '"' || c == '\'':
			for i++; i < len(css) && css[i] != c; i++ {
				if css[i] == '\\' {
					i++
				}
			}
			continue
		case c == ']':
			brackets--
			continue
		case brackets > 0:
			continue
		}
		switch c {
		case ' ', '\t', '\n', '\r', '\f':
			space = true
			continue
		case '>', '+':
			compound, space = false, false
			continue
		case '~':
			s.siblings++
			compound, space = false, false
			continue
		case ')':
			parens--
			compound, space = true, false
			continue
		case ',':
			compound, space = false, false
			if parens <= 0 {
				out, s = append(out, s), selectorShape{}
			}
			continue
		}
		if space && compound {
			s.ancestors++
		}
		compound, space = true, false
		switch c {
		case '[':
			brackets++
		case '(':
			parens++
			compound = false
		case ':':
			s.pseudo(css[i+1:])
		}
	}
	return append(out, s)
}

// pseudo counts a pseudo-class that css begins with.
func (s *selectorShape) pseudo(css string) {
	name := strings.ToLower(css[:min(len(css), 20)])
	for _, p := range []string{"nth-", "last-", "first-of", "only-"} {
		if strings.HasPrefix(name, p) {
			s.siblings++
			return
		}
	}
	for _, p := range []string{"has", "contains", "matches", "empty"} {
		if strings.HasPrefix(name, p) {
			s.subtree++
			return
		}
	}
}

// plain reports a shape whose cost is at most the tree's size times its depth.
func (s selectorShape) plain() bool { return s.ancestors <= 1 && s.siblings == 0 && s.subtree == 0 }

// affordable reports whether the selector may be tried on a tree.
func (s *Selector) affordable(root *html.Node) bool {
	c := costing{}
	for _, shape := range s.shapes {
		if !shape.plain() {
			c.shapes = append(c.shapes, shape)
		}
	}
	if len(c.shapes) == 0 {
		return true
	}
	c.walk(root, 0, 1)
	return c.total <= maxSelectorCost
}

// costing adds up what selectors may cost on a tree.
type costing struct {
	shapes []selectorShape
	total  float64
}

// tooDeep is the depth of trees that no selector is tried on which tries ancestors or more; the parsers stop before.
const tooDeep = 1000

// walk adds what the elements of a subtree cost, one of so many siblings, and gives its size.
func (c *costing) walk(n *html.Node, depth, siblings int) (size int) {
	if depth > tooDeep {
		c.total = maxSelectorCost * 2
	}
	if c.total > maxSelectorCost {
		return 0
	}
	kids := 0
	for range n.ChildNodes() {
		kids++
	}
	for k := range n.ChildNodes() {
		size += c.walk(k, depth+1, kids)
	}
	size++
	if n.Type == html.ElementNode {
		for _, shape := range c.shapes {
			c.total += shape.at(depth, siblings, size)
		}
	}
	return size
}

// at is what an element costs at worst: all choices of so many of its ancestors, times its siblings, times what it holds.
func (s selectorShape) at(depth, siblings, size int) float64 {
	cost := 1.0
	for i := range s.ancestors {
		cost *= max(1, float64(depth-i)/float64(i+1))
	}
	for range s.siblings {
		cost *= float64(siblings)
	}
	for range s.subtree {
		cost *= float64(size)
	}
	return cost
}
