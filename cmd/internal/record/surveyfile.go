package record

import (
	"cmp"
	"context"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/discover"
)

// feeds reads the feeds that the listing and the start name: in their head, else by links that look like one.
func (f *surveyor) feeds(ctx context.Context) {
	var named, linked []string
	for _, l := range []*looked{f.listing, f.first} {
		if !l.got() {
			continue
		}
		for _, a := range discover.Alternates(l.parsed.root, l.url) {
			if a.Kind == discover.AlternateFeed && !ofComments(a.URL+" "+a.Title) {
				named = append(named, a.URL)
			}
		}
		for _, link := range l.links {
			if likeFeed(link.URL) && !ofComments(link.URL) {
				linked = append(linked, link.URL)
			}
		}
	}
	if len(named) == 0 {
		named = linked
	}
	named = f.nearest(named)
	for _, u := range named[:min(len(named), maxFeeds)] {
		f.feed(ctx, u)
	}
}

// nearest puts the addresses that share most folders with the start first, each once: a site may have a feed for every
// department.
func (f *surveyor) nearest(urls []string) []string {
	var out []string
	for _, u := range urls {
		if !slices.Contains(out, u) {
			out = append(out, u)
		}
	}
	slices.SortStableFunc(out, func(a, b string) int {
		return cmp.Compare(shared(b, f.proposal.Start), shared(a, f.proposal.Start))
	})
	return out
}

// shared counts the folders that two addresses begin with.
func shared(a, b string) int {
	ua, err1 := url.Parse(a)
	ub, err2 := url.Parse(b)
	if err1 != nil || err2 != nil {
		return 0
	}
	n := 0
	pa, pb := strings.Split(strings.Trim(ua.Path, "/"), "/"), strings.Split(strings.Trim(ub.Path, "/"), "/")
	for n < len(pa) && n < len(pb) && pa[n] == pb[n] && pa[n] != "" {
		n++
	}
	return n
}

func ofComments(s string) bool { return strings.Contains(strings.ToLower(s), "comment") }

// likeFeed reports whether an address is called like a feed.
func likeFeed(link string) bool {
	u, err := url.Parse(link)
	if err != nil {
		return false
	}
	last := strings.ToLower(path.Base(strings.TrimSuffix(u.Path, "/")))
	switch last {
	case "feed", "rss", "atom", "feed.xml", "rss.xml", "atom.xml", "index.xml", "feed.json", "index.rdf":
		return true
	}
	return strings.HasSuffix(last, ".rss") || strings.HasSuffix(last, ".atom")
}

// usualFeeds tries where feeds usually are, when nothing else led to a list.
func (f *surveyor) usualFeeds(ctx context.Context) {
	for _, ref := range []string{"feed/", "feed.xml", "rss.xml", "/feed/", "/feed.xml", "/rss.xml", "/atom.xml", "/index.xml"} {
		u, err := crawler.ResolveURL(f.proposal.Start, ref)
		if err == nil && f.feed(ctx, u) {
			return
		}
	}
}

// feed reads one feed and reports whether it is one that lists pages of the site.
func (f *surveyor) feed(ctx context.Context, link string) bool {
	l := f.survey.look(ctx, sourceFeed, link)
	if l == nil || l.page.Outcome != crawler.Fetched {
		return false
	}
	feed, err := discover.ParseFeed(l.page.Raw, l.url)
	if err != nil {
		return false
	}
	return f.takeFeed(l.url, feed)
}

func (f *surveyor) takeFeed(link string, feed discover.Feed) bool {
	if slices.ContainsFunc(f.units, func(u *unit) bool { return u.from == link }) {
		return true
	}
	f.language = cmp.Or(f.language, feed.Language)
	u := &unit{source: sourceFeed, from: link, score: 1.5}
	for _, e := range feed.Entries {
		c := f.add(e.URL, sourceFeed)
		if c == nil {
			continue
		}
		f.describe(c, e.Title, cmp.Or(e.Published, e.Updated))
		if t := e.PublishedTime; c.Published == "" && !t.IsZero() {
			c.Published = t.Format(time.DateOnly)
		}
		u.pages = append(u.pages, c)
	}
	f.addUnit(u)
	return len(u.pages) > 0
}

// sitemaps reads the sitemaps that robots.txt names, else the one at the usual place.
func (f *surveyor) sitemaps(ctx context.Context, named []string) {
	if len(named) == 0 {
		named = []string{"/sitemap.xml"}
	}
	queue := slices.Clone(named)
	for n := 0; n < maxSitemaps && len(queue) > 0; n++ {
		link := queue[0]
		queue = queue[1:]
		u, err := crawler.ResolveURL(f.proposal.Start, link)
		if err != nil || !crawler.SameSite(u, f.proposal.Start) {
			continue
		}
		l := f.survey.look(ctx, sourceSitemap, u)
		if l == nil || l.page.Outcome != crawler.Fetched {
			continue
		}
		m, err := discover.Sitemap(l.page.Raw)
		if err != nil {
			continue
		}
		queue = append(queue, f.takeSitemap(l.url, m)...)
		slices.SortStableFunc(queue, func(a, b string) int { return cmp.Compare(sitemapRank(b), sitemapRank(a)) })
	}
}

// takeSitemap adds the pages of a sitemap to the pool and returns the sitemaps that it leads to.
func (f *surveyor) takeSitemap(link string, m discover.SitemapFile) []string {
	u := &unit{source: sourceSitemap, from: link}
	for _, e := range m.URLs {
		if c := f.add(e.Loc, sourceSitemap); c != nil {
			u.pages = append(u.pages, c)
		}
	}
	f.addUnit(u)
	var more []string
	for _, e := range m.Sitemaps {
		more = append(more, e.Loc)
	}
	return more
}

// sitemapRank puts the sitemaps of posts before those of pages, and both before those of tags and pictures.
func sitemapRank(link string) int {
	u, err := url.Parse(link)
	if err != nil {
		return 0
	}
	name := strings.ToLower(path.Base(u.Path))
	for _, w := range []string{"post", "news", "press", "article", "blog", "statement", "release"} {
		if strings.Contains(name, w) {
			return 2
		}
	}
	for _, w := range []string{"tag", "categor", "author", "image", "video", "product", "attachment", "taxonom"} {
		if strings.Contains(name, w) {
			return 0
		}
	}
	return 1
}
