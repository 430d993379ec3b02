package bolt

import (
	"bytes"
	"sort"

	"github.com/onrecord/onrecord/archive/delta"
)

// Visits of a page are kept in groups: a group's key is the page and the moment of its first visit, its value the
// visits in order as one zstd frame, so that what answers have in common, which is nearly all of their headers, is kept
// once. A group is written anew for each visit that joins it; its limits keep that cheap.
const (
	groupVisits = 32
	groupSize   = 48 << 10 // before compression; a group of one visit may be longer
	// maxGroup is the longest group that is read, before compression.
	maxGroup = 128 << 20
)

func pageKey(page uint64) []byte { return be64(nil, page) }

func groupKey(page uint64, first moment) []byte { return first.append(be64(nil, page)) }

// encodeVisits are the visits of a group before compression.
func encodeVisits(list []entry) []byte {
	var w writer
	leaf := uint64(0)
	for i := range list {
		list[i].encode(&w, leaf)
		leaf = list[i].leaf
	}
	return w.b
}

// packGroup is the value of a group of so many visits.
func packGroup(count int, visits []byte) ([]byte, error) {
	out := writer{}
	out.uint(uint64(count))
	out.uint(uint64(len(visits)))
	return delta.Encode(out.b, visits, nil)
}

// decodeGroup is the visits of a group, which are in order.
func decodeGroup(v []byte) ([]entry, error) {
	r := reader{b: v}
	n, size := r.count(maxGroup), r.count(maxGroup)
	if r.err != nil {
		return nil, r.err
	}
	b, err := delta.Decode(r.b, nil, size)
	if err != nil {
		return nil, corrupt("group of visits: %v", err)
	}
	r = reader{b: b}
	list := make([]entry, 0, min(n, 2*groupVisits))
	leaf := uint64(0)
	for i := 0; i < n && r.err == nil; i++ {
		list = append(list, decodeEntry(&r, leaf))
		leaf = list[i].leaf
		if i > 0 && r.err == nil && !list[i-1].before(list[i].moment) {
			return nil, corrupt("group of visits: visit %d is not in the order of time", i)
		}
	}
	return list, r.done()
}

// seekGroup is the group of a page that a moment belongs to: the last one that does not begin after it, else the first
// one. key is nil when the page has none. Both point into the file.
func (t *tx) seekGroup(page uint64, at moment) (key, value []byte) {
	c := t.cursor(bucketVisits)
	prefix := pageKey(page)
	want := groupKey(page, at)
	k, v := c.Seek(want)
	if k == nil || string(k) != string(want) {
		if k == nil {
			k, v = c.Last()
		} else {
			k, v = c.Prev()
		}
		if !hasPrefix(k, prefix) {
			k, v = c.Seek(prefix)
		}
	}
	if !hasPrefix(k, prefix) {
		return nil, nil
	}
	return k, v
}

// findGroup is seekGroup with the visits of the group.
func (t *tx) findGroup(page uint64, at moment) (key []byte, list []entry, err error) {
	return openGroup(t.seekGroup(page, at))
}

func openGroup(k, v []byte) (key []byte, list []entry, err error) {
	if k == nil {
		return nil, nil, nil
	}
	list, err = decodeGroup(v)
	return bytes.Clone(k), list, err
}

func hasPrefix(k, prefix []byte) bool {
	return len(k) >= len(prefix) && string(k[:len(prefix)]) == string(prefix)
}

// putEntry adds a visit to a page.
func (t *tx) putEntry(page uint64, e entry) error {
	k, v := t.seekGroup(page, e.moment)
	if g := t.s.growing.of(page, v); g != nil && g.last.before(e.moment) {
		return t.grow(page, bytes.Clone(k), g, &e)
	}
	key, list, err := openGroup(k, v)
	if err != nil {
		return err
	}
	i := sort.Search(len(list), func(i int) bool { return !list[i].before(e.moment) })
	if i < len(list) && list[i].moment == e.moment {
		list[i] = e
	} else {
		list = append(list, entry{})
		copy(list[i+1:], list[i:])
		list[i] = e
	}
	if first := groupKey(page, list[0].moment); key != nil && string(first) != string(key) {
		if err := t.bucket(bucketVisits).Delete(key); err != nil {
			return err
		}
	}
	// Visits mostly come in order: then the full group stays as it is. One that comes late splits it in the middle, so
	// that an import from the latest to the oldest does not leave groups of one.
	cut := len(list)
	if full(list) && i == len(list)-1 {
		cut = i
	} else if full(list) {
		cut = len(list) / 2
	}
	if err := t.putGroup(page, list[:cut]); err != nil {
		return err
	}
	return t.putGroup(page, list[cut:])
}

// full reports whether a group is longer than its limits.
func full(list []entry) bool {
	return len(list) > 1 && (len(list) > groupVisits || sizeOf(list) > groupSize)
}

func sizeOf(list []entry) (size int) {
	for i := range list {
		size += list[i].size()
	}
	return size
}

func (t *tx) putGroup(page uint64, list []entry) error {
	if len(list) == 0 {
		return nil
	}
	visits := encodeVisits(list)
	v, err := packGroup(len(list), visits)
	if err != nil {
		return err
	}
	last := &list[len(list)-1]
	t.s.growing.remember(page, &growing{value: v, visits: visits, count: len(list), size: sizeOf(list), last: last.moment, leaf: last.leaf})
	t.wrote += len(v)
	return t.bucket(bucketVisits).Put(groupKey(page, list[0].moment), v)
}

// putEntries replaces all visits of a page.
func (t *tx) putEntries(page uint64, list []entry) error {
	if err := t.deletePrefix(bucketVisits, pageKey(page)); err != nil {
		return err
	}
	for len(list) > 0 {
		n := 1
		for n < len(list) && !full(list[:n+1]) {
			n++
		}
		if err := t.putGroup(page, list[:n]); err != nil {
			return err
		}
		list = list[n:]
	}
	return nil
}

// size is about how long a visit is before compression.
func (e *entry) size() int {
	n := 64 + len(e.capture.URL) + len(e.capture.FinalURL) + len(e.capture.Detail)
	for i := range e.capture.Hops {
		h := &e.capture.Hops[i]
		n += 64 + len(h.URL)
		for _, fields := range []map[string][]string{h.RequestHeader, h.Header} {
			for name, values := range fields {
				n += len(name) + 2
				for _, v := range values {
					n += len(v) + 1
				}
			}
		}
	}
	return n
}

// entryAt is the visit of a page at a moment; ok is false when there is none.
func (t *tx) entryAt(page uint64, at moment) (e entry, ok bool, err error) {
	_, list, err := t.findGroup(page, at)
	i := sort.Search(len(list), func(i int) bool { return !list[i].before(at) })
	if err != nil || i == len(list) || list[i].moment != at {
		return entry{}, false, err
	}
	return list[i], true, nil
}

// entries are all visits of a page in order.
func (t *tx) entries(page uint64) ([]entry, error) {
	var all []entry
	prefix := pageKey(page)
	c := t.cursor(bucketVisits)
	for k, v := c.Seek(prefix); hasPrefix(k, prefix); k, v = c.Next() {
		list, err := decodeGroup(v)
		if err != nil {
			return nil, err
		}
		if n := len(all); n > 0 && len(list) > 0 && !all[n-1].before(list[0].moment) {
			return nil, corrupt("page %d: groups of visits overlap", page)
		}
		all = append(all, list...)
	}
	return all, nil
}

// groupFrom is the next group of a page that holds visits after a moment, those alone; empty at the end.
func (t *tx) groupFrom(page uint64, after moment) ([]entry, error) {
	prefix := pageKey(page)
	key, list, err := t.findGroup(page, after)
	if err != nil || key == nil {
		return nil, err
	}
	for {
		i := sort.Search(len(list), func(i int) bool { return after.before(list[i].moment) })
		if i < len(list) {
			return list[i:], nil
		}
		c := t.cursor(bucketVisits)
		c.Seek(key)
		k, v := c.Next()
		if !hasPrefix(k, prefix) {
			return nil, nil
		}
		key = append([]byte{}, k...)
		if list, err = decodeGroup(v); err != nil {
			return nil, err
		}
	}
}

// deletePrefix removes all keys of a bucket that begin with prefix.
func (t *tx) deletePrefix(name, prefix []byte) error {
	bucket := t.bucket(name)
	c := t.cursor(name)
	var last []byte
	for k, _ := c.Seek(prefix); hasPrefix(k, prefix); k, _ = c.Seek(prefix) {
		if last != nil && string(k) == string(last) {
			c.disorder(k) // it is found by going through the bucket, and not by looking for it
		}
		last = append(last[:0], k...)
		if err := bucket.Delete(last); err != nil {
			return err
		}
	}
	return nil
}
