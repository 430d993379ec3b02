package record

import (
	"context"
	"fmt"
	"net/http"
	"sort"
	"strconv"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/extract"
	"github.com/onrecord/onrecord/extract/layout"
)

// learnFrom is how many pages of a site teach its layout at most: what repeats shows on a few, and the sample is the
// same whenever the pages are.
const learnFrom = 200

// layoutNote is the name under which a site's layout is kept.
func layoutNote(site string) string { return "layout/" + site }

// layout is what the site's pages taught so far; nil when nothing.
func (r *Recorder) layout(ctx context.Context, site string) (*layout.Layout, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if l, ok := r.layouts[site]; ok {
		return l, nil
	}
	b, err := r.Store.Note(ctx, layoutNote(site))
	if err != nil {
		return nil, err
	}
	var l *layout.Layout
	if b != nil {
		if l, err = layout.Parse(b); err != nil {
			return nil, fmt.Errorf("layout of %s: %w", site, err)
		}
	}
	if r.layouts == nil {
		r.layouts = map[string]*layout.Layout{}
	}
	r.layouts[site] = l
	return l, nil
}

func (r *Recorder) setLayout(ctx context.Context, site string, l *layout.Layout) error {
	if err := r.Store.SetNote(ctx, layoutNote(site), l.Marshal()); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.layouts[site] = l
	return nil
}

// Settle learns a site's layout from its pages on record when they have become enough more than it was learned from,
// and reads all its versions again with it. Learning at 2, 4, 8, ... pages keeps the cost in proportion to the pages.
// A reading that differs then is ours, never an edit. It reports whether the layout is new.
func (r *Recorder) Settle(ctx context.Context, site string) (bool, error) {
	old, err := r.layout(ctx, site)
	if err != nil {
		return false, err
	}
	var urls []string
	stale := false
	for p, err := range r.Store.Pages(ctx, site) {
		if err != nil {
			return false, err
		}
		urls = append(urls, p.URL)
	}
	from, err := r.learnedFrom(ctx, site, old)
	if err != nil {
		return false, err
	}
	if n := len(urls); n >= 2 && (from == 0 || n >= 2*from || (n < 8 && n > from)) && from < learnFrom {
		lay, err := r.learn(ctx, urls)
		if err != nil {
			return false, err
		}
		stale = lay.Digest() != old.Digest()
		if stale || lay.Pages() != old.Pages() {
			if err := r.setLayout(ctx, site, lay); err != nil {
				return false, err
			}
			old = lay
		}
		if err := r.Store.SetNote(ctx, learnedNote(site), []byte(strconv.Itoa(n))); err != nil {
			return false, err
		}
	}
	return stale, r.renewAll(ctx, urls, old)
}

// learnedNote is the name under which the number of pages is kept that a site had when its layout was learned.
func learnedNote(site string) string { return "learned/" + site }

// learnedFrom is how many pages on record the site had when its layout was learned; 0 when none was. Layout.Pages says
// less: it counts those of the sample, and pages that look the same once.
func (r *Recorder) learnedFrom(ctx context.Context, site string, lay *layout.Layout) (int, error) {
	b, err := r.Store.Note(ctx, learnedNote(site))
	if err != nil {
		return 0, err
	}
	if n, err := strconv.Atoi(string(b)); err == nil && n > 0 {
		return n, nil
	}
	return lay.Pages(), nil // an archive from before the number was kept, or nothing learned
}

// renewAll reads again the pages whose versions were read by other rules; a run that was interrupted left some.
func (r *Recorder) renewAll(ctx context.Context, urls []string, lay *layout.Layout) error {
	for _, u := range urls {
		v, err := r.Store.Version(ctx, u, -1)
		if err != nil {
			return err
		}
		if v.Rules == rules(v.MediaType, lay) {
			continue
		}
		if err := r.renew(ctx, u, lay); err != nil {
			return err
		}
	}
	return nil
}

// learn makes the layout of a site from the last versions of (a sample of) its pages.
func (r *Recorder) learn(ctx context.Context, urls []string) (*layout.Layout, error) {
	sort.Strings(urls)
	step := max(1, (len(urls)+learnFrom-1)/learnFrom)
	var seen []layout.Observation
	for i := 0; i < len(urls); i += step {
		v, err := r.Store.Version(ctx, urls[i], -1)
		if err != nil {
			return nil, err
		}
		p, err := r.again(ctx, urls[i], v.RawDigest)
		if err != nil {
			return nil, err
		}
		if p.root != nil {
			seen = append(seen, extract.Observe(p.root, extract.Options{URL: p.url, Header: p.header}))
		}
	}
	return layout.Learn(seen), nil
}

// again parses the bytes of a capture once more.
func (r *Recorder) again(ctx context.Context, url string, raw archive.Digest) (*parsed, error) {
	for c, err := range r.Store.Captures(ctx, url) {
		if err != nil {
			return nil, err
		}
		if c.RawDigest == raw {
			return r.reparse(ctx, &c)
		}
	}
	return nil, fmt.Errorf("capture %s of %s: %w", raw, url, archive.ErrNotFound)
}

// reparse parses the bytes of a stored capture.
func (r *Recorder) reparse(ctx context.Context, c *archive.Capture) (*parsed, error) {
	b, err := r.Store.Blob(ctx, c.RawDigest)
	if err != nil {
		return nil, err
	}
	var h http.Header
	if n := len(c.Hops); n > 0 {
		h = c.Hops[n-1].Header
	}
	return parse(source{url: c.FinalURL, header: h, raw: b, mediaType: c.MediaType, charset: c.Charset})
}

// renew reads the first capture of each version of a page again by today's rules, so that its versions are always
// compared like with like. [Recorder.Reread] reads all captures.
func (r *Recorder) renew(ctx context.Context, url string, lay *layout.Layout) error {
	want := map[archive.Digest]bool{}
	for v, err := range r.Store.Versions(ctx, url) {
		if err != nil {
			return err
		}
		want[v.RawDigest] = true
	}
	readings := map[archive.Digest]*archive.Reading{}
	for c, err := range r.Store.Captures(ctx, url) {
		if err != nil {
			return err
		}
		if _, done := readings[c.RawDigest]; done || !want[c.RawDigest] {
			continue
		}
		p, err := r.reparse(ctx, &c)
		if err != nil {
			return err
		}
		reading, _, _ := read(p, lay)
		readings[c.RawDigest] = reading
		if len(readings) == len(want) {
			break
		}
	}
	_, _, err := r.Store.Rederive(ctx, url, readings)
	return err
}
