package extract

import "github.com/onrecord/onrecord/extract/layout"

// learned applies what the site's other pages taught: blocks that repeat from page to page are the site's and not the
// statement's, and what stands in the element where the other statements stand is rather text than not.
func (p *page) learned(keep []bool, scores []int32, l *layout.Layout) {
	if l.Pages() < 3 {
		return
	}
	repeats := make([]bool, len(keep))
	kept, lost := 0, 0
	for i := range p.pieces {
		repeats[i] = p.repeated(i, l)
		if keep[i] {
			kept += p.pieces[i].words
			if repeats[i] {
				lost += p.pieces[i].words
			}
		}
	}
	if lost*2 > kept {
		return // the page is the one that others quote, or it is all frame: its substance stays
	}
	p.settled(keep, scores, repeats, l.Container())
	p.vote(keep, repeats, l)
	for i := range keep {
		if keep[i] && repeats[i] && (scores[i] < sure || p.everywhere(i, l)) && p.pieces[i].Kind != Heading && !p.about(i) {
			keep[i] = false
		}
	}
	p.bareRepeats(keep, repeats)
	p.bareHeadings(keep)
}

// repeated reports a block that stands at the same place of so many pages that it is the site's. A link or a framing
// phrase needs few of them; prose and headings need a quarter, because statements quote each other and the parts of a
// series have the same headings.
func (p *page) repeated(i int, l *layout.Layout) bool {
	q := &p.pieces[i]
	if l.RepeatsAt(p.opens(i))*2 >= l.Pages() {
		return true
	}
	n := l.RepeatsAt(p.print(i))
	if n == 0 {
		return false
	}
	if p.spot(i, l).text {
		if p.spotKind(i) == spotPlain {
			return n*4 >= l.Pages()*3 // parts of a series say the same things: what is the site's is on most pages
		}
		return n*2 >= l.Pages()
	}
	if q.linkShare() > 60 && q.words <= 12 || p.framing.kind[i] != phNone && q.words <= 12 {
		return true
	}
	if q.words >= 8 && q.linkShare() < 60 && p.within(q.box, p.top) {
		return n*2 >= l.Pages() // a series closes with the same sentence each time
	}
	return n*4 >= l.Pages()
}

// everywhere reports a block in an element of its own that says the same on so many pages that no score speaks for it.
func (p *page) everywhere(i int, l *layout.Layout) bool {
	return p.spot(i, l).single && max(l.RepeatsAt(p.print(i)), l.RepeatsAt(p.opens(i)))*4 >= l.Pages()*3
}

// doubtful is the least score of a block that is kept because it stands where the site's texts stand.
const doubtful = -600

// settled uses the place where the site's texts stand, when most of this page's text stands there too.
func (p *page) settled(keep []bool, scores []int32, repeats []bool, place string) {
	if place == "" {
		return
	}
	best, most, all := int32(0), 0, 0
	words := make([]int, len(p.pieces)+1)
	for i := range keep {
		words[i+1] = words[i]
		if keep[i] {
			words[i+1] += p.pieces[i].words
		}
	}
	all = words[len(words)-1]
	for b := 1; b < len(p.boxes); b++ {
		x := &p.boxes[b]
		if n := words[x.last] - words[x.first]; n > most && p.place(int32(b)) == place {
			best, most = int32(b), n
		}
	}
	if most*10 < all*6 || most < 20 {
		return
	}
	x := &p.boxes[best]
	for i := range keep {
		q := &p.pieces[i]
		if i < int(x.first) || i >= int(x.last) {
			continue
		}
		if !keep[i] && !repeats[i] && scores[i] > doubtful && i != p.head && q.all&(mHidden|mNoscript|mOverlay) == 0 && p.framing.kind[i] == phNone && !dateLine(q) {
			keep[i] = true
		}
	}
}

// aboutRules are how press releases head the standing paragraphs at their ends, which belong to the statement.
var aboutRules = set("about über a propos sobre acerca informazioni contact contacts kontakt pressekontakt contacto contatti contato media press presse notes editors hinweis o nás о компании контакты 关于 联系 について 問い合わせ")

// about reports a repeated block under a heading such as "About the authority" or "Media contact", within the text.
func (p *page) about(i int) bool {
	s := p.framing.section[i]
	if p.pieces[i].Kind == Heading {
		s = int32(i)
	}
	if s < 0 || p.pieces[s].Kind != Heading || p.pieces[s].words > 8 {
		return false
	}
	return p.likeAbout(p.pieces[s].Text) && p.within(p.pieces[i].box, p.top)
}

func (p *page) likeAbout(s string) bool {
	ws := words{text: s}
	for range 2 {
		if w := ws.next(); w == nil || aboutRules[string(w)] {
			return w != nil
		}
	}
	return false
}

// bareRepeats drops the repeated headings under which nothing was kept.
func (p *page) bareRepeats(keep, repeats []bool) {
	text := false
	for i := len(keep) - 1; i >= 0; i-- {
		if p.pieces[i].Kind != Heading {
			text = text || keep[i]
			continue
		}
		if keep[i] && repeats[i] && !text {
			keep[i] = false
		}
		text = false
	}
}

// bareHeadings drops the headings at the end under which nothing was kept.
func (p *page) bareHeadings(keep []bool) {
	for i := len(keep) - 1; i >= 0; i-- {
		if keep[i] && p.pieces[i].Kind != Heading {
			return
		}
		keep[i] = false
	}
}
