package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/onrecord/onrecord/archive/diff"
	"github.com/onrecord/onrecord/archive/export"
	"github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/extract"
)

// pagePart, blockPart and datePart are the objects of extract --explain --format jsonl; their keys are a promise of the
// command line, the words of why, title_why and hints are not.
type pagePart struct {
	Part      string   `json:"part"` // "page"
	File      string   `json:"file"`
	URL       string   `json:"url"`
	Title     string   `json:"title"`
	TitleWhy  string   `json:"title_why"`
	Published string   `json:"published"`
	Modified  string   `json:"modified"`
	Suspect   string   `json:"suspect"`
	Flags     []string `json:"flags"`
	// Removed is how many elements --remove picked.
	Removed int    `json:"removed"`
	Error   string `json:"error,omitempty"`
}

type blockPart struct {
	Part    string   `json:"part"` // "block"
	File    string   `json:"file"`
	Kept    bool     `json:"kept"`
	Step    string   `json:"step"`
	Why     string   `json:"why"`
	Hints   []string `json:"hints"`
	Score   int      `json:"score"`
	Kind    string   `json:"kind"`
	Element string   `json:"element"`
	Text    string   `json:"text"`
}

type datePart struct {
	Part      string   `json:"part"` // "date"
	File      string   `json:"file"`
	Chosen    bool     `json:"chosen"`
	Claimed   bool     `json:"claimed"`
	Role      string   `json:"role"`
	Value     string   `json:"value"`
	Raw       string   `json:"raw"`
	Source    string   `json:"source"`
	Precision string   `json:"precision"`
	Readings  []string `json:"readings"`
	Why       string   `json:"why"`
}

// kindWords are the kinds of blocks.
var kindWords = map[extract.Kind]string{
	extract.Paragraph: "paragraph", extract.Heading: "heading", extract.Item: "item", extract.Quote: "quote", extract.Row: "row",
	extract.Code: "code", extract.Caption: "caption",
}

// writeExplanation writes why a page reads as it does.
func (a *app) writeExplanation(w io.Writer, format string, t *record.Extract, many bool) error {
	if format == "jsonl" {
		return writeParts(w, t)
	}
	if t.Error != "" {
		return nil
	}
	x := explainer{board: board{color: a.colored(a.out)}, width: max(width(a.out), 40)}
	if many {
		fmt.Fprintf(&x.b, "==> %s <==\n", clean(t.File))
	}
	if t.Explanation == nil {
		x.b.WriteString("only the parts of HTML pages can be explained\n")
	} else {
		x.page(t)
	}
	if many {
		x.b.WriteString("\n")
	}
	_, err := io.WriteString(w, x.b.String())
	return err
}

// writeParts writes an explanation as JSON Lines.
func writeParts(w io.Writer, t *record.Extract) error {
	p := pagePart{Part: "page", File: t.File, URL: t.URL, Title: t.Title, Published: t.Published, Modified: t.Modified, Suspect: t.Suspect, Flags: []string{}, Error: t.Error}
	e := t.Explanation
	if e == nil {
		return export.WriteJSON(w, p)
	}
	p.TitleWhy, p.Removed, p.Flags = e.Title, e.Removed, append(p.Flags, e.Document.Flags...)
	if err := export.WriteJSON(w, p); err != nil {
		return err
	}
	for i := range e.Blocks {
		b := &e.Blocks[i]
		err := export.WriteJSON(w, blockPart{
			Part: "block", File: t.File, Kept: b.Kept, Step: b.Step, Why: b.Why, Hints: append([]string{}, b.Hints...), Score: b.Score,
			Kind: kindWords[b.Kind], Element: b.Element, Text: b.Text,
		})
		if err != nil {
			return err
		}
	}
	for _, d := range e.Dates {
		err := export.WriteJSON(w, datePart{
			Part: "date", File: t.File, Chosen: d.Chosen, Claimed: d.Claimed, Role: d.Role, Value: d.Value, Raw: d.Raw, Source: d.Source,
			Precision: d.Precision, Readings: append([]string{}, d.Readings...), Why: d.Why,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// explainer writes an explanation for people.
type explainer struct {
	board
	width int
	b     strings.Builder
}

// Columns of an explanation: where names end, and where reasons begin.
const (
	nameColumn  = 11
	blockColumn = 2
)

// wrapped writes a text from a column on, broken into lines, after a head that fills the column.
func (x *explainer) wrapped(head string, column int, sgr, text string) {
	for i, l := range diff.Wrap(clean(text), max(x.width-column-1, 20)) {
		if i > 0 {
			head = strings.Repeat(" ", column)
		}
		x.b.WriteString(strings.TrimRight(head+x.paint(sgr, l), " ") + "\n")
	}
}

// field writes a name and what it is.
func (x *explainer) field(name, sgr, text string) {
	head := pad(name, nameColumn)
	if name != "" {
		head = x.paint(sgrBold, head)
	}
	x.wrapped(head, nameColumn, sgr, text)
}

// page writes the explanation of one page.
func (x *explainer) page(t *record.Extract) {
	e := t.Explanation
	if t.URL != "" {
		x.field("address", "", t.URL)
	}
	title := t.Title
	if title == "" {
		title = "(none)"
	}
	x.field("title", "", title)
	x.field("", sgrDim, e.Title)
	if t.Suspect != "" {
		x.field("suspect", sgrBad, t.Suspect+": no version would be made of this page")
	}
	words := record.Flags()
	for _, f := range e.Document.Flags {
		x.field("flag", sgrWarn, f+": "+words[f])
	}
	x.dates(e)
	kept := 0
	for i := range e.Blocks {
		if e.Blocks[i].Kept {
			kept++
		}
	}
	what := fmt.Sprintf("%d of %s kept", kept, plural(len(e.Blocks), "block"))
	if e.Removed > 0 {
		what += fmt.Sprintf("; --remove picks %s, not shown", plural(e.Removed, "element"))
	}
	x.field("text", "", what)
	for from := 0; from < len(e.Blocks); {
		to := from + 1
		for to < len(e.Blocks) && alike(&e.Blocks[from], &e.Blocks[to]) {
			to++
		}
		x.blocks(e.Blocks[from:to])
		from = to
	}
}

// dates writes why the dates were chosen or not.
func (x *explainer) dates(e *extract.Explanation) {
	name := "dates"
	if len(e.Dates) == 0 {
		x.field(name, "", "none")
	}
	strays := map[string][]string{} // by reason
	var reasons []string
	for _, d := range e.Dates {
		if !d.Claimed {
			if strays[d.Why] == nil {
				reasons = append(reasons, d.Why)
			}
			strays[d.Why] = append(strays[d.Why], d.Raw)
			continue
		}
		value, sgr, mark := d.Value, "", "-"
		if d.Chosen {
			sgr, mark = sgrGood, "+"
		}
		if value == "" {
			value = strings.Join(d.Readings, " or ")
		}
		line := mark + " " + value
		if d.Role != "" {
			line += ", " + d.Role
		}
		if d.Raw != d.Value {
			line += fmt.Sprintf(", written %q", d.Raw)
		}
		x.field(name, sgr, line+", in "+d.Source)
		x.wrapped(strings.Repeat(" ", nameColumn+2), nameColumn+2, sgrDim, d.Why)
		name = ""
	}
	for _, why := range reasons {
		x.field(name, "", "- "+strings.Join(strays[why], ", "))
		x.wrapped(strings.Repeat(" ", nameColumn+2), nameColumn+2, sgrDim, why)
		name = ""
	}
}

// blocks writes why neighbouring blocks were kept or dropped that were so for the same reason and stand in elements of
// the same names: their texts, a line each, and the reason below.
func (x *explainer) blocks(run []extract.BlockReason) {
	mark, sgr := "- ", sgrBad
	if run[0].Kept {
		mark, sgr = "+ ", sgrGood
	}
	hints, least, most := run[0].Hints, run[0].Score, run[0].Score
	for i := range run {
		b := &run[i]
		text := fit(clean(strings.Join(strings.Fields(b.Text), " ")), x.width-blockColumn-1)
		x.b.WriteString(x.paint(sgr, mark+text) + "\n")
		hints = slices.DeleteFunc(slices.Clone(hints), func(h string) bool { return !slices.Contains(b.Hints, h) })
		least, most = min(least, b.Score), max(most, b.Score)
	}
	why := run[0].Why
	if len(hints) > 0 {
		why += " (" + strings.Join(hints, ", ") + ")"
	}
	score := fmt.Sprintf("score %d", least)
	if least != most {
		score = fmt.Sprintf("scores %d to %d", least, most)
	}
	x.wrapped("    ", 4, sgrDim, fmt.Sprintf("%s; %s, %s", why, run[0].Element, score))
}

// alike reports blocks that one reason is written for.
func alike(a, b *extract.BlockReason) bool {
	return a.Kept == b.Kept && a.Step == b.Step && a.Why == b.Why && a.Element == b.Element
}
