package record

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/discover"
)

// learnAgain is after how long what was learned of a site is learned anew: sites are redesigned.
const learnAgain = 30 * 24 * time.Hour

// ReasonSurvey is that of a page that is visited to learn which pages are statements.
const ReasonSurvey = "survey"

// learned is what is kept about a site whose statements are discovered.
type learned struct {
	Time   time.Time `json:"time"`
	Start  []string  `json:"start"`
	Follow []string  `json:"follow"`
	Ignore []string  `json:"ignore,omitempty"`
}

// learnSites gives the sites that are to be discovered their patterns.
func (c *Crawl) learnSites(ctx context.Context) error {
	for _, s := range c.Sites {
		if !s.Discover || len(s.Follow) > 0 || len(s.Start) == 0 {
			continue
		}
		if s.Name == "" {
			s.Name = crawler.Host(s.Start[0])
		}
		if err := c.learnSite(ctx, s); err != nil {
			return fmt.Errorf("learn which pages of %s are statements: %w", s.Name, err)
		}
	}
	return nil
}

// learnSite surveys a site, unless it was surveyed of late. Pages that were fetched for it are put on record as aids:
// every visit leaves a trace. What was learned before stays when nothing is found today.
func (c *Crawl) learnSite(ctx context.Context, s *Site) error {
	note := "discover/" + s.Name
	b, err := c.Recorder.Store.Note(ctx, note)
	if err != nil {
		return err
	}
	var old learned
	if b != nil && json.Unmarshal(b, &old) == nil && slices.Equal(old.Start, s.Start) && time.Since(old.Time) < learnAgain {
		return s.use(old)
	}
	now := learned{Time: time.Now().UTC(), Start: s.Start}
	for _, start := range s.Start {
		p, err := c.survey(s).Run(ctx, start)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if c.recordErr != nil {
			return c.recordErr
		}
		if err != nil {
			if c.total.Untaught == nil {
				c.total.Untaught = map[string]error{}
			}
			c.total.Untaught[s.Name] = err
			continue
		}
		now.Follow = append(now.Follow, p.Follow...)
		now.Ignore = append(now.Ignore, p.Ignore...)
	}
	if len(now.Follow) == 0 && slices.Equal(old.Start, s.Start) {
		return s.use(old)
	}
	if len(now.Follow) == 0 {
		return nil
	}
	delete(c.total.Untaught, s.Name)
	if b, err = json.Marshal(now); err != nil {
		return err
	}
	if err := c.Recorder.Store.SetNote(ctx, note, b); err != nil {
		return err
	}
	return s.use(now)
}

// survey is a survey whose visits are put on record.
func (c *Crawl) survey(s *Site) *Survey {
	return &Survey{
		Fetch: func(ctx context.Context, url string) *crawler.Page {
			p := c.Crawler.Fetch(ctx, crawler.Request{URL: url})
			if _, err := c.Recorder.Put(ctx, &Visit{Page: p, Site: s, Role: Aid, AidReason: ReasonSurvey}); err != nil && c.recordErr == nil {
				c.recordErr = err
			}
			return p
		},
		Robots: c.Crawler.Robots,
	}
}

// use makes the patterns of a site.
func (s *Site) use(l learned) error {
	for _, p := range l.Follow {
		g, err := discover.ParseGlob(p)
		if err != nil {
			return err
		}
		s.Follow = append(s.Follow, g)
	}
	for _, p := range l.Ignore {
		g, err := discover.ParseGlob(p)
		if err != nil {
			return err
		}
		s.Ignore = append(s.Ignore, g)
	}
	return nil
}

// turnsOutListing reports whether a page that was taken for a statement, and is not on record as one, lists others: the
// page of a tag or of a year may match the pattern of statements.
func (c *Crawl) turnsOutListing(ctx context.Context, t *archive.Task, v *Visit) (bool, error) {
	if t.Kind != kindStatement || v.repeat != nil || v.Page.Outcome != crawler.Fetched || v.Parse() != nil || v.parsed == nil || v.parsed.root == nil {
		return false, nil
	}
	p, err := c.Recorder.Store.Page(ctx, t.URL)
	if err != nil && !errors.Is(err, archive.ErrNotFound) {
		return false, err
	}
	if err == nil && p.Versions > 0 {
		return false, nil
	}
	lay, err := c.Recorder.manner(ctx, v.Site.Name)
	if err != nil {
		return false, err
	}
	v.parsed.observe = c.Recorder.lesson(v.Site.Name).open()
	return v.parsed.isListing(v.parsed.document(lay)), nil
}
