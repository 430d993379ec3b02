package web

import (
	"context"
	"iter"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/onrecord/onrecord/archive"
)

const (
	// maxMementos bounds the captures of a page that are looked at: one an hour for thirty years.
	maxMementos = 300_000
	// maxRemembered is how many Mementos of all pages are remembered, 32 bytes each; when they are more, all are forgotten.
	maxRemembered = 500_000
)

// mementoLists remembers the Mementos of pages: to find them, all captures of a page are read.
type mementoLists struct {
	mu    sync.Mutex
	byURL map[string]*mementoList // guarded by mu, as is total
	total int
}

// mementoList is the Mementos of a page as it was, and what tells whether it still is. It is not changed once it is made.
type mementoList struct {
	all                 []mementoTime
	captures, takedowns int
	newest, lastVisit   time.Time // of its captures that brought bytes; of its visits
	dropped             bool      // there are captures whose bytes were not kept: they are no Mementos
}

// of are the Mementos of a page, oldest first: its captures but for those whose bytes were not kept because they told nothing new. The
// caller does not change them.
func (m *mementoLists) of(ctx context.Context, s archive.Store, p *archive.Page) ([]mementoTime, error) {
	m.mu.Lock()
	had := m.byURL[p.URL]
	m.mu.Unlock()
	now, err := had.grown(ctx, s, p)
	if err != nil {
		return nil, err
	}
	if now == nil {
		if now, err = readMementos(ctx, s, p); err != nil {
			return nil, err
		}
	}
	if now != had {
		m.put(p.URL, now)
	}
	return now.all, nil
}

func (m *mementoLists) put(url string, list *mementoList) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if old := m.byURL[url]; old != nil {
		m.total -= len(old.all)
	}
	if m.total += len(list.all); m.byURL == nil || m.total > maxRemembered {
		m.byURL, m.total = map[string]*mementoList{}, len(list.all)
	}
	m.byURL[url] = list
}

// grown is the list of the page as it is now, with the capture that has come since; nil when that has to be found out by reading
// all captures.
func (l *mementoList) grown(ctx context.Context, s archive.Store, p *archive.Page) (*mementoList, error) {
	switch {
	case l == nil || l.takedowns != p.Takedowns || l.captures+1 < p.Captures || l.captures > p.Captures:
		return nil, nil
	case l.captures == p.Captures:
		return l, nil
	}
	last, err := s.LastCapture(ctx, p.URL)
	if err != nil {
		return nil, vanished(err)
	}
	next := &mementoList{all: l.all, captures: p.Captures, takedowns: p.Takedowns, newest: l.newest, lastVisit: p.LastVisit, dropped: l.dropped}
	came := last.Time.After(l.newest)
	switch {
	case came && last.Absent == archive.AbsentDropped:
		next.newest, next.dropped = last.Time, true
	case came && (l.dropped || len(l.all) == 0):
		return nil, nil // others that had none may have the same bytes
	case came:
		times := []time.Time{l.all[len(l.all)-1].at, last.Time}
		next.newest, next.all = last.Time, append(slices.Clip(l.all), mementoTimes(times)[1])
	case !p.LastSeen.After(l.lastVisit):
		return nil, nil // it was made earlier than others; else it confirmed a version and brought nothing (304)
	}
	return next, nil
}

// readMementos reads all captures of a page.
func readMementos(ctx context.Context, s archive.Store, p *archive.Page) (*mementoList, error) {
	list := &mementoList{captures: p.Captures, takedowns: p.Takedowns, lastVisit: p.LastVisit}
	var times []time.Time
	for c, err := range s.Captures(ctx, p.URL) {
		if err != nil {
			return nil, err
		}
		if list.newest = c.Time; c.Absent == archive.AbsentDropped {
			list.dropped = true
			continue
		}
		if len(times) == maxMementos {
			return nil, failure{http.StatusInsufficientStorage, "This page has more captures than can be listed here.", "'onrecord export --format warc' writes them all."}
		}
		times = append(times, c.Time)
	}
	list.all = mementoTimes(times)
	return list, nil
}

// capturer is a store that can begin with the captures of a time, as archive/bolt does. Others are read from the beginning.
type capturer interface {
	CapturesSince(ctx context.Context, url string, since time.Time) iter.Seq2[archive.Capture, error]
}

func capturesSince(ctx context.Context, s archive.Store, url string, since time.Time) iter.Seq2[archive.Capture, error] {
	if c, ok := s.(capturer); ok {
		return c.CapturesSince(ctx, url, since)
	}
	return s.Captures(ctx, url)
}

// captureAt is the capture of a page at a time.
func captureAt(ctx context.Context, s archive.Store, url string, at time.Time) (*archive.Capture, error) {
	if last, err := s.LastCapture(ctx, url); err == nil && last.Time.Equal(at) && last.Absent != archive.AbsentDropped {
		return &last, nil // which costs the same however many there are
	}
	for c, err := range capturesSince(ctx, s, url, at) {
		if err != nil {
			return nil, err
		}
		if c.Time.After(at) {
			break
		}
		if c.Time.Equal(at) && c.Absent != archive.AbsentDropped {
			return &c, nil
		}
	}
	return nil, archive.ErrNotFound
}
