package date_test

import (
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/onrecord/onrecord/extract/date"
)

// What stands by the headline is the day of publication where the metadata name another one, unless it is the day of a
// change, the metadata are a discussion's, or another visible date agrees with them.
func TestShownDay(t *testing.T) {
	const meta = `<meta property="article:published_time" content="2024-08-07T12:01:51Z">`
	const changed = `<meta property="article:modified_time" content="2024-09-02T08:00:00Z">`
	for _, c := range []struct{ name, head, line, want string }{
		{"moved to another system", meta, `<p class="byline">Dec 30, 2013</p>`, "2013-12-30"},
		{"later than the template's", meta + changed, `<p class="date">August 20, 2024</p>`, "2024-08-20"},
		{"said to be of publication", meta, `<p>Published: 20 August 2024</p>`, "2024-08-20"},
		{"the day of the change", meta + changed, `<p class="date">September 2, 2024</p>`, "2024-08-07"},
		{"shown as the day of a change", meta, `<p class="date">August 20, 2024</p><p>Updated August 20, 2024</p>`, "2024-08-07"},
		{"both days are shown", meta, `<p class="date">August 7, 2024</p><p class="date">August 20, 2024</p>`, "2024-08-07"},
		{"nothing decides what it says", meta, `<p class="date">08/09/2024</p>`, "2024-08-07"},
		{"a discussion", meta + strings.ReplaceAll(meta, "08-07", "08-09") + strings.ReplaceAll(meta, "08-07", "08-11"), `<p class="date">August 20, 2024</p>`, "2024-08-07"},
	} {
		t.Run(c.name, func(t *testing.T) {
			root, err := html.Parse(strings.NewReader("<html><head><title>The pier</title>" + c.head + "</head><body><main><h1>The pier</h1>" + c.line +
				"<p>The harbour authority will keep the old pier open for another two years, as it has promised.</p></main></body></html>"))
			if err != nil {
				t.Fatal(err)
			}
			if r := date.Read(date.Input{Root: root}); r.Published != c.want {
				t.Errorf("published %q, want %q; %+v", r.Published, c.want, r.Claims)
			}
		})
	}
}
