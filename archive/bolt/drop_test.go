package bolt

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/onrecord/onrecord/archive"
)

const droppedPage = "https://harbour.example/statements/dropped"

// plain is a capture of a page in minute n that reads as text, from bytes of its own.
func plain(url string, n int, text string) *archive.Capture {
	c := &archive.Capture{Site: "harbour", MediaType: "text/html", Reading: &archive.Reading{Rules: "1", Title: "T", Text: text}}
	c.Time = time.Date(2026, 3, 1, 12, n, 0, 0, time.UTC)
	c.URL, c.FinalURL, c.Status = url, url, 200
	c.Raw = fmt.Appendf(nil, "<p>%s</p>%s", text, noise(n, 4000))
	return c
}

// droppedArchive has a page of three captures of one text, the first of which was kept, and one of another text.
func droppedArchive(t *testing.T) *Store {
	t.Helper()
	s, err := Open(filepath.Join(t.TempDir(), "a.db"), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	for n, text := range []string{"One.", "One.", "One.", "Two."} {
		c := plain(droppedPage, n, text)
		c.OnChange = true
		if _, err := s.Commit(t.Context(), c, nil); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// TestDroppedTamper: bytes that were taken away are not taken for bytes that were never kept, and what says that these were
// not cannot be changed.
func TestDroppedTamper(t *testing.T) {
	for name, forge := range map[string]func(x *tx, p *page, all []entry) error{
		"a body taken away as if it was not kept": func(x *tx, _ *page, all []entry) error {
			b, _, err := x.blobHead(all[3].blob)
			if err != nil {
				return err
			}
			return x.replaceBlob(all[3].blob, &blob{digest: b.digest, size: b.size, absent: true})
		},
		"the body and what the visit says of it": func(x *tx, p *page, all []entry) error {
			b, _, err := x.blobHead(all[3].blob)
			if err != nil {
				return err
			}
			all[3].capture.Dropped.Raw, all[3].instead = true, all[0].blob
			if err := x.putEntries(p.number, all); err != nil {
				return err
			}
			return x.replaceBlob(all[3].blob, &blob{digest: b.digest, size: b.size, absent: true})
		},
		"what says that it was not kept": func(x *tx, p *page, all []entry) error {
			all[1].capture.Dropped, all[1].instead = archive.Dropped{}, 0
			return x.putEntries(p.number, all)
		},
		"what was kept in its stead": func(x *tx, p *page, all []entry) error {
			all[1].instead = all[3].blob
			return x.putEntries(p.number, all)
		},
		"what was kept in its stead, for what was not": func(x *tx, p *page, all []entry) error {
			all[1].instead = all[2].blob
			return x.putEntries(p.number, all)
		},
		"how many they are": func(x *tx, p *page, _ []entry) error {
			p.dropped++
			return x.putPage(p)
		},
		"how long it was": func(x *tx, _ *page, all []entry) error {
			b, _, err := x.blobHead(all[1].blob)
			if err != nil {
				return err
			}
			return x.replaceBlob(all[1].blob, &blob{digest: b.digest, size: b.size + 1, absent: true})
		},
	} {
		t.Run(name, func(t *testing.T) {
			noticed(t, droppedArchive(t), droppedPage, func(x *tx, p *page) error {
				list, err := x.entries(p.number)
				if err != nil {
					return err
				}
				return forge(x, p, list)
			})
		})
	}
}

// TestDroppedTakesNoRoom: of bytes that were not kept nothing is in the file, and the next ones are differences from those
// that are.
func TestDroppedTakesNoRoom(t *testing.T) {
	s := droppedArchive(t)
	st, err := s.Stats(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	brought := int64(len(plain(droppedPage, 1, "One.").Raw))
	if st.Dropped != 2 || st.DroppedBytes != 2*brought || st.RawBytes != 4*brought || st.StoredBytes > 2*brought+500 {
		t.Errorf("Stats: %+v, want two bodies of %d bytes at rest", st, brought)
	}
	if err := s.read(t.Context(), func(x *tx) error {
		p, err := x.mustPageAt(droppedPage)
		if err != nil {
			return err
		}
		for _, l := range p.chain {
			if b, _, err := x.blobHead(l.blob); err != nil || b.absent {
				t.Errorf("body %d, which is not there (%v), is one that the next ones may be a difference from", l.blob, err)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// TestDropInOlderArchive: an archive of an older schema gets the newest one with the first bytes that are not kept, and not
// before; what was kept before stays, and what was forgotten.
func TestDropInOlderArchive(t *testing.T) {
	for _, name := range []string{"schema1.db.gz", "schema3.db.gz", "schema4.db.gz"} {
		t.Run(name, func(t *testing.T) {
			path := Unpacked(t, name)
			s, err := Open(path, nil)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = s.Close() }()
			before := schemaIn(t, s)
			var urls []string
			for p, err := range s.Pages(t.Context(), "") {
				if err != nil {
					t.Fatal(err)
				}
				urls = append(urls, p.URL)
			}
			kept := bodiesOf(t, s, urls)
			for n, onChange := range []bool{false, true, true} {
				c := plain(urls[1], n, "A text that is on record nowhere.")
				c.Time, c.OnChange = c.Time.AddDate(10, 0, 0), onChange
				if _, err := s.Commit(t.Context(), c, nil); err != nil {
					t.Fatal(err)
				}
				want := uint32(SchemaDropped)
				if !onChange {
					want = before
				}
				if got := schemaIn(t, s); got != want {
					t.Errorf("schema %d after capture %d, want %d", got, n, want)
				}
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if s, err = Open(path, nil); err != nil {
				t.Fatal(err)
			}
			if _, all := found(t, s); all != "" {
				t.Error(all)
			}
			if now := bodiesOf(t, s, urls); now != kept+2 { // and two that were not kept
				t.Errorf("%d bodies are absent, %d were", now, kept)
			}
			if name == "schema4.db.gz" {
				if _, err := s.Version(t.Context(), urls[0], 1); !errors.Is(err, archive.ErrForgotten) {
					t.Errorf("what was forgotten: %v", err)
				}
			}
		})
	}
}

func schemaIn(t *testing.T, s *Store) (n uint32) {
	t.Helper()
	if err := s.read(t.Context(), func(x *tx) error {
		v := x.bucket(bucketMeta).Get(keySchema)
		n = uint32(v[3])
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

// bodiesOf counts the captures of pages whose bytes are not there; those of all others must be.
func bodiesOf(t *testing.T, s *Store, urls []string) (absent int) {
	t.Helper()
	for _, u := range urls {
		for c, err := range s.Captures(t.Context(), u) {
			if err != nil {
				t.Fatal(err)
			}
			_, err := s.Blob(t.Context(), c.RawDigest)
			if (err != nil) != (c.Absent != "") || err != nil && !archive.Decided(err) {
				t.Errorf("%s at %s: absent %q, %v", u, c.Time, c.Absent, err)
			}
			if c.Absent != "" {
				absent++
			}
		}
	}
	return absent
}

// TestDroppedSurvivesCompacting: packing harder drops nothing more, and what was not kept is told as before.
func TestDroppedSurvivesCompacting(t *testing.T) {
	s := droppedArchive(t)
	path := s.path
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Compact(t.Context(), path, &CompactOptions{Harder: true}); err != nil {
		t.Fatal(err)
	}
	s, err := Open(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, all := found(t, s); all != "" {
		t.Error(all)
	}
	if n := bodiesOf(t, s, []string{droppedPage}); n != 2 {
		t.Errorf("%d bodies are not there, want the two that were not kept", n)
	}
	_, err = s.Blob(t.Context(), archive.Sum(plain(droppedPage, 1, "One.").Raw))
	if err == nil || !strings.Contains(err.Error(), "were not kept, by decision") {
		t.Errorf("Blob: %v", err)
	}
}
