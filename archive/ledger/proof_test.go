package ledger_test

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/onrecord/onrecord/archive/ledger"
)

// grown is a tree of n leaves, and its head.
func grown(t testing.TB, n int64, origin string) (tlog.HashReader, ledger.Checkpoint) {
	t.Helper()
	r := rows{}
	for i := range n {
		if err := ledger.Append(i, tlog.RecordHash(fmt.Append(nil, i)), r.row, r.put); err != nil {
			t.Fatal(err)
		}
	}
	head, err := ledger.HeadOf(origin, n, ledger.Reader(r.row))
	if err != nil {
		t.Fatal(err)
	}
	return ledger.Reader(r.row), head
}

func TestProofsAsText(t *testing.T) {
	signer, verifier := keys(t)
	r, head := grown(t, 70, verifier.Name())
	_, old := grown(t, 33, verifier.Name())
	signed, err := head.Sign(signer)
	if err != nil {
		t.Fatal(err)
	}
	p, err := tlog.ProveRecord(70, 41, r)
	if err != nil {
		t.Fatal(err)
	}
	text := ledger.FormatLeafProof(41, p, signed)
	for i := range text {
		b := bytes.Clone(text)
		b[i] ^= 1
		n, p, checkpoint, err := ledger.ParseLeafProof(b)
		if err == nil && head.CheckLeaf(n, []byte("41"), p) == nil && bytes.Equal(checkpoint, signed) {
			t.Errorf("byte %d of the proof was changed, and nobody noticed", i)
		}
	}
	n, p, checkpoint, err := ledger.ParseLeafProof(text)
	if err != nil || n != 41 || !bytes.Equal(checkpoint, signed) {
		t.Fatalf("ParseLeafProof: %d, %v", n, err)
	}
	if err := head.CheckLeaf(n, []byte("41"), p); err != nil {
		t.Error(err)
	}
	for _, bad := range []error{head.CheckLeaf(40, []byte("41"), p), head.CheckLeaf(41, []byte("40"), p), head.CheckLeaf(-1, nil, nil), head.CheckLeaf(70, nil, nil)} {
		if !errors.Is(bad, ledger.ErrProof) {
			t.Errorf("CheckLeaf: %v, want ErrProof", bad)
		}
	}
	grew, err := tlog.ProveTree(70, 33, r)
	if err != nil {
		t.Fatal(err)
	}
	size, from, grew, err := ledger.ParseTreeProof(ledger.FormatTreeProof(70, 33, grew))
	if err != nil || size != 70 || from != 33 {
		t.Fatalf("ParseTreeProof: %d, %d, %v", size, from, err)
	}
	if err := head.CheckGrown(&old, grew); err != nil {
		t.Error(err)
	}
	old.Root[0]++
	if err := head.CheckGrown(&old, grew); !errors.Is(err, ledger.ErrFork) {
		t.Errorf("from another tree: %v, want ErrFork", err)
	}
}

func TestWitness(t *testing.T) {
	signer, verifier := keys(t)
	secret, _, err := ledger.NewKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	w, err := ledger.NewWitness(secret, func() time.Time { return time.Unix(1_800_000_000, 0) })
	if err != nil {
		t.Fatal(err)
	}
	r, head := grown(t, 70, verifier.Name())
	_, old := grown(t, 33, verifier.Name())
	signed, err := head.Sign(signer)
	if err != nil {
		t.Fatal(err)
	}
	p, err := tlog.ProveTree(70, 33, r)
	if err != nil {
		t.Fatal(err)
	}
	both, err := w.Cosign(signed, verifier, &old, p)
	if err != nil {
		t.Fatal(err)
	}
	public, err := ledger.ParseWitness(w.Key())
	if err != nil {
		t.Fatal(err)
	}
	_, n, err := ledger.OpenCheckpoint(both, verifier, public)
	if err != nil || len(n.Sigs) != 2 {
		t.Fatalf("OpenCheckpoint: %+v, %v, want two signatures", n, err)
	}
	if again, err := w.Cosign(both, verifier, &head, nil); err != nil || !bytes.Equal(again, both) {
		t.Errorf("signed again: %v", err)
	}
	old.Root[3]++
	if _, err := w.Cosign(signed, verifier, &old, p); !errors.Is(err, ledger.ErrFork) {
		t.Errorf("Cosign a fork: %v, want ErrFork", err)
	}
	_, stranger := keys(t)
	if _, err := w.Cosign(signed, stranger, nil, nil); !errors.Is(err, ledger.ErrSignature) {
		t.Errorf("Cosign another's checkpoint: %v, want ErrSignature", err)
	}
	for i := len(signed); i < len(both); i++ {
		b := bytes.Clone(both)
		b[i] ^= 1
		if _, n, err := ledger.OpenCheckpoint(b, verifier, public); err == nil && len(n.Sigs) == 2 {
			t.Errorf("byte %d of the witness's signature was changed, and nobody noticed", i)
		}
	}
}

func FuzzProof(f *testing.F) {
	_, verifier := keys(f)
	r, head := grown(f, 70, verifier.Name())
	p, err := tlog.ProveRecord(70, 41, r)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(ledger.FormatLeafProof(41, p, []byte("x")))
	f.Add(ledger.FormatTreeProof(70, 33, tlog.TreeProof(p)))
	f.Fuzz(func(t *testing.T, b []byte) {
		if n, p, _, err := ledger.ParseLeafProof(b); err == nil {
			if head.CheckLeaf(n, []byte("forged"), p) == nil {
				t.Error("a leaf was forged")
			}
		}
		if _, old, p, err := ledger.ParseTreeProof(b); err == nil {
			if head.CheckGrown(&ledger.Checkpoint{Origin: head.Origin, Size: old}, p) == nil {
				t.Error("a tree was forged")
			}
		}
	})
}
