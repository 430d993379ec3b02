package bolt

import (
	"context"
	"encoding/binary"
	"time"

	bbolt "go.etcd.io/bbolt"
)

// Space is what the parts of an archive take in its file, in bytes; their sum is the length of the file.
type Space struct {
	// Raw are the bodies of captures, Text what was read out of them, Visits the records of visits and their order.
	Raw, Text, Visits int64
	// Index are addresses, summaries, versions, events, digests, notes; Ledger the Merkle log, Queue what waits in runs.
	Index, Ledger, Queue int64
	// Head is what bbolt needs for itself. Free holds nothing: it is used again, and Compact gives it back.
	Head, Free int64
}

// partOf tells which part of Space a bucket belongs to.
func (s *Space) partOf(bucket string) *int64 {
	switch bucket {
	case "":
		return &s.Head
	case string(bucketBlobs):
		return &s.Raw
	case string(bucketReadings):
		return &s.Text
	case string(bucketVisits), string(bucketTimeline):
		return &s.Visits
	case string(bucketRuns):
		return &s.Queue
	}
	for _, name := range ledgerBuckets {
		if bucket == string(name) {
			return &s.Ledger
		}
	}
	return &s.Index
}

// Space tells what takes how much of the file. It reads all pages that are in use, and nobody writes meanwhile.
func (s *Store) Space(ctx context.Context) (Space, error) {
	var sp Space
	err := s.still(ctx, func(*bbolt.Tx) error {
		both, ok, err := readHeads(s.file)
		if err != nil {
			return err
		}
		h, good := inForce(both, ok)
		if !good {
			return corrupt("no head of the file holds")
		}
		w := newWalker(s.file, h)
		if err := w.all(); err != nil {
			return err
		}
		if len(w.findings) > 0 {
			return corrupt("%s: %s", w.findings[0].Where, w.findings[0].Problem)
		}
		info, err := s.file.Stat()
		if err != nil {
			return err
		}
		sp.Head = 2 * int64(h.pageSize)
		sp.Free = info.Size() - sp.Head
		for bucket, size := range w.sizes {
			*sp.partOf(bucket) += size
			sp.Free -= size
		}
		return nil
	})
	return sp, err
}

// Since counts the visits from a time on.
func (s *Store) Since(ctx context.Context, from time.Time) (visits int, err error) {
	key := nameKey(name{moment: moment{nanos: from.UnixNano()}})
	// The group before the key may reach beyond it.
	err = s.read(ctx, func(t *tx) error {
		c := t.cursor(bucketTimeline)
		k, _ := c.Seek(key)
		before, list := c.Prev()
		if k == nil {
			before, list = c.Last()
		}
		if before != nil {
			names, err := decodeNames(list)
			if err != nil {
				return err
			}
			for i := range names {
				if names[i].nanos >= from.UnixNano() {
					visits++
				}
			}
		}
		for k, v := c.Seek(key); k != nil; k, v = c.Next() {
			n, w := binary.Uvarint(v)
			if w <= 0 || n > uint64(len(v)) {
				return corrupt("timeline: group of %d names", n)
			}
			visits += int(n)
		}
		return nil
	})
	return visits, err
}
