package extract_test

import (
	"fmt"
	"strings"
	"testing"
)

// An element is not the page's frame because of its name when it holds the page's text: a statement reads the same in all
// of these.
func TestNamesAroundTheWholeText(t *testing.T) {
	var policy strings.Builder
	for i, s := range []string{"what we collect", "how we share your data with others", "cookies and advertising", "your choices and your rights",
		"how to sign in and to register", "how long we keep related records"} {
		id := strings.ReplaceAll(s, " ", "-")
		fmt.Fprintf(&policy, `<div id="%s-%s"><h3>%d. About %s</h3><p>The harbour authority tells here, in the part about %s, what it does with the data of ships and their owners.</p>`+
			`<p>It does so since 2019, and whoever does not agree may write to the harbour master at any time.</p></div>`, id, id, i+1, s, s)
	}
	head := `<!doctype html><html lang="en"><title>Policy of the port | Harbour authority</title><body>` +
		`<nav><a href="/">Home</a><a href="/s">Statements</a><a href="/c">Contact</a></nav>`
	title := `<h1>Policy of the port</h1><p>The authority takes care of the data of all who enter the port, and says here how.</p>`
	foot := `<footer><p>© 2024 Harbour authority</p><ul><li><a href="/i">Imprint</a></li></ul></footer>`
	want := textOfPage(t, head+`<main>`+title+`<div>`+policy.String()+`</div></main>`+foot)
	if n := strings.Count(want, "\n"); n != 18 {
		t.Fatalf("the page reads %d lines:\n%s", n+1, want)
	}
	for _, name := range []string{"legal", "sidebar-layout", "page-with-sidebar", "widget", "cookies", "modal-page", "subscribe", "has-header", "nav-page", "form", "related", "comments-off"} {
		for kind, page := range map[string]string{
			"around all":         `<div class="` + name + `"><main>` + title + `<div>` + policy.String() + `</div></main></div>`,
			"of the main part":   `<main class="` + name + `">` + title + `<div>` + policy.String() + `</div></main>`,
			"within, with title": `<main><div id="` + name + `">` + title + `<div>` + policy.String() + `</div></div></main>`,
		} {
			if got := textOfPage(t, head+page+foot); got != want {
				t.Errorf("%s, %s reads\n%s", name, kind, got)
			}
		}
	}
	for _, name := range []string{"legal", "sidebar-layout", "page-with-sidebar", "widget", "has-header", "nav-page"} {
		page := `<main>` + title + `<div class="` + name + `">` + policy.String() + `</div></main>`
		if got := textOfPage(t, head+page+foot); got != want {
			t.Errorf("%s below the title reads\n%s", name, got)
		}
		page = `<main>` + title + strings.ReplaceAll(policy.String(), "<div id", `<div class="`+name+`" id`) + `</main>`
		if got := textOfPage(t, head+page+foot); got != want {
			t.Errorf("%s around each part reads\n%s", name, got)
		}
	}
}
