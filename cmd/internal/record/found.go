package record

import (
	"context"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/discover"
)

// The kinds of tasks: what a visit is hoped to bring.
const (
	kindStart     = "start"
	kindRecord    = "record" // a statement that is on record already
	kindStatement = "statement"
	kindListing   = "listing"
	kindFeed      = "feed"
	kindSitemap   = "sitemap"
)

// roleOf says what a task's page is in the record.
func roleOf(t *archive.Task, s *Site) (Role, string) {
	switch t.Kind {
	case kindStart:
		if !s.lists() {
			return Statement, ""
		}
		return Aid, ReasonListing
	case kindListing:
		return Aid, ReasonListing
	case kindFeed:
		return Aid, ReasonFeed
	case kindSitemap:
		return Aid, ReasonSitemap
	}
	return Statement, ""
}

// found are the tasks that a page leads to: statements by the site's patterns, and from listings further listings,
// feeds and sitemaps, within depth and budget.
func (c *Crawl) found(ctx context.Context, t *archive.Task, s *Site, v *Visit) []archive.Task {
	if len(s.Follow) == 0 || v.Page.Outcome != crawler.Fetched || c.knowsLinks(t, v) {
		return nil
	}
	f := &finder{crawl: c, site: s, from: t, visit: v, due: func(t archive.Task) bool { return s.due(ctx, t) }}
	defer f.tell()
	switch t.Kind {
	case kindSitemap:
		f.sitemap(v.Page)
	case kindFeed:
		f.feed(v.Page)
	default:
		if t.Kind == kindStart && !s.NoSitemap && len(s.Sitemaps) == 0 {
			f.sitemaps(c.Crawler.Robots(ctx, v.Page.FinalURL).Sitemaps(), v.Page.FinalURL)
		}
		if v.Parse() == nil && v.parsed.root != nil {
			f.page(v)
		}
	}
	return f.tasks
}

// foundAtOnce is how many tasks are queued in one transaction.
const foundAtOnce = 2000

// enqueue queues all but the last of many tasks, some at a time, and returns the last: a transaction holds all that it
// writes in memory, and a sitemap may name 50,000 addresses. A run that is interrupted in between asks for the page again
// and finds the same tasks, of which those that are queued are left out.
func (c *Crawl) enqueue(ctx context.Context, tasks []archive.Task) ([]archive.Task, error) {
	for len(tasks) > foundAtOnce {
		if err := c.Recorder.Store.Enqueue(ctx, c.run, tasks[:foundAtOnce]); err != nil {
			return nil, err
		}
		tasks = tasks[foundAtOnce:]
	}
	return tasks, nil
}

// finder collects the tasks that one page leads to.
type finder struct {
	crawl *Crawl
	site  *Site
	from  *archive.Task
	visit *Visit
	tasks []archive.Task
	known map[string]bool
	due   func(archive.Task) bool
	told  told
}

// statement adds an address if it is a statement of the site, and reports whether it is one.
func (f *finder) statement(link string, depth int) bool {
	key, err := crawler.Key(link)
	if err != nil || f.site.isStart(key) || !f.site.isStatement(key) {
		return false
	}
	if !f.site.within(key) {
		f.told.skip(skippedHost)
		return false
	}
	if !looksNumbered(key) {
		f.add(key, kindStatement, 3, depth)
		return true
	}
	return false
}

// add queues an address once a page and within the site's budget.
func (f *finder) add(key, kind string, priority, depth int) {
	if f.known[key] || key == f.from.URL {
		return
	}
	if f.known == nil {
		f.known = map[string]bool{}
	}
	f.known[key] = true
	if f.crawl.hasMet(key) {
		return
	}
	t := archive.Task{URL: key, Host: crawler.Host(key), Kind: kind, Site: f.site.Name, Depth: depth, Priority: priority}
	if !f.due(t) {
		return
	}
	if why := f.crawl.trap(key); why != "" {
		f.crawl.leave(f.site.Name)
		f.told.skip(why)
		return
	}
	if kind == kindStatement {
		if !f.crawl.mayVisit(f.site) {
			f.crawl.leave(f.site.Name)
			f.told.skip(skippedBudget)
			return
		}
	} else if !f.crawl.mayList(f.site) {
		f.told.skip(skippedBudget)
		return
	}
	f.crawl.queue(key, f.site.Name)
	f.tasks = append(f.tasks, t)
}

// page adds what an HTML page links to.
func (f *finder) page(v *Visit) {
	base := v.Page.FinalURL
	all := discover.FindLinks(v.parsed.root, base)
	f.told.links(&all)
	list := all.Links
	depth := f.from.Depth + 1
	if depth > f.site.Depth {
		f.beyond(list)
		return
	}
	statements := 0
	var others []discover.Link
	for _, l := range list {
		if f.statement(l.URL, depth) {
			statements++
		} else {
			others = append(others, l)
		}
	}
	listing := f.from.Kind == kindStart || f.from.Kind == kindListing
	if !listing {
		return
	}
	if !f.site.NoFeed && len(f.site.Feeds) == 0 {
		for _, a := range discover.Alternates(v.parsed.root, base) {
			if a.Kind == discover.AlternateFeed {
				f.aid(a.URL, kindFeed, 2, depth)
			}
		}
	}
	// A page that lists no statement is no listing: nothing further is looked for from it, unless the run starts here.
	if statements == 0 && f.from.Kind != kindStart {
		return
	}
	for _, l := range others {
		key, err := crawler.Key(l.URL)
		if err != nil || !f.site.within(key) || !readable(key) {
			continue
		}
		switch {
		case pagination(l, key, base):
			f.aid(key, kindListing, 4, f.from.Depth) // one long list
		case depth < f.site.Depth && f.site.below(key) && l.Region != "footer":
			f.aid(key, kindListing, 5, depth)
		}
	}
}

// aid adds a page that helps to find statements.
func (f *finder) aid(link, kind string, priority, depth int) {
	key, err := crawler.Key(link)
	if err != nil || !f.site.within(key) || f.site.isStart(key) {
		return
	}
	f.add(key, kind, priority, depth)
}

// sitemaps adds the sitemaps that robots.txt names, else the usual place of one (sitemaps.org, "Informing search
// engine crawlers").
func (f *finder) sitemaps(named []string, base string) {
	if len(named) == 0 {
		named = []string{"/sitemap.xml"}
	}
	for _, s := range named {
		if u, err := crawler.ResolveURL(base, s); err == nil {
			f.aid(u, kindSitemap, 2, 0)
		}
	}
}

// sitemapDepth is how deep an index of sitemaps may refer to others.
const sitemapDepth = 2

// sitemap adds what a sitemap lists.
func (f *finder) sitemap(p *crawler.Page) {
	m, err := discover.Sitemap(p.Raw)
	if err != nil {
		f.visit.trouble = troubleOf(err, ReasonNotSitemap)
		return
	}
	f.told.file(m.Cut, m.Damaged)
	for _, e := range m.URLs {
		f.statement(e.Loc, 1)
	}
	if f.from.Depth < sitemapDepth {
		for _, e := range m.Sitemaps {
			f.aid(e.Loc, kindSitemap, 2, f.from.Depth+1)
		}
	} else if len(m.Sitemaps) > 0 {
		f.told.skip(skippedDepth)
	}
}

// feed adds the entries of a feed.
func (f *finder) feed(p *crawler.Page) {
	feed, err := discover.ParseFeed(p.Raw, p.FinalURL)
	if err != nil {
		f.visit.trouble = troubleOf(err, ReasonNotFeed)
		return
	}
	f.told.file(feed.Cut, feed.IllFormed)
	for _, e := range feed.Entries {
		f.statement(e.URL, 1)
	}
}

// readable leaves out what is plainly no page.
func readable(key string) bool {
	u, err := url.Parse(key)
	return err == nil && !otherTypes[strings.ToLower(path.Ext(u.Path))]
}

// otherTypes are endings of files that list nothing.
var otherTypes = map[string]bool{
	".jpg": true, ".jpeg": true, ".png": true, ".gif": true, ".webp": true, ".svg": true, ".ico": true, ".avif": true,
	".pdf": true, ".doc": true, ".docx": true, ".xls": true, ".xlsx": true, ".ppt": true, ".pptx": true, ".odt": true,
	".zip": true, ".gz": true, ".tar": true, ".7z": true, ".rar": true, ".mp3": true, ".mp4": true, ".webm": true,
	".mov": true, ".avi": true, ".css": true, ".js": true, ".json": true, ".xml": true, ".rss": true, ".atom": true,
	".ics": true, ".vcf": true, ".exe": true, ".dmg": true, ".woff": true, ".woff2": true, ".txt": true, ".csv": true,
}

// pagination reports whether a link goes on with the list that it stands in: rel=next, a numbered page of the same
// list, or a text that says so.
func pagination(l discover.Link, key, base string) bool {
	if slices.Contains(l.Rel, "next") || slices.Contains(l.Rel, "prev") {
		return true
	}
	if looksNumbered(key) {
		return sameList(key, base)
	}
	return pagerWords[strings.ToLower(strings.Trim(l.Text, " \t\n»«›‹→←<>…."))] && sameList(key, base)
}

// pagerWords are how sites call the link to the rest of a list.
var pagerWords = map[string]bool{
	"next": true, "older": true, "older posts": true, "older entries": true, "next page": true, "more": true, "load more": true,
	"weiter": true, "nächste": true, "nächste seite": true, "ältere beiträge": true, "suivant": true, "page suivante": true,
	"siguiente": true, "próxima": true, "próximo": true, "anteriores": true, "successivo": true, "volgende": true,
	"następna": true, "další": true, "nästa": true, "neste": true, "seuraava": true, "далее": true, "следующая": true,
	"下一页": true, "下一頁": true, "次へ": true, "次のページ": true, "다음": true, "التالي": true,
}

// looksNumbered reports whether an address is page N of a list: ".../page/3/", ".../page-3", "?page=3", "?p=3".
func looksNumbered(key string) bool {
	u, err := url.Parse(key)
	if err != nil {
		return false
	}
	for name, v := range u.Query() {
		switch strings.ToLower(name) {
		case "page", "p", "paged", "pg", "offset", "start", "seite", "pagina":
			if len(v) == 1 && number(v[0]) {
				return true
			}
		}
	}
	parts := strings.Split(strings.Trim(strings.ToLower(u.Path), "/"), "/")
	last := parts[len(parts)-1]
	if number(strings.TrimSuffix(last, path.Ext(last))) && len(parts) > 1 && pageWords[parts[len(parts)-2]] {
		return true
	}
	for w := range pageWords {
		if rest, ok := strings.CutPrefix(strings.TrimSuffix(last, path.Ext(last)), w); ok && number(strings.Trim(rest, "-_")) {
			return true
		}
	}
	return false
}

// pageWords are how addresses call a page of a list.
var pageWords = map[string]bool{"page": true, "seite": true, "pagina": true, "página": true, "strona": true, "sida": true}

// number reports a short run of digits: the number of a page, not of a year or an identifier.
func number(s string) bool {
	if s == "" || len(s) > 5 {
		return false
	}
	return strings.Trim(s, "0123456789") == ""
}

// sameList reports whether two addresses are pages of one list: one's folder holds the other.
func sameList(a, b string) bool {
	ua, err1 := url.Parse(a)
	ub, err2 := url.Parse(b)
	if err1 != nil || err2 != nil || !crawler.SameSite(a, b) {
		return false
	}
	return strings.HasPrefix(ua.Path, listRoot(ub.Path)) || strings.HasPrefix(ub.Path, listRoot(ua.Path))
}

// listRoot is the folder of a list: the path without its page number.
func listRoot(p string) string {
	p = strings.TrimSuffix(p, "/")
	dir, last := path.Split(p)
	if number(last) || strings.ContainsRune(last, '.') {
		p = strings.TrimSuffix(dir, "/")
		if d, l := path.Split(p); pageWords[strings.ToLower(l)] {
			p = strings.TrimSuffix(d, "/")
		}
	}
	return p
}
