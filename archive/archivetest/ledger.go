package archivetest

import (
	"errors"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/ledger"
)

// withLedger runs a test on stores that have a ledger.
func withLedger(f func(*testing.T, archive.Store, ledger.Keeper)) func(*testing.T, archive.Store) {
	return func(t *testing.T, s archive.Store) {
		k, ok := s.(ledger.Keeper)
		if !ok {
			t.Skip("this store has no ledger")
		}
		f(t, s, k)
	}
}

// length is how many leaves a ledger has.
func length(t *testing.T, k ledger.Keeper) int64 {
	t.Helper()
	head, err := k.Head(t.Context())
	if err != nil {
		t.Fatalf("Head: %v", err)
	}
	return head.Size
}

// leafKinds counts the leaves of a page that hold.
func leafKinds(t *testing.T, k ledger.Keeper, url string) map[ledger.Kind]int {
	t.Helper()
	n := map[ledger.Kind]int{}
	for _, l := range all(t, k.Leaves(t.Context(), url)) {
		n[l.Leaf.Kind]++
	}
	return n
}

// ledgerGrows: each change of the record is a leaf at the end, what changes nothing is none, and what was proven stays so.
func ledgerGrows(t *testing.T, s archive.Store, k ledger.Keeper) {
	heads := []ledger.Checkpoint{}
	if n := length(t, k); n != 1 {
		t.Fatalf("%d leaves in the ledger of an empty archive, want the one that begins it", n)
	}
	one, two := capture(pageA, 5, "One."), capture(pageA, 6, "Two.")
	read := func(text string) *archive.Reading {
		r := reading(text)
		r.Rules = "rules/2"
		return r
	}
	rederive := func(t *testing.T) {
		t.Helper()
		if _, _, err := s.Rederive(t.Context(), pageA, map[archive.Digest]*archive.Reading{two.RawDigest: read("Two.")}); err != nil {
			t.Fatal(err)
		}
	}
	for _, step := range []struct {
		name   string
		do     func(t *testing.T)
		leaves int64
	}{
		{"a first version: visit, version, event", func(t *testing.T) { put(t, s, one) }, 3},
		{"the same again", func(t *testing.T) { put(t, s, one) }, 0},
		{"another version", func(t *testing.T) { put(t, s, two) }, 3},
		{"the same text", func(t *testing.T) { put(t, s, capture(pageA, 7, "Two.")) }, 1},
		{"a 304", func(t *testing.T) { put(t, s, visit(pageA, 8, archive.Unchanged)) }, 1},
		{"a removal: visit, event", func(t *testing.T) { put(t, s, visit(pageA, 9, archive.Gone)) }, 2},
		{"still removed", func(t *testing.T) { put(t, s, visit(pageA, 10, archive.Gone)) }, 1},
		{"a note", func(t *testing.T) {
			if err := s.SetNote(t.Context(), "note", []byte("x")); err != nil {
				t.Fatal(err)
			}
		}, 0},
		// What was first is an edit now: its leaf and its event's are withdrawn by one more.
		{"a late first version", func(t *testing.T) { put(t, s, capture(pageA, 4, "Nought.")) }, 6},
		// A visit, a version, its withdrawal: the text stays, the rules do not, and nothing of that is an event.
		{"other rules, the same text", rederive, 2},
		{"the same rules again", rederive, 0},
		{"another page", func(t *testing.T) { put(t, s, capture(pageB, 11, "Other.")) }, 3},
		{"a task", func(t *testing.T) {
			if err := s.Enqueue(t.Context(), "run", []archive.Task{{URL: pageA, Host: "harbour.example"}}); err != nil {
				t.Fatal(err)
			}
		}, 0},
	} {
		t.Run(step.name, func(t *testing.T) {
			before := length(t, k)
			step.do(t)
			if n := length(t, k) - before; n != step.leaves {
				t.Errorf("%d leaves more, want %d", n, step.leaves)
			}
			for i := range heads {
				if err := k.CheckFork(t.Context(), &heads[i]); err != nil {
					t.Errorf("it does not go on from its %d leaves: %v", heads[i].Size, err)
				}
			}
			holds(t, s)
		})
		head, err := k.Head(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		heads = append(heads, head)
	}
	want := map[ledger.Kind]int{ledger.Capture: 7, ledger.Version: 3, ledger.Event: 4}
	for kind, n := range leafKinds(t, k, pageA) {
		if n != want[kind] {
			t.Errorf("%d leaves of %s hold, want %d", n, kind, want[kind])
		}
	}
	forged := heads[3]
	forged.Root[0]++
	if err := k.CheckFork(t.Context(), &forged); !errors.Is(err, ledger.ErrFork) {
		t.Errorf("a head that never was: %v, want ErrFork", err)
	}
}

// ledgerProves: every leaf that holds is in the signed head, and says what the record says.
func ledgerProves(t *testing.T, s archive.Store, k ledger.Keeper) {
	put(t, s, capture(pageA, 1, "One."), capture(pageA, 2, "Two."), visit(pageA, 3, archive.Gone), capture(pageB, 4, "Two."))
	if err := s.Join(t.Context(), pageB, pageA); err != nil {
		t.Fatal(err)
	}
	signed, err := k.SignHead(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	text, err := k.VerifierKey(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	key, err := ledger.ParseVerifier(text)
	if err != nil {
		t.Fatal(err)
	}
	head, _, err := ledger.OpenCheckpoint(signed, key)
	if err != nil {
		t.Fatal(err)
	}
	digests := map[archive.Digest]bool{}
	for _, v := range all(t, s.Versions(t.Context(), pageA)) {
		digests[archive.Sum(ledger.Reading(&v.Reading))] = true
	}
	visits := all(t, s.Visits(t.Context(), pageA))
	for i, l := range all(t, k.Leaves(t.Context(), pageA)) {
		p, err := k.ProveLeaf(t.Context(), head.Size, l.N)
		if err != nil {
			t.Fatal(err)
		}
		if err := tlog.CheckRecord(p, head.Size, head.Root, l.N, l.Leaf.Hash()); err != nil {
			t.Errorf("leaf %d: %v", l.N, err)
		}
		switch l.Leaf.Kind {
		case ledger.Capture:
			c, err := ledger.ParseFacts(l.Facts)
			if err != nil {
				t.Fatal(err)
			}
			if v := visits[i]; !c.Time.Equal(v.Time) || c.URL != v.URL || c.RawDigest != v.RawDigest || len(c.Hops) != len(v.Hops) {
				t.Errorf("leaf %d is about %s at %s, the record of %s at %s", l.N, c.URL, c.Time, v.URL, v.Time)
			}
		case ledger.Version:
			if !digests[l.Leaf.Reading] {
				t.Errorf("leaf %d is about a version that is not on record", l.N)
			}
		}
	}
	if n := leafKinds(t, k, pageB); n[ledger.Capture] != 4 {
		t.Errorf("leaves of the joined page: %v, want those of all 4 visits", n)
	}
}
