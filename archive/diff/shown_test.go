package diff_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/archive/diff"
)

func TestShown(t *testing.T) {
	for _, c := range []struct {
		text    string
		changed bool
		want    string
	}{
		{"The quay\nis open.", false, "The quay\nis open."},
		{"13\u202e500", false, "13<U+202E>500"},
		{"a\u200db", false, "a\u200db"},
		{"a\u200db", true, "a<U+200D>b"},
		{"5\u00a0km", true, "5<U+00A0>km"},
	} {
		if got := diff.Shown(c.text, c.changed); got != c.want {
			t.Errorf("Shown(%q, %v) = %q, want %q", c.text, c.changed, got, c.want)
		}
	}
}

// Pieces that nobody could tell apart are spelled out, in a block as in every output.
func TestBlockShown(t *testing.T) {
	d := diff.Texts("The Café is open.", "The Cafe\u0301 is open.", diff.Options{})
	want := []string{"The ", "Caf<U+00E9>", "Cafe<U+0301>", " is open."}
	if diff := cmp.Diff(want, d.Blocks[0].Shown()); diff != "" {
		t.Errorf("Shown() (-want +got):\n%s", diff)
	}
}
