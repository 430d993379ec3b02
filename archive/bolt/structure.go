package bolt

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/onrecord/onrecord/archive"
)

// A walker goes through all pages of the file by itself, before bbolt is asked to: bbolt trusts the numbers in its pages
// and would follow a circle until the stack is full. It reads the file, not the map, and no number is used before it is
// checked. See FORMAT.md for what pages look like.
type walker struct {
	f        io.ReaderAt
	head     head
	seen     []uint8 // by page: what it is
	findings []archive.Finding
	deadly   bool // following the pages would not end, or leave the file
	// sizes is how many bytes of the file each bucket of the first level takes, by its name.
	sizes map[string]int64
}

// What a page was found to be.
const (
	unseen = iota
	used
	free
)

const (
	pageBranch   = 0x01
	pageLeaf     = 0x02
	pageFreelist = 0x10
	leafBucket   = 0x01
	elemSize     = 16
	// maxDepth bounds branches above a leaf: a tree of 2^48 bytes has fewer.
	maxDepth = 32
	// maxFindings is how many findings are told before a walk gives up.
	maxFindings = 100
)

// walk checks every page of the file as of a head.
func walk(f io.ReaderAt, h head) (findings []archive.Finding, deadly bool, err error) {
	w := newWalker(f, h)
	if err := w.all(); err != nil {
		return w.findings, w.deadly, err
	}
	for i := range w.seen {
		if i > 1 && w.seen[i] == unseen {
			w.tell(uint64(i), "page is neither used nor free")
		}
	}
	return w.findings, w.deadly, nil
}

func newWalker(f io.ReaderAt, h head) *walker {
	return &walker{f: f, head: h, seen: make([]uint8, h.pages), sizes: map[string]int64{}}
}

// all walks the tree and the list of free pages.
func (w *walker) all() error {
	if err := w.bucket(w.head.root, nil, 0); err != nil {
		return err
	}
	return w.freelist()
}

func (w *walker) tell(page uint64, format string, args ...any) {
	if len(w.findings) < maxFindings {
		w.findings = append(w.findings, archive.Finding{
			Kind: "structure", Where: fmt.Sprintf("page %d", page), Problem: fmt.Sprintf(format, args...),
		})
	}
}

// claim marks the pages of a run as used; ok is false when one is outside of the file or used already.
func (w *walker) claim(page uint64, overflow uint32, as uint8) bool {
	if page < 2 || page >= w.head.pages || uint64(overflow) >= w.head.pages-page {
		w.tell(page, "runs beyond the end of the file")
		w.deadly = true
		return false
	}
	for i := page; i <= page+uint64(overflow); i++ {
		if w.seen[i] != unseen {
			w.tell(i, "page is used twice, or used and free")
			w.deadly = true
			return false
		}
		w.seen[i] = as
	}
	return true
}

// load reads a page with its overflow and claims it for what hangs at path; nil when it is none.
func (w *walker) load(page uint64, path []byte) ([]byte, error) {
	if page < 2 || page >= w.head.pages {
		w.tell(page, "there is no such page")
		w.deadly = true
		return nil, nil
	}
	var h [pageHead]byte
	at := int64(page) * int64(w.head.pageSize)
	if _, err := w.f.ReadAt(h[:], at); err != nil {
		return nil, w.short(page, err)
	}
	if id := binary.NativeEndian.Uint64(h[:]); id != page {
		w.tell(page, "page says that it is page %d", id)
		w.deadly = true
		return nil, nil
	}
	overflow := binary.NativeEndian.Uint32(h[12:])
	if !w.claim(page, overflow, used) {
		return nil, nil
	}
	b := make([]byte, (int64(overflow)+1)*int64(w.head.pageSize)) // within the file: claim saw to it
	w.sizes[string(path)] += int64(len(b))
	if _, err := w.f.ReadAt(b, at); err != nil {
		return nil, w.short(page, err)
	}
	return b, nil
}

// short makes a finding of a page that the file ends before.
func (w *walker) short(page uint64, err error) error {
	if !errors.Is(err, io.EOF) {
		return err
	}
	w.tell(page, "the file ends before it")
	w.deadly = true
	return nil
}

// bucket walks the tree that begins at a page; path is the bucket of the first level that it hangs in; nil above all of them.
func (w *walker) bucket(root uint64, path []byte, depth int) error {
	return w.tree(root, path, nil, nil, depth)
}

// tree walks a page and those below it. Its keys are from least on and below most; nil is no bound.
func (w *walker) tree(page uint64, path, least, most []byte, depth int) error {
	if depth > maxDepth {
		w.tell(page, "too many pages above it")
		w.deadly = true
		return nil
	}
	if len(w.findings) >= maxFindings {
		return nil
	}
	b, err := w.load(page, path)
	if err != nil || b == nil {
		return err
	}
	return w.elements(page, b, path, least, most, depth)
}

// elements walks what stands on a page, whose bytes are b.
func (w *walker) elements(page uint64, b, path, least, most []byte, depth int) error {
	order := binary.NativeEndian
	flags, count := order.Uint16(b[8:]), int(order.Uint16(b[10:]))
	if flags != pageBranch && flags != pageLeaf {
		w.tell(page, "page of kind %#x where a tree goes on", flags)
		w.deadly = true
		return nil
	}
	if pageHead+count*elemSize > len(b) || (flags == pageBranch && count == 0) {
		w.tell(page, "page with %d items", count)
		w.deadly = true
		return nil
	}
	var last []byte
	for i := range count {
		at := pageHead + i*elemSize
		e := b[at : at+elemSize]
		var pos, ksize, vsize uint64
		if flags == pageBranch {
			pos, ksize = uint64(order.Uint32(e)), uint64(order.Uint32(e[4:]))
		} else {
			pos, ksize, vsize = uint64(order.Uint32(e[4:])), uint64(order.Uint32(e[8:])), uint64(order.Uint32(e[12:]))
		}
		if uint64(at)+pos+ksize+vsize > uint64(len(b)) {
			w.tell(page, "item %d runs beyond the page", i)
			w.deadly = true
			return nil
		}
		key := b[uint64(at)+pos:][:ksize]
		if (i > 0 && bytes.Compare(last, key) >= 0) || bytes.Compare(key, least) < 0 || (most != nil && bytes.Compare(key, most) >= 0) {
			w.tell(page, "item %d is not in order", i)
		}
		last = key
		var err error
		if flags == pageBranch {
			end := most
			if i+1 < count {
				end = w.nextKey(b, i+1)
			}
			err = w.tree(order.Uint64(e[8:]), path, key, end, depth+1)
		} else if order.Uint32(e) == leafBucket {
			below := path // what a bucket holds counts to the one of the first level
			value := b[uint64(at)+pos+ksize:][:vsize]
			if below == nil {
				below = bytes.Clone(key)
				w.sizes[""] -= int64(vsize) // a small one stands here as a whole
				w.sizes[string(key)] += int64(vsize)
			}
			err = w.sub(page, value, key, below, depth)
		} else if order.Uint32(e) != 0 {
			w.tell(page, "item %d is of kind %#x", i, order.Uint32(e))
			w.deadly = true
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// nextKey is the key of item i of a branch; nil when it is outside of the page, which is told when its turn comes.
func (w *walker) nextKey(b []byte, i int) []byte {
	at := uint64(pageHead + i*elemSize)
	end := at + uint64(binary.NativeEndian.Uint32(b[at:])) + uint64(binary.NativeEndian.Uint32(b[at+4:]))
	if end > uint64(len(b)) {
		return nil
	}
	return b[at+uint64(binary.NativeEndian.Uint32(b[at:])) : end]
}

// sub walks a bucket that is the value of a key: its root's number, its sequence, and the page itself when it is small.
func (w *walker) sub(page uint64, value, key, path []byte, depth int) error {
	if len(value) < 16 {
		w.tell(page, "bucket %.80q of %d bytes", key, len(value))
		w.deadly = true
		return nil
	}
	if root := binary.NativeEndian.Uint64(value); root != 0 {
		return w.bucket(root, path, depth+1)
	}
	inline := value[16:]
	if len(inline) < pageHead || binary.NativeEndian.Uint16(inline[8:]) != pageLeaf {
		w.tell(page, "bucket %.80q has no page", key)
		w.deadly = true
		return nil
	}
	return w.elements(page, inline, path, nil, nil, depth+1)
}

// freelist reads which pages are free.
func (w *walker) freelist() error {
	const none = ^uint64(0)
	if w.head.freelist == none {
		return nil
	}
	b, err := w.load(w.head.freelist, nil)
	if err != nil || b == nil {
		return err
	}
	order := binary.NativeEndian
	n, ids := uint64(order.Uint16(b[10:])), b[pageHead:]
	if n == 0xFFFF && len(ids) >= 8 {
		n, ids = order.Uint64(ids), ids[8:]
	}
	if order.Uint16(b[8:]) != pageFreelist || n > uint64(len(ids)/8) {
		w.tell(w.head.freelist, "no list of free pages")
		w.deadly = true
		return nil
	}
	for i := range n {
		w.claim(order.Uint64(ids[8*i:]), 0, free)
	}
	return nil
}
