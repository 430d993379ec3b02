package web

import (
	"fmt"
	"testing"
	"time"

	"github.com/onrecord/onrecord/archive"
)

// Addresses of the statements that the tests of what programs read put on record.
const (
	dredging = "https://harbour.example/statements/dredging"
	ferries  = "https://harbour.example/statements/ferries?id=7&lang=en"
	lights   = "http://lighthouse.example:8080/notes/lights"
)

// day is noon of a day of the tests' own calendar.
func day(n int) time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC).AddDate(0, 0, n) }

// onRecord puts a capture of a page on record, and changes it before.
func onRecord(t testing.TB, s archive.Store, url string, at time.Time, text string, change func(*archive.Capture)) archive.Result {
	t.Helper()
	c := &archive.Capture{Site: "harbour", MediaType: "text/html", Charset: "utf-8"}
	c.Time, c.URL, c.FinalURL, c.Outcome, c.Status = at, url, url, archive.Stored, 200
	c.Raw = fmt.Appendf(nil, "<html><script>alert(1)</script><p>%s</p><!-- %s -->", text, at)
	c.Hops = []archive.Hop{{Time: at, URL: url, Status: 200, Header: map[string][]string{"Content-Type": {"text/html; charset=utf-8"}, "Set-Cookie": {"a=1", "b=2"}}}}
	c.Reading = &archive.Reading{Rules: "rules/1", Title: "On dredging", Text: archive.Canonical(text), Markdown: text, Published: "2026-02-01", Language: "en",
		Dates: []archive.Claim{{Role: "published", Raw: "1 February 2026", Source: "text", Value: "2026-02-01", Precision: "day", Chosen: true}}}
	if change != nil {
		change(c)
	}
	if c.Raw != nil {
		c.RawDigest, c.Bytes = archive.Sum(c.Raw), int64(len(c.Raw))
	}
	res, err := s.Commit(t.Context(), c, nil)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// gone is a change of a capture: the page is not there.
func gone(c *archive.Capture) {
	c.Outcome, c.Status, c.Reason, c.Raw, c.Reading, c.MediaType = archive.Gone, 404, "not found", nil, nil, ""
	c.Hops[0].Status = 404
}

// threeStatements is an archive with a silent edit and its restoration, a statement that is gone, and one of another site.
func threeStatements(t testing.TB) archive.Store {
	t.Helper()
	s := newStore(t)
	onRecord(t, s, dredging, day(0), "The authority will not dump sediment at sea.\nIn the first phase 31,500 cubic metres are removed.", nil)
	onRecord(t, s, dredging, day(1), "The authority will dump sediment at sea.\nIn the first phase 13,500 cubic metres are removed.", nil)
	onRecord(t, s, dredging, day(2), "The authority will not dump sediment at sea.\nIn the first phase 31,500 cubic metres are removed.", nil)
	title := func(s string) func(*archive.Capture) { return func(c *archive.Capture) { c.Reading.Title = s } }
	onRecord(t, s, ferries, day(0), "The ferry runs every hour.", title("On ferries"))
	onRecord(t, s, ferries, day(3), "The page is gone.", gone)
	onRecord(t, s, lights, day(1), "The light is out.\nIt will be lit again.", func(c *archive.Capture) { c.Site, c.Reading.Title = "lighthouse", "Lights" })
	onRecord(t, s, lights, day(4), "The light is lit.", func(c *archive.Capture) {
		c.Site, c.Reading.Title, c.Reading.Published = "lighthouse", "Lights", "2026-03-05"
	})
	return s
}
