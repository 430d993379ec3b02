package extract

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// outline is a tree as text, without what lean may leave out: the texts of scripts, style sheets and select elements, what
// is in drawings, comments, and white space between tags.
func outline(n *html.Node) string {
	var b strings.Builder
	var walk func(n *html.Node, depth int)
	walk = func(n *html.Node, depth int) {
		if depth > 300 {
			return
		}
		switch n.Type {
		case html.CommentNode:
			return
		case html.TextNode:
			p := n.Parent
			if p.DataAtom == atom.Script && !strings.Contains(strings.ToLower(attr(p, "type")), "ld+json") || p.DataAtom == atom.Style || p.DataAtom == atom.Select {
				return
			}
			if s := strings.Trim(n.Data, " \t\n\r\f"); s != "" {
				fmt.Fprintf(&b, "%q\n", s)
			}
		default:
			fmt.Fprintf(&b, "%d %s %s\n", depth, n.Data, n.Namespace)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, depth+1)
		}
	}
	walk(n, 0)
	return b.String()
}

// sameTree compares the trees of a page before and after.
func sameTree(t *testing.T, page []byte) {
	t.Helper()
	thin := lean(page)
	want, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		return
	}
	got, err := html.Parse(bytes.NewReader(thin))
	if err != nil {
		t.Fatalf("parse the page without code: %v", err)
	}
	if w, g := outline(want), outline(got); w != g {
		t.Errorf("lean(%q) = %q makes another tree:\n%s\nwant:\n%s", page, thin, g, w)
	}
}

// code is what a page may do without.
var code = strings.Repeat("var a = 1; ", 20)

func TestLean(t *testing.T) {
	for _, tc := range []struct{ name, page, want string }{
		{"script", `<p>One<script>` + code + `</script>two`, `<p>One<script></script>two`},
		{"style", `<STYLE type="text/css">` + code + `</STYLE >x`, `<STYLE type="text/css"></STYLE >x`},
		{"two", `<script>` + code + `</script>a<script src=x>` + code + `</script>b`, `<script></script>a<script src=x></script>b`},
		{"linked data", `<script type="application/ld+json">` + code + `</script>`, ""},
		{"linked data, said with references", `<script type="application/ld&#x2B;json">` + code + `</script>`, ""},
		{"short", `<script>a()</script>`, ""},
		{"in a comment", `<!-- <script> -->` + code + `<script></script>`, ""},
		{"in a value", `<p title="<script>">` + code + `<script></script>`, ""},
		{"in a title", `<title><script></title>` + code + `<script></script>`, ""},
		{"in a noscript", `<noscript><style></noscript>` + code + `<style></style>`, ""},
		{"nobody ends it", `<script>` + code, ""},
		{"closes itself", `<svg><style/></svg>` + code + `<style></style>`, ""},
		{"script in a comment in a script", `<script><!-- <script>` + code + `</script> --> </script>x`, ""},
		{"commented script", `<script><!-- ` + code + ` --></script>x`, `<script></script>x`},
		{"another name", `<scripted>` + code + `</scripted>`, ""},
		{"markup in a script of a drawing", `<svg><script><a>` + code + `</script>`, ""},
		{"white space between blocks", "<ul>\n <li>a</li>\n <li><i>b</i>\n</ul>\n<p>c", "<ul><li>a</li><li><i>b</i>\n</ul><p>c"},
		{"white space between words", "<p><i>a</i>\n<b>b</b>\n</p>", ""},
		{"white space of the head", "<html>\n<head>\n<meta>\n<title>a</title>\n</head>\n<body>\n<a>b</a>\n</body>", "<html><head><meta><title>a</title></head><body><a>b</a>\n</body>"},
		{"after an end tag of nothing", "a</div>\n</div>b", ""},
		{"white space that opens an element", "<p><b>a</p>\n<div>b</div>\n", ""},
		{"an end tag that closes nothing here", "<b><table><tr><td></b>\n<p>a</table>\n<p>b", ""},
		{"preformatted", "<pre>\n<div>a</div>\n\n<p>b</pre>\n<p>c", "<pre>\n<div>a</div>\n\n<p>b</pre><p>c"},
		{"for some readers", "<div>\n<div class='a sr-only'>\n<div>\n</div>\n</div>\n<p>", "<div><div class='a sr-only'>\n<div>\n</div>\n</div><p>"},
		{"a long gap", "<div>" + strings.Repeat(" ", longGap+1) + "<p>", ""},
		{"comments between blocks", "<div>\n<!-- a --> <!-- b -->\n<p>", "<div><p>"},
		{"a comment in a text", "a<!-- a comment of some length -->b", "a<!---->b"},
		{"a shape", `<svg><path fill=d d="` + strings.Repeat("M0 0", 20) + `"/></svg>`, `<svg><path fill=d d=""/></svg>`},
		{"no shape", `<p d="` + strings.Repeat("M0 0", 20) + `">`, ""},
		{"markup in a style", `<svg><style>` + code + `</svg><p>x</p><style></style>`, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			want := tc.want
			if want == "" {
				want = tc.page
			}
			if got := string(lean([]byte(tc.page))); got != want {
				t.Errorf("lean(%q) = %q, want %q", tc.page, got, want)
			}
			sameTree(t, []byte(tc.page))
		})
	}
}

func TestLeanNames(t *testing.T) {
	for _, row := range leanNames {
		for _, name := range strings.Fields(row.names) {
			for _, spelled := range []string{name, strings.ToUpper(name)} {
				if got := leanNameOf([]byte(spelled)); got.text != name || got.role < row.role {
					t.Errorf("leanNameOf(%q) = %+v, want %q of role %d", spelled, *got, name, row.role)
				}
			}
		}
	}
	for name, want := range map[string]*leanName{"span": otherName, "x": otherName, "divs": otherName, "x-div": ownName, strings.Repeat("a-", 50): ownName} {
		if got := leanNameOf([]byte(name)); got != want {
			t.Errorf("leanNameOf(%q) = %+v, want %+v", name, *got, *want)
		}
	}
}

// An element that is skipped when it is short is judged by all that is in it.
func TestMayAside(t *testing.T) {
	asked := 0
	for _, g := range nameGroups {
		for _, word := range strings.Fields(g.word) {
			if nameMarks(word)&mSkip == 0 {
				continue
			}
			asked++
			for _, value := range []string{word, "box-" + word, "box " + strings.ToUpper(word) + "_2", "box" + strings.ToUpper(word[:1]) + word[1:]} {
				if !mayAside([]byte(value)) {
					t.Errorf("mayAside(%q) = false", value)
				}
			}
		}
	}
	if asked == 0 {
		t.Error("no word is one of mSkip")
	}
	for _, value := range []string{"", "s", "post-body entry", "nav__list", "https://harbour.example/"} {
		if mayAside([]byte(value)) {
			t.Errorf("mayAside(%q) = true", value)
		}
	}
}

func FuzzLean(f *testing.F) {
	for _, s := range []string{
		`<p a="<script>` + code + `">x<script>` + code + `</script>y`,
		`<!--><script>` + code + `</script>--><style>` + code + `</style>`,
		`<p ="a><script>` + code + `</script>">`, `<!-- a --!><script>` + code + `</script>`,
		`<select><style>` + code + `</style><option>a</select>`, `<svg><script>` + code + `</script><title><p></svg>`,
		`<?a><script>` + code + `</script></><![CDATA[<style>` + code + `</style>]]>`,
		"<p><b>a</p>\n<div>b</b>\n</div>\n<p>c", "<pre>\n<div>a</div>\n\n<p>b</pre>\n\n<p>c", "<b><table><tr><td></b>\n<p>a</table>\n<p>b",
		"<svg viewBox='0 0 1 1'><g><path d='M0 0'/></g><title>a</title></svg>\n<div>b", "<a><svg><desc><i></svg>\n<p>a</a>b\n<p>c",
		"<html>\n<head>\n <meta>\n<!-- a -->\n<body>\n <!-- b -->\n<ul>\n <li>c\n <li>d</ul>\n</body>\n", "a</div>\n</div>b\n<li>\n</p>c<!-- d -->\n<h1>",
		"<table>\n<tr>\n<td>a\n<p>\n</table>b\n</div>\n<select>\n<b><p>\n</select></b>\n<p>c", "<frameset>\n<div>\n</frameset>a\n<p>",
		`<textarea><script></textarea><script type = 'text/javascript' async>` + code + `</SCRIPT/>z`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, page []byte) {
		// What is left out is long, as a rule; a fuzzer writes little.
		sameTree(t, bytes.ReplaceAll(page, []byte("var "), []byte(code)))
	})
}

// A long page that ends with its last tag, in memory of just its length, is looked at to its end and not beyond.
func TestParseEndsWithThePage(t *testing.T) {
	page := []byte("<p>" + strings.Repeat("One two three. ", 5000) + "</p></html>\n")
	for n := len(page) - 14; n <= len(page); n++ {
		if _, _, err := Parse(page[:n:n]); err != nil {
			t.Errorf("Parse of %d bytes: %v", n, err)
		}
	}
}
