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
