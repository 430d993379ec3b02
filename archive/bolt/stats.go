package bolt

import (
	"context"
	"time"

	"github.com/onrecord/onrecord/archive"
)

// Stats counts what the archive holds. See [archive.Store]. Pages are those that have a version; captures are visits that
// brought bytes or confirmed a version. StoredBytes are those of the bodies alone, rendered documents included. It reads the summaries of all pages and walks over all bodies.
func (s *Store) Stats(ctx context.Context) (archive.Stats, error) {
	var st archive.Stats
	var err error
	if st.StoredBytes, err = s.storedBytes(ctx); err != nil {
		return st, err
	}
	sites := map[string]bool{}
	for p, err := range s.allPages(ctx) {
		if err != nil {
			return st, err
		}
		st.Visits += p.visits
		st.RawBytes += p.bytes
		st.Dropped += p.dropped
		st.DroppedBytes += p.droppedBytes
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
	info, err := s.file.Stat()
	if err == nil {
		st.FileBytes = info.Size()
	}
	return st, err
}

// span is the time of the first and of the last visit.
func (t *tx) span() (first, last time.Time, err error) {
	c := t.cursor(bucketTimeline)
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

// storedBytes is what all bodies take at rest.
func (s *Store) storedBytes(ctx context.Context) (size int64, err error) {
	var from []byte
	for more := true; more; {
		err := s.read(ctx, func(t *tx) error {
			c := t.cursor(bucketBlobs)
			k, v := c.Seek(from)
			for n := 0; k != nil && n < 16*chunk; n++ {
				size += int64(len(k) + len(v))
				from = append(append(from[:0], k...), 0)
				k, v = c.Next()
			}
			more = k != nil
			return nil
		})
		if err != nil {
			return 0, err
		}
	}
	return size, nil
}
