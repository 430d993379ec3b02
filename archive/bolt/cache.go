package bolt

import (
	"bytes"
	"container/list"
	"sync"
)

// What the cache holds is bounded: for who writes it is the bodies that the next captures of the pages under way are
// differences from; who only reads goes back and forth, and the first bodies of many pages shorten every path.
const (
	writerCache = 16 << 20
	readerCache = 64 << 20
)

// cache holds decoded bodies by their number, the last used ones. Only bodies of finished transactions may be put in:
// the number of one that was taken back is given again.
type cache struct {
	limit int // in bytes
	mu    sync.Mutex
	size  int                      // guarded by mu
	items map[uint64]*list.Element // guarded by mu
	order *list.List               // of cached, last used first; guarded by mu
}

type cached struct {
	seq   uint64
	body  []byte
	sound bool // it was compared with its digest
}

func newCache(limit int) *cache {
	return &cache{limit: limit, items: map[uint64]*list.Element{}, order: list.New()}
}

// get is a body that nobody may change, nil when it is not there, and whether it was compared with its digest.
func (c *cache) get(seq uint64) (body []byte, sound bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.items[seq]
	if !ok {
		return nil, false
	}
	c.order.MoveToFront(e)
	v := e.Value.(*cached)
	return v.body, v.sound
}

// put takes a body that nobody changes any more. Empty ones are not worth it.
func (c *cache) put(seq uint64, body []byte, sound bool) {
	if len(body) > c.limit/4 || len(body) == 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.items[seq]; ok {
		v := e.Value.(*cached)
		v.sound = v.sound || sound
		return
	}
	c.items[seq] = c.order.PushFront(&cached{seq, body, sound})
	c.size += len(body)
	for c.size > c.limit {
		e := c.order.Back()
		old := e.Value.(*cached)
		c.order.Remove(e)
		delete(c.items, old.seq)
		c.size -= len(old.body)
	}
}

// keep is put for a copy of a body that its owner may change again, and that is what its digest says.
func (c *cache) keep(seq uint64, body []byte) {
	if len(body) <= c.limit/4 {
		c.put(seq, bytes.Clone(body), true)
	}
}

// drop takes bodies out.
func (c *cache) drop(seqs map[uint64]bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for seq := range seqs {
		if e, ok := c.items[seq]; ok {
			c.order.Remove(e)
			delete(c.items, seq)
			c.size -= len(e.Value.(*cached).body)
		}
	}
}
