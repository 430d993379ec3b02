package extract

import (
	"math/bits"

	"strings"
	"unicode"
	"unicode/utf8"
)

// page is what all blocks of a page share while they are weighed.
type page struct {
	*sheet
	head    int    // the headline's block, -1
	words   int    // of the whole page
	before  []int  // words before each block
	top     int32  // the box that holds most of the prose
	seen    []bool // the block says what an earlier one said
	repeats []int  // pages of the site on which the block stands
	title   map[string]bool
	desc    string

	articles, mains int // elements that say they are one
	weights         *weights
	framing         framing
}

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

// study prepares what the blocks of a page share.
func study(s *sheet, head int) *page {
	p := &page{sheet: s, head: head, weights: fitted()}
	p.before = make([]int, len(s.pieces)+1)
	p.seen = make([]bool, len(s.pieces))
	p.repeats = make([]int, len(s.pieces))
	said := make(map[string]bool, len(s.pieces))
	for i := range s.pieces {
		q := &s.pieces[i]
		p.before[i+1] = p.before[i] + q.words
		p.seen[i] = said[q.Text]
		said[q.Text] = true
	}
	p.words = p.before[len(s.pieces)]
	if head >= 0 {
		p.title = set(s.pieces[head].Text)
	} else if c := s.meta.claimed(); len(c) > 0 {
		p.title = set(c[0])
	}
	p.desc = key(s.meta.first("description", "og:description", "twitter:description"))
	p.top = s.topBox()
	p.framing = p.sections()
	p.articles, p.mains = p.count(mArticle), p.count(mMain)
	return p
}

// worth is a first guess of how much a block belongs to the main text, in words.
func (q *piece) worth() int {
	w := min(q.words, 120)
	switch {
	case q.all&mHidden != 0 && q.all&mFold == 0, q.all&(mOverlay|mNoscript) != 0:
		return -w
	case q.all&(mNav|mFooter|mComment|mRelated|mCrumb|mAside|mLogin|mSignup|mShare) != 0:
		if q.prose() && q.words > 30 && q.all&(mNav|mFooter|mComment|mRelated|mOverlay) == 0 {
			return w / 4
		}
		return -w
	}
	if q.prose() {
		return w
	}
	l := q.linkShare()
	return w*(100-l)/300 - w*l/100 - 1
}

// topBox is the box whose blocks are worth most together.
func (s *sheet) topBox() int32 {
	sum := make([]int, len(s.boxes))
	for i := range s.pieces {
		sum[s.pieces[i].box] += s.pieces[i].worth()
	}
	best := int32(0)
	for i := len(s.boxes) - 1; i > 0; i-- {
		sum[s.boxes[i].up] += sum[i]
	}
	for i := range s.boxes {
		if sum[i] > sum[best] || sum[i] == sum[best] && s.boxes[i].depth > s.boxes[best].depth && s.within(int32(i), best) {
			best = int32(i)
		}
	}
	return best
}

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

// framing is what the phrases of a page say about where its sections begin.
type framing struct {
	kind    []uint8 // the phrase of each block
	dates   []bool
	section []int32 // the heading or framing phrase above each block, -1
	rights  []bool  // a copyright line stands above
	line    []bool  // it is a copyright line
}

// sections reads the phrases of all blocks.
func (p *page) sections() framing {
	n := len(p.pieces)
	f := framing{make([]uint8, n), make([]bool, n), make([]int32, n), make([]bool, n), make([]bool, n)}
	section, rights := int32(-1), false
	for i := range p.pieces {
		q := &p.pieces[i]
		f.kind[i] = uint8(phrase(q.Text))
		f.dates[i] = dateLine(q)
		f.section[i], f.rights[i] = section, rights
		if q.Kind == Heading || f.kind[i] != phNone && q.words <= 8 {
			section = int32(i)
		}
		f.line[i] = isRights(q, int(f.kind[i]))
		rights = rights || f.line[i]
	}
	return f
}

// phraseSigns tell what the phrases around a block say.
func (p *page) phraseSigns(i int, box, up int32, v vector) vector {
	f := &p.framing
	kind := func(j int) int32 {
		if j < 0 || j >= len(f.kind) {
			return -1
		}
		return int32(f.kind[j])
	}
	s := f.section[i]
	if s >= 0 {
		level := int32(9)
		if p.pieces[s].Kind == Heading {
			level = int32(p.pieces[s].Level)
		}
		v = append(v, kind(int(s)), scale(i-int(s)), level)
	} else {
		v = append(v, -1, -1, -1)
	}
	v = append(v, kind(i-1), kind(i+1))
	count := func(b int32, is func(j int32) bool) int32 {
		n := 0
		bb := &p.boxes[b]
		last := min(bb.last, bb.first+60)
		for j := bb.first; j < last; j++ {
			if is(j) {
				n++
			}
		}
		return share(n, int(last-bb.first))
	}
	framed := func(j int32) bool { return f.kind[j] != phNone }
	v = append(v, count(box, framed), count(box, func(j int32) bool { return f.dates[j] }), flag32(f.rights[i]))
	hash := 0
	for _, s := range p.pieces[i].spans {
		if s.kind == spanLink && strings.HasPrefix(s.href, "#") {
			hash++
		}
	}
	return append(v, share(hash, p.pieces[i].links), count(up, framed))
}

// childToward is the box below up on the way to low.
func (p *page) childToward(up, low int32) *box {
	for low > up && p.boxes[low].up != up {
		low = p.boxes[low].up
	}
	return &p.boxes[low]
}

// larger is the next box around b that holds more blocks.
func (p *page) larger(b int32) int32 {
	n := p.boxes[b].last - p.boxes[b].first
	for b != 0 && p.boxes[b].last-p.boxes[b].first <= n {
		b = p.boxes[b].up
	}
	return b
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

// set holds the words of a text.
func set(s string) map[string]bool {
	m := make(map[string]bool)
	eachWord(s, func(w []byte) bool {
		m[string(w)] = true
		return true
	})
	return m
}

func (p *page) count(m mark) int {
	n := 0
	for i := range p.boxes {
		if p.boxes[i].own&m != 0 {
			n++
		}
	}
	return n
}

// scale is twice the binary logarithm of a count: a page must not be known again by its numbers.
func scale(n int) int32 {
	if n <= 0 {
		return 0
	}
	l := bits.Len(uint(n))
	half := int32(0)
	if l > 1 && n>>(l-2)&1 == 1 {
		half = 1
	}
	return int32(l)*2 + half - 1
}

// signed is scale with a sign.
func signed(n int) int32 {
	if n < 0 {
		return -scale(-n)
	}
	return scale(n)
}

// tenths rounds a percentage.
func tenths(n int) int32 { return int32(n+5) / 10 }

func clip(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most]
}

func c32(n, most int) int32 { return int32(min(n, most)) }

func share(part, whole int) int32 {
	if whole <= 0 {
		return 0
	}
	return int32(min(100, part*100/whole))
}

func flag32(b bool) int32 {
	if b {
		return 1
	}
	return 0
}

// ending says how a text ends: 2 a sentence, 1 a colon or comma, 3 an ellipsis or an arrow, 0 anything else.
func ending(s string) int32 {
	r, _ := utf8.DecodeLastRuneInString(strings.TrimRight(s, " \"'”’»)"))
	switch {
	case r == '…' || r == '»' || r == '→' || r == '›' || strings.HasSuffix(s, "..."):
		return 3
	case r == '.' || r == '!' || r == '?' || isStop(r):
		return 2
	case r == ':' || r == ',' || r == ';' || r == '：':
		return 1
	}
	return 0
}

func startsLower(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLower(r)
}
