package web

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/search"
)

// feedOfAll tells what was changed in all statements, which came, and which are gone.
func feedOfAll(f *feeding) error {
	f.feed.Title, f.feed.Page = f.room.opts.Title+": changes", f.origin+"/changes"
	return f.changes(&changeFilter{kinds: allKinds}, true)
}

// feedOfSilent tells the silent edits.
func feedOfSilent(f *feeding) error {
	f.feed.Title, f.feed.Page = f.room.opts.Title+": silent edits", f.origin+"/changes?silent=1"
	f.feed.Subtitle = "Statements whose words were changed and whose stated dates were not"
	return f.changes(&changeFilter{kinds: allKinds, silent: true}, false)
}

// feedOfSite tells what was changed in the statements of a site.
func feedOfSite(f *feeding) error {
	name := f.r.PathValue("name")
	if f.over.site(name) == nil {
		return errNoSite
	}
	f.feed.Title = f.room.opts.Title + ": " + name
	f.feed.Page = f.origin + strings.TrimSuffix(f.r.URL.EscapedPath(), "/feed.atom")
	return f.changes(&changeFilter{kinds: allKinds, site: name}, true)
}

// changes adds the changes that a filter wants and, when away is true, the statements that are gone, the newest first.
func (f *feeding) changes(filter *changeFilter, away bool) error {
	list, _, err := f.over.changes(filter, f.from, feedItems+1)
	if err != nil {
		return err
	}
	if away {
		gone, err := f.over.goneAfter(filter.site, f.from, feedItems+1)
		if err != nil {
			return err
		}
		list = append(list, gone...)
		slices.SortStableFunc(list, compareChanges)
	}
	last := ""
	for i := range list {
		c := &list[i]
		e, err := f.entry(c)
		if err != nil && !missing(err) {
			return err
		}
		if err == nil && !f.add(e) {
			f.next = last
			return nil
		}
		last = c.position()
	}
	if len(list) > feedItems { // some of them are not there any more
		f.next = last
	}
	return nil
}

// entry is the entry of a change; one without a number says that the statement is gone.
func (f *feeding) entry(c *changeEntry) (atomEntry, error) {
	if c.number == 0 {
		return awayEntry(f.ctx, f.store, f.origin, c.page)
	}
	return f.room.versionEntry(f.ctx, f.store, f.origin, c.page, int(c.number))
}

// goneAfter are the statements of a site, or of all, that are gone or have moved away, as changes without a number, after a
// position of [overview.changes]. What is blocked or cannot be reached may be so for a day: it is told to whoever runs the
// archive, not here.
func (o *overview) goneAfter(site, position string, limit int) (list []changeEntry, err error) {
	var at changeEntry
	if position != "" {
		if at, err = changeAt(position); err != nil {
			return nil, err
		}
	}
	for _, p := range o.away {
		if p.state != archive.PageGone && p.state != archive.PageMoved || site != "" && p.site != site {
			continue
		}
		c := changeEntry{page: p, nanos: p.since}
		if position != "" && compareChanges(c, at) <= 0 {
			continue
		}
		if list = append(list, c); len(list) == limit {
			break
		}
	}
	return list, nil
}

// feedOfStatement tells the timeline of a statement: its versions, and when it was gone and back.
func feedOfStatement(f *feeding) error {
	key, ok := parseKey(f.r.PathValue("key"))
	p := f.over.byKey[key]
	if !ok || p == nil {
		return archive.ErrNotFound
	}
	page, err := f.store.Page(f.ctx, p.url)
	if err != nil {
		return err
	}
	f.made = 0 // as for the page of its history
	f.feed.Title, f.feed.Page = f.room.opts.Title+": "+titleOf(page.Title, p.url), f.origin+"/s/"+p.key.String()
	var events []archive.Event
	for e, err := range f.store.Events(f.ctx, p.url) {
		if err != nil {
			return err
		}
		events = append(events, e)
	}
	n := len(events)
	if f.from != "" {
		if n, err = positionNumber(f.from); err != nil || n > len(events) {
			return errCursor
		}
	}
	for ; n > 0; n-- {
		e, err := f.event(p, page.Title, &events[n-1])
		if missing(err) {
			continue
		}
		if err != nil {
			return err
		}
		if !f.add(e) {
			f.next = strconv.Itoa(n)
			return nil
		}
	}
	return nil
}

func (f *feeding) event(p *pageEntry, title string, e *archive.Event) (atomEntry, error) {
	if e.Version == 0 {
		return eventEntry(f.origin, p, title, e), nil
	}
	return f.room.versionEntry(f.ctx, f.store, f.origin, p, e.Version)
}

// feedOfSearch tells the statements that have or had words, those in which they were seen last first.
func feedOfSearch(f *feeding) error {
	query, err := search.ParseQuery(f.words())
	var bad *search.SyntaxError
	if errors.As(err, &bad) {
		return failure{http.StatusBadRequest, "The query cannot be understood: " + bad.Problem + ".", bad.Hint}
	}
	if err != nil {
		return err
	}
	from, err := positionNumber(f.from)
	if err != nil || from >= maxFound {
		return errCursor
	}
	f.feed.Title = f.room.opts.Title + ": " + clip(f.words(), 200)
	f.feed.Page, f.made = f.at(f.origin+"/search", ""), 0
	found, err := f.room.find(f.ctx, f.store, query, search.Options{Newest: true, Limit: min(from+feedItems+1, maxFound)})
	if err != nil {
		return err
	}
	for i := from; i < len(found.Hits); i++ {
		if !f.add(foundEntry(f.origin, f.words(), &found.Hits[i])) {
			f.next = strconv.Itoa(i)
			return nil
		}
	}
	return nil
}
