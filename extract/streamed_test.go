package extract_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/onrecord/onrecord/extract"
)

// The pages around a statement whose parts came late, as a server with React writes them.
const (
	lateHead = `<!doctype html><html lang="en"><title>On the north pier | Harbour authority</title><body>` +
		`<nav><a href="/">Home</a><a href="/s">Statements</a></nav><main><h1>On the north pier</h1><p>10 March 2019</p>` +
		`<p>The lights of the north pier are out, and they will be out until Friday at least.</p>`
	lateFoot = `</main><footer><p>© 2024 Harbour authority</p></footer>`
	lateText = `<p>Ships take the south entrance, and call the harbour master before they enter the port.</p>` +
		`<ul><li>Boats of less than twelve metres may pass.</li><li>Nobody may stay on the pier.</li></ul>`
	define = `$RC=function(b,c,e){c=document.getElementById(c);c.parentNode.removeChild(c);var a=document.getElementById(b)};`
)

// What came late reads as if it had come at once.
func TestPartsThatCameLate(t *testing.T) {
	plain := textOfPage(t, lateHead+lateText+lateFoot)
	if strings.Count(plain, "\n") != 3 {
		t.Fatalf("the page reads %q", plain)
	}
	for name, page := range map[string]string{
		"boundary": lateHead + `<!--$?--><template id="B:0"></template><!--/$-->` + lateFoot +
			`<div hidden id="S:0">` + lateText + `</div><script>` + define + `$RC("B:0","S:0")</script>`,
		"something meanwhile": lateHead + `<!--$?--><template id="B:0"></template><div><!--$--><p>The rest of this statement comes soon, we are loading it.</p><!--/$--></div>` +
			`<!--$--><p>One moment.</p><!--/$--><!--/$-->` + lateFoot + `<div hidden="" id="S:0">` + lateText + `</div><script>$RC("B:0","S:0")</script>`,
		"other numbers": lateHead + `<!--$?--><template id="B:1"></template><!--/$-->` + lateFoot + `<div hidden id="S:0"><p>Nothing waits for this.</p></div>` +
			`<div hidden id="S:1a">` + lateText + `</div><script>$RC("B:1","S:1a")</script>`,
		"with style sheets": lateHead + `<!--$?--><template id="B:0"></template><!--/$-->` + lateFoot + `<div hidden id="S:3">` + lateText +
			`</div><script>$RR("B:0","S:3",[])</script>`,
		"a part of a part": lateHead + `<!--$?--><template id="B:0"></template><!--/$-->` + lateFoot + `<div hidden id="S:0"><template id="P:1"></template>` +
			`<template id="P:2"></template></div><div hidden id="S:1">` + lateText[:strings.Index(lateText, "<ul>")] + `</div><script>$RS("S:1","P:1")</script>` +
			`<div hidden id="S:2">` + lateText[strings.Index(lateText, "<ul>"):] + `</div><script>$RS("S:2","P:2")</script><script>` + define + `$RC("B:0","S:0")</script>`,
		"in lines": lateHead + "\n  <!--$?-->\n  <template id=\"B:0\"></template>\n <p>One moment, the rest of the statement will be here.</p>\n <!--/$-->\n" + lateFoot +
			"\n<div hidden id=\"S:0\">\n" + lateText + "\n</div>\n",
		"no marks": lateHead + `<template id=B:0></template>` + lateFoot + `<div hidden id=S:0>` + lateText + `</div>`,
	} {
		if got := textOfPage(t, page); got != plain {
			t.Errorf("%s reads\n%s\nwant\n%s", name, got, plain)
		}
	}
	// A part that nothing waits for is hidden from readers, and what is shown meanwhile is what they see for good.
	for name, page := range map[string]string{
		"no place":   lateHead + lateText + lateFoot + `<div hidden id="S:0"><p>Nobody ever saw this sentence of the authority.</p></div>`,
		"not hidden": lateHead + lateText + `<template id="B:0"></template>` + lateFoot + `<span id="S:0"></span>`,
		"never came": lateHead + `<!--$?--><template id="B:0"></template>` + lateText + `<!--/$-->` + lateFoot + `<div hidden id="S:5"></div>`,
	} {
		if got := textOfPage(t, page); got != plain {
			t.Errorf("%s reads\n%s\nwant\n%s", name, got, plain)
		}
	}
}

// The rows of a table come in a hidden table.
func TestRowsThatCameLate(t *testing.T) {
	page := lateHead + `<table><thead><tr><th>Lamp</th><th>State</th></tr></thead><tbody><tr><td>One</td><td>out</td></tr><!--$?--><template id="B:0"></template><!--/$--></tbody></table>` +
		lateText + lateFoot + `<table hidden><tbody id="S:0"><tr><td>Two</td><td>lit</td></tr></tbody></table><script>$RC("B:0","S:0")</script>`
	if got := textOfPage(t, page); !strings.Contains(got, "One | out\nTwo | lit\nShips take") {
		t.Errorf("the page reads\n%s", got)
	}
}

// Places and parts that stand in one another, by thousands, cost little, and the text around them is read.
func TestLatePartsInOneAnother(t *testing.T) {
	deep := strings.Repeat("<div>", 300)
	for name, part := range map[string]func(i int) string{
		"in itself": func(i int) string {
			return fmt.Sprintf(`<div hidden id="S:%d"><template id="B:%d"></template></div>`, i, i)
		},
		"a ring": func(i int) string {
			return fmt.Sprintf(`<div hidden id="S:%d"><template id="B:%d"></template></div>`, i, (i+1)%3000)
		},
		"outer first": func(i int) string {
			return fmt.Sprintf(`<div hidden id="S:%d"><template id="B:%d"></template></div>`, i, i+1)
		},
		"inner first": func(i int) string {
			return fmt.Sprintf(`<div hidden id="S:%d"><template id="B:%d"></template></div>`, 3000-i, 3001-i)
		},
		"deep": func(i int) string {
			return fmt.Sprintf(`<div hidden id="S:%d">%s<template id="B:%d"></template>%s</div>`, i, deep, i+1, strings.Repeat("</div>", 300))
		},
		"one for all": func(i int) string { return `<template id="B:0"></template><div hidden id="S:0"><p>x</p></div>` },
	} {
		began := time.Now()
		var b strings.Builder
		b.WriteString(lateHead + lateText + `<template id="B:0"></template>` + lateFoot)
		for i := range 3000 {
			b.WriteString(part(i))
		}
		if got := textOfPage(t, b.String()); !strings.HasPrefix(got, "The lights of the north pier") || !strings.Contains(got, "Nobody may stay on the pier.") {
			t.Errorf("%s reads\n%s", name, got[:min(len(got), 1000)])
		}
		if d := time.Since(began); d > 30*time.Second {
			t.Errorf("%s took %v", name, d)
		}
	}
}

func textOfPage(t *testing.T, page string) string {
	t.Helper()
	doc, err := extract.Extract([]byte(page), extract.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return doc.Text()
}
