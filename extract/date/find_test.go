package date_test

import (
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/onrecord/onrecord/extract/date"
)

// parse makes the tree of a page; the parser accepts any text.
func parse(t testing.TB, page string) *html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

const story = `<p>The authority closed the eastern basin after an inspection found cracks in the quay wall, and it will stay
closed until the repairs are done. A similar closure on 4 May 2011 lasted for three weeks, the authority says.</p>`

// posts are a discussion, oldest post first; newest is a list in the other order.
const (
	posts  = post1 + post2 + post3
	newest = post3 + post2 + post1
	post1  = `<div class="p"><p class="who">alba <b>1 May 2019, 10:00</b></p><p>Is it closed? The gate was shut this morning.</p></div>`
	post2  = `<div class="p"><p class="who">brisa <b>2 May 2019, 11:00</b></p><p>It is, after the inspection.</p></div>`
	post3  = `<div class="p"><p class="who">cala <b>4 May 2019, 12:00</b></p><p>Until further notice.</p></div>`
)

func TestRead(t *testing.T) {
	tests := []struct {
		name, page          string
		in                  date.Input
		published, modified string
	}{
		{name: "json-ld of the article",
			page: `<script type="application/ld+json">{"@graph":[{"@type":"WebSite","datePublished":"2001-01-01"},
				{"@type":["NewsArticle"],"headline":"Basin closed","datePublished":"2019-10-03T09:00:00+02:00","dateModified":"2019-10-05"}]}</script>
				<h1>Basin closed</h1>` + story,
			published: "2019-10-03", modified: "2019-10-05"},
		{name: "json-ld of a list of other articles",
			page: `<title>Basin closed</title><script type="application/ld+json">[{"@type":"NewsArticle","headline":"Another thing entirely","datePublished":"2019-01-01"},
				{"@type":"NewsArticle","headline":"A third thing entirely","datePublished":"2019-02-02"}]</script><h1>Basin closed</h1><p>3 October 2019</p>` + story,
			published: "2019-10-03"},
		{name: "json-ld with a comma too many",
			page:      `<script type="application/ld+json">{"@type":"Article","datePublished":"2019-10-03",}</script><h1>Basin closed</h1>` + story,
			published: "2019-10-03"},
		{name: "an event's start is no publication",
			page: `<script type="application/ld+json">{"@type":"Event","startDate":"2019-12-24","datePublished":"2019-12-01"}</script><h1>Open day</h1>` + story},
		{name: "meta elements",
			page: `<meta property="article:published_time" content="2019-10-03T23:30:00-04:00"><meta property="og:updated_time" content="1570233600">
				<h1>Basin closed</h1>` + story,
			published: "2019-10-03", modified: "2019-10-05"},
		{name: "microdata", page: `<article itemscope itemtype="https://schema.org/Article"><h1>Basin closed</h1>
				<span itemprop="datePublished" content="2019-10-03">last Thursday</span>` + story + `</article>`, published: "2019-10-03"},
		{name: "time element", page: `<h1>Basin closed</h1><time datetime="2019-10-03T09:00">3 Oct</time>` + story, published: "2019-10-03"},
		{name: "plain text by the headline", page: `<h1>Basin closed</h1><div>By the harbour office | October 3, 2019</div>` + story, published: "2019-10-03"},
		{name: "before the headline", page: `<div class="date">3 octobre 2019</div><h1>Bassin fermé</h1>` + story, published: "2019-10-03"},
		{name: "both roles in words", page: `<h1>Basin closed</h1><p>Updated on 5 October 2019. First published 3 October 2019.</p>` + story,
			published: "2019-10-03", modified: "2019-10-05"},
		{name: "roles in German", page: `<html lang="de"><h1>Becken gesperrt</h1><p>Veröffentlicht am 03.10.2019, aktualisiert am 05.10.2019</p>` + story,
			published: "2019-10-03", modified: "2019-10-05"},
		{name: "roles in Japanese", page: `<html lang="ja"><h1>港の閉鎖について</h1><p>公開日：2019年10月3日　更新日：2019年10月5日</p>` + story,
			published: "2019-10-03", modified: "2019-10-05"},
		{name: "as of is a change", page: `<html lang="de"><h1>Becken gesperrt</h1><p>Stand: 5. Oktober 2019</p>` + story, published: "2019-10-05", modified: "2019-10-05"},
		{name: "role in the line above", page: `<h1>Basin closed</h1><h4>Published</h4><div>3 October 2019</div>` + story, published: "2019-10-03"},
		{name: "hAtom's updated is the only date", page: `<h1>Basin closed</h1><span class="entry-date updated">3 October 2019</span>` + story,
			published: "2019-10-03"},
		{name: "dateline", page: `<h1>Basin closed</h1><p>HARBOUR TOWN, October 3, 2019 – ` + story[3:], published: "2019-10-03"},
		{name: "within a sentence", page: `<h1>Basin closed</h1>` + story},
		{name: "address", page: `<link rel="canonical" href="https://harbour.example/2019/10/03/basin"><h1>Basin closed</h1>` + story,
			published: "2019-10-03"},
		{name: "address with a month only", page: `<link rel="canonical" href="https://harbour.example/2019/10/basin"><h1>Basin closed</h1>` + story},
		{name: "visible day beats the address", page: `<link rel="canonical" href="https://harbour.example/2019/10/02/basin"><h1>Basin closed</h1>
				<p class="date">3 October 2019</p>` + story, published: "2019-10-03"},
		{name: "the same moment in UTC", page: `<meta property="article:published_time" content="2019-10-02T22:30:00Z"><h1>Becken gesperrt</h1>
				<p class="date">3. Oktober 2019</p>` + story, published: "2019-10-03"},
		{name: "another day in the publisher's own offset", page: `<meta property="article:published_time" content="2019-10-02T22:30:00+02:00">
				<div class="date">3 October 2019</div><h1>Basin closed</h1>` + story, published: "2019-10-02"},
		{name: "comments", page: `<h1>Basin closed</h1>` + story + `<div id="comments"><p class="date">5 October 2019</p></div>`},
		{name: "related articles", page: `<h1>Basin closed</h1>` + story + `<div class="related"><h3><a href="/x">Another</a></h3><p class="date">5 October 2019</p></div>`},
		{name: "a list of others without a name", page: `<h1>Basin closed</h1>` + story + story + `<ul><li><p><a href="/a">A</a></p><p class="date">1 May 2019</p>
				<li><p><a href="/b">B</a></p><p class="date">2 May 2019</p><li><p><a href="/c">C</a></p><p class="date">3 May 2019</p></ul>`},
		{name: "a discussion", page: `<h1>Is the basin closed?</h1><ul><li>Home</li><li>Forum</li><li>Basins</li><li>Closed</li><li>Old</li><li>New</li></ul>` + posts, published: "2019-05-01"},
		{name: "newest first is no discussion", page: `<h1>Basins</h1><ul><li>Home</li><li>Forum</li><li>Basins</li><li>Closed</li><li>Old</li><li>New</li></ul>` + newest},
		{name: "copyright", page: `<h1>Basin closed</h1>` + story + `<footer>© 3 October 2019 Harbour</footer>`},
		{name: "an event by the headline", page: `<h1>Open day</h1><p>Event: 24 December 2019</p><p>Deadline: 1 December 2019</p>` + story},
		{name: "a span of days", page: `<h1>Open days</h1><p>3–5 October 2019</p>` + story},
		{name: "the future of the visit", page: `<h1>Basin closed</h1><p>3 October 2029</p>` + story,
			in: date.Input{Header: http.Header{"Date": {"Thu, 03 Oct 2019 10:00:00 GMT"}}}},
		{name: "Last-Modified is never chosen", page: `<h1>Basin closed</h1>` + story,
			in: date.Input{Header: http.Header{"Last-Modified": {"Thu, 03 Oct 2019 10:00:00 GMT"}}}},
		{name: "hidden text", page: `<h1>Basin closed</h1><p hidden>3 October 2019</p><p style="display: none">4 October 2019</p>` + story},
		{name: "changed before it was published", page: `<meta property="article:published_time" content="2019-10-03"><meta property="article:modified_time" content="2019-09-01">
				<h1>Basin closed</h1>` + story, published: "2019-10-03"},
		{name: "built today, shown as written", page: `<script type="application/ld+json">{"@type":"Article","datePublished":"2024-05-01T00:00:00Z","dateModified":"2024-05-01T00:00:00Z"}</script>
				<h1>Basin closed</h1><time class="date" datetime="2019-10-03">3 October 2019</time>` + story, published: "2019-10-03", modified: "2024-05-01"},
		{name: "empty", page: ``},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.in.Root = parse(t, tt.page)
			r := date.Read(tt.in)
			if r.Published != tt.published || r.Modified != tt.modified {
				t.Errorf("Read = published %q, modified %q; want %q, %q\nclaims: %+v", r.Published, r.Modified, tt.published, tt.modified, r.Claims)
			}
		})
	}
}

func TestReadAmbiguous(t *testing.T) {
	const dated = `<h1>Basin closed</h1><div class="blogdate"><span>10-03-2019</span></div>` + story
	tests := []struct {
		name, page string
		in         date.Input
		published  string
		ambiguous  bool
		why        string
	}{
		{name: "no evidence", page: `<html lang="en">` + dated, in: date.Input{URL: "https://harbour.example/a"}, ambiguous: true},
		{name: "the site", page: `<html lang="en">` + dated, in: date.Input{Order: date.MonthFirst}, published: "2019-10-03",
			why: "the site writes the month first"},
		{name: "the site outweighs the language", page: `<html lang="en-GB">` + dated, in: date.Input{Order: date.MonthFirst}, published: "2019-10-03",
			why: "the site writes the month first"},
		{name: "json-ld agrees with one", page: `<script type="application/ld+json">{"@type":"Article","dateModified":"2019-10-03"}</script>` + dated,
			published: "2019-10-03", why: "the page's json-ld says 2019-10-03"},
		{name: "the address agrees with one", page: dated, in: date.Input{URL: "https://harbour.example/2019/10/basin"}, published: "2019-10-03",
			why: "the page's url says 2019-10"},
		{name: "metadata for each", page: `<meta name="published" content="2019-03"><meta name="dcterms.modified" content="2019-10-03">` + dated,
			ambiguous: true},
		{name: "another date of the page", page: dated + `<ul class="related"><li>10-23-2019<li>10-24-2019</ul>`, published: "2019-10-03",
			why: "other dates of the page have the month first"},
		{name: "American English", page: `<html lang="en-US">` + dated, published: "2019-10-03", ambiguous: true,
			why: "probably the month first: its language is en-US"},
		{name: "British English", page: `<html lang="en-GB">` + dated, published: "2019-03-10", ambiguous: true,
			why: "probably the day first: its language is en-GB"},
		{name: "French", page: `<html lang="fr">` + dated, published: "2019-03-10", ambiguous: true, why: "probably the day first: its language is fr"},
		{name: "domain", page: dated, in: date.Input{URL: "https://harbour.gov/a"}, published: "2019-10-03", ambiguous: true,
			why: "probably the month first: its domain ends in .gov"},
		{name: "header", page: dated, in: date.Input{Header: http.Header{"Content-Language": {"en-GB"}}}, published: "2019-03-10", ambiguous: true,
			why: "probably the day first: its header says en-GB"},
		{name: "language and domain contradict", page: `<html lang="en-US">` + dated, in: date.Input{URL: "https://harbour.co.uk/a"}, ambiguous: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.in.Root = parse(t, tt.page)
			r := date.Read(tt.in)
			if r.Published != tt.published {
				t.Errorf("published %q, want %q; claims %+v", r.Published, tt.published, r.Claims)
			}
			for _, c := range r.Claims {
				if c.Raw != "10-03-2019" {
					continue
				}
				if c.Ambiguous != tt.ambiguous || len(c.Readings) != 2 || !strings.HasPrefix(c.Why, tt.why) {
					t.Errorf("claim %+v, want ambiguous %v, both readings, why %q", c, tt.ambiguous, tt.why)
				}
				return
			}
			t.Errorf("no claim of the ambiguous date: %+v", r.Claims)
		})
	}
}

func TestOrders(t *testing.T) {
	tests := []struct {
		name, page string
		day, month int
	}{
		{"over twelve", `<h1>A</h1><p class="date">10/23/2019</p>`, 0, 1},
		{"agreeing with metadata", `<meta name="datePublished" content="2019-10-03"><h1>A</h1><p class="date">03.10.2019</p>`, 1, 0},
		{"only favoured", `<html lang="de"><h1>A</h1><p class="date">03.10.2019</p>`, 0, 0},
		{"same either way", `<meta name="datePublished" content="2019-10-10"><h1>A</h1><p class="date">10/10/2019</p>`, 0, 0},
		{"a list", `<h1>A</h1><ul class="related"><li>10/23/2019<li>10/24/2019</ul>`, 0, 2},
		{"year first", `<h1>A</h1><p class="date">2019-10-23</p>`, 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := date.Read(date.Input{Root: parse(t, tt.page)})
			if r.DayFirst != tt.day || r.MonthFirst != tt.month {
				t.Errorf("orders %d, %d, want %d, %d", r.DayFirst, r.MonthFirst, tt.day, tt.month)
			}
		})
	}
}

func TestPlace(t *testing.T) {
	page := `<h1>Basin closed</h1><div class="a1"><span class="when-7">3 October 2019</span></div>` + story
	first := date.Read(date.Input{Root: parse(t, page)})
	if first.Place == "" {
		t.Fatal("no place")
	}
	// The same place far from the headline and in a sidebar, with another date nearer.
	other := `<h1>Basin open</h1>` + strings.Repeat(story, 4) + `<div class="a2"><span class="when-9">9 October 2019</span></div><p>in June 2018</p>` + strings.Repeat(story, 30)
	if r := date.Read(date.Input{Root: parse(t, other), Place: first.Place}); r.Published != "2019-10-09" {
		t.Errorf("with the place: published %q, want 2019-10-09; %+v", r.Published, r.Claims)
	}
}

func TestFindKeepsTheTree(t *testing.T) {
	root := parse(t, `<h1>A</h1><p class="date">3 October 2019</p>`+story)
	var before, after strings.Builder
	if err := html.Render(&before, root); err != nil {
		t.Fatal(err)
	}
	date.Find(date.Input{Root: root})
	if err := html.Render(&after, root); err != nil {
		t.Fatal(err)
	}
	if before.String() != after.String() {
		t.Error("Find changed the tree")
	}
}
