package bolt_test

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	bbolt "go.etcd.io/bbolt"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/bolt"
)

// renderedCapture is a capture of a page whose shell is served in variant shell and shows text once its scripts have run.
func renderedCapture(n, shell int, text string) *archive.Capture {
	c := &archive.Capture{Site: "harbour", MediaType: "text/html", Charset: "utf-8", Reading: &archive.Reading{Rules: "r", Title: "T", Text: text, Markdown: text}}
	c.Time = time.Date(2026, 3, 1, 12, n, 0, 0, time.UTC)
	c.URL, c.FinalURL, c.Status = "https://harbour.example/a", "https://harbour.example/a", 200
	r := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	for range 2000 {
		fmt.Fprintf(&b, "<meta content=%d>", r.Uint64())
	}
	head := fmt.Sprintf("%s<script>%d</script>", b.String(), shell)
	c.Raw, c.Rendered = []byte(head+"<div id=app></div>"), []byte(head+"<div id=app>"+text+"</div>")
	return c
}

// schemaOf is what the file says; the archive must be closed.
func schemaOf(t *testing.T, path string) (n uint32) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.View(func(tx *bbolt.Tx) error {
		n = binary.BigEndian.Uint32(tx.Bucket([]byte("meta")).Get([]byte("schema")))
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestSchema: a file has the schema of the ledger from the first, with rendered documents or without.
func TestSchema(t *testing.T) {
	path := filepath.Join(t.TempDir(), "onrecord.db")
	commit := func(c *archive.Capture) {
		t.Helper()
		s, err := bolt.Open(path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Commit(t.Context(), c, nil); err != nil {
			t.Error(err)
		}
		for f, err := range s.Verify(t.Context()) {
			t.Errorf("Verify: %+v, %v", f, err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	plain := renderedCapture(1, 1, "One.")
	plain.Rendered = nil
	commit(plain)
	if n := schemaOf(t, path); n != bolt.SchemaLedger {
		t.Errorf("schema %d without rendered documents, want %d", n, bolt.SchemaLedger)
	}
	commit(renderedCapture(2, 1, "Two."))
	if n := schemaOf(t, path); n != bolt.SchemaLedger {
		t.Errorf("schema %d with a rendered document, want %d", n, bolt.SchemaLedger)
	}
}

// TestRenderedIsADifference: a document is a little more than its shell, also when both are new.
func TestRenderedIsADifference(t *testing.T) {
	s := openNew(t)
	var first int64
	for i := range 8 {
		if _, err := s.Commit(t.Context(), renderedCapture(i, i, fmt.Sprintf("Text %d.", i)), nil); err != nil {
			t.Fatal(err)
		}
		st, err := s.Stats(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			first = st.StoredBytes
			raw := int64(len(renderedCapture(0, 0, "Text 0.").Raw))
			if first > raw {
				t.Errorf("shell and document take %d bytes, the shell alone has %d", first, raw)
			}
		} else if i == 7 && st.StoredBytes > first*3/2 {
			t.Errorf("8 captures take %d bytes, the first one took %d", st.StoredBytes, first)
		}
	}
	for f, err := range s.Verify(t.Context()) {
		t.Errorf("Verify: %+v, %v", f, err)
	}
}
