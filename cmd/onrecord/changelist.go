package main

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/diff"
	"github.com/onrecord/onrecord/cmd/internal/tell"
)

// changeEntry is a change that was found, in as little memory as names it: an archive may have a million.
type changeEntry struct {
	url    string // shared by the changes of a page
	number int32
	weight int32 // the significance; 0 when it is not sorted by
	later  bool  // no event tells it
	nanos  int64 // when the version was first seen
}

// changeList is the changes that were found, the best so many of them.
type changeList struct {
	list  []changeEntry
	total int // all that were found
	pages int // that were looked at
	want  *changeFilter
}

// findChanges looks through all pages. A page's summary says when it was last changed, so that the versions of pages
// without a change in the time asked for are not read; of the others they are read from the last one back.
func findChanges(ctx context.Context, s archive.Store, want *changeFilter) (*changeList, error) {
	l := &changeList{want: want}
	for p, err := range s.Pages(ctx, want.site) {
		if err != nil {
			return nil, err
		}
		l.pages++
		if p.LastChanged.Before(want.since) || p.Versions == 1 && !want.kinds[archive.First] {
			continue
		}
		if !want.until.IsZero() && !p.FirstSeen.Before(want.until) {
			continue
		}
		if err := l.page(ctx, s, p); err != nil {
			return nil, err
		}
	}
	l.cut()
	return l, nil
}

// page adds the changes of a page.
func (l *changeList) page(ctx context.Context, s archive.Store, p archive.Page) error {
	told, err := tell.Told(ctx, s, p.URL)
	if err != nil {
		return err
	}
	for n := p.Versions; n > 0; n-- {
		v, err := s.Version(ctx, p.URL, n)
		if err != nil && !errors.Is(err, archive.ErrForgotten) {
			return err
		}
		if v.FirstSeen.Before(l.want.since) {
			return nil
		}
		if !l.want.until.IsZero() && !v.FirstSeen.Before(l.want.until) || !told[n] && !l.want.later || !l.want.wants(&v) {
			continue
		}
		e := changeEntry{url: p.URL, number: int32(n), later: !told[n], nanos: v.FirstSeen.UnixNano()}
		if l.want.weigh && n > 1 {
			old, err := s.Version(ctx, p.URL, n-1)
			if err != nil && !errors.Is(err, archive.ErrForgotten) {
				return err
			}
			if old.Forgotten == nil && v.Forgotten == nil {
				e.weight = int32(diff.Readings(&old.Reading, &v.Reading).Significance())
			}
		}
		l.total++
		l.list = append(l.list, e)
		if limit := l.want.limit; limit > 0 && len(l.list) >= 2*limit+1000 {
			l.cut()
		}
	}
	return nil
}

// cut sorts the list and keeps the best of it.
func (l *changeList) cut() {
	slices.SortFunc(l.list, func(a, b changeEntry) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(b.nanos, a.nanos), cmp.Compare(a.url, b.url), cmp.Compare(b.number, a.number))
	})
	if l.want.limit > 0 && len(l.list) > l.want.limit {
		l.list = slices.Clip(l.list[:l.want.limit])
	}
}

// told reads the two versions of a change and compares them.
func (e *changeEntry) told(ctx context.Context, s archive.Store) (tell.Change, error) {
	return tell.ChangeOf(ctx, s, e.url, int(e.number), e.later)
}
