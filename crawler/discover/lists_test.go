package discover_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"github.com/onrecord/onrecord/crawler/discover"
)

const newsURL = harbour + "/news/"

func tree(t testing.TB, body string) *html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// titleAndDate are what a list says of an entry, by the end of its address.
func titleAndDate(l discover.List) map[string][2]string {
	out := map[string][2]string{}
	for _, it := range l.Items {
		out[strings.TrimPrefix(it.URL, newsURL)] = [2]string{it.Title, it.Date}
	}
	return out
}

const menu = `<ul class="menu"><li><a href="/">Home</a><li><a href="/about">About us</a><li><a href="/contact">Contact</a></ul>`

func TestLists(t *testing.T) {
	want := map[string][2]string{
		"pier":  {"The old pier stays open for two years", "1 May 2024"},
		"ferry": {"The ferry sails every hour in summer", "3 Nov 2023"},
		"pool":  {"The swimming pool opens again", "7 Feb 2023"},
	}
	for _, c := range []struct{ name, entry, around string }{
		{"list items", `<li>{date} <a href="{url}">{title}</a></li>`, "<ul>%s</ul>"},
		{"table", `<tr><td>{date}</td><td><a href="{url}">{title}</a></td></tr>`, "<table>%s</table>"},
		{"cards that are links", `<a class="card" href="{url}"><span>{date}</span><h3>{title}</h3></a>`, "<div>%s</div>"},
		{"teasers with more", `<div><h3>{title}</h3><p>{date}</p><p>Some words of it.</p><a href="{url}">Read more</a></div>`, "<div>%s</div>"},
		{"flat, date behind", `<h3><a href="{url}">{title}</a></h3><p>{date}</p><p>A teaser without a number.</p>`, "<div>%s</div>"},
		{"flat, date before", `<p>{date}</p><h3><a href="{url}">{title}</a></h3><p>A teaser without a number.</p>`, "<div>%s</div>"},
		{"terms", `<dt>{date}</dt><dd><a href="{url}">{title}</a></dd>`, "<dl>%s</dl>"},
		{"numbered classes", `<div class="row row-{n} odd"><div><a class="title" href="{url}">{title}</a></div><i>{date}</i></div>`, "<main>%s</main>"},
		{"categories beside", `<article><a href="/cat/{n}">harbour</a> <h2><a href="{url}">{title}</a></h2><time>{date}</time></article>`, "<main>%s</main>"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var entries strings.Builder
			for i, key := range []string{"pier", "ferry", "pool"} {
				entries.WriteString(strings.NewReplacer("{url}", key, "{title}", want[key][0], "{date}", want[key][1], "{n}", fmt.Sprint(i%2)).Replace(c.entry))
			}
			page := "<body>" + menu + fmt.Sprintf(c.around, entries.String()) + `<footer><a href="/imprint">Imprint</a> <a href="/terms">Terms</a></footer>`
			lists := discover.Lists(tree(t, page), newsURL)
			if len(lists) == 0 {
				t.Fatal("no lists")
			}
			if diff := cmp.Diff(want, titleAndDate(lists[0])); diff != "" {
				t.Errorf("the best list differs (-want +got):\n%s", diff)
			}
			if l := lists[0]; l.Score < 1 || l.Dated != 3 || l.Headlines != 3 {
				t.Errorf("the best list has score %.2f, %d dated, %d headlines; want more than 1, and 3 each", l.Score, l.Dated, l.Headlines)
			}
			for _, l := range lists[1:] {
				if l.Score > lists[0].Score/2 {
					t.Errorf("another list scores %.2f beside %.2f: %v", l.Score, lists[0].Score, l.Items)
				}
			}
		})
	}
}

func TestListsDates(t *testing.T) {
	for raw, want := range map[string]string{
		`<time datetime="2024-05-01T10:00:00Z">Wednesday</time>`: "2024-05-01T10:00:00Z",
		`2024年5月1日`:                        "2024年5月1日",
		`<b>04</b> <b>May</b> <b>2024</b>`: "04 May 2024",
		`01.05.24`:                         "01.05.24",
		`٠١/٠٥/٢٠٢٤`:                       "٠١/٠٥/٢٠٢٤",
		`May 2024`:                         "May 2024",
		`20240501`:                         "20240501",
		`call 1234`:                        "",
		`version 2.1.0 of`:                 "",
		`12 comments`:                      "",
	} {
		t.Run(raw, func(t *testing.T) {
			page := `<ul><li><a href="a">The pier stays open for now</a> <span>` + raw + `</span></li><li><a href="b">The ferry sails every single hour</a> <span>` + raw + `</span></li></ul>`
			lists := discover.Lists(tree(t, page), newsURL)
			if len(lists) != 1 {
				t.Fatalf("%d lists, want one", len(lists))
			}
			if got := lists[0].Items[0].Date; got != want {
				t.Errorf("date of %q is %q, want %q", raw, got, want)
			}
		})
	}
}

func TestListsAreBounded(t *testing.T) {
	for name, page := range map[string]string{
		"many links":  strings.Repeat(`<li><a href="a">x</a><a href="b">The ferry sails every hour</a> 1 May 2024`, 15_000),
		"one address": "<ul>" + strings.Repeat(`<li><a href="a">x</a> y`, 19_000) + `<li><a href="b">z</a></ul>`,
		"one block":   "<div><div>" + strings.Repeat(`<p><a href="a">x</a>`, 19_000) + `</div><div><p><a href="b">z</a></div></div>`,
		"deep":        strings.Repeat("<div>", 400) + `<a href=a>A b c d</a><a href=b>B c d e</a>` + strings.Repeat("</div>", 400),
		"long text":   `<ul><li><a href=a>` + strings.Repeat("word ", 100_000) + `</a><li><a href=b>` + strings.Repeat("2024 1 ", 100_000) + `</a></ul>`,
		"many shapes": manyShapes(),
	} {
		t.Run(name, func(t *testing.T) {
			for _, l := range discover.Lists(tree(t, page), newsURL) {
				for _, it := range l.Items {
					if len(it.Title) > 512 || len(it.Text) > 512 || len(it.Date) > 160 {
						t.Fatalf("an entry with %d bytes of title, %d of text, %d of date", len(it.Title), len(it.Text), len(it.Date))
					}
				}
			}
		})
	}
}

func manyShapes() string {
	var b strings.Builder
	for i := range 500 {
		fmt.Fprintf(&b, `<p class="c%s"><a href="x%d">One two three four</a><a href="y%d">Five six seven eight</a></p>`, strings.Repeat("x", i), i, i)
	}
	return b.String()
}

func FuzzLists(f *testing.F) {
	f.Add(`<ul><li>1 May 2024 <a href="a">The old pier stays open</a><li><a href=b>B</a></ul>`)
	f.Add(`<h2><a href=a>A</a></h2><p>2024-05-01<h2><a href=b>B</a></h2><p>x`)
	f.Add(`<a href=a><time datetime=x><a href=//[><table><a href=b>`)
	f.Fuzz(func(t *testing.T, page string) {
		a := discover.Lists(tree(t, page), newsURL)
		if diff := cmp.Diff(a, discover.Lists(tree(t, page), newsURL)); diff != "" {
			t.Errorf("two readings of one page differ:\n%s", diff)
		}
		for _, l := range a {
			if len(l.Items) < 2 || l.Dated > len(l.Items) || l.Headlines > len(l.Items) {
				t.Errorf("list of %d items, %d dated, %d headlines", len(l.Items), l.Dated, l.Headlines)
			}
		}
	})
}

func BenchmarkLists(b *testing.B) {
	var entries strings.Builder
	for i := range 200 {
		fmt.Fprintf(&entries, `<li><span>1 May 2024</span> <h3><a href="a%d">The old pier stays open</a></h3><p>It stays open.</li>`, i)
	}
	root := tree(b, menu+"<ul>"+entries.String()+"</ul>")
	b.ReportAllocs()
	for b.Loop() {
		discover.Lists(root, newsURL)
	}
}

func ExampleLists() {
	root, _ := html.Parse(strings.NewReader(`<h1>News</h1><ul>
		<li>1 May 2024: <a href="pier">The old pier stays open</a></li>
		<li>3 November 2023: <a href="ferry">The ferry sails every hour</a></li></ul>`))
	for _, it := range discover.Lists(root, "https://harbour.example/news/")[0].Items {
		fmt.Println(it.Date, it.Title, it.URL)
	}
	// Output:
	// 1 May 2024: The old pier stays open https://harbour.example/news/pier
	// 3 November 2023: The ferry sails every hour https://harbour.example/news/ferry
}
