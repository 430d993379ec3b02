package web

import (
	"context"
	"encoding/hex"
	"time"

	"github.com/onrecord/onrecord/archive"
)

// keyOf is the key of a statement in the room's addresses: the first 16 hexadecimal digits of the SHA-256 of its address.
func keyOf(url string) string {
	d := archive.Sum([]byte(url))
	return hex.EncodeToString(d[:8])
}

// overview is what lists are made of: which statements there are, and when they were changed. It is not changed once it is
// made; the room makes another one when the archive has moved on.
type overview struct {
	state   string // of the archive, "" unknown
	pages   []*pageEntry
	byKey   map[string]*pageEntry // also by the keys of aliases
	edits   []changeEntry         // of all pages, the newest first
	bySite  map[string]*siteEntry
	ordered []*siteEntry // by name
}

// pageEntry is a statement as the overview has it.
type pageEntry struct {
	url                          string
	site                         *siteEntry
	state                        archive.State
	versions                     int
	firstSeen, lastVisit, change time.Time
}

// siteEntry is a site as the overview has it.
type siteEntry struct {
	name  string
	pages []*pageEntry // those changed last first
}

// changeEntry is a version of a statement as a change, the first version included.
type changeEntry struct {
	page   *pageEntry
	number int
	time   time.Time // when it was first seen
	change archive.Change
	later  bool // found when the page was read again by later rules: no change of theirs
}

// overviews keeps the overview that is in force.
type overviews struct{}

// overview is the overview of the archive as it is now, or was moments ago.
func (room *Room) overview(ctx context.Context) (*overview, error) {
	return &overview{}, nil
}

// page is the address of the statement with a key.
func (o *overview) page(key string) (url string, ok bool) {
	p := o.byKey[key]
	if p == nil {
		return "", false
	}
	return p.url, true
}
