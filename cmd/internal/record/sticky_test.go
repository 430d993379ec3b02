package record_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/extract"
)

// rulesOfHarbour are the paragraphs of a statement.
func rulesOfHarbour() (short []string, long string) {
	for n := range 8 {
		short = append(short, fmt.Sprintf("Rule %d of the harbour is that ships of class %d must leave berth %d before the tide turns, whatever the weather is.", n+1, n*3+1, n*7+2))
	}
	return short, strings.Repeat("The harbour master may waive a rule for a ship in distress, and says so in the log of the day. ", 9)
}

// framed is the statement in a template that the weights read well, or in one where they take most of it for the frame.
func framed(badly bool, short []string, long, more string) string {
	if !badly {
		return "<html><head><title>Rules</title></head><body><main><article><h1>Rules</h1><p>" + strings.Join(short, "</p><p>") + "</p><p>" + long + "</p></article></main>" + more + "</body></html>"
	}
	var b strings.Builder
	for _, p := range short {
		b.WriteString("<div class='related teaser'><p>" + p + "</p></div>")
	}
	return "<html><head><title>Rules</title></head><body><h1>Rules</h1><footer class='sidebar widget'>" + b.String() + "</footer><main><p>" + long + "</p></main>" + more + "</body></html>"
}

// A new template changes what the page would read by itself, and is no edit; an edit in it is seen as what it is, and
// deriving the versions again gives the same ones.
func TestNewTemplateIsNoEdit(t *testing.T) {
	const url = "https://harbour.example/rules"
	short, long := rulesOfHarbour()
	edited := slices.Clone(short)
	edited[4] = strings.Replace(edited[4], "whatever the weather is", "unless the wind is strong", 1)
	d, err := extract.Extract([]byte(framed(true, short, long, "")), extract.Options{URL: url})
	if err != nil || strings.Contains(d.Text(), short[4]) {
		t.Fatalf("%v, or the page reads well by itself: the test needs another template", err)
	}
	r := &record.Recorder{Store: open(t)}
	for i, c := range []struct {
		name    string
		body    string
		outcome archive.Outcome
		added   int // words
		flagged bool
	}{
		{"first", framed(false, short, long, ""), archive.Stored, 0, false},
		{"new template", framed(true, short, long, ""), archive.Unchanged, 0, true},
		{"and a footer", framed(true, short, long, "<footer><p>Harbour of Example</p></footer>"), archive.Unchanged, 0, true},
		{"an edit", framed(true, edited, long, ""), archive.Stored, 3, true},
		{"the old template", framed(false, edited, long, ""), archive.Unchanged, 0, false},
	} {
		e := put(t, r, &record.Visit{Page: fetched(url, day(i), c.body)})
		if e.Outcome != c.outcome || slices.Contains(e.Flags, record.FlagAsBefore) != c.flagged {
			t.Errorf("%s: %s %v, want %s, flagged %t", c.name, e.Outcome, e.Flags, c.outcome, c.flagged)
		}
		if c.outcome == archive.Stored && e.Result.Change.WordsAdded != c.added {
			t.Errorf("%s: %d words added, want %d", c.name, e.Result.Change.WordsAdded, c.added)
		}
	}
	before := everything(t, r.Store)
	if differs := run(t, &record.Reextract{Recorder: r}); len(differs) != 0 {
		t.Errorf("read again: %v differ, want none", differs)
	}
	if after := everything(t, r.Store); after != before {
		t.Errorf("read again:\n%s\nwant\n%s", after, before)
	}
}

// Dates that begin or cease to stand in a page's metadata, while its text stays, were not changed by anybody.
func TestDatesThatComeAndGo(t *testing.T) {
	linked := func(published, modified string) string {
		return `<script type="application/ld+json">{"@context":"https://schema.org","@type":"Article","headline":"Rules","datePublished":"` + published + `","dateModified":"` + modified + `"}</script>`
	}
	short, long := rulesOfHarbour()
	bare := framed(false, short, long, "")
	said := func(day string) string {
		return strings.Replace(bare, "<h1>Rules</h1>", "<h1>Rules</h1><p>Last updated: "+day+"</p>", 1)
	}
	in := func(body, script string) string { return strings.Replace(body, "</head>", script+"</head>", 1) }
	old, moved := linked("2019-11-19", "2024-02-01"), linked("2019-11-19", "2024-03-05")
	for _, c := range []struct {
		name, a, b string
		kind       archive.Kind // "" for no version
	}{
		{"metadata come", bare, in(bare, old), ""},
		{"metadata go", in(bare, old), bare, ""},
		{"metadata come beside a day that the page shows", said("May 1, 2024"), in(said("May 1, 2024"), moved), ""},
		{"the day in the metadata moves", in(bare, old), in(bare, moved), archive.Dates},
		{"the day that the page shows moves", said("May 1, 2024"), said("May 9, 2024"), archive.Dates},
		{"the page begins to show a day", bare, said("May 9, 2024"), archive.Dates},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := &record.Recorder{Store: open(t)}
			put(t, r, &record.Visit{Page: fetched("https://harbour.example/rules", day(0), c.a)})
			e := put(t, r, &record.Visit{Page: fetched("https://harbour.example/rules", day(1), c.b)})
			kind := e.Result.Change.Kind
			if e.Outcome != archive.Stored {
				kind = ""
			}
			if kind != c.kind {
				t.Errorf("%s %s, want %q", e.Outcome, e.Result.Change.Kind, c.kind)
			}
		})
	}
}
