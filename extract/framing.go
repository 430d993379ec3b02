package extract

import "strings"

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
	r := p.room
	f := framing{kind: r.kinds.take(n), dates: r.flags.take(n), section: r.int32s.take(n), rights: r.flags.take(n), line: r.flags.take(n)}
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

// phraseOf is the phrase of block j, -1 beyond the ends of the page.
func (p *page) phraseOf(j int) int32 {
	if j < 0 || j >= len(p.framing.kind) {
		return -1
	}
	return int32(p.framing.kind[j])
}

// phraseSigns tell what the phrases around a block say.
func (p *page) phraseSigns(i int, box *boxNumbers, v vector) vector {
	f := &p.framing
	if s := f.section[i]; s >= 0 {
		level := int32(9)
		if p.pieces[s].Kind == Heading {
			level = int32(p.pieces[s].Level)
		}
		v = append(v, int32(f.kind[s]), scale(i-int(s)), level)
	} else {
		v = append(v, -1, -1, -1)
	}
	hash := int32(0)
	q := &p.pieces[i]
	for k := range q.spans {
		if s := &q.spans[k]; s.kind == spanLink && strings.HasPrefix(s.href, "#") {
			hash++
		}
	}
	return append(v, p.phraseOf(i-1), p.phraseOf(i+1), box.phrases[0], box.phrases[1], flag32(f.rights[i]),
		share(hash, q.links), box.phrases[2])
}

// firstBlocks is how many blocks of a box are looked at for phrases and dates.
const firstBlocks = 60

// framedShare is the share of a box's first blocks that are framing phrases.
func (p *page) framedShare(b *box) int32 {
	n, last := int32(0), min(b.last, b.first+firstBlocks)
	for _, k := range p.framing.kind[b.first:max(b.first, last)] {
		if k != phNone {
			n++
		}
	}
	return share(n, last-b.first)
}

// datedShare is the share of a box's first blocks that are dates.
func (p *page) datedShare(b *box) int32 {
	n, last := int32(0), min(b.last, b.first+firstBlocks)
	for _, is := range p.framing.dates[b.first:max(b.first, last)] {
		if is {
			n++
		}
	}
	return share(n, last-b.first)
}
