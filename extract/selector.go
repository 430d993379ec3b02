package extract

import (
	"fmt"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
)

// Selector picks elements of a page by CSS: help for a site where the extractor needs it. It is safe for concurrent use.
type Selector struct {
	css     string
	matcher goquery.Matcher
	shapes  []selectorShape
}

// maxSelector is the longest selector that is compiled, in bytes.
const maxSelector = 4096

// ParseSelector compiles CSS selectors separated by commas (Selectors Level 4, as far as cascadia goes). A selector can
// pick elements and nothing else. On a page where it could take very long it picks nothing. The error says what is wrong with it.
func ParseSelector(css string) (*Selector, error) {
	if len(css) > maxSelector {
		return nil, fmt.Errorf("selector of %d bytes: at most %d are read", len(css), maxSelector)
	}
	matcher, err := cascadia.Compile(css)
	if err != nil {
		return nil, fmt.Errorf("selector %q: %w", css, err)
	}
	return &Selector{css: strings.TrimSpace(css), matcher: matcher, shapes: shapesOf(css)}, nil
}

// String is the selector as written.
func (s *Selector) String() string { return s.css }

// pick are the elements of a tree that the selector matches; nil for a nil selector, and for one that would cost too
// much on this tree.
func (s *Selector) pick(root *html.Node) map[*html.Node]bool {
	if s == nil || !s.affordable(root) {
		return nil
	}
	picked := map[*html.Node]bool{}
	for _, n := range goquery.NewDocumentFromNode(root).FindMatcher(s.matcher).Nodes {
		picked[n] = true
	}
	return picked
}
