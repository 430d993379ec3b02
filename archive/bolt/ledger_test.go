package bolt_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/bolt"
	"github.com/onrecord/onrecord/archive/ledger"
)

// checkHolds fails the test when Verify finds something.
func checkHolds(t *testing.T, s *bolt.Store) {
	t.Helper()
	for f, err := range s.Verify(t.Context()) {
		t.Errorf("Verify: %s %s: %s, %v", f.Kind, f.Where, f.Problem, err)
	}
}

// kinds counts the leaves that hold, over all pages that have a version.
func kinds(t *testing.T, s *bolt.Store) map[ledger.Kind]int {
	t.Helper()
	n := map[ledger.Kind]int{}
	for p, err := range s.Pages(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		for l, err := range s.Leaves(t.Context(), p.URL) {
			if err != nil {
				t.Fatal(err)
			}
			n[l.Leaf.Kind]++
		}
	}
	return n
}

// TestOldArchiveIsTakenIn: an archive that was written before there was a ledger tells what it told, and from the first
// opening for writing on everything in it has a leaf.
func TestOldArchiveIsTakenIn(t *testing.T) {
	path := bolt.Unpacked(t, "schema1.db.gz")
	s, err := bolt.Open(path, &bolt.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	want, err := contents(s)
	if err != nil {
		t.Fatal(err)
	}
	checkHolds(t, s)
	if _, err := s.Head(ctx); !errors.Is(err, archive.ErrNotFound) {
		t.Errorf("Head of an archive without a ledger: %v, want ErrNotFound", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	var key string
	for range 2 { // the second opening changes nothing
		if s, err = bolt.Open(path, nil); err != nil {
			t.Fatal(err)
		}
		checkHolds(t, s)
		got, err := contents(s)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("it tells something else (-want +got):\n%s", d)
		}
		head, err := s.Head(ctx)
		if err != nil {
			t.Fatal(err)
		}
		n := kinds(t, s)
		if n[ledger.Capture] != 62 || n[ledger.Version] == 0 || n[ledger.Event] == 0 {
			t.Errorf("leaves: %v, want 62 captures, versions and events", n)
		}
		if all := int64(1 + n[ledger.Capture] + n[ledger.Version] + n[ledger.Event]); head.Size != all {
			t.Errorf("%d leaves, want %d", head.Size, all)
		}
		k, err := s.VerifierKey(ctx)
		if err != nil || (key != "" && k != key) {
			t.Errorf("key %q, then %q: %v", key, k, err)
		}
		key = k
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestEveryLeafIsProven checks the proof of every leaf against the signed head.
func TestEveryLeafIsProven(t *testing.T) {
	s := openNew(t)
	for n := range 40 {
		if _, err := s.Commit(ctx, serial(1, n), nil); err != nil {
			t.Fatal(err)
		}
	}
	signed, err := s.SignHead(ctx)
	if err != nil {
		t.Fatal(err)
	}
	vkey, err := s.VerifierKey(ctx)
	if err != nil {
		t.Fatal(err)
	}
	key, err := ledger.ParseVerifier(vkey)
	if err != nil {
		t.Fatal(err)
	}
	head, _, err := ledger.OpenCheckpoint(signed, key)
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for p, err := range s.Pages(ctx, "") {
		if err != nil {
			t.Fatal(err)
		}
		for l, err := range s.Leaves(ctx, p.URL) {
			if err != nil {
				t.Fatal(err)
			}
			count++
			proof, err := s.ProveLeaf(ctx, head.Size, l.N)
			if err != nil {
				t.Fatal(err)
			}
			if err := tlog.CheckRecord(proof, head.Size, head.Root, l.N, l.Leaf.Hash()); err != nil {
				t.Errorf("leaf %d: %v", l.N, err)
			}
			if l.Leaf.Kind == ledger.Capture && archive.Sum(l.Facts) != l.Leaf.Facts {
				t.Errorf("leaf %d: its facts are not what it says", l.N)
			}
		}
	}
	if count < 60 {
		t.Errorf("%d leaves", count)
	}
	if err := s.KeepCheckpoint(ctx, signed, time.Now()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Commit(ctx, serial(1, 99), nil); err != nil {
		t.Fatal(err)
	}
	now, err := s.Head(ctx)
	if err != nil {
		t.Fatal(err)
	}
	grown, err := s.ProveTree(ctx, now.Size, head.Size)
	if err != nil {
		t.Fatal(err)
	}
	if err := tlog.CheckTree(grown, now.Size, now.Root, head.Size, head.Root); err != nil {
		t.Errorf("from %d to %d leaves: %v", head.Size, now.Size, err)
	}
	for _, bad := range [][2]int64{{now.Size + 1, 0}, {now.Size, now.Size}, {now.Size, -1}} {
		if _, err := s.ProveLeaf(ctx, bad[0], bad[1]); !errors.Is(err, archive.ErrNotFound) {
			t.Errorf("ProveLeaf%v: %v, want ErrNotFound", bad, err)
		}
	}
	checkHolds(t, s)
}

// TestForkIsNoticed: two archives with one key that went on from one file differently cannot both keep to what either said.
func TestForkIsNoticed(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a.db"), filepath.Join(dir, "b.db")
	extend := func(path string, from, to, shift int) (signed []byte) {
		s, err := bolt.Open(path, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		for n := from; n < to; n++ {
			if _, err := s.Commit(ctx, serial(1, n+shift), nil); err != nil {
				t.Fatal(err)
			}
		}
		if signed, err = s.SignHead(ctx); err != nil {
			t.Fatal(err)
		}
		return signed
	}
	common := extend(a, 0, 10, 0)
	whole, err := os.ReadFile(a)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(b, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	ofA, ofB := extend(a, 10, 20, 0), extend(b, 10, 30, 1000)
	s, err := bolt.Open(b, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, tt := range []struct {
		name   string
		signed []byte
		fork   bool
	}{{"the common head", common, false}, {"the other's head", ofA, true}, {"its own head", ofB, false}} {
		c, err := ledger.PeekCheckpoint(tt.signed)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.CheckFork(ctx, &c); errors.Is(err, ledger.ErrFork) != tt.fork {
			t.Errorf("%s: %v, want a fork: %v", tt.name, err, tt.fork)
		}
		if err := s.KeepCheckpoint(ctx, tt.signed, time.Now()); (err != nil) != tt.fork {
			t.Errorf("keep %s: %v, want an error: %v", tt.name, err, tt.fork)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	// The file of the time before, put back: what was handed out since is not in it.
	if err := os.WriteFile(b, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	if s, err = bolt.Open(b, nil); err != nil {
		t.Fatal(err)
	}
	c, err := ledger.PeekCheckpoint(ofB)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.CheckFork(ctx, &c); !errors.Is(err, ledger.ErrFork) {
		t.Errorf("an older file put back: %v, want ErrFork", err)
	}
}

func TestMoveKey(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.db")
	s, err := bolt.Open(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.MoveKey(ctx, "secret.key"); err != nil {
		t.Fatal(err)
	}
	if err := s.MoveKey(ctx, "other.key"); err == nil {
		t.Error("moved a second time")
	}
	if _, err := s.SignHead(ctx); err != nil {
		t.Errorf("sign with the key in a file: %v", err)
	}
	info, err := os.Stat(filepath.Join(dir, "secret.key"))
	if err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("the key's file: %v, %v, want one for its owner alone", info, err)
	}
	if err := os.Rename(filepath.Join(dir, "secret.key"), filepath.Join(dir, "away")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SignHead(ctx); !errors.Is(err, ledger.ErrNoKey) {
		t.Errorf("sign without the key: %v, want ErrNoKey", err)
	}
	other, _, err := ledger.NewKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "secret.key"), []byte(other), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SignHead(ctx); !errors.Is(err, ledger.ErrNoKey) {
		t.Errorf("sign with another key: %v, want ErrNoKey", err)
	}
	if _, err := s.Commit(ctx, serial(1, 1), nil); err != nil {
		t.Errorf("commit without the key: %v", err)
	}
	checkHolds(t, s)
}

func TestStampsAreKept(t *testing.T) {
	s := openNew(t)
	signed, err := s.SignHead(ctx)
	if err != nil {
		t.Fatal(err)
	}
	stamp := ledger.Stamp{From: "https://time.example/", Response: []byte{1, 2, 3}}
	if err := s.KeepStamp(ctx, 1, stamp); !errors.Is(err, archive.ErrNotFound) {
		t.Errorf("a stamp over nothing: %v, want ErrNotFound", err)
	}
	at := time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
	if err := s.KeepCheckpoint(ctx, signed, at); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.KeepStamp(ctx, 1, stamp); err != nil {
			t.Fatal(err)
		}
	}
	var list []ledger.Kept
	for k, err := range s.Checkpoints(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, k)
	}
	if len(list) != 1 || !list[0].Time.Equal(at) || !bytes.Equal(list[0].Signed, signed) {
		t.Fatalf("Checkpoints: %+v", list)
	}
	if d := cmp.Diff([]ledger.Stamp{stamp, stamp}, list[0].Stamps); d != "" {
		t.Errorf("stamps (-want +got):\n%s", d)
	}
	if err := s.KeepCheckpoint(ctx, bytes.Replace(signed, []byte("\n1\n"), []byte("\n2\n"), 1), at); err == nil {
		t.Error("kept a checkpoint that nobody signed")
	}
	checkHolds(t, s)
}

// TestLedgerEnded: the ledger's methods heed their context.
func TestLedgerEnded(t *testing.T) {
	s := openNew(t)
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := s.Head(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("Head: %v", err)
	}
	if _, err := s.SignHead(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("SignHead: %v", err)
	}
}
