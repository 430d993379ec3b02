package bolt

import (
	"testing"

	"github.com/onrecord/onrecord/archive"
)

func TestCompareWords(t *testing.T) {
	old := archive.Reading{Title: "T", Text: "We regret it. We do.", Published: "2026-01-01"}
	for _, c := range []struct {
		name   string
		change func(*archive.Reading)
		want   archive.Change
	}{
		{"a word", func(r *archive.Reading) { r.Text = "We deny it. We do." }, archive.Change{Kind: archive.Edited, Silent: true, WordsAdded: 1, WordsRemoved: 1}},
		{"a word and the day", func(r *archive.Reading) { r.Text, r.Modified = "We deny it. We do.", "2026-01-02" }, archive.Change{Kind: archive.Edited, WordsAdded: 1, WordsRemoved: 1}},
		{"the order", func(r *archive.Reading) { r.Text = "We do. We regret it." }, archive.Change{Kind: archive.Reordered, Silent: true}},
		{"a comma", func(r *archive.Reading) { r.Text = "We regret it, we do." }, archive.Change{Kind: archive.Typographic, WordsAdded: 2, WordsRemoved: 2}},
		{"the day", func(r *archive.Reading) { r.Published = "2026-01-02" }, archive.Change{Kind: archive.Dates, Touched: true}},
		{"the title and the day", func(r *archive.Reading) { r.Title, r.Published = "U", "" }, archive.Change{Kind: archive.Title, Touched: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			now := old
			c.change(&now)
			if got := compareWords(&old, &now); got != c.want {
				t.Errorf("compareWords = %+v, want %+v", got, c.want)
			}
		})
	}
}
