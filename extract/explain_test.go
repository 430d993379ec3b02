package extract_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/extract"
)

func explain(t *testing.T, body string, opt extract.Options) *extract.Explanation {
	t.Helper()
	root, _, err := extract.Parse([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	return extract.Explain(root, opt)
}

// An explanation is of what Read gives: the same document, and of its blocks exactly those as kept that are in it. Every
// block and every date has a reason.
func TestExplainAgreesWithRead(t *testing.T) {
	pages, err := filepath.Glob("testdata/pages/*/page.html")
	if err != nil || len(pages) == 0 {
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	for _, name := range pages {
		t.Run(filepath.Base(filepath.Dir(name)), func(t *testing.T) {
			body, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			opt := extract.Options{URL: "https://harbour.example/statements/1"}
			want, err := extract.Extract(body, opt)
			if err != nil {
				t.Fatal(err)
			}
			e := explain(t, string(body), opt)
			if diff := cmp.Diff(want.Blocks, e.Document.Blocks); diff != "" || want.Title != e.Document.Title || want.Published != e.Document.Published {
				t.Errorf("the document differs from that of Read:\n%s", diff)
			}
			var kept []string
			for _, b := range e.Blocks {
				if b.Why == "" || b.Step == "" {
					t.Errorf("no reason for %q", b.Text)
				}
				if b.Kept {
					kept = append(kept, b.Text)
				}
			}
			var text []string
			for _, b := range want.Blocks {
				text = append(text, b.Text)
			}
			if !slices.Contains(want.Flags, extract.FlagArticleBody) && !slices.Equal(kept, text) {
				t.Errorf("kept blocks differ from the document's:\n%s", cmp.Diff(text, kept))
			}
			for _, d := range e.Dates {
				if d.Why == "" {
					t.Errorf("no reason for the date %+v", d)
				}
			}
		})
	}
}

func TestExplain(t *testing.T) {
	e := explain(t, overridden, extract.Options{Overrides: overrides(t, map[string][]string{"select": {".box"}, "remove": {".promo"}, "title": {"h2"}})})
	find := func(text string) extract.BlockReason {
		t.Helper()
		for _, b := range e.Blocks {
			if strings.Contains(b.Text, text) {
				return b
			}
		}
		t.Fatalf("no block has %q", text)
		return extract.BlockReason{}
	}
	if b := find("The old pier stays"); !b.Kept || b.Element != "div.box > p" {
		t.Errorf("the text is %+v", b)
	}
	if b := find("Welcome"); b.Kept || b.Step != extract.StepSelect || !strings.Contains(b.Why, "outside") {
		t.Errorf("what is not selected is %+v", b)
	}
	if e.Removed != 1 || e.Title != "picked by the selector" {
		t.Errorf("%d elements removed, title %q", e.Removed, e.Title)
	}
	chosen, stray := false, false
	for _, d := range e.Dates {
		chosen = chosen || d.Chosen && d.Value == "2024-03-14"
		stray = stray || !d.Chosen && d.Raw == "2020-01-01"
	}
	if !chosen || !stray {
		t.Errorf("dates %+v: want the chosen one and the one that was passed over", e.Dates)
	}
}

// The rules that leave blocks out are told by name.
func TestExplainRules(t *testing.T) {
	p := "The old pier stays open for another two years, as the authority has promised to the islanders of the outer bank, and repairs begin in spring."
	e := explain(t, `<html lang="en"><head><title>The pier stays open</title></head><body><nav><ul><li><a href="/">Home</a></li><li><a href="/news">News</a></li></ul></nav>
<main><h1>The pier stays open</h1><p>14 March 2024</p><p>`+p+`</p><p>`+p+` It will be so for long.</p><p style="display:none">`+p+` Hidden.</p></main>
<footer><p>© 2024 The harbour authority. All rights reserved.</p></footer></body></html>`, extract.Options{})
	for text, want := range map[string]string{
		"The pier stays open": "headline", "14 March 2024": "date", "Hidden.": "hidden", "Home": "frame", "© 2024": "",
	} {
		i := slices.IndexFunc(e.Blocks, func(b extract.BlockReason) bool { return strings.Contains(b.Text, text) })
		if i < 0 || e.Blocks[i].Kept || !strings.Contains(e.Blocks[i].Why, want) {
			t.Errorf("%q: %+v, want it dropped for %q", text, e.Blocks, want)
		}
	}
}

func FuzzExplain(f *testing.F) {
	f.Add([]byte(overridden))
	f.Add([]byte("<table><tr><td>1<td>3/4/2024</table><noscript>x"))
	f.Fuzz(func(t *testing.T, body []byte) {
		root, _, err := extract.Parse(body)
		if err != nil || len(body) > 1<<16 {
			return
		}
		e := extract.Explain(root, extract.Options{})
		d := extract.Read(root, extract.Options{})
		if !slices.Equal(blockTexts(e.Document), blockTexts(d)) {
			t.Error("an explanation of another document")
		}
	})
}

func blockTexts(d *extract.Document) []string {
	var out []string
	for _, b := range d.Blocks {
		out = append(out, b.Text)
	}
	return out
}
