package bolt_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"go.etcd.io/bbolt"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/bolt"
)

// A process that is killed while it makes an archive leaves a file with nothing in it: there is nothing to read, nothing is
// damaged, and the next writer makes it an archive.
func TestBegunAndKilled(t *testing.T) {
	for name, begin := range map[string]func(path string) error{
		"empty file": func(path string) error { return os.WriteFile(path, nil, 0o600) },
		"empty bbolt file": func(path string) error {
			db, err := bbolt.Open(path, 0o600, &bbolt.Options{PageSize: 16 << 10})
			if err != nil {
				return err
			}
			return db.Close()
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "archive.db")
			if err := begin(path); err != nil {
				t.Fatal(err)
			}
			if s, err := bolt.Open(path, &bolt.Options{ReadOnly: true}); !errors.Is(err, archive.ErrNotFound) || errors.Is(err, archive.ErrCorrupt) {
				t.Errorf("Open to read = %v, %v, want ErrNotFound", s, err)
			}
			s, err := bolt.Open(path, nil)
			if err != nil {
				t.Fatalf("Open to write: %v", err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if s, err = bolt.Open(path, &bolt.Options{ReadOnly: true}); err != nil {
				t.Fatalf("Open to read an archive without pages: %v", err)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}
