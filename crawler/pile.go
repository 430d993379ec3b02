package crawler

import "sync"

// pile grows without copying what it has and without leaving garbage behind: a first part as long as was announced, then
// parts of one size that are used again by the next body.
type pile struct {
	pool  *partPool
	parts [][]byte
	size  int
}

// partSize is the length of the parts that are used again.
const partSize = 256 << 10

// partPool lends parts.
type partPool struct{ sync.Pool }

func newPartPool() *partPool {
	p := &partPool{}
	p.New = func() any { b := make([]byte, 0, partSize); return &b }
	return p
}

// space returns where the next bytes go, at least one. full tells that it would have to grow for that.
func (p *pile) space() []byte {
	last := p.parts[len(p.parts)-1]
	return last[len(last):cap(last)]
}

func (p *pile) full() bool {
	last := p.parts[len(p.parts)-1]
	return len(last) == cap(last)
}

// begin makes the first part. It belongs to whoever gets the bytes in the end.
func (p *pile) begin(hint int) { p.parts = append(p.parts, make([]byte, 0, hint)) }

func (p *pile) grow() { p.parts = append(p.parts, (*p.pool.Get().(*[]byte))[:0]) }

// filled tells that n bytes were written into space.
func (p *pile) filled(n int) {
	last := &p.parts[len(p.parts)-1]
	*last = (*last)[:len(*last)+n]
	p.size += n
}

// take returns all bytes in one piece, at most limit, and gives the parts back.
func (p *pile) take(limit int64) []byte {
	n := int(min(int64(p.size), limit))
	if len(p.parts) == 1 {
		return p.parts[0][:n:n]
	}
	out := make([]byte, 0, n)
	for _, b := range p.parts {
		out = append(out, b[:min(len(b), n-len(out))]...)
	}
	p.drop()
	return out
}

// drop gives the parts back.
func (p *pile) drop() {
	for _, b := range p.parts[min(1, len(p.parts)):] {
		p.pool.Put(&b)
	}
	p.parts, p.size = nil, 0
}
