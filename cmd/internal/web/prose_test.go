package web

import (
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/extract"
)

var tag = regexp.MustCompile(`<[^>]*>`)

// wordsOf are the words of markup, in order.
func wordsOf(markup string) string {
	return strings.Join(strings.Fields(html.UnescapeString(tag.ReplaceAllString(markup, " "))), " ")
}

func whole(p *prose) string {
	var b strings.Builder
	for _, block := range p.blocks {
		b.WriteString(block.html)
	}
	return b.String()
}

// TestProseOfPages proves that what the extractor writes is read with its structure, and says the canonical text.
func TestProseOfPages(t *testing.T) {
	pages, err := filepath.Glob("../../../extract/testdata/pages/*/page.html")
	if err != nil || len(pages) == 0 {
		t.Fatalf("no pages: %v", err)
	}
	for _, path := range pages {
		t.Run(filepath.Base(filepath.Dir(path)), func(t *testing.T) {
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			doc, err := extract.Extract(b, extract.Options{URL: "https://harbour.example/page"})
			if err != nil {
				t.Fatal(err)
			}
			r := &archive.Reading{Text: archive.Canonical(doc.Text()), Markdown: doc.Markdown()}
			p := newProse(r, "")
			if p.plain {
				t.Fatalf("the structure was left out of\n%s", r.Markdown)
			}
			spaces := func(s string) string { return strings.Join(strings.Fields(strings.ReplaceAll(s, "|", " ")), "") }
			if got, want := spaces(wordsOf(whole(p))), spaces(r.Text); got != want {
				t.Errorf("the page says\n%s\nand the text is\n%s", got, want)
			}
		})
	}
}

func TestProseStructure(t *testing.T) {
	r := &archive.Reading{
		Text: "What changes\nShips may enter. Boats may not.\nFirst item\nInner item\nThe wall stays.\nYear | Ships\n2019 | 412\nmake all\nrun it",
		Markdown: "## What changes\n\nShips [may enter](https://harbour.example/enter). *Boats* may not.\n\n-  First item\n   1. Inner item\n\n> The **wall** stays.\n\n" +
			"| Year | Ships |\n| --- | --- |\n| 2019 | 412 |\n\n```\nmake all\n\n  run it\n```",
	}
	p := newProse(r, "")
	got := whole(p)
	if p.plain {
		t.Fatal("the structure was left out")
	}
	name := sentenceName("Ships may enter.")
	for _, want := range []string{
		"<h2 dir=\"auto\">", `<span class="sentence" id="s-` + name + `">Ships <a href="https://harbour.example/enter" rel="noopener nofollow noreferrer external">may enter</a>.</span>`,
		"<em>Boats</em>", "<ul>", "<ol>", "<blockquote>", "<strong>wall</strong>", "<th dir=\"auto\">", "<pre tabindex=\"0\"",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
	linked := whole(newProse(r, "/s/x/v/1/sentence/"))
	if !strings.Contains(linked, `<a class="sentence" id="s-`+name+`" href="/s/x/v/1/sentence/`+name+`">Ships may enter.</a>`) || strings.Contains(linked, "external") {
		t.Errorf("linked sentences: %s", linked)
	}
}

func TestProsePrepared(t *testing.T) {
	for _, c := range []struct{ text, markdown, want string }{
		{"The ranks: 1. Finland 2. Norway", "The ranks:\\\n 1. Finland\\\n 2. Norway", "The ranks:<br>1. Finland<br>2. Norway"},
		{"It ends here.\nAnd goes on.", "It ends here.\\\n\n\nAnd goes on.", "And goes on."},
		{"By author\nA | 63 | 16 %", "| By author |\n| --- |\n| A | 63 | 16 % |", "63</span></td>"},
		{"A | B\n1 | 2", "|  | A | B |\n| --- | --- | --- |\n| 1 | 2 |", "<th dir=\"auto\"></th>"},
		{"make \\\nall", "```\nmake \\\nall\n```", "make \\"},
		{"a path\\\nb", "a path\\\\\n\nb", "a path\\"},
	} {
		p := newProse(&archive.Reading{Text: c.text, Markdown: c.markdown}, "")
		if got := whole(p); p.plain || !strings.Contains(got, c.want) && !strings.Contains(tag.ReplaceAllStringFunc(got, keepBreaks), c.want) {
			t.Errorf("of %q: %s", c.markdown, got)
		}
	}
}

func keepBreaks(tag string) string {
	if tag == "<br>" {
		return tag
	}
	return ""
}

// TestProseOfAnother proves that Markdown which says something else than the text is not shown.
func TestProseOfAnother(t *testing.T) {
	for _, markdown := range []string{"We will dump it.", "We will not dump it.\n\nAnd more.", "", "We will not\n\ndump it.", strings.Repeat("> ", 100) + "We will not dump it."} {
		p := newProse(&archive.Reading{Text: "We will not dump it.", Markdown: markdown}, "")
		if !p.plain || wordsOf(whole(p)) != "We will not dump it." {
			t.Errorf("of %q: %s", markdown, whole(p))
		}
	}
}

func TestProseIsSafe(t *testing.T) {
	text := `x <script>alert(1)</script> y" onclick="z <img src=x onerror=alert(1)> ` + "\u202egnirts"
	for _, markdown := range []string{"", `x \<script>alert(1)\</script> y" onclick="z \<img src=x onerror=alert(1)> ` + "\u202egnirts", text, "[" + text + "](javascript:alert(1))", "[x](data:text/html,x) " + text[2:]} {
		got := whole(newProse(&archive.Reading{Text: text, Markdown: markdown}, ""))
		if strings.Contains(got, "<script") || strings.Contains(got, "<img") || strings.Contains(got, "href") || strings.Contains(got, "\u202e") || strings.Contains(got, ` onclick="`) {
			t.Errorf("of %q: %s", markdown, got)
		}
	}
	for address, want := range map[string]string{
		"https://a.example/x?y=%22": "https://a.example/x?y=%22", "JavaScript:alert(1)": "", "//a.example": "", "/x": "", "mailto:a@a.example": "mailto:a@a.example",
		"http:x": "", "vbscript:x": "", "data:text/html,x": "", "java\nscript:x": "",
	} {
		if got := safeAddress(address); got != want {
			t.Errorf("safeAddress(%q) = %q, want %q", address, got, want)
		}
	}
}

func TestProseParts(t *testing.T) {
	long := strings.Repeat(strings.Repeat("word ", 1000)+"end.\n", 100)
	r := &archive.Reading{Text: archive.Canonical(long)}
	p := newProse(r, "")
	_, of := p.part(1)
	if of < 3 {
		t.Fatalf("%d parts of %d bytes", of, len(long))
	}
	var all string
	for n := 1; n <= of; n++ {
		part, _ := p.part(n)
		if len(part) > 3*partSize {
			t.Errorf("part %d has %d bytes", n, len(part))
		}
		all += string(part)
	}
	if all != whole(p) {
		t.Error("the parts are not the whole")
	}
	if first, _ := p.part(-1); !strings.HasPrefix(all, string(first)) {
		t.Error("a part before the first is not the first")
	}
}

func FuzzProse(f *testing.F) {
	f.Add("We will.\nAnd *so* on.", "We will.\n\nAnd \\*so\\* on.")
	f.Add("a | b\n1 | 2", "| a | b |\n| --- | --- |\n| 1 | 2 |")
	f.Fuzz(func(t *testing.T, text, markdown string) {
		text = archive.Canonical(text)
		got := whole(newProse(&archive.Reading{Text: text, Markdown: markdown}, ""))
		if strings.Contains(strings.ToLower(got), "<script") || strings.Contains(got, "javascript:") && !strings.Contains(text, "javascript:") {
			t.Errorf("%q, %q: %s", text, markdown, got)
		}
	})
}
