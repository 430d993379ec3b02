package extract_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/onrecord/onrecord/extract"
)

const story = `<h1>Harbour opens to all</h1>
<p>The harbour authority said on Monday that the northern basin opens to all ships in May, after two years of work.</p>
<p>Ships of up to 200 metres may enter by day, and smaller ones at any time, the authority said in its statement.</p>
<p>Fees stay what they were, and the rules for the southern basin do not change until the end of the year.</p>`

func TestParseLimits(t *testing.T) {
	var fonts strings.Builder
	for i := range 20000 {
		fmt.Fprintf(&fonts, "<font size=%d><b><i><table><tr><td>x", i)
	}
	for _, tc := range []struct {
		name, page string
		limited    bool
	}{
		{"plain", story, false},
		{"deep", story + strings.Repeat("<div>", 100_000), true},
		{"deep, text at the end", strings.Repeat("<div>", 100_000) + story, true},
		{"formatting elements that nobody closes", story + fonts.String(), true},
		{"an attribute of nine megabytes", story + `<p title="` + strings.Repeat("x", 9<<20) + `">end</p>`, false},
		{"a comment that never ends", story + "<!-- " + strings.Repeat("x", 1000), false},
		{"a million links", story + strings.Repeat(`<a href=/x>y</a>`, 1_000_000), true},
		{"fifty megabytes", story + strings.Repeat("<p>"+strings.Repeat("word ", 200), 50_000), true},
		{"NULs", strings.ReplaceAll(story, "harbour", "har\x00bour"), false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			began := time.Now()
			d, err := extract.Extract([]byte(tc.page), extract.Options{})
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%v", time.Since(began))
			if got := slices.Contains(d.Flags, extract.FlagParseLimit); got != tc.limited {
				t.Errorf("flags = %q, parse limit wanted: %v", d.Flags, tc.limited)
			}
			if !strings.Contains(d.Text(), "northern basin opens") {
				t.Errorf("the text before the limit is lost: %.200q", d.Text())
			}
			if tc.name == "NULs" && !slices.Contains(d.Flags, extract.FlagNULs) {
				t.Errorf("flags = %q, want NULs", d.Flags)
			}
		})
	}
}

func TestParseXHTML(t *testing.T) {
	page := `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en"><head><title>Fees</title><script src="/a.js"/></head><body>
<h1>Fees stay</h1><div class="spacer"/><p>The authority keeps its fees for all ships under the rules of 2019, <![CDATA[for a < b & c]]> too, it said on Monday.</p></body></html>`
	d, err := extract.Extract([]byte(page), extract.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := "The authority keeps its fees for all ships under the rules of 2019, for a < b & c too, it said on Monday."
	if d.Text() != want {
		t.Errorf("text = %q, want %q", d.Text(), want)
	}
	if d.Language != "en" {
		t.Errorf("language = %q, want en", d.Language)
	}
}

// Read must leave the tree as it found it: links are taken from the same one.
func TestReadKeepsTheTree(t *testing.T) {
	root, _, err := extract.Parse([]byte(story))
	if err != nil {
		t.Fatal(err)
	}
	var before, after bytes.Buffer
	if err := html.Render(&before, root); err != nil {
		t.Fatal(err)
	}
	extract.Read(root, extract.Options{})
	if err := html.Render(&after, root); err != nil {
		t.Fatal(err)
	}
	if before.String() != after.String() {
		t.Error("Read changed the tree")
	}
}

func FuzzExtract(f *testing.F) {
	for _, s := range []string{
		story, "", "<", "<table><tr><td>a<table><td>b", "<pre>\n a\n\n b</pre>", "<ul><li>a<ol start=7><li>b</ol></ul>",
		"<a href='/x'><h2>t<p>u</a>v", "<?xml ?><p/><script/>x<![CDATA[<b>]]>", `<script type="application/ld+json">{"@graph":[{"@type":"Article"}]</script>`,
		"<details><summary>q</summary>a</details><noscript>n</noscript>", "<h1>\u202e\u200b港\n町</h1><br><br>x<br>y",
		"<a href=0><h1>!</a>", lateHead + `<!--$?--><template id="B:0"></template>x<!--/$-->` + lateFoot + `<div hidden id="S:0"><template id="P:1"></template></div><p hidden id="S:1">y`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		d, err := extract.Extract(body, extract.Options{URL: "https://harbour.example/a"})
		if err != nil {
			t.Skip()
		}
		again, err := extract.Extract(body, extract.Options{URL: "https://harbour.example/a"})
		if err != nil || again.Text() != d.Text() || again.Title != d.Title || again.Markdown() != d.Markdown() {
			t.Error("the same bytes read differently")
		}
		for _, b := range d.Blocks {
			if strings.TrimSpace(b.Text) == "" {
				t.Errorf("empty block: %+v", b)
			}
		}
		_ = d.HTML()
	})
}
