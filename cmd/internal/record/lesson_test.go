package record

import "testing"

// A site's layout is learned at the end of a run when the run brought enough: few pages teach what stands on most of them,
// and not what is rare among many.
func TestLearnedLayoutDue(t *testing.T) {
	for _, c := range []struct {
		taught, pages int
		want          bool
	}{
		{0, 1, false}, {0, 2, true}, {5, 5, false}, {5, 6, true}, {12, 12, false}, {12, 17, false}, {12, 18, true}, {27, 27, false},
		{30, 39, false}, {30, 40, true}, {learnFrom, 400, false},
	} {
		if got := (learnedLayout{Pages: c.taught}).due(c.pages); got != c.want {
			t.Errorf("learned from %d, of %d pages: due = %t, want %t", c.taught, c.pages, got, c.want)
		}
	}
}
