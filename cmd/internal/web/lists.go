package web

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/crawler"
)

// How much lists show at once.
const (
	frontChanges = 12
	frontGone    = 6
	frontSites   = 60
	listChanges  = 30
	listPages    = 50
	// maxSiteChoices is up to how many sites a form lists them to choose from.
	maxSiteChoices = 200
)

// lookUp is the page at an address, which may lack its scheme.
func lookUp(ctx context.Context, s archive.Store, address string) (archive.Page, error) {
	tries := []string{address}
	if !strings.Contains(address, "://") {
		tries = []string{"https://" + address, "http://" + address}
	}
	for _, t := range tries {
		key, err := crawler.Key(t)
		if err != nil {
			continue
		}
		if p, err := s.Page(ctx, key); !missing(err) {
			return p, err
		}
	}
	return archive.Page{}, archive.ErrNotFound
}

// frontSheet is what the front shows.
type frontSheet struct {
	Statements, Versions, Edits, Silent int
	Newest                              time.Time
	Worth, Latest                       []told
	OneList                             bool // all changes are among those worth a look
	Sites                               []*siteEntry
	MoreSites                           int
	Gone                                []statementRow
	MoreGone                            int
}

// front is what has happened lately.
func (room *Room) front(w http.ResponseWriter, r *http.Request) error {
	o, err := room.overview(r.Context())
	if err != nil {
		return err
	}
	sheet := frontSheet{Statements: len(o.pages), Versions: len(o.edits), Newest: o.newest, Worth: o.worth}
	sites := slices.Clone(o.sites)
	slices.SortStableFunc(sites, func(a, b *siteEntry) int { return cmp.Compare(b.changed, a.changed) })
	sheet.Sites = sites[:min(frontSites, len(sites))]
	sheet.MoreSites = len(sites) - len(sheet.Sites)
	for _, s := range sites {
		sheet.Edits += s.edits
		sheet.Silent += s.silent
	}
	list, _, err := o.changes(&changeFilter{}, "", frontChanges)
	if err != nil {
		return err
	}
	if sheet.Latest, err = room.tellChanges(r.Context(), list); err != nil {
		return err
	}
	sheet.OneList = len(list) <= len(o.worth)
	away, _, err := o.gone("", "", frontGone)
	if err != nil {
		return err
	}
	sheet.MoreGone = len(o.away) - len(away)
	if sheet.Gone, err = room.rowsOfPages(r.Context(), away); err != nil {
		return err
	}
	room.lastModified(w, o.made)
	return room.render(w, r, "front", sheet)
}

// changesSheet is what the list of changes shows.
type changesSheet struct {
	Changes      []told
	Next         string
	Begin        bool // this is the first page of the list
	Cut          bool
	Sites        []string
	Kinds        []archive.Kind
	Site, Kind   string
	Since, Until string
	Words        string
	Silent       bool
	Narrowed     bool
}

var kindChoices = []archive.Kind{archive.Edited, archive.Restored, archive.Title, archive.Reordered, archive.Dates, archive.Typographic, archive.First}

// changesPage lists changes.
func (room *Room) changesPage(w http.ResponseWriter, r *http.Request) error {
	o, err := room.overview(r.Context())
	if err != nil {
		return err
	}
	q := r.URL.Query()
	sheet := changesSheet{
		Kinds: kindChoices, Site: q.Get("site"), Kind: q.Get("kind"), Since: q.Get("since"), Until: q.Get("until"), Words: q.Get("words"),
		Silent: q.Get("silent") != "", Begin: q.Get("from") == "", Cut: o.cut,
	}
	f, err := sheet.filter()
	if err != nil {
		return err
	}
	sheet.Narrowed = sheet.Site+sheet.Kind+sheet.Since+sheet.Until+sheet.Words != "" || sheet.Silent
	if len(o.sites) <= maxSiteChoices {
		for _, s := range o.sites {
			sheet.Sites = append(sheet.Sites, s.name)
		}
	}
	at, err := position(r, "changes")
	if err != nil {
		return err
	}
	list, nextAt, err := o.changes(f, at, listChanges)
	if err != nil {
		return err
	}
	if sheet.Changes, err = room.tellChanges(r.Context(), list); err != nil {
		return err
	}
	sheet.Next = next(r, "changes", nextAt)
	room.lastModified(w, o.made)
	return room.render(w, r, "changes", sheet)
}

// filter is what the form asks for.
func (s *changesSheet) filter() (*changeFilter, error) {
	f := &changeFilter{site: s.Site, silent: s.Silent}
	if s.Kind != "" {
		if !slices.Contains(kindChoices, archive.Kind(s.Kind)) {
			return nil, failure{http.StatusBadRequest, "There is no such kind of change.", "Choose one in the form."}
		}
		f.kinds = []archive.Kind{archive.Kind(s.Kind)}
	}
	var err error
	for _, d := range []struct {
		s    string
		to   *time.Time
		days int
	}{{s.Since, &f.since, 0}, {s.Until, &f.until, 1}} {
		if d.s == "" {
			continue
		}
		if *d.to, err = time.Parse(time.DateOnly, d.s); err != nil {
			return nil, failure{http.StatusBadRequest, "This is no day.", "Days are written as in 2024-05-01."}
		}
		*d.to = d.to.AddDate(0, 0, d.days)
	}
	if s.Words != "" {
		if f.words, err = strconv.Atoi(s.Words); err != nil || f.words < 0 {
			return nil, failure{http.StatusBadRequest, "The number of words is no number.", ""}
		}
	}
	return f, nil
}

// goneSheet is what the list of statements that are not live shows.
type goneSheet struct {
	Rows   []statementRow
	Next   string
	Begin  bool
	States []archive.State
	State  string
	Total  int
}

var awayStates = []archive.State{archive.PageGone, archive.PageMoved, archive.PageBlocked, archive.Unreachable}

// gonePage lists the statements that are not live.
func (room *Room) gonePage(w http.ResponseWriter, r *http.Request) error {
	o, err := room.overview(r.Context())
	if err != nil {
		return err
	}
	sheet := goneSheet{States: awayStates, State: r.URL.Query().Get("state"), Begin: r.URL.Query().Get("from") == "", Total: len(o.away)}
	at, err := position(r, "gone")
	if err != nil {
		return err
	}
	list, nextAt, err := o.gone(archive.State(sheet.State), at, listPages)
	if err != nil {
		return err
	}
	if sheet.Rows, err = room.rowsOfPages(r.Context(), list); err != nil {
		return err
	}
	sheet.Next = next(r, "gone", nextAt)
	room.lastModified(w, o.made)
	return room.render(w, r, "gone", sheet)
}
