package web

import (
	"context"
	"errors"
	"html/template"
	"net/http"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/blame"
	"github.com/onrecord/onrecord/archive/diff"
)

// lifelinesSheet is what the page of the lifelines shows.
type lifelinesSheet struct {
	*statementSheet
	Language        string
	First, Through  int    // the versions that were followed
	Cut             bool   // there are earlier ones
	Forgotten       string // how many versions between them are forgotten; ""
	Followed        string // how many sentences
	Picture, Legend template.HTML
	More            string // how many sentences the picture has no room for; ""
	Rows            []lifelineRow
	MoreRows        string
	All             bool // also those that never changed
	Folded          bool // some are folded
}

// lifelinesID is a page of lifelines: of a statement, with the sentences that never changed or without.
type lifelinesID struct {
	page *pageEntry
	all  bool
}

// maxDrawn is how many pages of lifelines are remembered, each some ten to some hundred KB; when they are more, all are
// forgotten.
const maxDrawn = 32

// lifelines shows a statement's whole history in one picture.
func (room *Room) lifelines(w http.ResponseWriter, r *http.Request, st *statement) error {
	id := lifelinesID{st.entry, r.URL.Query().Get("all") == "1"}
	sheet, ok := room.drawn.get(id)
	if !ok {
		var err error
		if sheet, err = room.newLifelinesSheet(r.Context(), st, id.all); err != nil {
			return err
		}
		room.drawn.put(id, sheet, 1)
	}
	room.lastModified(w, st.entry.made)
	return room.render(w, r, "lifelines", sheet)
}

// newLifelinesSheet follows the sentences of a page and draws them.
func (room *Room) newLifelinesSheet(ctx context.Context, st *statement, all bool) (lifelinesSheet, error) {
	p := &st.page
	h, followed, err := room.lastVersions(ctx, st)
	if errors.Is(err, blame.ErrTooMany) || errors.Is(err, errTooLong) {
		return lifelinesSheet{}, failure{http.StatusUnprocessableEntity, "This statement has too much text to follow its sentences here.", "Two of its versions can be compared, whatever their length."}
	}
	if errors.Is(err, archive.ErrNotFound) && followed.forgotten > 0 {
		if _, why := st.store.Version(ctx, p.URL, -1); why != nil {
			err = why // says who had it forgotten, and when
		}
	}
	if err != nil {
		return lifelinesSheet{}, err
	}
	l := newLifelines(h, followed)
	at := h.At
	at.Reading = archive.Reading{Title: at.Title, Language: at.Language} // what is remembered need not have the text
	sheet := lifelinesSheet{
		statementSheet: newStatementSheet(st, &at), Language: languageTag(at.Language), All: all,
		First: l.number(l.first), Through: l.number(l.last), Cut: p.Versions > maxFollowed, Followed: counted(len(l.strands), "sentence"), Legend: l.lifelineLegend(),
	}
	sheet.Tab = "sentences"
	if followed.forgotten > 0 {
		sheet.Forgotten = counted(followed.forgotten, "version")
	}
	lanes, more := l.lanes(all)
	sheet.Picture = l.svg(sheet.Key, lanes)
	if more > 0 {
		sheet.More = counted(more, "more sentence")
	}
	for _, ln := range lanes {
		sheet.Folded = sheet.Folded || len(ln.strands) > 1
	}
	if sheet.Rows, more = l.table(sheet.Key); more > 0 {
		sheet.MoreRows = counted(more, "more sentence")
	}
	for i := range sheet.Rows {
		sheet.Rows[i].Text = diff.Shown(sheet.Rows[i].Text, false)
	}
	return sheet, nil
}
