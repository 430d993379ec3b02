package discover_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/onrecord/onrecord/crawler/discover"
	"golang.org/x/net/html"
)

func parse(t testing.TB, page string) *html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Skip(err) // nested deeper than the parser goes
	}
	return root
}

const pageURL = "https://harbour.example/news/index.html"

func TestFindLinks(t *testing.T) {
	page := `<!DOCTYPE html><title>x</title><body>
		<nav><a href="/">Home</a> <a href="#top">Top</a></nav>
		<main><a href=" a?b=c#d ">On  <b>dredging</b>
			works</a><a href="b"><img alt="A picture"></a><a href="c" title="By title"></a>
			<article><footer><a href="d" rel="Tag nofollow">e</a></footer></article>
			<a name="x">no link</a><a href="//other.example/ü">f</a></main>
		<div role="complementary"><a href="\g">g</a></div>
		<map><area href="h" alt="Area"></map>
		<footer><a href="mailto:a@harbour.example">m</a><a href="JavaScript:x()">j</a><a href="java
			script:x()">j</a><a href="http://[">bad</a><a href="/` + strings.Repeat("x", 70_000) + `">long</a>
			<a href="i">i</a></footer>`
	got := discover.FindLinks(parse(t, page), pageURL)
	want := discover.PageLinks{
		Base: pageURL, Bad: 1, TooLong: 1, Skipped: map[string]int{"mailto": 1, "javascript": 2},
		Links: []discover.Link{
			{URL: "https://harbour.example/", Text: "Home", Rel: []string{}, Region: "nav"},
			{URL: "https://harbour.example/news/a?b=c#d", Text: "On dredging works", Rel: []string{}, Region: "main"},
			{URL: "https://harbour.example/news/b", Text: "A picture", Rel: []string{}, Region: "main"},
			{URL: "https://harbour.example/news/c", Text: "By title", Rel: []string{}, Region: "main"},
			{URL: "https://harbour.example/news/d", Text: "e", Rel: []string{"tag", "nofollow"}, Region: "main", NoFollow: true},
			{URL: "https://other.example/%C3%BC", Text: "f", Rel: []string{}, Region: "main"},
			{URL: "https://harbour.example/g", Text: "g", Rel: []string{}, Region: "aside"},
			{URL: "https://harbour.example/news/h", Text: "Area", Rel: []string{}},
			{URL: "https://harbour.example/news/i", Text: "i", Rel: []string{}, Region: "footer"},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("FindLinks (-want +got):\n%s", diff)
	}
}

func TestLinksBase(t *testing.T) {
	for _, c := range []struct{ name, head, want string }{
		{"none", "", "https://harbour.example/news/a"},
		{"relative", `<base href="../x/">`, "https://harbour.example/x/a"},
		{"another host", `<base href="https://other.example/y/z">`, "https://other.example/y/a"},
		{"only the first", `<base target="_top"><base href="/1/"><base href="/2/">`, "https://harbour.example/1/a"},
		{"a script", `<base href="javascript:x">`, "https://harbour.example/news/a"},
		{"no URL", `<base href="http://[">`, "https://harbour.example/news/a"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := discover.Links(parse(t, "<head>"+c.head+"</head><a href=a>x</a>"), pageURL)
			if len(got) != 1 || got[0].URL != c.want {
				t.Errorf("Links = %v, want %q", got, c.want)
			}
		})
	}
	if got := discover.Links(parse(t, "<a href=/a>x</a>"), "no address"); got != nil {
		t.Errorf("Links without an address = %v, want none", got)
	}
}

func TestLinksNoFollow(t *testing.T) {
	got := discover.Links(parse(t, `<meta name=Robots content="noindex, NoFollow"><a href=a>x</a>`), pageURL)
	if len(got) != 1 || !got[0].NoFollow {
		t.Errorf("Links = %v, want one not to follow", got)
	}
}

func TestLinksLimits(t *testing.T) {
	page := strings.Repeat("<a href=x>y</a>", discover.MaxLinks+5)
	if got := discover.FindLinks(parse(t, page), pageURL); !got.Cut || len(got.Links) != discover.MaxLinks {
		t.Errorf("%d links, cut %t, want the limit", len(got.Links), got.Cut)
	}
	// A tree may be deeper than a parser of pages makes it.
	root := &html.Node{Type: html.DocumentNode}
	at := root
	for range 100_000 {
		n := &html.Node{Type: html.ElementNode, Data: "div"}
		at.AppendChild(n)
		at = n
	}
	a := parse(t, "<a href=a>x</a>").FirstChild.LastChild.FirstChild
	a.Parent.RemoveChild(a)
	at.AppendChild(a)
	if got := discover.Links(root, pageURL); len(got) != 1 {
		t.Errorf("deep: %d links, want 1", len(got))
	}
	schemes := ""
	for i := range 100 {
		schemes += "<a href='x" + strings.Repeat("y", i) + ":z'>x</a>"
	}
	if got := discover.FindLinks(parse(t, schemes), pageURL); len(got.Skipped) > 33 || got.Skipped["other"] == 0 {
		t.Errorf("%d schemes are counted by name", len(got.Skipped))
	}
}

func TestAlternates(t *testing.T) {
	page := `<head><link rel="alternate" type="application/rss+xml; charset=utf-8" title="All  news" href="/feed">
		<link rel="alternate" type="application/rss+xml" href="/feed">
		<link rel="alternate" type="application/atom+xml" href="atom.xml"><link rel="alternate" hreflang="de" href="/de">
		<link rel="ALTERNATE" type="application/feed+json" href="/feed.json"><link rel="alternate" type="application/json" href="/wp-json">
		<link rel="canonical" href="https://other.example/x"><link rel="next" href="?page=2"><link rel="alternate" type="text/rss" href="feed:x">
		</head><a rel="prev" href="?page=0">Older</a><a rel="canonical" href="/y">z</a>`
	want := []discover.Alternate{
		{Kind: discover.AlternateFeed, URL: "https://harbour.example/feed", Type: "application/rss+xml", Title: "All news"},
		{Kind: discover.AlternateFeed, URL: "https://harbour.example/news/atom.xml", Type: "application/atom+xml"},
		{Kind: discover.AlternateFeed, URL: "https://harbour.example/feed.json", Type: "application/feed+json"},
		{Kind: discover.AlternateCanonical, URL: "https://other.example/x"},
		{Kind: discover.AlternateNext, URL: "https://harbour.example/news/index.html?page=2"},
		{Kind: discover.AlternatePrev, URL: "https://harbour.example/news/index.html?page=0"},
	}
	if diff := cmp.Diff(want, discover.Alternates(parse(t, page), pageURL)); diff != "" {
		t.Errorf("Alternates (-want +got):\n%s", diff)
	}
}

// BenchmarkLinks compares finding the links of a large page with parsing it: "links/parse" is the ratio.
func BenchmarkLinks(b *testing.B) {
	page := strings.Repeat(`<div class="card"><h2><a href="/statements/2024/a-statement-on-dredging">A statement on dredging</a></h2><p>Text of some length</p></div>`, 2000)
	root := parse(b, page)
	b.Run("parse", func(b *testing.B) {
		for b.Loop() {
			parse(b, page)
		}
	})
	b.Run("links", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			discover.Links(root, pageURL)
		}
	})
}

func FuzzLinks(f *testing.F) {
	f.Add("<base href=//x><nav><a href=\ta rel='next nofollow'>b<img alt=c></a>", pageURL)
	f.Add("<area href='javascript:x'><a href='http://xn--/'><link rel=next href=?>", "http://harbour.example")
	f.Add("<a href=%zz#>", "x")
	f.Fuzz(func(t *testing.T, page, base string) {
		root := parse(t, page)
		for _, l := range discover.Links(root, base) {
			if !strings.HasPrefix(l.URL, "http://") && !strings.HasPrefix(l.URL, "https://") || len(l.Text) > 2048 {
				t.Errorf("a link is %+v", l)
			}
		}
		for _, a := range discover.Alternates(root, base) {
			if !strings.HasPrefix(a.URL, "http://") && !strings.HasPrefix(a.URL, "https://") {
				t.Errorf("an alternate is %+v", a)
			}
		}
	})
}
