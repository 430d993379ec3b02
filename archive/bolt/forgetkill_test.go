package bolt_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/bolt"
)

// forgettable is page n of the archive that a child forgets one by one.
func forgettable(n int) string { return fmt.Sprintf("https://harbour.example/forget/%d", n) }

const forgettables = 40

// forgetAll forgets all pages, says so of each, and compacts the file.
func forgetAll(path string) error {
	s, err := bolt.Open(path, nil)
	if err != nil {
		return err
	}
	for n := range forgettables {
		if _, err := s.Forget(ctx, forgettable(n), archive.Takedown{Reason: "order"}, false); err != nil {
			return err
		}
		fmt.Println("forgotten", n)
	}
	if err := s.Close(); err != nil {
		return err
	}
	if _, _, err := bolt.Compact(ctx, path, nil); err != nil {
		return err
	}
	fmt.Println("compacted", 0)
	return nil
}

// TestForgetKilled: a process that is killed while it forgets leaves each page as it was or forgotten, never half of it, and
// the next one goes on.
func TestForgetKilled(t *testing.T) {
	path := filepath.Join(t.TempDir(), "onrecord.db")
	s, err := bolt.Open(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for n := range forgettables {
		for i := range 6 {
			c := &archive.Capture{Site: "harbour", MediaType: "text/html"}
			c.Time = time.Date(2026, 3, 1, 12, i, n, 0, time.UTC)
			c.URL, c.FinalURL, c.Status = forgettable(n), forgettable(n), 200
			c.Raw = fmt.Appendf(nil, "%s<p>%d of %d</p>", strings.Repeat("<i>x</i>", 100), i, n)
			c.Reading = &archive.Reading{Rules: "1", Title: "T", Text: fmt.Sprint("Text ", i/2)}
			if _, err := s.Commit(ctx, c, nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	told := map[int]bool{}
	for ended := false; !ended; {
		// How far it comes is counted in pages, and only the moment in time: a slow machine takes no more kills for it.
		until := min(len(told)+1+rand.IntN(20), forgettables)
		cmd, out := child(t, "forget", path)
		for {
			line, err := out.ReadString('\n')
			if err != nil {
				break
			}
			var word string
			var n int
			if _, err := fmt.Sscan(line, &word, &n); err != nil {
				t.Fatal(err)
			}
			told[n] = told[n] || word == "forgotten"
			if len(told) == until {
				until = 0
				time.AfterFunc(time.Duration(rand.IntN(20))*time.Millisecond, func() { _ = cmd.Process.Kill() })
			}
		}
		ended = cmd.Wait() == nil
		if len(told) == forgettables && !ended { // let the last one come to its end
			if err := forgetAll(path); err != nil {
				t.Fatal(err)
			}
			ended = true
		}
		wholeOrNot(t, path, told, ended)
	}
}

func wholeOrNot(t *testing.T, path string, told map[int]bool, ended bool) {
	t.Helper()
	s, err := bolt.Open(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	holds(t, s)
	for n := range forgettables {
		gone, all := 0, 0
		for v, err := range s.Versions(ctx, forgettable(n)) {
			if err != nil {
				t.Fatal(err)
			}
			_, err := s.Blob(ctx, v.RawDigest)
			if all++; v.Forgotten != nil && errors.Is(err, archive.ErrForgotten) {
				gone++
			} else if v.Forgotten != nil || err != nil {
				t.Errorf("page %d, version %d: forgotten %v, bytes %v", n, v.Number, v.Forgotten, err)
			}
		}
		if all != 3 || (gone != 0 && gone != all) || (gone == 0 && (told[n] || ended)) {
			t.Errorf("page %d: %d of %d versions are forgotten; told: %v", n, gone, all, told[n])
		}
	}
	if since, err := s.Unswept(ctx); err != nil || (ended && !since.IsZero()) {
		t.Errorf("at the end, unswept since %v, %v", since, err)
	}
}
