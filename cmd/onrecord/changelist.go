package main

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/diff"
	"github.com/onrecord/onrecord/archive/export"
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
	told, err := toldVersions(ctx, s, p.URL)
	if err != nil {
		return err
	}
	for n := p.Versions; n > 0; n-- {
		v, err := s.Version(ctx, p.URL, n)
		if err != nil {
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
			if err != nil {
				return err
			}
			e.weight = int32(diff.Readings(&old.Reading, &v.Reading).Significance())
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

// toldVersions are the versions of a page that its timeline tells. The others were found when its bytes were read again
// by later rules: a change of ours, not of theirs.
func toldVersions(ctx context.Context, s archive.Store, url string) (map[int]bool, error) {
	told := map[int]bool{}
	for e, err := range s.Events(ctx, url) {
		if err != nil {
			return nil, err
		}
		if e.Version != 0 {
			told[e.Version] = true
		}
	}
	return told, nil
}

// changeShape is a change as it is printed. Keys are added, never changed.
type changeShape struct {
	Time export.Time `json:"time"`
	// After is when the version before was last seen; null for a first version.
	After      export.Time    `json:"after"`
	URL        string         `json:"url"`
	Version    int            `json:"version"`
	Site       string         `json:"site"`
	Title      string         `json:"title"`
	Published  string         `json:"published"`
	Modified   string         `json:"modified"`
	TextDigest archive.Digest `json:"text_digest"`
	Change     archive.Change `json:"change"`
	// FoundLater is true for what came to light when the page was read again by later rules.
	FoundLater   bool           `json:"found_later"`
	Significance int            `json:"significance"`
	Summary      string         `json:"summary"`
	Findings     []diff.Finding `json:"findings"`
}

// shape reads the two versions of a change and compares them.
func (e *changeEntry) shape(ctx context.Context, s archive.Store) (changeShape, error) {
	p, err := s.Page(ctx, e.url)
	if err != nil {
		return changeShape{}, err
	}
	v, err := s.Version(ctx, e.url, int(e.number))
	if err != nil {
		return changeShape{}, err
	}
	c := changeShape{
		Time: export.Time{Time: time.Unix(0, e.nanos).UTC()}, URL: e.url, Version: v.Number, Site: p.Site, Title: v.Title,
		Published: v.Published, Modified: v.Modified, TextDigest: v.TextDigest(), Change: v.Change,
		FoundLater: e.later, Summary: "first version", Findings: []diff.Finding{},
	}
	if v.Number == 1 {
		return c, nil
	}
	old, err := s.Version(ctx, e.url, v.Number-1)
	if err != nil {
		return c, err
	}
	d := diff.Readings(&old.Reading, &v.Reading)
	c.After = export.Time{Time: old.LastSeen}
	c.Significance, c.Summary, c.Findings = d.Significance(), d.Summary(), d.Findings
	return c, nil
}
