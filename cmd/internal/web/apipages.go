package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"strings"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/blame"
	"github.com/onrecord/onrecord/archive/diff"
	"github.com/onrecord/onrecord/archive/export"
	"github.com/onrecord/onrecord/cmd/internal/tell"
)

// pageItem is a statement with its key.
type pageItem struct {
	Key string `json:"key"`
	export.Page
}

func pageItemOf(p archive.Page) pageItem { return pageItem{keyOf(p.URL), export.PageOf(p)} }

// apiPages lists the statements, those changed last first.
func apiPages(q *query) (any, error) {
	l, position, err := q.listing()
	if err != nil {
		return nil, err
	}
	if q.values.Get("url") != "" {
		return l, q.onePage(l)
	}
	site, state := q.values.Get("site"), archive.State(q.values.Get("state"))
	if site != "" && q.over.site(site) == nil {
		return nil, errNoSite
	}
	for more := true; more; more = position != "" {
		var list []*pageEntry
		before := position
		if list, position, err = q.over.pagesOf(site, position, maxItems); err != nil {
			return nil, err
		}
		for _, p := range list {
			if state == "" || p.state == state {
				full, err := q.addPage(l, p)
				if err != nil {
					return nil, err
				}
				if full {
					l.goOn(before)
					return l, nil
				}
			}
			before = pagePosition(p.changed, p)
		}
	}
	return l, nil
}

// errNoSite is the error of a name that no site has.
var errNoSite = failure{http.StatusNotFound, "No site of this name is on record.", apiRoot + "/sites lists them."}

// addPage adds a statement to a list; one that was joined to another since the list was made is not there.
func (q *query) addPage(l *items, e *pageEntry) (full bool, err error) {
	p, err := q.store.Page(q.ctx(), e.url)
	if errors.Is(err, archive.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	ok, err := l.add(pageItemOf(p))
	return !ok, err
}

// onePage lists the statement at an address.
func (q *query) onePage(l *items) error {
	key, err := q.address()
	if err != nil {
		return err
	}
	p, err := q.store.Page(q.ctx(), key)
	if errors.Is(err, archive.ErrNotFound) || err == nil && p.Versions == 0 {
		return nil
	}
	if err == nil {
		_, err = l.add(pageItemOf(p))
	}
	return err
}

// apiPage is one statement.
func apiPage(q *query) (any, error) {
	p, err := q.page()
	if err != nil {
		return nil, err
	}
	return pageItemOf(p), nil
}

// apiVersions lists the versions of a statement without their texts, oldest first.
func apiVersions(q *query) (any, error) {
	p, err := q.page()
	if err != nil {
		return nil, err
	}
	l, position, err := q.listing()
	if err != nil {
		return nil, err
	}
	return l, l.numbered(position, func(n int) (any, bool, error) {
		if n > p.Versions {
			return nil, false, nil
		}
		v, err := q.store.Version(q.ctx(), p.URL, n)
		if errors.Is(err, archive.ErrForgotten) { // what is known of it besides its text
			err = nil
		}
		return export.LogOf(v), err == nil, err
	})
}

// apiVersion is one version with all that was read.
func apiVersion(q *query) (any, error) {
	p, err := q.page()
	if err != nil {
		return nil, err
	}
	n := -1
	if name := q.r.PathValue("n"); name != "latest" {
		if n, err = number(name); err != nil {
			return nil, err
		}
	}
	v, err := q.store.Version(q.ctx(), p.URL, n)
	if err != nil {
		return nil, err
	}
	return export.VersionOf(v, p), nil
}

// maxDiffText is how long two texts may be together to be compared.
const maxDiffText = 16 << 20

// apiDiff is what was changed between two versions.
func apiDiff(q *query) (any, error) {
	p, err := q.page()
	if err != nil {
		return nil, err
	}
	from, to, ok := strings.Cut(q.r.PathValue("range"), "..")
	a, errA := number(from)
	b, errB := number(to)
	if !ok || errA != nil || errB != nil {
		return nil, failure{http.StatusNotFound, "This names no two versions.", "As in " + apiRoot + "/pages/KEY/diff/1..2."}
	}
	older, err := q.store.Version(q.ctx(), p.URL, a)
	if err != nil {
		return nil, err
	}
	newer, err := q.store.Version(q.ctx(), p.URL, b)
	if err != nil {
		return nil, err
	}
	if len(older.Text)+len(newer.Text) > maxDiffText {
		return nil, failure{http.StatusInsufficientStorage, "These versions are too long to be compared here.", "Both can be read by themselves; 'onrecord diff' compares any length."}
	}
	var buf bytes.Buffer
	if err := diff.WriteJSON(&buf, diff.Readings(&older.Reading, &newer.Reading)); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

// apiBlame tells the history of each sentence.
func apiBlame(q *query) (any, error) {
	p, err := q.page()
	if err != nil {
		return nil, err
	}
	h, err := blame.Of(whileWanted(q.ctx(), limited(q.store.Versions(q.ctx(), p.URL))), q.count("version"))
	if errors.Is(err, blame.ErrTooMany) || errors.Is(err, errTooLong) {
		return nil, failure{http.StatusInsufficientStorage, "This statement has too much text to follow its sentences here.", "Two versions of it can be compared."}
	}
	if err != nil {
		return nil, err
	}
	return tell.BlameOf(h, p), nil
}

// whileWanted ends a sequence with an error when nobody waits for it any more.
func whileWanted[T any](ctx context.Context, seq iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for v, err := range seq {
			if err == nil {
				err = ctx.Err()
			}
			if !yield(v, err) || err != nil {
				return
			}
		}
	}
}

// apiEvents is the timeline of a statement, oldest first.
func apiEvents(q *query) (any, error) {
	p, err := q.page()
	if err != nil {
		return nil, err
	}
	l, position, err := q.listing()
	if err != nil {
		return nil, err
	}
	t := tell.Timeline{Store: q.store, URL: p.URL}
	return l, inOrder(l, position, q.store.Events(q.ctx(), p.URL), func(e archive.Event, wanted bool) (any, error) {
		if !wanted {
			t.Pass(e)
			return nil, nil
		}
		return t.Event(q.ctx(), e)
	})
}

// apiPageVisits lists the visits of a statement, oldest first.
func apiPageVisits(q *query) (any, error) {
	p, err := q.page()
	if err != nil {
		return nil, err
	}
	return q.visitsOf(p.URL)
}

func (q *query) visitsOf(url string) (any, error) {
	l, position, err := q.listing()
	if err != nil {
		return nil, err
	}
	return l, inOrder(l, position, q.store.Visits(q.ctx(), url), func(v archive.Visit, wanted bool) (any, error) {
		return export.VisitOf(v), nil
	})
}

// visitor is a store that can begin with the visits of a time, as archive/bolt does. Others are read from the beginning.
type visitor interface {
	VisitsSince(ctx context.Context, since time.Time) iter.Seq2[archive.Visit, error]
}

// visitsBefore is how far back visits are listed when nobody says since when.
const visitsBefore = 24 * time.Hour

// apiVisits lists the visits of an address, or those to all of them since a time, oldest first.
func apiVisits(q *query) (any, error) {
	if q.values.Get("url") != "" {
		key, err := q.address()
		if err != nil {
			return nil, err
		}
		return q.visitsOf(key)
	}
	l, position, err := q.listing()
	if err != nil {
		return nil, err
	}
	since := q.moment("since")
	if since.IsZero() {
		since = q.room.now().Add(-visitsBefore)
	}
	// A position is the time of the last visit that was given, and how many of that time were.
	skip := 0
	if position != "" {
		var nanos int64
		if _, err := fmt.Sscanf(position, "%d %d", &nanos, &skip); err != nil || skip < 1 {
			return nil, errCursor
		}
		since = time.Unix(0, nanos).UTC()
	}
	return l, q.visitsSince(l, since, skip)
}

// visitsSince lists visits since a time, but for the first so many of that very time.
func (q *query) visitsSince(l *items, since time.Time, skip int) error {
	visits := q.store.Visits(q.ctx(), "")
	if s, ok := q.store.(visitor); ok {
		visits = s.VisitsSince(q.ctx(), since)
	}
	position := ""
	at, same := since, 0 // how many visits of one time went by
	for v, err := range whileWanted(q.ctx(), visits) {
		if err != nil {
			return err
		}
		if v.Time.Before(since) {
			continue
		}
		if !v.Time.Equal(at) {
			at, same = v.Time, 0
		}
		same++
		if same <= skip && at.Equal(since) {
			continue
		}
		ok, err := l.add(export.VisitOf(v))
		if err != nil {
			return err
		}
		if !ok {
			l.goOn(position)
			return nil
		}
		position = fmt.Sprintf("%d %d", at.UnixNano(), same)
	}
	return nil
}
