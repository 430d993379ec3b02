package extract_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/extract"
)

// Bylines as pages show them, around one text.
func TestAuthors(t *testing.T) {
	const text = `<p>The harbour authority closed the eastern basin to all vessels on Monday, after divers found cracks in the quay wall that had not been there in the autumn.</p>
<p>The divers measured eleven cracks, the longest of them four metres, and took samples of the concrete for the laboratory in the capital. The basin stays closed until the wall is made safe.</p>
<p>The authority will publish the findings of the laboratory as soon as it has them, and asks the owners of boats to move them to the western basin until further notice.</p>`
	page := func(head, byline, after string) string {
		return `<!DOCTYPE html><html lang="en"><head><title>Basin closed</title>` + head + `</head><body><article><h1>Basin closed</h1>` + byline + text + after + `</article></body></html>`
	}
	publisher := `<script type="application/ld+json">{"@type":"NewsArticle","headline":"Basin closed","author":{"@type":"Organization","name":"Harbour Authority"}}</script>`
	tests := []struct {
		name, page string
		want       []string
	}{
		{"by, at the start", page("", `<p>By Ada Example</p>`, ""), []string{"Ada Example"}},
		{"by, and its post", page("", `<p>By Ada Example, Head of Operations</p>`, ""), []string{"Ada Example"}},
		{"two", page("", `<p>By Ada Example and Jo Example</p>`, ""), []string{"Ada Example", "Jo Example"}},
		{"in the line before", page("", `<p>Written by</p><p>Ada Example</p>`, ""), []string{"Ada Example"}},
		{"after the date", page("", `<p>5 March 2024 by <a href="/ada">Ada Example</a> 59 comments</p>`, ""), []string{"Ada Example"}},
		{"before the date", page("", `<p>by Ada Example, March 5, 2024</p>`, ""), []string{"Ada Example"}},
		{"German", page("", `<p>Von Ada Beispiel</p>`, ""), []string{"Ada Beispiel"}},
		{"Chinese", page("", `<p>作者：王小明</p>`, ""), []string{"王小明"}},
		{"a class", page("", `<div class="post-author-name">Ada Example</div>`, ""), []string{"Ada Example"}},
		{"a class around a date too", page("", `<div class="authored"><a href="/a">Ada Example</a> <span>3/4/2024</span></div>`, ""), []string{"Ada Example"}},
		{"microdata", page("", `<p itemprop="author" itemscope><meta itemprop="name" content="Ada Example"><a href="/a">More</a></p>`, ""), []string{"Ada Example"}},
		{"a link to an author", page("", `<p><a href="/people/ada">Ada Example</a></p>`, ""), []string{"Ada Example"}},
		{"name, post and date", page("", `<p>Ada Example | Senior Writer | March 5, 2024</p>`, ""), []string{"Ada Example"}},
		{"a box after the text", page("", "", `<div class="box"><h3>About the author</h3><p>Ada Example</p></div>`), []string{"Ada Example"}},
		{"the person, not the publisher", page(publisher, `<p>By Ada Example</p>`, ""), []string{"Ada Example"}},
		{"the publisher, when nobody else", page(publisher, "", ""), []string{"Harbour Authority"}},
		{"an own meta element", page(`<meta name="page_author" content="Ada Example">`, "", ""), []string{"Ada Example"}},
		{"a reviewer is none", page("", `<p>Reviewed by Ada Example</p>`, ""), nil},
		{"a section is none", page("", `<p>Harbour News</p><p>March 5, 2024</p>`, ""), nil},
		{"by and a sentence is none", page("", `<p>By learning from the past we keep the quays safe.</p>`, ""), nil},
		{"a template that was not filled in", page(`<meta name="author" content="page.head.author">`, "", ""), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := extract.Extract([]byte(tt.page), extract.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, d.Authors); diff != "" {
				t.Errorf("authors (-want +got):\n%s", diff)
			}
		})
	}
}
