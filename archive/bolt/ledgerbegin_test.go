package bolt

import (
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	bbolt "go.etcd.io/bbolt"

	"github.com/onrecord/onrecord/archive"
)

// Unpacked unpacks a stored archive of an older schema.
func Unpacked(t *testing.T, name string) string {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "old.db")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestTakingInGoesOn: a program that is killed between two transactions of taking an older archive in leaves a file that
// can be read, says that its ledger is not whole, and is taken in to the end by the next one.
func TestTakingInGoesOn(t *testing.T) {
	path := Unpacked(t, "schema1.db.gz")
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	s := &Store{db: db, cache: newCache(writerCache), compare: compareWords}
	const taken = 5
	if err := db.Update(func(b *bbolt.Tx) error {
		x := &tx{s: s, b: b}
		if err := x.beginLedger("an older archive"); err != nil {
			return err
		}
		for n := uint64(1); n <= taken; n++ {
			if err := x.takePage(n); err != nil {
				return err
			}
		}
		if err := x.bucket(bucketLedger).Put(keyTaken, be64(nil, taken)); err != nil {
			return err
		}
		return x.raiseSchema(SchemaLedger)
	}); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	for _, readOnly := range []bool{true, false} {
		s, err := Open(path, &Options{ReadOnly: readOnly})
		if err != nil {
			t.Fatal(err)
		}
		head, err := s.Head(t.Context())
		if readOnly != errors.Is(err, archive.ErrNotFound) {
			t.Errorf("Head of a ledger that is not whole, opened for reading: %v: %v, %v", readOnly, head, err)
		}
		if _, all := found(t, s); all != "" {
			t.Errorf("opened for reading: %v: Verify found %s", readOnly, all)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if s, err = Open(path, &Options{ReadOnly: true}); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	visits := 0
	for _, err := range s.Visits(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		visits++
	}
	leaves := 0
	for p, err := range s.Pages(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		for l, err := range s.Leaves(t.Context(), p.URL) {
			if err != nil {
				t.Fatal(err)
			}
			if l.Facts != nil {
				leaves++
			}
		}
	}
	if leaves != visits || visits != 62 {
		t.Errorf("%d of %d visits have a leaf, want all 62", leaves, visits)
	}
}
