package bolt

import (
	"context"
	"encoding/binary"
	"os"
	"time"

	"github.com/onrecord/onrecord/archive"
)

// Stats counts what the archive holds. See [archive.Store]. Pages are those that have a version; captures are visits that
// brought bytes or confirmed a version. StoredBytes
// are those of the bodies alone. It reads the summaries of all pages and the heads of all bodies.
func (s *Store) Stats(ctx context.Context) (archive.Stats, error) {
	var st archive.Stats
	err := s.eachBlob(ctx, func(_ uint64, _ *blob, stored int) error {
		st.StoredBytes += int64(stored)
		return nil
	})
	if err != nil {
		return st, err
	}
	sites := map[string]bool{}
	for p, err := range s.allPages(ctx) {
		if err != nil {
			return st, err
		}
		st.Visits += p.visits
		st.RawBytes += p.bytes
		st.Captures += p.captures
		st.Versions += int(p.versions)
		if p.versions > 0 {
			st.Pages++
			sites[p.siteName()] = true
		}
	}
	st.Sites = len(sites)
	if err := s.read(ctx, func(t *tx) error {
		st.First, st.Last, err = t.span()
		return err
	}); err != nil {
		return st, err
	}
	info, err := os.Stat(s.path)
	if err == nil {
		st.FileBytes = info.Size()
	}
	return st, err
}

// span is the time of the first and of the last visit.
func (t *tx) span() (first, last time.Time, err error) {
	c := t.bucket(bucketTimeline).Cursor()
	k, _ := c.First()
	if k == nil {
		return first, last, nil
	}
	if len(k) != nameKeySize {
		return first, last, corrupt("timeline: key of %d bytes", len(k))
	}
	_, v := c.Last()
	names, err := decodeNames(v)
	if err != nil || len(names) == 0 {
		return first, last, err
	}
	return timeOf(parseMoment(k).nanos), timeOf(names[len(names)-1].nanos), nil
}

// eachBlob calls f for all bodies in the order of their numbers; the frame of b points into the file, and f must not
// keep it.
func (s *Store) eachBlob(ctx context.Context, f func(seq uint64, b *blob, stored int) error) error {
	next := uint64(1)
	for more := true; more; {
		err := s.read(ctx, func(t *tx) error {
			c := t.bucket(bucketBlobs).Cursor()
			n := 0
			k, v := c.Seek(be64(nil, next))
			for ; k != nil && n < 4*chunk; k, v = c.Next() {
				if len(k) != 8 {
					return corrupt("number of a body of %d bytes", len(k))
				}
				seq := binary.BigEndian.Uint64(k)
				b, err := decodeBlob(v)
				if err == nil {
					err = f(seq, &b, len(v)+len(k))
				}
				if err != nil {
					return err
				}
				next = seq + 1
				n++
			}
			more = k != nil
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
