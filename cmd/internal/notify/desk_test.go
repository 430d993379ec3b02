package notify_test

import (
	"context"
	"fmt"
	"iter"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/bolt"
	"github.com/onrecord/onrecord/archive/diff"
	"github.com/onrecord/onrecord/cmd/internal/notify"
)

// desk is an archive, a clock, and an outbox over both.
type desk struct {
	t     *testing.T
	store archive.Store
	out   *notify.Outbox
	clock time.Time
	kept  []notify.Case
}

// newDesk has an archive with one page in two versions that nobody was told of.
func newDesk(t *testing.T, rules ...notify.Rule) *desk {
	t.Helper()
	s, err := bolt.Open(filepath.Join(t.TempDir(), "archive.db"), &bolt.Options{Compare: diff.Compare})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	d := &desk{t: t, store: s, clock: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	d.out = &notify.Outbox{Store: s, Rules: rules, Now: func() time.Time { return d.clock }, Cases: d.cases}
	d.page(wall, text, "")
	d.page(wall, strings.Replace(text, "4 weeks", "7 weeks", 1), "")
	d.begin()
	return d
}

func (d *desk) cases(_ context.Context, after time.Time) iter.Seq2[notify.Case, error] {
	return func(yield func(notify.Case, error) bool) {
		for _, c := range d.kept {
			if c.Opened.After(after) && !yield(c, nil) {
				return
			}
		}
	}
}

const (
	wall = "https://harbour.example/statements/wall"
	text = "The wall will be repaired in 4 weeks.\nThe authority will not close the quay.\nShips are asked to keep away from the north side."
)

// tick lets an hour go by.
func (d *desk) tick() time.Time {
	d.clock = d.clock.Add(time.Hour)
	return d.clock
}

// page puts a capture of a page on record, an hour later; title "" is the usual one.
func (d *desk) page(url, text, title string) {
	d.t.Helper()
	d.commit(d.capture(url, text, title))
}

func (d *desk) capture(url, text, title string) *archive.Capture {
	c := d.visit(url, archive.Stored, 200)
	c.Raw = []byte(text + title)
	c.RawDigest, c.MediaType = archive.Sum(c.Raw), "text/html"
	if title == "" {
		title = "On the harbour wall"
	}
	c.Reading = &archive.Reading{Rules: "rules/1", Title: title, Text: text, Published: "2026-02-01", Language: "en"}
	return c
}

func (d *desk) visit(url string, outcome archive.Outcome, status int) *archive.Capture {
	c := &archive.Capture{Site: "harbour"}
	c.Time, c.URL, c.FinalURL, c.Outcome, c.Status = d.tick(), url, url, outcome, status
	return c
}

func (d *desk) commit(c *archive.Capture) {
	d.t.Helper()
	if _, err := d.store.Commit(d.t.Context(), c, nil); err != nil {
		d.t.Fatal(err)
	}
}

// lose is a visit that cannot read the page.
func (d *desk) lose(url string, status int) {
	d.t.Helper()
	d.commit(d.lost(url, status))
}

func (d *desk) lost(url string, status int) *archive.Capture {
	c := d.visit(url, archive.Gone, status)
	c.Reason = "not found"
	if status >= 500 {
		c.Outcome, c.Reason = archive.Failed, "server error"
	}
	return c
}

// loseMany puts so many pages on record and loses them, twice each; the pages are visited side by side.
func (d *desk) loseMany(pages, status int) {
	d.t.Helper()
	for look := range 3 {
		var wg sync.WaitGroup
		for n := range pages {
			url := fmt.Sprintf("https://harbour.example/%03d", n)
			c := d.lost(url, status)
			if look == 0 {
				c = d.capture(url, text, "")
			}
			wg.Go(func() {
				if _, err := d.store.Commit(d.t.Context(), c, nil); err != nil {
					d.t.Error(err)
				}
			})
		}
		wg.Wait()
		if look == 0 {
			d.collect()
		}
	}
}

func (d *desk) begin() {
	d.t.Helper()
	if err := d.out.Begin(d.t.Context()); err != nil {
		d.t.Fatal(err)
	}
	d.tick()
}

// collect collects and returns what waits: a line for each event.
func (d *desk) collect() []string {
	d.t.Helper()
	if _, err := d.out.Collect(d.t.Context(), time.Time{}); err != nil {
		d.t.Fatal(err)
	}
	var out []string
	for _, e := range d.list() {
		if e.Status != notify.Waiting {
			continue
		}
		for _, ev := range e.Events {
			line := string(ev.Kind)
			if ev.Version > 0 {
				line += fmt.Sprint(" ", ev.Version)
			}
			if ev.Back {
				line += " back"
			}
			out = append(out, line)
		}
	}
	return out
}

func (d *desk) list() []notify.Entry {
	d.t.Helper()
	list, err := d.out.List(d.t.Context())
	if err != nil {
		d.t.Fatal(err)
	}
	return list
}

func (d *desk) deliver() notify.Report {
	d.t.Helper()
	r, err := d.out.Deliver(d.t.Context())
	if err != nil {
		d.t.Fatal(err)
	}
	return r
}

// want fails the test unless the events are those.
func want(t *testing.T, when string, got []string, want ...string) {
	t.Helper()
	if strings.Join(got, ", ") != strings.Join(want, ", ") {
		t.Errorf("%s: %q, want %q", when, got, want)
	}
}

// nowhere is a destination that nothing reaches.
func nowhere(t *testing.T) *notify.Destination {
	t.Helper()
	return destination(t, &notify.Settings{}, "http://127.0.0.1:1/hook")
}

func destination(t *testing.T, s *notify.Settings, to string) *notify.Destination {
	t.Helper()
	d, err := s.Destination(to)
	if err != nil {
		t.Fatalf("Destination(%q): %v", to, err)
	}
	return d
}
