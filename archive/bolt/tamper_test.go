package bolt

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	bbolt "go.etcd.io/bbolt"

	"github.com/onrecord/onrecord/archive"
)

// A forger has this package and the file, and makes everything agree with what was forged, but for the ledger.
// This test is inside of the package because it needs what he has.

const forgedPage = "https://harbour.example/wall"

// original is an archive with a page of three versions, an edit, a removal and a return.
func original(t *testing.T) *Store {
	t.Helper()
	s, err := Open(filepath.Join(t.TempDir(), "a.db"), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	chain := []byte("chain")
	if err := s.SetNote(t.Context(), archive.CertificateNote(archive.Sum(chain)), chain); err != nil {
		t.Fatal(err)
	}
	for n, text := range []string{"One.", "One.", "Two.", "", "Two.", "Three."} {
		c := &archive.Capture{Site: "harbour", MediaType: "text/html"}
		c.Time = time.Date(2026, 3, 1, 12, n, 0, 0, time.UTC)
		c.URL, c.FinalURL, c.Status, c.Outcome = forgedPage, forgedPage, 200, archive.Stored
		c.Hops = []archive.Hop{{
			Time: c.Time, URL: forgedPage, Address: "192.0.2.1:443", Proto: "HTTP/1.1", Status: 200,
			Header:            map[string][]string{"Date": {c.Time.Format(time.RFC1123)}},
			CertificateDigest: archive.Sum(chain),
		}}
		if text == "" {
			c.Outcome, c.Status = archive.Gone, 404
		} else {
			c.Raw = fmt.Appendf(nil, "<p>%s</p>%d", text, n)
			c.Reading = &archive.Reading{Rules: "1", Title: "Wall", Text: text}
		}
		if _, err := s.Commit(t.Context(), c, nil); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// forge changes the visits of the page and makes everything that follows from them agree; the ledger stays as it was.
func forge(t *testing.T, s *Store, change func(t *tx, p *page, all []entry) ([]entry, error)) {
	t.Helper()
	err := s.write(t.Context(), func(x *tx) error {
		kept := map[string]map[string][]byte{}
		for _, name := range ledgerBuckets {
			kept[string(name)] = map[string][]byte{}
			if err := x.bucket(name).ForEach(func(k, v []byte) error {
				kept[string(name)][string(k)] = slices.Clone(v)
				return nil
			}); err != nil {
				return err
			}
		}
		p, err := x.mustPageAt(forgedPage)
		if err != nil {
			return err
		}
		all, err := x.entries(p.number)
		if err != nil {
			return err
		}
		for i := range all {
			if err := x.deleteName(name{all[i].moment, p.number}); err != nil {
				return err
			}
		}
		if all, err = change(x, p, all); err != nil {
			return err
		}
		slices.SortFunc(all, func(a, b entry) int { return a.compare(b.moment) })
		for i := range all {
			all[i].capture.Time = timeOf(all[i].nanos)
			if err := x.putName(name{all[i].moment, p.number}); err != nil {
				return err
			}
		}
		if err := x.putEntries(p.number, all); err != nil {
			return err
		}
		if err := x.rebuild(p, all, changes{}); err != nil {
			return err
		}
		for name, items := range kept {
			if err := x.b.DeleteBucket([]byte(name)); err != nil {
				return err
			}
			b, err := x.b.CreateBucket([]byte(name))
			if err != nil {
				return err
			}
			for k, v := range items {
				if err := b.Put([]byte(k), v); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// found are the kinds of what Verify finds, and all of it as text.
func found(t *testing.T, s *Store) (kinds map[string]int, all string) {
	t.Helper()
	kinds = map[string]int{}
	var b strings.Builder
	for f, err := range s.Verify(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		kinds[f.Kind]++
		fmt.Fprintf(&b, "%s %s: %s\n", f.Kind, f.Where, f.Problem)
	}
	return kinds, b.String()
}

// noticed forges a page of an archive in which Verify finds nothing, and fails unless it then finds something.
func noticed(t *testing.T, s *Store, url string, forge func(*tx, *page) error) {
	t.Helper()
	if _, all := found(t, s); all != "" {
		t.Fatalf("before it is forged: %s", all)
	}
	if err := s.write(t.Context(), func(x *tx) error {
		p, err := x.mustPageAt(url)
		if err != nil {
			return err
		}
		return forge(x, p)
	}); err != nil {
		t.Fatal(err)
	}
	kinds, all := found(t, s)
	if len(kinds) == 0 {
		t.Error("Verify finds nothing")
	}
	t.Logf("%s", all)
}

func TestForgeryIsNoticed(t *testing.T) {
	hop := func(f func(*archive.Hop)) func(*tx, *page, []entry) ([]entry, error) {
		return func(_ *tx, _ *page, all []entry) ([]entry, error) {
			f(&all[2].capture.Hops[0])
			return all, nil
		}
	}
	visit := func(f func(*entry)) func(*tx, *page, []entry) ([]entry, error) {
		return func(_ *tx, _ *page, all []entry) ([]entry, error) {
			f(&all[2])
			return all, nil
		}
	}
	for _, tt := range []struct {
		name   string
		change func(t *tx, p *page, all []entry) ([]entry, error)
		want   string
	}{
		{"a header", hop(func(h *archive.Hop) { h.Header["Date"] = []string{"Mon, 02 Mar 2026 12:00:00 GMT"} }), "was changed after it was put on record"},
		{"a header added", hop(func(h *archive.Hop) { h.Header["Server"] = []string{"nginx"} }), "was changed"},
		{"the address dialled", hop(func(h *archive.Hop) { h.Address = "192.0.2.2:443" }), "was changed"},
		{"the certificates", hop(func(h *archive.Hop) { h.CertificateDigest = archive.Digest{} }), "was changed"},
		{"the address asked", visit(func(e *entry) { e.capture.URL += "?x" }), "was changed"},
		{"the status", visit(func(e *entry) { e.capture.Status = 203 }), "was changed"},
		{"the site", visit(func(e *entry) { e.capture.Site = "quay" }), "was changed"},
		{"back-dated", visit(func(e *entry) { e.nanos -= int64(30 * time.Second) }), "was changed"},
		{"back-dated before all others", visit(func(e *entry) { e.nanos -= int64(time.Hour) }), "was changed"},
		{"reordered", func(_ *tx, _ *page, all []entry) ([]entry, error) {
			all[0].nanos, all[2].nanos = all[2].nanos, all[0].nanos
			return all, nil
		}, "was changed"},
		{"leaves swapped", func(_ *tx, _ *page, all []entry) ([]entry, error) {
			all[0].leaf, all[2].leaf = all[2].leaf, all[0].leaf
			return all, nil
		}, "was changed"},
		{"a version removed", func(_ *tx, _ *page, all []entry) ([]entry, error) {
			return append(all[:2:2], all[5]), nil
		}, "it was removed"},
		{"a removal that never was", func(_ *tx, _ *page, all []entry) ([]entry, error) {
			return append(all[:3:3], all[4:]...), nil
		}, "it was removed"},
		{"a text", func(t *tx, p *page, all []entry) ([]entry, error) {
			p.readings++
			r := &archive.Reading{Rules: "1", Title: "Wall", Text: "Two, as we said all along."}
			for _, i := range []int{2, 4} {
				all[i].reading = p.readings
			}
			return all, t.putReading(p.number, p.readings, r)
		}, "was changed"},
		{"the rules of a reading", func(t *tx, p *page, all []entry) ([]entry, error) {
			p.readings++
			r := &archive.Reading{Rules: "2", Title: "Wall", Text: "Two."}
			for _, i := range []int{2, 4} {
				all[i].reading = p.readings
			}
			return all, t.putReading(p.number, p.readings, r)
		}, "is about a version that is not on record as it was"},
		{"a visit that is no version now", visit(func(e *entry) {
			e.reading, e.capture.Outcome, e.capture.Reason = 0, archive.Failed, "challenge"
		}), "was changed"},
		{"a visit that never was", func(_ *tx, _ *page, all []entry) ([]entry, error) {
			e := all[3]
			e.nanos += int64(time.Second)
			e.logged = false
			return append(all, e), nil
		}, "added past the ledger"},
		{"a visit that has another's leaf", func(_ *tx, _ *page, all []entry) ([]entry, error) {
			e := all[3]
			e.nanos += int64(time.Second)
			return append(all, e), nil
		}, "was changed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := original(t)
			if _, all := found(t, s); all != "" {
				t.Fatalf("before: %s", all)
			}
			forge(t, s, tt.change)
			kinds, all := found(t, s)
			if kinds["ledger"] == 0 || !strings.Contains(all, tt.want) {
				t.Errorf("Verify found %q, want something of the ledger with %q", all, tt.want)
			}
			if len(kinds) != 1 {
				t.Logf("besides the ledger: %v", kinds)
			}
		})
	}
}

// TestForgedLedgerIsNoticed: the ledger itself is changed, as far as that goes without making all of it anew.
func TestForgedLedgerIsNoticed(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(b *bbolt.Tx) error
	}{
		{"a hash", func(b *bbolt.Tx) error {
			v := slices.Clone(b.Bucket(bucketRows).Get(rowKey(0, 0)))
			v[40] ^= 1
			return b.Bucket(bucketRows).Put(rowKey(0, 0), v)
		}},
		{"cut", func(b *bbolt.Tx) error { return b.Bucket(bucketLedger).Put(keySize, be64(nil, 5)) }},
		{"longer than it is", func(b *bbolt.Tx) error { return b.Bucket(bucketLedger).Put(keySize, be64(nil, 1<<60)) }},
		{"another key", func(b *bbolt.Tx) error {
			return b.Bucket(bucketLedger).Put(keyVerifier, []byte("x+00000000+AA=="))
		}},
		{"the first leaf gone", func(b *bbolt.Tx) error { return b.Bucket(bucketLeaves).Delete(be64(nil, 0)) }},
		{"the leaf of a version gone", func(b *bbolt.Tx) error {
			k, _ := b.Bucket(bucketMarks).Cursor().First()
			return b.Bucket(bucketMarks).Delete(k)
		}},
		{"the certificates changed", func(b *bbolt.Tx) error {
			name := archive.CertificateNote(archive.Sum([]byte("chain")))
			return b.Bucket(bucketNotes).Put([]byte(name), []byte("another chain"))
		}},
		{"a withdrawal that nobody made", func(b *bbolt.Tx) error {
			return b.Bucket(bucketLeaves).Put(be64(nil, 3), []byte("onrecord leaf 1\nwithdrawn\ntime -\nwhy \"\"\nleaf 1\n"))
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := original(t)
			if err := s.db.Update(tt.change); err != nil {
				t.Fatal(err)
			}
			if kinds, all := found(t, s); kinds["ledger"] == 0 {
				t.Errorf("Verify found %q, want something of the ledger", all)
			}
		})
	}
}
