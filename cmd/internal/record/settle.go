package record

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/extract/layout"
)

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
// and reads all its versions again with it. See [lessons]. A reading that differs then is ours, never an edit. It
// reports whether the layout is new.
func (r *Recorder) Settle(ctx context.Context, site string) (bool, error) {
	l := r.lesson(site)
	l.use.Lock()
	defer l.use.Unlock()
	urls, err := r.urls(ctx, site)
	if err != nil {
		return false, err
	}
	was, err := r.learned(ctx, site)
	if err != nil {
		return false, err
	}
	fresh := false
	if was.due(len(urls)) {
		if fresh, err = r.adopt(ctx, site, urls, l); err != nil {
			return false, err
		}
	} else if was.Pages >= learnFrom && time.Since(was.Time) > learnAnew {
		if fresh, err = r.revise(ctx, site, urls, l); err != nil {
			return false, err
		}
	}
	return fresh, r.renewAll(ctx, site, urls)
}

// urls are the addresses of a site's pages on record.
func (r *Recorder) urls(ctx context.Context, site string) (urls []string, err error) {
	for p, err := range r.Store.Pages(ctx, site) {
		if err != nil {
			return nil, err
		}
		urls = append(urls, p.URL)
	}
	return urls, nil
}

// settledNote is the name under which the rules are kept that all of a site's pages were last read by.
func settledNote(site string) string { return "settled/" + site }

// renewAll reads again the pages whose versions were read by other rules: those of before the layout was learned, and
// those that a run left which was interrupted.
func (r *Recorder) renewAll(ctx context.Context, site string, urls []string) error {
	lay, err := r.manner(ctx, site)
	if err != nil {
		return err
	}
	today := rules("text/html", lay) + " " + rules(mediaPDF, lay)
	if b, err := r.Store.Note(ctx, settledNote(site)); err != nil || string(b) == today {
		return err
	}
	for _, u := range urls {
		v, err := r.Store.Version(ctx, u, -1)
		if errors.Is(err, archive.ErrForgotten) {
			continue
		}
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
	return r.Store.SetNote(ctx, settledNote(site), []byte(today))
}

// again parses the bytes that a capture was read from once more.
func (r *Recorder) again(ctx context.Context, url string, from archive.Digest) (*parsed, error) {
	for c, err := range r.Store.Captures(ctx, url) {
		if err != nil {
			return nil, err
		}
		if c.Source() == from {
			return r.reparse(ctx, &c)
		}
	}
	return nil, fmt.Errorf("capture %s of %s: %w", from, url, archive.ErrNotFound)
}

// reparse parses what a stored capture was read from: the rendered document when there is one, else the bytes.
func (r *Recorder) reparse(ctx context.Context, c *archive.Capture) (*parsed, error) {
	b, err := r.Store.Blob(ctx, c.Source())
	if err != nil {
		return nil, err
	}
	h := lastHeader(c)
	if !c.RenderedDigest.IsZero() {
		return parse(documentOf(c.FinalURL, h, b))
	}
	return parse(source{url: c.FinalURL, header: h, raw: b, mediaType: c.MediaType, charset: c.Charset})
}

// renew reads the first capture of each version of a page again by today's rules, so that its versions are always
// compared like with like. [Reextract] reads all captures.
func (r *Recorder) renew(ctx context.Context, url string, lay manner) error {
	want := map[archive.Digest]bool{}
	for v, err := range r.Store.Versions(ctx, url) {
		if err != nil {
			return err
		}
		if v.Forgotten == nil {
			want[v.Source()] = true
		}
	}
	again := rereader{recorder: r, manner: lay, alone: read, readings: map[archive.Digest]*archive.Reading{}}
	for c, err := range r.Store.Captures(ctx, url) {
		if err != nil {
			return err
		}
		if !want[c.Source()] || c.Absent == archive.AbsentForgotten {
			continue
		}
		if _, err := again.read(ctx, &c); err != nil {
			return err
		}
		if len(again.readings) == len(want) {
			break
		}
	}
	_, _, err := r.Store.Rederive(ctx, url, again.readings)
	return err
}
