package tell

import (
	"context"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/export"
)

// Event is an event of a page's timeline with what was changed, as `onrecord log --events` prints it. Keys are added, never
// changed.
type Event struct {
	export.Event
	// Summary is "" when nothing can have been changed.
	Summary string `json:"summary"`
}

// Event is the shape of the next event of the timeline. Errors are the store's.
func (t *Timeline) Event(ctx context.Context, e archive.Event) (Event, error) {
	summary, err := t.Summary(ctx, e)
	return Event{export.EventOf(e), summary}, err
}
