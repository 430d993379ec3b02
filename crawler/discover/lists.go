package discover

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// Limits of what is looked at of a list.
const (
	maxLists   = 40  // lists of a page
	maxClimb   = 24  // elements from a link up to the block that it stands for
	maxPath    = 64  // elements of a link's place
	maxAround  = 6   // siblings beside a block that may hold its date
	minEntries = 2   // fewer links of one shape are no list
	maxTexts   = 500 // items of a list whose text is kept
	manyItems  = 20  // more items make a list no more convincing
	dateWeight = 0.6 // of a list whose items all have dates; the rest is for their headlines
)

// Item is an entry of a list.
type Item struct {
	// URL is absolute, as in [Link].
	URL string
	// Title is the headline: the link's text, or the heading of its block when the link only says "more".
	Title string
	// Date is what looks like the date in the entry's block, as written: the datetime of a time element, or a short text
	// that has a year; "" when there is none.
	Date string
	// Text is the beginning of what the entry's block says, title, date and teaser, with white space collapsed; at most 512
	// bytes, and "" beyond the first five hundred entries of a list.
	Text string
}

// List is what a page repeats: links which stand in blocks of one shape.
type List struct {
	// Items are in document order, each address once.
	Items []Item
	// Region is where most of them stand, see [Link.Region]; what is called a menu or a sidebar by its class counts as such.
	Region string
	// Dated and Headlines count the items that have a date, and those whose title reads like a headline and no menu entry.
	Dated, Headlines int
	// Score is higher the more the list looks like one of articles; 0 is a menu, above 1 is convincing.
	Score float64
}

// Lists returns the lists of a page, the most convincing first, at most forty. They are told by structure alone, in any
// language: links whose elements have the same place in the tree, the titles they have, and dates beside them. Links to
// other hosts are among them. A page of one article usually has some too: its menu, and what else to read.
func Lists(root *html.Node, base string) []List {
	c := collect(root, base)
	groups := map[string][]int{}
	var order []string
	for i, n := range c.nodes {
		if c.out.Links[i].URL == "" {
			continue
		}
		k := cmp.Or(calledRegion(n), c.out.Links[i].Region) + " " + place(n)
		if groups[k] == nil {
			order = append(order, k)
		}
		groups[k] = append(groups[k], i)
	}
	var all []placed
	for _, k := range order {
		if len(groups[k]) < minEntries {
			continue
		}
		for _, links := range c.apart(groups[k]) {
			if l, blocks := c.list(links); len(l.Items) >= minEntries {
				all = append(all, placed{l, links, blocks})
			}
		}
	}
	c.subordinate(all)
	lists := make([]List, len(all))
	for i, p := range all {
		lists[i] = p.list
	}
	return lists[:min(len(lists), maxLists)]
}

// placed is a list with its links, by number, and the blocks they stand for.
type placed struct {
	list   List
	links  []int
	blocks []*html.Node
}

// secondary is what is left of the score of a list whose links stand within the entries of a better one.
const secondary = 0.2

// subordinate sorts lists by their scores, once those have sunk whose links stand within the entries of another list and
// lead elsewhere: the authors and categories of entries, and what their teasers link to.
func (c *collector) subordinate(all []placed) {
	byScore := func(a, b placed) int { return cmp.Compare(b.list.Score, a.list.Score) }
	slices.SortStableFunc(all, byScore)
	entry := map[*html.Node]string{} // the address that a block stands for
	for i := range all {
		p := &all[i]
		inside := 0
		for _, k := range p.links {
			url, _, _ := strings.Cut(c.out.Links[k].URL, "#")
			n := c.nodes[k]
			for range maxClimb {
				if n == nil {
					break
				}
				if to := entry[n]; to != "" {
					if to != url {
						inside++
					}
					break
				}
				n = n.Parent
			}
		}
		if inside*2 >= len(p.links) {
			p.list.Score *= secondary
			continue
		}
		for j, b := range p.blocks {
			if entry[b] == "" {
				entry[b], _, _ = strings.Cut(c.out.Links[p.links[j]].URL, "#")
			}
		}
	}
	slices.SortStableFunc(all, byScore)
}

// place is where a link stands: the elements above it, and the classes of itself and its parent, without what is
// numbered for each entry.
func place(n *html.Node) string {
	var b strings.Builder
	for i := 0; n != nil && n.Type == html.ElementNode && i < maxPath; i, n = i+1, n.Parent {
		b.WriteString(n.Data)
		if i < 2 {
			for class := range strings.FieldsSeq(value(n, "class")) {
				if !strings.ContainsAny(class, "0123456789") && !stateClasses[strings.ToLower(class)] {
					b.WriteByte('.')
					b.WriteString(class)
				}
			}
		}
		b.WriteByte('<')
	}
	return b.String()
}

// stateClasses tell of an entry's turn or state, not of what it is.
var stateClasses = map[string]bool{
	"first": true, "last": true, "odd": true, "even": true, "active": true, "current": true, "selected": true, "visited": true,
}

// apart parts links of one place that stand in different containers, when some of those are menus and others are not: a
// page may have both as plain lists.
func (c *collector) apart(links []int) [][]int {
	blocks := c.blocks(links)
	type container struct {
		links       []int
		dated, head int
	}
	in := map[*html.Node]*container{}
	for i, b := range blocks {
		k := in[b.Parent]
		if k == nil {
			k = &container{}
			in[b.Parent] = k
		}
		text := c.out.Links[links[i]].Text
		k.links = append(k.links, links[i])
		if isHeadline(text) || heading(b, c.out.Links[links[i]].URL, c.base) != "" {
			k.head++
		}
		if dateIn(b, text) != "" {
			k.dated++
		}
	}
	var menus, others []int
	for _, k := range in {
		if len(in) > 1 && len(k.links) > 1 && k.dated == 0 && k.head*4 < len(k.links) {
			menus = append(menus, k.links...)
		} else {
			others = append(others, k.links...)
		}
	}
	slices.Sort(menus)
	slices.Sort(others)
	return [][]int{others, menus}
}

// list makes a list of links of one place.
func (c *collector) list(links []int) (l List, blocks []*html.Node) {
	blocks = c.blocks(links)
	own := map[*html.Node]bool{}
	for _, b := range blocks {
		own[b] = true
	}
	dates := c.dates(links, blocks, own)
	regions := map[string]int{}
	at := map[string]int{}
	for i, k := range links {
		link := c.out.Links[k]
		url, _, _ := strings.Cut(link.URL, "#")
		title := titleOf(c.nodes[k], link.Text)
		if !isHeadline(title) {
			if h := heading(blocks[i], link.URL, c.base); h != "" {
				title = h
			}
		}
		if j, again := at[url]; again {
			if old := &l.Items[j]; !isHeadline(old.Title) && isHeadline(title) {
				old.Title = title
			}
			continue
		}
		at[url] = len(l.Items)
		it := Item{URL: url, Title: title, Date: dates[i]}
		if len(l.Items) < maxTexts {
			it.Text = blockText(blocks[i], own)
		}
		l.Items = append(l.Items, it)
		regions[cmp.Or(calledRegion(c.nodes[k]), link.Region)]++
	}
	for _, r := range []string{"main", "", "aside", "nav", "footer"} {
		if regions[r] > regions[l.Region] {
			l.Region = r
		}
	}
	for _, it := range l.Items {
		if it.Date != "" {
			l.Dated++
		}
		if isHeadline(it.Title) {
			l.Headlines++
		}
	}
	l.Score = l.score()
	if l.Headlines*2 < len(l.Items) {
		// Links of a few addresses again and again are the categories or authors of entries, not the entries.
		l.Score *= float64(len(l.Items)) / float64(len(links))
	}
	return l, blocks
}

func (l *List) score() float64 {
	n := float64(len(l.Items))
	s := dateWeight*float64(l.Dated)/n + (1-dateWeight)*float64(l.Headlines)/n
	return s * regionWeights[l.Region] * (1 + math.Log10(min(n, manyItems)))
}

// regionWeights are how much the lists of a region tell: statements are listed where the page's text is.
var regionWeights = map[string]float64{"main": 1.1, "": 1, "aside": 0.4, "nav": 0.15, "footer": 0.1}

// blocks are the elements that the links stand for: the largest around each that holds no link of another address of
// the list.
func (c *collector) blocks(links []int) []*html.Node {
	holds := map[*html.Node]string{} // the one address below an element; "" for several
	for _, k := range links {
		url, _, _ := strings.Cut(c.out.Links[k].URL, "#")
		n := c.nodes[k]
		for range maxClimb {
			if n == nil || n.Type != html.ElementNode {
				break
			}
			if old, ok := holds[n]; ok && old != url {
				holds[n] = ""
			} else if !ok {
				holds[n] = url
			}
			n = n.Parent
		}
	}
	out := make([]*html.Node, len(links))
	for i, k := range links {
		n := c.nodes[k]
		for range maxClimb - 1 {
			if p := n.Parent; p == nil || p.Type != html.ElementNode || holds[p] == "" {
				break
			}
			n = n.Parent
		}
		out[i] = n
	}
	return out
}

// dates are the dates beside links: within their blocks, else among the siblings behind them or before them, whichever
// has more of them.
func (c *collector) dates(links []int, blocks []*html.Node, own map[*html.Node]bool) []string {
	within := make([]string, len(blocks))
	behind, before := slices.Clone(within), slices.Clone(within)
	count := [3]int{}
	note := func(which int, s string) string {
		if s != "" {
			count[which]++
		}
		return s
	}
	for i, b := range blocks {
		title := titleOf(c.nodes[links[i]], c.out.Links[links[i]].Text)
		within[i] = note(0, dateIn(b, title))
		behind[i] = note(1, dateBeside(b, title, own, func(n *html.Node) *html.Node { return n.NextSibling }))
		before[i] = note(2, dateBeside(b, title, own, func(n *html.Node) *html.Node { return n.PrevSibling }))
	}
	switch {
	case count[0]*2 >= len(blocks) || count[0] >= max(count[1], count[2]):
		return within
	case count[1] >= count[2]:
		return behind
	}
	return before
}
