package web

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/onrecord/onrecord/archive"
)

// pageRoutes are the pages for people.
func (room *Room) pageRoutes() []route {
	return []route{
		{"GET /{$}", reader, room.front},
		{"GET /changes", reader, room.changesPage},
		{"GET /gone", reader, room.gonePage},
		{"GET /site/{name}", reader, room.sitePage},
		{"GET /s", reader, room.findStatement},
		{"GET /s/{key}", reader, room.ofStatement(room.latestPage)},
		{"GET /s/{key}/history", reader, room.ofStatement(room.historyPage)},
		{"GET /s/{key}/v/{n}", reader, room.ofStatement(room.versionPage)},
		{"GET /s/{key}/v/{n}/proof.zip", reader, room.ofStatement(room.proof)},
		{"GET /s/{key}/v/{n}/sentence/{name}", reader, room.ofStatement(room.sentencePage)},
		{"GET /search", reader, room.searchPage},
		{"GET /runs", reader, room.runsPage},
		{"GET /cases", reader, room.casesPage},
	}
}

// statementRow is a statement in a list.
type statementRow struct {
	Key, URL, Site, Title string
	State                 archive.State
	Versions              int
	Published             string
	Changed, Since        time.Time
}

// rowsOfPages are the statements of a list with their titles. Those that are joined to others meanwhile are left out.
func (room *Room) rowsOfPages(ctx context.Context, list []*pageEntry) ([]statementRow, error) {
	if len(list) == 0 {
		return nil, nil
	}
	s, giveBack, err := room.opts.Archive.Borrow(ctx)
	if err != nil {
		return nil, err
	}
	defer giveBack()
	out := make([]statementRow, 0, len(list))
	for _, e := range list {
		p, err := s.Page(ctx, e.url)
		if errors.Is(err, archive.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, statementRow{
			Key: e.key.String(), URL: p.URL, Site: p.Site, Title: titleOf(p.Title, p.URL), State: p.State, Versions: p.Versions,
			Published: p.Published, Changed: p.LastChanged, Since: time.Unix(0, e.since).UTC(),
		})
	}
	return out, nil
}

// next is the address of a list's next page, with the same filters; "" when there is none. scope names the list.
func next(r *http.Request, scope, position string) string {
	if position == "" {
		return ""
	}
	q := r.URL.Query()
	q.Set("from", writeCursor(scope, position))
	return r.URL.EscapedPath() + "?" + q.Encode()
}

// position is where in a list the request wants to go on.
func position(r *http.Request, scope string) (string, error) {
	return readCursor(scope, r.URL.Query().Get("from"))
}

// findStatement leads to the page of a statement that is named by its address.
func (room *Room) findStatement(w http.ResponseWriter, r *http.Request) error {
	address := r.URL.Query().Get("url")
	if address == "" {
		return failure{http.StatusBadRequest, "Which statement?", "As in /s?url=https://harbour.example/statements/dredging."}
	}
	s, giveBack, err := room.opts.Archive.Borrow(r.Context())
	if err != nil {
		return err
	}
	defer giveBack()
	p, err := lookUp(r.Context(), s, address)
	if errors.Is(err, archive.ErrNotFound) || err == nil && p.Versions == 0 {
		return failure{http.StatusNotFound, "No statement is on record at this address.", "Search for its words, or look among the statements of its site."}
	}
	if err != nil {
		return err
	}
	redirect(w, "/s/"+keyOf(p.URL))
	return nil
}

// redirect leads to another page of the room.
func redirect(w http.ResponseWriter, to string) {
	w.Header().Set("Location", to)
	w.WriteHeader(http.StatusSeeOther)
}
