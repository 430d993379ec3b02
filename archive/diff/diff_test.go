package diff_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/diff"
)

func TestCompare(t *testing.T) {
	const text = "The harbour opens on Monday.\nThe council said \"no\" to the plan."
	base := archive.Reading{Title: "Harbour", Text: text, Published: "2026-06-01"}
	with := func(f func(r *archive.Reading)) archive.Reading { r := base; f(&r); return r }
	for _, tt := range []struct {
		name string
		new  archive.Reading
		want archive.Change
	}{
		{"nothing", base, archive.Change{}},
		{"silent edit", with(func(r *archive.Reading) { r.Text = strings.Replace(text, "Monday", "Tuesday", 1) }),
			archive.Change{Kind: archive.Edited, Silent: true, WordsAdded: 1, WordsRemoved: 1}},
		{"dated edit", with(func(r *archive.Reading) {
			r.Text = strings.Replace(text, "Monday", "Tuesday", 1)
			r.Modified = "2026-06-02"
		}), archive.Change{Kind: archive.Edited, WordsAdded: 1, WordsRemoved: 1}},
		{"typography", with(func(r *archive.Reading) { r.Text = strings.Replace(text, `"no"`, "“No”", 1) }),
			archive.Change{Kind: archive.Typographic}},
		{"typography, touched", with(func(r *archive.Reading) {
			r.Text = strings.Replace(text, ".\n", "\n", 1)
			r.Published = "2026-06-03"
		}), archive.Change{Kind: archive.Typographic, Touched: true}},
		{"order", with(func(r *archive.Reading) {
			r.Text = "The council said \"no\" to the plan.\nThe harbour opens on Monday."
		}), archive.Change{Kind: archive.Reordered}},
		{"order within a paragraph, touched", with(func(r *archive.Reading) {
			r.Text = "The council said \"no\" to the plan. The harbour opens on Monday."
			r.Modified = "2026-07-01"
		}), archive.Change{Kind: archive.Reordered, Touched: true}},
		{"dates", with(func(r *archive.Reading) { r.Modified = "2026-06-05" }), archive.Change{Kind: archive.Dates, Touched: true}},
		{"title", with(func(r *archive.Reading) { r.Title = "The harbour" }), archive.Change{Kind: archive.Title}},
		{"title and date", with(func(r *archive.Reading) { r.Title, r.Published = "The harbour", "" }),
			archive.Change{Kind: archive.Title, Touched: true}},
		{"paragraphs merged", with(func(r *archive.Reading) { r.Text = strings.Replace(text, "\n", " ", 1) }),
			archive.Change{Kind: archive.Typographic}},
		{"emptied", with(func(r *archive.Reading) { r.Text = "" }),
			archive.Change{Kind: archive.Edited, Silent: true, WordsRemoved: 12}},
		{"authors are no version", with(func(r *archive.Reading) { r.Authors = []string{"A. Author"} }), archive.Change{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if d := cmp.Diff(tt.want, diff.Compare(&base, &tt.new)); d != "" {
				t.Errorf("Compare (-want +got):\n%s", d)
			}
			if got, same := diff.Readings(&base, &tt.new).Empty(), base.Identity() == tt.new.Identity(); got != same {
				t.Errorf("Empty() = %v, and the same version: %v", got, same)
			}
		})
	}
}

// What a reader would call another word, and what not.
func TestKinds(t *testing.T) {
	for _, tt := range []struct {
		name, old, new string
		want           archive.Kind
	}{
		{"curly quotes", `He said "yes".`, "He said “yes”.", archive.Typographic},
		{"apostrophe", "It's theirs.", "It’s theirs.", archive.Typographic},
		{"dash", "Open 9-17.", "Open 9–17.", archive.Typographic},
		{"space before a mark", "Oui !", "Oui!", archive.Typographic},
		{"space after a full stop", "The end.Start again.", "The end. Start again.", archive.Typographic},
		{"case", "THE COUNCIL", "The Council", archive.Typographic},
		{"dots of an abbreviation", "the U.S. navy", "the US navy", archive.Typographic},
		{"composition", "Caf\u00e9", "Cafe\u0301", archive.Typographic},
		{"full width", "５月", "5月", archive.Typographic},
		{"ligature", "ﬁne", "fine", archive.Typographic},
		{"only marks", "***", "###", archive.Typographic},
		{"soft joiner", "a\u200db", "ab", archive.Typographic},
		{"decimal point", "It rose by 1.5 points.", "It rose by 15 points.", archive.Edited},
		{"thousands", "31,500 boxes", "315,00 boxes", archive.Edited},
		{"sign", "It was -5 degrees.", "It was 5 degrees.", archive.Edited},
		{"sign as minus", "It was -5 degrees.", "It was −5 degrees.", archive.Typographic},
		{"currency", "It cost $5.", "It cost €5.", archive.Edited},
		{"per cent", "A rise of 5%.", "A rise of 5.", archive.Edited},
		{"not", "We will pay.", "We will not pay.", archive.Edited},
		{"apostrophe of a word", "We'll pay.", "Well pay.", archive.Edited},
		{"direction override", "Pay 123 now.", "Pay \u202e123 now.", archive.Edited},
		{"case swapped between lines", "a\nA", "A\na", archive.Typographic},
		{"bullets", "• One\n• Two", "– One\n– Two", archive.Typographic},
		{"order and quotes", "He \"left\" early that day.\nShe came late.", "She came late.\nHe “left” early that day.", archive.Reordered},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := diff.Texts(tt.old, tt.new, diff.Options{}).Kind; got != tt.want {
				t.Errorf("Texts(%q, %q).Kind = %q, want %q", tt.old, tt.new, got, tt.want)
			}
			check(t, tt.old, tt.new)
		})
	}
}

func TestFindings(t *testing.T) {
	const rest = " The rest of this sentence stays just as it was."
	for _, tt := range []struct {
		name, old, new string
		want           []string
	}{
		{"figure", "We handled 31,500 boxes.", "We handled 13,500 boxes.", []string{"number: 31,500 → 13,500"}},
		{"figure in groups", "Nous avons 31 500 caisses.", "Nous avons 13 500 caisses.", []string{"number: 31 500 → 13 500"}},
		{"currency and scale", "It cost $3 million in all.", "It cost $3 billion in all.", []string{"number: $3 million → $3 billion"}},
		{"per cent", "A rise of 5% was seen.", "A rise of 8% was seen.", []string{"number: 5% → 8%"}},
		{"below zero", "It was -5 degrees there.", "It was 5 degrees there.", []string{"number: -5 → 5"}},
		{"date", "It opens on 1 June 2026.", "It opens on 2 July 2026.", []string{"date: 1 June 2026 → 2 July 2026"}},
		{"date, American", "It opens on June 1, 2026.", "It opens on June 11, 2026.", []string{"date: June 1, 2026 → June 11, 2026"}},
		{"date, ISO", "It opens on 2026-06-01.", "It opens on 2026-07-01.", []string{"date: 2026-06-01 → 2026-07-01"}},
		{"date, German", "Es öffnet am 3. März 2026.", "Es öffnet am 4. März 2026.", []string{"date: 3. März 2026 → 4. März 2026"}},
		{"date, Japanese", "2026年6月1日に開く。", "2026年7月1日に開く。", []string{"date: 2026年6月1日 → 2026年7月1日"}},
		{"negation", "The operator will pay for it.", "The operator will not pay for it.", []string{"negation: will → will not"}},
		{"negation, contracted", "The operator does pay for it.", "The operator doesn't pay for it.", []string{"negation: operator does → operator doesn't"}},
		{"negation, German", "Wir werden das zahlen.", "Wir werden das nicht zahlen.", []string{"negation: das → das nicht"}},
		{"name", "It was found by Ms Alder of the press.", "It was found by Ms Birch of the press.", []string{"name: Alder → Birch"}},
		{"a word is none", "It was found by the press.", "It was lost by the press.", nil},
		{"in a URL is none", "See example.org/a%20Terms now.", "See example.org/b%20Terms now.", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, f := range diff.Texts(tt.old+rest, tt.new+rest, diff.Options{}).Findings {
				got = append(got, string(f.Kind)+": "+f.String())
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("findings (-want +got):\n%s", d)
			}
		})
	}
}

func TestSentences(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       []string
	}{
		{"none", "", nil},
		{"two", "One here. Two there.", []string{"One here.", "Two there."}},
		{"lines", "One\nTwo\n\nThree", []string{"One", "Two", "Three"}},
		{"title", "Mr. Example came. He left.", []string{"Mr. Example came.", "He left."}},
		{"initials", "J. R. Example came. He left.", []string{"J. R. Example came.", "He left."}},
		{"German", "Es gilt z. B. Regel 5. Der Hafen schließt am 3. März. Danach nicht.",
			[]string{"Es gilt z. B. Regel 5.", "Der Hafen schließt am 3. März.", "Danach nicht."}},
		{"Latin", "Some, e.g. Ferries, left. Others, i.e. Boats, did not.", []string{"Some, e.g. Ferries, left.", "Others, i.e. Boats, did not."}},
		{"number", "See No. 5 there. He said no. Then he left.", []string{"See No. 5 there.", "He said no.", "Then he left."}},
		{"year", "It began in 2019. The rest is known.", []string{"It began in 2019.", "The rest is known."}},
		{"Japanese", "港を開く。船が来る。", []string{"港を開く。", "船が来る。"}},
		{"quoted", "“Go.” He went.", []string{"“Go.”", "He went."}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, s := range diff.Sentences(tt.text) {
				got = append(got, s.Text)
				if tt.text[s.Start:s.End] != s.Text {
					t.Errorf("bytes %d to %d are not %q", s.Start, s.End, s.Text)
				}
				if line := strings.Count(tt.text[:s.Start], "\n"); line != s.Block {
					t.Errorf("%q is in block %d, want %d", s.Text, s.Block, line)
				}
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("Sentences(%q) (-want +got):\n%s", tt.text, d)
			}
		})
	}
}

func TestSummary(t *testing.T) {
	old := &archive.Reading{Title: "Harbour", Published: "2026-06-01", Text: "We moved 31,500 boxes in May.\nAll is well."}
	for _, tt := range []struct {
		name string
		new  archive.Reading
		want string
	}{
		{"edit", archive.Reading{Title: "Harbour", Published: "2026-06-01", Text: "We moved 13,500 boxes in May.\nAll is well."},
			"1 sentence edited: 31,500 → 13,500; date unchanged"},
		{"a plain word", archive.Reading{Title: "Harbour", Published: "2026-06-01", Text: "We moved 31,500 boxes in May.\nAll was well."},
			"1 sentence edited: is → was; date unchanged"},
		{"a word added", archive.Reading{Title: "Harbour", Published: "2026-06-01", Text: "We moved 31,500 boxes in May.\nAll is quite well."},
			"1 sentence edited: “quite” added; date unchanged"},
		{"a paragraph added", archive.Reading{Title: "Harbour", Published: "2026-06-01", Text: old.Text + "\nThe ferries go on as they do in every summer, says the operator of the island line."},
			"1 paragraph added: “The ferries go on as they do in every summer…”; date unchanged"},
		{"a paragraph removed", archive.Reading{Title: "Harbour", Published: "2026-06-01", Text: "We moved 31,500 boxes in May."},
			"1 paragraph removed: “All is well.”; date unchanged"},
		{"title", archive.Reading{Title: "Port", Published: "2026-06-01", Text: old.Text}, "title changed: Harbour → Port"},
		{"dates", archive.Reading{Title: "Harbour", Text: old.Text}, "published date changed: 2026-06-01 → none"},
		{"typography", archive.Reading{Title: "Harbour", Published: "2026-06-01", Text: "We moved 31,500 boxes in May\nAll is well."},
			"only typography changed, no words"},
		{"nothing", *old, "nothing changed"},
		{"hostile", archive.Reading{Title: "\x1b[2J\u202e", Published: "2026-06-01", Text: old.Text},
			"title changed: Harbour → <U+001B>[2J<U+202E>"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := diff.Readings(old, &tt.new).Summary(); got != tt.want {
				t.Errorf("Summary() = %q, want %q", got, tt.want)
			}
		})
	}
}

// The words of a diff and those of a text are counted alike.
func TestCountWords(t *testing.T) {
	for _, tt := range []struct {
		text string
		want int
	}{
		{"", 0}, {"— “ ” …", 0}, {"One two.", 2}, {"It's 5% of $31,500.", 6}, {"end.Start U.S. example.com", 5}, {"港を", 2}, {"-5 – 6", 2},
	} {
		d := diff.Texts("", tt.text, diff.Options{})
		if got := diff.CountWords(tt.text); got != tt.want || d.WordsAdded != tt.want {
			t.Errorf("CountWords(%q) = %d, and %d were added; want %d", tt.text, got, d.WordsAdded, tt.want)
		}
	}
}
