package record

import (
	"context"
	"slices"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/crawler/schedule"
)

// Looks are what is kept about the runs of a site, in a note of the archive: when it was looked at, and whether that showed
// new statements.
type Looks struct {
	// Last is when the last run over the site began that came to its end, Good the last one that reached the site.
	Last time.Time `json:"last"`
	Good time.Time `json:"good,omitzero"`
	// Whole is the last one that visited everything, deep pages of listings and sitemaps too.
	Whole time.Time `json:"whole,omitzero"`
	// Misses counts the runs since Good.
	Misses int `json:"misses,omitempty"`
	// Seen are the last runs that reached the site, oldest first.
	Seen []Look `json:"seen,omitempty"`
}

// Look is one run over a site.
type Look struct {
	Time time.Time `json:"time"`
	// New is true when it brought statements that were not on record.
	New bool `json:"new,omitempty"`
}

// maxLooks is how many runs of a site are remembered.
const maxLooks = 64

func looksNote(site string) string { return "looks/" + site }

// LooksOf are what is known about the runs of a site; zero when there was none.
func LooksOf(ctx context.Context, store archive.Store, site string) (Looks, error) {
	var l Looks
	_, err := readNote(ctx, store, looksNote(site), &l)
	return l, err
}

// look notes that a run over a site came to its end.
func (c *Crawl) look(ctx context.Context, s *Site, sum *Summary) error {
	l, err := LooksOf(ctx, c.Recorder.Store, s.Name)
	if err != nil {
		return err
	}
	c.mu.Lock()
	t := *c.spent[s.Name]
	c.mu.Unlock()
	began := sum.Began
	if !began.After(l.Last) {
		began = sum.Ended // the clock was set back
	}
	l.Last = began
	reached := t.reached() && sum.Untaught[s.Name] == nil
	if t.Visits == 0 && sum.Untaught[s.Name] == nil {
		reached = true // nothing of it was due
	}
	if !reached {
		l.Misses++
		return writeNote(ctx, c.Recorder.Store, looksNote(s.Name), l)
	}
	l.Good, l.Misses = began, 0
	if t.spent == "" && !s.Shallow { // what a budget cut short has not seen all
		l.Whole = began
	}
	if len(l.Seen) >= maxLooks {
		l.Seen = slices.Delete(l.Seen, 0, 1)
	}
	l.Seen = append(l.Seen, Look{Time: began, New: t.New > 0 && len(l.Seen) > 0})
	return writeNote(ctx, c.Recorder.Store, looksNote(s.Name), l)
}

// history is what the looks have shown of how often the site has new statements.
func (l *Looks) history() *schedule.History {
	h := &schedule.History{}
	for _, k := range l.Seen {
		h.Add(k.Time, k.New)
	}
	return h
}
