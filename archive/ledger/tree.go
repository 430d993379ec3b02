package ledger

import (
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// The hashes of the tree are kept in rows of 32. A row of level 0 has the hashes of 32 leaves one after another, a row of
// level k the hashes of 32 whole rows of level k-1. So all of a tree of n leaves is 33 n bytes, what was written is
// not written again but for the last row of each level, and every other hash is worked out from one row.

const (
	rowBits = 5
	// RowHashes is how many hashes a row has.
	RowHashes = 1 << rowBits
	// RowLevels is how many levels of rows there can be.
	RowLevels = 12
)

// A RowFunc is where rows are read: the hashes of row n of a level, nothing when there is none. They are not changed.
type RowFunc func(level int, n int64) ([]byte, error)

// Append adds a leaf's hash to a tree of size leaves: put gets the rows that are new or longer, and may keep them.
func Append(size int64, h tlog.Hash, rows RowFunc, put func(level int, n int64, row []byte) error) error {
	for level := range RowLevels {
		n := size >> (rowBits * level)
		at := int(n & (RowHashes - 1))
		var row []byte
		if at > 0 {
			have, err := rows(level, n>>rowBits)
			if err != nil {
				return err
			}
			if len(have) != at*tlog.HashSize {
				return malformed("row %d of level %d has %d bytes, not %d", n>>rowBits, level, len(have), at*tlog.HashSize)
			}
			row = append(make([]byte, 0, len(have)+tlog.HashSize), have...)
		}
		row = append(row, h[:]...)
		if err := put(level, n>>rowBits, row); err != nil {
			return err
		}
		if at < RowHashes-1 {
			return nil
		}
		h = Joined(row)
	}
	return fmt.Errorf("a tree of more than 2^%d leaves", rowBits*RowLevels)
}

// Joined is the hash of the subtree whose leaves are the hashes of a row, the number of which is a power of two. Of any
// other row, as a damaged file may have it, the result says nothing.
func Joined(row []byte) (h tlog.Hash) {
	if len(row) < 2*tlog.HashSize {
		copy(h[:], row)
		return h
	}
	half := len(row) / 2
	return tlog.NodeHash(Joined(row[:half]), Joined(row[half:]))
}

// Reader gives the hashes of a tree that is kept in rows to package tlog, which makes heads and proofs from them.
func Reader(rows RowFunc) tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, 0, len(indexes))
		for _, i := range indexes {
			level, n := tlog.SplitStoredHashIndex(i)
			width := level % rowBits // the subtree stands on 2^width hashes of a row
			first := n << width
			row, err := rows(level/rowBits, first>>rowBits)
			if err != nil {
				return nil, err
			}
			from := int(first&(RowHashes-1)) * tlog.HashSize
			to := from + tlog.HashSize<<width
			if to > len(row) {
				return nil, malformed("row %d of level %d ends before its hash %d", first>>rowBits, level/rowBits, first&(RowHashes-1))
			}
			out = append(out, Joined(row[from:to]))
		}
		return out, nil
	})
}
