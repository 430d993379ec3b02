package delta

import (
	"fmt"
	"sync"
)

// Step is one difference in a row of them, each from the item that the one before it gives.
type Step struct {
	Frame []byte // of [Encode]
	Size  int    // of the item
}

// DecodeSteps is the item that the last of steps gives, the first of them being a difference from base: what [Decode] gives
// for one after another. Without steps it is base itself.
//
// It need not make the items between. Of a frame that changes little, only the places that its bytes come from are worked
// out, so that over a row of such frames every byte is copied once, however long the row is. Items before frames that
// change much are made. keep, when it is not nil, is handed the first few of these, for other rows that begin alike; nobody
// else keeps them.
func DecodeSteps(base []byte, steps []Step, keep func(step int, item []byte)) ([]byte, error) {
	if len(base) > MaxSize {
		return nil, fmt.Errorf("%w: base of %d bytes", ErrFrame, len(base))
	}
	p := planners.Get().(*planner)
	defer planners.Put(p)
	p.begin()
	parts := p.parts(len(base), steps)
	kept := 0
	if keep != nil {
		kept = min(firstItems, len(parts)-1)
	}
	for i := range parts {
		c := &parts[len(parts)-1-i]
		buffer := &p.items[i%2]
		own := i < kept || i == len(parts)-1
		if own {
			buffer = new([]byte)
		}
		item, err := c.make(*buffer, base, steps, p.literals)
		if err != nil {
			return nil, err
		}
		if i < kept {
			keep(c.last, item)
		}
		if cap(item) <= keptItem {
			*buffer = item
		}
		base = item
	}
	return base, nil
}

// firstItems is how many items are handed on.
const firstItems = 3

// How much room a planner keeps for the next time.
const (
	keptItem     = 4 << 20 // bytes
	keptLiterals = 1 << 20 // bytes
	keptPieces   = 1 << 14 // of a plan
	keptPlans    = 8
)

var planners = sync.Pool{New: func() any { return new(planner) }}

// A planner works out where the bytes of items come from.
type planner struct {
	items    [2][]byte // made on the way, by turns
	literals []byte    // what the frames brought, one after another
	brought  []byte    // the literals of a block
	tables   tables
	plans    []*plan // in use
	free     []*plan
}

// begin forgets what was decoded before.
func (p *planner) begin() {
	if cap(p.literals) > keptLiterals {
		p.literals = nil
	}
	p.literals = p.literals[:0]
	for _, c := range p.plans {
		p.release(c)
	}
	p.plans = p.plans[:0]
}

// empty is a plan of nothing.
func (p *planner) empty() *plan {
	n := len(p.free)
	if n == 0 {
		return new(plan)
	}
	c := p.free[n-1]
	p.free = p.free[:n-1]
	c.pieces, c.size = c.pieces[:0], 0
	return c
}

func (p *planner) release(c *plan) {
	if cap(c.pieces) <= keptPieces && len(p.free) < keptPlans {
		p.free = append(p.free, c)
	}
}

// A part of a row of steps: one that is decoded, or some that are one plan.
type part struct {
	last int   // step
	plan *plan // nil when the step is decoded
}

// make is the item of the part's last step.
func (c *part) make(into, base []byte, steps []Step, literals []byte) ([]byte, error) {
	if c.plan != nil {
		return c.plan.make(into[:0], base, literals), nil
	}
	s := &steps[c.last]
	return DecodeInto(into, s.Frame, base, s.Size)
}

// parts divides a row of steps, the last part first.
func (p *planner) parts(base int, steps []Step) (list []part) {
	work := 0 // for the last part, that the step before may belong to
	for i := len(steps) - 1; i >= 0; i-- {
		before := base
		if i > 0 {
			before = steps[i-1].Size
		}
		step := p.plan(steps[i].Frame, before, steps[i].Size)
		if n := len(list) - 1; step != nil && n >= 0 && list[n].plan != nil && work < mostWork(steps[i].Size) {
			if both := p.compose(list[n].plan, step); both != nil {
				p.release(list[n].plan)
				p.release(step)
				list[n].plan = both
				work += len(both.pieces)
				continue
			}
		}
		list = append(list, part{last: i, plan: step})
		work = 0
	}
	for _, c := range list {
		if c.plan != nil {
			p.plans = append(p.plans, c.plan)
		}
	}
	return list
}
