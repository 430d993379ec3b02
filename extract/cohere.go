package extract

import "golang.org/x/net/html/atom"

// cohere makes decisions of parts that belong together: a table and a list stand or fall as a whole, a short block
// between two kept ones of the same element stays, and what stands before the headline is not the text under it.
func (p *page) cohere(keep []bool, scores []int32) {
	p.wholes(keep, scores)
	p.holes(keep, scores)
	p.listings(keep)
	p.above(keep)
	p.otherArticles(keep)
}

// The mean scores under which a table after kept text, and a list after kept text that ends with a colon, are left out.
const (
	tableLeast = -1200
	colonLeast = -2500
)

// wholes decides tables of data and lists by the mean score of their rows and items.
func (p *page) wholes(keep []bool, scores []int32) {
	for b := 1; b < len(p.boxes); b++ {
		x := &p.boxes[b]
		switch x.node.DataAtom {
		case atom.Table, atom.Ul, atom.Ol, atom.Dl:
		default:
			continue
		}
		if x.last-x.first < 2 || x.last-x.first > 400 {
			continue
		}
		sum, weight, n := 0, 0, 0
		for i := x.first; i < x.last; i++ {
			if p.pieces[i].Kind != Row && p.pieces[i].Kind != Item && p.pieces[i].Kind != Caption && x.node.DataAtom != atom.Dl {
				n = -1 << 20 // it lays out the page, or holds more than a list does
			}
			w := min(p.pieces[i].words, 30) + 1
			sum += int(clampScore(scores[i])) * w
			weight += w
			n++
		}
		if n < 2 {
			continue
		}
		least := 0
		switch before := p.pieces[max(0, x.first-1)]; {
		case x.first == 0 || !keep[x.first-1]:
		case x.node.DataAtom == atom.Table && p.pieces[x.first].Kind != Paragraph:
			least = tableLeast
		case ending(before.Text) == 1:
			least = colonLeast
		}
		yes := sum > least*weight
		for i := x.first; i < x.last; i++ {
			keep[i] = yes
		}
	}
}

// listings keeps preformatted text that stands within the element of most of the prose, with text before it and after it
// or below the headline: nobody frames a page with code.
func (p *page) listings(keep []bool) {
	core, prose := p.core(keep)
	if prose < 40 {
		return
	}
	c := &p.boxes[core]
	begun := false
	for i := c.first; i < c.last; i++ {
		q := &p.pieces[i]
		begun = begun || keep[i]
		if q.Kind == Code && begun && q.all&(mComment|mRelated|mNav|mFooter|mHidden|mNoscript) == 0 {
			keep[i] = true
		}
	}
}

// The scores under which a block, and a heading, are left out although kept text stands on both sides.
const (
	holeLeast    = -1200
	headingLeast = -2500
)

// holes keeps short blocks between kept ones.
func (p *page) holes(keep []bool, scores []int32) {
	for i := 1; i < len(keep)-1; i++ {
		least := int32(holeLeast)
		if p.pieces[i].Kind == Heading && p.framing.kind[i] == phNone && p.pieces[i].linkShare() == 0 {
			least = headingLeast
		}
		if keep[i] || scores[i] < least || i == p.head {
			continue
		}
		if before, after := p.kin(i, -1, keep), p.kin(i, 1, keep); before && after {
			keep[i] = true
		}
	}
}

// kin reports whether the nearest kept block within three steps stands under the same element as block i.
func (p *page) kin(i, step int, keep []bool) bool {
	for j, n := i+step, 0; j >= 0 && j < len(keep) && n < 3; j, n = j+step, n+1 {
		if !keep[j] {
			continue
		}
		a, b := p.pieces[i].box, p.pieces[j].box
		return a == b || p.boxes[a].up == p.boxes[b].up || p.boxes[a].up == b || a == p.boxes[b].up
	}
	return false
}

// above drops what stands before the headline, when a text stands below it.
func (p *page) above(keep []bool) {
	if p.head < 0 || p.pieces[p.head].Kind == Heading && p.pieces[p.head].Level > 2 {
		return
	}
	before, after := 0, 0
	for i, k := range keep {
		if !k {
			continue
		}
		if i < p.head {
			before += p.pieces[i].words
		} else {
			after += p.pieces[i].words
		}
	}
	if after >= 50 && before*2 < after {
		for i := range p.head {
			q := &p.pieces[i]
			if !(q.prose() && q.words > 25 && q.all&(mOverlay|mNav|mHeader) == 0) {
				keep[i] = false
			}
		}
	}
}

// otherArticles drops the articles beside the one with the headline whose own headings are links: they are told
// elsewhere.
func (p *page) otherArticles(keep []bool) {
	if p.head < 0 {
		return
	}
	main := p.article(p.pieces[p.head].box)
	if main == 0 {
		return
	}
	prose := 0
	for i := p.boxes[main].first; i < p.boxes[main].last; i++ {
		if keep[i] {
			prose += p.pieces[i].words
		}
	}
	if prose < 50 {
		return
	}
	for b := 1; b < len(p.boxes); b++ {
		x := &p.boxes[b]
		if x.node.DataAtom != atom.Article || p.within(int32(b), main) || p.within(main, int32(b)) || int(x.words) >= prose {
			continue
		}
		for i := x.first; i < x.last; i++ {
			if p.pieces[i].Kind == Heading && p.pieces[i].linkShare() > 80 {
				clear(keep[x.first:x.last])
				break
			}
		}
	}
}

// article is the innermost article element around a box, 0 when there is none.
func (p *page) article(b int32) int32 {
	for ; b != 0; b = p.boxes[b].up {
		if p.boxes[b].node.DataAtom == atom.Article {
			return b
		}
	}
	return 0
}
