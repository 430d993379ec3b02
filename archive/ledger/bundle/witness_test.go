package bundle_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/bolt"
	"github.com/onrecord/onrecord/archive/ledger"
	"github.com/onrecord/onrecord/archive/ledger/bundle"
)

// witnessed is the archive of onRecord whose head a witness has signed in minute 30.
func witnessed(t *testing.T) (*bolt.Store, *ledger.Witness) {
	t.Helper()
	s := onRecord(t)
	secret, err := ledger.NewWitnessKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	w, err := ledger.NewWitness(secret, func() time.Time { return minute(30) })
	if err != nil {
		t.Fatal(err)
	}
	key, err := ledger.ParseVerifier(verifier(t, s))
	if err != nil {
		t.Fatal(err)
	}
	signed, err := s.SignHead(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if signed, err = w.Cosign(signed, key, nil, nil); err != nil {
		t.Fatal(err)
	}
	if err := s.KeepCheckpoint(t.Context(), signed, minute(31)); err != nil {
		t.Fatal(err)
	}
	if err := s.SetNote(t.Context(), ledger.WitnessNote(w.Verifier().Name()), []byte(w.Key())); err != nil {
		t.Fatal(err)
	}
	put(t, s, 40, "There is a wall again.", archive.Digest{})
	return s, w
}

// TestWitnessedBundle: the signature of a witness whose key is given says since when the version is on record; that of one
// whose key is only in the bundle is told as such.
func TestWitnessedBundle(t *testing.T) {
	s, w := witnessed(t)
	b := make2(t, s)
	for name, c := range map[string]struct {
		opt  bundle.VerifyOptions
		want []string
	}{
		"its key is in the bundle": {bundle.VerifyOptions{}, []string{
			"open: a witness with the key " + w.Verifier().Name() + " signed the head of", "open: since when the version is on record",
		}},
		"its key is given": {bundle.VerifyOptions{Witnesses: []note.Verifier{w.Verifier()}}, []string{
			"holds: the witness " + w.Verifier().Name() + " signed the head of",
			"holds: so the version was on record by 2026-03-01 12:30:00 UTC at the latest",
		}},
	} {
		r, err := bundle.Verify(b, c.opt)
		if err != nil || !r.OK() {
			t.Fatalf("%s: %v\n%s", name, err, text(r))
		}
		for _, want := range c.want {
			if !strings.Contains(text(r), want) {
				t.Errorf("%s: it does not say %q:\n%s", name, want, text(r))
			}
		}
	}
	secret, err := ledger.NewWitnessKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	other, err := ledger.NewWitness(secret, nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := bundle.Verify(b, bundle.VerifyOptions{Witnesses: []note.Verifier{other.Verifier()}})
	if err != nil || !r.OK() || !strings.Contains(text(r), "open: whether the witness "+other.Verifier().Name()+" has seen the ledger") {
		t.Errorf("another witness: %v\n%s", err, text(r))
	}
	files, err := bundle.Unpack(b)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(files, func(f bundle.File) bool {
		return f.Name == "index.html" && strings.Contains(string(f.Data), w.Verifier().Name())
	}) {
		t.Error("the page does not name the witness")
	}
}

// TestResignedWitness: nor can a bundle be forged with the archive's key that has the signature of a witness.
func TestResignedWitness(t *testing.T) {
	s, _ := witnessed(t)
	resigned(t, s)
}

// TestWitnessTamper: a signature of a witness that was changed in the archive is found.
func TestWitnessTamper(t *testing.T) {
	s, _ := witnessed(t)
	for f, err := range s.Verify(t.Context()) {
		t.Fatalf("%+v, %v", f, err)
	}
	for k, err := range s.Checkpoints(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		changed := k.Signed
		at := len(changed) - 20
		if changed[at] == 'A' {
			changed[at] = 'B'
		} else {
			changed[at] = 'A'
		}
		if err := s.KeepCheckpoint(t.Context(), changed, k.Time); err != nil {
			t.Fatal(err)
		}
	}
	n := 0
	for _, err := range s.Verify(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	if n == 0 {
		t.Error("Verify finds nothing")
	}
}
