package export_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/bolt"
	"github.com/onrecord/onrecord/archive/export"
	"github.com/onrecord/onrecord/archive/warc"
)

// TestWARCRendered: the document that was read follows the answer it was made of, once a page.
func TestWARCRendered(t *testing.T) {
	s, err := bolt.Open(filepath.Join(t.TempDir(), "harbour.db"), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	for i, text := range []string{"One.", "One.", "Two."} {
		c := &archive.Capture{
			Site: "harbour", Raw: []byte("<div id=app>"), Rendered: fmt.Appendf(nil, "<div id=app>%s</div>", text), MediaType: "text/html", Charset: "windows-1252",
			Reading: &archive.Reading{Rules: "r", Title: "T", Text: text, Markdown: text},
		}
		c.Time, c.URL, c.FinalURL, c.Status = time.Date(2024, 5, i+1, 12, 0, 0, 0, time.UTC), statement, statement, 200
		c.Hops = []archive.Hop{{Time: c.Time, URL: statement, Status: 200, Header: map[string][]string{"Content-Type": {"text/html"}}}}
		if _, err := s.Commit(t.Context(), c, nil); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	sum, err := export.Write(t.Context(), s, &b, export.Options{Format: export.FormatWARC})
	if err != nil || sum.Missing != 0 || sum.Records != 11 {
		t.Fatalf("%+v, %v, want 11 records: 3 answers, requests and notes, 2 documents", sum, err)
	}
	if n := strings.Count(b.String(), "WARC-Type: conversion\r\n"); n != 2 {
		t.Errorf("%d conversion records, want 2", n)
	}
	r, err := warc.NewReader(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for x, err := range warc.Captures(r, func(warc.Origin) ([]byte, error) { return []byte("<div id=app>"), nil }) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprintf("%s %s %s %v", x.Answer.Type, x.Body, x.Converted,
			strings.Contains(string(x.Notes[0].Block), `"rendered_digest":"sha256:`)))
	}
	want := []string{
		"response <div id=app> <div id=app>One.</div> true", "revisit <div id=app>  true", "revisit <div id=app> <div id=app>Two.</div> true",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("exchanges (-want +got):\n%s", d)
	}
}
