package bolt_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"testing"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/warc"
)

// realCaptures are how many captures of real pages are committed, after realBefore of them, when all pages are under way.
const (
	realCaptures = 500
	realBefore   = 3000
)

// realPages gives captures of real pages, one after another, in the order in which they were made: those of the unpacked WARC that
// ONRECORD_HISTORY names. Their texts change now and then.
func realPages(b *testing.B) func(writer, n int) *archive.Capture {
	name := os.Getenv("ONRECORD_HISTORY")
	if name == "" {
		b.Skip("reads real captures: set ONRECORD_HISTORY to the name of an unpacked WARC to run this")
	}
	file, err := os.Open(name)
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	r, err := warc.NewReader(bufio.NewReaderSize(file, 1<<20))
	if err != nil {
		b.Fatal(err)
	}
	defer r.Close()
	var list []*archive.Capture
	for n := 0; len(list) < realCaptures; {
		record, err := r.Next()
		if err != nil {
			b.Fatal(err)
		}
		if record.Type != warc.Response {
			continue
		}
		if n++; n > realBefore {
			list = append(list, realCapture(b, record, len(list)))
		}
	}
	return func(_, n int) *archive.Capture {
		if n == len(list) {
			b.Errorf("there are %d real captures: use -benchtime %dx", n, n)
		}
		return list[min(n, len(list)-1)]
	}
}

// realCapture is the capture of a record: the n-th, for what the page does not tell.
func realCapture(b *testing.B, record *warc.Record, n int) *archive.Capture {
	b.Helper()
	all, err := io.ReadAll(record)
	if err != nil {
		b.Fatal(err)
	}
	_, body, _ := bytes.Cut(all, []byte("\r\n\r\n"))
	c := &archive.Capture{Site: "harbour", MediaType: "text/html", Charset: "utf-8", Raw: body}
	if c.Time, err = time.Parse(time.RFC3339, record.Header.Get("WARC-Date")); err != nil {
		b.Fatal(err)
	}
	c.URL, c.Status, c.Outcome = record.TargetURI(), 200, archive.Stored
	c.FinalURL = c.URL
	c.Hops = []archive.Hop{{
		Time: c.Time, URL: c.URL, Address: "192.0.2.7:443", Proto: "HTTP/2.0", Status: 200,
		Header: map[string][]string{"Date": {c.Time.Format(time.RFC1123)}, "Content-Type": {"text/html; charset=utf-8"}},
	}}
	c.Reading = &archive.Reading{Text: fmt.Sprint("We regret, and regret again. ", n/100)}
	return c
}
