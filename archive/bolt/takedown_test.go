package bolt

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/ledger"
)

var order = archive.Takedown{Reason: "court order 12/2026", By: "the desk"}

// TestForgottenTamper: whoever takes bytes or texts away past the ledger, hides them behind a takedown that is not theirs,
// forges one, or ends one, is found. This test is inside of the package for the same reason as that of forgeries.
func TestForgottenTamper(t *testing.T) {
	second := func(x *tx, p *page) entry {
		all, err := x.entries(p.number)
		if err != nil {
			t.Fatal(err)
		}
		return all[2]
	}
	hideBody := func(x *tx, p *page, leaf uint64) error {
		seq := second(x, p).blob
		b, _, err := x.blobHead(seq)
		if err != nil {
			return err
		}
		return x.replaceBlob(seq, &blob{digest: b.digest, size: b.size, absent: true, leaf: leaf})
	}
	hideReading := func(x *tx, p *page, n uint32, leaf uint64) error {
		h, err := x.readingHead(p.number, n)
		if err != nil {
			return err
		}
		h.record, err = x.recordOf(p.number, n)
		if err != nil {
			return err
		}
		h.absent, h.leaf = true, leaf
		return x.putReadingHead(p.number, n, &h)
	}
	for name, c := range map[string]struct {
		version int // that is forgotten before
		forge   func(x *tx, p *page, leaf uint64) error
	}{
		"a body behind no takedown": {1, func(x *tx, p *page, _ uint64) error { return hideBody(x, p, 0) }},
		"a body behind another's":   {1, hideBody},
		"a reading behind another's": {1, func(x *tx, p *page, leaf uint64) error {
			return hideReading(x, p, 3, leaf)
		}},
		"a reading behind no takedown": {1, func(x *tx, p *page, _ uint64) error { return hideReading(x, p, 3, 0) }},
		"a body behind a forged leaf": {1, func(x *tx, p *page, leaf uint64) error {
			e := second(x, p)
			facts, err := x.facts(&e)
			if err != nil {
				return err
			}
			l := ledger.Leaf{Kind: ledger.Forgotten, Time: time.Now(), Why: "forged", Page: p.url, Captures: []archive.Digest{archive.Sum(facts)}}
			if err := x.bucket(bucketLeaves).Put(be64(nil, leaf), l.Data()); err != nil {
				return err
			}
			return hideBody(x, p, leaf)
		}},
		"a takedown ended": {0, func(x *tx, p *page, leaf uint64) error {
			return x.bucket(bucketTakedowns).Delete(takedownKey(p.number, leaf))
		}},
		"a takedown of a version made one of the page": {1, func(x *tx, p *page, leaf uint64) error {
			return x.bucket(bucketTakedowns).Put(takedownKey(p.number, leaf), []byte{1})
		}},
		"a takedown in force that nobody told": {1, func(x *tx, p *page, _ uint64) error {
			return x.bucket(bucketTakedowns).Put(takedownKey(p.number, 2), []byte{1})
		}},
		"the bucket of takedowns": {0, func(x *tx, _ *page, _ uint64) error {
			if err := x.b.DeleteBucket(bucketTakedowns); err != nil {
				return err
			}
			return x.bucket(bucketMeta).Put(keySchema, be32(nil, SchemaLedger))
		}},
		"a forgotten visit removed": {1, func(x *tx, p *page, _ uint64) error {
			all, err := x.entries(p.number)
			if err != nil {
				return err
			}
			if err := x.deleteName(name{all[0].moment, p.number}); err != nil {
				return err
			}
			return x.putEntries(p.number, all[1:])
		}},
		"the reason changed": {1, func(x *tx, _ *page, leaf uint64) error {
			k := be64(nil, leaf)
			return x.bucket(bucketLeaves).Put(k, bytes.Replace(x.bucket(bucketLeaves).Get(k), []byte("court"), []byte("short"), 1))
		}},
		"the digest of a forgotten text": {1, func(x *tx, p *page, _ uint64) error {
			h, err := x.readingHead(p.number, 1)
			if err != nil {
				return err
			}
			h.text[0]++
			return x.putReadingHead(p.number, 1, &h)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			s := original(t)
			take := order
			take.Version = c.version
			r, err := s.Forget(t.Context(), forgedPage, take, false)
			if err != nil {
				t.Fatal(err)
			}
			noticed(t, s, forgedPage, func(x *tx, p *page) error { return c.forge(x, p, uint64(r.Leaf)) })
		})
	}
}

// noise is text that no encoder makes shorter, so that it would stand in the file as it is.
func noise(seed, n int) string {
	r := rand.New(rand.NewPCG(uint64(seed), 7))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('!' + r.IntN(90))
	}
	return string(b)
}

// TestForgottenIsGone: of what was forgotten nothing is in the file once it is compacted: neither the bytes nor the frames
// that they were kept in.
func TestForgottenIsGone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	s, err := Open(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	url, other := "https://harbour.example/gone", "https://harbour.example/stays"
	chain := []byte("the chain of a server " + noise(1, 200))
	if err := s.SetNote(t.Context(), archive.CertificateNote(archive.Sum(chain)), chain); err != nil {
		t.Fatal(err)
	}
	var kept []archive.Digest
	for n := range 12 {
		for _, u := range []string{url, other} {
			c := &archive.Capture{Site: "harbour", MediaType: "text/html"}
			c.Time = time.Date(2026, 3, 1, 12, n, 0, 0, time.UTC)
			c.URL, c.FinalURL, c.Status = u, u, 200
			text := noise(n/2+len(u)*100, 300)
			c.Raw = fmt.Appendf(nil, "%s %d %s", text, n, u)
			c.Reading = &archive.Reading{Rules: "1", Title: noise(n/2+len(u)*7, 60), Text: text, Markdown: text}
			if u == url {
				c.Hops = []archive.Hop{{Time: c.Time, URL: u, Status: 200, CertificateDigest: archive.Sum(chain)}}
			} else {
				kept = append(kept, archive.Sum(c.Raw))
			}
			if _, err := s.Commit(t.Context(), c, nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	needles := secrets(t, s, url)
	needles = append(needles, chain)
	r, err := s.Forget(t.Context(), url, order, false)
	if err != nil || r.Bodies != 12 || r.Texts != 6 || r.Certificates != 1 {
		t.Fatalf("removal: %+v, %v", r, err)
	}
	if since, err := s.Unswept(t.Context()); err != nil || since.IsZero() {
		t.Errorf("Unswept before the file is compacted: %v, %v", since, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if n := inFile(t, path, needles); n == 0 {
		t.Error("nothing of it is in the file before it is compacted: this test does not look right")
	}
	if _, _, err := Compact(t.Context(), path, nil); err != nil {
		t.Fatal(err)
	}
	if n := inFile(t, path, needles); n > 0 {
		t.Errorf("%d of %d pieces of what was forgotten are in the compacted file", n, len(needles))
	}
	if s, err = Open(path, nil); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if since, err := s.Unswept(t.Context()); err != nil || !since.IsZero() {
		t.Errorf("Unswept afterwards: %v, %v", since, err)
	}
	if _, all := found(t, s); all != "" {
		t.Error(all)
	}
	for _, d := range kept {
		if _, err := s.Blob(t.Context(), d); err != nil {
			t.Errorf("bytes of the other page: %v", err)
		}
	}
}

// secrets are what of a page's bodies and readings stands in the file.
func secrets(t *testing.T, s *Store, url string) (list [][]byte) {
	t.Helper()
	if err := s.read(t.Context(), func(x *tx) error {
		p, err := x.mustPageAt(url)
		if err != nil {
			return err
		}
		all, err := x.entries(p.number)
		for i := range all {
			b, err := x.blob(all[i].blob)
			if err != nil {
				return err
			}
			list = append(list, slices.Clone(b.frame))
		}
		for n := uint32(1); n <= p.readings; n++ {
			h, err := x.readingHead(p.number, n)
			if err != nil {
				return err
			}
			r, err := x.reading(p.number, n)
			if err != nil {
				return err
			}
			list = append(list, slices.Clone(h.frame), []byte(r.Title))
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return list
}

// inFile counts the needles of which a part of 24 bytes is in a file.
func inFile(t *testing.T, path string, needles [][]byte) (n int) {
	t.Helper()
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, needle := range needles {
		for at := 16; at+24 <= len(needle); at += 24 { // frames begin alike
			if bytes.Contains(file, needle[at:at+24]) {
				n++
				break
			}
		}
	}
	return n
}

// TestForgetInOlderArchive: an archive of an older schema gets the newest one by it, and nothing that was read before changes.
func TestForgetInOlderArchive(t *testing.T) {
	for _, name := range []string{"schema1.db.gz", "schema3.db.gz"} {
		t.Run(name, func(t *testing.T) {
			s, err := Open(Unpacked(t, name), nil)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			var urls []string
			for p, err := range s.Pages(t.Context(), "") {
				if err != nil {
					t.Fatal(err)
				}
				urls = append(urls, p.URL)
			}
			r, err := s.Forget(t.Context(), urls[0], order, false)
			if err != nil || r.Captures == 0 || r.Texts == 0 {
				t.Fatalf("removal: %+v, %v", r, err)
			}
			if _, err := s.Version(t.Context(), urls[0], 1); !errors.Is(err, archive.ErrForgotten) {
				t.Errorf("version: %v", err)
			}
			if _, err := s.Version(t.Context(), urls[1], 1); err != nil {
				t.Errorf("version of another page: %v", err)
			}
			if _, all := found(t, s); all != "" {
				t.Error(all)
			}
			if err := s.read(t.Context(), func(x *tx) error {
				if got := x.bucket(bucketMeta).Get(keySchema); !bytes.Equal(got, be32(nil, SchemaForgotten)) {
					t.Errorf("schema %x, want %d", got, SchemaForgotten)
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// TestForgetManyCaptures: a takedown of more captures than one leaf names has several leaves, all of which end together.
func TestForgetManyCaptures(t *testing.T) {
	s, err := Open(filepath.Join(t.TempDir(), "a.db"), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	const captures = ledger.MaxWithdrawn + 200
	if err := s.write(t.Context(), func(x *tx) error {
		for n := range captures {
			c := &archive.Capture{Site: "harbour", MediaType: "text/html"}
			c.Time = time.Date(2026, 3, 1, 12, 0, n, 0, time.UTC)
			c.URL, c.FinalURL, c.Status = forgedPage, forgedPage, 200
			c.Raw = fmt.Appendf(nil, "<p>Text.</p>%d", n%3)
			c.Reading = &archive.Reading{Rules: "1", Title: "T", Text: fmt.Sprint("Text ", n/400)}
			in, err := take(c)
			if err != nil {
				return err
			}
			if _, err := x.commit(in); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	r, err := s.Forget(t.Context(), forgedPage, order, false)
	if err != nil || r.Captures != captures || r.Bodies != 3 || r.Texts != 3 {
		t.Fatalf("removal: %+v, %v", r, err)
	}
	p, err := s.Page(t.Context(), forgedPage)
	if err != nil || p.Takedowns != 2 || p.Forgotten == nil || p.Forgotten.Leaf != r.Leaf {
		t.Errorf("page: %+v, %v, want two leaves in force", p, err)
	}
	if _, all := found(t, s); all != "" {
		t.Error(all)
	}
	if err := s.Readmit(t.Context(), forgedPage, "settled", ""); err != nil {
		t.Fatal(err)
	}
	if p, err = s.Page(t.Context(), forgedPage); err != nil || p.Takedowns != 0 || p.Forgotten != nil {
		t.Errorf("page: %+v, %v, want none in force", p, err)
	}
	if _, all := found(t, s); all != "" {
		t.Error(all)
	}
}
