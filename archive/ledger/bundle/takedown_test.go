package bundle_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/bolt"
	"github.com/onrecord/onrecord/archive/ledger/bundle"
)

// forgotten is the archive of onRecord whose second version was forgotten.
func forgotten(t *testing.T) *bolt.Store {
	t.Helper()
	s := onRecord(t)
	if _, err := s.Forget(t.Context(), wall, archive.Takedown{Version: 2, Reason: "court order <12>", By: "the desk"}, false); err != nil {
		t.Fatal(err)
	}
	return s
}

// TestForgottenBundle: the bundle about a version that was forgotten proves that it was on record, with which digests, and that
// it was forgotten, when, why and by whom; what was forgotten is not in it.
func TestForgottenBundle(t *testing.T) {
	b := make2(t, forgotten(t))
	r, err := bundle.Verify(b, bundle.VerifyOptions{})
	if err != nil || !r.OK() {
		t.Fatalf("Verify: %v\n%s", err, text(r))
	}
	said := text(r)
	raw := archive.Sum([]byte("<p>We may keep the <b>wall</b>.</p><!-- 2 -->"))
	for _, want := range []string{
		"; the bytes " + raw.String() + " were forgotten (leaf",
		"a version whose text is " + archive.Sum([]byte("We may keep the <b>wall</b>.")).String() + "; it was on record, and was forgotten",
		`"the desk" had a text of ` + wall + ` forgotten, which was on record until then: "court order <12>"`,
	} {
		if !strings.Contains(said, want) {
			t.Errorf("it does not say %q:\n%s", want, said)
		}
	}
	if r.URL != wall || r.Text != "" || !r.Seen.Equal(minute(2)) {
		t.Errorf("report: %s, %q, %s", r.URL, r.Text, r.Seen)
	}
	files, err := bundle.Unpack(b)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if bytes.Contains(f.Data, []byte("may keep")) || strings.Contains(f.Name, raw.Hex()) {
			t.Errorf("%s has what was forgotten", f.Name)
		}
		if f.Name == "index.html" && !bytes.Contains(f.Data, []byte("Its text was forgotten on")) {
			t.Error("the page does not say that it was forgotten")
		}
	}
}
