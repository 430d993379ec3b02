package record

import (
	"context"
	"sync"
)

// largePage is from how many bytes of body on pages are read one after another. The tree of a page takes several times
// its length, and many hosts may have large ones at the same time.
const largePage = 1 << 20

// room waits until a page of that size may be read. leave gives the place back; it may be called more than once.
func (c *Crawl) room(ctx context.Context, size int) (leave func(), err error) {
	if size < largePage {
		return func() {}, nil
	}
	select {
	case c.large <- struct{}{}:
		return sync.OnceFunc(func() { <-c.large }), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
