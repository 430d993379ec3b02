package web

import (
	"context"
	"sync"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/blame"
)

// sentences remembers the histories of sentences of the statements that were asked for last: to follow them all versions are
// read and compared. An entry of the overview is another one as soon as its page has changed. The zero value is ready.
type sentences struct {
	mu     sync.Mutex
	byPage map[*pageEntry]*blame.History // guarded by mu
}

// maxHistories is how many are remembered; each has the text of all sentences that ever stood in a statement.
const maxHistories = 16

// follow is the history of a statement's sentences.
func (x *sentences) follow(ctx context.Context, s archive.Store, e *pageEntry) (*blame.History, error) {
	x.mu.Lock()
	h := x.byPage[e]
	x.mu.Unlock()
	if h != nil {
		return h, nil
	}
	h, err := blame.Of(limited(s.Versions(ctx, e.url)), 0)
	if err != nil {
		return nil, err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.byPage == nil || len(x.byPage) >= maxHistories {
		x.byPage = map[*pageEntry]*blame.History{}
	}
	x.byPage[e] = h
	return h, nil
}
