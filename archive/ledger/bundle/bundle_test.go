package bundle_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"math/big"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/bolt"
	"github.com/onrecord/onrecord/archive/ledger"
	"github.com/onrecord/onrecord/archive/ledger/bundle"
	"github.com/onrecord/onrecord/archive/ledger/stamp"
	"github.com/onrecord/onrecord/archive/ledger/stamp/stamptest"
	"github.com/onrecord/onrecord/archive/warc"
)

const wall = "https://harbour.example/wall"

// minute is a time of the record.
func minute(n int) time.Time { return time.Date(2026, 3, 1, 12, n, 0, 0, time.UTC) }

// certificates are those of a server as they are kept.
func certificates(t testing.TB) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "harbour.example"}, DNSNames: []string{"harbour.example"},
		NotBefore: minute(0).AddDate(0, -1, 0), NotAfter: minute(0).AddDate(0, 1, 0),
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// onRecord is an archive with a page of three versions, each seen twice, and then removed.
func onRecord(t testing.TB) *bolt.Store {
	t.Helper()
	s, err := bolt.Open(filepath.Join(t.TempDir(), "a.db"), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	chain := certificates(t)
	if err := s.SetNote(context.Background(), archive.CertificateNote(archive.Sum(chain)), chain); err != nil {
		t.Fatal(err)
	}
	texts := []string{"We keep the wall.", "We keep the wall.", "We may keep the <b>wall</b>.", "We may keep the <b>wall</b>.", "There is no wall.", "There is no wall.", ""}
	for n, text := range texts {
		put(t, s, n, text, archive.Sum(chain))
	}
	return s
}

func put(t testing.TB, s *bolt.Store, n int, text string, chain archive.Digest) {
	t.Helper()
	c := &archive.Capture{Site: "harbour", MediaType: "text/html", Charset: "utf-8"}
	c.Time, c.URL, c.FinalURL, c.Status, c.Outcome = minute(n), wall, wall, 200, archive.Stored
	c.Hops = []archive.Hop{{
		Time: minute(n), URL: wall, Address: "192.0.2.1:443", Proto: "HTTP/1.1", Status: 200, CertificateDigest: chain,
		RequestHeader: map[string][]string{"Accept": {"*/*"}}, Header: map[string][]string{"Content-Type": {"text/html"}},
	}}
	if text == "" {
		c.Outcome, c.Status, c.Hops[0].Status = archive.Gone, 404, 404
	} else {
		c.Raw = fmt.Appendf(nil, "<p>%s</p><!-- %d -->", text, n)
		c.Reading = &archive.Reading{Rules: "rules/1", Title: `<script>alert("wall")</script>`, Text: text, Published: "2026-02-01", Language: "en"}
	}
	if _, err := s.Commit(context.Background(), c, nil); err != nil {
		t.Fatal(err)
	}
}

func make2(t testing.TB, s *bolt.Store) []byte {
	t.Helper()
	b, err := bundle.Make(context.Background(), s, wall, 2, bundle.Options{Software: "onrecord test", Now: func() time.Time { return minute(59) }})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// text is a report as text.
func text(r *bundle.Report) string {
	var b strings.Builder
	for _, l := range r.Lines {
		fmt.Fprintf(&b, "%s: %s\n", l.Level, l.Text)
	}
	return b.String()
}

func verifier(t testing.TB, s *bolt.Store) string {
	t.Helper()
	key, err := s.VerifierKey(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestBundle(t *testing.T) {
	s := onRecord(t)
	b := make2(t, s)
	key, err := ledger.ParseVerifier(verifier(t, s))
	if err != nil {
		t.Fatal(err)
	}
	r, err := bundle.Verify(b, bundle.VerifyOptions{Key: key})
	if err != nil {
		t.Fatal(err)
	}
	if !r.OK() {
		t.Errorf("the bundle does not hold:\n%s", text(r))
	}
	for _, want := range []string{
		"the key is the one that you gave",
		"connected to 192.0.2.1:443, was answered with status 200",
		"certificate for CN=harbour.example, issued by CN=harbour.example, which was valid then",
		"version 2 of 3 on record then",
		"the version before it", "the version after it",
		"the page was gone",
		"only the archive's own clock says so",
	} {
		if !strings.Contains(text(r), want) {
			t.Errorf("the report does not say %q:\n%s", want, text(r))
		}
	}
	if r.URL != wall || r.Text != "We may keep the <b>wall</b>." || !r.Seen.Equal(minute(2)) {
		t.Errorf("it is about %s %q, seen %s", r.URL, r.Text, r.Seen)
	}
	if again := make2(t, s); !bytes.Equal(again, b) {
		t.Error("the same bundle made again is another one")
	}
}

// TestForeignReaders: the bundle is a ZIP file, its page is safe, its WARC can be read.
func TestForeignReaders(t *testing.T) {
	files := unzipped(t, make2(t, onRecord(t)))
	page := files["index.html"]
	if strings.Contains(page, "<script") || strings.Contains(page, "<b>wall") || !strings.Contains(page, "&lt;b&gt;wall") {
		t.Errorf("the page is not escaped:\n%s", page)
	}
	for _, want := range []string{"What this proves", "What this does not prove", "192.0.2.1:443", "2026-03-01 12:02:00 UTC", "CN=harbour.example"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	rd, err := warc.NewReader(strings.NewReader(files["statement.warc.gz"]))
	if err != nil {
		t.Fatal(err)
	}
	records := 0
	for {
		if _, err := rd.Next(); err != nil {
			if !errors.Is(err, io.EOF) {
				t.Error(err)
			}
			break
		}
		records++
	}
	if records < 20 {
		t.Errorf("%d records in the WARC, want some three for each of seven visits", records)
	}
}

// TestEveryBitIsNoticed changes every byte of a bundle, and cuts it everywhere.
func TestEveryBitIsNoticed(t *testing.T) {
	s, err := bolt.Open(filepath.Join(t.TempDir(), "small.db"), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	put(t, s, 0, "There is a wall.", archive.Digest{})
	put(t, s, 1, "There is no wall.", archive.Digest{})
	b := make2(t, s)
	for i := range b {
		was := b[i]
		b[i] ^= 1 << (i % 8)
		if r, err := bundle.Verify(b, bundle.VerifyOptions{}); err == nil && r.OK() {
			t.Fatalf("byte %d of %d was changed from %#x to %#x, and nobody noticed", i, len(b), was, b[i])
		}
		b[i] = was
	}
	for i := 0; i < len(b); i += 13 {
		if _, err := bundle.Verify(b[:i], bundle.VerifyOptions{}); !errors.Is(err, bundle.ErrBundle) {
			t.Fatalf("cut after %d bytes: %v, want ErrBundle", i, err)
		}
	}
	if _, err := bundle.Verify(append(b, 0), bundle.VerifyOptions{}); !errors.Is(err, bundle.ErrBundle) {
		t.Errorf("a byte behind it: %v, want ErrBundle", err)
	}
}

func TestAnotherKey(t *testing.T) {
	b := make2(t, onRecord(t))
	_, other, err := ledger.NewKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	key, err := ledger.ParseVerifier(other)
	if err != nil {
		t.Fatal(err)
	}
	r, err := bundle.Verify(b, bundle.VerifyOptions{Key: key})
	if err != nil || r.OK() || !strings.Contains(text(r), "which you gave") {
		t.Errorf("with another key: %v\n%s", err, text(r))
	}
}

// handOut gives the head of the ledger away, with a time stamp of that time, and keeps both.
func handOut(t *testing.T, s *bolt.Store, a *stamptest.Authority, at time.Time) (signed []byte) {
	t.Helper()
	a.Now = func() time.Time { return at }
	signed, err := s.SignHead(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	query, _, err := stamp.Request(signed, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := a.Answer(query)
	if err != nil {
		t.Fatal(err)
	}
	head, err := ledger.PeekCheckpoint(signed)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.KeepCheckpoint(t.Context(), signed, at); err != nil {
		t.Fatal(err)
	}
	if err := s.KeepStamp(t.Context(), head.Size, ledger.Stamp{From: "https://time.example/", Response: response}); err != nil {
		t.Fatal(err)
	}
	return signed
}

// TestTime follows a version from before it was on record to after: what heads and time stamps say of it.
func TestTime(t *testing.T) {
	s := onRecord(t)
	a, err := stamptest.New()
	if err != nil {
		t.Fatal(err)
	}
	hand := func(at time.Time) []byte {
		t.Helper()
		return handOut(t, s, a, at)
	}
	now := time.Now().Truncate(time.Second)
	first := hand(now.Add(-20 * time.Minute))
	put(t, s, 7, "Late.", archive.Digest{}) // its time is in March, and it was not there at the first stamp
	second := hand(now.Add(-10 * time.Minute))
	put(t, s, 8, "Later.", archive.Digest{})
	roots := x509.NewCertPool()
	roots.AddCert(a.Root)
	b, err := bundle.Make(t.Context(), s, wall, 4, bundle.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := bundle.Verify(b, bundle.VerifyOptions{Roots: roots, Checkpoints: [][]byte{first, second}})
	if err != nil || !r.OK() {
		t.Fatalf("%v\n%s", err, text(r))
	}
	for _, want := range []string{
		"so the version was on record by " + now.Add(-10*time.Minute).UTC().Format("2006-01-02 15:04:05 UTC"),
		"went on from all earlier heads in the bundle (2)",
		"so the version was on record when you were given that checkpoint",
		"it was put on record later, from a file perhaps, and its time is only claimed",
	} {
		if strings.Count(text(r), want) == 0 {
			t.Errorf("the report does not say %q:\n%s", want, text(r))
		}
	}
	r, err = bundle.Verify(b, bundle.VerifyOptions{}) // no root is known
	if err != nil || !r.OK() || !strings.Contains(text(r), "leads to no authority that is trusted here") || strings.Contains(text(r), "on record by") {
		t.Errorf("without its root: %v\n%s", err, text(r))
	}
	forged := ledger.Checkpoint{Origin: key(t, s).Name(), Size: 5}
	signer, err := s.Signer(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	head, err := s.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		size int64
		want string
	}{{5, "the bundle has no proof for that size"}, {head.Size, "was forked"}} {
		forged.Size = tt.size
		signed, err := forged.Sign(signer)
		if err != nil {
			t.Fatal(err)
		}
		r, err := bundle.Verify(b, bundle.VerifyOptions{Checkpoints: [][]byte{signed}})
		if err != nil || !strings.Contains(text(r), tt.want) {
			t.Errorf("a checkpoint of %d leaves: %v\n%s", tt.size, err, text(r))
		}
	}
}

func key(t testing.TB, s *bolt.Store) interface{ Name() string } {
	t.Helper()
	k, err := ledger.ParseVerifier(verifier(t, s))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// TestReadAgain: when other rules read another text out of bytes that were on record before, the bundle tells both times.
func TestReadAgain(t *testing.T) {
	s := onRecord(t)
	a, err := stamptest.New()
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().Truncate(time.Second)
	handOut(t, s, a, now.Add(-30*time.Minute))
	v, err := s.Version(t.Context(), wall, 2)
	if err != nil {
		t.Fatal(err)
	}
	r := v.Reading
	r.Rules, r.Text = "rules/2", "We may keep the wall."
	if _, _, err := s.Rederive(t.Context(), wall, map[archive.Digest]*archive.Reading{v.RawDigest: &r}); err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(a.Root)
	report, err := bundle.Verify(make2(t, s), bundle.VerifyOptions{Roots: roots})
	if err != nil || !report.OK() {
		t.Fatalf("%v\n%s", err, text(report))
	}
	for _, want := range []string{
		"was in the ledger before, until leaf", "read again by other rules",
		"the bytes that it was read from were on record by " + now.Add(-30*time.Minute).UTC().Format("2006-01-02 15:04:05 UTC"),
		"since when the version is on record: only the archive's own clock",
	} {
		if !strings.Contains(text(report), want) {
			t.Errorf("the report does not say %q:\n%s", want, text(report))
		}
	}
}

// TestHostileZips: files that a ZIP reader would open and that are no bundles are refused, each with a reason.
func TestHostileZips(t *testing.T) {
	with := func(f func(*zip.Writer)) []byte {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		f(w)
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	store := func(w *zip.Writer, name string, data []byte) {
		t.Helper()
		h := &zip.FileHeader{Name: name, Method: zip.Store, CRC32: uint32(len(data)), CompressedSize64: uint64(len(data)), UncompressedSize64: uint64(len(data))}
		f, err := w.CreateRaw(h)
		if err == nil {
			_, err = f.Write(data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		name string
		zip  []byte
		want string
	}{
		{"empty", nil, "does not begin as one"},
		{"text", []byte("<html>"), "does not begin as one"},
		{"bomb", with(func(w *zip.Writer) {
			f, err := w.Create("manifest.txt")
			if err == nil {
				_, err = f.Write(make([]byte, 10<<20))
			}
			if err != nil {
				t.Fatal(err)
			}
		}), "compressed"},
		{"path", with(func(w *zip.Writer) { store(w, "../../etc/passwd", nil) }), "is called"},
		{"absolute path", with(func(w *zip.Writer) { store(w, "/etc/passwd", nil) }), "is called"},
		{"backslashes", with(func(w *zip.Writer) { store(w, `..\x`, nil) }), "is called"},
		{"hidden", with(func(w *zip.Writer) { store(w, "x/.y", nil) }), "is called"},
		{"long name", with(func(w *zip.Writer) { store(w, strings.Repeat("x", 1000), nil) }), "1000 bytes long"},
		{"twice", with(func(w *zip.Writer) { store(w, "a", nil); store(w, "a", nil) }), "two files"},
		{"wrong sum", with(func(w *zip.Writer) { store(w, "a", []byte("x")) }), "checksum"},
		{"many", with(func(w *zip.Writer) {
			for n := range bundle.MaxFiles + 1 {
				store(w, fmt.Sprint("f", n), nil)
			}
		}), "more than"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := bundle.Verify(tt.zip, bundle.VerifyOptions{}); !errors.Is(err, bundle.ErrBundle) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Verify: %v, want %q", err, tt.want)
			}
		})
	}
}

func TestMakeRefuses(t *testing.T) {
	s := onRecord(t)
	for _, n := range []int{0, 4, -4} {
		if _, err := bundle.Make(t.Context(), s, wall, n, bundle.Options{}); !errors.Is(err, archive.ErrNotFound) {
			t.Errorf("version %d: %v, want ErrNotFound", n, err)
		}
	}
	if _, err := bundle.Make(t.Context(), s, wall+"/x", 1, bundle.Options{}); !errors.Is(err, archive.ErrNotFound) {
		t.Errorf("another address: %v, want ErrNotFound", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := bundle.Make(ended, s, wall, 1, bundle.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("ended: %v", err)
	}
}

func FuzzVerify(f *testing.F) {
	f.Add(make2(f, onRecord(f)))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, b []byte) {
		_, _ = bundle.Verify(b, bundle.VerifyOptions{})
	})
}
