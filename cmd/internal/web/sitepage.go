package web

import (
	"html/template"
	"net/http"
	"net/url"
	"time"

	"github.com/onrecord/onrecord/archive"
)

// siteSheet is what the page of a site shows.
type siteSheet struct {
	Name                            string
	Statements, Live, Edits, Silent int
	Changed                         time.Time
	Activity                        template.HTML
	Rows                            []statementRow
	Next                            string
	Begin                           bool
}

// sitePage shows a site: what happened there over time, and its statements.
func (room *Room) sitePage(w http.ResponseWriter, r *http.Request) error {
	o, err := room.overview(r.Context())
	if err != nil {
		return err
	}
	site := o.site(r.PathValue("name"))
	if site == nil {
		return failure{http.StatusNotFound, "No statement of such a site is on record.", "The front page lists all sites."}
	}
	at, err := position(r, "site "+site.name)
	if err != nil {
		return err
	}
	list, nextAt, err := o.pagesOf(site.name, at, listPages)
	if err != nil {
		return err
	}
	sheet := siteSheet{
		Name: site.name, Statements: len(site.pages), Live: site.live, Edits: site.edits, Silent: site.silent,
		Changed: time.Unix(0, site.changed).UTC(), Next: next(r, "site "+site.name, nextAt), Begin: at == "",
	}
	if sheet.Rows, err = room.rowsOfPages(r.Context(), list); err != nil {
		return err
	}
	for i := range sheet.Rows {
		sheet.Rows[i].Site = "" // it stands above them
	}
	if sheet.Begin {
		sheet.Activity = site.activity()
	}
	room.lastModified(w, o.made)
	return room.render(w, r, "site", sheet)
}

// activity is the picture of what happened at a site, month by month.
func (s *siteEntry) activity() template.HTML {
	a := activity{link: func(begin, end time.Time) string {
		q := url.Values{"site": {s.name}, "since": {begin.Format(time.DateOnly)}, "until": {end.AddDate(0, 0, -1).Format(time.DateOnly)}}
		return "/changes?" + q.Encode()
	}}
	for _, p := range s.pages {
		for i := range p.heads {
			if c := &p.heads[i]; !c.later || c.change.Kind == archive.First {
				a.add(c.time(), c.change)
			}
		}
	}
	return activitySVG(&a)
}

// Name, Address, Statements, Edits and Silent are for the list of sites on the front.
func (s *siteEntry) Name() string { return s.name }

// Address is the address of the site's page.
func (s *siteEntry) Address() string { return siteAddress(s.name) }

// Statements is how many there are of the site.
func (s *siteEntry) Statements() int { return len(s.pages) }

// Edits is how often they were changed.
func (s *siteEntry) Edits() int { return s.edits }

// Silent is how many of the changes were silent.
func (s *siteEntry) Silent() int { return s.silent }
