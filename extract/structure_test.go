package extract_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"github.com/onrecord/onrecord/extract"
)

// noisy is a page with other scripts, styles, comments, tokens and query strings: what builds and visits change.
func noisy(body []byte) []byte {
	var out bytes.Buffer
	z := html.NewTokenizer(bytes.NewReader(body))
	code := false
	for {
		switch kind := z.Next(); kind {
		case html.ErrorToken:
			out.Write(z.Raw())
			return out.Bytes()
		case html.TextToken:
			if out.Write(z.Raw()); code {
				out.WriteString("/* build 4711 */")
			}
			code = false
		case html.CommentToken:
			if raw := z.Raw(); bytes.HasPrefix(raw, []byte("<!--")) {
				out.WriteString("<!-- served by node 7 -->")
			} else {
				out.Write(raw)
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			raw := bytes.Clone(z.Raw())
			t := z.Token()
			code = t.Data == "style" || t.Data == "script" && !strings.Contains(strings.ToLower(string(raw)), "json")
			if len(raw) < 3 || raw[len(raw)-1] != '>' || raw[len(raw)-2] == '/' {
				out.Write(raw)
				continue
			}
			changed := raw[:len(raw)-1]
			if t.Data != "svg" && t.Data != "math" {
				for _, q := range []string{"?", "&amp;"} {
					changed = bytes.Replace(changed, []byte(q+"utm="), []byte(q+"utm=7"), 1)
				}
				changed = append(changed, []byte(` nonce="n0nce" data-v="7" onclick="go(7)"`)...)
			}
			out.Write(append(changed, '>'))
		default:
			out.Write(z.Raw())
		}
	}
}

// reading is what must not differ between two pages of one structure.
func reading(t *testing.T, body []byte) [4]string {
	t.Helper()
	d, err := extract.Extract(body, extract.Options{URL: "https://harbour.example/page"})
	if err != nil {
		return [4]string{}
	}
	return [4]string{d.Title, d.Text(), d.Published, d.Modified}
}

// statement has everything that a reading looks at.
const statement = `<!doctype html><html lang="en"><head><title>Pier stays | Harbour</title>
<meta name="csrf-token" content="abc"><meta property="article:published_time" content="2024-05-01T10:00:00Z">
<link rel="stylesheet" href="/a.css?v=1"><link rel="canonical" href="https://harbour.example/pier">
<script type="application/ld+json">{"@type":"NewsArticle","headline":"Pier stays","dateModified":"2024-05-03"}</script>
<script nonce="x" src="/app.1.js">boot(1)</script><style>p{}</style></head><body class="page">
<nav><a href="/news?utm=1">News</a></nav><main><h1>Pier stays</h1><p class="byline">By the harbour master, <time datetime="2024-05-01">May 1</time></p>
<!-- built at noon --><p>The harbour authority will keep the old pier open for another two years, as it has promised to the islanders.</p>
<p id="second">Repairs begin in spring, when the water is low enough for the divers to work on the piles of the pier. <a href="/plan?utm=1#map">The plan</a> says more.</p>
<p style="display:none">Nobody sees this sentence, which is long enough to be one of the text.</p>
<ul><li>One berth is closed at night.</li><li value="7">The other is not.</li></ul></main><input type="hidden" name="t" value="tok"></body></html>`

// What a structure passes over changes no reading.
func TestStructurePassesOver(t *testing.T) {
	pages := map[string][]byte{"statement": []byte(statement)}
	files, _ := filepath.Glob("testdata/pages/*/page.html")
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		pages[f] = b
	}
	for name, body := range pages {
		a, ok := extract.Structure(body)
		other := noisy(body)
		b, _ := extract.Structure(other)
		if bytes.Equal(body, other) || !ok || a != b {
			t.Errorf("%s: the structure is another one, or the page is the same", name)
		}
		if diff := cmp.Diff(reading(t, body), reading(t, other)); diff != "" {
			t.Errorf("%s: reads otherwise (-want +got):\n%s", name, diff)
		}
	}
}

// Each of these edits changes what is read, or may; none is passed over.
func TestStructureHolds(t *testing.T) {
	a, _ := extract.Structure([]byte(statement))
	for _, edit := range [][2]string{
		{`lang="en"`, `lang="de"`}, {"Pier stays | Harbour", "Pier goes | Harbour"}, {"2024-05-01T10:00:00Z", "2024-05-02T10:00:00Z"},
		{`"dateModified":"2024-05-03"`, `"dateModified":"2024-05-04"`}, {"https://harbour.example/pier", "https://harbour.example/mole"},
		{"<h1>", "<h2>"}, {`class="byline"`, `class="lead"`}, {`datetime="2024-05-01"`, `datetime="2024-05-09"`}, {"May 1", "May 9"},
		{"two years", "three years"}, {`id="second"`, `id="related"`}, {`href="/plan?utm=1#map"`, `href="/plans?utm=1#map"`},
		{"display:none", "display:block"}, {`value="7"`, `value="8"`}, {`class="page"`, `class="page related"`}, {"<main>", "<aside>"},
		{"<!-- built at noon -->", ""}, {"ld+json", "json"}, {`<p style`, `<p hidden style`}, {`<p id`, `<p role="note" id`}, {`<p id`, `<p itemprop="articleBody" id`},
		{"</li>", ""}, {"</main>", "<p>More.</p></main>"}, {"boot(1)", ""}, {`name="csrf-token"`, `name="date"`}, {`rel="canonical"`, `rel="alternate"`},
	} {
		edited := strings.Replace(statement, edit[0], edit[1], 1)
		if edited == statement {
			t.Fatalf("%q is not on the page", edit[0])
		}
		if b, _ := extract.Structure([]byte(edited)); a == b {
			t.Errorf("%q for %q keeps the structure", edit[1], edit[0])
		}
	}
	if _, ok := extract.Structure([]byte(`<?xml version="1.0"?><html/>`)); ok {
		t.Error("an XML page has a structure")
	}
}

// Two pages of one structure read alike, whatever is on them: where the tokenizer and the parser see different things,
// nothing is passed over.
func FuzzStructure(f *testing.F) {
	f.Add([]byte(statement))
	for _, s := range []string{
		"<svg><style><p>x</p></style><!-- a --></svg><p>y", "<noscript><!-- </noscript><p>seen</p> --></noscript>", "<svg><title><!-- </title>--></svg><p>",
		"<select><style><p>x</style></select>", "<math><mtext><style>a</style></mtext></math>", "<textarea><!-- x --></textarea>", "<plaintext><!-- x --><script>y</script>",
		"<script><!--<script></script><p>x</p>--></script>", "<svg><desc><p></svg><![CDATA[ x ]]><!-- y --></desc></svg>", "<table><script>x</script><style>y</style><tr><td>z", "<frameset><script>x</script></frameset>",
		"<template><!-- x --><script>y</script></template>", "<p title='>'data-a=1>x<!-->y-->z", "<a href='?utm=1#a'>x</a><p data-x='\"' class=related>y", "<script type='application/ld&#43;json'>{\"@type\":\"Article\",\"headline\":\"x\"}</script>",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if len(body) > 1<<15 {
			return
		}
		other := noisy(body)
		a, ok := extract.Structure(body)
		b, _ := extract.Structure(other)
		if !ok || a != b {
			return
		}
		if diff := cmp.Diff(reading(t, body), reading(t, other)); diff != "" {
			t.Errorf("%q and %q have one structure and read otherwise:\n%s", body, other, diff)
		}
	})
}

// BenchmarkStructure tells what a structure costs beside parsing and reading: extraction is the measure.
func BenchmarkStructure(b *testing.B) {
	body := []byte(strings.Replace(statement, "<ul>", strings.Repeat("<div class='part wide' data-n='1'><p>The harbour authority will keep the old pier open for another two years, as it has <b>promised</b> to the islanders.</p></div>\n", 1000)+"<ul>", 1))
	b.Run("structure", func(b *testing.B) {
		b.SetBytes(int64(len(body)))
		b.ReportAllocs()
		for b.Loop() {
			if _, ok := extract.Structure(body); !ok {
				b.Fatal("no structure")
			}
		}
	})
	b.Run("extract", func(b *testing.B) {
		b.SetBytes(int64(len(body)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := extract.Extract(body, extract.Options{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
