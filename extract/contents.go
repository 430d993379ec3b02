package extract

import "strings"

// contentsLeast is how many entries make a table of contents.
const contentsLeast = 2

// contents drops tables of contents: runs of links into the page itself whose texts are headings of the page. They say
// nothing that the headings do not, and many are made by the site and not by the author.
func (p *page) contents(keep []bool) {
	var heads map[string]bool
	for i := 0; i < len(p.pieces); i++ {
		n := p.jumps(i)
		if n < contentsLeast {
			i += n
			continue
		}
		if heads == nil {
			heads = p.headings()
		}
		if p.entries(i, i+n, heads) {
			for j := i; j < i+n; j++ {
				keep[j] = false
			}
			p.contentsTitle(i, i+n, keep)
		}
		i += n
	}
}

// jumps counts the blocks from i on that are links into the page and nothing else.
func (p *page) jumps(i int) int {
	n := 0
	for ; i+n < len(p.pieces); n++ {
		q := &p.pieces[i+n]
		if q.links == 0 || q.words > 60 || q.Kind == Heading || q.Kind == Code || q.linkShare() < 75 {
			break
		}
		for _, s := range q.spans {
			if s.kind == spanLink && !p.meta.inPage(s.href) {
				return n
			}
		}
	}
	return n
}

// inPage reports an address that leads to a part of the page it stands on.
func (m *metadata) inPage(href string) bool {
	before, frag, ok := strings.Cut(href, "#")
	if !ok || frag == "" {
		return false
	}
	if before == "" {
		return true
	}
	own := m.canonical
	if m.links.resolver != nil {
		own = m.links.resolver.String()
	}
	own, _, _ = strings.Cut(own, "#")
	return own != "" && strings.TrimRight(m.absolute(before), "/") == strings.TrimRight(own, "/")
}

// headings are the keys of the page's headings, with and without a number before them.
func (p *page) headings() map[string]bool {
	m := make(map[string]bool)
	for i := range p.pieces {
		q := &p.pieces[i]
		if q.Kind == Heading && q.words <= 60 {
			m[key(q.Text)] = true
			m[unnumbered(q.Text)] = true
		}
	}
	return m
}

// unnumbered is the key of a heading or an entry without the number before it: "2.1 Repairs".
func unnumbered(s string) string { return key(strings.TrimLeft(s, "0123456789.)( \u00a0")) }

// entries reports whether most of the links of the blocks are headings of the page, and more than one of them.
func (p *page) entries(from, to int, heads map[string]bool) bool {
	hits, all := 0, 0
	for i := from; i < to; i++ {
		q := &p.pieces[i]
		for _, s := range q.spans {
			if s.kind != spanLink || s.from >= s.to {
				continue
			}
			all++
			if t := q.Text[s.from:s.to]; heads[key(t)] || heads[unnumbered(t)] {
				hits++
			}
		}
	}
	return hits >= contentsLeast && hits*10 >= all*7
}

// contentsTitle drops the line over a table of contents, unless text stands under it too.
func (p *page) contentsTitle(from, to int, keep []bool) {
	if from == 0 || !keep[from-1] {
		return
	}
	q := &p.pieces[from-1]
	after := to < len(p.pieces) && (p.pieces[to].Kind == Heading || q.Kind != Heading)
	if q.words <= 6 && q.stops == 0 && after && (q.Kind == Heading || q.Kind == Paragraph) {
		keep[from-1] = false
	}
}
