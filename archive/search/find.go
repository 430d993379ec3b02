package search

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/onrecord/onrecord/archive"
)

// Options narrow a search. The zero value searches everything and gives [DefaultLimit] pages.
type Options struct {
	// Site is the site of the pages; "" is all.
	Site string
	// Since leaves out versions that were last seen before.
	Since time.Time
	// Live wants pages where the words stand now, Gone those where they stood and stand no longer.
	Live, Gone bool
	// Limit is how many pages to give at most; 0 means DefaultLimit, a negative one all.
	Limit int
	// Newest gives the pages whose words were seen last first; else the best matches come first.
	Newest bool
}

// DefaultLimit is how many pages a search gives when nothing else is asked for.
const DefaultLimit = 20

// Hit is a page with versions that match.
type Hit struct {
	URL   string
	Site  string
	Title string
	State archive.State
	// Version is the last version that matches, of which Title and Snippet are.
	Version int
	// Runs are the versions that match, oldest first.
	Runs []Run
	// Live is true when the words stand there now: in the last version, of a page that can be read.
	Live bool
	// Snippet is a piece of the text around the words.
	Snippet Snippet
}

// Run is a run of neighbouring versions that match.
type Run struct {
	First, Last int
	// FirstSeen and LastSeen are when the first of them was first seen, and the last of them last.
	FirstSeen, LastSeen time.Time
}

// Found is the answer to a query.
type Found struct {
	Hits []Hit
	// Pages is how many pages match, also those beyond the limit.
	Pages int
}

// Find answers a query from the index; src gives the texts that snippets are cut from, and is to be what the index was last
// updated with. A damaged index is made anew from src first.
func (x *Index) Find(ctx context.Context, src Source, q Query, opts Options) (Found, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	rows, pages, err := x.find(ctx, q, opts)
	if errors.Is(err, errDamaged) && ctx.Err() == nil {
		if err = x.renew(ctx); err == nil {
			if _, err = x.update(ctx, src, "", nil); err == nil {
				rows, pages, err = x.find(ctx, q, opts)
			}
		}
	}
	if err != nil {
		return Found{}, fmt.Errorf("search index %s: %w", x.path, err)
	}
	out := Found{Pages: pages}
	for _, r := range rows {
		h, err := r.hit(ctx, src, q)
		if errors.Is(err, archive.ErrNotFound) {
			out.Pages-- // gone since the index was updated
			continue
		}
		if err != nil {
			return out, err
		}
		out.Hits = append(out.Hits, h)
	}
	return out, nil
}

// row is a page that matches, as the index knows it.
type row struct {
	url, site, state string
	versions         int
	matches          []match
}

// match is a version that matches.
type match struct {
	number      int
	first, last int64
}

// finding groups the versions that match by page. Parameters: the query, the site twice, since, live, gone, limit.
const finding = `
WITH hit AS MATERIALIZED (SELECT rowid AS id, bm25(text, 4.0, 1.0) AS score FROM text WHERE text MATCH ?),
found AS (
	SELECT p.url, p.site, p.state, p.versions, min(h.score) AS score, max(v.last) AS last,
		max(v.number = p.versions AND p.state = 'live') AS live, group_concat(v.number || ' ' || v.first || ' ' || v.last, ',') AS list
	FROM hit h JOIN version v ON v.id = h.id JOIN page p ON p.id = v.page
	WHERE (? = '' OR p.site = ?) AND v.last >= ?
	GROUP BY p.id)
SELECT url, site, state, versions, list, count(*) OVER () FROM found WHERE (NOT ? OR live) AND (NOT ? OR NOT live)
ORDER BY %s, url LIMIT ?`

func (x *Index) find(ctx context.Context, q Query, opts Options) (out []row, pages int, err error) {
	limit, order := opts.Limit, "score"
	if limit == 0 {
		limit = DefaultLimit
	}
	if opts.Newest {
		order = "last DESC"
	}
	since := int64(-1 << 63)
	if !opts.Since.IsZero() {
		since = opts.Since.UnixNano()
	}
	err = x.transact(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, fmt.Sprintf(finding, order), q.match(), opts.Site, opts.Site, since, opts.Live, opts.Gone, limit)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var r row
			var list string
			if err := rows.Scan(&r.url, &r.site, &r.state, &r.versions, &list, &pages); err != nil {
				return err
			}
			if r.matches, err = parseMatches(list); err != nil {
				return err
			}
			out = append(out, r)
		}
		return rows.Err()
	})
	return out, pages, err
}

func parseMatches(list string) ([]match, error) {
	var out []match
	for f := range strings.SplitSeq(list, ",") {
		var m match
		var errs [3]error
		n := strings.Fields(f)
		if len(n) != 3 {
			return nil, errDamaged
		}
		m.number, errs[0] = strconv.Atoi(n[0])
		m.first, errs[1] = strconv.ParseInt(n[1], 10, 64)
		m.last, errs[2] = strconv.ParseInt(n[2], 10, 64)
		if errors.Join(errs[:]...) != nil {
			return nil, errDamaged
		}
		out = append(out, m)
	}
	slices.SortFunc(out, func(a, b match) int { return a.number - b.number })
	return out, nil
}

// hit reads the text of the last version that matches.
func (r *row) hit(ctx context.Context, src Source, q Query) (Hit, error) {
	last := r.matches[len(r.matches)-1]
	h := Hit{URL: r.url, Site: r.site, State: archive.State(r.state), Version: last.number, Live: last.number == r.versions && archive.State(r.state) == archive.Live}
	for _, m := range r.matches {
		if n := len(h.Runs); n > 0 && h.Runs[n-1].Last+1 == m.number {
			h.Runs[n-1].Last, h.Runs[n-1].LastSeen = m.number, timeOf(m.last)
		} else {
			h.Runs = append(h.Runs, Run{m.number, m.number, timeOf(m.first), timeOf(m.last)})
		}
	}
	v, err := src.Version(ctx, r.url, last.number)
	if err != nil {
		return h, err
	}
	h.Title = v.Title
	h.Snippet = snippet(v.Text, q)
	return h, nil
}
