package web

import (
	"context"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/blame"
)

// maxHistories is how many are remembered; each has the text of all sentences that ever stood in a statement.
const maxHistories = 16

// follow is the history of a statement's sentences.
func (room *Room) follow(ctx context.Context, s archive.Store, e *pageEntry) (*blame.History, error) {
	if h, ok := room.followed.get(e); ok {
		return h, nil
	}
	h, err := blame.Of(limited(s.Versions(ctx, e.url)), 0)
	if err != nil {
		return nil, err
	}
	room.followed.put(e, h, 1)
	return h, nil
}
