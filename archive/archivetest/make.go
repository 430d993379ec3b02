package archivetest

import (
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/onrecord/onrecord/archive"
)

// Addresses of the pages that the suite puts on record.
const (
	pageA = "https://harbour.example/statements/a"
	pageB = "https://harbour.example/statements/b"
	pageC = "http://lighthouse.example:8080/c?id=1"
)

// at is a time of the suite's own clock: minute n.
func at(n int) time.Time { return time.Date(2026, 3, 1, 12, n, 0, 0, time.UTC) }

// reading is a reading with every field set, whose text is text.
func reading(text string) *archive.Reading {
	return &archive.Reading{
		Rules: "rules/1", Title: "On the harbour wall", Text: text, Markdown: "# " + text, Published: "2026-02-01", Modified: "2026-02-02",
		Dates: []archive.Claim{
			{Role: "published", Raw: "1 February 2026", Source: "text", Value: "2026-02-01", Precision: "day", Chosen: true, Why: "first"},
			{Raw: "02-03-2026", Source: "meta", Precision: "day", Ambiguous: true, Readings: []string{"2026-02-03", "2026-03-02"}},
		},
		Authors: []string{"Harbour Office"}, Topics: []string{}, Language: "en", SiteName: "Harbour",
	}
}

// capture is a whole capture of a page in minute n, that reads as text. Its bytes are its own.
func capture(url string, n int, text string) *archive.Capture {
	c := visit(url, n, archive.Stored)
	c.Raw = fmt.Appendf(nil, "<p>%s</p><!-- %s %d -->", text, url, n)
	c.RawDigest = archive.Sum(c.Raw)
	c.Bytes = int64(len(c.Raw))
	c.MediaType, c.Charset = "text/html", "utf-8"
	c.Reading = reading(text)
	return c
}

// visit is a visit that brought no bytes.
func visit(url string, n int, outcome archive.Outcome) *archive.Capture {
	c := &archive.Capture{Site: "harbour"}
	c.Time, c.Elapsed = at(n), 1500*time.Millisecond
	c.URL, c.FinalURL, c.Outcome, c.Status = url, url, outcome, 200
	c.Hops = []archive.Hop{{
		Time: at(n).Add(20 * time.Millisecond), URL: url, Address: "192.0.2.1:443", Proto: "HTTP/2.0", Status: 200,
		RequestHeader: map[string][]string{"Accept": {"text/html"}},
		Header:        map[string][]string{"Etag": {fmt.Sprintf(`"%d"`, n)}, "Set-Cookie": {"a=1", "b=2"}},
		WireDigest:    archive.Sum([]byte{byte(n)}),
	}}
	switch outcome {
	case archive.Unchanged:
		c.Status = 304
	case archive.Gone:
		c.Status, c.Reason = 404, "not found"
	case archive.Failed:
		c.Status, c.Reason = 503, "server error"
	}
	return c
}

// moved is a capture that was asked for at one address and read at another.
func moved(from, to string, n int, text string) *archive.Capture {
	c := capture(from, n, text)
	c.FinalURL = to
	c.Hops = append([]archive.Hop{{Time: at(n), URL: from, Status: 301}}, c.Hops...)
	c.Hops[1].URL, c.Hops[1].Kind = to, "redirect"
	return c
}

// failed is a visit that failed for a reason.
func failed(url string, n int, reason string, status int) *archive.Capture {
	c := visit(url, n, archive.Failed)
	c.Reason, c.Status = reason, status
	return c
}

// put commits captures one after another and returns the last result.
func put(t *testing.T, s archive.Store, captures ...*archive.Capture) archive.Result {
	t.Helper()
	var res archive.Result
	for _, c := range captures {
		var err error
		if res, err = s.Commit(t.Context(), c, nil); err != nil {
			t.Fatalf("Commit(%s in minute %d): %v", c.URL, c.Time.Minute(), err)
		}
	}
	return res
}

// all gathers a sequence.
func all[T any](t *testing.T, seq iter.Seq2[T, error]) []T {
	t.Helper()
	var list []T
	for v, err := range seq {
		if err != nil {
			t.Fatalf("sequence after %d items: %v", len(list), err)
		}
		list = append(list, v)
	}
	return list
}

// page is the page at an address.
func page(t *testing.T, s archive.Store, url string) archive.Page {
	t.Helper()
	p, err := s.Page(t.Context(), url)
	if err != nil {
		t.Fatalf("Page(%s): %v", url, err)
	}
	return p
}

// texts are the texts of a page's versions.
func texts(t *testing.T, s archive.Store, url string) []string {
	t.Helper()
	var list []string
	for i, v := range all(t, s.Versions(t.Context(), url)) {
		if v.Number != i+1 {
			t.Errorf("version %d of %s is number %d", i+1, url, v.Number)
		}
		list = append(list, v.Text)
	}
	return list
}

// holds fails the test when Verify finds something.
func holds(t *testing.T, s archive.Store) {
	t.Helper()
	for f, err := range s.Verify(t.Context()) {
		if err != nil {
			t.Fatalf("Verify: %v", err)
		}
		t.Errorf("Verify: %s %s: %s", f.Kind, f.Where, f.Problem)
	}
}
