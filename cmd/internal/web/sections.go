package web

import (
	"fmt"
	"sort"

	"github.com/onrecord/onrecord/archive"
)

// changes are the changes that a filter wants, the newest first, from after a position on ("" is the beginning), and the
// position to go on from: "" at the end.
func (o *overview) changes(f *changeFilter, position string, limit int) (list []changeEntry, next string, err error) {
	begin, end := 0, len(o.edits)
	if !f.until.IsZero() {
		until := nanosOf(f.until)
		begin = sort.Search(end, func(i int) bool { return o.edits[i].nanos < until })
	}
	if !f.since.IsZero() {
		since := nanosOf(f.since)
		end = sort.Search(end, func(i int) bool { return o.edits[i].nanos < since })
	}
	if position != "" {
		at, err := changeAt(position)
		if err != nil {
			return nil, "", err
		}
		begin = max(begin, sort.Search(len(o.edits), func(i int) bool { return compareChanges(o.edits[i], at) > 0 }))
	}
	for i := begin; i < end; i++ {
		if !f.wants(&o.edits[i]) {
			continue
		}
		if len(list) == limit {
			return list, list[limit-1].position(), nil
		}
		list = append(list, o.edits[i])
	}
	return list, "", nil
}

// position is where a list of changes goes on after this one.
func (c *changeEntry) position() string {
	return fmt.Sprintf("%d %016x %d", c.nanos, uint64(c.page.key), c.number)
}

// changeAt is a change as far as a position tells, to be compared with others.
func changeAt(position string) (changeEntry, error) {
	c := changeEntry{page: &pageEntry{}}
	if _, err := fmt.Sscanf(position, "%d %016x %d", &c.nanos, &c.page.key, &c.number); err != nil {
		return c, errCursor
	}
	return c, nil
}

// pagePosition is where a list of statements in the order of a time goes on after one of that time.
func pagePosition(nanos int64, p *pageEntry) string {
	return fmt.Sprintf("%d %016x", nanos, uint64(p.key))
}

// errCursor is the error of a position that no list gave.
var errCursor = failure{status: 400, text: "This link leads to no place in the list.", hint: "Begin with the list's first page."}

// pagesOf are the statements of a site, those changed last first, from after a position on, and the position to go on from.
func (o *overview) pagesOf(site, position string, limit int) (list []*pageEntry, next string, err error) {
	all := o.pages
	if site != "" {
		s := o.site(site)
		if s == nil {
			return nil, "", archive.ErrNotFound
		}
		all = s.pages
	}
	return section(all, func(p *pageEntry) int64 { return p.changed }, position, limit)
}

// gone are the statements that are not live, of one state when state is not "", the last to go first.
func (o *overview) gone(state archive.State, position string, limit int) (list []*pageEntry, next string, err error) {
	all := o.away
	if state != "" {
		all = nil
		for _, p := range o.away {
			if p.state == state {
				all = append(all, p)
			}
		}
	}
	return section(all, func(p *pageEntry) int64 { return p.since }, position, limit)
}

// section is the part of a list, which is ordered by a time and the key, from after a position on.
func section(all []*pageEntry, by func(*pageEntry) int64, position string, limit int) (list []*pageEntry, next string, err error) {
	begin := 0
	if position != "" {
		var nanos int64
		var key pageKey
		if _, err := fmt.Sscanf(position, "%d %016x", &nanos, &key); err != nil {
			return nil, "", errCursor
		}
		begin = sort.Search(len(all), func(i int) bool {
			return by(all[i]) < nanos || by(all[i]) == nanos && all[i].key > key
		})
	}
	end := len(all)
	if limit < end-begin {
		end = begin + limit
		last := all[end-1]
		next = pagePosition(by(last), last)
	}
	return all[begin:end], next, nil
}
