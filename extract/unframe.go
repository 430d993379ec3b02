package extract

import (
	"math/bits"
	"slices"

	"golang.org/x/net/html/atom"
)

// Marks that say that a part of a page stands around its text.
const (
	// nameMost are those that an element with most of the prose bears for how it looks ("sidebar-layout", "legal").
	nameMost = mNav | mHeader | mFooter | mAside | mForm | mByline | mTags | mToc | mLogin | mRights | mWidget
	// aroundMarks are all.
	aroundMarks = nameMost | mOverlay | mRelated | mShare | mAuthor | mSignup | mAdvert | mPager | mCrumb | mTeaser
)

// leastProse is how many words of prose a page has whose elements can be told apart by them.
const leastProse = 40

// The parts of a page's prose, in percent, from which an element is the page's text whatever it is called: one that holds
// a heading of the first level too, and one within the element that is marked as the text's.
const (
	mostTitled = 60
	mostWithin = 80
)

// unframe takes the marks of a frame from what is none: a whole text may stand in a form, or in an element that is
// called "legal" or "sidebar-layout", and each of its sections in a "widget". Such a mark is that of an element which
// holds most of the page's prose, or one that most of the prose within such an element shares.
func (s *sheet) unframe() {
	prose, titles := s.proseBefore()
	all := prose[len(s.pieces)]
	if all < leastProse {
		return
	}
	core, changed := int32(0), false
	for b := int32(1); b < int32(len(s.boxes)); b++ {
		x := &s.boxes[b]
		marks, least := aroundMarks, mostTitled
		if at, _ := slices.BinarySearch(titles, x.first); at == len(titles) || titles[at] >= x.last {
			marks, least = nameMost, mostWithin
			if x.all&(mMain|mArticle) == 0 || isFrame(x.node.DataAtom) {
				continue
			}
		}
		if (prose[x.last]-prose[x.first])*100 >= all*least {
			core, changed = b, changed || x.own&marks != 0
			x.own &^= marks
		}
	}
	if changed {
		s.inherit()
	}
	if core == 0 {
		return
	}
	common := s.common(core, prose)
	if common == 0 {
		return
	}
	for b := core + 1; b < int32(len(s.boxes)) && s.boxes[b].first < s.boxes[core].last; b++ {
		s.boxes[b].own &^= common
	}
	s.inherit()
}

// isFrame reports the elements that say by themselves that they are no text.
func isFrame(a atom.Atom) bool {
	return a == atom.Aside || a == atom.Nav || a == atom.Footer || a == atom.Header || a == atom.Dialog
}

// common are the marks that most of the prose in an element has from elements in it.
func (s *sheet) common(core int32, prose []int) (common mark) {
	c := &s.boxes[core]
	var words [64]int
	for i := c.first; i < c.last; i++ {
		n := prose[i+1] - prose[i]
		for m := s.pieces[i].all & nameMost &^ c.all; n > 0 && m != 0; m &= m - 1 {
			words[bits.TrailingZeros64(uint64(m))] += n
		}
	}
	for k, n := range words {
		if n > 0 && n*100 >= (prose[c.last]-prose[c.first])*mostWithin {
			common |= 1 << k
		}
	}
	return common
}

// proseBefore is how many words of prose stand before each block, and in all, and which blocks are headings of the first
// level.
func (s *sheet) proseBefore() (prose []int, titles []int32) {
	prose = s.room.ints.take(len(s.pieces) + 1)
	for i := range s.pieces {
		q := &s.pieces[i]
		prose[i+1] = prose[i]
		if q.prose() {
			prose[i+1] += q.words
		}
		if q.Kind == Heading && q.Level == 1 {
			titles = append(titles, int32(i))
		}
	}
	return prose, titles
}

// inherit hands the marks of elements down anew. What a block has from the elements in its lines stays.
func (s *sheet) inherit() {
	for i := range s.pieces {
		s.pieces[i].all &^= s.boxes[s.pieces[i].box].all
	}
	for i := range s.boxes {
		x := &s.boxes[i]
		x.all = x.own
		if i > 0 {
			x.all |= s.boxes[x.up].all
		}
	}
	for i := range s.pieces {
		s.pieces[i].all |= s.boxes[s.pieces[i].box].all
	}
}
