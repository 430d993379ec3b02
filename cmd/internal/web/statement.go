package web

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/onrecord/onrecord/archive"
)

// statement is the statement that a request's address names, and the store that it is in, which is there until the request
// is answered.
type statement struct {
	store archive.Store
	page  archive.Page
	entry *pageEntry // in the overview; pinned
}

// ofStatement serves a page of a statement. What is asked for by an older address of the statement is led to the present one.
func (room *Room) ofStatement(serve func(http.ResponseWriter, *http.Request, *statement) error) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		o, err := room.overview(r.Context()) // before the store, which it may need itself
		if err != nil {
			return err
		}
		key, ok := parseKey(r.PathValue("key"))
		entry := o.byKey[key]
		if !ok || entry == nil {
			return archive.ErrNotFound
		}
		s, giveBack, err := room.opts.Archive.Borrow(r.Context())
		if err != nil {
			return err
		}
		defer giveBack()
		p, err := s.Page(r.Context(), entry.url)
		if err != nil {
			return err
		}
		if key != entry.key {
			redirect(w, presentAddress(r, entry))
			return nil
		}
		if err := entry.pin(r.Context(), s); err != nil {
			return err
		}
		return serve(w, r, &statement{s, p, entry})
	}
}

// presentAddress is the address of what a request asks for, by the statement's present key.
func presentAddress(r *http.Request, e *pageEntry) string {
	to := url.URL{Path: "/s/" + e.key.String() + r.URL.Path[len("/s/")+len(r.PathValue("key")):], RawQuery: r.URL.RawQuery}
	return to.String()
}

// noSuchVersion is the error of a number that no version has.
func (st *statement) noSuchVersion() error {
	return failure{http.StatusNotFound, "There is no such version.", fmt.Sprintf("This statement has %s.", counted(st.page.Versions, "version"))}
}
