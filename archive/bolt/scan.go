package bolt

import (
	"context"
	"encoding/binary"
	"iter"
)

// allPages are the summaries of all pages by their numbers.
func (s *Store) allPages(ctx context.Context) iter.Seq2[*page, error] {
	next := uint64(0)
	return inChunks(ctx, s, func(t *tx) ([]*page, error) {
		var list []*page
		c := t.cursor(bucketPages)
		for k, v := c.Seek(pageKey(next)); k != nil && len(list) < chunk; k, v = c.Next() {
			if len(k) != 8 {
				return nil, corrupt("number of a page of %d bytes", len(k))
			}
			p, err := decodePage(binary.BigEndian.Uint64(k), v)
			if err != nil {
				return nil, err
			}
			list = append(list, p)
			next = following(p.number)
		}
		return list, nil
	})
}

// allNames are the names of all visits in the order of time, some at a time.
func (s *Store) allNames(ctx context.Context) iter.Seq2[[]name, error] {
	after := name{moment: start}
	return inChunks(ctx, s, func(t *tx) ([][]name, error) {
		names, err := t.namesFrom(after)
		if err != nil || len(names) == 0 {
			return nil, err
		}
		after = names[len(names)-1]
		return [][]name{names}, nil
	})
}
