package export_test

import (
	"context"
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/onrecord/onrecord/archive"
)

// memory is a small archive in memory, as much of one as an export reads.
type memory struct {
	pages    []archive.Page
	versions map[string][]archive.Version
	visits   map[string][]archive.Visit
	blobs    map[archive.Digest][]byte
	fail     error // of Versions, as the last element
}

func (m *memory) Page(_ context.Context, url string) (archive.Page, error) {
	for _, p := range m.pages {
		for _, a := range append([]string{p.URL}, p.Aliases...) {
			if a == url {
				return p, nil
			}
		}
	}
	return archive.Page{}, archive.ErrNotFound
}

func (m *memory) Pages(_ context.Context, site string) iter.Seq2[archive.Page, error] {
	return func(yield func(archive.Page, error) bool) {
		for _, p := range m.pages {
			if (site == "" || site == p.Site) && !yield(p, nil) {
				return
			}
		}
	}
}

func (m *memory) Versions(_ context.Context, url string) iter.Seq2[archive.Version, error] {
	return func(yield func(archive.Version, error) bool) {
		for _, v := range m.versions[url] {
			if !yield(v, nil) {
				return
			}
		}
		if m.fail != nil {
			yield(archive.Version{}, m.fail)
		}
	}
}

func (m *memory) Version(_ context.Context, url string, n int) (archive.Version, error) {
	vs := m.versions[url]
	if n < 0 {
		n += len(vs) + 1
	}
	if n < 1 || n > len(vs) {
		return archive.Version{}, archive.ErrNotFound
	}
	return vs[n-1], nil
}

func (m *memory) Visits(_ context.Context, url string) iter.Seq2[archive.Visit, error] {
	return func(yield func(archive.Visit, error) bool) {
		for _, v := range m.visits[url] {
			if !yield(v, nil) {
				return
			}
		}
	}
}

func (m *memory) Captures(_ context.Context, url string) iter.Seq2[archive.Capture, error] {
	return func(yield func(archive.Capture, error) bool) {
		for _, v := range m.visits[url] {
			if v.RawDigest.IsZero() {
				continue
			}
			c := archive.Capture{Visit: v, Site: "harbour", MediaType: "text/html", Charset: "utf-8"}
			if !yield(c, nil) {
				return
			}
		}
	}
}

func (m *memory) Blob(_ context.Context, d archive.Digest) ([]byte, error) {
	b, ok := m.blobs[d]
	if !ok {
		return nil, fmt.Errorf("blob %s: %w", d, archive.ErrNotFound)
	}
	return b, nil
}

// day is noon, and a bit, of a day in May 2024.
func day(n int) time.Time { return time.Date(2024, 5, n, 12, 0, 0, 123456789, time.UTC) }

const statement = "https://harbour.example/statements/dredging"

// harbour is an archive with two pages: one statement with three versions, six visits, a redirect, an unchanged capture,
// a 304 and a failure; and one page that was always blocked.
func harbour(t testing.TB) *memory {
	t.Helper()
	m := &memory{versions: map[string][]archive.Version{}, visits: map[string][]archive.Visit{}, blobs: map[archive.Digest][]byte{}}
	add := func(day_ int, outcome archive.Outcome, status, version int, body string) {
		v := archive.Visit{
			Time: day(day_), Elapsed: 1500 * time.Microsecond, URL: statement, FinalURL: statement, Outcome: outcome,
			Status: status, Version: version, Bytes: int64(len(body)),
		}
		if status != 0 {
			v.Hops = append(v.Hops, archive.Hop{
				Time: day(day_).Add(time.Second), URL: statement, Address: "192.0.2.7:443", Proto: "HTTP/2.0", Status: status,
				RequestHeader: map[string][]string{"User-Agent": {"onrecord"}, "Accept-Encoding": {"gzip"}},
				Header: map[string][]string{
					"Content-Type": {"text/html; charset=utf-8"}, "Content-Encoding": {"gzip"}, "Content-Length": {"77"}, "Etag": {`"x"`},
				},
			})
		} else {
			v.FinalURL, v.Reason, v.Detail = "", "timeout", "no answer within 30s"
			v.Hops = []archive.Hop{{Time: day(day_), URL: statement}}
		}
		if body != "" {
			v.RawDigest = archive.Sum([]byte(body))
			m.blobs[v.RawDigest] = []byte(body)
		}
		m.visits[statement] = append(m.visits[statement], v)
	}
	one, two := "<p>We will dredge &amp; build.", "<p>We may dredge."
	add(1, archive.Stored, 200, 1, one)
	add(2, archive.Unchanged, 200, 1, one)
	add(3, archive.Stored, 200, 2, two)
	add(4, archive.Unchanged, 304, 2, "")
	add(5, archive.Failed, 0, 0, "")
	add(6, archive.Stored, 200, 3, one)
	first := &m.visits[statement][0]
	first.URL = "https://harbour.example/old"
	first.Hops = append([]archive.Hop{{
		Time: day(1), URL: first.URL, Kind: "redirect", Address: "[2001:db8::1]:443", Proto: "HTTP/1.1", Status: 301,
		Header: map[string][]string{"Location": {statement}, "Content-Length": {"12"}},
	}}, first.Hops...)

	reading := func(text string) archive.Reading {
		return archive.Reading{
			Rules: "rules-1", Title: `=Dredging, "now"` + "\n& later", Text: text, Markdown: text + "\n\n- a *point*", Published: "2024-05-01",
			Dates: []archive.Claim{{
				Role: "published", Raw: "01-05-2024", Source: "text", Value: "2024-05-01", Precision: "day", Ambiguous: true,
				Readings: []string{"2024-01-05", "2024-05-01"}, Why: "site writes day first", Chosen: true,
			}, {Role: "", Raw: "2024", Source: "text", Value: "2024", Precision: "year"}},
			Authors: []string{"A. Pilot", "B. Warden"}, Language: "en", SiteName: "Harbour",
		}
	}
	v := func(n, first, last, captures int, text, raw string, change archive.Change) {
		m.versions[statement] = append(m.versions[statement], archive.Version{
			URL: statement, Number: n, Reading: reading(text), FirstSeen: day(first), LastSeen: day(last), Captures: captures,
			RawDigest: archive.Sum([]byte(raw)), MediaType: "text/html", Change: change,
		})
	}
	v(1, 1, 2, 2, "We will dredge & build.\n=== x@1 is <no> header", one, archive.Change{Kind: archive.First})
	v(2, 3, 4, 2, "We may dredge.", two, archive.Change{Kind: archive.Edited, Silent: true, WordsAdded: 1, WordsRemoved: 3})
	v(3, 6, 6, 1, "We will dredge & build.\n=== x@1 is <no> header", one, archive.Change{Kind: archive.Restored, Restores: 1})
	m.pages = []archive.Page{
		{URL: "https://harbour.example/blocked", Site: "harbour", State: archive.PageBlocked, LastVisit: day(2)},
		{
			URL: statement, Aliases: []string{"https://harbour.example/old"}, Site: "harbour", Title: "Dredging", Published: "2024-05-01",
			State: archive.Live, Versions: 3, Captures: 5, FirstSeen: day(1), LastSeen: day(6), LastVisit: day(6), LastChanged: day(6),
		},
	}
	m.visits["https://harbour.example/blocked"] = []archive.Visit{{
		Time: day(2), URL: "https://harbour.example/blocked", Outcome: archive.Blocked, Reason: "robots",
	}}
	return m
}
