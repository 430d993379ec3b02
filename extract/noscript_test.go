package extract_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/extract"
)

// A tag manager's noscript with an iframe that nobody closes must not swallow the page: browsers with scripts, which is
// what the page was tested with, end the element at its end tag.
func TestNoscriptEndsAtItsEndTag(t *testing.T) {
	const statement = "The harbour authority keeps the old pier open for another two years, as it has promised to the islanders."
	for name, noscript := range map[string]string{
		"open iframe in the head": `<noscript><iframe src="https://tags.example/ns" height="0"/></noscript></head><body>`,
		"open iframe in the body": `</head><body><noscript><iframe src="https://tags.example/ns"/></noscript>`,
		"open style":              `</head><body><noscript><style>p{display:none}</noscript>`,
		"open textarea":           `</head><body><noscript><textarea></noscript>`,
	} {
		t.Run(name, func(t *testing.T) {
			doc, err := extract.Extract([]byte(`<html lang="en"><head><title>Pier</title>`+noscript+`<h1>Pier</h1><p>`+statement+`</p></body></html>`), extract.Options{})
			if err != nil || strings.TrimSpace(doc.Text()) != statement {
				t.Errorf("text %q, %v, want the statement", doc.Text(), err)
			}
		})
	}
	t.Run("noscript is the text when nothing else is there", func(t *testing.T) {
		doc, err := extract.Extract([]byte(`<html lang="en"><head><title>Pier</title></head><body><div id="root"></div><noscript><h1>Pier</h1><p>`+statement+`</p></noscript><script>x()</script></body></html>`), extract.Options{})
		if err != nil || !strings.Contains(doc.Text(), statement) {
			t.Errorf("text %q, %v, want the statement", doc.Text(), err)
		}
	})
}

// A name alone leaves no text out: the element that a skip link leads to is often called like the link.
func TestNamesLeaveNoTextOut(t *testing.T) {
	var text strings.Builder
	for i := range 6 {
		fmt.Fprintf(&text, "<p>Paragraph %d says what the harbour authority has decided about the old pier, the ferries and the pool.</p>", i)
	}
	for _, name := range []string{`id="skip-nav"`, `class="skip"`, `class="a11y"`, `class="offscreen-ready invisible"`} {
		doc, err := extract.Extract([]byte(`<html lang="en"><head><title>Pier</title></head><body><a class="skip" href="#x">Skip to content</a><h1>Pier</h1><div `+name+`>`+text.String()+`</div></body></html>`), extract.Options{})
		if err != nil || strings.Count(doc.Text(), "Paragraph") != 6 || strings.Contains(doc.Text(), "Skip to") {
			t.Errorf("%s: text %q, %v, want the six paragraphs", name, doc.Text(), err)
		}
	}
}
