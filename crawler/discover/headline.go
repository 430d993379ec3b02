package discover

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/onrecord/onrecord/crawler"
)

// isHeadline reports whether a text reads like a headline and not like a menu entry, a name or a "read more": it is of
// some length, counted in words or, in scripts that do not part them, in characters.
func isHeadline(s string) bool {
	if strings.Contains(s, "://") {
		return false // the file of a picture, as its own description
	}
	if len(strings.Fields(s)) >= 4 {
		return true
	}
	n := 0
	for _, r := range s {
		n++
		if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar) {
			n += 2
		}
	}
	return n >= 24
}

// titleOf is the title in a link whose text is given: a heading in it, or, where a whole card with a date and a teaser is
// a link, the first part of it that reads like a headline.
func titleOf(link *html.Node, text string) string {
	var parts []string
	var part strings.Builder
	title := ""
	flush := func() {
		if s := collapse(part.String()); s != "" {
			parts = append(parts, s)
		}
		part.Reset()
	}
	nodes := 0
	walk(link, func(n *html.Node, entering bool) bool {
		nodes++
		switch n.DataAtom {
		case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
			title = linkText(n)
		}
		if n.Type == html.TextNode && entering && !silent(n.Parent) {
			appendText(&part, n.Data)
		} else if n.Type == html.ElementNode && (!inline[n.DataAtom] || n.DataAtom == atom.Span) {
			flush()
		}
		return title == "" && nodes < maxTextNodes && part.Len() < 4*maxText
	})
	if title != "" {
		return title
	}
	flush()
	if len(parts) > 1 {
		for _, p := range parts {
			if isHeadline(p) && !(looksDated(p) && len(p) < 32) {
				return p
			}
		}
	}
	return text
}

// heading is the first heading in a block that is no link to somewhere else; "" when there is none.
func heading(block *html.Node, url string, base *crawler.Base) string {
	found := ""
	nodes := 0
	walk(block, func(n *html.Node, entering bool) bool {
		nodes++
		if entering {
			switch n.DataAtom {
			case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
				if leads(n, url, base) {
					found = linkText(n)
				}
			}
		}
		return found == "" && nodes < maxTextNodes
	})
	return found
}

// leads reports whether all links in an element lead to an address.
func leads(n *html.Node, url string, base *crawler.Base) bool {
	url, _, _ = strings.Cut(url, "#")
	all, nodes := true, 0
	walk(n, func(n *html.Node, entering bool) bool {
		nodes++
		if entering && n.DataAtom == atom.A {
			if href, ok := attribute(n, "href"); ok {
				to, err := base.Resolve(trimURL(href))
				to, _, _ = strings.Cut(to, "#")
				all = err == nil && to == url
			}
		}
		return all && nodes < maxTextNodes
	})
	return all
}

// calledRegion is the region that a link stands in by the names of the elements around it; "" when they say nothing. Many
// sites have no nav, aside and footer elements, but call their blocks so.
func calledRegion(n *html.Node) string {
	for range maxClimb {
		if n == nil || n.DataAtom == atom.Body || n.DataAtom == atom.Main || n.DataAtom == atom.Article {
			return ""
		}
		for _, name := range strings.FieldsFunc(strings.ToLower(value(n, "class")+" "+value(n, "id")), notLetter) {
			if r := regionNames[name]; r != "" {
				return r
			}
		}
		n = n.Parent
	}
	return ""
}

func notLetter(r rune) bool { return !unicode.IsLetter(r) }

// regionNames are words in the class or id of blocks that are not a page's own content.
var regionNames = map[string]string{
	"nav": "nav", "navbar": "nav", "navigation": "nav", "menu": "nav", "submenu": "nav", "breadcrumb": "nav", "breadcrumbs": "nav",
	"pagination": "nav", "pager": "nav", "tags": "nav", "tagcloud": "nav", "toc": "nav", "share": "nav", "social": "nav", "lang": "nav",
	"sidebar": "aside", "related": "aside", "widget": "aside", "popular": "aside",
	"footer": "footer", "colophon": "footer", "copyright": "footer",
}

// Limits of a date's text.
const (
	maxDateText  = 160 // bytes of a text that may be a date with a few words
	maxDateNodes = 300 // nodes of a block that are looked at
)

// dateIn is the text of a block that looks like a date: a time element's, else a short text's, else that of several short
// texts side by side ("04", "May", "2024"). The title itself is none, whatever years it tells of.
func dateIn(block *html.Node, title string) string {
	var found, joined string
	nodes := 0
	walk(block, func(n *html.Node, entering bool) bool {
		nodes++
		if !entering || nodes > maxDateNodes {
			return nodes <= maxDateNodes
		}
		if n.DataAtom == atom.Time {
			if s := strings.TrimSpace(value(n, "datetime")); len(s) >= 4 && looksDated(s+" 1") {
				found = s[:min(len(s), maxDateText)]
				return false
			}
		}
		if n.Type != html.TextNode || len(n.Data) > 4*maxDateText {
			return true
		}
		s := collapse(n.Data)
		if s == title {
			return true
		}
		if found == "" && len(s) <= maxDateText && looksDated(s) {
			found = s
		}
		if len(s) <= 12 && len(joined) < maxDateText {
			joined = strings.TrimSpace(joined + " " + s)
		} else if !looksDated(joined) {
			joined = ""
		}
		return true
	})
	if found == "" && looksDated(joined) {
		found = joined
	}
	return found
}

// dateBeside looks for a date among the siblings on one side of a block, up to the next block of the list.
func dateBeside(block *html.Node, title string, blocks map[*html.Node]bool, next func(*html.Node) *html.Node) string {
	n := next(block)
	for range maxAround {
		if n == nil || blocks[n] {
			return ""
		}
		if s := dateIn(n, title); s != "" {
			return s
		}
		n = next(n)
	}
	return ""
}

// blockText is the beginning of the text of a block and of what follows it up to the next block of the list: in a flat
// list the teaser stands behind the heading and not within it.
func blockText(block *html.Node, blocks map[*html.Node]bool) string {
	var b strings.Builder
	for n, i := block, 0; n != nil && i <= maxAround && b.Len() < maxText; n, i = n.NextSibling, i+1 {
		if n != block && blocks[n] {
			break
		}
		nodes := 0
		walk(n, func(n *html.Node, entering bool) bool {
			nodes++
			switch {
			case n.Type == html.TextNode && entering && !silent(n.Parent):
				appendText(&b, n.Data)
			case n.Type == html.ElementNode && !inline[n.DataAtom]:
				b.WriteByte(' ')
			}
			return nodes < maxTextNodes && b.Len() < 2*maxText
		})
		b.WriteByte(' ')
	}
	return collapse(b.String())
}

// silent reports an element whose text nobody reads.
func silent(n *html.Node) bool {
	return n != nil && (n.DataAtom == atom.Script || n.DataAtom == atom.Style || n.DataAtom == atom.Template)
}

// inline are elements that do not part words.
var inline = map[atom.Atom]bool{
	atom.A: true, atom.Abbr: true, atom.B: true, atom.Code: true, atom.Em: true, atom.I: true, atom.Mark: true, atom.S: true,
	atom.Small: true, atom.Span: true, atom.Strong: true, atom.Sub: true, atom.Sup: true, atom.U: true, atom.Wbr: true,
}

// looksDated reports whether a short text has a year and another number or a word beside it, or a day, month and year
// parted by marks. It knows no language; whether it is a date is for others to say.
func looksDated(s string) bool {
	var numbers []string
	words := 0
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if !unicode.IsDigit(r) {
			if unicode.IsLetter(r) {
				words++
			}
			i += size
			continue
		}
		var b strings.Builder
		for i < len(s) && b.Len() <= 14 {
			r, size := utf8.DecodeRuneInString(s[i:])
			d, ok := digit(r)
			if !ok {
				break
			}
			b.WriteByte(d)
			i += size
		}
		numbers = append(numbers, b.String())
	}
	for _, n := range numbers {
		if isYear(n) && (len(numbers) > 1 && len(numbers) <= 8 || words >= 3) {
			return true
		}
		if len(n) == 8 && isYear(n[:4]) {
			return true
		}
	}
	return len(numbers) == 3 && len(numbers[0]) <= 2 && len(numbers[1]) <= 2 && len(numbers[2]) == 2 && words <= 3 && len(s) < 24
}

// digit is a decimal digit of some script as an ASCII one.
func digit(r rune) (byte, bool) {
	if r >= '0' && r <= '9' {
		return byte(r), true
	}
	if !unicode.IsDigit(r) {
		return 0, false
	}
	// The decimal digits of a script stand in one run of ten.
	v := 0
	for v < 9 && unicode.IsDigit(r-rune(v)-1) {
		v++
	}
	return byte('0' + v%10), true
}

func isYear(s string) bool {
	return len(s) == 4 && (strings.HasPrefix(s, "19") || strings.HasPrefix(s, "20"))
}
