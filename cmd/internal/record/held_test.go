package record_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/cmd/internal/record"
)

// TestExtractorHolds reads pages of different sites together, so that they wait for each other, and each by itself: what
// comes out is the same, texts and short texts.
func TestExtractorHolds(t *testing.T) {
	pages := map[string]string{}
	var names []string
	for i := range 4 {
		name := fmt.Sprintf("page%d.html", i)
		names = append(names, name)
		pages[name] = fmt.Sprintf(`<html lang=en><link rel=canonical href="https://harbour%d.example/"><title>Basin %d opens</title>`+
			`<article><h1>Basin %d opens</h1><p class=byline>By <a rel=author>Example Author %d</a></p><time datetime=2024-05-0%d>May 2024</time>%s</article>`,
			i, i, i, i, i+1, strings.Repeat(fmt.Sprintf("<p>The *authority* said that basin %d opens to all ships, whatever their length, for a \xff fee.</p>", i), 5*i))
	}
	read := func(names ...string) (out []record.Extract) {
		x := record.Extractor{
			Open: func(_ context.Context, name string) (*record.Source, error) {
				return record.FileSource([]byte(pages[name]), ""), nil
			},
			Emit: func(e *record.Extract) error { out = append(out, *e); return nil },
		}
		if err := x.Run(t.Context(), names); err != nil {
			t.Fatal(err)
		}
		return out
	}
	together := read(names...)
	var alone []record.Extract
	for _, name := range names {
		alone = append(alone, read(name)...)
	}
	if diff := cmp.Diff(alone, together); diff != "" {
		t.Errorf("pages read together differ from the same read alone (-alone +together):\n%s", diff)
	}
	if last := together[3]; !strings.Contains(last.Text, "basin 3 opens") || !strings.Contains(last.Markdown, `\*authority\*`) || len(last.Authors) != 1 {
		t.Errorf("the last page has text %q, Markdown %q, authors %q", last.Text, last.Markdown, last.Authors)
	}
}
