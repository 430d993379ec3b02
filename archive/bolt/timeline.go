package bolt

import (
	"sort"
)

// The timeline names all visits of the archive in the order of time. Its groups are like those of a page's visits: the
// key is the first name, the value all of them as differences from one to the next.

// name is which visit of which page.
type name struct {
	moment
	page uint64
}

func (a name) before(b name) bool {
	if c := a.compare(b.moment); c != 0 {
		return c < 0
	}
	return a.page < b.page
}

// groupNames is how many names a group holds at most.
const groupNames = 256

func nameKey(n name) []byte { return be64(n.append(nil), n.page) }

const nameKeySize = momentSize + 8

func encodeNames(list []name) []byte {
	w := writer{make([]byte, 0, 8*len(list)+16)}
	w.uint(uint64(len(list)))
	last := int64(0)
	for _, n := range list {
		w.int(n.nanos - last)
		w.uint(n.page)
		w.uint(n.blob)
		last = n.nanos
	}
	return w.b
}

func decodeNames(v []byte) ([]name, error) {
	r := reader{b: v}
	list := make([]name, r.count(len(v)))
	last := int64(0)
	for i := range list {
		last += r.int()
		list[i] = name{moment{last, 0}, r.uint()}
		list[i].blob = r.uint()
		if i > 0 && r.err == nil && !list[i-1].before(list[i]) {
			return nil, corrupt("timeline: name %d is not in order", i)
		}
	}
	return list, r.done()
}

// findNames is the group that a name belongs to; key is nil when there is none.
func (t *tx) findNames(n name) (key []byte, list []name, err error) {
	c := t.cursor(bucketTimeline)
	want := nameKey(n)
	k, v := c.Seek(want)
	if k == nil || string(k) != string(want) {
		if k == nil {
			k, v = c.Last()
		} else {
			k, v = c.Prev()
		}
		if k == nil {
			k, v = c.First()
		}
	}
	if k == nil {
		return nil, nil, nil
	}
	list, err = decodeNames(v)
	return append([]byte{}, k...), list, err
}

// putName adds a name.
func (t *tx) putName(n name) error {
	key, list, err := t.findNames(n)
	if err != nil {
		return err
	}
	i := sort.Search(len(list), func(i int) bool { return !list[i].before(n) })
	if i < len(list) && list[i] == n {
		return nil
	}
	list = append(list, name{})
	copy(list[i+1:], list[i:])
	list[i] = n
	if err := t.dropGroup(key, list); err != nil {
		return err
	}
	bucket := t.bucket(bucketTimeline)
	cut := len(list)
	if len(list) > groupNames {
		if cut = len(list) / 2; i == len(list)-1 {
			cut = i
		}
		if err := bucket.Put(nameKey(list[cut]), encodeNames(list[cut:])); err != nil {
			return err
		}
	}
	return bucket.Put(nameKey(list[0]), encodeNames(list[:cut]))
}

// deleteName takes a name out.
func (t *tx) deleteName(n name) error {
	key, list, err := t.findNames(n)
	if err != nil {
		return err
	}
	i := sort.Search(len(list), func(i int) bool { return !list[i].before(n) })
	if i == len(list) || list[i] != n {
		return corrupt("timeline: no visit of page %d at %s", n.page, timeOf(n.nanos))
	}
	list = append(list[:i], list[i+1:]...)
	if err := t.dropGroup(key, list); err != nil || len(list) == 0 {
		return err
	}
	return t.bucket(bucketTimeline).Put(nameKey(list[0]), encodeNames(list))
}

// dropGroup removes the group at key unless list is written there again.
func (t *tx) dropGroup(key []byte, list []name) error {
	if key == nil || (len(list) > 0 && string(nameKey(list[0])) == string(key)) {
		return nil
	}
	return t.bucket(bucketTimeline).Delete(key)
}

// namesFrom are the next names after one, at most a group of them; empty at the end.
func (t *tx) namesFrom(after name) ([]name, error) {
	key, list, err := t.findNames(after)
	if err != nil || key == nil {
		return nil, err
	}
	for {
		i := sort.Search(len(list), func(i int) bool { return after.before(list[i]) })
		if i < len(list) {
			return list[i:], nil
		}
		c := t.cursor(bucketTimeline)
		c.Seek(key)
		k, v := c.Next()
		if k == nil {
			return nil, nil
		}
		key = append([]byte{}, k...)
		if list, err = decodeNames(v); err != nil {
			return nil, err
		}
	}
}
