package bolt

import (
	"encoding/binary"
	"errors"
	"hash/fnv"
	"io"
	"os"
)

// A bbolt file begins with two pages that each hold a head (bbolt calls it meta); the one with the higher transaction
// number and a checksum that holds is in force. Numbers are in the byte order of the machine.
type head struct {
	pageSize uint32
	root     uint64 // page of the bucket of buckets
	freelist uint64 // page of the list of free pages
	pages    uint64 // how many pages the file has at least
	txid     uint64
}

const (
	pageHead  = 16 // id 8, flags 2, count 2, overflow 4
	headSize  = 64
	headMagic = 0xED0CDAED
)

// parseHead reads a head; ok is false when its checksum does not hold.
func parseHead(b []byte) (h head, ok bool) {
	order := binary.NativeEndian
	if len(b) < pageHead+headSize || order.Uint32(b[pageHead:]) != headMagic {
		return h, false
	}
	b = b[pageHead : pageHead+headSize]
	sum := fnv.New64a()
	sum.Write(b[:headSize-8])
	if sum.Sum64() != order.Uint64(b[headSize-8:]) {
		return h, false
	}
	h = head{order.Uint32(b[8:]), order.Uint64(b[16:]), order.Uint64(b[32:]), order.Uint64(b[40:]), order.Uint64(b[48:])}
	return h, h.pageSize >= 1<<10 && h.pageSize <= 1<<24 && h.pageSize&(h.pageSize-1) == 0
}

// readHeads reads both heads. The second one stands a page behind the first: when that one does not hold, where is
// found by trying.
func readHeads(f io.ReaderAt) (both [2]head, ok [2]bool, err error) {
	var b [pageHead + headSize]byte
	at := func(off int64, i int) error {
		n, err := f.ReadAt(b[:], off)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		both[i], ok[i] = parseHead(b[:n])
		return nil
	}
	if err := at(0, 0); err != nil {
		return both, ok, err
	}
	if ok[0] {
		return both, ok, at(int64(both[0].pageSize), 1)
	}
	for size := int64(1 << 10); size <= 1<<24 && !ok[1]; size <<= 1 {
		if err := at(size, 1); err != nil {
			return both, ok, err
		}
		ok[1] = ok[1] && int64(both[1].pageSize) == size
	}
	return both, ok, nil
}

// inForce is the head that bbolt goes by.
func inForce(both [2]head, ok [2]bool) (head, bool) {
	switch {
	case ok[0] && ok[1]:
		if both[1].txid > both[0].txid {
			return both[1], true
		}
		return both[0], true
	case ok[0]:
		return both[0], true
	}
	return both[1], ok[1]
}

// checkHead tells whether the file is one that can be mapped: whole, or empty when it may be made.
func checkHead(f *os.File, make bool) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if info.IsDir() {
		return errors.New("is a directory")
	}
	if info.Size() == 0 {
		if make {
			return nil
		}
		return errBegun
	}
	both, ok, err := readHeads(f)
	if err != nil {
		return err
	}
	h, good := inForce(both, ok)
	if !good {
		return corrupt("this is no archive, or its head is damaged")
	}
	if want := h.pages * uint64(h.pageSize); h.pages > 1<<40 || uint64(info.Size()) < want {
		return corrupt("the file is cut short: %d bytes of at least %d", info.Size(), want)
	}
	// bbolt believes its list of free pages when it opens the file, and its panic would leave the file mapped and locked.
	w := newWalker(f, h)
	if err := w.freelist(); err != nil {
		return err
	}
	if len(w.findings) > 0 {
		return corrupt("%s: %s", w.findings[0].Where, w.findings[0].Problem)
	}
	return nil
}
