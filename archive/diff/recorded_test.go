package diff_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/diff"
)

// small are changes that hardly show: typography, composition, joiners and direction marks, case, look-alikes.
var small = [][2]string{
	{"\"", "“"}, {"'", "’"}, {"-", "–"}, {"-", "−"}, {" ", "\u00a0"}, {" ", "  "}, {"é", "e\u0301"}, {"o", "о"}, {"a", "A"}, {"", "\u200d"},
	{"", "\u200c"}, {"", "\u202e"}, {"", "\u00ad"}, {".", "…"}, {",", ""}, {"\n", " "}, {". ", ".\n"}, {"1", "１"}, {"fi", "ﬁ"}, {"", "\ufe0f"},
	{"ss", "ß"}, {"", "."}, {"", " "}, {"\n", "\n—\n"}, {"", "\u0301"}, {"3", "8"}, {"not ", ""}, {"", "\n"}, {"港", "港\u3000"},
}

// smallEdit makes one of them at a place that is drawn.
func smallEdit(t *rapid.T, s string) string {
	e := rapid.SampledFrom(small).Draw(t, "small edit")
	var at []int
	for i := range s {
		if strings.HasPrefix(s[i:], e[0]) {
			at = append(at, i)
		}
	}
	if len(at) == 0 {
		return s
	}
	i := rapid.SampledFrom(at).Draw(t, "at")
	return s[:i] + e[1] + s[i+len(e[0]):]
}

// drawReading is a reading as rules make them: its text is canonical.
func drawReading(t *rapid.T, label string) *archive.Reading {
	return &archive.Reading{
		Title: sentence(t, label+" title"), Text: archive.Canonical(strings.Join(text(t, label), "\n")),
		Published: rapid.SampledFrom([]string{"", "2026-06-01", "2026-06-02"}).Draw(t, label+" published"),
	}
}

// Two readings that a store tells apart have a diff that is not empty, says so in every form, and applies; two that it
// takes for one have none.
func TestRecordedChangeIsNeverEmpty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		old := drawReading(t, "old")
		changed := *old
		for range rapid.IntRange(0, 3).Draw(t, "small edits") {
			changed.Text = archive.Canonical(smallEdit(t, changed.Text))
		}
		switch rapid.IntRange(0, 4).Draw(t, "beside the text") {
		case 0:
			changed.Title = smallEdit(t, changed.Title)
		case 1:
			changed.Published = rapid.SampledFrom([]string{"", "2026-06-01", "2026-06-02"}).Draw(t, "published")
		}
		d := diff.Readings(old, &changed)
		recorded := old.Identity() != changed.Identity()
		if c := diff.Compare(old, &changed); (c.Kind != "") != recorded || c != d.Change() {
			t.Fatalf("Compare(%+v, %+v) = %+v, recorded %v, diff %+v", old, changed, c, recorded, d.Change())
		}
		if d.Empty() == recorded || (d.Summary() == "nothing changed") == recorded || (d.Significance() == 0) == recorded {
			t.Fatalf("%+v, %+v: recorded %v, empty %v, %q, significance %d", old, changed, recorded, d.Empty(), d.Summary(), d.Significance())
		}
		var b bytes.Buffer
		if err := diff.WriteJSON(&b, d); err != nil {
			t.Fatal(err)
		}
		var back diff.Diff
		if err := json.Unmarshal(b.Bytes(), &back); err != nil {
			t.Fatalf("%v in %s", err, b.Bytes())
		}
		if got, err := diff.Apply(old.Text, back.Ops); err != nil || got != changed.Text {
			t.Fatalf("Apply(%q, %s) = %q, %v, want %q", old.Text, b.Bytes(), got, err, changed.Text)
		}
		if back.Title != (diff.Field{Old: old.Title, New: changed.Title}) || back.Published != (diff.Field{Old: old.Published, New: changed.Published}) {
			t.Fatalf("JSON tells %+v and %+v of %+v, %+v", back.Title, back.Published, old, changed)
		}
		var shown bytes.Buffer
		if err := diff.WriteTerminal(&shown, d, diff.TerminalOptions{}); err != nil {
			t.Fatal(err)
		}
		if recorded && strings.Contains(shown.String(), "nothing changed") {
			t.Fatalf("%+v, %+v: %s", old, changed, shown.String())
		}
	})
}
