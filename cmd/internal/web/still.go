package web

import (
	"context"
	"encoding/binary"
	"errors"

	"github.com/onrecord/onrecord/archive"
)

// still reports whether a page is as the entry has it; it is not when there is none. A page that was read again by other rules has
// no new visit: it shows in what changed from version to version and, where something was made of the versions, in the first and the
// last one.
func (e *pageEntry) still(ctx context.Context, s archive.Store, p *archive.Page) (bool, error) {
	if e == nil || !e.summed(p) {
		return false, nil
	}
	if same, err := e.sameHeads(ctx, s); err != nil || !same {
		return false, vanished(err)
	}
	was := e.reading.Load()
	if was == 0 {
		return true, nil
	}
	now, err := readingOf(ctx, s, e.url)
	return now == was, vanished(err)
}

// summed reports whether the summary of a page is that of the entry.
func (e *pageEntry) summed(p *archive.Page) bool {
	return e.url == p.URL && e.site == p.Site && e.state == p.State && e.versions == p.Versions && e.captures == p.Captures &&
		e.aliases == len(p.Aliases) && e.stated == statedOf(p) && e.lastVisit == nanosOf(p.LastVisit) && e.changed == nanosOf(p.LastChanged) && e.firstSeen == nanosOf(p.FirstSeen)
}

// statedOf names what a page states in lists.
func statedOf(p *archive.Page) uint64 {
	sum := archive.Sum([]byte(p.Title + "\x00" + p.Published + "\x00" + p.Modified))
	return binary.BigEndian.Uint64(sum[:])
}

// sameHeads reports whether the versions differ from one to the next as the entry has it. Of a store that gives none without their
// texts it is taken for granted.
func (e *pageEntry) sameHeads(ctx context.Context, s archive.Store) (bool, error) {
	o, ok := s.(outliner)
	if !ok || len(e.heads) < 2 {
		return true, nil
	}
	n := 0
	for v, err := range o.Heads(ctx, e.url) {
		if err != nil {
			return false, err
		}
		if n == len(e.heads) || e.heads[n].nanos != nanosOf(v.FirstSeen) || e.heads[n].change != v.Change {
			return false, nil
		}
		n++
	}
	return n == len(e.heads), nil
}

// pin takes down what the first and the last version of a page are, before anything that the room or a reader remembers is made of its
// versions. When they are something else there will be another entry, and what was made for this one is out of date.
func (e *pageEntry) pin(ctx context.Context, s archive.Store) error {
	if e.reading.Load() != 0 {
		return nil
	}
	now, err := readingOf(ctx, s, e.url)
	if err == nil {
		e.reading.CompareAndSwap(0, now)
	}
	return err
}

// readingOf names what the first and the last version of a page are, and by which rules: when others are read again by other rules, one
// of these is. It is never 0.
func readingOf(ctx context.Context, s archive.Store, url string) (uint64, error) {
	var b []byte
	for _, n := range []int{1, -1} {
		v, err := s.Version(ctx, url, n)
		if err != nil && !errors.Is(err, archive.ErrForgotten) {
			return 0, err
		}
		text := v.TextDigest()
		b = append(append(b, v.Rules+"\x00"+v.Title+"\x00"...), text[:]...)
	}
	sum := archive.Sum(b)
	return max(binary.BigEndian.Uint64(sum[:]), 1), nil
}

// vanished is nil for a page that was joined to another one since it was listed.
func vanished(err error) error {
	if errors.Is(err, archive.ErrNotFound) {
		return nil
	}
	return err
}
