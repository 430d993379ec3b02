package record_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/crawlertest"
)

func fetchWith(cr *crawler.Crawler) func(context.Context, string) *crawler.Page {
	return func(ctx context.Context, url string) *crawler.Page { return cr.Fetch(ctx, crawler.Request{URL: url}) }
}

// article puts a dated statement at a path.
func article(s *crawlertest.Site, path, title string, n int) {
	s.SetHTML(path, page(title, fmt.Sprintf("Published on %d May 2024", n), firstSentence, secondSentence, fmt.Sprintf("This is statement number %d of the harbour authority, and it is not the last.", n)))
}

// about puts a page at a path that is no statement.
func about(s *crawlertest.Site, path, title string) {
	s.SetHTML(path, page(title, "", "The harbour authority runs the harbour, the ferries and the swimming pool, and it has done so for two hundred years."))
}

// entries are list entries for paths, numbered as [article] has them.
func entries(paths ...string) string {
	var b strings.Builder
	for i, p := range paths {
		fmt.Fprintf(&b, `<li><span>%d May 2024</span> <a href="%s">Statement number %d of the harbour</a></li>`, i+1, p, i+1)
	}
	return "<ul>" + b.String() + "</ul>"
}

const menuHTML = `<div class="menu"><a href="/">Home</a> <a href="/news/">News</a> <a href="/about">About us</a> <a href="/contact/">Contact</a></div>`

func listing(body string) string {
	return `<!doctype html><html lang="en"><head><title>News</title></head><body>` + menuHTML + `<h1>News</h1>` + body + `</body></html>`
}

// TestSurvey wants the right proposal for small sites, each of which leads to its statements in one way only.
func TestSurvey(t *testing.T) {
	six := func(s *crawlertest.Site, pattern string) []string {
		var paths []string
		for i := range 6 {
			p := fmt.Sprintf(pattern, i+1)
			article(s, p, fmt.Sprintf("Statement number %d of the harbour", i+1), i+1)
			paths = append(paths, p)
		}
		return paths
	}
	for _, c := range []struct {
		name          string
		make          func(s *crawlertest.Site) []string // the statements that are to be found
		at            string
		start         string // "" is at
		follow        []string
		feeds, ignore []string
	}{
		{
			name: "one listing", at: "/news/", follow: []string{"/news/20*/**"},
			make: func(s *crawlertest.Site) []string {
				p := six(s, "/news/2024/05/statement-%d")
				s.SetHTML("/news/", listing(entries(p...)))
				return p
			},
		},
		{
			name: "a feed and nothing else", at: "/app", follow: []string{"/s/*"}, feeds: []string{"/updates.rss"},
			make: func(s *crawlertest.Site) []string {
				p := six(s, "/s/statement-%d")
				s.SetHTML("/app", `<html><head><link rel="alternate" type="application/rss+xml" href="/updates.rss"></head><body><div id="app"></div><script src="/app.js"></script></body></html>`)
				s.Set("/updates.rss", crawlertest.Page{Body: feedOf(s.URL(), p), Type: "application/rss+xml"})
				return p
			},
		},
		{
			name: "a feed at a usual place", at: "/", follow: []string{"/s/*"}, feeds: []string{"/feed.xml"},
			make: func(s *crawlertest.Site) []string {
				p := six(s, "/s/statement-%d")
				s.SetHTML("/", `<html><body><div id="app"></div><script src="/app.js"></script></body></html>`)
				s.Set("/feed.xml", crawlertest.Page{Body: feedOf(s.URL(), p), Type: "application/rss+xml"})
				return p
			},
		},
		{
			name: "from the feed itself", at: "/feed.xml", start: "/", follow: []string{"/s/*"}, feeds: []string{"/feed.xml"},
			make: func(s *crawlertest.Site) []string {
				p := six(s, "/s/statement-%d")
				s.SetHTML("/", `<html><body><div id="app"></div></body></html>`)
				s.Set("/feed.xml", crawlertest.Page{Body: feedOf(s.URL(), p), Type: "application/rss+xml"})
				return p
			},
		},
		{
			name: "a sitemap and nothing else", at: "/", follow: []string{"/press/*.html"},
			make: func(s *crawlertest.Site) []string {
				p := six(s, "/press/statement-%d.html")
				s.SetHTML("/", `<html><body><div id="app"></div></body></html>`)
				about(s, "/about", "About us")
				about(s, "/services/ferry", "The ferry")
				about(s, "/services/pool", "The pool")
				s.SetRobots("Sitemap: " + s.URL() + "/map.xml\n")
				s.Set("/map.xml", crawlertest.Page{Body: sitemapOf(s.URL(), append(slices.Clone(p), "/about", "/services/ferry", "/services/pool")), Type: "application/xml"})
				return p
			},
		},
		{
			name: "pages of a long list", at: "/news/", follow: []string{"/press/*/"},
			make: func(s *crawlertest.Site) []string {
				p := six(s, "/press/statement-%d/")
				s.SetHTML("/news/", listing(entries(p[:2]...)+`<div class="pager"><a href="/news/page/2/">2</a> <a href="/news/page/2/">Older posts</a></div>`))
				s.SetHTML("/news/page/2/", listing(entries(p[2:4]...)+`<div class="pager"><a href="/news/">1</a> <a href="/news/page/3/">Older posts</a></div>`))
				s.SetHTML("/news/page/3/", listing(entries(p[4:]...)))
				return p
			},
		},
		{
			name: "from the front page to the news", at: "/", start: "/news/", follow: []string{"/press/*/"},
			make: func(s *crawlertest.Site) []string {
				p := six(s, "/press/statement-%d/")
				s.SetHTML("/", listing("<p>Welcome to the harbour.</p>"))
				s.SetHTML("/news/", listing(entries(p...)))
				return p
			},
		},
		{
			name: "names at the root", at: "/news/", follow: []string{"/*/"}, ignore: []string{"/contact/"},
			make: func(s *crawlertest.Site) []string {
				p := six(s, "/statement-%d/")
				about(s, "/contact/", "Contact")
				s.SetHTML("/news/", listing(entries(p...)))
				return p
			},
		},
		{
			name: "numbers in the query", at: "/news/", follow: []string{"/view.php?id=*"},
			make: func(s *crawlertest.Site) []string {
				p := six(s, "/view.php?id=%d")
				for i := range p { // the test site knows paths only
					article(s, "/view.php", "Statement number 1 of the harbour", i+1)
				}
				s.SetHTML("/news/", listing(entries(p...)))
				return p
			},
		},
		{
			name: "departments and categories", at: "/news/", follow: []string{"/news/*/*.html"},
			make: func(s *crawlertest.Site) []string {
				var p []string
				for i, d := range []string{"ferry", "pool", "harbour", "fishing"} {
					path := fmt.Sprintf("/news/%s/statement-%d.html", d, i+1)
					article(s, path, fmt.Sprintf("Statement number %d of the harbour", i+1), i+1)
					p = append(p, path)
					s.SetHTML("/tag/"+d, listing(entries(path)))
				}
				s.SetHTML("/news/", listing(strings.ReplaceAll(entries(p...), "</li>", ` <a href="/tag/ferry">ferry</a> <a href="/tag/pool">pool</a></li>`)))
				return p
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := crawlertest.New(t)
			want := c.make(s)
			cr := newCrawler(t)
			p, err := (&record.Survey{Fetch: fetchWith(cr), Robots: cr.Robots}).Run(t.Context(), s.URL()+c.at)
			if err != nil {
				t.Fatal(err)
			}
			start := c.start
			if start == "" {
				start = c.at
			}
			if got := strings.TrimPrefix(p.Start, s.URL()); got != start {
				t.Errorf("start %q, want %q", got, start)
			}
			if diff := cmp.Diff(c.follow, p.Follow); diff != "" {
				t.Errorf("follow (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.ignore, p.Ignore); diff != "" {
				t.Errorf("ignore (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.feeds, paths(s, p.Feeds)); diff != "" {
				t.Errorf("feeds (-want +got):\n%s", diff)
			}
			var got []string
			for _, st := range p.Statements {
				got = append(got, strings.TrimPrefix(st.URL, s.URL()))
				if st.Title == "" && len(st.Sources) == 1 && st.Sources[0] != "sitemap" {
					t.Errorf("%s has no title", st.URL)
				}
			}
			slices.Sort(got)
			slices.Sort(want)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("statements (-want +got):\n%s", diff)
			}
			if p.Visited > 40 {
				t.Errorf("%d pages fetched, more than the budget", p.Visited)
			}
		})
	}
}

func paths(s *crawlertest.Site, urls []string) []string {
	var out []string
	for _, u := range urls {
		out = append(out, strings.TrimPrefix(u, s.URL()))
	}
	return out
}

func newCrawler(t *testing.T) *crawler.Crawler {
	t.Helper()
	cr, err := crawler.New(crawler.Config{AllowPrivate: true, NoPace: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cr.Close() })
	return cr
}

func feedOf(base string, paths []string) string {
	var b strings.Builder
	for i, p := range paths {
		fmt.Fprintf(&b, "<item><title>Statement number %d of the harbour</title><link>%s%s</link><pubDate>Wed, 0%d May 2024 10:00:00 GMT</pubDate></item>", i+1, base, p, i+1)
	}
	return `<?xml version="1.0"?><rss version="2.0"><channel><title>Harbour</title><link>` + base + `/</link>` + b.String() + `</channel></rss>`
}

func sitemapOf(base string, paths []string) string {
	var b strings.Builder
	for _, p := range paths {
		b.WriteString("<url><loc>" + base + p + "</loc></url>")
	}
	return `<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">` + b.String() + `</urlset>`
}

func TestSurveyFindsNothing(t *testing.T) {
	s := crawlertest.New(t)
	about(s, "/about", "About us")
	s.SetHTML("/empty", "<html></html>")
	s.Set("/picture", crawlertest.Page{Body: "\x89PNG\r\n\x1a\n0000", Type: "image/png"})
	cr := newCrawler(t)
	for _, path := range []string{"/about", "/empty", "/picture"} {
		p, err := (&record.Survey{Fetch: fetchWith(cr), Robots: cr.Robots}).Run(t.Context(), s.URL()+path)
		if !errors.Is(err, record.ErrNoStatements) || len(p.Follow) > 0 {
			t.Errorf("%s: %v with patterns %q, want ErrNoStatements", path, err, p.Follow)
		}
	}
	var v *record.VisitError
	if _, err := (&record.Survey{Fetch: fetchWith(cr), Robots: cr.Robots}).Run(t.Context(), s.URL()+"/missing"); !errors.As(err, &v) {
		t.Errorf("a missing start gives %v, want a *VisitError", err)
	}
}

// TestSurveyEnds wants the budget kept on a site that has no end, and by a run that is stopped.
func TestSurveyEnds(t *testing.T) {
	s := crawlertest.New(t)
	var list strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&list, `<li>1 May 2024 <a href="/d%d/e%d/statement">Statement number %d of the harbour</a></li>`, i, i, i)
	}
	s.SetUnknown(crawlertest.Page{Body: listing("<ul>" + list.String() + "</ul>" + `<a href="/news/page/2/">Next</a>`)})
	cr := newCrawler(t)
	sv := &record.Survey{Fetch: fetchWith(cr), Robots: cr.Robots, Budget: 9}
	if p, err := sv.Run(t.Context(), s.URL()+"/news/"); !errors.Is(err, record.ErrNoStatements) || p.Visited > 9 {
		t.Errorf("%d pages, %v; want at most 9, and no statements", p.Visited, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := sv.Run(ctx, s.URL()+"/news/"); !errors.Is(err, context.Canceled) {
		t.Errorf("a survey that is stopped gives %v, want context.Canceled", err)
	}
}

// TestListingsAreNoStatements crawls with a pattern that also matches lists of statements: those are looked through, and
// not kept as statements.
func TestListingsAreNoStatements(t *testing.T) {
	s := crawlertest.New(t)
	var all []string
	for i := range 6 {
		p := fmt.Sprintf("/news/statement-%d", i+1)
		article(s, p, fmt.Sprintf("Statement number %d of the harbour", i+1), i+1)
		all = append(all, p)
	}
	s.SetHTML("/news/", listing(entries(all[:2]...)+`<p><a href="/news/2023">2023</a> <a href="/news/ferry">ferry</a></p>`))
	s.SetHTML("/news/2023", listing(entries(all[2:4]...)))
	s.SetHTML("/news/ferry", listing(`<div><h3><a href="`+all[4]+`">Statement number 5 of the harbour</a></h3><p>The harbour authority will keep the pier.</p></div>`+
		`<div><h3><a href="`+all[5]+`">Statement number 6 of the harbour</a></h3><p>The harbour authority will keep the ferry.</p></div>`+
		`<div><h3><a href="`+all[0]+`">Statement number 1 of the harbour</a></h3><p>The harbour authority will keep the pool.</p></div>`))
	st := open(t)
	run := &record.Crawl{
		Browser: noBrowser, Recorder: &record.Recorder{Store: st}, Crawler: newCrawler(t),
		Sites: []*record.Site{{Name: "harbour", Start: []string{s.URL() + "/news/"}, Follow: globs(t, []string{"/news/**"})}},
	}
	sum, err := run.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for p, err := range st.Pages(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		if p.Versions > 0 {
			got = append(got, strings.TrimPrefix(p.URL, s.URL()))
		}
	}
	if diff := cmp.Diff(all, got); diff != "" {
		t.Errorf("statements (-want +got):\n%s", diff)
	}
	if sum.New != 6 || sum.Lost != 0 {
		t.Errorf("%d new and %d lost, want 6 and 0", sum.New, sum.Lost)
	}
}
