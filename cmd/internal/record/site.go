package record

import (
	"context"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/discover"
	"github.com/onrecord/onrecord/extract"
)

// Site is a publisher to keep on record. The zero values of its limits mean the defaults beside them.
type Site struct {
	// Name is what the record calls it; "" takes the host of the first start address.
	Name string
	// Start are the addresses to begin at, as keys: listings when there is Follow or Discover, else the statements themselves.
	Start []string
	// Follow says which discovered links are statements; none means that only Start is visited, or Discover.
	Follow []*discover.Glob
	// Ignore says which of these are none: a page that matches one of both is left alone.
	Ignore []*discover.Glob
	// Discover learns Follow and Ignore from the site when Follow is empty; see [Survey]. Start is then a listing.
	Discover bool
	// Feeds are the feeds to read; none means those that the listings name, unless NoFeed.
	Feeds []string
	// NoFeed reads no feed.
	NoFeed bool
	// Sitemaps are the sitemaps to read; none means those of robots.txt or /sitemap.xml, unless NoSitemap.
	Sitemaps []string
	// NoSitemap reads no sitemap.
	NoSitemap bool
	// Pace is the least time between two requests to a host; 0 is the crawler's.
	Pace time.Duration
	// Depth is how many clicks from the start are followed; 0 means DefaultDepth.
	Depth int
	// Limit is how many statements a run visits; 0 means no limit.
	Limit int
	// MaxPages is how many pages of the site a run fetches, listings, feeds and sitemaps included; 0 means no limit.
	MaxPages int
	// MaxBytes is from how many bytes over the wire on a run fetches nothing more of the site; 0 means no limit.
	MaxBytes int64
	// MaxTime is how long after its first visit to the site a run begins with another one; 0 means no limit.
	MaxTime time.Duration
	// Overrides say how the site's pages are read, nil for as ever; see [Recorder.Adopt].
	Overrides *extract.Overrides
	// AllowExpired takes pages of the site although its certificate has expired; see [crawler.FlagExpired].
	AllowExpired bool
	// Render says which statements a browser shows before they are read.
	Render Rendering
	// OnChange keeps the bytes of those captures of its statements that tell something new, and of no others; see
	// [archive.Capture.OnChange]. What an [Import] brings is kept.
	OnChange bool
	// Due says which addresses of the site a run visits, by their tasks; nil visits all. It is asked before a task is queued, by
	// many goroutines. See [Agenda.DueSite].
	Due func(context.Context, archive.Task) bool
	// Shallow is true when Due leaves out the depth of listings, so that the run does not see all of the site.
	Shallow bool
}

// due reports whether a run visits an address.
func (s *Site) due(ctx context.Context, t archive.Task) bool { return s.Due == nil || s.Due(ctx, t) }

// DefaultDepth is how many clicks from its start a run follows. Pages of a numbered listing count as one click together.
const DefaultDepth = 3

// listingBudget is how many pages that are no statements (listings, archives by year, feeds, sitemaps) a run visits for
// one site: enough for the pagination of a large site, an end for calendars that go on for ever.
const listingBudget = 200

// isStatement reports whether a discovered address is a statement of the site.
func (s *Site) isStatement(key string) bool {
	return matches(s.Follow, key) && !matches(s.Ignore, key)
}

func matches(globs []*discover.Glob, key string) bool {
	for _, g := range globs {
		if g.Match(key) {
			return true
		}
	}
	return false
}

// lists reports whether the site's start is a listing, and not a statement itself.
func (s *Site) lists() bool { return len(s.Follow) > 0 || s.Discover }

// isStart reports whether the address is one where the run begins.
func (s *Site) isStart(key string) bool {
	for _, u := range s.Start {
		if u == key {
			return true
		}
	}
	return false
}

// isHome reports whether an address is the site's front door, where sites send readers of what they have removed.
func (s *Site) isHome(key string) bool {
	u, err := url.Parse(key)
	if err != nil {
		return false
	}
	if u.RawQuery == "" && (u.Path == "" || u.Path == "/" || homeNames[strings.ToLower(u.Path)]) {
		return true
	}
	return s.lists() && s.isStart(key)
}

// homeNames are the usual names of a front page.
var homeNames = map[string]bool{
	"/index.html": true, "/index.htm": true, "/index.php": true, "/default.aspx": true, "/home": true, "/home/": true,
}

// within reports whether an address belongs to the site: a host that it starts at.
func (s *Site) within(key string) bool {
	for _, u := range s.Start {
		if crawler.SameSite(u, key) {
			return true
		}
	}
	return false
}

// below reports whether an address lies in the folder of a start address, where its archives and pagination live.
func (s *Site) below(key string) bool {
	u, err := url.Parse(key)
	if err != nil {
		return false
	}
	for _, start := range s.Start {
		b, err := url.Parse(start)
		if err != nil || !crawler.SameSite(start, key) {
			continue
		}
		dir := b.Path
		if !strings.HasSuffix(dir, "/") {
			if ext := path.Ext(dir); ext != "" { // /news.html lists /news/...
				if strings.HasPrefix(u.Path, strings.TrimSuffix(dir, ext)+"/") {
					return true
				}
			} else if u.Path == dir || strings.HasPrefix(u.Path, dir+"/") {
				return true
			}
			dir = path.Dir(dir)
			if dir == "/" {
				continue
			}
			dir += "/"
		}
		if strings.HasPrefix(u.Path, dir) {
			return true
		}
	}
	return false
}
