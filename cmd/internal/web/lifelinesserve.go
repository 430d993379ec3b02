package web

import (
	"errors"
	"html/template"
	"net/http"
	"time"

	"github.com/onrecord/onrecord/archive/blame"
	"github.com/onrecord/onrecord/archive/diff"
)

// lifelinesSheet is what the page of the lifelines shows.
type lifelinesSheet struct {
	Key, URL, Title, Language string
	First, Last               int
	Sentences                 string // how many
	Picture, Legend           template.HTML
	More                      string // how many sentences the picture has no room for; ""
	Rows                      []lifelineRow
	MoreRows                  string
	All                       bool // also those that never changed
	Folded                    bool // some are folded
}

// lifelines shows a statement's whole history in one picture.
func (room *Room) lifelines(w http.ResponseWriter, r *http.Request) error {
	s, p, _, done, err := room.statement(r)
	if err != nil {
		return err
	}
	defer done()
	first := max(p.Versions-maxFollowed+1, 1)
	times := map[int]time.Time{}
	h, err := blame.Of(versionsFrom(s.Versions(r.Context(), p.URL), first, times), 0)
	if errors.Is(err, blame.ErrTooMany) {
		return failure{http.StatusUnprocessableEntity, "This statement has too many sentences to follow them all.", "Two of its versions can be compared, whatever their length."}
	}
	if err != nil {
		return err
	}
	l := follow(h, first, times)
	sheet := lifelinesSheet{
		Key: keyOf(p.URL), URL: diff.Shown(p.URL, false), Title: diff.Shown(shorten(h.At.Title, maxFieldBytes), false), Language: languageTag(h.At.Language),
		First: l.first, Last: l.last, Sentences: counted(len(l.strands), "sentence"), All: r.URL.Query().Get("all") == "1", Legend: l.lifelineLegend(),
	}
	lanes, more := l.lanes(sheet.All)
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
	return room.render(w, r, "lifelines", sheet)
}
