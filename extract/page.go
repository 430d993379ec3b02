package extract

import "hash/maphash"

// page is what all blocks of a page share while they are weighed.
type page struct {
	*sheet
	head   int    // the headline's block, -1
	words  int    // of the whole page
	before []int  // words before each block
	top    int32  // the box that holds most of the prose
	seen   []bool // the block says what an earlier one said
	title  titleWords
	desc   string

	articles, mains int // elements that say they are one
	weights         *weights
	spots           []uint64 // by box; see spotKey
	framing         framing
	stands          []surround       // of each box
	prior, next     []uint8          // blocks to the nearest prose before and after, at most farProse
	shared          [pageSigns]int32 // the numbers that all vectors have in common
	out             []int32          // the blocks that the document has, in order
}

// titleWords are the words of the title, with a quick look at the first letter.
type titleWords struct {
	words map[string]bool
	first [256]bool
}

func newTitleWords(s string) titleWords {
	t := titleWords{words: set(s)}
	for w := range t.words {
		t.first[w[0]] = true
	}
	return t
}

func (t *titleWords) has(w []byte) bool { return t.first[w[0]] && t.words[string(w)] }

// study prepares what the blocks of a page share.
func study(s *sheet, head int) *page {
	p := &page{sheet: s, head: head, weights: fitted()}
	p.count()
	if head >= 0 {
		p.title = newTitleWords(s.pieces[head].Text)
	} else if c := s.meta.claimed(); len(c) > 0 {
		p.title = newTitleWords(c[0])
	}
	p.desc = key(s.meta.first("description", "og:description", "twitter:description"))
	p.top = s.topBox()
	p.framing = p.sections()
	p.stands = p.surroundings()
	clear(p.room.numbers[:])
	p.articles, p.mains = p.marked(mArticle), p.marked(mMain)
	p.shared = p.pageNumbers()
	return p
}

// farProse is beyond how many blocks prose is far.
const farProse = 12

// hashSeed is for tables of texts in memory; nothing that a page says depends on it.
var hashSeed = maphash.MakeSeed()

// count fills what is known of each block by the ones before and after it.
func (p *page) count() {
	n := len(p.pieces)
	p.before, p.seen = p.room.ints.take(n+1), p.room.flags.take(n)
	p.prior, p.next = p.room.kinds.take(n), p.room.kinds.take(n)
	said := p.room.index(n + 1)
	since := farProse
	for i := range p.pieces {
		q := &p.pieces[i]
		p.before[i+1] = p.before[i] + q.words
		slot := said.slot(maphash.String(hashSeed, q.Text), func(j int32) bool { return p.pieces[j-1].Text == q.Text })
		if p.seen[i] = *slot != 0; !p.seen[i] {
			*slot = int32(i + 1)
		}
		p.prior[i] = uint8(since)
		since = min(since+1, farProse)
		if q.prose() {
			since = 1
		}
	}
	since = farProse
	for i := n - 1; i >= 0; i-- {
		p.next[i] = uint8(since)
		since = min(since+1, farProse)
		if p.pieces[i].prose() {
			since = 1
		}
	}
	p.words = p.before[n]
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
	sum := s.room.ints.take(len(s.boxes))
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

// marked is how many elements have a mark of their own.
func (p *page) marked(m mark) int {
	n := 0
	for i := range p.boxes {
		if p.boxes[i].own&m != 0 {
			n++
		}
	}
	return n
}
