package main

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/cmd/internal/cases"
	"github.com/onrecord/onrecord/cmd/internal/config"
	"github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/crawler"
)

// crawlRun is a run of crawl: what it is made with, what it is told by, and what it came to.
type crawlRun struct {
	app     *app
	conf    *config.Config
	flags   *fetchFlags
	format  string
	crawler *crawler.Crawler
	store   archive.Store
	told    *teller
	console *console
	meter   cases.Meter
	crawl   *record.Crawl
	without []*record.Site // left out, since they need a browser

	sum record.Summary
}

// crawl makes the run and tells what came of it.
func (a *app) crawl(ctx context.Context, conf *config.Config, sites []*record.Site, f *fetchFlags, format string) error {
	r := &crawlRun{app: a, conf: conf, flags: f, format: format}
	defer r.close()
	if err := r.open(ctx, sites); err != nil {
		return err
	}
	if err := r.visit(ctx); err != nil {
		return err
	}
	return r.conclude(ctx)
}

// open makes what the run needs. What would keep it from beginning comes before the archive is made.
func (r *crawlRun) open(ctx context.Context, sites []*record.Site) error {
	rules, err := r.app.rules(r.conf)
	if err != nil {
		return err
	}
	if sites, r.without, err = r.app.withBrowser(sites); err != nil {
		return err
	}
	rec, byHost := &record.Recorder{}, sitesByHost(sites)
	r.crawler, err = r.flags.crawler(r.app, r.conf.Contact, func(p *crawler.Page) { r.app.keepRobots(ctx, rec, byHost, p, r.console.note) })
	if err != nil {
		return err
	}
	setPaces(r.crawler, sites)
	if r.store, err = r.app.create(); err != nil {
		return err
	}
	rec.Store = r.store
	if err := adopt(ctx, rec, r.conf); err != nil {
		return err
	}
	r.told, err = newTeller(ctx, r.conf, rules, r.store, slog.New(slog.DiscardHandler), time.Now)
	r.crawl = &record.Crawl{Recorder: rec, Crawler: r.crawler, Sites: sites, Progress: r.progress}
	return err
}

// close gives back what open made, the last thing first.
func (r *crawlRun) close() {
	r.told.close()
	if r.store != nil {
		r.store.Close()
	}
	if r.crawler != nil {
		r.crawler.Close()
	}
}

// progress hears of a visit.
func (r *crawlRun) progress(p record.Progress) {
	r.meter.Visit(&p)
	r.told.visit(&p)
	r.console.visit(p)
}

// visit makes the visits, while they are watched, and prints what they came to.
func (r *crawlRun) visit(ctx context.Context) error {
	a, shown := r.app, newConsole(r.app, r.format, func() *board {
		return &board{sites: r.crawl.Status(), left: r.crawl.Left(), waiting: r.crawler.Waiting}
	})
	r.console = shown
	var err error
	r.sum, err = r.crawl.Run(ctx)
	shown.close()
	status := r.crawl.Status()
	if shown.err == nil && shown.out != nil {
		shown.err = shown.out.end(&r.sum, status, err != nil)
	}
	switch {
	case shown.err != nil:
		return shown.err
	case err != nil && ctx.Err() != nil:
		a.note("interrupted after %s; the same command goes on from here", plural(r.sum.Visits, "visit"))
		return errInterrupted
	case err != nil:
		return err
	}
	a.summarize(r.sum, status)
	a.unrendered(&r.sum)
	return nil
}

// conclude does what follows the visits, and returns what was not done of all that was asked for.
func (r *crawlRun) conclude(ctx context.Context) error {
	a, sum := r.app, &r.sum
	kept, err := a.conclude(ctx, r.conf, r.store, r.crawler.Client(), r.flags, &r.meter)
	if err != nil {
		return err
	}
	a.endTelling(ctx, r.told, sum.Began)
	switch {
	case kept != nil:
		return kept
	case len(sum.Untaught) > 0:
		return a.untaught(sum)
	case sum.Lost > 0:
		return a.partly(*sum)
	case len(r.without) > 0:
		return leftOut(r.without)
	case len(sum.Cut) > 0:
		return fail(exitPart, "run the same command again for more, or raise the budget", "the budget of %s was used up", plural(len(sum.Cut), "site"))
	}
	return nil
}

// untaught is the end of a run for which some sites did not show what their statements are.
func (a *app) untaught(sum *record.Summary) error {
	for _, name := range slices.Sorted(maps.Keys(sum.Untaught)) {
		a.note("%s: %v", clean(name), sum.Untaught[name])
	}
	return fail(exitPart, "give patterns with --follow, or below follow in the config; 'onrecord init URL' tells more",
		"the statements of %s could not be discovered", plural(len(sum.Untaught), "site"))
}

// keepRobots puts a visit to a robots.txt on record.
func (a *app) keepRobots(ctx context.Context, rec *record.Recorder, sites map[string]*record.Site, p *crawler.Page, note func(string, ...any)) {
	s := sites[crawler.Host(p.URL)]
	if s == nil {
		s = &record.Site{Name: crawler.Host(p.URL)}
	}
	if _, err := rec.Put(ctx, &record.Visit{Page: p, Site: s, Role: record.Aid, AidReason: record.ReasonRobots}); err != nil && ctx.Err() == nil {
		note("record %s: %v", clean(p.URL), err)
	}
}
