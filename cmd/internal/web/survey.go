package web

import (
	"context"
	"iter"
	"slices"
	"time"

	"github.com/onrecord/onrecord/archive"
)

// outliner is a store that gives pages and versions without what they say, as archive/bolt does. Others are read by the
// usual ways, which costs more.
type outliner interface {
	PagesAfter(ctx context.Context, after string) iter.Seq2[archive.Page, error]
	Heads(ctx context.Context, url string) iter.Seq2[archive.Version, error]
	VisitedSince(ctx context.Context, since time.Time) iter.Seq2[archive.Page, error]
}

const (
	// surveySlice is how long the store is kept while all of it is looked through: whoever waits to write gets it then.
	surveySlice = 200 * time.Millisecond
	// surveyMargin is how much earlier than the last visit that is known another one can have begun: a visit counts by when it
	// began, and is put on record when it is over.
	surveyMargin = 15 * time.Minute
	// maxEdits is how many changes an overview has at most; the oldest are left out.
	maxEdits = 1_000_000
)

// survey makes an overview. Of what the old one has it reads only what was visited since.
type survey struct {
	archive Archive
	old     *overview // nil: there is none
	over    *overview
	names   map[string]string   // of sites, so that each is in memory once
	fresh   map[*pageEntry]bool // entries that were read now
	tell    func(pages int)     // how many pages were looked at; may be nil
}

// look makes the overview of the archive as it is now. all is true when every page is to be looked at, else only those that
// were visited lately are, if the store can name them.
func (s *survey) look(ctx context.Context, all bool) (*overview, error) {
	state, err := s.archive.State(ctx)
	if err != nil {
		return nil, err
	}
	takedown, err := s.lastTakedown(ctx)
	if err != nil {
		return nil, err
	}
	if s.old != nil && s.old.takedown != takedown {
		s.old = nil // what is remembered of its entries may tell what was forgotten
	}
	s.over = &overview{state: state, swept: s.old == nil || all, takedown: takedown, byKey: map[pageKey]*pageEntry{}}
	s.names, s.fresh = map[string]string{}, map[*pageEntry]bool{}
	if s.over.swept {
		err = s.sweep(ctx)
	} else {
		err = s.follow(ctx)
	}
	if err != nil {
		return nil, err
	}
	s.order()
	return s.over, nil
}

// forgetter is a store that tells which takedown was the last, as archive/bolt does.
type forgetter interface {
	LastTakedown(ctx context.Context) (leaf int64, err error)
}

// lastTakedown is the number of the last takedown; 0 when there was none.
func (s *survey) lastTakedown(ctx context.Context) (int64, error) {
	store, giveBack, err := s.archive.Borrow(ctx)
	if err != nil {
		return 0, err
	}
	defer giveBack()
	if f, ok := store.(forgetter); ok {
		return f.LastTakedown(ctx)
	}
	return 0, nil
}

// sweep looks at every page. Those that are as they were keep their entries.
func (s *survey) sweep(ctx context.Context) error {
	for after, more := "", true; more; {
		store, giveBack, err := s.archive.Borrow(ctx)
		if err != nil {
			return err
		}
		after, more, err = s.slice(ctx, store, after)
		giveBack()
		if err != nil {
			return err
		}
		if s.tell != nil {
			s.tell(len(s.over.pages))
		}
	}
	return nil
}

// slice looks at pages after an address for a while. more is true when there may be others.
func (s *survey) slice(ctx context.Context, store archive.Store, after string) (last string, more bool, err error) {
	o, sliced := store.(outliner)
	pages := store.Pages(ctx, "")
	if sliced {
		pages = o.PagesAfter(ctx, after)
	}
	begin := time.Now()
	for p, err := range pages {
		if err != nil {
			return "", false, err
		}
		if err := s.add(ctx, store, &p); err != nil {
			return "", false, err
		}
		if sliced && time.Since(begin) > surveySlice {
			return p.URL, true, nil
		}
	}
	return "", false, nil
}

// follow looks at the pages that were visited since the old overview; the others keep their entries.
func (s *survey) follow(ctx context.Context) error {
	store, giveBack, err := s.archive.Borrow(ctx)
	if err != nil {
		return err
	}
	o, ok := store.(outliner)
	if ok {
		err = s.lately(ctx, store, o)
	}
	giveBack()
	if !ok {
		s.over.swept = true
		return s.sweep(ctx)
	}
	if err != nil {
		return err
	}
	for key, p := range s.old.byKey {
		if _, known := s.over.byKey[key]; !known {
			s.over.byKey[key] = p
			if p.key == key {
				s.over.pages = append(s.over.pages, p)
			}
		}
	}
	s.drop()
	return nil
}

// lately looks at the pages that were visited since the old overview.
func (s *survey) lately(ctx context.Context, store archive.Store, o outliner) error {
	for p, err := range o.VisitedSince(ctx, s.old.newest.Add(-surveyMargin)) {
		if err != nil {
			return err
		}
		if err := s.add(ctx, store, &p); err != nil {
			return err
		}
	}
	return nil
}

// drop takes out what has another entry now: a page that lives at another address, or was joined.
func (s *survey) drop() {
	s.over.pages = slices.DeleteFunc(s.over.pages, func(p *pageEntry) bool { return s.over.byKey[p.key] != p })
	for key, p := range s.over.byKey {
		if s.over.byKey[p.key] != p {
			delete(s.over.byKey, key)
		}
	}
}

// add puts a page into the overview.
func (s *survey) add(ctx context.Context, store archive.Store, p *archive.Page) error {
	key := keyFor(p.URL)
	if had := s.over.byKey[key]; had != nil && had.key == key {
		return nil
	}
	var e *pageEntry
	if s.old != nil {
		e = s.old.byKey[key]
	}
	kept, err := e.still(ctx, store, p)
	if err != nil {
		return err
	}
	if !kept {
		if e, err = s.read(ctx, store, p); err != nil || e == nil {
			return err
		}
		s.fresh[e] = true
	}
	s.over.pages = append(s.over.pages, e)
	s.over.byKey[key] = e
	for _, alias := range p.Aliases {
		if k := keyFor(alias); s.over.byKey[k] == nil {
			s.over.byKey[k] = e
		}
	}
	return nil
}

// read makes the entry of a page: nil when it is gone meanwhile.
func (s *survey) read(ctx context.Context, store archive.Store, p *archive.Page) (*pageEntry, error) {
	site, ok := s.names[p.Site]
	if !ok {
		site = p.Site
		s.names[site] = site
	}
	e := &pageEntry{
		key: keyFor(p.URL), url: p.URL, site: site, state: p.State, versions: p.Versions, captures: p.Captures, aliases: len(p.Aliases),
		firstSeen: nanosOf(p.FirstSeen), lastVisit: nanosOf(p.LastVisit), changed: nanosOf(p.LastChanged), since: nanosOf(p.LastVisit),
		stated: statedOf(p),
	}
	if p.Versions == 1 && p.State == archive.Live {
		e.heads = []changeEntry{{page: e, number: 1, nanos: e.firstSeen, change: archive.Change{Kind: archive.First}}}
		return e, nil
	}
	told := map[int]bool{}
	for event, err := range store.Events(ctx, p.URL) {
		if err != nil {
			return nil, vanished(err)
		}
		if event.Version != 0 {
			told[event.Version] = true
		}
		e.since = nanosOf(event.Time)
	}
	heads := store.Versions(ctx, p.URL)
	if o, ok := store.(outliner); ok {
		heads = o.Heads(ctx, p.URL)
	}
	for v, err := range heads {
		if err != nil {
			return nil, vanished(err)
		}
		e.heads = append(e.heads, changeEntry{page: e, number: int32(v.Number), nanos: nanosOf(v.FirstSeen), later: !told[v.Number], change: v.Change})
	}
	return e, nil
}
