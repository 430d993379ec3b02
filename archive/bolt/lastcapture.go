package bolt

import (
	"context"

	"github.com/onrecord/onrecord/archive"
)

// LastCapture is the last capture of a page that brought bytes. See [archive.Store].
func (s *Store) LastCapture(ctx context.Context, url string) (archive.Capture, error) {
	var c archive.Capture
	err := s.read(ctx, func(t *tx) error {
		p, err := t.mustPageAt(url)
		if err != nil {
			return err
		}
		e, err := t.lastEntry(p.number, end, func(e *entry) bool { return e.blob != 0 })
		if err != nil {
			return err
		}
		if e == nil {
			return notFound("bytes of page %.300s", url)
		}
		list, err := t.publicVisits(p, []entry{*e})
		if err == nil {
			c = list[0]
		}
		return err
	})
	return c, err
}
