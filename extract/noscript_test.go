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

// Names that only sound as if an element was not there for everybody leave no text out, and those that say so do.
func TestNamesOfWhatIsNotThere(t *testing.T) {
	const page = `<html lang="en"><head><title>Pier</title></head><body><main><h1>Pier</h1><p>The harbour authority has decided about the old pier, the ferries and the pool.</p>` +
		`<div class="%s"><p>It will open them again in May.</p></div><p>Whoever has questions may call the harbour master on any day of the week.</p></main></body></html>`
	for names, shown := range map[string]bool{
		"elementor-element elementor-invisible": true, "field field--name-body field--label-visually_hidden": true, "noprint": true,
		"focus:not-sr-only": true, "rs_skip text": true, "skip-lazy": true,
		"element-invisible": false, "sr-only focus:not-sr-only": false, "visually-hidden": false, "u-srOnly": false, "show-for-sr": false,
	} {
		doc, err := extract.Extract(fmt.Appendf(nil, page, names), extract.Options{})
		if err != nil || strings.Contains(doc.Text(), "again in May") != shown || !strings.Contains(doc.Text(), "Whoever has questions") {
			t.Errorf("%s: text %q, %v, want the middle paragraph: %v", names, doc.Text(), err, shown)
		}
	}
}
