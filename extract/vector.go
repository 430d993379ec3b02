package extract

import "strings"

// vector is what is known about one block, in whole numbers, so that a score is the same on every machine.
type vector []int32

// signs are the names of the numbers of a vector, in order; the fitted weights name them.
var signs = []string{
	"words", "runes", "link%", "links", "stops", "commas", "digit%", "upper%", "kind", "level", "cont",
	"ends", "lower", "phrase", "date", "rights",
	"at%", "index", "left", "afterhead", "headlevel", "words-since-head", "depth",
	"box words", "box link%", "box blocks", "box words/block", "box paras", "box alike", "box controls", "box images",
	"up words", "up link%", "up blocks", "up words/block", "up paras", "up alike", "up controls",
	"up2 words", "up2 link%", "up2 words/block", "up2 paras", "up2 alike",
	"prev words", "prev link%", "prev stops", "prev kind", "next words", "next link%", "next stops", "next kind",
	"prev2 words", "prev2 link%", "next2 words", "next2 link%",
	"near prose before", "near prose after", "window words", "window link%",
	"top", "top distance", "top share%", "head shared", "title%", "dup", "in description",
	"page words", "page link%", "page paras", "page para%", "articles", "has mark main",
	"nav", "header", "footer", "aside", "form", "figure", "overlay", "comment", "related", "share", "byline", "tags",
	"author", "signup", "advert", "pager", "crumb", "toc", "login", "rights mark", "widget", "linked", "noscript",
	"list", "table", "quote", "article", "main", "content", "fold", "caption", "headline", "teaser", "intro", "post",
	"product", "faq", "notes", "hidden",
	"own nav", "own byline", "own tags", "own teaser", "own content", "own related", "own share",
	"section phrase", "section blocks", "section level", "prev phrase", "next phrase", "box phrases%", "box dates%", "rights before",
	"page links%", "up phrases%",
}

var signMarks = []mark{mNav, mHeader, mFooter, mAside, mForm, mFigure, mOverlay, mComment, mRelated, mShare, mByline, mTags,
	mAuthor, mSignup, mAdvert, mPager, mCrumb, mToc, mLogin, mRights, mWidget, mLinked, mNoscript,
	mList, mTable, mQuote, mArticle, mMain, mContent, mFold, mCaption, mHeadline, mTeaser, mIntro, mPost,
	mProduct, mFaq, mNotes, mHidden}

var ownMarkSigns = []mark{mNav, mByline, mTags, mTeaser, mContent, mRelated, mShare}

// pageSigns is how many numbers, from "page words" on, are the same for all blocks.
const pageSigns = 6

// pageNumbers are the numbers that all blocks of the page have in common.
func (p *page) pageNumbers() [pageSigns]int32 {
	all := &p.boxes[0]
	return [...]int32{scale(p.words) / 2, tenths(all.linkShare()), scale(int(all.paras)) / 2, tenths(int(share(int(all.paras), len(p.pieces)))),
		min(4, scale(p.articles)), flag32(p.mains > 0)}
}

// vector describes block i in the memory of v.
func (p *page) vector(i int, v vector) vector {
	q := &p.pieces[i]
	b := &p.boxes[q.box]
	v = append(v[:0], c32(q.words, 400), c32(q.runes, 3000), int32(q.link), c32(q.links, 50), c32(q.stops, 30), c32(q.comma, 40),
		share(q.digit, q.runes), share(q.upper, q.runes), int32(q.Kind), int32(q.Level), flag32(q.cont),
		ending(q.Text), flag32(startsLower(q.Text)), int32(p.framing.kind[i]), flag32(q.digit >= 3 && q.words <= 8 && q.digit*4 >= q.runes), flag32(q.rights),
		share(p.before[i], p.words), scale(i), scale(len(p.pieces)-i))
	v = p.headSigns(i, v)
	v = append(v, c32(b.depth, 60))
	near := &p.stands[q.box]
	leaf := b
	if leaf.alike < 2 {
		leaf = &p.boxes[near.toward]
	}
	around := p.boxNumbers(near.around)
	v = append(v, around.signs[:]...)
	v[len(v)-len(around.signs)+5] = scale(int(leaf.alike)) // "box alike"
	v = p.neighbours(i, v)
	v = p.topSigns(i, v)
	v = append(v, p.shared[:]...)
	for _, m := range signMarks {
		v = append(v, flag32(q.all&m != 0))
	}
	own := leaf.own | p.boxes[near.around].own | b.own
	for _, m := range ownMarkSigns {
		v = append(v, flag32(own&m != 0))
	}
	return p.phraseSigns(i, around, v)
}

// headSigns tell where a block stands to the headline.
func (p *page) headSigns(i int, v vector) vector {
	if p.head < 0 {
		return append(v, -1, 0, -1)
	}
	since := p.before[i] - p.before[min(p.head+1, i)]
	at := int32(0)
	switch {
	case i > p.head:
		at = 1
	case i == p.head:
		at = 2
	default:
		since = -(p.before[p.head] - p.before[i])
	}
	return append(v, at, int32(p.pieces[p.head].Level), signed(since))
}

// neighbours tell what stands around a block.
func (p *page) neighbours(i int, v vector) vector {
	for _, j := range [...]int{i - 1, i + 1} {
		if j < 0 || j >= len(p.pieces) {
			v = append(v, -1, -1, -1, -1)
			continue
		}
		q := &p.pieces[j]
		v = append(v, c32(q.words, 400), int32(q.link), c32(q.stops, 30), int32(q.Kind))
	}
	for _, j := range [...]int{i - 2, i + 2} {
		if j < 0 || j >= len(p.pieces) {
			v = append(v, -1, -1)
			continue
		}
		v = append(v, c32(p.pieces[j].words, 400), int32(p.pieces[j].link))
	}
	lo, hi := max(0, i-4), min(len(p.pieces)-1, i+4)
	links, runes := 0, 0
	for j := lo; j <= hi; j++ {
		links += int(p.pieces[j].linkRunes)
		runes += int(p.pieces[j].runes)
	}
	return append(v, int32(p.prior[i]), int32(p.next[i]), scale(p.before[hi+1]-p.before[lo]), share(links, runes))
}

// topSigns tell how a block stands to the box with most prose, to the headline's box and to the title.
func (p *page) topSigns(i int, v vector) vector {
	q := &p.pieces[i]
	near := &p.stands[q.box]
	dist := near.dist
	if near.inTop {
		dist = -min(20, p.boxes[q.box].depth-p.boxes[p.top].depth)
	}
	like := 0
	if q.words > 0 && q.words < 60 {
		like = p.likeTitle(q.Text)
	}
	return append(v, flag32(near.inTop), dist, tenths(int(share(int(p.boxes[p.top].words), p.words))), min(30, near.shared), int32(like), flag32(p.seen[i]),
		flag32(q.words >= 4 && p.desc != "" && q.words < 80 && p.opensDescription(q.Text)))
}

// likeTitle is the part of a text's words that stand in the title, 0 to 100.
func (p *page) likeTitle(s string) int {
	in, all := 0, 0
	ws := words{text: s}
	for w := ws.next(); w != nil; w = ws.next() {
		all++
		if p.title.has(w) {
			in++
		}
	}
	return int(share(in, all))
}

// opensDescription reports whether the description begins with the words that begin the text.
func (p *page) opensDescription(s string) bool {
	at := 0
	ws := words{text: clip(s, 60)}
	for w := ws.next(); w != nil; w = ws.next() {
		if at > 0 {
			if at >= len(p.desc) || p.desc[at] != ' ' {
				return false
			}
			at++
		}
		if !strings.HasPrefix(p.desc[at:], string(w)) {
			return false
		}
		at += len(w)
	}
	return true
}
