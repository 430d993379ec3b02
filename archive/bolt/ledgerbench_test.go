package bolt

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	bbolt "go.etcd.io/bbolt"

	"github.com/onrecord/onrecord/archive"
)

// benchCapture is a capture of a page with the headers that answers usually have.
func benchCapture(n int) *archive.Capture {
	const url = "https://harbour.example/wall"
	c := &archive.Capture{Site: "harbour", MediaType: "text/html", Charset: "utf-8"}
	c.Time = time.Date(2026, 1, 1, 0, n, 0, 0, time.UTC)
	c.URL, c.FinalURL, c.Status, c.Outcome = url, url, 200, archive.Stored
	c.Raw = fmt.Appendf(nil, "<p>There is a wall.</p><!-- %d -->", n)
	c.Reading = &archive.Reading{Rules: "1", Title: "Wall", Text: fmt.Sprint("There is a wall. ", n/100)}
	c.Hops = []archive.Hop{{
		Time: c.Time, URL: url, Address: "192.0.2.7:443", Proto: "HTTP/2.0", Status: 200,
		RequestHeader: map[string][]string{"User-Agent": {"onrecord/1.0 (+https://harbour.example/bot)"}, "Accept-Encoding": {"gzip"}},
		Header: map[string][]string{
			"Date": {c.Time.Format(time.RFC1123)}, "Content-Type": {"text/html; charset=utf-8"}, "Content-Encoding": {"gzip"},
			"Cache-Control": {"max-age=0, private, must-revalidate"}, "Server": {"nginx"}, "Vary": {"Accept-Encoding"},
		},
	}}
	return c
}

// BenchmarkLedger tells what the ledger costs: "record" is the part of a commit that puts a visit into it, "commit" the
// whole of one, and "bytes" what all of the ledger takes for a capture, one in a hundred of which is a new version.
func BenchmarkLedger(b *testing.B) {
	open := func(b *testing.B) *Store {
		s, err := Open(filepath.Join(b.TempDir(), "a.db"), nil)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { s.Close() })
		return s
	}
	commit := func(b *testing.B, s *Store, n int) {
		if _, err := s.Commit(b.Context(), benchCapture(n), nil); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("commit", func(b *testing.B) {
		s := open(b)
		n := 0
		for b.Loop() {
			commit(b, s, n)
			n++
		}
	})
	b.Run("record", func(b *testing.B) {
		s := open(b)
		commit(b, s, 0)
		done := errors.New("taken back")
		err := s.db.Update(func(x *bbolt.Tx) error {
			t := &tx{s: s, b: x}
			all, err := t.entries(1)
			if err != nil {
				return err
			}
			for b.Loop() {
				if _, err := t.record(1, &all[0]); err != nil {
					return err
				}
			}
			return done
		})
		if !errors.Is(err, done) {
			b.Fatal(err)
		}
	})
	b.Run("bytes", func(b *testing.B) {
		const captures = 2000
		size := 0
		for b.Loop() {
			s := open(b)
			for n := range captures {
				commit(b, s, n)
			}
			size = 0
			if err := s.db.View(func(x *bbolt.Tx) error {
				for _, name := range ledgerBuckets {
					st := x.Bucket(name).Stats()
					size += st.LeafAlloc + st.BranchAlloc + st.InlineBucketInuse
				}
				return nil
			}); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(size)/captures, "B/capture")
	})
}

// BenchmarkLedgerVerify tells what the ledger's part of a verification costs for a capture, beside all of it.
func BenchmarkLedgerVerify(b *testing.B) {
	const captures = 2000
	s, err := Open(filepath.Join(b.TempDir(), "a.db"), nil)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	for n := range captures {
		if _, err := s.Commit(b.Context(), benchCapture(n), nil); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("ledger", func(b *testing.B) {
		for b.Loop() {
			v := &verifier{s: s}
			if err := v.ledger(b.Context(), func() bool { return true }); err != nil || len(v.found) > 0 {
				b.Fatal(err, v.found)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/captures, "us/capture")
	})
	b.Run("all", func(b *testing.B) {
		for b.Loop() {
			for f, err := range s.Verify(b.Context()) {
				b.Fatal(f, err)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/captures, "us/capture")
	})
}
