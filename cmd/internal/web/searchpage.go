package web

import (
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"github.com/onrecord/onrecord/archive/search"
)

// searchSheet is what a search shows.
type searchSheet struct {
	Query         string
	Problem, Hint string // when the query cannot be understood
	Which         string // "", "live", "gone"
	Newest        bool
	Site          string
	Asked         bool
	Hits          []hitRow
	Pages         int
	More          string // address of a longer list
	Feed          string
}

// hitRow is a statement that was found.
type hitRow struct {
	search.Hit
	Key     string
	Snippet template.HTML
	Before  int // runs that are left out
}

const (
	searchHits = 20
	searchMore = 100
	maxRuns    = 4
)

// searchPage finds words in all versions, those that stand nowhere any longer included.
func (room *Room) searchPage(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	sheet := searchSheet{Query: clip(strings.TrimSpace(q.Get("q")), maxQuery), Which: q.Get("which"), Newest: q.Get("sort") == "time", Site: q.Get("site")}
	if sheet.Query == "" {
		return room.render(w, r, "search", sheet)
	}
	parsed, err := search.ParseQuery(sheet.Query)
	var bad *search.SyntaxError
	if errors.As(err, &bad) {
		sheet.Problem, sheet.Hint = bad.Problem, bad.Hint
		return room.render(w, r, "search", sheet)
	}
	if err != nil {
		return err
	}
	opts := search.Options{Site: sheet.Site, Live: sheet.Which == "live", Gone: sheet.Which == "gone", Newest: sheet.Newest, Limit: searchHits}
	if q.Get("more") != "" {
		opts.Limit = searchMore
	}
	s, giveBack, err := room.opts.Archive.Borrow(r.Context())
	if err != nil {
		return err
	}
	defer giveBack()
	found, err := room.find(r.Context(), s, parsed, opts)
	if err != nil {
		return err
	}
	sheet.Asked, sheet.Pages = true, found.Pages
	sheet.Feed = "/search.atom?" + url.Values{"q": {sheet.Query}}.Encode()
	if found.Pages > len(found.Hits) && opts.Limit == searchHits {
		q.Set("more", "1")
		sheet.More = "/search?" + q.Encode()
	}
	for _, h := range found.Hits {
		row := hitRow{Hit: h, Key: keyOf(h.URL), Snippet: marked(&h.Snippet), Before: max(len(h.Runs)-maxRuns, 0)}
		row.Runs = h.Runs[row.Before:]
		sheet.Hits = append(sheet.Hits, row)
	}
	return room.render(w, r, "search", sheet)
}

// marked is a snippet with what matches marked, on one line.
func marked(s *search.Snippet) template.HTML {
	var b strings.Builder
	at := 0
	for _, m := range s.Marks {
		b.WriteString(escaped(s.Text[at:m.Start]) + "<mark>" + escaped(s.Text[m.Start:m.End]) + "</mark>")
		at = m.End
	}
	b.WriteString(escaped(s.Text[at:]))
	return template.HTML(b.String()) //nolint:gosec // every piece was escaped
}
