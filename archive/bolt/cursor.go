package bolt

import (
	"bytes"
	"fmt"
	"math"

	bbolt "go.etcd.io/bbolt"

	"github.com/onrecord/onrecord/archive"
)

// cursor goes through a bucket and does not believe the order of its keys: bbolt does, and whoever goes on after the last
// key that it was given would go round for ever in a damaged file. Where the order does not hold, the transaction ends
// with ErrCorrupt.
type cursor struct {
	*bbolt.Cursor
	bucket []byte
	at     []byte // the last key
}

// cursor is a cursor of one of the buckets of the file.
func (t *tx) cursor(name []byte) *cursor {
	return &cursor{Cursor: t.bucket(name).Cursor(), bucket: name}
}

// First goes to the first key.
func (c *cursor) First() (k, v []byte) {
	k, v = c.Cursor.First()
	c.at = k
	return k, v
}

// Seek goes to the first key that does not come before want.
func (c *cursor) Seek(want []byte) (k, v []byte) {
	k, v = c.Cursor.Seek(want)
	if k != nil && bytes.Compare(k, want) < 0 {
		c.disorder(k)
	}
	c.at = k
	return k, v
}

// Next goes to the next key.
func (c *cursor) Next() (k, v []byte) {
	k, v = c.Cursor.Next()
	if k != nil && bytes.Compare(k, c.at) <= 0 {
		c.disorder(k)
	}
	c.at = k
	return k, v
}

func (c *cursor) disorder(k []byte) {
	panic(damage{fmt.Errorf("%w: bucket %q: key %.40x is not in order", archive.ErrCorrupt, c.bucket, k)})
}

// following is the number after n, to go on from.
func following(n uint64) uint64 {
	if n == math.MaxUint64 {
		panic(damage{fmt.Errorf("%w: no number is as large as %d", archive.ErrCorrupt, n)})
	}
	return n + 1
}
