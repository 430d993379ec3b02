package bolt

import (
	"sort"

	"github.com/onrecord/onrecord/archive"
)

// version is a version at rest: which visits show it, and what it is against the one before.
type version struct {
	number   uint32
	first    moment          // of the first visit that shows it
	last     int64           // time of the last one
	rendered uint64          // body that the first visit was read from, when it was rendered; else 0
	dropped  archive.Dropped // of the first visit, without the digest: body instead has it
	instead  uint64
	captures int
	reading  uint32
	identity archive.Digest
	text     archive.Digest
	media    string
	change   archive.Change
}

func (v *version) encode() []byte {
	var w writer
	w.int(v.first.nanos)
	w.uint(v.first.blob)
	w.int(v.last)
	w.uint(uint64(v.captures))
	w.uint(uint64(v.reading))
	w.raw(v.identity[:])
	w.raw(v.text[:])
	w.str(v.media)
	w.str(string(v.change.Kind))
	w.bool(v.change.Silent)
	w.bool(v.change.Touched)
	w.int(int64(v.change.WordsAdded))
	w.int(int64(v.change.WordsRemoved))
	w.uint(uint64(v.change.Restores))
	if v.rendered != 0 || v.dropped.Any() {
		w.uint(v.rendered)
	}
	if v.dropped.Any() {
		w.bool(v.dropped.Raw)
		w.bool(v.dropped.Rendered)
		w.uint(v.instead)
	}
	return w.b
}

func decodeVersion(number uint32, b []byte) (v version, err error) {
	r := reader{b: b}
	v.number = number
	v.first.nanos, v.first.blob = r.int(), r.uint()
	v.last = r.int()
	v.captures = r.count(1 << 40)
	v.reading = uint32(r.count(1<<31 - 1))
	copy(v.identity[:], r.raw(32))
	copy(v.text[:], r.raw(32))
	v.media = r.str()
	v.change.Kind = archive.Kind(r.str())
	v.change.Silent, v.change.Touched = r.bool(), r.bool()
	v.change.WordsAdded, v.change.WordsRemoved = int(r.int()), int(r.int())
	v.change.Restores = r.count(1<<31 - 1)
	if r.err == nil && len(r.b) > 0 {
		v.rendered = r.uint()
	}
	if r.err == nil && len(r.b) > 0 {
		v.dropped.Raw, v.dropped.Rendered = r.bool(), r.bool()
		v.instead = r.uint()
		if r.err == nil && !v.dropped.Any() { // a version that lost nothing is written without them
			return v, corrupt("version %d has a body in the stead of none", number)
		}
	}
	return v, r.done()
}

func versionKey(page uint64, n uint32) []byte { return be32(be64(nil, page), n) }

func (t *tx) putVersion(page uint64, v *version) error {
	return t.bucket(bucketVersions).Put(versionKey(page, v.number), v.encode())
}

// version is version n of a page that has it.
func (t *tx) version(page uint64, n uint32) (version, error) {
	b := t.bucket(bucketVersions).Get(versionKey(page, n))
	if b == nil {
		return version{}, corrupt("page %d: version %d is not there", page, n)
	}
	return decodeVersion(n, b)
}

// versions are all versions of a page.
func (t *tx) versions(page uint64, count uint32) ([]version, error) {
	list := make([]version, 0, min(count, 1024))
	for n := uint32(1); n <= count; n++ {
		v, err := t.version(page, n)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

// inForce is the number of the version that stood at a moment: the last one that begins at it or before; 0 when none.
func (t *tx) inForce(page uint64, count uint32, at moment) (uint32, error) {
	var err error
	n := sort.Search(int(count), func(i int) bool {
		if err != nil {
			return false
		}
		var v version
		v, err = t.version(page, uint32(i)+1)
		return at.before(v.first)
	})
	return uint32(n), err
}

// earlier is the version before n that a reading equals: the last one with that identity, else the last one with that
// text when the text is not that of the version just before; 0 when none.
func earlier(list []version, identity, text archive.Digest) uint32 {
	for i := len(list) - 2; i >= 0; i-- {
		if list[i].identity == identity {
			return list[i].number
		}
	}
	if n := len(list); n > 0 && list[n-1].text == text {
		return 0
	}
	for i := len(list) - 2; i >= 0; i-- {
		if list[i].text == text {
			return list[i].number
		}
	}
	return 0
}
