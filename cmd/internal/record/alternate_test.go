package record_test

import (
	"context"
	"testing"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/crawler"
)

// A page goes to and fro between two variants, or returns to one for good.
func TestAlternating(t *testing.T) {
	const url = "https://harbour.example/pier"
	variants := map[byte]string{'A': page("The old pier stays", "May 1, 2024", firstSentence, secondSentence),
		'B': page("The old pier stays", "May 1, 2024", firstSentence, otherSentence), 'C': page("The old pier goes", "May 1, 2024", otherSentence, firstSentence)}
	for _, c := range []struct {
		name    string
		visits  string // the variant of each visit
		seconds string // that of a second look, where one is taken; "" for the same one; "-" for none
		want    string // S a new version, = unchanged, h held back
	}{
		{"in turn", "ABABABAB", "", "SSSSh=h="},
		{"an edit that is taken back", "ABAAAA", "", "SSS==="},
		{"a return is believed at its second visit", "ABABABAA", "", "SSSSh=hS"},
		{"without second looks too", "ABABABAA", "-", "SSSSh=hS"},
		{"in turn by request: each second look shows the other", "ABABAAAA", "BABABBBB", "SSSShhhh"},
		{"where a variant stayed for two visits and left, a third is waited for", "ABABAABBB", "", "SSSShShhS"},
		{"a third text is an edit of one of them", "ABABABC", "", "SSSSh=S"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := &record.Recorder{Store: open(t)}
			got := ""
			for i := range c.visits {
				v := &record.Visit{Page: fetched(url, day(i), variants[c.visits[i]]), Step: &archive.Step{Run: "run", Done: url}}
				if c.seconds != "-" {
					shown := c.visits[i]
					if c.seconds != "" {
						shown = c.seconds[i]
					}
					v.Again = func(context.Context) *crawler.Page { return fetched(url, day(i), variants[shown]) }
				}
				e := put(t, r, v)
				got += map[archive.Outcome]string{archive.Stored: "S", archive.Unchanged: "=", archive.Failed: "h"}[e.Outcome]
			}
			if got != c.want {
				t.Errorf("visits %s: %s, want %s", c.visits, got, c.want)
			}
		})
	}
}
