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
func (d *Diff) Summary() string { return d.summary(true) }

// summary is the summary with what changed, or, for what lists that itself, without.
func (d *Diff) summary(full bool) string {
	if d.Empty() {
		return "nothing changed"
	}
	var out []string
	if d.Old != d.New {
		out = append(out, d.textSummary(full))
	}
	told := func(name string, f Field) {
		if full {
			name += arrow(clip(f.Old), clip(f.New))
		}
		out = append(out, name)
	}
	if d.Title.Changed() {
		told("title changed", d.Title)
	}
	dates := false
	for _, f := range [2]struct {
		name string
		Field
	}{{"published", d.Published}, {"modified", d.Modified}} {
		if f.Changed() {
			dates = true
			told(f.name+" date changed", f.Field)
		}
	}
	if d.Kind == archive.Edited && !dates && d.Published.New+d.Modified.New != "" {
		out = append(out, "date unchanged")
	}
	return strings.Join(out, "; ")
}

// textSummary tells what became of the text.
func (d *Diff) textSummary(full bool) string {
	what := strings.Join(d.counted(), ", ")
	if !full {
		return what
	}
	var found []string
	for _, f := range d.Findings {
		if len(found) == summaryFindings {
			found = append(found, fmt.Sprintf("%d more", len(d.Findings)-len(found)))
			break
		}
		found = append(found, f.String())
	}
	if len(found) == 0 {
		if first := d.firstChange(); first != "" {
			for _, done := range []string{" added", " removed"} { // "1 paragraph removed: “…”" says it once
				if strings.HasSuffix(what, done) && !strings.Contains(what, ",") {
					first = strings.TrimSuffix(first, done)
				}
			}
			found = append(found, first)
		}
	}
	if len(found) > 0 {
		what += ": " + strings.Join(found, ", ")
	}
	return what
}

// quoted is how many characters of a text a summary quotes.
const quoted = 48

// firstChange is the first change of words, for a summary that has no finding to tell: "heard → met", "“The toll is…”
// removed". It is "" when words only moved.
func (d *Diff) firstChange() string {
	for i := range d.Blocks {
		b := &d.Blocks[i]
		for k, p := range b.Parts {
			if p.Class != ClassWords {
				continue
			}
			f := Finding{Old: quote(p.Text)}
			if p.Kind == PartAdded {
				f = Finding{New: f.Old}
			} else if k+1 < len(b.Parts) && b.Parts[k+1].Kind == PartAdded && b.Parts[k+1].Class == ClassWords && !p.whole {
				f.New = quote(b.Parts[k+1].Text)
			}
			return f.String()
		}
	}
	return ""
}

// quote is the beginning of a text, on one line, up to the end of a word where there is one.
func quote(s string) string {
	r := []rune(strings.Join(strings.Fields(s[:min(len(s), 8*quoted)]), " "))
	if len(r) <= quoted {
		return string(r)
	}
	head := string(r[:quoted])
	if i := strings.LastIndexByte(head, ' '); i > len(head)/2 {
		head = head[:i]
	}
	return strings.TrimRight(head, " ,;:–—-") + "…"
}

// counted are the counts that are not 0, in words.
func (d *Diff) counted() []string {
	c := d.Counts
	if d.Kind == archive.Typographic { // what came and went are lines without words
		c = Counts{ParagraphsSplit: c.ParagraphsSplit, ParagraphsMerged: c.ParagraphsMerged}
	}
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
	case d.Kind == archive.Typographic:
		out = append(out, "only typography changed, no words")
	case len(out) == 0:
		out = append(out, fmt.Sprintf("%d words added, %d removed", d.WordsAdded, d.WordsRemoved))
	}
	return out
}

// String is the finding for people, with hidden characters escaped: "31,500 → 13,500", "“not” added".
func (f Finding) String() string {
	switch {
	case f.Old == "":
		return "“" + visible(f.New, true) + "” added"
	case f.New == "":
		return "“" + visible(f.Old, true) + "” removed"
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
