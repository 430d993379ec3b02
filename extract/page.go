package extract

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

func (p *page) count(m mark) int {
	n := 0
	for i := range p.boxes {
		if p.boxes[i].own&m != 0 {
			n++
		}
	}
	return n
}
