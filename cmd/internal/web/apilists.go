package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/export"
	"github.com/onrecord/onrecord/archive/search"
	"github.com/onrecord/onrecord/cmd/internal/cases"
	runs "github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/cmd/internal/tell"
)

// changeItem is a change with the key of its statement.
type changeItem struct {
	Key string `json:"key"`
	tell.Change
}

// apiChanges lists what was changed, the newest first.
func apiChanges(q *query) (any, error) {
	l, position, err := q.listing()
	if err != nil {
		return nil, err
	}
	f := changeFilter{
		since: q.moment("since"), until: q.moment("until"), site: q.values.Get("site"), silent: q.flag("silent"), later: q.flag("found_later"),
		words: q.count("min_words"),
	}
	if f.site != "" && q.over.site(f.site) == nil {
		return nil, errNoSite
	}
	if kind := q.values.Get("kind"); kind != "" {
		f.kinds = []archive.Kind{archive.Kind(kind)}
	}
	list, next, err := q.over.changes(&f, position, l.limit)
	if err != nil {
		return nil, err
	}
	for i := range list {
		c := &list[i]
		t, err := q.room.tellChange(q.ctx(), q.store, c)
		if err != nil && !errors.Is(err, archive.ErrNotFound) { // it is numbered anew, or forgotten
			return nil, err
		}
		ok := true
		if err == nil {
			if ok, err = l.add(changeItem{t.Key, t.Change}); err != nil {
				return nil, err
			}
		}
		if !ok {
			l.goOn(position)
			return l, nil
		}
		position = c.position()
	}
	if next != "" {
		l.goOn(next)
	}
	return l, nil
}

// siteItem is a site.
type siteItem struct {
	Site string `json:"site"`
	// Pages are its statements, Live those that can be read now.
	Pages int `json:"pages"`
	Live  int `json:"live"`
	// Changes count the versions but for first ones, Silent those that changed words and no stated date.
	Changes int `json:"changes"`
	Silent  int `json:"silent"`
	// LastChanged is when a statement was changed last, or came.
	LastChanged export.Time `json:"last_changed"`
}

// apiSites lists the sites by their names.
func apiSites(q *query) (any, error) {
	l, position, err := q.listing()
	if err != nil {
		return nil, err
	}
	last := ""
	for _, s := range q.over.sites {
		if s.name <= position && position != "" {
			continue
		}
		ok, err := l.add(siteItem{s.name, len(s.pages), s.live, s.edits, s.silent, export.Time{Time: time.Unix(0, s.changed).UTC()}})
		if err != nil {
			return nil, err
		}
		if !ok {
			l.goOn(last)
			return l, nil
		}
		last = s.name
	}
	return l, nil
}

// foundItem is a statement that was found, with its key.
type foundItem struct {
	Key string `json:"key"`
	search.Line
}

// maxFound is how many statements of a search can be listed: who wants more asks more narrowly.
const maxFound = 1000

// apiSearch finds words in all versions, the best match first.
func apiSearch(q *query) (any, error) {
	l, position, err := q.listing()
	if err != nil {
		return nil, err
	}
	from, err := positionNumber(position)
	if err != nil || from >= maxFound {
		return nil, errCursor
	}
	parsed, err := search.ParseQuery(q.values.Get("q"))
	var bad *search.SyntaxError
	if errors.As(err, &bad) {
		return nil, badParam("The query cannot be understood: "+bad.Problem+".", bad.Hint)
	}
	if err != nil {
		return nil, err
	}
	opts := search.Options{
		Site: q.values.Get("site"), Since: q.moment("since"), Live: q.flag("live"), Gone: q.flag("gone"), Newest: q.values.Get("sort") == "time",
		Limit: min(from+l.limit+1, maxFound),
	}
	if opts.Live && opts.Gone {
		return nil, badParam("Live and gone contradict each other.", "")
	}
	found, err := q.room.find(q.ctx(), q.store, parsed, opts)
	if err != nil {
		return nil, err
	}
	for i := from; i < len(found.Hits); i++ {
		ok, err := l.add(foundItem{keyOf(found.Hits[i].URL), search.LineOf(&found.Hits[i])})
		if err != nil {
			return nil, err
		}
		if !ok {
			l.goOn(fmt.Sprint(i))
			break
		}
	}
	return l, nil
}

// find asks the index of the texts.
func (room *Room) find(ctx context.Context, store archive.Store, query search.Query, opts search.Options) (search.Found, error) {
	if room.opts.Index == nil {
		return search.Found{}, failure{http.StatusNotImplemented, "This room has no search.", ""}
	}
	state, err := room.opts.Archive.State(ctx)
	if err != nil {
		return search.Found{}, err
	}
	index, done, err := room.opts.Index(ctx, store, state)
	if err != nil {
		return search.Found{}, err
	}
	defer done()
	return index.Find(ctx, store, query, opts)
}

// apiRuns lists the runs on record, the latest first.
func apiRuns(q *query) (any, error) {
	l, position, err := q.listing()
	if err != nil {
		return nil, err
	}
	before, err := positionNumber(position)
	if err != nil {
		return nil, err
	}
	last := 0
	for r, err := range whileWanted(q.ctx(), runs.Runs(q.ctx(), q.store)) {
		if err != nil {
			return nil, err
		}
		if before != 0 && r.Number >= before {
			continue
		}
		ok, err := l.add(tell.RunOf(&r))
		if err != nil {
			return nil, err
		}
		if !ok {
			l.goOn(fmt.Sprint(last))
			return l, nil
		}
		last = r.Number
	}
	return l, nil
}

// apiCases lists the cases on record, the one that was opened or closed last first.
func apiCases(q *query) (any, error) {
	l, position, err := q.listing()
	if err != nil {
		return nil, err
	}
	wanted := func(yield func(cases.Event, error) bool) {
		for c, err := range cases.All(q.ctx(), q.store) {
			if (err != nil || c.Closed.IsZero() || !q.flag("open")) && !yield(c, err) {
				return
			}
		}
	}
	return l, inOrder(l, position, wanted, func(c cases.Event, _ bool) (any, error) {
		return tell.CaseOf(&c), nil
	})
}
