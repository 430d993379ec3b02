package bolt

import (
	"bytes"
	"encoding/binary"
)

// isBody reports whether what is in a bucket are pieces of bodies.
func isBody(path [][]byte) bool { return len(path) == 1 && bytes.Equal(path[0], bucketBlobs) }

// cutter cuts bodies that are written one after another so that their pieces fill each page of the file to its end. bbolt
// begins a new page where the next piece does not fit; whatever else it does costs room and nothing more.
type cutter struct {
	page   int    // length of a page
	used   int    // of the page that is being filled
	key    []byte // of the body that was begun; nil when none was
	value  []byte
	pieces uint32 // of it, as it was cut before
}

// leastPiece is the length of the shortest piece that is cut off: the first one holds all that stands before the frame.
const leastPiece = 96

// begin takes the first piece of a body.
func (c *cutter) begin(key, value []byte) {
	c.key, c.value, c.pieces = bytes.Clone(key), bytes.Clone(value), 0
}

// follows reports whether a key is that of the next piece of the body that was begun, and counts it.
func (c *cutter) follows(key []byte) bool {
	if c.key == nil || len(key) != 8+4 || !bytes.Equal(key[:8], c.key) || binary.BigEndian.Uint32(key[8:]) != c.pieces+1 {
		return false
	}
	c.pieces++
	return true
}

// cut gives the body that was begun to put, in pieces.
func (c *cutter) cut(put func(key, piece []byte) error) error {
	key, v := c.key, c.value
	c.key, c.value = nil, nil
	seq := numberOf(key)
	for part := uint32(1); len(v) > 0; part++ {
		n := min(len(v), piece)
		room := c.page - c.used - elemSize - len(key)
		switch {
		case n <= room:
		case room >= leastPiece:
			n = room
		default:
			c.used = pageHead
		}
		if err := put(key, v[:n]); err != nil {
			return err
		}
		c.used += elemSize + len(key) + n
		v, key = v[n:], pieceKey(seq, part)
	}
	return nil
}
