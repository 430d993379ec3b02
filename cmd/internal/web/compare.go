package web

import (
	"html/template"
	"time"

	"golang.org/x/text/language"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/diff"
	"github.com/onrecord/onrecord/cmd/internal/tell"
)

// comparison is what the page of a comparison shows. It says what archive/diff found, and nothing else.
type comparison struct {
	*statementSheet        // of To: what the head of each of a statement's pages shows
	Language        string // of To

	From, To     comparedVersion
	Follows      bool // To is the version after From
	What         string
	Silent       bool
	Touched      bool
	Summary      string
	Fields       []comparedField
	Facts        []fact
	Fallback     string
	Side         bool // side by side; else in one column
	Rows         []compareRow
	Changes      int
	ChangesText  string
	LeftText     string // how many changes are not shown, because the page has a limit; "" when all are
	Short        bool   // a paragraph is not shown whole
	Map          template.HTML
	Choice       comparisonChoice
	Unified      string // address of the patch
	JSON         string
	OtherView    string // address of the other view
	Older, Newer string // addresses of the change before and after; "" when there is none
}

// comparedVersion is one side.
type comparedVersion struct {
	Number              int
	FirstSeen, LastSeen instant
	Captures            int
	Confirmed           string // "3 captures"
	Published, Modified string
	Address             string
}

// instant is a time for people and for programs.
type instant struct{ Text, Stamp string }

func instantOf(t time.Time) instant {
	return instant{tell.Time(t), t.UTC().Format(time.RFC3339)}
}

// comparedField is a field beside the text that changed.
type comparedField struct {
	Name     string
	Old, New string
}

// fact is a changed figure, date, negation or name, with the change in which it stands.
type fact struct {
	Kind   string
	Text   string
	Where  string
	Change int // 0 when that change is not shown
}

// compareRow is a paragraph, or a few that were split, merged, or replaced together; or a run of unchanged ones to unfold.
type compareRow struct {
	Change int    // counts from 1; 0 is unchanged
	Of     int    // all that are shown
	Kind   string // of the block, with dashes: a class
	Name   string // "Edited paragraph 3"
	Aside  string // "split from paragraph 4"
	Side   bool   // side by side
	// MoveID and MoveTo are the two places of a move: "m1-from", "m1-to"; MoveText says where it leads.
	MoveID, MoveTo, MoveText string
	Pieces                   []piece // in one column
	Old, New                 []piece // side by side
	Folded                   []compareRow
}

// piece is a piece of a paragraph.
type piece struct {
	Kind     string // "", "ins", "del", "moved", "left"
	Minor    bool   // only typography
	Text     string
	Break    bool   // a line ends behind it
	ID, Href string // of a sentence that moved: this place and the other one
	Link     string // what its link says
}

// limits of a page; what is left out is told.
const (
	maxCompareChanges = 400
	maxCompareBytes   = 600 << 10 // of changed paragraphs
	maxFoldedBytes    = 200 << 10 // of unchanged paragraphs
	maxFieldBytes     = 600       // of a title or date
	maxListedFacts    = 60
)

// compare makes the page's content of two versions.
func compare(from, to *archive.Version, side bool) *comparison {
	d := diff.Readings(&from.Reading, &to.Reading)
	c := &comparison{
		Language: languageTag(to.Language), Side: side,
		From: comparedOf(from), To: comparedOf(to), Follows: to.Number == from.Number+1,
		Silent: d.Silent, Touched: d.Touched, Summary: d.Summary(), Fallback: fallbackTexts[d.Fallback],
	}
	switch change := d.Change(); {
	case d.Empty():
		c.What = "the same"
	case c.Follows:
		c.What, c.Silent, c.Touched = tell.Kind(to.Change)+tell.Restores(to.Change), to.Change.Silent, to.Change.Touched
	default:
		c.What = tell.Kind(change)
	}
	for _, f := range []struct {
		name string
		diff.Field
	}{{"Title", d.Title}, {"Published", d.Published}, {"Modified", d.Modified}} {
		if f.Changed() {
			c.Fields = append(c.Fields, comparedField{f.name, fieldText(f.Old), fieldText(f.New)})
		}
	}
	w := compareWriter{c: c, d: d, ends: map[string]bool{}}
	w.rows()
	c.Facts = w.facts()
	return c
}

func comparedOf(v *archive.Version) comparedVersion {
	return comparedVersion{
		Number: v.Number, FirstSeen: instantOf(v.FirstSeen), LastSeen: instantOf(v.LastSeen),
		Captures: v.Captures, Confirmed: counted(v.Captures, "capture"),
		Published: fieldText(v.Published), Modified: fieldText(v.Modified),
	}
}

// languageTag is a language that a page claims, as far as it can be one (BCP 47); else "".
func languageTag(s string) string {
	if len(s) > 35 {
		return ""
	}
	tag, err := language.Parse(s)
	if err != nil || tag == language.Und {
		return ""
	}
	return tag.String()
}

// fieldText is one side of a field.
func fieldText(s string) string {
	if s == "" {
		return "none"
	}
	return diff.Shown(shorten(s, maxFieldBytes), true)
}

var fallbackTexts = map[diff.Fallback]string{
	diff.FallbackWords:  "Some paragraphs are too long to be compared word by word. They are shown whole: the old text, then the new one.",
	diff.FallbackBlocks: "The texts are too long to be compared word by word. Paragraphs that differ are shown whole: the old text, then the new one.",
}
