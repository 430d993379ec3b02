package bolt

import (
	"context"
	"iter"
	"time"

	"github.com/onrecord/onrecord/archive"
)

// CapturesSince are the captures of a page at a time or later, as [Store.Captures] has them. Those before are not read.
func (s *Store) CapturesSince(ctx context.Context, url string, since time.Time) iter.Seq2[archive.Capture, error] {
	after := start
	if since.After(time.Unix(0, 0)) { // the zero time, and others that nanoseconds cannot count
		after.nanos = since.UnixNano() - 1
	}
	return func(yield func(archive.Capture, error) bool) {
		for c, err := range s.pageVisitsAfter(ctx, url, after) {
			if err == nil && (c.RawDigest.IsZero() || c.Time.Before(since)) {
				continue
			}
			if !yield(c, err) {
				return
			}
		}
	}
}

// pageVisitsAfter are the visits of a page after a moment, a group of them at a time.
func (s *Store) pageVisitsAfter(ctx context.Context, url string, after moment) iter.Seq2[archive.Capture, error] {
	return func(yield func(archive.Capture, error) bool) {
		after := after
		inChunks(ctx, s, func(t *tx) ([]archive.Capture, error) {
			p, err := t.mustPageAt(url)
			if err != nil {
				return nil, err
			}
			list, err := t.groupFrom(p.number, after)
			if err != nil || len(list) == 0 {
				return nil, err
			}
			after = list[len(list)-1].moment
			return t.publicVisits(p, list)
		})(yield)
	}
}
