package web

import (
	"context"
	"errors"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/cmd/internal/tell"
)

// historySheet is what the history of a statement shows.
type historySheet struct {
	statementSheet
	Timeline     template.HTML
	Rows         []historyRow
	Older, Newer int // versions before which the next page, and the one before, begins; 0 when there is none
}

// historyRow is a version, or what happened to the page between two of them.
type historyRow struct {
	Number   int // 0 for an event
	Head     archive.Version
	Later    bool
	Summary  string
	Title    string // when it changed
	Event    archive.Event
	Detail   string
	From, To bool // chosen to be compared
}

// historyVersions is how many versions a page of the history has, historyEvents how many events between them.
const (
	historyVersions = 25
	historyEvents   = 200
)

// historyPage shows every version of a statement, what happened in between, and all visits in a picture. It tells no Last-Modified: a
// visit of former times that is put on record late is seen in nothing that the overview has.
func (room *Room) historyPage(w http.ResponseWriter, r *http.Request, st *statement) error {
	p := &st.page
	last, err := st.store.Version(r.Context(), p.URL, -1)
	if err != nil && !errors.Is(err, archive.ErrForgotten) {
		return err
	}
	sheet := &historySheet{statementSheet: *newStatementSheet(st, &last)}
	sheet.Tab = "history"
	before, _ := strconv.Atoi(r.URL.Query().Get("before")) // what is no number is the first page
	if before < 2 || before > p.Versions {
		before = p.Versions + 1
	}
	if before <= p.Versions {
		sheet.Newer = min(before+historyVersions, p.Versions+1)
	}
	if first := before - historyVersions; first > 1 {
		sheet.Older = first
	}
	if err := room.versionRows(r.Context(), st, sheet, before); err != nil {
		return err
	}
	if err := sheet.events(r.Context(), st.store, p, before); err != nil {
		return err
	}
	line, err := newTimeline(r.Context(), st.store, *p)
	if err != nil {
		return err
	}
	line.key = sheet.Key
	sheet.Timeline = timelineSVG(line)
	return room.render(w, r, "history", sheet)
}

// versionRows adds the versions before one, the newest first.
func (room *Room) versionRows(ctx context.Context, st *statement, sheet *historySheet, before int) error {
	heads := map[int]archive.Version{}
	seq := st.store.Versions(ctx, st.entry.url)
	if o, ok := st.store.(outliner); ok {
		seq = o.Heads(ctx, st.entry.url)
	}
	for v, err := range seq {
		if err != nil {
			return err
		}
		if v.Number >= before {
			break
		}
		if v.Number >= before-historyVersions-1 {
			v.Reading = archive.Reading{}
			heads[v.Number] = v
		}
	}
	title := ""
	for n := before - 1; n > 0 && n >= before-historyVersions; n-- {
		row := historyRow{Number: n, Head: heads[n], From: n == before-2, To: n == before-1}
		if i := slices.IndexFunc(st.entry.heads, func(c changeEntry) bool { return int(c.number) == n }); i >= 0 {
			t, err := room.tellChange(ctx, st.store, &st.entry.heads[i])
			if err != nil && !missing(err) {
				return err
			}
			row.Summary, row.Later = t.Summary, t.FoundLater && n > 1
			if title != "" && t.Title != title && len(sheet.Rows) > 0 {
				sheet.Rows[len(sheet.Rows)-1].Title = title
			}
			title = t.Title
		}
		sheet.Rows = append(sheet.Rows, row)
	}
	return nil
}

// events adds what happened between the versions that are listed.
func (sheet *historySheet) events(ctx context.Context, s archive.Store, p *archive.Page, before int) error {
	if len(sheet.Rows) == 0 {
		return nil
	}
	begin := sheet.Rows[len(sheet.Rows)-1].Head.FirstSeen
	end := time.Time{} // without end
	if before <= p.Versions {
		next, err := s.Version(ctx, p.URL, before)
		if err != nil && !errors.Is(err, archive.ErrForgotten) {
			return err
		}
		end = next.FirstSeen
	}
	var list []historyRow
	for e, err := range s.Events(ctx, p.URL) {
		if err != nil {
			return err
		}
		if e.Version != 0 && e.State == archive.Live || e.Time.Before(begin) || !end.IsZero() && !e.Time.Before(end) {
			continue
		}
		list = append(list, historyRow{Event: e, Detail: tell.EventDetail(e)})
		if len(list) > historyEvents {
			list = list[1:]
		}
	}
	sheet.Rows = append(sheet.Rows, list...)
	slices.SortStableFunc(sheet.Rows, func(a, b historyRow) int { return b.time().Compare(a.time()) })
	return nil
}

func (h *historyRow) time() time.Time {
	if h.Number != 0 {
		return h.Head.FirstSeen
	}
	return h.Event.Time
}
