package extract_test

import (
	"strings"
	"testing"

	"github.com/onrecord/onrecord/extract"
)

// The titles of other statements read like a short statement's own words, whichever the site shows today: under a heading
// that leads to them they are no text. Links under another heading are, and so is what is said in place of links.
func TestLinksElsewhere(t *testing.T) {
	page := func(heading, list string) string {
		return `<!doctype html><title>Statement on work at night | Harbour authority</title><ul><li><a href="/">Home</a></li></ul>
<div><h1>Statement on work at night</h1><div><p>Work at night ends at 22:00. The authority has agreed this with the neighbours of the harbour.</p>
<p>Whoever is disturbed later may call the harbour office.</p></div></div>
<div><h4>` + heading + `</h4><ul>` + list + `</ul></div><p>Copyright © 2024 the harbour authority.</p>`
	}
	const links = `<li><a href="/1">Statement on the quality of the water</a></li><li><a href="/2">Old pier</a></li>`
	for _, c := range []struct {
		name, heading, list string
		kept                bool
	}{
		{"you may also like", "You may also like", links, false},
		{"in another language", "Das könnte Sie auch interessieren", links, false},
		{"with dates", "Related", `<li><a href="/1">Statement on the quality of the water</a></li><li>3 May 2024</li><li><a href="/2">Old pier</a></li>`, false},
		{"what is said", "Related", `<li>The statement on the quality of the water holds as before, and the one on the old pier does not.</li>`, true},
	} {
		doc, err := extract.Extract([]byte(page(c.heading, c.list)), extract.Options{URL: "https://harbour.example/night"})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(doc.Text(), "quality of the water"); got != c.kept {
			t.Errorf("%s: the list is text: %v, want %v\n%s", c.name, got, c.kept, doc.Text())
		}
	}
}
