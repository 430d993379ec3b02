package bolt_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/bolt"
)

// TestBytesStayTheirOwners writes over the bytes of each capture when it is on record: those that the next one is a difference
// from are the store's own.
func TestBytesStayTheirOwners(t *testing.T) {
	path := filepath.Join(t.TempDir(), "onrecord.db")
	s, err := bolt.Open(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	from := newSite(3)
	var want []archive.Digest
	for range 20 {
		c := from.next("https://harbour.example/")
		want = append(want, archive.Sum(c.Raw))
		if _, err := s.Commit(ctx, c, nil); err != nil {
			t.Fatal(err)
		}
		copy(c.Raw, bytes.Repeat([]byte("not what was served "), len(c.Raw)/20))
	}
	check := func(when string) {
		for i, d := range want {
			if b, err := s.Blob(ctx, d); err != nil || archive.Sum(b) != d {
				t.Fatalf("%s: bytes of capture %d are others, or %v", when, i, err)
			}
		}
	}
	check("before it is closed")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = bolt.Open(path, nil); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	check("opened again")
}

// TestForgottenLeavesMemory forgets a page right after it was put on record, and wants its bytes from nowhere.
func TestForgottenLeavesMemory(t *testing.T) {
	s := openNew(t)
	const url = "https://harbour.example/"
	from := newSite(4)
	var digests []archive.Digest
	for range 3 {
		c := from.next(url)
		digests = append(digests, archive.Sum(c.Raw))
		if _, err := s.Commit(ctx, c, nil); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Forget(ctx, url, archive.Takedown{Reason: "on request"}, false); err != nil {
		t.Fatal(err)
	}
	for _, d := range digests {
		if b, err := s.Blob(ctx, d); len(b) > 0 || !archive.Decided(err) {
			t.Errorf("bytes %s: %s, %v; want them to be forgotten", d, fmt.Sprintf("%.20q", b), err)
		}
	}
}
