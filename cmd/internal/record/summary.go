package record

import (
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/extract"
)

// Progress is one visit of a run, for whoever watches.
type Progress struct {
	Site string
	// Aid is true for a listing, feed or sitemap.
	Aid   bool
	Entry Entry
	// Done and Queued count the run's visits and what is still queued.
	Done, Queued int
}

// Summary counts what a run did.
type Summary struct {
	// Number is what the run is called on record; 0 when it is not on record. By is what made it.
	Number       int
	By           string
	Began, Ended time.Time
	// Resumed is true when the run went on with the queue of one that was interrupted.
	Resumed bool
	Counts
	// Troubles are the first few visits to statements or starts that brought nothing, with the reason.
	Troubles []archive.Visit
	// Lost counts all of them.
	Lost int
	// Cut are the sites whose budget was used up while addresses were still due, with how many.
	Cut []SiteStatus
	// NoBrowser is why no browser could be had, nil when there was one or none was needed; Unrendered counts the pages
	// that should have been rendered.
	NoBrowser  error
	Unrendered int
	// Untaught are the sites whose statements were to be discovered and were not, with the reason.
	Untaught map[string]error
}

func (c *Crawl) summary() Summary {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.total.Ended = time.Now().UTC()
	c.total.Cut = c.unvisited()
	return c.total
}

// count adds a visit to the summary and tells whoever watches.
func (c *Crawl) count(t *archive.Task, aid bool, e Entry) {
	c.mu.Lock()
	s, site := &c.total, c.spent[t.Site]
	if site == nil {
		site = &tally{}
	}
	for _, n := range []*Counts{&s.Counts, &site.Counts} {
		n.Visits++
		n.Bytes += e.Bytes
		if aid {
			n.Aids++
		} else {
			n.add(e.Result)
		}
	}
	c.noteReached(t, site, aid, &e)
	if lost(t, aid, &e.Visit) {
		s.Lost++
		site.lost++
		if len(s.Troubles) < maxTroubles {
			s.Troubles = append(s.Troubles, e.Visit)
		}
	}
	p := Progress{Site: t.Site, Aid: aid, Entry: e, Done: s.Visits, Queued: max(0, c.left-1)}
	c.mu.Unlock()
	if c.Progress != nil {
		c.Progress(p)
	}
}

// maxTroubles is how many troubles a summary names.
const maxTroubles = 10

// lost reports a visit that leaves the run done only in part. A link that robots.txt forbids is none: it was found, and
// rightly left alone. Nor is a page that says in its own words that it is not there, or one of two variants again, or one
// that was forgotten.
func lost(t *archive.Task, aid bool, v *archive.Visit) bool {
	switch v.Outcome {
	case archive.Failed:
		if v.Reason == string(extract.NotFound) || v.Reason == ReasonAlternating {
			return false
		}
		return !aid || t.Kind == kindStart
	case archive.Deferred:
		return !aid || t.Kind == kindStart
	case archive.Blocked:
		return t.Kind == kindStart || (t.Kind == kindRecord && v.Reason != archive.ReasonForgotten)
	}
	return false
}
