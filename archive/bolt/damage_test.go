package bolt_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	bbolt "go.etcd.io/bbolt"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/bolt"
)

var ctx = context.Background()

// contents is everything that an archive tells, or the first error.
func contents(s *bolt.Store) (list []any, err error) {
	for v, err := range s.Visits(ctx, "") {
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	for p, err := range s.Pages(ctx, "") {
		if err != nil {
			return nil, err
		}
		list = append(list, p)
		for v, err := range s.Versions(ctx, p.URL) {
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		for e, err := range s.Events(ctx, p.URL) {
			if err != nil {
				return nil, err
			}
			list = append(list, e)
		}
		for c, err := range s.Captures(ctx, p.URL) {
			if err != nil {
				return nil, err
			}
			for _, d := range []archive.Digest{c.RawDigest, c.Source()} {
				b, err := s.Blob(ctx, d)
				if err != nil {
					return nil, err
				}
				list = append(list, string(b))
			}
		}
	}
	return list, nil
}

// TestDamage flips bytes and cuts the file: whatever is hit, the store refuses it, or Verify names it, or nothing that the
// archive tells has changed.
func TestDamage(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "whole.db")
	s, err := bolt.Open(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for n := range 60 {
		c := serial(n%2, n)
		if n%3 == 0 && len(c.Raw) > 0 {
			c.Rendered = append([]byte("<html>"), c.Raw...)
		}
		if _, err := s.Commit(ctx, c, &archive.Step{Run: "run", Found: []archive.Task{{URL: fmt.Sprint(n), Host: "a"}}}); err != nil {
			t.Fatal(err)
		}
	}
	want, err := contents(s)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(7, 7))
	refused, named, same := 0, 0, 0
	places := 300
	if testing.Short() {
		places = 80
	}
	for i := range places {
		b := append([]byte{}, whole...)
		var what string
		switch at := r.IntN(len(b)); {
		case i%10 == 0:
			what = fmt.Sprintf("cut at %d", at)
			b = b[:at]
		case i%10 < 4: // where the pages say what they are
			at = at&^(16<<10-1) + r.IntN(200)
			what = fmt.Sprintf("byte %d of page %d", at%(16<<10), at/(16<<10))
			b[at] ^= byte(1 << r.IntN(8))
		default:
			what = fmt.Sprintf("byte %d", at)
			b[at] ^= byte(1 + r.IntN(255))
		}
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := bolt.Open(path, nil)
		if err != nil {
			if !errors.Is(err, archive.ErrCorrupt) && !errors.Is(err, archive.ErrNewer) && len(b) > 0 {
				t.Errorf("%s: Open: %v, want ErrCorrupt", what, err)
			}
			refused++
			continue
		}
		found := 0
		for _, err := range s.Verify(ctx) {
			if err != nil && !errors.Is(err, archive.ErrCorrupt) {
				t.Errorf("%s: Verify: %v", what, err)
			}
			found++
		}
		if found > 0 {
			named++
		} else {
			got, err := contents(s)
			if d := cmp.Diff(want, got); d != "" || err != nil {
				t.Errorf("%s: nothing was found, but %v (-want +got):\n%s", what, err, d)
			}
			same++
		}
		if err := s.Close(); err != nil && !errors.Is(err, archive.ErrCorrupt) {
			t.Errorf("%s: Close: %v", what, err)
		}
	}
	t.Logf("of %d damaged files %d were refused, of %d Verify named the damage, %d tell what they told", places, refused, named, same)
	if refused == 0 || named == 0 {
		t.Error("the test does not damage what matters")
	}
}

// A page that is its own child would send a reader round until the stack is full.
func TestCircle(t *testing.T) {
	path := filepath.Join(t.TempDir(), "circle.db")
	s, err := bolt.Open(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for n := range 300 {
		if err := s.SetNote(ctx, fmt.Sprint("note ", n), make([]byte, 1000)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const size = 16 << 10
	bent := 0
	for at := 2 * size; at < len(b); at += size {
		if binary.NativeEndian.Uint16(b[at+8:]) == 1 { // a branch
			binary.NativeEndian.PutUint64(b[at+16+8:], uint64(at/size))
			bent++
		}
	}
	if bent == 0 {
		t.Fatal("the file has no branch")
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if s, err = bolt.Open(path, nil); err != nil {
		if !errors.Is(err, archive.ErrCorrupt) {
			t.Errorf("Open: %v, want ErrCorrupt", err)
		}
		return
	}
	defer s.Close()
	for f, err := range s.Verify(ctx) {
		if err != nil {
			t.Errorf("Verify: %v", err)
		}
		t.Logf("%+v", f)
		return
	}
	t.Error("Verify found nothing")
}

// A file that is cut while it is open is a fault in the memory map: an error, not the end of the process.
func TestCutWhileOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cut.db")
	s, err := bolt.Open(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for n := range 40 {
		if _, err := s.Commit(ctx, serial(0, n), nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Truncate(path, 32<<10); err != nil {
		t.Fatal(err)
	}
	if _, err := contents(s); !errors.Is(err, archive.ErrCorrupt) {
		t.Errorf("reading: %v, want ErrCorrupt", err)
	}
	if _, err := s.Commit(ctx, serial(0, 41), nil); !errors.Is(err, archive.ErrCorrupt) {
		t.Errorf("Commit: %v, want ErrCorrupt", err)
	}
	if err := s.Close(); err != nil && !errors.Is(err, archive.ErrCorrupt) {
		t.Errorf("Close: %v", err)
	}
}

func TestOpenWhatIsNoArchive(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	foreign := filepath.Join(dir, "foreign.db")
	db, err := bbolt.Open(foreign, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Update(func(tx *bbolt.Tx) error { _, err := tx.CreateBucket([]byte("other")); return err }); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	newer := filepath.Join(dir, "newer.db")
	s, err := bolt.Open(newer, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if db, err = bbolt.Open(newer, 0o600, nil); err != nil {
		t.Fatal(err)
	}
	if err := db.Update(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte("meta")).Put([]byte("schema"), []byte{0, 0, 0, bolt.Schema + 1})
	}); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, path string
		readOnly   bool
		want       error
	}{
		{"text", write("text", "hello, this is no archive"), false, archive.ErrCorrupt},
		{"zeros", write("zeros", string(make([]byte, 1<<16))), false, archive.ErrCorrupt},
		{"another program's bbolt file", foreign, false, archive.ErrCorrupt},
		{"a newer schema", newer, false, archive.ErrNewer},
		{"a newer schema, to read", newer, true, archive.ErrNewer},
		{"none, to read", filepath.Join(dir, "none"), true, archive.ErrNotFound},
		{"an empty file, to read", write("empty", ""), true, archive.ErrNotFound},
		{"a folder", dir, false, nil},
		{"a folder that is not there", filepath.Join(dir, "no", "a.db"), false, fs.ErrNotExist},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := bolt.Open(c.path, &bolt.Options{ReadOnly: c.readOnly})
			if err == nil {
				s.Close()
				t.Fatal("no error")
			}
			if c.want != nil && !errors.Is(err, c.want) {
				t.Errorf("Open: %v, want %v", err, c.want)
			}
		})
	}
}

func TestUnwritable(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("nothing is unwritable to the superuser")
	}
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	if _, err := bolt.Open(filepath.Join(dir, "a.db"), nil); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("Open in a folder without permission: %v, want ErrPermission", err)
	}
}
