package record

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/onrecord/onrecord/crawler/discover"
)

// Limits of what addresses a run believes in. A site that makes up addresses without end has no end for us either.
const (
	// maxSegments is how many segments the path of a discovered address has at most.
	maxSegments = 16
	// maxRepeats is how often one segment may stand in a path: relative links that are resolved against themselves
	// make paths such as /a/b/a/b/a/b.
	maxRepeats = 3
	// maxMixes is how many queries of one path are visited in a run: filters can be mixed without end.
	maxMixes = 50
)

// What a page leads to and is left alone is told with its visit: the flag [FlagSkipped], and a detail with the reasons
// and how many links each of them holds back.
const (
	// FlagSkipped: links of the page, or entries of the file, were left alone; the detail says why and how many.
	FlagSkipped = "links skipped"
	// FlagLinksCut: the page or file has more links than are looked at.
	FlagLinksCut = "links cut"
	// FlagIllFormed: the file is not well-formed; the entries that can be read were taken.
	FlagIllFormed = "ill-formed"

	skippedTrap   = "trap pattern"
	skippedMixes  = "query mixes"
	skippedBudget = "budget"
	skippedHost   = "host not allowed"
	skippedDepth  = "sitemap depth"
	skippedLong   = "URL too long"
	skippedBad    = "bad address"
)

// trapped names the pattern by which an address looks made up; "" when it does not.
func trapped(key string) string {
	u, err := url.Parse(key)
	if err != nil {
		return ""
	}
	seen := map[string]int{}
	n := 0
	for s := range strings.SplitSeq(u.Path, "/") {
		if s == "" {
			continue
		}
		n++
		seen[s]++
		if n > maxSegments || seen[s] > maxRepeats {
			return skippedTrap
		}
	}
	return ""
}

// mixes counts the queries of each path that a run has met.
type mixes map[string]int

// more counts an address and reports whether its path has had too many queries; one without a query never has.
func (m mixes) more(key string) bool {
	path, query, _ := strings.Cut(key, "?")
	if query == "" {
		return false
	}
	m[path]++
	return m[path] > maxMixes
}

// trap says why a discovered address is not believed; "" lets it pass.
func (c *Crawl) trap(key string) string {
	if why := trapped(key); why != "" {
		return why
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.mixes.more(key) {
		return skippedMixes
	}
	return ""
}

// told collects what is to be told of a page's links.
type told struct {
	skipped map[string]int
	flags   []string
	details []string
}

func (t *told) skip(why string) { t.add(why, 1) }

func (t *told) add(why string, n int) {
	if n == 0 {
		return
	}
	if t.skipped == nil {
		t.skipped = map[string]int{}
	}
	t.skipped[why] += n
}

// links tells what the links of a page are like.
func (t *told) links(l *discover.PageLinks) {
	if l.Cut {
		t.flags = append(t.flags, FlagLinksCut)
		t.details = append(t.details, fmt.Sprintf("the first %d links", discover.MaxLinks))
	}
	t.add(skippedLong, l.TooLong)
	t.add(skippedBad, l.Bad)
	for scheme, n := range l.Skipped {
		t.add("scheme "+scheme, n)
	}
}

// file tells what a sitemap or a feed is like; the arguments are "" when nothing is wrong.
func (t *told) file(cut, damaged string) {
	if cut != "" {
		t.flags = append(t.flags, FlagLinksCut)
		t.details = append(t.details, cut)
	}
	if damaged != "" {
		t.flags = append(t.flags, FlagIllFormed)
		t.details = append(t.details, fmt.Sprintf("%.200q", damaged))
	}
}

// tell writes what was collected into the visit that led there. An ordinary page has links to mail addresses and to
// other hosts; that is told without a flag.
func (f *finder) tell() {
	t, v := &f.told, f.visit
	for _, why := range slices.Sorted(maps.Keys(t.skipped)) {
		t.details = append(t.details, fmt.Sprintf("%d skipped: %s", t.skipped[why], why))
		if why != skippedHost && !strings.HasPrefix(why, "scheme ") && !slices.Contains(t.flags, FlagSkipped) {
			t.flags = append(t.flags, FlagSkipped)
		}
	}
	v.warnings = append(v.warnings, t.flags...)
	if len(t.details) > 0 {
		v.notes = strings.Join(t.details, "; ")
	}
}

// troubleOf is the reason for a file that cannot be read.
func troubleOf(err error, otherwise string) string {
	if errors.Is(err, discover.ErrDTD) {
		return ReasonDTD
	}
	return otherwise
}
