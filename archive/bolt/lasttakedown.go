package bolt

import (
	"context"
	"encoding/binary"
)

// LastTakedown is the number of the ledger's leaf that tells what was forgotten last; 0 when nothing was. Whoever remembers
// what texts say asks whether it is another one than it was, and then forgets as well.
func (s *Store) LastTakedown(ctx context.Context) (leaf int64, err error) {
	err = s.read(ctx, func(t *tx) error {
		if t.b.Bucket(bucketTakedowns) == nil {
			return nil
		}
		c := t.cursor(bucketTakedowns)
		for k, _ := c.First(); k != nil; k, _ = c.Next() {
			if len(k) != 16 {
				return corrupt("name of a takedown of %d bytes", len(k))
			}
			leaf = max(leaf, int64(binary.BigEndian.Uint64(k[8:])))
		}
		return nil
	})
	return leaf, err
}
