package bundle_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/bolt"
	"github.com/onrecord/onrecord/archive/ledger/bundle"
)

// dropped is the archive of onRecord with one more capture of a fourth text, and two whose bytes were not kept.
func dropped(t *testing.T) *bolt.Store {
	t.Helper()
	s := onRecord(t)
	text := "The wall is back."
	put(t, s, 10, text, archive.Digest{})
	v, err := s.Version(t.Context(), wall, -1)
	if err != nil {
		t.Fatal(err)
	}
	for n := 11; n < 13; n++ {
		c, err := s.LastCapture(t.Context(), wall)
		if err != nil {
			t.Fatal(err)
		}
		c.Time, c.RawDigest, c.Reading, c.OnChange = minute(n), archive.Digest{}, &v.Reading, true
		c.Raw = []byte("<p>" + text + "</p>" + strings.Repeat("x", n))
		if _, err := s.Commit(t.Context(), &c, nil); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func make4(t *testing.T, s *bolt.Store) []byte {
	t.Helper()
	b, err := bundle.Make(t.Context(), s, wall, 4, bundle.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestDroppedBundle: a bundle with a visit whose bytes were not kept holds, says so, and has the bytes that stand for them.
func TestDroppedBundle(t *testing.T) {
	s := dropped(t)
	last, err := s.LastCapture(t.Context(), wall)
	if err != nil || !last.Dropped.Raw {
		t.Fatalf("last capture: %+v, %v", last.Dropped, err)
	}
	b := make4(t, s)
	r, err := bundle.Verify(b, bundle.VerifyOptions{})
	if err != nil || !r.OK() {
		t.Fatalf("Verify: %v\n%s", err, text(r))
	}
	want := "; the bytes " + last.RawDigest.String() + " were not kept: the archive says that they read the same as " + last.Dropped.Instead.String()
	if !strings.Contains(text(r), want) {
		t.Errorf("it does not say %q:\n%s", want, text(r))
	}
	files, err := bundle.Unpack(b)
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, f := range files {
		found = found || f.Name == "bodies/"+last.Dropped.Instead.Hex()
		if f.Name == "bodies/"+last.RawDigest.Hex() {
			t.Error("it has bytes that were not kept")
		}
		if f.Name == "index.html" && !bytes.Contains(f.Data, []byte("The archive did not keep these bytes, by decision")) {
			t.Error("the page does not say that they were not kept")
		}
	}
	if !found {
		t.Error("the bytes that stand for them are not in it")
	}
}

// TestResignedDropped: nor can one whose bytes are missing for another reason than that they were not kept.
func TestResignedDropped(t *testing.T) { resignedBundle(t, dropped(t), make4) }
