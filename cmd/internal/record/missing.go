package record

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"path"
	"sync"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/crawler"
)

// probed is what a site answers to an address that cannot exist, asked for once in a run.
type probed struct {
	once sync.Once
	text string // "" when it answers honestly
}

// softMissing reports whether a text is what the site shows for any address that does not exist. It asks once for each
// folder of a host, and only when a short text gives reason to.
func (c *Crawl) softMissing(ctx context.Context, s *Site, at string, r *archive.Reading) bool {
	u, err := url.Parse(at)
	if err != nil {
		return false
	}
	dir := path.Dir(path.Clean("/" + u.Path))
	c.mu.Lock()
	p := c.probe[u.Host+dir]
	if p == nil {
		p = &probed{}
		c.probe[u.Host+dir] = p
	}
	c.mu.Unlock()
	p.once.Do(func() { p.text = c.ask(ctx, s, u, dir) })
	if p.text == "" {
		return false
	}
	common := inCommon(p.text, r.Text)
	return p.text == r.Text || common*10 >= 9*max(words(p.text), words(r.Text))
}

// honestFor is how long a folder that answered an unknown address honestly is not asked again.
const honestFor = 30 * 24 * time.Hour

// ask fetches an address that cannot exist and keeps the visit. It returns the text of a page that should not be there.
func (c *Crawl) ask(ctx context.Context, s *Site, u *url.URL, dir string) string {
	note := "honest/" + u.Host + dir
	if b, err := c.Recorder.Store.Note(ctx, note); err == nil && b != nil {
		if t, err := time.Parse(time.RFC3339, string(b)); err == nil && time.Since(t) < honestFor {
			return ""
		}
	}
	sum := sha256.Sum256([]byte(u.Host + dir))
	q := url.URL{Scheme: u.Scheme, Host: u.Host, Path: path.Join(dir, "onrecord-"+hex.EncodeToString(sum[:8]))}
	key, err := crawler.Key(q.String())
	if err != nil {
		return ""
	}
	page := c.Crawler.Fetch(ctx, crawler.Request{URL: key})
	v := &Visit{Page: page, Site: s, Role: Aid, AidReason: ReasonProbe}
	if page.Outcome == crawler.Gone {
		if err := c.Recorder.Store.SetNote(ctx, note, []byte(page.Time.Format(time.RFC3339))); err != nil {
			return ""
		}
	}
	if _, err := c.Recorder.Put(ctx, v); err != nil || v.Parse() != nil || v.parsed == nil {
		return ""
	}
	lay, err := c.Recorder.manner(ctx, s.Name)
	if err != nil {
		return ""
	}
	v.Render = c.renderOf(s)
	l, err := c.Recorder.see(ctx, v, page, v.parsed, lay)
	if err != nil || l.reading == nil {
		return ""
	}
	return l.reading.Text
}
