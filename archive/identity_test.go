package archive_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/archive"
)

// FuzzIdentity holds the digest to what it is by definition; archives and what was handed out to others have it.
func FuzzIdentity(f *testing.F) {
	f.Add("The old pier stays.\nRepairs begin in spring.", "Pier", "2024-05-01", "")
	f.Add("a<b>&\"c\"\\ \t\r\n\b\f\x00\x1f\x7f\u2028\u2029\ufffd\xff\xe2\x80 ü 漢字 🚢", "", "", "\xc3")
	f.Add(strings.Repeat("The harbour authority will keep the old pier open. <", 100), strings.Repeat("x", 1023), "1", "2")
	f.Fuzz(func(t *testing.T, text, title, published, modified string) {
		b, err := json.Marshal([]string{text, title, published, modified})
		if err != nil {
			t.Fatal(err)
		}
		r := archive.Reading{Text: text, Title: title, Published: published, Modified: modified}
		if got, want := r.Identity(), archive.Sum(b); got != want {
			t.Errorf("Identity of %q = %s, want %s", b, got, want)
		}
		if got, want := r.TextDigest(), archive.Sum([]byte(text)); got != want {
			t.Errorf("TextDigest of %q = %s, want %s", text, got, want)
		}
	})
}
