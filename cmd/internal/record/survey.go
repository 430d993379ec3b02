package record

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/discover"
)

// ErrNoStatements is returned by [Survey.Run] when a site was looked at and nothing on it reads like a list of
// statements.
var ErrNoStatements = errors.New("no statements found")

// Survey looks at a site from one address and proposes how to keep it on record: where its statements are listed, and
// which patterns tell them from its other pages. It stores nothing.
//
// What is a statement is judged by structure (what a page repeats, headlines, dates beside them), by agreement (in the
// listing and in the feed), and by what a few of the pages turn out to be: an article, or a list of others.
type Survey struct {
	// Fetch visits a page politely; it is asked for at most Budget pages.
	Fetch func(ctx context.Context, url string) *crawler.Page
	// Robots is what the site's robots.txt says; its sitemaps and its Crawl-delay count.
	Robots func(ctx context.Context, url string) crawler.RobotsInfo
	// Budget is how many pages are visited; 0 means 40.
	Budget int
	// Progress hears what is looked at, and as what; nil does not.
	Progress func(what, url string)

	pages map[string]*looked // by key, as asked for
	spent int
}

// Proposal is how a site could be kept on record.
type Proposal struct {
	// Start is the address of the listing: the one that was given, or a better one that it leads to.
	Start string
	// SiteName is what the site calls itself, "" when it does not say.
	SiteName string
	// Follow and Ignore are globs, see [discover.ParseGlob].
	Follow, Ignore []string
	// Feeds and Sitemaps are those that list statements.
	Feeds, Sitemaps []string
	// UselessSitemap tells that the site has a sitemap and that it lists no statement.
	UselessSitemap bool
	// Delay is the Crawl-delay that the site asks for and gets; 0 for none.
	Delay time.Duration
	// Statements are those that the patterns match among what was seen, in the order of the listing.
	Statements []Candidate
	// Visited counts the pages that were fetched for this.
	Visited int
}

// Candidate is a page that is probably a statement.
type Candidate struct {
	// URL is a key.
	URL string
	// Title is the headline as the page has it when it was read, else as the listing or the feed has it.
	Title string
	// Published is a day, "YYYY-MM-DD", or "".
	Published string
	// Sources say where it was found: "listing", "feed", "sitemap".
	Sources []string
	// Read tells that the page was fetched and reads as an article.
	Read bool
}

// Limits of a survey.
const (
	surveyBudget  = 40
	maxListings   = 4    // further pages that are tried as the listing
	maxFurther    = 2    // further pages of the listing
	maxFeeds      = 3    // feeds that are read
	maxSitemaps   = 6    // files of sitemaps that are read
	maxSamples    = 14   // pages that are read to see whether they are articles
	minScore      = 0.35 // lists with a lower score are menus
	convincing    = 0.75 // a list with this score may be one of statements
	maxCandidates = 100_000
)

// looked is a page of a survey.
type looked struct {
	page    *crawler.Page
	parsed  *parsed
	url     string // where it came from
	lists   []discover.List
	links   []discover.Link
	verdict *verdict
}

// Run looks at the site. The error is [ErrNoStatements], or says why the start could not be had; the proposal is then
// what was found all the same.
func (s *Survey) Run(ctx context.Context, start string) (*Proposal, error) {
	s.pages, s.spent = map[string]*looked{}, 0
	p := &Proposal{Start: start}
	first := s.look(ctx, "start", start)
	if err := ctx.Err(); err != nil {
		return p, err
	}
	if first == nil || first.page.Outcome != crawler.Fetched {
		return p, notHad(first, start)
	}
	f := &surveyor{survey: s, proposal: p, pool: map[string]*candidate{}}
	f.begin(ctx, first)
	info := s.Robots(ctx, p.Start)
	p.Delay = info.Delay
	f.feeds(ctx)
	f.sitemaps(ctx, info.Sitemaps())
	if !f.hasUnits() {
		f.usualFeeds(ctx)
	}
	f.judge(ctx)
	f.propose()
	p.Visited = s.spent
	if err := ctx.Err(); err != nil {
		return p, err
	}
	if len(p.Follow) == 0 {
		return p, ErrNoStatements
	}
	return p, nil
}

// notHad is the error for a start that brought nothing.
func notHad(l *looked, start string) error {
	if l == nil {
		return fmt.Errorf("look at %s: %w", start, crawler.ErrBadURL)
	}
	why := string(l.page.Reason)
	if l.page.Detail != "" {
		why = strings.TrimPrefix(why+": "+l.page.Detail, ": ")
	}
	if why == "" {
		why = string(l.page.Outcome)
	}
	return &VisitError{Page: l.page, Why: why}
}

// VisitError says that a page which was needed could not be had.
type VisitError struct {
	Page *crawler.Page
	Why  string
}

// Error implements error.
func (e *VisitError) Error() string { return fmt.Sprintf("look at %s: %s", e.Page.URL, e.Why) }

// look fetches a page once a survey, within the budget; nil when the budget is spent or the address is none.
func (s *Survey) look(ctx context.Context, what, url string) *looked {
	key, err := crawler.Key(url)
	if err != nil {
		return nil
	}
	if l, ok := s.pages[key]; ok {
		return l
	}
	budget := s.Budget
	if budget == 0 {
		budget = surveyBudget
	}
	if s.spent >= budget || ctx.Err() != nil {
		return nil
	}
	s.spent++
	if s.Progress != nil {
		s.Progress(what, key)
	}
	l := &looked{page: s.Fetch(ctx, key), url: key}
	s.pages[key] = l
	if l.page.Outcome != crawler.Fetched {
		return l
	}
	if k, err := crawler.Key(l.page.FinalURL); err == nil {
		l.url = k
		s.pages[k] = l
	}
	p, err := parse(sourceOf(l.page))
	if err != nil {
		return l
	}
	l.parsed = p
	if p.root != nil {
		l.links = discover.Links(p.root, l.url)
		l.lists = discover.Lists(p.root, l.url)
	}
	return l
}

// got reports whether a page of HTML is there.
func (l *looked) got() bool { return l != nil && l.parsed != nil && l.parsed.root != nil }
