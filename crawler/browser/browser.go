package browser

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"sync"
	"time"
)

// Browser is one Chromium, started with the first page and kept for the next ones. It is safe for concurrent use and shows
// one page at a time; others wait.
type Browser struct {
	config Config
	turn   chan struct{} // held while a page is shown or Chromium is stopped; the fields below belong to its holder
	chrome *chromium     // nil when none runs
	pages  int           // that chrome has shown
	starts int

	once   sync.Once
	closed chan struct{}
}

// New makes a browser. Nothing is started yet. The error is [ErrAbsent] when there is no Chromium, else it tells what in
// the config cannot work.
func New(config Config) (*Browser, error) {
	if err := config.defaults(); err != nil {
		return nil, err
	}
	sweep()
	return &Browser{config: config, turn: make(chan struct{}, 1), closed: make(chan struct{})}, nil
}

// Close ends Chromium and removes its files; a page that is being shown ends with [ErrClosed].
func (b *Browser) Close() error {
	b.once.Do(func() { close(b.closed) })
	b.turn <- struct{}{}
	defer func() { <-b.turn }()
	return b.stop(true)
}

// stop ends Chromium if it runs. The caller has the turn.
func (b *Browser) stop(gently bool) error {
	if b.chrome == nil {
		return nil
	}
	err := b.chrome.stop(gently)
	b.chrome, b.pages = nil, 0
	return err
}

// Render shows a page and gives its document. When the page itself fails, the Rendered is there nevertheless, without a
// DOM: it has the requests and the flags. Errors are those of this package, ctx's, and those of starting Chromium.
func (b *Browser) Render(ctx context.Context, p Page) (*Rendered, error) {
	if err := check(p); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	select {
	case b.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-b.closed:
		return nil, ErrClosed
	}
	defer func() { <-b.turn }()
	closing := make(chan struct{})
	var watch sync.WaitGroup
	watch.Go(func() {
		select {
		case <-b.closed:
			cancel(ErrClosed)
		case <-closing:
		}
	})
	defer watch.Wait()
	defer close(closing)

	for first := true; ; first = false {
		if err := b.ready(ctx); err != nil {
			return nil, cause(ctx, err)
		}
		r, begun, err := b.show(ctx, p)
		if first && !begun && errors.Is(err, ErrCrashed) && ctx.Err() == nil {
			continue // Chromium died between two pages, which is not this page's fault
		}
		return r, cause(ctx, err)
	}
}

// check refuses what is no page.
func check(p Page) error {
	u, err := url.Parse(p.URL)
	if err != nil {
		return fmt.Errorf("render: %w", err)
	}
	if (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return fmt.Errorf("render %.200q: neither http nor https", p.URL)
	}
	return nil
}

// cause replaces the errors that follow from the end of the context by why it ended.
func cause(ctx context.Context, err error) error {
	if err == nil || ctx.Err() == nil {
		return err
	}
	return context.Cause(ctx)
}

// ready starts Chromium when there is none, or when it has shown enough.
func (b *Browser) ready(ctx context.Context) error {
	if b.chrome != nil && (b.pages >= b.config.MaxPages || !b.chrome.alive()) {
		if err := b.stop(true); err != nil {
			b.config.Logger.Warn("browser left something behind", "err", err)
		}
	}
	if b.chrome != nil {
		return nil
	}
	c, err := start(ctx, &b.config)
	if err != nil {
		return fmt.Errorf("start %s: %w", b.config.Path, err)
	}
	b.chrome, b.pages = c, 0
	b.starts++
	return nil
}

// show shows a page in a running Chromium. One that does not let go of a page is ended. Begun is false when Chromium has
// not seen the page.
func (b *Browser) show(ctx context.Context, p Page) (r *Rendered, begun bool, err error) {
	began := time.Now()
	b.pages++
	v := newView(ctx, b.chrome, &b.config, p)
	err = v.run()
	clean := v.leave(err == nil)
	r = v.rendered()
	r.Elapsed = time.Since(began)
	if err != nil {
		r.DOM = nil
		err = fmt.Errorf("render %.500q: %w", p.URL, err)
	}
	if !clean || errors.Is(err, ErrStuck) || !b.chrome.alive() {
		if serr := b.stop(false); serr != nil {
			b.config.Logger.Warn("browser left something behind", "err", serr)
		}
	}
	slices.Sort(r.Flags)
	b.config.Logger.Debug("rendered", "url", p.URL, "elapsed", r.Elapsed, "requests", len(r.Requests), "flags", r.Flags, "err", err)
	return r, v.begun, err
}
