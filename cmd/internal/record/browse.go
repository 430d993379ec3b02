package record

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/browser"
)

// Renderer shows pages in a browser; a [browser.Browser] is one. One that is an [io.Closer] is closed after the run.
type Renderer interface {
	Render(context.Context, browser.Page) (*browser.Rendered, error)
}

// browsing is the browser of a run, made with the first page that needs one.
type browsing struct {
	once     sync.Once
	renderer Renderer
	err      error

	mu      sync.Mutex
	broken  error                        // why it could not be started the last times; guarded by mu
	starts  int                          // in a row that it could not; guarded by mu
	scripts map[string]*browser.Response // guarded by mu
	size    int                          // of their bodies; guarded by mu
}

// maxScripts is how many bytes of scripts a run remembers: the pages of a site ask for the same ones.
const maxScripts = 32 << 20

// renderOf is how pages of a site are shown; nil when they are not.
func (c *Crawl) renderOf(s *Site) func(context.Context, *crawler.Page) (*browser.Rendered, error) {
	if s.Render == RenderNever {
		return nil
	}
	return func(ctx context.Context, p *crawler.Page) (*browser.Rendered, error) { return c.render(ctx, s.Name, p) }
}

// renderLimit bounds the time of one page, waits for the host's turns included: some ask for ten seconds between requests.
const renderLimit = 10 * time.Minute

// render shows a page of a site. What its scripts ask for is fetched by the run's crawler: the guard on addresses,
// robots.txt, pace and caps hold for it as for pages.
func (c *Crawl) render(ctx context.Context, site string, p *crawler.Page) (*browser.Rendered, error) {
	b, err := c.browser()
	if err == nil {
		err = c.browsing.usable()
	}
	if err != nil {
		c.mu.Lock()
		c.total.NoBrowser, c.total.Unrendered = err, c.total.Unrendered+1
		c.mu.Unlock()
		return nil, err
	}
	out, err := b.Render(ctx, browser.Page{URL: p.FinalURL, Header: p.Header, Body: p.Body, XHTML: p.MediaType == "application/xhtml+xml"})
	if ctx.Err() == nil {
		c.browsing.note(out, err)
	}
	if out != nil {
		n := int64(0)
		for i := range out.Requests {
			if r := &out.Requests[i]; passedOn(r, p.FinalURL) {
				n += int64(r.Bytes)
			}
		}
		c.mu.Lock()
		c.total.Bytes += n
		if s := c.spent[site]; s != nil {
			s.Bytes += n
		}
		c.mu.Unlock()
	}
	return out, err
}

// browser is the run's browser; the error wraps [browser.ErrAbsent] when there is none on this machine.
func (c *Crawl) browser() (Renderer, error) {
	b := &c.browsing
	b.once.Do(func() {
		config := browser.Config{Get: c.get, UserAgent: c.Crawler.UserAgent(), Limit: renderLimit, Logger: c.Recorder.Log}
		if c.Browser != nil {
			b.renderer, b.err = c.Browser(config)
			return
		}
		made, err := browser.New(config)
		if b.err = err; err == nil {
			b.renderer = made
		}
	})
	return b.renderer, b.err
}

// maxStarts is how often in a row a browser may fail to start before a run goes on as if there were none: each time takes
// up to half a minute.
const maxStarts = 2

// usable is an error like that of a browser that is not there once it cannot be started.
func (b *browsing) usable() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.starts < maxStarts {
		return nil
	}
	return fmt.Errorf("%w; the one that is here cannot be started: %w", browser.ErrAbsent, b.broken)
}

// note learns from what a rendering came to whether the browser can be started: a page that was begun has a Rendered.
func (b *browsing) note(out *browser.Rendered, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err == nil || out != nil || errors.Is(err, browser.ErrCrashed) {
		b.starts = 0
		return
	}
	b.starts, b.broken = b.starts+1, err
}

// closeBrowser ends the run's browser if there is one.
func (c *Crawl) closeBrowser() error {
	b := &c.browsing
	b.once.Do(func() { b.err = browser.ErrClosed })
	if closer, ok := b.renderer.(io.Closer); ok {
		return closer.Close()
	}
	return nil
}

// get answers a request of a page's scripts.
func (c *Crawl) get(ctx context.Context, url string, header http.Header) (*browser.Response, error) {
	if res := c.browsing.script(url); res != nil {
		return res, nil
	}
	p := c.Crawler.Fetch(ctx, crawler.Request{URL: url, Header: header})
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if p.Outcome == crawler.Blocked || p.Status == 0 || p.Outcome == crawler.Failed && p.Status < 400 {
		return nil, fmt.Errorf("%s: %s", p.Outcome, p.Reason)
	}
	res := &browser.Response{Status: p.Status, Header: p.Header, Body: p.Raw}
	if n := len(p.Hops); n > 0 {
		res.URL = p.Hops[n-1].URL
	}
	c.browsing.remember(url, res)
	return res, nil
}

// script is a script that this run has fetched; nil when it has not.
func (b *browsing) script(url string) *browser.Response {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.scripts[url]
}

// remember keeps a script for the run's other pages. Data is always asked for anew, since it is what pages say.
func (b *browsing) remember(url string, res *browser.Response) {
	mediaType, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type"))
	if res.Status != http.StatusOK || !strings.HasSuffix(mediaType, "javascript") || strings.Contains(res.Header.Get("Cache-Control"), "no-store") {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.scripts == nil {
		b.scripts = map[string]*browser.Response{}
	}
	if b.scripts[url] == nil && b.size+len(res.Body) <= maxScripts {
		b.scripts[url] = res
		b.size += len(res.Body)
	}
}

// HasBrowser reports whether pages can be rendered on this machine: nil, or an error that wraps [browser.ErrAbsent].
func HasBrowser() error {
	b, err := browser.New(browser.Config{Get: func(context.Context, string, http.Header) (*browser.Response, error) {
		return nil, errors.New("no page is shown")
	}})
	if err != nil {
		return err
	}
	return b.Close()
}
