package extract

import "slices"

// recall holds what was chosen against what is remembered of the page: a block that was there before is text when it was
// text before, and the title stays while the page still offers it and offered the other one before. What is new is judged
// afresh, and by what stands around it where the choice has lost the text.
func (p *page) recall(d *Document, kept []bool, opt Options) ([]bool, string) {
	e := opt.Earlier
	if e == nil || e.words == 0 || opt.Select != nil && !slices.Contains(d.Flags, FlagSelectMissed) {
		return kept, d.Title
	}
	r := recaller{page: p, e: e, fresh: kept, now: make([]past, len(p.pieces)), was: make([]int, len(p.pieces)), heir: make([]bool, len(p.pieces))}
	r.pair()
	if r.known()*10 < e.words*3 {
		return kept, d.Title // another text, or the same page made anew
	}
	title := d.Title
	if t := key(title); opt.Title == nil && t != key(e.title) && e.titles[t] && p.offered(opt)[key(e.title)] {
		title = e.title
	}
	return r.decide(key(title)), title
}

// recaller is a page under judgement: for each block the one that it was before.
type recaller struct {
	*page
	e     *Earlier
	fresh []bool
	now   []past
	was   []int  // index in e.blocks, -1 for a new block
	heir  []bool // new blocks that took the place of text
}

// pair finds for each block the one that it was: the same text in order, then the same text elsewhere, then the most
// similar one between the same neighbours.
func (r *recaller) pair() {
	a, b := make([]uint64, len(r.e.blocks)), make([]uint64, len(r.now))
	for i := range r.e.blocks {
		a[i] = r.e.blocks[i].text
	}
	for j := range r.now {
		r.now[j] = r.past(j)
		b[j] = r.now[j].text
	}
	r.was = pairUp(a, b, func(i, j int) int {
		n, x, y := 0, &r.e.blocks[i], &r.now[j]
		if x.place == y.place {
			n += 2
		}
		if x.kind == y.kind {
			n++
		}
		return n
	})
	r.elsewhere()
	r.similar()
}

// elsewhere pairs blocks of some length that stand once on either side among those that have no pair yet.
func (r *recaller) elsewhere() {
	taken := make([]bool, len(r.e.blocks))
	for _, i := range r.was {
		if i >= 0 {
			taken[i] = true
		}
	}
	old := map[uint64][]int{}
	for i := range r.e.blocks {
		if !taken[i] {
			old[r.e.blocks[i].text] = append(old[r.e.blocks[i].text], i)
		}
	}
	now := map[uint64]int{}
	for j, i := range r.was {
		if i < 0 {
			now[r.now[j].text]++
		}
	}
	for j, i := range r.was {
		if t := r.now[j].text; i < 0 && r.pieces[j].words >= 4 && now[t] == 1 && len(old[t]) == 1 {
			r.was[j] = old[t][0]
		}
	}
}

// pairLimit is how many pairs of one stretch are looked at for similarity.
const pairLimit = 1 << 16

// similar pairs what was edited: in each stretch between two pairs, a new block with the old one that has most words in
// common with it, half of them at least.
func (r *recaller) similar() {
	before := -1 // the last old block that was passed
	for j := 0; j < len(r.was); j++ {
		if r.was[j] >= 0 {
			before = max(before, r.was[j])
			continue
		}
		end := j
		for end < len(r.was) && r.was[end] < 0 {
			end++
		}
		after := len(r.e.blocks)
		if end < len(r.was) && r.was[end] > before {
			after = r.was[end]
		}
		r.likest(j, end, before+1, after)
		j = end - 1
	}
}

// likest pairs the blocks of one stretch by their words, and finds out whether what has no pair took the place of text.
func (r *recaller) likest(b0, b1, a0, a1 int) {
	taken := map[int]bool{}
	for _, i := range r.was {
		if i >= a0 && i < a1 {
			taken[i] = true
		}
	}
	for j := b0; j < b1 && (b1-b0)*(a1-a0) <= pairLimit; j++ {
		bag := r.bag(j)
		best, most := -1, 50
		for i := a0; i < a1; i++ {
			if x := &r.e.blocks[i]; !taken[i] && (x.link == r.now[j].link || x.text|1 == r.now[j].text|1 && x.kind == r.now[j].kind) {
				if v := alike(x.bag, bag); v >= most {
					best, most = i, v+1
				}
			}
		}
		if best >= 0 {
			r.was[j], taken[best] = best, true
		}
	}
	text, all := 0, 0
	for i := a0; i < a1; i++ {
		if x := &r.e.blocks[i]; !taken[i] {
			all += len(x.bag)
			if x.kept {
				text += len(x.bag)
			}
		}
	}
	for j := b0; j < b1; j++ {
		r.heir[j] = r.was[j] < 0 && text*2 > all
	}
}

// alike is how many of their words two sorted bags have in common, 0 to 100.
func alike(a, b []uint32) int {
	n, i, j := 0, 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			n, i, j = n+1, i+1, j+1
		}
	}
	if len(a)+len(b) == 0 {
		return 0
	}
	return 200 * n / (len(a) + len(b))
}

// known counts the words of kept blocks that are there again.
func (r *recaller) known() int {
	n := 0
	for j, i := range r.was {
		if i >= 0 && r.e.blocks[i].kept {
			n += r.pieces[j].words
		}
	}
	return n
}

// lost reports whether the choice left out much of what was text before and is there again: what it thinks of new blocks
// then says little too.
func (r *recaller) lost() bool {
	all, got := 0, 0
	for j, i := range r.was {
		if i >= 0 && r.e.blocks[i].kept && !r.unseen(j) {
			all += r.pieces[j].words
			if r.fresh[j] {
				got += r.pieces[j].words
			}
		}
	}
	return got*10 < all*7
}

// decide tells which blocks are text. title is the key of the title that was chosen.
func (r *recaller) decide(title string) []bool {
	out := make([]bool, len(r.was))
	for j, i := range r.was {
		out[j] = r.fresh[j]
		if i < 0 || r.unseen(j) {
			continue
		}
		x := &r.e.blocks[i]
		switch edited := x.text|1 != r.now[j].text|1; {
		case key(r.pieces[j].Text) == title && (j == r.head || r.pieces[j].Kind == Heading):
			out[j] = x.kept && j != r.head
		case x.barred: // it was out of sight, or the title
		case edited && !x.kept && r.fresh[j] && r.pieces[j].prose():
		default:
			out[j] = x.kept
		}
	}
	r.fill(out)
	return out
}

// fill judges new blocks where the choice has lost the text: what stands among blocks of the text is text, unless it
// looks like the frame.
func (r *recaller) fill(out []bool) {
	core, _ := r.core(out)
	lost := r.lost()
	for j, i := range r.was {
		q := &r.pieces[j]
		if i >= 0 || out[j] || r.unseen(j) || !r.within(q.box, core) || r.now[j].link || r.framing.kind[j] != phNone && !q.prose() || j == r.head ||
			q.all&frameMarks&^r.marks(j, out) != 0 {
			continue
		}
		if lost && r.heir[j] || r.company(j, out, lost) {
			out[j] = true
		}
	}
}

// frameMarks are hints that a block stands in the page's frame.
const frameMarks = mNav | mFooter | mComment | mRelated | mOverlay | mShare | mPager

// marks are those of the nearest blocks of text on either side: what the text stands under too says nothing.
func (r *recaller) marks(j int, out []bool) mark {
	var m mark
	for _, step := range []int{-1, 1} {
		for k := j + step; k >= 0 && k < len(out); k += step {
			if out[k] {
				m |= r.pieces[k].all
				break
			}
		}
	}
	return m
}

// peers is how many blocks on either side are asked about a new one.
const peers = 4

// company reports whether most of what was there before and stands around a new block, of its own kind, is text, some of
// it on either side, and the choice would have lost some of that.
func (r *recaller) company(j int, out []bool, lost bool) bool {
	text, all := 0, 0
	for _, step := range []int{-1, 1} {
		n, some := 0, false
		for k := j + step; k >= 0 && k < len(r.was) && n < peers; k += step {
			q := &r.pieces[k]
			if r.was[k] < 0 || q.Kind != r.pieces[j].Kind || q.Kind != Heading && q.words < 10 {
				continue // a few words tell little about others
			}
			n++
			all += min(q.words, 50)
			if out[k] {
				some = true
				text += min(q.words, 50)
				lost = lost || !r.fresh[k]
			}
		}
		if !some {
			return false
		}
	}
	return lost && text*2 > all
}
