package record

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/discover"
	"github.com/onrecord/onrecord/extract"
)

// kind is what is known about the pages that one pattern matches.
type kind struct {
	pattern string
	pages   []*candidate // in the order in which they were met
	yes, no int          // samples that were articles, and that were not
	days    int          // of the articles, how many state a day
	best    bool         // it stands in the best list of a listing
	accept  bool
}

// verdict is what a page turned out to be.
type verdict struct{ article, listing, dated bool }

// judge decides which patterns are those of statements.
func (f *surveyor) judge(ctx context.Context) {
	f.kinds = map[string]*kind{}
	units := slices.Clone(f.units)
	about := map[string]bool{} // what the listing lists, whatever a feed of the whole site has besides
	slices.SortStableFunc(units, func(a, b *unit) int {
		return cmp.Or(strings.Compare(b.source, a.source), cmp.Compare(b.score, a.score)) // listings before feeds
	})
	first := true
	for _, u := range units {
		if u.source == sourceSitemap {
			continue
		}
		if u.source == sourceFeed && len(about) > 0 && !isFront(f.proposal.Start) {
			u.pages = slices.DeleteFunc(u.pages, func(c *candidate) bool { return !about[c.pattern] && !f.near(c.URL) })
		}
		f.unit(ctx, u, first && u.source == sourceListing)
		first = first && u.source != sourceListing
		for _, k := range f.kinds {
			about[k.pattern] = about[k.pattern] || k.accept && u.source == sourceListing
		}
	}
	f.tryOthers(ctx)
	for _, u := range units {
		if u.source == sourceSitemap {
			f.fromSitemap(ctx, u)
		}
	}
}

// tryOthers takes other pages as the listing when what was taken for it lists no statements.
func (f *surveyor) tryOthers(ctx context.Context) {
	for _, l := range f.others {
		if f.accepted() {
			return
		}
		n := len(f.units)
		f.proposal.Start, f.listing = startOf(l), l
		f.take(l)
		for i, u := range slices.Clone(f.units[n:]) {
			f.unit(ctx, u, i == 0)
		}
	}
}

// accepted reports whether any pattern is one of statements.
func (f *surveyor) accepted() bool {
	for _, k := range f.kinds {
		if k.accept {
			return true
		}
	}
	return false
}

// kindsOf groups the pages of a unit by pattern, the most frequent first.
func (f *surveyor) kindsOf(u *unit) []*kind {
	var out []*kind
	count := map[*kind]int{}
	menu := 0
	for _, c := range u.pages {
		if c.menu {
			menu++
		}
	}
	for _, c := range u.pages {
		if c.pattern == "" || c.menu && menu*2 < len(u.pages) {
			continue // a few pages of the menu within a list are linked there in passing
		}
		k := f.kinds[c.pattern]
		if k == nil {
			k = &kind{pattern: c.pattern}
			f.kinds[c.pattern] = k
		}
		if !slices.Contains(out, k) && count[k] == 0 {
			out = append(out, k)
		}
		count[k]++
		k.pages = append(k.pages, c)
	}
	slices.SortStableFunc(out, func(a, b *kind) int { return cmp.Compare(count[b], count[a]) })
	return out
}

// manyKinds is how many patterns of a unit are sampled; the others go the way that most samples go.
const manyKinds = 6

// unit judges the patterns of a listing or a feed by samples of their pages.
func (f *surveyor) unit(ctx context.Context, u *unit, top bool) {
	kinds := f.kindsOf(u)
	yes, no := 0, 0
	for i, k := range kinds {
		k.best = k.best || top
		if i < manyKinds {
			want := 1
			if i == 0 {
				want = 3
			}
			f.sample(ctx, k, want)
		}
		yes, no = yes+k.yes, no+k.no
	}
	for _, k := range kinds {
		switch {
		case k.yes > k.no && k.days*2 >= k.yes:
			k.accept = true
		case len(k.pages)*4 < len(u.pages) && !f.near(k.pages[0].URL):
			// A few pages from elsewhere that state no date are what the entries talk about.
		case k.yes+k.no > 0:
			k.accept = k.accept || k.yes > k.no && (f.told(k) || k.best && u.score >= convincing/2)
		case yes >= 3 && yes >= 3*no:
			k.accept = k.accept || f.told(k)
		}
	}
}

// told reports whether a listing or a feed tells of most pages of a kind what only statements have: a date.
func (f *surveyor) told(k *kind) bool {
	n := 0
	for _, c := range k.pages {
		if c.dated || c.Published != "" {
			n++
		}
	}
	return n*2 >= len(k.pages)
}

// sample reads some pages of a kind: the first, the last, and those between.
func (f *surveyor) sample(ctx context.Context, k *kind, want int) {
	n := len(k.pages)
	tried := map[*candidate]bool{}
	for _, i := range []int{0, n - 1, n / 2, n / 4} {
		if k.yes+k.no >= want || f.samples >= maxSamples {
			return
		}
		c := k.pages[i]
		if tried[c] || c.menu && i != 0 {
			continue
		}
		tried[c] = true
		v, ok := f.read(ctx, c)
		switch {
		case !ok:
		case v.article:
			k.yes++
			if v.dated {
				k.days++
			}
		default:
			k.no++
		}
	}
}

// read fetches a candidate and says what it is; false when it could not be had, which says nothing.
func (f *surveyor) read(ctx context.Context, c *candidate) (verdict, bool) {
	known := f.survey.pages[c.URL]
	if known == nil {
		f.samples++
	}
	l := f.survey.look(ctx, "sample", c.URL)
	if l == nil || l.page.Outcome != crawler.Fetched {
		return verdict{}, false
	}
	if l.verdict != nil {
		return *l.verdict, true
	}
	l.verdict = &verdict{}
	if !l.got() {
		return *l.verdict, true
	}
	doc := extract.Read(l.parsed.root, extract.Options{URL: l.url, Header: l.page.Header})
	f.language = cmp.Or(f.language, doc.Language)
	f.proposal.SiteName = cmp.Or(f.proposal.SiteName, doc.SiteName)
	v := l.verdict
	v.listing = l.parsed.isListing(doc)
	v.article = doc.Suspect == "" && !v.listing && utf8.RuneCountInString(doc.Text()) >= fewRunes
	v.dated = doc.Published != ""
	if v.article {
		c.Read = true
		c.Title, c.head = cmp.Or(doc.Title, c.Title), true
		c.Published = cmp.Or(doc.Published, c.Published)
	}
	return *v, true
}

// fewRunes is how many characters a text has at least to show that its page is an article.
const fewRunes = 80

// fromSitemap looks for statements that only a sitemap leads to. When nothing else listed any, each kind of its pages may
// be one; else those whose addresses differ from accepted ones in one folder only.
func (f *surveyor) fromSitemap(ctx context.Context, u *unit) {
	alone := !f.accepted()
	kinds := f.kindsOf(u)
	for i, k := range kinds {
		if k.accept || k.yes+k.no > 0 || len(k.pages) < 2 || f.samples >= maxSamples {
			continue
		}
		if alone && i < manyKinds {
			f.sample(ctx, k, 2)
			k.accept = k.yes > 0 && k.no == 0 && k.days == k.yes
		} else if !alone && f.beside(k.pattern) {
			f.sample(ctx, k, 1)
			k.accept = k.yes > 0 && k.days == k.yes
		}
	}
}

// beside reports whether a pattern differs from an accepted one in the name of one folder only, below the folder of the
// start.
func (f *surveyor) beside(pattern string) bool {
	for p, k := range f.kinds {
		if k.accept && p != pattern && discover.OneFolderApart(p, pattern) && f.near(k.pages[0].URL) && f.near(f.kinds[pattern].pages[0].URL) {
			return true
		}
	}
	return false
}

// near reports whether an address lies in the folder of the start.
func (f *surveyor) near(key string) bool {
	s := &Site{Start: []string{f.proposal.Start}}
	return s.below(key)
}

// Limits of a proposal.
const (
	maxFollow = 20
	maxIgnore = 30
)

// propose makes the patterns.
func (f *surveyor) propose() {
	var yes, no []string
	good := map[string]bool{}
	for _, c := range f.order {
		k := f.kinds[c.pattern]
		l := f.survey.pages[c.URL]
		bad := l != nil && l.verdict != nil && l.verdict.listing
		listedAs := slices.Contains(c.Sources, sourceListing) || slices.Contains(c.Sources, sourceFeed)
		switch {
		case k != nil && k.accept && !bad && (listedAs || !c.menu):
			yes = append(yes, c.URL)
			good[c.URL] = true
		case bad, c.menu, k != nil && k.no > k.yes:
			no = append(no, c.URL)
		}
	}
	p := f.proposal
	p.Follow = discover.Generalise(yes, no)
	p.Follow = p.Follow[:min(len(p.Follow), maxFollow)]
	site := &Site{Start: []string{p.Start}}
	for _, pattern := range p.Follow {
		if g, err := discover.ParseGlob(pattern); err == nil {
			site.Follow = append(site.Follow, g)
		}
	}
	for _, key := range no {
		if site.isStatement(key) && len(p.Ignore) < maxIgnore {
			p.Ignore = append(p.Ignore, discover.Exactly(key))
		}
	}
	for _, c := range f.order {
		if good[c.URL] && site.isStatement(c.URL) {
			p.Statements = append(p.Statements, c.Candidate)
		}
	}
	for _, u := range f.units {
		if u.from != "" && slices.ContainsFunc(u.pages, func(c *candidate) bool { return good[c.URL] }) {
			if u.source == sourceFeed {
				p.Feeds = append(p.Feeds, u.from)
			} else {
				p.Sitemaps = append(p.Sitemaps, u.from)
			}
		}
	}
	p.UselessSitemap = len(p.Sitemaps) == 0 && slices.ContainsFunc(f.units, func(u *unit) bool { return u.source == sourceSitemap })
}
