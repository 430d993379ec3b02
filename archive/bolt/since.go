package bolt

import (
	"context"
	"iter"
	"time"

	"github.com/onrecord/onrecord/archive"
)

// VisitsSince are the visits of all pages at a time or later, in the order of time. Those before are not read.
func (s *Store) VisitsSince(ctx context.Context, since time.Time) iter.Seq2[archive.Visit, error] {
	after := name{moment: start}
	if since.After(time.Unix(0, 0)) { // the zero time, and others that nanoseconds cannot count
		after.nanos = since.UnixNano() - 1
	}
	return func(yield func(archive.Visit, error) bool) {
		for v, err := range s.visitsAfter(ctx, after) {
			if (err != nil || !v.Time.Before(since)) && !yield(v, err) {
				return
			}
		}
	}
}

// visitsAfter are the visits after one with a name, in the order of time, a group of names at a time: of each page its groups
// are read once for it.
func (s *Store) visitsAfter(ctx context.Context, after name) iter.Seq2[archive.Visit, error] {
	return func(yield func(archive.Visit, error) bool) {
		after := after
		inChunks(ctx, s, func(t *tx) ([]archive.Visit, error) {
			names, err := t.namesFrom(after)
			if err != nil || len(names) == 0 {
				return nil, err
			}
			after = names[len(names)-1]
			return t.visitsOf(names)
		})(yield)
	}
}
