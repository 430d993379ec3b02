package warc_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"

	"github.com/onrecord/onrecord/archive/warc"
)

// pages are 50 responses of about 100 KB of text each, one gzip member a record.
func pages(tb testing.TB) []byte {
	tb.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	var parts []string
	for range 50 {
		var b strings.Builder
		for b.Len() < 100_000 {
			fmt.Fprintf(&b, "<p>Statement %d of %d.</p>\n", random.IntN(1000), random.IntN(100_000))
		}
		parts = append(parts, message("response", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"+b.String()))
	}
	return gz(parts...)
}

// BenchmarkInflate unpacks the file that BenchmarkReader reads, and nothing else: what reading costs at least.
func BenchmarkInflate(b *testing.B) {
	data := pages(b)
	b.ReportAllocs()
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		z, err := gzip.NewReader(bytes.NewReader(data))
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, z); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkReader takes the exchanges of a file apart.
func BenchmarkReader(b *testing.B) {
	data := pages(b)
	b.ReportAllocs()
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		r, err := warc.NewReader(bytes.NewReader(data))
		if err != nil {
			b.Fatal(err)
		}
		n := 0
		for x, err := range warc.Captures(r, nil) {
			if err != nil || x.Err != nil {
				b.Fatal(err, x.Err)
			}
			n++
		}
		if n != 50 {
			b.Fatalf("%d exchanges, want 50", n)
		}
	}
}

// BenchmarkWriter writes a response of 100 KB, packed.
func BenchmarkWriter(b *testing.B) {
	body := bytes.Repeat([]byte("<p>We will dredge.</p>\n"), 4500)
	w := warc.NewWriter(io.Discard, warc.Options{Gzip: true, Seed: "s"})
	m := warc.Message{URL: "https://harbour.example/", Date: noon, Status: 200, Body: body}
	b.ReportAllocs()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if _, err := w.WriteResponse(m); err != nil {
			b.Fatal(err)
		}
	}
}
