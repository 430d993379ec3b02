package web

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/onrecord/onrecord/archive"
)

// order makes the lists of the overview out of its pages.
func (s *survey) order() {
	o := s.over
	newest := int64(0)
	sites := map[string]*siteEntry{}
	for _, p := range o.pages {
		newest = max(newest, p.lastVisit)
		site := sites[p.site]
		if site == nil {
			site = &siteEntry{name: p.site}
			sites[p.site] = site
		}
		site.add(p)
		if p.state != archive.Live {
			o.away = append(o.away, p)
		}
	}
	o.newest = time.Unix(0, newest).UTC()
	slices.SortFunc(o.pages, byChange)
	slices.SortFunc(o.away, func(a, b *pageEntry) int { return cmp.Or(cmp.Compare(b.since, a.since), cmp.Compare(a.key, b.key)) })
	o.sites = slices.SortedFunc(maps.Values(sites), func(a, b *siteEntry) int { return cmp.Compare(a.name, b.name) })
	for _, site := range o.sites {
		slices.SortFunc(site.pages, byChange)
	}
	s.listEdits()
}

func (site *siteEntry) add(p *pageEntry) {
	site.pages = append(site.pages, p)
	site.changed = max(site.changed, p.changed)
	if p.state == archive.Live {
		site.live++
	}
	for i := range p.heads {
		if c := &p.heads[i]; c.change.Kind != archive.First && !c.later {
			site.edits++
			if c.change.Silent {
				site.silent++
			}
		}
	}
}

// date says since when the overview and what is new in it are told. have is the one before, if any. No two of them have one
// second, and none has one in which the one before was in force: whoever has what that one told, at whatever time, is so told that
// there is something newer.
func (s *survey) date(have *overview, now time.Time) {
	o := s.over
	if have != nil && s.old == have && len(s.fresh) == 0 && len(o.byKey) == len(have.byKey) {
		o.made = have.made
		return
	}
	o.made = now.Unix() + 1
	if have != nil {
		o.made = max(o.made, have.made+1)
	}
	for p := range s.fresh {
		p.made = o.made
	}
}

// listEdits makes the list of all changes: those of the old overview whose pages are as they were, which are in order, and
// those of the others among them.
func (s *survey) listEdits() {
	var fresh, kept []changeEntry
	for p := range s.fresh {
		if s.over.byKey[p.key] == p {
			fresh = append(fresh, p.heads...)
		}
	}
	slices.SortFunc(fresh, compareChanges)
	if s.old != nil {
		kept = s.old.edits
		s.over.cut = s.old.cut
	}
	list := make([]changeEntry, 0, min(len(fresh)+len(kept), maxEdits))
	for len(list) < maxEdits {
		for len(kept) > 0 && s.over.byKey[kept[0].page.key] != kept[0].page {
			kept = kept[1:]
		}
		switch {
		case len(kept) == 0 && len(fresh) == 0:
			s.over.edits = list
			return
		case len(kept) == 0 || len(fresh) > 0 && compareChanges(fresh[0], kept[0]) < 0:
			list, fresh = append(list, fresh[0]), fresh[1:]
		default:
			list, kept = append(list, kept[0]), kept[1:]
		}
	}
	s.over.edits, s.over.cut = list, s.over.cut || len(kept)+len(fresh) > 0
}
