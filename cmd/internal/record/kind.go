package record

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/discover"
	"github.com/onrecord/onrecord/extract"
	"github.com/onrecord/onrecord/extract/date"
)

// What makes a page a listing, in shares of its text and in characters. Measured on the articles and listings of
// fourteen real sites: articles stay well below the shares, and where they come near, they have prose of their own.
const (
	mostlyLinks   = 0.6 // of the text are links to other pages of the site
	mostlyListed  = 0.7 // of the text stand in the entries of a list
	ownProse      = 600 // characters of paragraphs that are no entries make an article all the same
	shortProse    = 200 // the same for a page that is mostly links
	teaser        = 500 // characters of a paragraph are no teaser any more: in a discussion the posts are the entries
	listedAtLeast = 3   // entries make a list
)

// isListing reports whether a page is a list of other pages of its site (a tag, a category, an author, a year, a page
// of a long list) and no statement: most of its text are entries of a list, or links, and little of it is its own. A
// page that states in its metadata when it was published is none.
func (p *parsed) isListing(doc *extract.Document) bool {
	if p.root == nil || len(doc.Blocks) == 0 || statesDate(doc) || p.hasProse(doc) {
		return false
	}
	entries := p.entries()
	var text, linked, listed, prose int
	for _, b := range doc.Blocks {
		n := utf8.RuneCountInString(b.Text)
		text += n
		in := linkedText(b.Markdown, p.url)
		linked += min(in, n)
		switch {
		case (n < teaser || in*2 >= n) && entries.hold(b.Text):
			listed += n
		case b.Kind == extract.Paragraph && in*2 < n:
			if prose += n; prose >= ownProse {
				return false
			}
		}
	}
	if text == 0 {
		return false
	}
	switch {
	case float64(linked) >= mostlyLinks*float64(text) && prose < shortProse:
		return true
	case len(entries) >= listedAtLeast && float64(listed) >= mostlyListed*float64(text) && prose < ownProse:
		return true
	}
	return false
}

// hasProse reports whether a page has so much text in paragraphs too long for a teaser that it is an article beyond
// doubt: most articles are told by that alone.
func (p *parsed) hasProse(doc *extract.Document) bool {
	prose := 0
	for _, b := range doc.Blocks {
		n := utf8.RuneCountInString(b.Text)
		if b.Kind == extract.Paragraph && n >= teaser && linkedText(b.Markdown, p.url)*2 < n {
			prose += n
		}
	}
	return prose >= ownProse
}

// statesDate reports whether a page's metadata names the day of its publication, as no generator does for a list.
func statesDate(doc *extract.Document) bool {
	for _, c := range doc.Dates {
		if c.Role == date.Published && c.Source == "meta" {
			return true
		}
	}
	return false
}

// markdownLink is a link as [extract.Block.Markdown] has it.
var markdownLink = regexp.MustCompile(`\[((?:[^\[\]\\]|\\.)*)\]\(<?([^()<>\s]*)`)

// linkedText counts the characters of a text that are links to other pages of the page's site.
func linkedText(markdown, page string) int {
	n := 0
	for _, m := range markdownLink.FindAllStringSubmatch(markdown, -1) {
		if key, err := crawler.Key(m[2]); err == nil && crawler.SameSite(key, page) && readable(key) {
			n += utf8.RuneCountInString(m[1])
		}
	}
	return n
}

// entries are the texts of a page's list entries that lead to other pages of its site.
type entries []string

// entries are those of the page's lists outside menus and the like.
func (p *parsed) entries() entries {
	self, _ := crawler.Key(p.url)
	var out entries
	for _, l := range discover.Lists(p.root, p.url) {
		if l.Region != "main" && l.Region != "" {
			continue
		}
		for _, it := range l.Items {
			key, err := crawler.Key(it.URL)
			if err == nil && key != self && crawler.SameSite(key, p.url) && readable(key) && it.Text != "" {
				out = append(out, folded(it.Text))
			}
		}
		if len(out) > maxEntries {
			break
		}
	}
	return out
}

// maxEntries bounds the entries that a page's blocks are looked for in.
const maxEntries = 400

// hold reports whether a block's text stands in an entry, or begins like what an entry ends with: the texts of entries
// are kept to a length.
func (e entries) hold(text string) bool {
	text = folded(text)
	if text == "" {
		return false
	}
	head := text
	if len(head) > 120 {
		head = strings.ToValidUTF8(head[:120], "")
	}
	for _, s := range e {
		if strings.Contains(s, head) {
			return true
		}
	}
	return false
}

// folded is a text without the white space and case that two readings of one page may differ in.
func folded(s string) string {
	return strings.Join(strings.Fields(strings.ToLower(archive.Canonical(s))), "")
}
