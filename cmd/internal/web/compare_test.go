package web

import (
	"fmt"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/archive"
)

// versionOf is a version with a text.
func versionOf(n int, text string) *archive.Version {
	return &archive.Version{
		URL: "https://harbour.example/a", Number: n, FirstSeen: on(2*n - 1), LastSeen: on(2 * n), Captures: 2,
		Reading: archive.Reading{Title: "On the harbour", Text: text, Published: "2024-05-01", Language: "en"},
		Change:  archive.Change{Kind: archive.Edited, Silent: true},
	}
}

// rowsText is a comparison's rows in a form that a test can be read by.
func rowsText(rows []compareRow) string {
	var b strings.Builder
	pieces := func(ps []piece) string {
		var out []string
		for _, p := range ps {
			s := p.Text
			if p.Link != "" {
				s = fmt.Sprintf("(#%s %s>#%s) ", p.ID, p.Link, p.Href) + s
			}
			if p.Kind != "" {
				s = p.Kind + "<" + s + ">"
			}
			if p.Break {
				s += "⏎"
			}
			out = append(out, s)
		}
		return strings.Join(out, "")
	}
	for _, r := range rows {
		switch {
		case r.Kind == "fold":
			fmt.Fprintf(&b, "fold %s %s\n", r.Name, r.Aside)
		case r.Change == 0:
			fmt.Fprintf(&b, "  %s\n", pieces(r.Pieces))
		default:
			fmt.Fprintf(&b, "%d/%d %s, %s %s %s>%s: %s\n   old %s\n   new %s\n", r.Change, r.Of, r.Name, r.Aside, r.MoveText, r.MoveID, r.MoveTo, pieces(r.Pieces), pieces(r.Old), pieces(r.New))
		}
	}
	return b.String()
}

const fivePlain = "\nThe first quay is old.\nThe second quay is new.\nThe third quay is closed.\nThe fourth quay is open.\nThe fifth quay is long."

func TestCompare(t *testing.T) {
	from := versionOf(1, "In the first phase 31,500 tonnes will be removed."+fivePlain+"\nThe pier is safe. It will not be closed.")
	to := versionOf(2, "In the first phase 13,500 tonnes will be removed."+fivePlain+"\nThe pier is safe. It will be closed.")
	c := compare(from, to, false)
	want := `1/2 Edited: paragraph 1,   >: In the first phase del<31,500>ins<13,500> tonnes will be removed.
   old In the first phase del<31,500> tonnes will be removed.
   new In the first phase ins<13,500> tonnes will be removed.
  The first quay is old.
fold 3 unchanged paragraphs 
  The fifth quay is long.
2/2 Edited: paragraph 7,   >: The pier is safe. It will del<not >be closed.
   old The pier is safe. It will del<not >be closed.
   new The pier is safe. It will be closed.
`
	if got := rowsText(c.Rows); got != want {
		t.Errorf("rows:\n%s\nwant:\n%s", got, want)
	}
	if c.What != "silent edit" || !c.Silent || !c.Follows || c.ChangesText != "2 changes" {
		t.Errorf("compare = %q, silent %v, follows %v, %q", c.What, c.Silent, c.Follows, c.ChangesText)
	}
	if got := fmt.Sprint(c.Facts); got != "[{number 31,500 → 13,500 paragraph 1 1} {negation will not → will paragraph 7 2}]" {
		t.Errorf("facts = %s", got)
	}
}

func TestCompareMoves(t *testing.T) {
	a, b, d := "The ferry to the islands leaves from the stone quay at noon.", "The market hall will be painted in the autumn.", "Nobody has asked for the old crane to be pulled down."
	c := compare(versionOf(1, a+"\n"+b+"\n"+d), versionOf(2, b+"\n"+d+"\n"+a), true)
	got := rowsText(c.Rows)
	for _, want := range []string{
		"Paragraph 1,  moved to paragraph 3 m1-from>m1-to", "old left<" + a + ">\n   new \n",
		"Paragraph 3,  moved from paragraph 1 m1-to>m1-from", "old \n   new " + a,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("rows do not have %q:\n%s", want, got)
		}
	}
	if !c.Rows[0].Side {
		t.Error("the rows do not know that they stand side by side")
	}
	c = compare(versionOf(1, a+" "+b+"\n"+d), versionOf(2, a+"\n"+d+" "+b), false)
	got = rowsText(c.Rows)
	for _, want := range []string{"left<(#m1-from moved to paragraph 2:>#m1-to) " + b, "moved<(#m1-to moved from paragraph 1:>#m1-from) " + b} {
		if !strings.Contains(got, want) {
			t.Errorf("rows do not have %q:\n%s", want, got)
		}
	}
}

// A comparison that is far too large for a page says what it leaves out.
func TestCompareBounds(t *testing.T) {
	var old, new strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&old, "Paragraph %d costs %d euros a year.\n", i, i)
		fmt.Fprintf(&new, "Paragraph %d costs %d euros a year.\n", i, i+1)
	}
	c := compare(versionOf(1, old.String()), versionOf(2, new.String()), false)
	if c.Changes != maxCompareChanges || c.LeftText != "2,600 more changes are" || len(c.Facts) > maxListedFacts {
		t.Errorf("%d changes, %q, %d facts", c.Changes, c.LeftText, len(c.Facts))
	}
	wellFormed(t, string(changeMap(c.Rows)))
	long := strings.Repeat("word ", 1<<20)
	c = compare(versionOf(1, long), versionOf(2, "It "+long), false)
	n := 0
	for _, p := range c.Rows[0].Pieces {
		n += len(p.Text)
	}
	if !c.Short || n > maxCompareBytes+10 {
		t.Errorf("a paragraph of 5 MB: short %v, %d bytes", c.Short, n)
	}
	c = compare(versionOf(1, "End."+strings.Repeat("\n"+strings.Repeat("unchanged ", 2000), 100)), versionOf(2, "Begin."+strings.Repeat("\n"+strings.Repeat("unchanged ", 2000), 100)), false)
	if got := rowsText(c.Rows); !strings.Contains(got, "more unchanged paragraphs") || len(got) > 2*maxFoldedBytes {
		t.Errorf("100 long unchanged paragraphs: %d bytes", len(got))
	}
}

func TestCompareTheSame(t *testing.T) {
	c := compare(versionOf(2, "The quay is open."), versionOf(2, "The quay is open."), false)
	if c.What != "the same" || c.Changes != 0 || changeMap(c.Rows) != "" {
		t.Errorf("a version and itself: %q, %d changes", c.What, c.Changes)
	}
	from, to := versionOf(1, "The quay is open."), versionOf(2, "The quay is open.")
	to.Title, to.Published, to.Change = "\u202eevil"+strings.Repeat("x", 1<<20), "", archive.Change{Kind: archive.Title}
	c = compare(from, to, false)
	if len(c.Fields) != 2 || !strings.HasPrefix(c.Fields[0].New, "<U+202E>evil") || len(c.Fields[0].New) > maxFieldBytes+20 || c.Fields[1].New != "none" {
		t.Errorf("fields = %.200q", fmt.Sprint(c.Fields))
	}
}

func TestParsePair(t *testing.T) {
	for s, want := range map[string]string{
		"3..4": "3 4  true", "4..3.patch": "4 3 patch true", "1..2.json": "1 2 json true", "0..1": "false", "-1..2": "false", "1...2": "false",
		"+1..2": "false", "01..2": "false", "1..2.html": "false", "": "false", "..": "false", "1..99999999999999999999": "false",
	} {
		a, b, format, ok := parsePair(s)
		got := fmt.Sprintln(a, b, format, ok)
		if !ok {
			got = "false"
		}
		if got = strings.Join(strings.Fields(got), " "); got != strings.Join(strings.Fields(want), " ") {
			t.Errorf("parsePair(%q) = %s, want %s", s, got, want)
		}
	}
}

func TestLanguageTag(t *testing.T) {
	for s, want := range map[string]string{
		"en": "en", "en_gb": "en-GB", "zh-Hant": "zh-Hant", "": "", "und": "", "javascript:alert(1)": "", "e\u202en": "", strings.Repeat("en-x-", 100): "",
	} {
		if got := languageTag(s); got != want {
			t.Errorf("languageTag(%.40q) = %q, want %q", s, got, want)
		}
	}
}
