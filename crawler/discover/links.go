package discover

import (
	"errors"
	"strings"

	"github.com/onrecord/onrecord/crawler"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// MaxLinks is how many links of a page are given.
const MaxLinks = 20_000

// maxText bounds the text of a link in bytes, maxTextNodes the nodes that are looked at for it.
const (
	maxText      = 512
	maxTextNodes = 1000
)

// maxSchemes bounds the schemes that are counted by name; the rest are counted as "other".
const maxSchemes = 32

// Link is a hyperlink of a page.
type Link struct {
	// URL is absolute, http or https, resolved as the URL Standard says. It is no key: it may have a fragment.
	URL string
	// Text is what a reader sees of the link with white space collapsed, at most 512 bytes: its text, or else the text
	// for its image, or else its label or title.
	Text string
	// Rel are its link types in lower case.
	Rel []string
	// Region is the part of the page it stands in: "main", "nav", "aside", "footer", or "" when the markup says nothing.
	// The innermost one counts, but the footer of an article is a part of that.
	Region string
	// NoFollow tells that the link, or the page by its robots meta, asks not to be followed.
	NoFollow bool
}

// PageLinks is what [FindLinks] found.
type PageLinks struct {
	Links []Link
	// Base is what references were resolved against: the page's address or its base element.
	Base string
	// Skipped counts the links with other schemes than http and https, by scheme; "other" stands for odd ones.
	Skipped map[string]int
	// Bad counts references that resolve to no URL, TooLong those that are too long for one.
	Bad, TooLong int
	// Cut tells that the page has more than MaxLinks links.
	Cut bool
}

// Links returns the links of a page in document order, see [FindLinks].
func Links(root *html.Node, base string) []Link { return FindLinks(root, base).Links }

// FindLinks returns the links of a page in document order: every a and area with an href that is http or https. They are
// resolved against the first base element, which is itself resolved against base, the page's address. A reference to a
// place on the page itself is left out when there is no base element. A link that stands there twice is given twice.
func FindLinks(root *html.Node, base string) PageLinks { return collect(root, base).out }

// collect makes the walk of [FindLinks].
func collect(root *html.Node, base string) *collector {
	c := &collector{}
	r, own := baseOf(root, base)
	if r == nil {
		return c
	}
	c.base, c.ownBase, c.out.Base = r, own, r.String()
	c.noFollow = asksNoFollow(root)
	walk(root, func(n *html.Node, entering bool) bool {
		if !entering {
			c.leave(n)
			return true
		}
		return c.enter(n)
	})
	return c
}

// collector is the state of a walk.
type collector struct {
	out      PageLinks
	nodes    []*html.Node // of out.Links, one by one
	base     *crawler.Base
	ownBase  bool // there is a base element
	noFollow bool
	regions  []region // open ones, innermost last
}

type region struct {
	node *html.Node
	name string
}

// enter reports whether to go on.
func (c *collector) enter(n *html.Node) bool {
	if name := regionOf(n); name != "" {
		if name == "footer" && c.region() == "main" {
			name = "main"
		}
		c.regions = append(c.regions, region{n, name})
	}
	if n.DataAtom != atom.A && n.DataAtom != atom.Area {
		return true
	}
	href, ok := attribute(n, "href")
	if !ok {
		return true
	}
	href = trimURL(href)
	if !c.ownBase && (href == "" || href[0] == '#') {
		return true
	}
	if s := scheme(href); s != "" && s != "http" && s != "https" {
		c.skip(s)
		return true
	}
	if len(c.out.Links) >= MaxLinks {
		c.out.Cut = true
		return false
	}
	url, err := c.base.Resolve(href)
	switch {
	case errors.Is(err, crawler.ErrURLTooLong):
		c.out.TooLong++
	case err != nil:
		c.out.Bad++
	case !strings.HasPrefix(url, "http:") && !strings.HasPrefix(url, "https:"):
		c.skip(scheme(url)) // a relative reference on a page that did not come over http
	default:
		rel, _ := attribute(n, "rel")
		types := strings.Fields(strings.ToLower(rel))
		c.out.Links = append(c.out.Links, Link{
			URL: url, Text: linkText(n), Rel: types, Region: c.region(),
			NoFollow: c.noFollow || contains(types, "nofollow"),
		})
		c.nodes = append(c.nodes, n)
	}
	return true
}

func (c *collector) leave(n *html.Node) {
	if i := len(c.regions) - 1; i >= 0 && c.regions[i].node == n {
		c.regions = c.regions[:i]
	}
}

func (c *collector) region() string {
	if i := len(c.regions) - 1; i >= 0 {
		return c.regions[i].name
	}
	return ""
}

func (c *collector) skip(scheme string) {
	if c.out.Skipped == nil {
		c.out.Skipped = map[string]int{}
	}
	if _, known := c.out.Skipped[scheme]; !known && (len(c.out.Skipped) >= maxSchemes || len(scheme) > 32) {
		scheme = "other"
	}
	c.out.Skipped[scheme]++
}

// regionOf names the region that an element begins, "" for none.
func regionOf(n *html.Node) string {
	switch n.DataAtom {
	case atom.Nav:
		return "nav"
	case atom.Footer:
		return "footer"
	case atom.Aside:
		return "aside"
	case atom.Main, atom.Article:
		return "main"
	}
	if n.Type != html.ElementNode {
		return ""
	}
	role, _ := attribute(n, "role")
	switch strings.ToLower(strings.TrimSpace(role)) {
	case "navigation":
		return "nav"
	case "contentinfo":
		return "footer"
	case "complementary":
		return "aside"
	case "main", "article":
		return "main"
	}
	return ""
}

// baseOf returns what references are resolved against, and whether the page has a base element that says so. It is nil
// when the page's address is no URL. Like browsers it takes the first base with an href and ignores data and scripts.
func baseOf(root *html.Node, page string) (base *crawler.Base, own bool) {
	base, err := crawler.NewBase(page)
	if err != nil {
		return nil, false
	}
	walk(root, func(n *html.Node, entering bool) bool {
		href, ok := attribute(n, "href")
		if !entering || n.DataAtom != atom.Base || !ok {
			return true
		}
		if url, err := base.Resolve(trimURL(href)); err == nil && strings.HasPrefix(url, "http") {
			if b, err := crawler.NewBase(url); err == nil {
				base, own = b, true
			}
		}
		return false
	})
	return base, own
}

// asksNoFollow reads the robots meta elements.
func asksNoFollow(root *html.Node) bool {
	found := false
	walk(root, func(n *html.Node, entering bool) bool {
		if entering && n.DataAtom == atom.Meta {
			name, _ := attribute(n, "name")
			content, _ := attribute(n, "content")
			if strings.EqualFold(strings.TrimSpace(name), "robots") {
				for d := range strings.SplitSeq(strings.ToLower(content), ",") {
					d = strings.TrimSpace(d)
					found = found || d == "nofollow" || d == "none"
				}
			}
		}
		return !found
	})
	return found
}
