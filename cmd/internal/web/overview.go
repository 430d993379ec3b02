package web

import (
	"cmp"
	"encoding/binary"
	"encoding/hex"
	"math"
	"slices"
	"sync/atomic"
	"time"

	"github.com/onrecord/onrecord/archive"
)

// pageKey names a statement in the room's addresses: the first eight bytes of the SHA-256 of its address.
type pageKey uint64

// keyOf is the key of an address, as it is written: 16 hexadecimal digits.
func keyOf(url string) string { return keyFor(url).String() }

func keyFor(url string) pageKey {
	d := archive.Sum([]byte(url))
	return pageKey(binary.BigEndian.Uint64(d[:8]))
}

func (k pageKey) String() string {
	return hex.EncodeToString(binary.BigEndian.AppendUint64(nil, uint64(k)))
}

// parseKey reads a key as it is written.
func parseKey(s string) (pageKey, bool) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != 8 {
		return 0, false
	}
	return pageKey(binary.BigEndian.Uint64(b)), true
}

// overview is what lists are made of: which statements there are, and when they were changed. It is not changed once it is
// made; the room makes another one when the archive has moved on. A statement takes about 330 bytes of it, a change 72.
type overview struct {
	state  string    // of the archive; "" is unknown
	swept  bool      // every page was looked at for it
	made   int64     // since when it is told, in seconds since 1970; it is that of the one before when nothing is new
	newest time.Time // the last visit
	// takedown is the number of the last takedown. When there is another one all entries are new.
	takedown int64
	pages    []*pageEntry
	byKey    map[pageKey]*pageEntry // also by the keys of aliases
	// edits are the versions of all statements, first ones included, the newest first.
	edits []changeEntry
	cut   bool // there are older ones than edits has
	sites []*siteEntry
	away  []*pageEntry // those that are not live, the last to go first
	worth []told       // changes worth a look
}

// pageEntry is a statement as the overview has it.
type pageEntry struct {
	key       pageKey
	url, site string
	state     archive.State
	versions  int
	captures  int
	aliases   int
	firstSeen int64 // these are nanoseconds since 1970
	lastVisit int64
	changed   int64  // when its last version was first seen
	since     int64  // since when it is in its state, when that is not live
	stated    uint64 // see statedOf
	made      int64  // since when the page is told so, in seconds since 1970
	heads     []changeEntry
	reading   atomic.Uint64 // what its first and last version were when the entry was pinned; 0 before that
}

// siteEntry is a site as the overview has it.
type siteEntry struct {
	name    string
	pages   []*pageEntry // those changed last first
	live    int
	edits   int // versions but for the first ones and those found later
	silent  int
	changed int64 // when one of its statements was last changed, or came
}

// changeEntry is a version of a statement as a change, the first version included.
type changeEntry struct {
	page   *pageEntry
	nanos  int64 // when it was first seen
	number int32
	later  bool // found when the page was read again by later rules: no change of theirs
	change archive.Change
}

// time is when the version was first seen.
func (c *changeEntry) time() time.Time { return time.Unix(0, c.nanos).UTC() }

// compareChanges orders changes, the newest first.
func compareChanges(a, b changeEntry) int {
	return cmp.Or(cmp.Compare(b.nanos, a.nanos), cmp.Compare(a.page.key, b.page.key), cmp.Compare(b.number, a.number))
}

// byChange orders statements, those changed last first.
func byChange(a, b *pageEntry) int {
	return cmp.Or(cmp.Compare(b.changed, a.changed), cmp.Compare(a.key, b.key))
}

// page is the address of the statement with a key, or with one of an older address of it.
func (o *overview) page(key string) (url string, ok bool) {
	k, ok := parseKey(key)
	if !ok {
		return "", false
	}
	p := o.byKey[k]
	if p == nil {
		return "", false
	}
	return p.url, true
}

// site is the site of a name; nil when none has it.
func (o *overview) site(name string) *siteEntry {
	i, ok := slices.BinarySearchFunc(o.sites, name, func(s *siteEntry, name string) int { return cmp.Compare(s.name, name) })
	if !ok {
		return nil
	}
	return o.sites[i]
}

// allKinds are all kinds of changes, first versions too.
var allKinds = []archive.Kind{
	archive.First, archive.Edited, archive.Reordered, archive.Typographic, archive.Dates, archive.Title, archive.Restored,
}

// changeFilter says which changes are wanted. The zero value wants all but first versions and what was found later.
type changeFilter struct {
	since, until time.Time // zero: without end; until is the first moment that is not wanted
	site         string
	kinds        []archive.Kind // nil: all but first
	silent       bool
	later        bool // also what no event tells
	words        int  // at least so many, added and removed together
}

func (f *changeFilter) wants(c *changeEntry) bool {
	switch {
	case f.kinds == nil && c.change.Kind == archive.First, f.kinds != nil && !slices.Contains(f.kinds, c.change.Kind):
		return false
	case c.later && !f.later, f.silent && !c.change.Silent, f.site != "" && c.page.site != f.site:
		return false
	}
	return f.words == 0 || c.change.WordsAdded+c.change.WordsRemoved >= f.words
}

// nanosOf is a time as the overview has it. What nanoseconds cannot count, the zero time among it, is before or after all others.
func nanosOf(t time.Time) int64 {
	switch {
	case t.Before(time.Unix(0, math.MinInt64)):
		return math.MinInt64
	case t.After(time.Unix(0, math.MaxInt64)):
		return math.MaxInt64
	}
	return t.UnixNano()
}
