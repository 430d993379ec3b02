package ledger_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/ledger"
)

// TestTakedownLeaves: what such a leaf says is read back, and nothing that is written another way.
func TestTakedownLeaves(t *testing.T) {
	a, b := archive.Sum([]byte("a")), archive.Sum([]byte("b"))
	if a.String() > b.String() {
		a, b = b, a
	}
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for name, l := range map[string]*ledger.Leaf{
		"a page":    {Kind: ledger.Forgotten, Time: at, By: "the \"desk\"", Why: "court\norder", Page: "https://harbour.example/a", Whole: true, Captures: []archive.Digest{a, b}, Readings: []archive.Digest{b}},
		"a version": {Kind: ledger.Forgotten, Time: at, Why: "order", Page: "https://harbour.example/a", Readings: []archive.Digest{a}},
		"nothing":   {Kind: ledger.Forgotten, Time: at, Why: "order", Page: "https://harbour.example/a", Whole: true},
		"the end":   {Kind: ledger.Readmitted, Time: at, By: "desk", Why: "settled", Page: "https://harbour.example/a", Leaves: []int64{4, 9}},
	} {
		data := l.Data()
		got, err := ledger.ParseLeaf(data)
		if err != nil {
			t.Errorf("%s: %v\n%s", name, err, data)
			continue
		}
		if d := cmp.Diff(l, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
		if ledger.IsForgotten(data) != (l.Kind == ledger.Forgotten) {
			t.Errorf("%s: IsForgotten is wrong", name)
		}
		for _, bad := range []string{string(data) + "more " + a.String() + "\n", strings.Replace(string(data), "page", "pages", 1), string(data[:len(data)-1])} {
			if got, err := ledger.ParseLeaf([]byte(bad)); !errors.Is(err, ledger.ErrFormat) {
				t.Errorf("%s, changed: %+v, %v, want ErrFormat\n%s", name, got, err, bad)
			}
		}
	}
	unsorted := ledger.Leaf{Kind: ledger.Forgotten, Time: at, Captures: []archive.Digest{b, a}}
	if _, err := ledger.ParseLeaf(unsorted.Data()); !errors.Is(err, ledger.ErrFormat) {
		t.Errorf("digests out of order: %v", err)
	}
	many := ledger.Leaf{Kind: ledger.Forgotten, Time: at}
	for i := range ledger.MaxWithdrawn + 1 {
		many.Readings = append(many.Readings, archive.Sum([]byte{byte(i), byte(i >> 8)}))
	}
	slices.SortFunc(many.Readings, func(a, b archive.Digest) int { return strings.Compare(a.String(), b.String()) })
	if _, err := ledger.ParseLeaf(many.Data()); !errors.Is(err, ledger.ErrFormat) {
		t.Errorf("too many digests: %v", err)
	}
}
