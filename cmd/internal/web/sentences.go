package web

import (
	"context"

	"github.com/onrecord/onrecord/archive/blame"
)

// maxHistories is how many are remembered; each has the text of all sentences that ever stood in a statement.
const maxHistories = 16

// historyOf is the history of a statement's sentences.
func (room *Room) historyOf(ctx context.Context, st *statement) (*blame.History, error) {
	if h, ok := room.followed.get(st.entry); ok {
		return h, nil
	}
	h, err := blame.Of(limited(st.store.Versions(ctx, st.entry.url)), 0)
	if err != nil {
		return nil, err
	}
	room.followed.put(st.entry, h, 1)
	return h, nil
}
