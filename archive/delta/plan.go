package delta

// A plan says where the bytes of an item come from: pieces in the order of their places, without gaps.
type plan struct {
	pieces []piece
	size   uint32 // of the item
}

// A piece goes on to where the next one begins.
type piece struct {
	at   uint32 // place in the item
	from uint32 // place in the base, or literal and a place among the literals
}

// literal is more than any place in a base.
const literal = 1 << 30

// mostPieces is how many pieces the plan of one frame may have: with more, decoding it takes less than going through them.
func mostPieces(size int) int { return 128 + size/256 }

// mostWork is how many pieces may be gone through for one part: with more, the item is made in less time.
func mostWork(size int) int { return 512 + size/64 }

func (p *plan) end(i int) uint32 {
	if i+1 < len(p.pieces) {
		return p.pieces[i+1].at
	}
	return p.size
}

// add puts n bytes at the end.
func (p *plan) add(from, n uint32) {
	if k := len(p.pieces) - 1; k < 0 || p.pieces[k].from+(p.size-p.pieces[k].at) != from {
		p.pieces = append(p.pieces, piece{p.size, from})
	}
	p.size += n
}

// make is the item of a plan.
func (p *plan) make(into, base, literals []byte) []byte {
	if cap(into) < int(p.size) {
		into = make([]byte, 0, p.size)
	}
	for i, c := range p.pieces {
		n := p.end(i) - c.at
		if c.from >= literal {
			at := c.from - literal
			into = append(into, literals[at:at+n]...)
		} else {
			into = append(into, base[c.from:c.from+n]...)
		}
	}
	return into
}

// find is the piece that a place is in, which is less than the plan's size; it looks near first.
func (p *plan) find(at uint32, near int) int {
	list := p.pieces
	low, high := 0, len(list) // it is in low or after it, and before high
	if list[near].at <= at {
		low = near
		for step := 1; near+step < len(list); step *= 2 {
			if list[near+step].at > at {
				high = near + step
				break
			}
			low = near + step
		}
	}
	for low+1 < high {
		if mid := int(uint(low+high) / 2); list[mid].at > at {
			high = mid
		} else {
			low = mid
		}
	}
	return low
}

// compose says where the bytes of an item stand in the base of its base: outer says where in its base they stand, inner
// where those of the base come from.
func (p *planner) compose(outer, inner *plan) *plan {
	out, near, most := p.empty(), 0, mostWork(int(outer.size))
	for i, c := range outer.pieces {
		n := outer.end(i) - c.at
		if c.from >= literal {
			out.add(c.from, n)
			continue
		}
		near = inner.find(c.from, near)
		for at, k := c.from, near; n > 0 && len(out.pieces) <= most; k++ {
			in := inner.pieces[k]
			take := min(inner.end(k)-at, n)
			out.add(in.from+(at-in.at), take)
			at, n = at+take, n-take
		}
		if len(out.pieces) > most {
			p.release(out)
			return nil
		}
	}
	return out
}
