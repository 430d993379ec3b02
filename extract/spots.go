package extract

import (
	"golang.org/x/net/html/atom"

	"github.com/onrecord/onrecord/extract/layout"
)

// A template puts the same kind of thing at the same spot of all pages of a site, so that the pages can vote: what is text
// on nearly all of them is text on the others, and the other way round.

// spotWords is how many words of a block count at most: a long paragraph is one vote among several.
const spotWords = 50

// The shares of a spot, in percent, from which it holds text, and up to which it holds none. A block of its own on nearly
// every page was put there by the template: a short line there is text on half of them at least, or on none.
const (
	spotText  = 80
	spotFrame = 20
	spotEven  = 50
	spotLine  = 16 // words
)

// openingWords is how many words an opening has.
const openingWords = 8

// unspotted reports a block on which no vote is taken: it is out of sight, or the headline.
func (p *page) unspotted(i int) bool {
	return i == p.head || p.pieces[i].all&(mHidden|mNoscript|mOverlay) != 0
}

// The kinds of blocks that are told apart at a spot, besides the phrases that frame a text.
const (
	spotPlain = 0
	spotDate  = 255
)

// spotKind is what kind of a block stands at a spot: nothing special, a date, or a phrase that frames a text.
func (p *page) spotKind(i int) uint8 {
	switch {
	case p.framing.dates[i]:
		return spotDate
	case p.pieces[i].words <= 40:
		return p.framing.kind[i]
	}
	return spotPlain
}

// spotKey names the spot of block i, by the elements on the way to it from the body (FNV-1a; layouts keep it).
func (p *page) spotKey(i int, kind uint8) uint64 {
	if p.spots == nil {
		p.spots = make([]uint64, len(p.boxes))
		for b := range p.boxes {
			x := &p.boxes[b]
			if b != 0 && x.node.DataAtom != atom.Body && x.node.DataAtom != atom.Html {
				p.spots[b] = layout.Mix(layout.Mix(p.spots[x.up], x.signature()), "<")
			}
		}
	}
	return layout.Mix(p.spots[p.pieces[i].box], string([]byte{kind}))
}

// observeSpots tells what stands at the spots of the page, and what of it was kept.
func (p *page) observeSpots(kept []bool) []layout.Spot {
	var spots []layout.Spot
	at := map[uint64]int{}
	for i := range p.pieces {
		n := int(min(p.pieces[i].words, spotWords))
		if n == 0 || p.unspotted(i) {
			continue
		}
		key := p.spotKey(i, p.spotKind(i))
		k, again := at[key]
		if !again {
			k, at[key] = len(spots), len(spots)
			spots = append(spots, layout.Spot{Key: key})
		}
		s := &spots[k]
		s.All, s.Alone = s.All+n, !again
		if kept[i] {
			s.Kept += n
		}
	}
	return spots
}

// spotVote is what the site's pages say about a spot: that it holds text, that it holds the frame, or neither; and whether
// it is an element for one block, which nearly every page has.
type spotVote struct{ text, frame, single bool }

// spot is what the site's pages say about the spot of block i. A date or a framing phrase that few pages have there was
// not put there by the template: it is read like what else stands there.
func (p *page) spot(i int, l *layout.Layout) spotVote {
	kind := p.spotKind(i)
	pages, alone, share := l.Spot(p.spotKey(i, kind))
	if kind != spotPlain && pages*4 < l.Pages() {
		pages, alone, share = l.Spot(p.spotKey(i, spotPlain))
	}
	switch {
	case pages == 0 || pages*4 < l.Pages():
		return spotVote{}
	case pages*4 >= l.Pages()*3 && alone*10 >= pages*9:
		return spotVote{text: share >= spotText, frame: share <= spotFrame || share < spotEven && p.pieces[i].words <= spotLine, single: true}
	}
	return spotVote{text: share >= spotText, frame: share <= spotFrame}
}

// opens is the print of the first words of a longer block at its place: a sentence of the template goes on with words of
// the page ("This statement was published under the title …").
func (s *sheet) opens(i int) layout.Print {
	q := &s.pieces[i]
	if q.words <= openingWords || q.Kind == Heading || q.Kind == Code {
		return layout.Print{}
	}
	ws := words{text: q.Text}
	for range openingWords {
		if ws.next() == nil {
			return layout.Print{}
		}
	}
	return layout.Fingerprint(s.place(q.box)+"^", "^ "+q.Text[:ws.at]+" begins")
}

// vote decides by the spots of the site: the blocks at a spot that nearly always is text, or hardly ever. A page whose
// substance stands where the others have their frame is of another kind, and loses nothing.
func (p *page) vote(keep, repeats []bool, l *layout.Layout) {
	votes := make([]spotVote, len(keep))
	kept, lost := 0, 0
	for i := range keep {
		if p.unspotted(i) || p.headCopy(i) {
			continue
		}
		votes[i] = p.spot(i, l)
		if keep[i] = keep[i] || votes[i].text && !repeats[i]; keep[i] {
			kept += int(p.pieces[i].words)
			if votes[i].frame {
				lost += int(p.pieces[i].words)
			}
		}
	}
	for i := range keep {
		if votes[i].frame && lost*2 <= kept {
			keep[i] = false
		}
	}
}
