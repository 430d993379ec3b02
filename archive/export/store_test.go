package export_test

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/bolt"
	"github.com/onrecord/onrecord/archive/export"
	"github.com/onrecord/onrecord/archive/warc"
)

// stored is the archive of [harbour] as a store keeps it.
func stored(t testing.TB) *bolt.Store {
	t.Helper()
	s, err := bolt.Open(filepath.Join(t.TempDir(), "harbour.db"), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	m := harbour(t)
	for _, p := range m.pages {
		for _, v := range m.visits[p.URL] {
			c := archive.Capture{Visit: v, Site: "harbour", Raw: m.blobs[v.RawDigest]}
			if c.Raw != nil {
				c.MediaType, c.Charset = "text/html", "utf-8"
				c.Reading = &m.versions[p.URL][v.Version-1].Reading
			}
			c.RawDigest = archive.Digest{}
			if c.Raw != nil {
				c.RawDigest = archive.Sum(c.Raw)
			}
			if _, err := s.Commit(t.Context(), &c, nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	return s
}

// TestStore exports from a real store and compares what comes out with what it holds.
func TestStore(t *testing.T) {
	s := stored(t)
	var want []archive.Version
	for v, err := range s.Versions(t.Context(), statement) {
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, v)
	}
	if len(want) != 3 {
		t.Fatalf("%d versions on record, want 3", len(want))
	}
	t.Run("jsonl", func(t *testing.T) {
		var b bytes.Buffer
		if _, err := export.Write(t.Context(), s, &b, export.Options{}); err != nil {
			t.Fatal(err)
		}
		var got []archive.Version
		for line := range strings.Lines(b.String()) {
			var v export.Version
			if err := json.Unmarshal([]byte(line), &v); err != nil {
				t.Fatal(err)
			}
			got = append(got, v.Archive())
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("versions (-want +got):\n%s", diff)
		}
	})
	t.Run("warc", func(t *testing.T) {
		var b bytes.Buffer
		sum, err := export.Write(t.Context(), s, &b, export.Options{Format: export.FormatWARC, Gzip: true})
		if err != nil || sum.Missing != 0 {
			t.Fatalf("%+v, %v", sum, err)
		}
		r, err := warc.NewReader(&b)
		if err != nil {
			t.Fatal(err)
		}
		var got []archive.Version
		bodies := map[string][]byte{}
		for x, err := range warc.Captures(r, func(o warc.Origin) ([]byte, error) { return bodies[o.ID], nil }) {
			if err != nil {
				t.Fatal(err)
			}
			if x.Answer != nil {
				bodies[x.Answer.ID()] = x.Body
			}
			for _, n := range x.Notes {
				var note export.Note
				if err := json.Unmarshal(n.Block, &note); err != nil {
					t.Fatal(err)
				}
				if d := note.Visit.RawDigest; !d.IsZero() && archive.Sum(x.Body) != d {
					t.Errorf("%s %s: the body is not the one that was captured", x.URL, note.Visit.Time)
				}
				if !note.Visit.RawDigest.IsZero() && (note.MediaType != "text/html" || note.Charset != "utf-8" || note.Site != "harbour") {
					t.Errorf("%s %s: site %q, media type %q, charset %q", x.URL, note.Visit.Time, note.Site, note.MediaType, note.Charset)
				}
				if note.Version != nil {
					got = append(got, note.Version.Archive())
				}
			}
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("versions (-want +got):\n%s", diff)
		}
	})
}
