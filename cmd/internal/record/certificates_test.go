package record_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/crawler"
)

// TestCertificatesAreKept: what a server shows is on record, and named by every hop that showed it.
func TestCertificatesAreKept(t *testing.T) {
	s := open(t)
	r := &record.Recorder{Store: s}
	chain := bytes.Repeat([]byte("certificate "), 300)
	for n := range 2 {
		p := crawler.Replay("https://harbour.example/wall", time.Date(2026, 3, 1, n, 0, 0, 0, time.UTC), 200, nil, []byte("<p>The wall stands."))
		p.Hops[0].Certificates = chain
		if _, err := r.Put(t.Context(), &record.Visit{Page: p, Site: &record.Site{Name: "harbour"}}); err != nil {
			t.Fatal(err)
		}
	}
	if b, err := s.Note(t.Context(), archive.CertificateNote(archive.Sum(chain))); err != nil || !bytes.Equal(b, chain) {
		t.Errorf("%d bytes on record, %v, want %d", len(b), err, len(chain))
	}
	n := 0
	for v, err := range s.Visits(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		if n++; v.Hops[0].CertificateDigest != archive.Sum(chain) {
			t.Errorf("visit %d names the certificates %s", n, v.Hops[0].CertificateDigest)
		}
	}
	if n != 2 {
		t.Errorf("%d visits, want 2", n)
	}
	for f, err := range s.Verify(t.Context()) {
		t.Errorf("Verify: %+v, %v", f, err)
	}
}
