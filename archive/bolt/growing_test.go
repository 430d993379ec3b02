package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	bbolt "go.etcd.io/bbolt"

	"github.com/onrecord/onrecord/archive"
)

// visitsFor are captures of two pages as they come: mostly in order, some late, with headers so long now and then that groups
// end by their length.
func visitsFor(n int) []*archive.Capture {
	r := rand.New(rand.NewPCG(8, 9))
	var list []*archive.Capture
	for i := range n {
		c := &archive.Capture{Raw: fmt.Appendf(nil, "page %d", i/3)}
		c.Time = time.Date(2025, 1, 1, i, 0, 0, 0, time.UTC)
		if i%13 == 12 {
			c.Time = c.Time.Add(-time.Duration(r.IntN(i)) * time.Hour / 2)
		}
		c.URL = fmt.Sprintf("https://harbour.example/%d", r.IntN(2))
		c.FinalURL, c.Status, c.Outcome = c.URL, 200, archive.Stored
		header := map[string][]string{"Date": {c.Time.Format(time.RFC1123)}, "X-Long": {fmt.Sprint(r.Uint64())}}
		if i > n/2 {
			header["X-Long"] = []string{fmt.Sprintf("%06000d", r.Uint64())}
		}
		c.Hops = []archive.Hop{{URL: c.URL, Status: 200, Header: header}}
		c.Reading = &archive.Reading{Text: fmt.Sprint("Text ", i/20)}
		list = append(list, c)
	}
	return list
}

// groupsOf are the groups of all visits as they are in the file.
func groupsOf(t *testing.T, s *Store) (all []byte) {
	t.Helper()
	if err := s.db.View(func(b *bbolt.Tx) error {
		return b.Bucket(bucketVisits).ForEach(func(k, v []byte) error {
			all = fmt.Appendf(all, "%x %x\n", k, v)
			return nil
		})
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

// TestGrowing wants groups that were added to to be those that are taken apart and put together for each visit, as a store does
// that remembers nothing; also when transactions are taken back on the way.
func TestGrowing(t *testing.T) {
	ctx := context.Background()
	open := func(name string) *Store {
		s, err := Open(filepath.Join(t.TempDir(), name), nil)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		return s
	}
	remembers, forgets := open("a.db"), open("b.db")
	grew := 0
	refused := errors.New("taken back")
	for i, c := range visitsFor(400) {
		if i%5 == 0 {
			err := remembers.write(ctx, func(x *tx) error {
				in, err := take(c)
				if err != nil {
					return err
				}
				in.capture.Detail = "of a transaction that was taken back"
				if _, err := x.commit(in); err != nil {
					return err
				}
				return refused
			})
			if !errors.Is(err, refused) {
				t.Fatal(err)
			}
		}
		before := remembers.growing.pages[1]
		if _, err := remembers.Commit(ctx, c, nil); err != nil {
			t.Fatal(err)
		}
		if now := remembers.growing.pages[1]; before != nil && now != nil && now.count == before.count+1 {
			grew++
		}
		forgets.growing = growingGroups{}
		if _, err := forgets.Commit(ctx, c, nil); err != nil {
			t.Fatal(err)
		}
		if i%50 == 49 && !bytes.Equal(groupsOf(t, remembers), groupsOf(t, forgets)) {
			t.Fatalf("after %d visits the groups are others", i+1)
		}
	}
	if grew < 100 {
		t.Errorf("a group grew %d times, want 100 at least", grew)
	}
	for _, s := range []*Store{remembers, forgets} {
		for f, err := range s.Verify(ctx) {
			t.Errorf("Verify finds %v, %v", f, err)
		}
	}
}

// TestGrowingIsBounded commits to many pages and wants what is remembered of them to have its limit.
func TestGrowingIsBounded(t *testing.T) {
	var r growingGroups
	for i := range uint64(1000) {
		r.remember(i%300, &growing{value: make([]byte, 10<<10), visits: make([]byte, 40<<10)})
		size := 0
		for _, g := range r.pages {
			size += len(g.value) + len(g.visits)
		}
		if size != r.bytes || size > mostGrowing {
			t.Fatalf("%d bytes are remembered, %d counted, %d allowed", size, r.bytes, mostGrowing)
		}
	}
	if r.of(99, make([]byte, 10<<10)) == nil || r.of(99, make([]byte, 9<<10)) != nil {
		t.Error("the group of another value is given, or none")
	}
}
