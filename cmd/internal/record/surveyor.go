package record

import (
	"cmp"
	"context"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/discover"
	"github.com/onrecord/onrecord/extract/date"
)

// The sources of a candidate.
const (
	sourceListing = "listing"
	sourceFeed    = "feed"
	sourceSitemap = "sitemap"
)

// surveyor is a survey while it goes on.
type surveyor struct {
	survey   *Survey
	proposal *Proposal
	listing  *looked   // the page at proposal.Start
	first    *looked   // the page that was asked for
	others   []*looked // pages that may be the listing in its place
	pool     map[string]*candidate
	order    []*candidate
	units    []*unit
	kinds    map[string]*kind // by pattern
	samples  int
	language string
}

// candidate is a page in the pool of what may be a statement.
type candidate struct {
	Candidate
	pattern string
	dated   bool // a listing or a feed gives it a date
	head    bool // a listing or a feed gives it a headline
	menu    bool // it stands in a menu, a sidebar or a footer
}

// unit is a list of pages that stand or fall together.
type unit struct {
	source string
	from   string // address of the feed
	score  float64
	pages  []*candidate
}

// begin settles where the listing is and takes what it lists.
func (f *surveyor) begin(ctx context.Context, first *looked) {
	f.first = first
	if !first.got() {
		f.beginWithFile(ctx, first)
		return
	}
	f.proposal.Start, f.listing = startOf(first), first
	if isFront(first.url) || quality(first) == 0 {
		f.better(ctx)
	}
	f.take(f.listing)
	f.further(ctx)
}

// beginWithFile begins a survey at a feed or a sitemap: the page they belong to is the start.
func (f *surveyor) beginWithFile(ctx context.Context, file *looked) {
	home := ""
	if feed, err := discover.ParseFeed(file.page.Raw, file.url); err == nil {
		home = feed.Link
		f.takeFeed(file.url, feed)
	} else if m, err := discover.Sitemap(file.page.Raw); err == nil {
		f.takeSitemap(file.url, m)
	} else {
		return
	}
	if home == "" || !crawler.SameSite(home, file.url) {
		home, _ = crawler.ResolveURL(file.url, "/")
	}
	if l := f.survey.look(ctx, sourceListing, home); l.got() {
		f.proposal.Start, f.listing, f.first = l.url, l, l
		f.take(l)
		f.further(ctx)
	}
}

// best is a page's most convincing list of pages of its own site; nil when it has none.
func best(l *looked) *discover.List {
	for i, list := range l.lists {
		n := 0
		for _, it := range list.Items {
			if crawler.SameSite(it.URL, l.url) {
				n++
			}
		}
		if n >= 2 && n*4 >= len(list.Items) {
			return &l.lists[i]
		}
	}
	return nil
}

// quality is how surely a page lists statements: 2 with dates beside them, 1 without, 0 when nothing convinces.
func quality(l *looked) int {
	list := best(l)
	switch {
	case list == nil || list.Score < convincing:
		return 0
	case list.Dated*2 >= len(list.Items):
		return 2
	}
	return 1
}

// better looks for a page that lists statements, by the names that sites give it, when the start is a front page or lists
// nothing that convinces. A front page that does shows the latest only: the listing has to show some of the same, and
// more.
func (f *surveyor) better(ctx context.Context) {
	chosen, q := f.listing, quality(f.listing)
	shown := listed(f.listing)
	var tried []*looked
	for _, url := range f.named(f.listing) {
		l := f.survey.look(ctx, sourceListing, url)
		if !l.got() || !crawler.SameSite(l.url, f.listing.url) {
			continue
		}
		tried = append(tried, l)
		keys := listed(l)
		shares := slices.ContainsFunc(keys, func(k string) bool { return slices.Contains(shown, k) })
		if n := quality(l); n > q || n == q && n > 0 && chosen == f.listing && shares && len(keys)*2 >= len(shown) {
			chosen, q = l, n
		}
	}
	for _, l := range tried {
		if l != chosen && quality(l) > 0 {
			f.others = append(f.others, l)
		}
	}
	f.proposal.Start, f.listing = startOf(chosen), chosen
}

// startOf is the address to begin at for a page: as it was asked for, since where it leads to today may change, unless it
// leads to another site.
func startOf(l *looked) string {
	if crawler.SameSite(l.page.URL, l.url) {
		return l.page.URL
	}
	return l.url
}

// listed are the pages of a page's convincing lists.
func listed(l *looked) []string {
	var out []string
	for _, list := range l.lists {
		if list.Score < convincing {
			continue
		}
		for _, it := range list.Items {
			if k, err := crawler.Key(it.URL); err == nil && crawler.SameSite(k, l.url) {
				out = append(out, k)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// named are the addresses of links that are called like a list of statements, the likeliest first.
func (f *surveyor) named(l *looked) []string {
	type scored struct {
		key  string
		rank int
	}
	var out []scored
	seen := map[string]bool{l.url: true}
	for _, link := range l.links {
		key, err := crawler.Key(link.URL)
		if err != nil || seen[key] || !crawler.SameSite(key, l.url) || !readable(key) || looksNumbered(key) || taxonomy(key) {
			continue
		}
		if rank := listingRank(link.Text, key); rank > 0 {
			seen[key] = true
			out = append(out, scored{key, rank})
		}
	}
	slices.SortStableFunc(out, func(a, b scored) int {
		return cmp.Or(cmp.Compare(b.rank, a.rank), cmp.Compare(strings.Count(a.key, "/"), strings.Count(b.key, "/")))
	})
	urls := make([]string, 0, maxListings)
	for _, s := range out[:min(len(out), maxListings)] {
		urls = append(urls, s.key)
	}
	return urls
}

// taxonomy reports whether an address is that of a tag, a category or an author: a part of the list.
func taxonomy(key string) bool {
	for part := range strings.SplitSeq(strings.ToLower(key), "/") {
		switch part {
		case "tag", "tags", "category", "categories", "author", "authors", "topic", "topics", "archives":
			return true
		}
	}
	return false
}

// isFront reports whether an address is a site's front page, in one of its languages maybe.
func isFront(key string) bool {
	u, err := url.Parse(key)
	if err != nil || u.RawQuery != "" {
		return false
	}
	p := strings.ToLower(u.Path)
	return p == "" || p == "/" || homeNames[p] || len(strings.Trim(p, "/")) == 2
}

// take adds the lists of a page to the pool.
func (f *surveyor) take(l *looked) {
	for _, link := range l.links {
		if link.Region == "nav" || link.Region == "footer" || link.Region == "aside" {
			f.menu(link.URL)
		}
	}
	for _, list := range l.lists {
		if list.Region == "nav" || list.Region == "footer" {
			for _, it := range list.Items {
				f.menu(it.URL)
			}
			continue
		}
		if list.Score < minScore {
			continue
		}
		u := &unit{source: sourceListing, score: list.Score}
		for _, it := range list.Items {
			c := f.add(it.URL, sourceListing)
			if c == nil {
				continue
			}
			f.describe(c, it.Title, it.Date)
			u.pages = append(u.pages, c)
		}
		f.addUnit(u)
	}
}

// menu notes that a page stands in a menu.
func (f *surveyor) menu(url string) {
	if c := f.add(url, ""); c != nil {
		c.menu = true
	}
}

// describe gives a candidate a title and a date, unless it has them.
func (f *surveyor) describe(c *candidate, title, raw string) {
	if len(title) > len(c.Title) && !c.head {
		c.Title = title
	}
	c.head = c.head || len(strings.Fields(title)) >= 3 || len([]rune(title)) >= 12
	if raw == "" {
		return
	}
	c.dated = true
	if c.Published == "" {
		c.Published = dayIn(raw, f.language)
	}
}

// dayIn is the first day beyond doubt in a text; "" when there is none.
func dayIn(text, language string) string {
	for _, m := range date.Scan(text, language) {
		if !m.Ambiguous() && len(m.Value) >= 10 && (m.Precision == date.Day || m.Precision == date.Time) {
			return m.Value[:10]
		}
	}
	return ""
}

// add puts an address into the pool; nil when it cannot be a statement of the site.
func (f *surveyor) add(link, source string) *candidate {
	key, err := crawler.Key(link)
	if err != nil || !crawler.SameSite(key, f.proposal.Start) || !readable(key) || looksNumbered(key) || isFront(key) || key == f.proposal.Start {
		return nil
	}
	c := f.pool[key]
	if c == nil {
		if len(f.pool) >= maxCandidates {
			return nil
		}
		c = &candidate{Candidate: Candidate{URL: key}, pattern: discover.PatternOf(key)}
		f.pool[key] = c
		f.order = append(f.order, c)
	}
	if source != "" && !slices.Contains(c.Sources, source) {
		c.Sources = append(c.Sources, source)
	}
	return c
}

func (f *surveyor) addUnit(u *unit) {
	if len(u.pages) > 0 {
		f.units = append(f.units, u)
	}
}

// hasUnits reports whether anything listed a page.
func (f *surveyor) hasUnits() bool {
	return slices.ContainsFunc(f.units, func(u *unit) bool { return u.source != sourceListing || u.score >= convincing })
}

// further looks at the next pages of the listing, one after the other: they show whether the statements of other years
// and departments have other addresses.
func (f *surveyor) further(ctx context.Context) {
	for at, n := f.listing, 0; at.got() && n < maxFurther; n++ {
		at = f.survey.look(ctx, sourceListing, f.nextPage(at))
		if at.got() {
			f.take(at)
		}
	}
}

// nextPage is a page of the same list that was not looked at; "" when a page leads to none.
func (f *surveyor) nextPage(l *looked) string {
	for _, link := range l.links {
		key, err := crawler.Key(link.URL)
		if err != nil || key == l.url || !crawler.SameSite(key, l.url) || !readable(key) || !pagination(link, key, l.url) {
			continue
		}
		if _, done := f.survey.pages[key]; !done {
			return key
		}
	}
	return ""
}

// listingRank is how much a link is called like a list of statements, by its text or the end of its address; 0 is not.
func listingRank(text, key string) int {
	u, err := url.Parse(key)
	if err != nil {
		return 0
	}
	last := path.Base(strings.TrimSuffix(u.Path, "/"))
	last = strings.TrimSuffix(last, path.Ext(last))
	rank := 0
	for _, name := range []string{text, strings.NewReplacer("-", " ", "_", " ").Replace(last)} {
		name = strings.ToLower(strings.TrimSpace(name))
		if r := listingNames[name]; r > rank {
			rank = r
		}
		if len(strings.Fields(name)) > 4 {
			continue // a headline
		}
		for w := range strings.FieldsSeq(name) {
			if r := listingNames[strings.Trim(w, ",.:&")]; r-1 > rank {
				rank = r - 1
			}
		}
	}
	return rank
}
