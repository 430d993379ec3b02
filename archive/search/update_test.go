package search_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/search"
)

// An update reads what has changed, and what is gone is not found any more.
func TestUpdate(t *testing.T) {
	s := harbour()
	x := open(t, s)
	update := func(stamp string, pages, read, texts int) {
		t.Helper()
		s.reads = 0
		u, err := x.Update(t.Context(), s, stamp, nil)
		if err != nil || u != (search.Updated{Pages: pages, Read: read, Texts: texts}) || s.reads != read {
			t.Errorf("Update(%q) = %+v, %v with %d pages read; want %d, %d, %d", stamp, u, err, s.reads, pages, read, texts)
		}
	}
	n := len(s.pages)
	update("a", n, 0, 0)
	update("a", 0, 0, 0) // the same state: nothing is looked at
	s.pages[0].texts = append(s.pages[0].texts, "The lighthouse is open.")
	update("b", n, 1, 1)
	if got := find(t, x, s, "lighthouse", search.Options{}); len(got) != 1 {
		t.Errorf("a new version is found as %q", got)
	}
	s.pages[2].State = archive.Live
	update("c", n, 0, 0)
	if got := find(t, x, s, "quiet", search.Options{Live: true}); len(got) != 1 {
		t.Errorf("a page that is back is found as %q", got)
	}
	s.pages[1].texts[0], s.pages[1].rules = "Read again, the fare is the same.", "rules/2"
	update("d", n, 1, 1)
	if got := find(t, x, s, "4.20", search.Options{}); got != nil {
		t.Errorf("what was read otherwise before is found as %q", got)
	}
	s.pages[0].texts = s.pages[0].texts[:1]
	update("e", n, 1, 0)
	if got := find(t, x, s, "lighthouse", search.Options{}); got != nil {
		t.Errorf("a version that is none any more is found as %q", got)
	}
	s.pages = s.pages[1:]
	update("f", n-1, 0, 0)
	if got := find(t, x, s, "laboratory", search.Options{}); got != nil {
		t.Errorf("a page that is none any more is found as %q", got)
	}
	if err := x.Clear(t.Context()); err != nil {
		t.Fatal(err)
	}
	update("f", n-1, n-1, 9)
}

// An update that was interrupted is gone on with, although the state of the archive is the same.
func TestUpdateInterrupted(t *testing.T) {
	s := harbour()
	x, err := search.Open(t.Context(), filepath.Join(t.TempDir(), "index"))
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	ctx, cancel := context.WithCancel(t.Context())
	broken := &stopping{shelf: s, after: 3, stop: cancel}
	if _, err := x.Update(ctx, broken, "a", nil); !errors.Is(err, context.Canceled) {
		t.Fatalf("interrupted: %v", err)
	}
	u, err := x.Update(t.Context(), s, "a", nil)
	if err != nil || u.Read == 0 {
		t.Fatalf("goes on: %+v, %v", u, err)
	}
	if got := find(t, x, s, "laboratory OR 북문", search.Options{}); len(got) != 2 {
		t.Errorf("found %q, want two pages", got)
	}
}

// stopping is a shelf that stops the reader after some pages.
type stopping struct {
	*shelf
	after int
	stop  func()
}

func (s *stopping) Version(ctx context.Context, url string, n int) (archive.Version, error) {
	if s.after--; s.after == 0 {
		s.stop()
	}
	return s.shelf.Version(ctx, url, n)
}

// Whatever is done to the file, it is made anew or an error is told; nothing wrong is found.
func TestDamagedIndex(t *testing.T) {
	s := harbour()
	path := filepath.Join(t.TempDir(), "index")
	build := func() {
		t.Helper()
		x, err := search.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := x.Update(t.Context(), s, "", nil); err != nil {
			t.Fatal(err)
		}
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
	}
	build()
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	wrecks := map[string][]byte{
		"no database": []byte(strings.Repeat("This is no database. ", 1000)), "empty": {}, "one byte": {0},
		"cut short": whole[:len(whole)/2], "head alone": whole[:100],
		"zeroes": append(append([]byte{}, whole[:4096]...), make([]byte, len(whole)-4096)...),
	}
	for i := range 12 {
		b := append([]byte{}, whole...)
		at := (i*7919 + 211) % (len(b) - 600)
		for k := range 500 {
			b[at+k] ^= byte(0x55 + k)
		}
		wrecks[fmt.Sprintf("bytes from %d on", at)] = b
	}
	for name, b := range wrecks {
		t.Run(name, func(t *testing.T) {
			if err := os.WriteFile(path, b, 0o600); err != nil {
				t.Fatal(err)
			}
			x, err := search.Open(t.Context(), path)
			if err != nil {
				t.Fatal(err)
			}
			defer x.Close()
			if _, err := x.Update(t.Context(), s, "", nil); err != nil {
				t.Fatal(err)
			}
			q, err := search.ParseQuery("laboratory")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := x.Find(t.Context(), s, q, search.Options{}); err != nil {
				t.Errorf("Find: %v", err)
			}
		})
	}
}

func TestOpenErrors(t *testing.T) {
	if _, err := search.Open(t.Context(), filepath.Join(t.TempDir(), "none", "index")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Open in a folder that is not there = %v", err)
	}
}
