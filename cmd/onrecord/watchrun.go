package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"slices"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/cmd/internal/tell"
	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/schedule"
)

// agendas are when the sites of a config are due, in their order, by what an archive holds; with pages also their statements.
// An archive that is not there holds nothing.
func (a *app) agendas(ctx context.Context, c *watched, pages bool, now time.Time) (all []*record.Agenda, unfinished []string, err error) {
	path, err := a.archivePath()
	if err != nil {
		return nil, nil, err
	}
	var store archive.Store = nothing{}
	if _, err := os.Stat(path); err == nil {
		s, err := openBolt(path, true)
		if err != nil {
			return nil, nil, err
		}
		defer s.Close()
		store = s
	}
	if unfinished, _, err = record.Unfinished(ctx, store); err != nil {
		return nil, nil, err
	}
	if all, err = agendasIn(ctx, store, c, now); err != nil || !pages {
		return all, unfinished, err
	}
	for _, g := range all {
		if err := g.ReadPages(ctx, store); err != nil {
			return nil, nil, err
		}
	}
	return all, unfinished, nil
}

// agendasIn are when the sites of a config are due, in their order, by what a store holds.
func agendasIn(ctx context.Context, store archive.Store, c *watched, now time.Time) (all []*record.Agenda, err error) {
	for i, s := range c.sites {
		g, err := record.PlanSite(ctx, store, s, c.schedules[i], c.conf.Sites[i].VisitsPerDay, now)
		if err != nil {
			return nil, err
		}
		all = append(all, g)
	}
	return all, nil
}

// due are the sites that are due now, and when the next one is.
func (w *watch) due(ctx context.Context) (due []*record.Agenda, next time.Time, err error) {
	now := w.now()
	all, unfinished, err := w.app.agendas(ctx, w.conf, false, now)
	if err != nil {
		return nil, next, err
	}
	if due := only(all, unfinished); len(due) > 0 {
		w.log.Info("going on with a run that was cut short", "sites", len(due))
		return due, now, nil
	}
	next = now.Add(longest)
	for _, g := range all {
		at := w.caughtUp(g, now)
		if !at.After(now) {
			due = append(due, g)
		} else if at.Before(next) {
			next = at
		}
	}
	return due, next, nil
}

// only are the agendas of sites by their names.
func only(all []*record.Agenda, names []string) (some []*record.Agenda) {
	for _, g := range all {
		if slices.Contains(names, g.Site.Name) {
			some = append(some, g)
		}
	}
	return some
}

// late is from when on a time counts as missed, and catchUp the longest time over which those who missed theirs are spread.
const (
	late    = 2 * time.Minute
	catchUp = 5 * time.Minute
)

// caughtUp is when a site is visited: when it is due, or, when that was missed, a little later, each site at another moment.
func (w *watch) caughtUp(g *record.Agenda, now time.Time) time.Time {
	if w.once || g.Looks.Last.IsZero() || now.Sub(g.Next) < late {
		delete(w.missed, g.Site.Name)
		return g.Next
	}
	at, ok := w.missed[g.Site.Name]
	if !ok {
		at = now.Add(schedule.Spread(g.Site.Name, min(g.Interval/20, catchUp)))
		w.missed[g.Site.Name] = at
	}
	return at
}

// run visits what is due of some sites, and tells what came of it to those who count and to those who wait for it.
func (w *watch) run(ctx context.Context, due []*record.Agenda) error {
	err := w.visit(ctx, due)
	switch {
	case errors.Is(err, archive.ErrLocked): // it has not begun
		return err
	case ctx.Err() != nil:
		w.meters.end("interrupted", nil)
		return err
	case err != nil:
		w.meters.end("failed", err)
	default:
		w.meters.end("done", nil)
	}
	conf := w.conf.conf
	w.beats.Go(func() { w.beat(ctx, conf, err) })
	return err
}

// visit visits what is due of some sites.
func (w *watch) visit(ctx context.Context, due []*record.Agenda) error {
	a, c := w.app, w.conf
	store, err := a.create()
	if err != nil {
		return err
	}
	defer store.Close()
	defer w.lend(store)()
	sites, err := w.dueSites(ctx, store, due)
	if err != nil {
		return err
	}
	rec := &record.Recorder{Store: store}
	if err := adopt(ctx, rec, c.conf); err != nil {
		return err
	}
	note := func(format string, args ...any) { w.log.Warn(fmt.Sprintf(format, args...)) }
	byHost := sitesByHost(sites)
	c.onRobots(func(p *crawler.Page) { a.keepRobots(ctx, rec, byHost, p, note) })
	defer c.onRobots(nil)
	told, err := newTeller(ctx, c.conf, c.rules, store, w.log, w.now)
	if err != nil {
		return err
	}
	defer told.close()
	crawl := &record.Crawl{Recorder: rec, Crawler: c.crawler, Sites: sites, By: record.ByWatch, Progress: func(p record.Progress) {
		told.visit(&p)
		w.logVisit(p)
	}}
	w.meters.begin(crawl.Left)
	sum, err := crawl.Run(ctx)
	w.summarize(&sum, len(sites), ctx.Err() != nil)
	switch {
	case err != nil && ctx.Err() != nil:
		return nil
	case err != nil:
		return err
	}
	return w.conclude(ctx, store, told, &sum)
}

// dueSites are the sites of a run, each with what is due of it. Those that need a browser which is not there are left out.
func (w *watch) dueSites(ctx context.Context, store archive.Store, due []*record.Agenda) (sites []*record.Site, err error) {
	for _, g := range due {
		if err := g.ReadPages(ctx, store); err != nil {
			return nil, err
		}
		sites = append(sites, g.DueSite(store))
		if g.Over {
			w.log.Warn("visits_per_day is less than what no statement waiting longer than 30 days needs", "site", clean(g.Site.Name))
		}
	}
	sites, without, err := w.app.withBrowser(sites)
	for _, s := range without {
		w.log.Warn("left out: it needs a browser, and there is none", "site", clean(s.Name))
	}
	return sites, err
}

// conclude does what follows the visits of a run: the head of the ledger is handed out, cases are looked for, people are told.
func (w *watch) conclude(ctx context.Context, store archive.Store, told *teller, sum *record.Summary) error {
	for name, why := range sum.Untaught {
		w.log.Warn("its statements could not be discovered", "site", clean(name), "error", clean(why.Error()))
	}
	a, in := w.app, &inspection{}
	var kept error // from being handed out
	if h := &w.conf.flags.handout; sum.Visits > 0 && h.wanted() {
		_, kept = a.handOut(ctx, store, w.conf.crawler.Client(), h)
		in.handedOut(kept)
	}
	if err := errors.Join(in.toldBefore(ctx, told), w.inspect(ctx, store, in)); err != nil {
		return err
	}
	w.tellNext(told.end(ctx, sum.Began))
	if kept != nil && (w.once || exitCode(kept) == exitEvidence) {
		return kept
	}
	if w.once && sum.Lost > 0 {
		return a.partly(*sum)
	}
	return nil
}

// logVisit logs a visit that somebody may want to hear of.
func (w *watch) logVisit(p record.Progress) {
	w.meters.visit(&p)
	w.meter.Visit(&p)
	e := &p.Entry
	attrs := []any{"site", clean(p.Site), "url", clean(e.URL)}
	if e.From != "" {
		w.log.Info("new address", "site", clean(p.Site), "url", clean(e.Result.URL), "was", clean(e.From))
	}
	switch {
	case p.Aid && (e.Outcome == archive.Stored || e.Outcome == archive.Unchanged):
		w.log.Debug("looked at a "+e.Reason, attrs...)
	case e.Outcome == archive.Stored:
		w.log.Info(tell.Kind(e.Result.Change), append(attrs, "title", clean(e.Title), "version", e.Result.Version)...)
	case e.Outcome == archive.Gone && !p.Aid, e.Outcome == archive.Moved && !p.Aid:
		w.log.Info(string(e.Outcome), append(attrs, "detail", clean(e.Detail))...)
	case p.Aid && e.Outcome == archive.Gone && w.conf.starts(e.URL), e.Outcome == archive.Failed || e.Outcome == archive.Deferred || e.Outcome == archive.Blocked:
		w.log.Warn(string(e.Outcome), append(attrs, "reason", e.Reason, "detail", clean(e.Detail))...)
	default:
		w.log.Debug(string(e.Outcome), attrs...)
	}
}

// summarize logs what a run came to.
func (w *watch) summarize(s *record.Summary, sites int, stopped bool) {
	what := "a run ended"
	if stopped {
		what = "a run was stopped; it goes on with the next start"
	}
	w.log.Info(what, "sites", sites, "visits", s.Visits, "new", s.New, "changed", s.Changed, "unchanged", s.Unchanged, "gone", s.Gone,
		"moved", s.Moved, "deferred", s.Deferred, "blocked", s.Blocked, "failed", s.Failed, "bytes", s.Bytes,
		"took", s.Ended.Sub(s.Began).Round(time.Millisecond).String())
}

// nothing is an archive that is not there yet, for those who only ask for notes and pages.
type nothing struct{ archive.Store }

func (nothing) Note(context.Context, string) ([]byte, error) { return nil, nil }

func (nothing) Page(context.Context, string) (archive.Page, error) {
	return archive.Page{}, archive.ErrNotFound
}

func (nothing) Pages(context.Context, string) iter.Seq2[archive.Page, error] {
	return func(func(archive.Page, error) bool) {}
}

func (nothing) Visits(context.Context, string) iter.Seq2[archive.Visit, error] {
	return func(func(archive.Visit, error) bool) {}
}

// hintOf is what an error says to do; "" when it says nothing.
func hintOf(err error) string {
	if f := (*failure)(nil); errors.As(err, &f) && f.hint != "" {
		return f.hint
	}
	return hintFor(err)
}
