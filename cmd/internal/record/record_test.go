package record_test

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/bolt"
	"github.com/onrecord/onrecord/archive/diff"
	"github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/crawlertest"
	"github.com/onrecord/onrecord/crawler/discover"
)

func open(t testing.TB) archive.Store {
	t.Helper()
	s, err := bolt.Open(filepath.Join(t.TempDir(), "archive.db"), &bolt.Options{Compare: diff.Compare})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// page is a statement page with a menu and a footer.
func page(title, date string, paragraphs ...string) string {
	return fmt.Sprintf(`<!doctype html><html lang="en"><head><title>%s | Harbour</title></head><body>
<div><a href="/">Home</a> <a href="/news/">News</a> <a href="/contact">Contact</a></div>
<div><h1>%s</h1><div>%s</div><div><p>%s</p></div></div>
<div><p>Copyright the harbour authority. All rights reserved, also those to the pictures of the harbour.</p></div></body></html>`,
		title, title, date, strings.Join(paragraphs, "</p><p>"))
}

const (
	firstSentence  = "The harbour authority will keep the old pier open for another two years, as it has promised to the islanders."
	secondSentence = "Repairs begin in spring, when the water is low enough for the divers to work on the piles of the pier."
	otherSentence  = "The swimming pool at the harbour opens in May, and season tickets can be had at the office from today."
)

// fetched is a visit that brought a page.
func fetched(url string, at time.Time, body string) *crawler.Page {
	return crawler.Replay(url, at, 200, http.Header{"Content-Type": {"text/html; charset=utf-8"}}, []byte(body))
}

var start = time.Date(2024, 5, 1, 10, 0, 0, 0, time.UTC)

func day(n int) time.Time { return start.AddDate(0, 0, n) }

func put(t *testing.T, r *record.Recorder, v *record.Visit) record.Entry {
	t.Helper()
	if v.Site == nil {
		v.Site = &record.Site{Name: "harbour"}
	}
	e, err := r.Put(t.Context(), v)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestNoVersionOfWhatIsNone(t *testing.T) {
	r := &record.Recorder{Store: open(t)}
	const url = "https://harbour.example/news/pier"
	put(t, r, &record.Visit{Page: fetched(url, day(0), page("The old pier stays", "May 1, 2024", firstSentence, secondSentence))})
	for i, c := range []struct {
		name, body string
		outcome    archive.Outcome
	}{
		{"challenge", `<html><head><title>Just a moment...</title></head><body><h1>Checking your browser</h1><p>Verify you are human by completing the action below.</p><script>x()</script></body></html>`, archive.Failed},
		{"soft 404", `<html><head><title>Page not found</title></head><body><h1>Page not found</h1><p>The page you are looking for does not exist.</p></body></html>`, archive.Failed},
		{"error page", `<html><head><title>Error</title></head><body><h1>Internal Server Error</h1><p>Something went wrong.</p></body></html>`, archive.Failed},
		{"empty page", `<html><head></head><body></body></html>`, archive.Failed},
		{"maintenance", `<html><head><title>Maintenance</title></head><body><h1>Down for maintenance</h1><p>We will be back soon.</p></body></html>`, archive.Failed},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := put(t, r, &record.Visit{Page: fetched(url, day(i+1), c.body)})
			if e.Outcome != c.outcome || e.Reason == "" {
				t.Errorf("outcome %q for %q, want %q with a reason", e.Outcome, e.Reason, c.outcome)
			}
			v, err := r.Store.Version(t.Context(), url, -1)
			if err != nil || v.Number != 1 || !strings.Contains(v.Text, firstSentence) {
				t.Errorf("the last version is %d (%v) with %q, want the first with the statement", v.Number, err, v.Text)
			}
		})
	}
	e := put(t, r, &record.Visit{Page: fetched(url, day(9), page("The old pier stays", "May 1, 2024", firstSentence, secondSentence))})
	if e.Outcome != archive.Unchanged || e.Version != 1 {
		t.Errorf("the statement is back as %q, version %d, want unchanged, version 1", e.Outcome, e.Version)
	}
}

func TestRemovedStatementThatLeadsHome(t *testing.T) {
	r := &record.Recorder{Store: open(t)}
	site := &record.Site{Name: "harbour", Start: []string{"https://harbour.example/news/"}}
	const url = "https://harbour.example/news/pier"
	put(t, r, &record.Visit{Site: site, Page: fetched(url, day(0), page("The old pier stays", "May 1, 2024", firstSentence, secondSentence))})
	p := fetched("https://harbour.example/", day(1), page("Welcome", "", otherSentence, secondSentence, firstSentence))
	p.URL = url
	e := put(t, r, &record.Visit{Site: site, Page: p})
	if e.Outcome != archive.Moved || e.Reason != record.ReasonHome {
		t.Errorf("outcome %q for %q, want moved to the front page", e.Outcome, e.Reason)
	}
	got, err := r.Store.Page(t.Context(), url)
	if err != nil || got.URL != url || got.Versions != 1 || got.State != archive.PageMoved {
		t.Errorf("page %+v, %v: want it moved, under its own address, with one version", got, err)
	}
}

// A text that collapses is looked at once more before it is believed.
func TestGreatLossIsConfirmed(t *testing.T) {
	whole := page("The old pier stays", "May 1, 2024", firstSentence, secondSentence, otherSentence)
	remnant := page("The old pier stays", "May 1, 2024", "Please come back later.")
	const url = "https://harbour.example/news/pier"
	for _, c := range []struct {
		name, second string
		versions     int
		outcomes     []archive.Outcome
	}{
		{"it was a fault", whole, 1, []archive.Outcome{archive.Stored, archive.Failed, archive.Unchanged}},
		{"it is true", remnant, 2, []archive.Outcome{archive.Stored, archive.Stored}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := &record.Recorder{Store: open(t)}
			put(t, r, &record.Visit{Page: fetched(url, day(0), whole)})
			looks := 0
			put(t, r, &record.Visit{Page: fetched(url, day(1), remnant), Again: func(context.Context) *crawler.Page {
				looks++
				return fetched(url, day(1).Add(time.Second), c.second)
			}})
			if looks != 1 {
				t.Errorf("%d second looks, want 1", looks)
			}
			var outcomes []archive.Outcome
			for v, err := range r.Store.Visits(t.Context(), url) {
				if err != nil {
					t.Fatal(err)
				}
				outcomes = append(outcomes, v.Outcome)
			}
			if d := cmp.Diff(c.outcomes, outcomes); d != "" {
				t.Errorf("visits (-want +got):\n%s", d)
			}
			if p, err := r.Store.Page(t.Context(), url); err != nil || p.Versions != c.versions {
				t.Errorf("%d versions (%v), want %d", p.Versions, err, c.versions)
			}
		})
	}
}

// What a site's pages have in common is learned from them; what it changes is ours, never an edit.
func TestSettleTeachesDatesWithoutEdits(t *testing.T) {
	r := &record.Recorder{Store: open(t)}
	urls := []string{"https://harbour.example/news/pier", "https://harbour.example/news/pool"}
	put(t, r, &record.Visit{Page: fetched(urls[0], day(0), page("The old pier stays", "10-03-2024", firstSentence, secondSentence))})
	put(t, r, &record.Visit{Page: fetched(urls[1], day(0), page("The pool opens", "02-20-2024", otherSentence, secondSentence))})
	before, err := r.Store.Version(t.Context(), urls[0], 1)
	if err != nil || before.Published != "" {
		t.Fatalf("published %q (%v) before anything was learned, want none", before.Published, err)
	}
	learned, err := r.Settle(t.Context(), "harbour")
	if err != nil || !learned {
		t.Fatalf("Settle = %t, %v, want something learned", learned, err)
	}
	after, err := r.Store.Version(t.Context(), urls[0], -1)
	if err != nil || after.Number != 1 || after.Published != "2024-10-03" || after.Change.Kind != archive.First {
		t.Errorf("version %d (%v) published %q as %q, want version 1 of 2024-10-03, first", after.Number, err, after.Published, after.Change.Kind)
	}
	if again, err := r.Settle(t.Context(), "harbour"); err != nil || again {
		t.Errorf("Settle again = %t, %v, want nothing new", again, err)
	}
	e := put(t, r, &record.Visit{Page: fetched(urls[0], day(1), page("The old pier stays", "10-03-2024", firstSentence, secondSentence))})
	if e.Outcome != archive.Unchanged {
		t.Errorf("the same page after settling is %q, want unchanged", e.Outcome)
	}
}

// The same captures give the same archive through a crawl and an import, in any order of time.
func TestImport(t *testing.T) {
	bodies := []string{
		page("The old pier stays", "May 1, 2024", firstSentence, secondSentence),
		page("The old pier stays", "May 1, 2024", strings.Replace(firstSentence, "two", "ten", 1), secondSentence),
		page("The old pier stays", "May 1, 2024", firstSentence, secondSentence),
	}
	var records []string
	id := 0
	add := func(kind, url string, at time.Time, extra, block string) {
		id++
		typ := "application/http;msgtype=response"
		records = append(records, fmt.Sprintf("WARC/1.1\r\nWARC-Type: %s\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-%012d>\r\nWARC-Date: %s\r\nWARC-Target-URI: %s\r\n%sContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n",
			kind, id, at.Format(time.RFC3339), url, extra, typ, len(block), block))
	}
	ok := func(body string) string {
		return fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	}
	const url, old = "https://harbour.example/news/pier", "http://harbour.example/pier"
	for i, b := range bodies {
		add("response", url, day(i), "", ok(b))
	}
	add("revisit", url, day(3), "WARC-Profile: http://netpreserve.org/warc/1.1/revisit/identical-payload-digest\r\nWARC-Refers-To-Target-URI: "+url+"\r\n", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
	add("response", old, day(4), "", "HTTP/1.1 301 Moved Permanently\r\nLocation: "+url+"\r\nContent-Length: 0\r\n\r\n")
	add("response", url, day(4).Add(time.Second), "", ok(bodies[2]))
	add("response", "https://harbour.example/logo.png", day(4), "", "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 8\r\n\r\n\x89PNG\r\n\x1a\n")
	add("response", url, day(5), "", "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
	want := []string{"1 first 1", "2 edited 1", "3 restored 3"}
	check := func(t *testing.T, s archive.Store) {
		t.Helper()
		var got []string
		for v, err := range s.Versions(t.Context(), old) { // the old address leads to the page
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, fmt.Sprintf("%d %s %d", v.Number, v.Change.Kind, v.Captures))
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("versions (-want +got):\n%s", d)
		}
		if p, err := s.Page(t.Context(), url); err != nil || p.State != archive.PageGone || p.URL != url {
			t.Errorf("page %+v, %v: want it gone", p, err)
		}
	}
	t.Run("in order", func(t *testing.T) {
		s := open(t)
		m := &record.Import{Recorder: &record.Recorder{Store: s}}
		for range 2 { // again: nothing changes
			if err := m.File(t.Context(), "captures.warc", strings.NewReader(strings.Join(records, ""))); err != nil {
				t.Fatal(err)
			}
			check(t, s)
		}
		sum, err := m.Finish(t.Context())
		if err != nil || sum.Captures != 12 || sum.Again != 6 || sum.Versions != 3 || sum.Skipped != 4 {
			t.Errorf("summary %+v, %v: want 12 captures, 6 of them again, 3 versions, 4 skipped", sum, err)
		}
	})
	t.Run("late", func(t *testing.T) {
		s := open(t)
		for _, i := range []int{2, 0, 1, 3, 4, 5, 6, 7} {
			m := &record.Import{Recorder: &record.Recorder{Store: s}}
			if i == 3 {
				i = 2 // a revisit needs its original in the same run
			}
			if err := m.File(t.Context(), "captures.warc", strings.NewReader(records[i])); err != nil {
				t.Fatal(err)
			}
		}
		var kinds []string
		for v, err := range s.Versions(t.Context(), url) {
			if err != nil {
				t.Fatal(err)
			}
			kinds = append(kinds, string(v.Change.Kind))
		}
		if d := cmp.Diff([]string{"first", "edited", "restored"}, kinds); d != "" {
			t.Errorf("kinds (-want +got):\n%s", d)
		}
	})
	t.Run("damaged", func(t *testing.T) {
		m := &record.Import{Recorder: &record.Recorder{Store: open(t)}}
		all := records[0] + "WARC/1.1\r\nnonsense" + strings.Repeat("x", 100) + "\r\n\r\n" + records[1]
		if err := m.File(t.Context(), "captures.warc", strings.NewReader(all)); err != nil {
			t.Fatal(err)
		}
		sum, err := m.Finish(t.Context())
		if err != nil || sum.Damaged == 0 || sum.Captures != 2 || !strings.Contains(strings.Join(sum.Damage, "\n"), fmt.Sprint(len(records[0]))) {
			t.Errorf("summary %+v, %v: want the damage named with its offset, and both captures", sum, err)
		}
	})
	t.Run("follow", func(t *testing.T) {
		g, err := discover.ParseGlob("/press/**")
		if err != nil {
			t.Fatal(err)
		}
		m := &record.Import{Recorder: &record.Recorder{Store: open(t)}, Follow: []*discover.Glob{g}}
		if err := m.File(t.Context(), "captures.warc", strings.NewReader(strings.Join(records, ""))); err != nil {
			t.Fatal(err)
		}
		if sum, err := m.Finish(t.Context()); err != nil || sum.Captures != 0 {
			t.Errorf("summary %+v, %v: want no capture", sum, err)
		}
	})
}

// A crawl asks once what the site answers to unknown addresses, when a short text gives reason to.
func TestSoftNotFoundIsFoundOutByAsking(t *testing.T) {
	site := crawlertest.New(t)
	lost := page("The harbour", "", "Everything about the harbour can be found in the menu above, which leads to all of our many pages.")
	unknown := crawlertest.Page{Body: lost}
	site.SetHTML("/news/", `<a href="/news/real">The old pier stays</a> <a href="/news/removed">Removed</a>`)
	site.SetHTML("/news/real", page("The old pier stays", "May 1, 2024", firstSentence, secondSentence))
	site.Set("/news/removed", unknown)
	site.SetUnknown(unknown)
	cr, err := crawler.New(crawler.Config{AllowPrivate: true, NoPace: true})
	if err != nil {
		t.Fatal(err)
	}
	defer cr.Close()
	g, err := discover.ParseGlob("/news/**")
	if err != nil {
		t.Fatal(err)
	}
	s := open(t)
	c := &record.Crawl{Browser: noBrowser, Recorder: &record.Recorder{Store: s}, Crawler: cr, Sites: []*record.Site{{Start: []string{site.URL() + "/news/"}, Follow: []*discover.Glob{g}}}}
	sum, err := c.Run(t.Context())
	if err != nil || sum.New != 1 || sum.Failed != 1 || sum.Lost != 0 {
		t.Errorf("summary %+v, %v: want one new, one failed, none lost", sum, err)
	}
	if _, err := s.Version(t.Context(), site.URL()+"/news/removed", -1); err == nil {
		t.Error("what the site shows for any unknown address was stored as a version")
	}
}
