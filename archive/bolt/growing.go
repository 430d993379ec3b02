package bolt

import "bytes"

// growing is a group of visits as it was written last: the page's next visit is added to it without taking it apart and putting it
// together again.
type growing struct {
	value       []byte // in the file: only while that stands there is this the group
	visits      []byte // before compression
	count, size int    // as full counts them
	last        moment
	leaf        uint64 // of the last visit
}

// mostGrowing is how many bytes of groups are remembered at most.
const mostGrowing = 8 << 20

// growingGroups remembers the group of each page that was written last. It is for who holds the turn.
type growingGroups struct {
	pages map[uint64]*growing
	bytes int
}

// of is the group of a page whose value is v; nil when it is not remembered.
func (r *growingGroups) of(page uint64, v []byte) *growing {
	if g := r.pages[page]; g != nil && bytes.Equal(g.value, v) {
		return g
	}
	return nil
}

func (r *growingGroups) remember(page uint64, g *growing) {
	if old := r.pages[page]; old != nil {
		r.bytes -= len(old.value) + len(old.visits)
	}
	r.bytes += len(g.value) + len(g.visits)
	if r.pages == nil || r.bytes > mostGrowing {
		r.pages, r.bytes = map[uint64]*growing{}, len(g.value)+len(g.visits)
	}
	r.pages[page] = g
}

// grow adds a visit to a group that ends before it; one that is full stays as it is, and another begins.
func (t *tx) grow(page uint64, key []byte, g *growing, e *entry) error {
	size := g.size + e.size()
	if g.count+1 > groupVisits || size > groupSize {
		return t.putGroup(page, []entry{*e})
	}
	w := writer{g.visits}
	e.encode(&w, g.leaf)
	v, err := packGroup(g.count+1, w.b)
	if err != nil {
		return err
	}
	t.s.growing.remember(page, &growing{value: v, visits: w.b, count: g.count + 1, size: size, last: e.moment, leaf: e.leaf})
	t.wrote += len(v)
	return t.bucket(bucketVisits).Put(key, v)
}
