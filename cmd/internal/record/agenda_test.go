package record_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/bolt"
	"github.com/onrecord/onrecord/archive/diff"
	"github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/crawler/discover"
	"github.com/onrecord/onrecord/crawler/schedule"
)

// visited puts visits a day apart on record; each letter is one: a, b and so on a text, x a failure, g gone.
func visited(t *testing.T, store archive.Store, url, published, letters string, first time.Time) {
	t.Helper()
	for i, l := range letters {
		at := first.Add(time.Duration(i) * 24 * time.Hour)
		c := &archive.Capture{Site: "harbour", Visit: archive.Visit{Time: at, URL: url, FinalURL: url, Status: 200, Outcome: archive.Stored}}
		switch l {
		case 'x':
			c.Outcome, c.Reason, c.Status = archive.Failed, "server error", 500
		case 'g':
			c.Outcome, c.Status = archive.Gone, 404
		default:
			text := "What the authority says, in words " + strings.Repeat(string(l), 5) + "."
			c.Raw = []byte(fmt.Sprintf("%s %s", text, at))
			c.RawDigest = archive.Sum(c.Raw)
			c.MediaType = "text/html"
			c.Reading = &archive.Reading{Text: text, Title: "A statement", Published: published, Rules: "test"}
		}
		if _, err := store.Commit(t.Context(), c, nil); err != nil {
			t.Fatal(err)
		}
	}
}

// The agenda follows from what is on record: what is often edited is due before what is quiet, and what cannot be had waits
// ever longer. A budget makes quiet pages wait longer, and none longer than the bound.
func TestAgenda(t *testing.T) {
	store, err := bolt.Open(filepath.Join(t.TempDir(), "archive.db"), &bolt.Options{Compare: diff.Compare})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	first := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	last := first.Add(9 * 24 * time.Hour)
	const at = "https://harbour.example/statements/"
	visited(t, store, at+"edited", "2019-05-02", "abcdefghij", first)
	visited(t, store, at+"quiet", "2019-05-02", "aaaaaaaaaa", first)
	visited(t, store, at+"failing", "2019-05-02", "aaaaaaxxxx", first)
	visited(t, store, at+"young", "2026-03-09", "a", last)
	glob, err := discover.ParseGlob("/statements/*")
	if err != nil {
		t.Fatal(err)
	}
	site := &record.Site{Name: "harbour", Start: []string{at}, Follow: []*discover.Glob{glob}}
	now := last.Add(time.Minute)
	plan := func(perDay int) map[string]record.PageDue {
		a, err := record.PlanSite(t.Context(), store, site, schedule.Schedule{}, perDay, now)
		if err != nil {
			t.Fatal(err)
		}
		if err := a.ReadPages(t.Context(), store); err != nil {
			t.Fatal(err)
		}
		if a.Next.After(now) {
			t.Errorf("a site that was never looked at is due at %s, want now", a.Next)
		}
		pages := map[string]record.PageDue{}
		for _, p := range a.Pages {
			pages[strings.TrimPrefix(p.URL, at)] = p
		}
		return pages
	}
	p := plan(0)
	if p["edited"].Changes != 9 || p["quiet"].Changes != 0 || p["failing"].Failing != 4 {
		t.Errorf("changes %d and %d, failing %d, want 9, 0 and 4", p["edited"].Changes, p["quiet"].Changes, p["failing"].Failing)
	}
	if e, y, q := p["edited"].Interval, p["young"].Interval, p["quiet"].Interval; e >= q || y >= q || q > schedule.Statements().Max {
		t.Errorf("waits %s edited, %s young, %s quiet", e, y, q)
	}
	if got := p["failing"].Interval; got != 4*time.Hour {
		t.Errorf("after four failures the wait is %s, want 4h", got)
	}
	small := plan(1)
	if small["quiet"].Interval < p["quiet"].Interval || small["young"].Interval <= p["young"].Interval {
		t.Errorf("a budget makes waits no longer: %s and %s", small["quiet"].Interval, small["young"].Interval)
	}

	// A run visits what is due and what is not known.
	a, err := record.PlanSite(t.Context(), store, site, schedule.Schedule{}, 0, last.Add(10*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if err := a.ReadPages(t.Context(), store); err != nil {
		t.Fatal(err)
	}
	due := a.DueSite(store)
	for url, want := range map[string]bool{"edited": true, "quiet": false, "failing": true, "never-seen": true} {
		if got := due.Due(context.Background(), archive.Task{URL: at + url, Kind: "statement", Site: "harbour"}); got != want {
			t.Errorf("%s is due: %v, want %v", url, got, want)
		}
	}
}
