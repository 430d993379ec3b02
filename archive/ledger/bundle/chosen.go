package bundle

import (
	"context"
	"iter"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/export"
)

// chosen is a source with some of its visits.
type chosen struct {
	export.Source
	times map[int64]bool // nanoseconds since 1970
}

// Visits are those of the chosen times.
func (c *chosen) Visits(ctx context.Context, url string) iter.Seq2[archive.Visit, error] {
	return func(yield func(archive.Visit, error) bool) {
		for v, err := range c.Source.Visits(ctx, url) {
			if (err != nil || c.times[v.Time.UnixNano()]) && !yield(v, err) {
				return
			}
		}
	}
}

// Captures are those of the chosen times.
func (c *chosen) Captures(ctx context.Context, url string) iter.Seq2[archive.Capture, error] {
	return func(yield func(archive.Capture, error) bool) {
		for v, err := range c.Source.Captures(ctx, url) {
			if (err != nil || c.times[v.Time.UnixNano()]) && !yield(v, err) {
				return
			}
		}
	}
}
