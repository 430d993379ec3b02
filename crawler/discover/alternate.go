package discover

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// AlternateKind says what a page's link element leads to.
type AlternateKind string

// The kinds of alternates.
const (
	AlternateFeed      AlternateKind = "feed"      // a feed, by rel=alternate or rel=feed and a feed's media type
	AlternateNext      AlternateKind = "next"      // the next page of a list
	AlternatePrev      AlternateKind = "prev"      // the page before
	AlternateCanonical AlternateKind = "canonical" // the address the page calls its own
)

// maxAlternates bounds what is taken of a page.
const maxAlternates = 1000

// Alternate is an address that a page names about itself.
type Alternate struct {
	Kind AlternateKind
	// URL is absolute, http or https, and resolved as the URL Standard says.
	URL string
	// Type is the media type it says, without parameters; Title is what it is called. Both may be "".
	Type, Title string
}

// Alternates returns the feeds of a page (autodiscovery), the neighbours in its list and its canonical address, in
// document order, at most a thousand. Neighbours are taken from link elements and from links with that rel. What a page
// says of itself is a claim: a canonical address on another host is noted and never obeyed.
func Alternates(root *html.Node, page string) []Alternate {
	base, _ := baseOf(root, page)
	if base == nil {
		return nil
	}
	var out []Alternate
	seen := map[Alternate]bool{}
	walk(root, func(n *html.Node, entering bool) bool {
		if !entering || n.DataAtom != atom.Link && n.DataAtom != atom.A {
			return true
		}
		href := trimURL(value(n, "href"))
		if href == "" {
			return true
		}
		mediaType, _, _ := strings.Cut(strings.ToLower(value(n, "type")), ";")
		mediaType = strings.TrimSpace(mediaType)
		for _, kind := range alternateKinds(n, mediaType) {
			full, _ := attribute(n, "href")
			url, err := base.Resolve(trimURL(full))
			if err != nil || !strings.HasPrefix(url, "http:") && !strings.HasPrefix(url, "https:") {
				continue
			}
			a := Alternate{Kind: kind, URL: url}
			if !seen[a] {
				seen[a] = true
				a.Type, a.Title = mediaType, collapse(value(n, "title"))
				out = append(out, a)
			}
		}
		return len(out) < maxAlternates
	})
	return out
}

func alternateKinds(n *html.Node, mediaType string) []AlternateKind {
	var kinds []AlternateKind
	isLink := n.DataAtom == atom.Link
	for _, rel := range strings.Fields(strings.ToLower(value(n, "rel"))) {
		switch {
		case rel == "next":
			kinds = append(kinds, AlternateNext)
		case rel == "prev", rel == "previous":
			kinds = append(kinds, AlternatePrev)
		case rel == "canonical" && isLink:
			kinds = append(kinds, AlternateCanonical)
		case rel == "alternate" && isLink && isFeedType(mediaType), rel == "feed" && isLink:
			kinds = append(kinds, AlternateFeed)
		}
	}
	return kinds
}

// isFeedType names the media types that feeds are announced with. application/json alone is any program's data.
func isFeedType(mediaType string) bool {
	switch mediaType {
	case "application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml",
		"application/x.atom+xml", "application/x-atom+xml", "text/rss+xml", "text/rss":
		return true
	}
	return false
}
