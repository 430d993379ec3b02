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

// vector describes block i.
func (p *page) vector(i int, v vector) vector {
	v = v[:0]
	q := &p.pieces[i]
	b := &p.boxes[q.box]
	v = append(v, c32(q.words, 400), c32(q.runes, 3000), c32(q.linkShare(), 100), c32(q.links, 50), c32(q.stops, 30), c32(q.comma, 40),
		share(q.digit, q.runes), share(q.upper, q.runes), int32(q.Kind), int32(q.Level), flag32(q.cont),
		ending(q.Text), flag32(startsLower(q.Text)), int32(p.framing.kind[i]), flag32(q.digit >= 3 && q.words <= 8 && q.digit*4 >= q.runes), flag32(strings.ContainsAny(q.Text, "©®")))
	v = append(v, share(p.before[i], p.words), scale(i), scale(len(p.pieces)-i))
	v = p.headSigns(i, v)
	v = append(v, c32(int(b.depth), 60))
	// The innermost box is often the paragraph itself; what surrounds it tells more.
	box := q.box
	for p.boxes[box].last-p.boxes[box].first <= 1 && p.boxes[box].up != 0 && box != 0 {
		box = p.boxes[box].up
	}
	leaf := &p.boxes[q.box]
	if leaf.alike < 2 {
		leaf = p.childToward(box, q.box)
	}
	bb := &p.boxes[box]
	v = append(v, boxSigns(bb)...)
	v[len(v)-3] = scale(int(leaf.alike))
	up := p.larger(box)
	ub := &p.boxes[up]
	us := boxSigns(ub)
	v = append(v, us[:len(us)-1]...)
	up2 := p.larger(up)
	b2 := &p.boxes[up2]
	n2 := max(1, b2.last-b2.first)
	v = append(v, scale(int(b2.words)), tenths(b2.linkShare()), scale(int(b2.words/n2)), scale(int(b2.paras)), scale(int(ub.alike)))
	v = p.neighbours(i, v)
	v = p.topSigns(i, v)
	v = append(v, scale(p.words)/2, tenths(p.boxes[0].linkShare()), scale(int(p.boxes[0].paras))/2, tenths(int(share(int(p.boxes[0].paras), len(p.pieces)))),
		min(4, scale(p.articles)), flag32(p.mains > 0))
	for _, m := range signMarks {
		v = append(v, flag32(q.all&m != 0))
	}
	near := leaf.own | bb.own | b.own
	for _, m := range ownMarkSigns {
		v = append(v, flag32(near&m != 0))
	}
	return p.phraseSigns(i, box, up, v)
}

func boxSigns(b *box) []int32 {
	n := max(1, b.last-b.first)
	return []int32{scale(int(b.words)), tenths(b.linkShare()), scale(int(n)), scale(int(b.words / n)), scale(int(b.paras)),
		scale(int(b.alike)), c32(int(b.controls), 30), c32(int(b.images), 30)}
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
		v = append(v, c32(q.words, 400), int32(q.linkShare()), c32(q.stops, 30), int32(q.Kind))
	}
	for _, j := range [...]int{i - 2, i + 2} {
		if j < 0 || j >= len(p.pieces) {
			v = append(v, -1, -1)
			continue
		}
		v = append(v, c32(p.pieces[j].words, 400), int32(p.pieces[j].linkShare()))
	}
	const far = 12
	before, after := far, far
	for d := 1; d < far; d++ {
		if before == far && i-d >= 0 && p.pieces[i-d].prose() {
			before = d
		}
		if after == far && i+d < len(p.pieces) && p.pieces[i+d].prose() {
			after = d
		}
	}
	v = append(v, int32(before), int32(after))
	w, l, r := 0, 0, 0
	for j := max(0, i-4); j <= min(len(p.pieces)-1, i+4); j++ {
		w += p.pieces[j].words
		l += p.pieces[j].linkRunes
		r += p.pieces[j].runes
	}
	return append(v, scale(w), share(l, r))
}

// topSigns tell how a block stands to the box with most prose, to the headline's box and to the title.
func (p *page) topSigns(i int, v vector) vector {
	q := &p.pieces[i]
	inTop := p.within(q.box, p.top)
	dist := int32(0)
	for b := q.box; b != 0 && !p.within(p.top, b); b = p.boxes[b].up {
		dist++
	}
	if inTop {
		dist = -min(20, p.boxes[q.box].depth-p.boxes[p.top].depth)
	}
	shared := int32(-1)
	if p.head >= 0 {
		a, b := q.box, p.pieces[p.head].box
		for a != b {
			if a > b {
				a = p.boxes[a].up
			} else {
				b = p.boxes[b].up
			}
		}
		shared = p.boxes[q.box].depth - p.boxes[a].depth
	}
	like := 0
	if q.words > 0 && q.words < 60 {
		like = p.likeTitle(q.Text)
	}
	return append(v, flag32(inTop), dist, tenths(int(share(int(p.boxes[p.top].words), p.words))), min(30, shared), int32(like), flag32(p.seen[i]),
		flag32(q.words >= 4 && p.desc != "" && q.words < 80 && strings.HasPrefix(p.desc, key(clip(q.Text, 60)))))
}

// likeTitle is the part of a text's words that stand in the title, 0 to 100.
func (p *page) likeTitle(s string) int {
	in, all := 0, 0
	eachWord(s, func(w []byte) bool {
		all++
		if p.title[string(w)] {
			in++
		}
		return true
	})
	return int(share(in, all))
}
