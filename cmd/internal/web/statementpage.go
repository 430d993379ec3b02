package web

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"strconv"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/cmd/internal/tell"
)

// statementSheet is what the page of a statement shows, and that of one of its versions.
type statementSheet struct {
	Key, Site string
	Tab       string // "text", "history", "changes", "sentences": which of the statement's pages this is
	Address   string // of the page that is shown, without a part
	Title     string
	Page      archive.Page
	Version   archive.Version
	Permanent bool // the page of a version, for ever; else that of the statement as it stands
	Later     bool // the version was found when the page was read again by later rules
	Since     time.Time
	Change    *told
	Text      template.HTML
	Part      int
	Parts     []int
	Sentences bool // each sentence is a link
	Claims    []archive.Claim
	Stated    string
	Cite      citation
	Saved     string // where the bytes are, to be saved
}

// Last reports whether the version is the last one.
func (s *statementSheet) Last() bool { return s.Version.Number == s.Page.Versions }

// Next and Prev are the numbers of the versions after and before; 0 when there is none.
func (s *statementSheet) Next() int {
	if s.Last() {
		return 0
	}
	return s.Version.Number + 1
}

// Prev is described at Next.
func (s *statementSheet) Prev() int { return s.Version.Number - 1 }

// latestPage shows a statement as it stands, or stood last.
func (room *Room) latestPage(w http.ResponseWriter, r *http.Request, st *statement) error {
	return room.showVersion(w, r, st, -1)
}

// versionPage shows a version, which has this address for ever.
func (room *Room) versionPage(w http.ResponseWriter, r *http.Request, st *statement) error {
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil || n < 1 {
		return failure{http.StatusNotFound, "There is no such version.", "Versions are numbered from 1."}
	}
	return room.showVersion(w, r, st, n)
}

func (room *Room) showVersion(w http.ResponseWriter, r *http.Request, st *statement, n int) error {
	p := &st.page
	v, err := st.store.Version(r.Context(), p.URL, n)
	if errors.Is(err, archive.ErrForgotten) {
		err = nil // the page says so
	}
	if missing(err) {
		return st.noSuchVersion()
	}
	if err != nil {
		return err
	}
	sheet := newStatementSheet(st, &v)
	sheet.Permanent = n > 0
	sheet.Address = "/s/" + sheet.Key
	if sheet.Permanent {
		sheet.Address = versionAddress(sheet.Key, n)
	}
	q := r.URL.Query()
	sheet.Sentences = q.Get("sentences") != ""
	sheet.read(q.Get("part"))
	if sheet.Change, err = room.changeTo(r.Context(), st, v.Number); err != nil {
		return err
	}
	sheet.Cite = cite(&v, p, room.origin(r)+versionAddress(sheet.Key, v.Number))
	room.lastModified(w, st.entry.made)
	return room.render(w, r, "statement", sheet)
}

func newStatementSheet(st *statement, v *archive.Version) *statementSheet {
	p, entry := &st.page, st.entry
	return &statementSheet{
		Key: entry.key.String(), Site: p.Site, Tab: "text", Title: shownText(titleOf(v.Title, p.URL)), Page: *p, Version: *v, Since: time.Unix(0, entry.since).UTC(),
		Claims: v.Dates[:min(maxClaims, len(v.Dates))], Stated: tell.Stated(&v.Reading), Part: 1,
		Saved: fmt.Sprintf("/memento/%s/%s", v.FirstSeen.UTC().Format(stampSecond), p.URL),
	}
}

// maxClaims is how many of a page's dates are listed.
const maxClaims = 30

// read renders the text, or the part of it that is asked for.
func (s *statementSheet) read(part string) {
	linked := ""
	if s.Sentences {
		linked = versionAddress(s.Key, s.Version.Number) + "/sentence/"
	}
	p := newProse(&s.Version.Reading, linked)
	s.Part, _ = strconv.Atoi(part) // what is no number is the first part
	var of int
	s.Text, of = p.part(s.Part)
	s.Part = min(max(s.Part, 1), of)
	for i := range of {
		s.Parts = append(s.Parts, i+1)
	}
}

// changeTo is what a version changed; nil for the first one.
func (room *Room) changeTo(ctx context.Context, st *statement, n int) (*told, error) {
	for i := range st.entry.heads {
		c := &st.entry.heads[i]
		if int(c.number) != n || n == 1 {
			continue
		}
		t, err := room.tellChange(ctx, st.store, c)
		if missing(err) {
			return nil, nil
		}
		return &t, err
	}
	return nil, nil
}
