package record_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/cmd/internal/record"
)

// bodyCounter counts the bodies that are read back from a store.
type bodyCounter struct {
	archive.Store
	bodies int
}

func (s *bodyCounter) Blob(ctx context.Context, d archive.Digest) ([]byte, error) {
	s.bodies++
	return s.Store.Blob(ctx, d)
}

// A site that has not grown is not learned again: neither one of which only a sample taught, nor one whose pages look
// so much the same that they count as few.
func TestSettleLearnsOnce(t *testing.T) {
	for _, c := range []struct {
		name  string
		pages int
		text  func(i int) string
	}{
		{"sampled", 230, func(i int) string { return fmt.Sprintf("Notice %d. %s %s", i, firstSentence, secondSentence) }},
		{"alike", 12, func(i int) string { return []string{firstSentence, otherSentence}[i%2] + " " + secondSentence }},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &bodyCounter{Store: open(t)}
			r := &record.Recorder{Store: s}
			for i := range c.pages {
				url := fmt.Sprintf("https://harbour.example/news/%d", i)
				put(t, r, &record.Visit{Page: fetched(url, day(i), page("The old pier stays", "May 1, 2024", c.text(i)))})
			}
			if _, err := r.Settle(t.Context(), "harbour"); err != nil {
				t.Fatal(err)
			}
			if s.bodies == 0 {
				t.Fatal("no body was read to learn from")
			}
			for range 2 {
				s.bodies = 0
				if changed, err := r.Settle(t.Context(), "harbour"); err != nil || changed || s.bodies != 0 {
					t.Errorf("settling again: %t, %v, and %d bodies were read; want none", changed, err, s.bodies)
				}
			}
		})
	}
}
