package record_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/crawler/crawlertest"
)

// links is a listing of addresses.
func links(hrefs ...string) string {
	var b strings.Builder
	b.WriteString("<html><head><title>News</title></head><body><h1>News</h1><ul>")
	for i, h := range hrefs {
		fmt.Fprintf(&b, `<li><a href="%s">Statement %d</a></li>`, h, i)
	}
	return b.String() + "</ul></body></html>"
}

// trap is a way to lead a run astray, from /news/ on.
type trap struct {
	n     int
	name  string
	set   func(*lab)
	most  int    // requests in all, robots.txt and the sitemap among them
	least int    // requests
	pages int    // statements on record; -1 does not count them
	told  string // what the detail of some visit holds

}

func traps() []trap {
	var spellings, sessions, mixes, late []string
	for _, s := range []string{"?utm_source=x", "#part", "?", "?fbclid=abc", "?gclid=1&utm_medium=y", "?&", "#a", "#b", "?utm_campaign=z#c", "?msclkid=9"} {
		spellings = append(spellings, "/news/statement"+s, "/news/./statement"+s, "/news/x/../statement"+s)
	}
	spellings = append(spellings, "/news/%73tatement", "/n%65ws/statement")
	for i := range 40 {
		sessions = append(sessions, fmt.Sprintf("/news/statement;jsessionid=%032X", i), fmt.Sprintf("/news/statement?PHPSESSID=%032x", i))
	}
	for i := range 1024 {
		mixes = append(mixes, fmt.Sprintf("/news/filter?a=%d&amp;b=%d", i, i%7))
	}
	for i := range 120 {
		late = append(late, "/news/"+strings.Repeat("the-same-name-", 100)+fmt.Sprint(i))
	}
	any := func(l *lab, make func(path string) string) {
		l.site.SetUnknown(each(func(_ int, r *http.Request) crawlertest.Page {
			if !strings.HasPrefix(r.URL.Path, "/news/") {
				return status(404)
			}
			return crawlertest.Page{Body: make(r.URL.Path)}
		}))
	}
	listing := func(hrefs ...string) func(*lab) {
		return func(l *lab) { l.site.SetHTML("/news/", links(hrefs...)); l.site.SetHTML(where, good) }
	}
	filler := func(path string) string {
		return page("About "+path[len(path)-min(len(path), 12):], "", prose, plans, thanks, path)
	}
	return []trap{
		{n: 122, name: "the next month, for ever", most: 210, least: 150, pages: 1, told: "budget", set: func(l *lab) {
			listing(where)(l)
			l.site.SetHTML("/news/", strings.Replace(links(where), "</body>", `<a rel=next href="/news-archive/1">Older</a></body>`, 1))
			l.site.SetUnknown(each(func(_ int, r *http.Request) crawlertest.Page {
				n := 0
				if k, _ := fmt.Sscanf(r.URL.Path, "/news-archive/%d", &n); k != 1 {
					return status(404)
				}
				return crawlertest.Page{Body: strings.Replace(links(where), "</body>", fmt.Sprintf(`<a rel=next href="/news-archive/%d">Older</a></body>`, n+1), 1)}
			}))
		}},
		{n: 123, name: "a session id in each link", most: 4, pages: 1, set: listing(sessions...)},
		{n: 124, name: "paths that grow", most: 20, pages: -1, told: "trap pattern", set: func(l *lab) {
			l.depth = 50
			l.site.SetHTML("/news/", links("x/y"))
			any(l, func(path string) string {
				return strings.Replace(filler(path), "</body>", `<a href="x/y">More</a></body>`, 1)
			})
		}},
		{n: 125, name: "every mix of filters", most: 55, least: 50, pages: -1, told: "query mixes", set: func(l *lab) {
			listing(mixes...)(l)
			any(l, filler)
		}},
		{n: 126, name: "one page under many spellings", most: 4, pages: 1, set: listing(spellings...)},
		{n: 127, name: "links that are none", most: 4, pages: 1, told: "scheme mailto", set: listing(where, "mailto:desk@harbour.example", "tel:+1", "javascript:void(0)", "data:text/html,x", "ftp://harbour.example/", "file:///etc/passwd", "blob:x")},
		{n: 128, name: "other hosts in disguise", most: 4, pages: 1, told: "host not allowed", set: func(l *lab) {
			listing(where, "http://127.0.0.1.:"+l.port()+"/news/statement", "http://user:secret@127.0.0.1:"+l.port()+"/news/statement", "http://127.0.0.1:1/news/a", "http://127.0.0.1@elsewhere.example/news/b", "http://hаrbour.example/news/c", "HTTP://0x7f.1:"+l.port()+"/news/statement")(l)
		}},
		{n: 129, name: "a link of 70,000 bytes", most: 4, pages: 1, told: "URL too long", set: listing(where, "/news/"+strings.Repeat("a", 70_000))},
		{n: 130, name: "names that differ late", most: 125, least: 120, pages: 120, set: func(l *lab) {
			listing(late...)(l)
			any(l, filler)
		}},
	}
}

// port is the site's.
func (l *lab) port() string { return l.site.URL()[strings.LastIndexByte(l.site.URL(), ':')+1:] }

func TestTraps(t *testing.T) {
	for _, tr := range traps() {
		t.Run(fmt.Sprintf("%d %s", tr.n, tr.name), func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			tr.set(l)
			if err := l.run(); err != nil {
				t.Fatal(err)
			}
			log := l.site.Log()
			if len(log) > tr.most || len(log) < tr.least {
				t.Errorf("%d requests, want %d to %d", len(log), tr.least, tr.most)
			}
			pages := 0
			for p, err := range l.store.Pages(t.Context(), "") {
				if err != nil {
					t.Fatal(err)
				}
				if p.Versions > 0 {
					pages++
				}
			}
			if tr.pages >= 0 && pages != tr.pages {
				t.Errorf("%d statements on record, want %d", pages, tr.pages)
			}
			asked := map[string]int{} // visits, not requests: a busy machine may make one try again
			for _, v := range l.visits("") {
				if asked[v.URL]++; asked[v.URL] > 1 {
					t.Errorf("%.80s was visited %d times", v.URL, asked[v.URL])
				}
			}
			told := slices.ContainsFunc(l.visits(""), func(v archive.Visit) bool { return strings.Contains(v.Detail, tr.told) })
			if !told {
				t.Errorf("no visit tells %q", tr.told)
			}
			l.complete()
		})
	}
}

// file is a sitemap or a feed that misbehaves.
type file struct {
	n      int
	name   string
	path   string // "/sitemap.xml" or "/feed.xml"
	answer crawlertest.Page
	set    func(*lab)
	reason string   // of the file's visit
	flags  []string // of it
	told   string   // in the detail of some visit
	visits []string // paths that have to be asked for once
	never  string   // path that is not to be asked for
}

const xmlns = ` xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"`

func urlset(locs ...string) string {
	return `<?xml version="1.0"?><urlset` + xmlns + `><url><loc>` + strings.Join(locs, "</loc></url><url><loc>") + `</loc></url></urlset>`
}

func rss(items string) string {
	return `<rss version="2.0"><channel><title>News</title><link>/</link><description>News</description>` + items + `</channel></rss>`
}

func files() []file {
	xml := func(s string) crawlertest.Page { return typed(s, "application/xml") }
	const map_, feed, extra = "/sitemap.xml", "/feed.xml", "/news/extra"
	item := `<item><title>Extra</title><link>` + extra + `</link></item>`
	million := func(*lab) crawlertest.Page {
		var b strings.Builder
		b.WriteString(`<urlset` + xmlns + `>`)
		for i := range 1_000_000 {
			fmt.Fprintf(&b, "<url><loc>/o/%d</loc></url>", i)
		}
		return typed(crawlertest.Gzip(b.String()+"</urlset>"), "application/gzip")
	}
	return []file{
		{n: 131, name: "an index that lists itself", path: map_, set: func(l *lab) {
			l.site.Set(map_, xml(`<sitemapindex`+xmlns+`><sitemap><loc>`+l.site.URL()+map_+`</loc></sitemap></sitemapindex>`))
		}, visits: []string{map_}},
		{n: 132, name: "an index of indexes", path: map_, told: "sitemap depth", set: func(l *lab) {
			l.site.Remove(map_)
			l.site.SetUnknown(each(func(_ int, r *http.Request) crawlertest.Page {
				if !strings.Contains(r.URL.Path, "sitemap") {
					return status(404)
				}
				return xml(`<sitemapindex` + xmlns + `><sitemap><loc>` + l.site.URL() + "/deep" + r.URL.Path + `</loc></sitemap></sitemapindex>`)
			}))
		}, visits: []string{map_, "/deep/sitemap.xml", "/deep/deep/sitemap.xml"}, never: "/deep/deep/deep/sitemap.xml"},
		{n: 133, name: "a million locations", path: map_, set: func(l *lab) { l.site.Set(map_, million(l)) }, flags: []string{record.FlagLinksCut}},
		{n: 134, name: "other hosts' locations", path: map_, told: "2 skipped: host not allowed", set: func(l *lab) {
			l.site.Set(map_, xml(urlset("http://elsewhere.example/news/a", "https://quay.example/news/b", l.site.URL()+extra)))
		}, visits: []string{extra}},
		{n: 135, name: "an HTML page", path: map_, answer: crawlertest.Page{Body: good}, reason: record.ReasonNotSitemap},
		{n: 136, name: "lastmod of all kinds", path: map_, set: func(l *lab) {
			u := l.site.URL()
			l.site.Set(map_, xml(`<urlset`+xmlns+`><url><loc>`+u+extra+`</loc><lastmod>2099-01-01</lastmod></url><url><loc>`+u+`/news/second</loc><lastmod>1970-01-01</lastmod></url><url><loc>`+u+`/news/third</loc><lastmod>yesterday</lastmod></url></urlset>`))
		}, visits: []string{extra, "/news/second", "/news/third"}},
		{n: 137, name: "an external entity", path: feed, set: func(l *lab) {
			l.site.Set(feed, xml(`<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY y SYSTEM "http://`+l.canary().address+`/">]>`+rss(item+`<item><title>&x;&y;</title><link>/news/b</link></item>`)))
		}, reason: record.ReasonDTD},
		{n: 138, name: "nested entities", path: feed, answer: xml(`<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>` + rss(`<item><title>&c;</title></item>`)), reason: record.ReasonDTD},
		{n: 139, name: "not well-formed", path: feed, answer: xml(strings.Replace(rss(item), "<title>Extra", "<title>Pier & Sons <b>Extra", 1)), flags: []string{record.FlagIllFormed}, visits: []string{extra}},
		{n: 140, name: "relative links and xml:base", path: feed, set: func(l *lab) {
			l.site.Set(feed, xml(`<feed xmlns="http://www.w3.org/2005/Atom" xml:base="`+l.site.URL()+`/news/"><title>News</title><entry><title>Extra</title><link href="extra"/></entry></feed>`))
		}, visits: []string{extra}},
		{n: 141, name: "one guid, two links, and the reverse", path: feed, answer: xml(rss(`<item><guid isPermaLink="false">1</guid><link>/news/extra</link></item><item><guid isPermaLink="false">1</guid><link>/news/second</link></item><item><guid isPermaLink="false">2</guid><link>/news/second</link></item>`)), visits: []string{extra, "/news/second"}},
		{n: 142, name: "a feed that lists nothing", path: feed, answer: xml(rss("")), visits: []string{where}},
	}
}

func TestHostileFiles(t *testing.T) {
	for _, f := range files() {
		t.Run(fmt.Sprintf("%d %s", f.n, f.name), func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.begin()
			l.site.SetHTML("/news/", strings.Replace(links(where), "<head>", `<head><link rel=alternate type="application/rss+xml" href="/feed.xml">`, 1))
			for _, p := range []string{"extra", "second", "third", "b"} {
				l.site.SetHTML("/news/"+p, page("About "+p, "", plans, thanks, prose, "This is about "+p+"."))
			}
			l.site.Set(f.path, f.answer)
			if f.set != nil {
				f.set(l)
			}
			l.site.Forget()
			if err := l.run(); err != nil {
				t.Fatal(err)
			}
			v := l.last(l.site.URL() + f.path)
			if (f.reason != "") != (v.Outcome == archive.Failed) || f.reason != "" && v.Reason != f.reason {
				t.Errorf("the file is %s for %q (%s), want %q", v.Outcome, v.Reason, v.Detail, f.reason)
			}
			for _, flag := range f.flags {
				if !slices.Contains(v.Flags, flag) {
					t.Errorf("the file has flags %q (%s), want %q", v.Flags, v.Detail, flag)
				}
			}
			for _, path := range f.visits {
				if n := l.site.Requests(path); n != 1 {
					t.Errorf("%s was asked for %d times, want once", path, n)
				}
			}
			if f.never != "" && l.site.Requests(f.never) > 0 {
				t.Errorf("%s was asked for", f.never)
			}
			if !slices.ContainsFunc(l.visits(""), func(v archive.Visit) bool { return strings.Contains(v.Detail, f.told) }) {
				t.Errorf("no visit tells %q", f.told)
			}
			if p, err := l.store.Page(t.Context(), l.url); err != nil || p.State != archive.Live || p.Versions != 1 {
				t.Errorf("the statement is %+v, %v", p, err)
			}
			if l.canary().met.Load() != 0 {
				t.Error("the forbidden address was connected to")
			}
			l.complete()
		})
	}
}
