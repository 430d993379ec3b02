package record

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/discover"
)

// A statement whose bytes are those of the last run links to what it linked to then. Where a run has followed every link
// that leads to a statement, the next one need not look for the links of such pages, and so not parse them: what they led
// to is on record, or in the list of what is to be tried again.

// followed is what is kept of a run about the links of a site.
type followed struct {
	// Run names what the run was asked to do: other patterns find other links.
	Run string `json:"run"`
	// Depth is how many clicks were followed.
	Depth int `json:"depth"`
	// Whole is true when no link to a statement was left alone.
	Whole bool `json:"whole"`
	// Again are addresses that were found and are not on record as statements: what failed, was gone or forbidden, or
	// turned out to be a listing. The next run visits them, whether a link leads to them or not.
	Again []string `json:"again,omitempty"`
}

// maxAgain is how many addresses are kept to be tried again.
const maxAgain = 500

func followedNote(site string) string { return "followed/" + site }

// recallFollowed takes over what the last run kept of the links of a site, and returns what is to be tried again.
func (c *Crawl) recallFollowed(ctx context.Context, s *Site) ([]string, error) {
	b, err := c.Recorder.Store.Note(ctx, followedNote(s.Name))
	if err != nil || b == nil {
		return nil, err
	}
	var f followed
	if json.Unmarshal(b, &f) != nil || f.Run != c.run {
		return nil, nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if t := c.spent[s.Name]; t != nil {
		t.whole = f.Whole && f.Depth >= s.Depth
	}
	return f.Again, nil
}

// keepFollowed keeps what this run came to know of the links of its sites. A run that went on with the queue of another
// does not know what that one met.
func (c *Crawl) keepFollowed(ctx context.Context) error {
	var errs []error
	for _, s := range c.Sites {
		if !s.lists() {
			continue
		}
		c.mu.Lock()
		t := c.spent[s.Name]
		f := followed{Run: c.run, Depth: s.Depth, Whole: !c.total.Resumed && s.Due == nil && !t.short && t.spent == "" && len(t.again) <= maxAgain}
		f.Again = t.again[:min(len(t.again), maxAgain)]
		c.mu.Unlock()
		slices.Sort(f.Again)
		now, err := json.Marshal(f)
		if err != nil {
			return err
		}
		was, err := c.Recorder.Store.Note(ctx, followedNote(s.Name))
		if err == nil && string(was) != string(now) {
			err = c.Recorder.Store.SetNote(ctx, followedNote(s.Name), now)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// knowsLinks reports whether the links of a page are known to lead to nothing new: it was recognized, and the last run
// followed all links of the site.
func (c *Crawl) knowsLinks(t *archive.Task, v *Visit) bool {
	if v.repeat == nil || !v.repeat.exact || t.Kind != kindRecord && t.Kind != kindStatement {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	b := c.spent[t.Site]
	return b != nil && b.whole
}

// leave notes that a link to a statement was not followed.
func (c *Crawl) leave(site string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t := c.spent[site]; t != nil {
		t.short = true
	}
}

// tryAgain notes an address that was found and taken for a statement, and is not on record as one after its visit.
func (c *Crawl) tryAgain(site string, e *Entry) {
	if e.Version == 0 && e.Outcome != archive.Moved {
		c.keepTrying(site, e.URL)
	}
}

// keepTrying notes an address that another run is to try again.
func (c *Crawl) keepTrying(site, url string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if b := c.spent[site]; b != nil && len(b.again) <= maxAgain {
		b.again = append(b.again, url)
	}
}

// beyond notes whether a page as deep as the run goes links to statements that the run has not met.
func (f *finder) beyond(links []discover.Link) {
	for _, l := range links {
		key, err := crawler.Key(l.URL)
		if err == nil && !f.site.isStart(key) && f.site.isStatement(key) && f.site.within(key) && !f.crawl.hasMet(key) {
			f.crawl.leave(f.site.Name)
			return
		}
	}
}
