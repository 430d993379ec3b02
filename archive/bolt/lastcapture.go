package bolt

import (
	"context"
	"encoding/binary"

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
		e, err := t.lastWithBytes(p.number)
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

// lastWithBytes is the last visit of a page that brought bytes; nil when none did. It reads groups from the last one on.
func (t *tx) lastWithBytes(page uint64) (*entry, error) {
	prefix := pageKey(page)
	c := t.cursor(bucketVisits)
	var v []byte
	k, _ := c.Seek(binary.BigEndian.AppendUint64(nil, page+1))
	if k == nil {
		k, v = c.Last()
	} else {
		k, v = c.Prev()
	}
	for ; hasPrefix(k, prefix); k, v = c.Prev() {
		list, err := decodeGroup(v)
		if err != nil {
			return nil, err
		}
		for i := len(list) - 1; i >= 0; i-- {
			if list[i].blob != 0 {
				return &list[i], nil
			}
		}
	}
	return nil, nil
}
