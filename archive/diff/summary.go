package diff

import (
	"fmt"
	"strings"

	"github.com/onrecord/onrecord/archive"
)

// summaryFindings is how many findings a summary tells.
const summaryFindings = 3

// Summary is the diff in one line for people: "2 sentences edited: 31,500 → 13,500; date unchanged". It holds words
// of the texts, with hidden characters escaped.
func (d *Diff) Summary() string {
	if d.Empty() {
		return "nothing changed"
	}
	var out []string
	if d.Old != d.New {
		out = append(out, d.textSummary())
	}
	if d.Title.Changed() {
		out = append(out, "title changed"+arrow(clip(d.Title.Old), clip(d.Title.New)))
	}
	dates := false
	for _, f := range [2]struct {
		name string
		Field
	}{{"published", d.Published}, {"modified", d.Modified}} {
		if f.Changed() {
			dates = true
			out = append(out, f.name+" date changed"+arrow(f.Old, f.New))
		}
	}
	if d.Kind == archive.Edited && !dates && d.Published.New+d.Modified.New != "" {
		out = append(out, "date unchanged")
	}
	return strings.Join(out, "; ")
}

// textSummary tells what became of the text.
func (d *Diff) textSummary() string {
	what := strings.Join(d.counted(), ", ")
	var found []string
	for _, f := range d.Findings {
		if len(found) == summaryFindings {
			found = append(found, fmt.Sprintf("%d more", len(d.Findings)-len(found)))
			break
		}
		found = append(found, f.String())
	}
	if len(found) > 0 {
		what += ": " + strings.Join(found, ", ")
	}
	return what
}

// counted are the counts that are not 0, in words.
func (d *Diff) counted() []string {
	c := d.Counts
	var out []string
	say := func(n int, one, what string) {
		switch {
		case n == 1:
			out = append(out, "1 "+one+" "+what)
		case n > 1:
			out = append(out, fmt.Sprintf("%d %ss %s", n, one, what))
		}
	}
	say(c.SentencesEdited, "sentence", "edited")
	say(c.SentencesAdded, "sentence", "added")
	say(c.SentencesRemoved, "sentence", "removed")
	say(c.SentencesMoved, "sentence", "moved")
	say(c.ParagraphsAdded, "paragraph", "added")
	say(c.ParagraphsRemoved, "paragraph", "removed")
	say(c.ParagraphsMoved, "paragraph", "moved")
	say(c.ParagraphsSplit, "paragraph", "split")
	if c.ParagraphsMerged > 0 {
		out = append(out, "paragraphs merged")
	}
	switch {
	case len(out) > 0:
	case d.Kind == archive.Typographic:
		return []string{"only typography changed (no words)"}
	default:
		out = append(out, fmt.Sprintf("%d words added, %d removed", d.WordsAdded, d.WordsRemoved))
	}
	return out
}

// String is the finding for people, with hidden characters escaped: "31,500 → 13,500", "“not” added".
func (f Finding) String() string {
	switch {
	case f.Old == "":
		return visible(f.New, true) + " added"
	case f.New == "":
		return visible(f.Old, true) + " removed"
	}
	return visible(f.Old, true) + " → " + visible(f.New, true)
}

func arrow(old, new string) string {
	if old == "" {
		old = "none"
	}
	if new == "" {
		new = "none"
	}
	return ": " + visible(old, true) + " → " + visible(new, true)
}
