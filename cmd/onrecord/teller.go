package main

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"sync"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/cmd/internal/cases"
	"github.com/onrecord/onrecord/cmd/internal/config"
	"github.com/onrecord/onrecord/cmd/internal/notify"
	"github.com/onrecord/onrecord/cmd/internal/record"
)

// teller tells people what a run puts on record, while it goes on and at its end. Nothing of it makes the run wait or fail. A
// nil teller, that of a config without rules, tells nobody.
type teller struct {
	out    *notify.Outbox
	log    *slog.Logger
	stop   func()        // ends what goes on beside the run at once
	enough chan struct{} // closed when the run has ended
	done   chan struct{} // closed when nothing goes on beside it any more

	mu     sync.Mutex
	pages  map[string]bool // that may have something to tell; guarded by mu
	report notify.Report   // of the last delivery; guarded by mu
}

const (
	// tellAgain is how often it is looked while a run goes on whether there is something to tell.
	tellAgain = 15 * time.Second
	// tellLonger is how long is told at most after a run; what is left waits in the outbox.
	tellLonger = 2 * time.Minute
)

// rules are the rules of a config, with a mistake told as one of the config.
func (a *app) rules(conf *config.Config) ([]notify.Rule, error) {
	rules, err := conf.Rules()
	return rules, a.mistaken(err)
}

// mistaken is a mistake in the config that shows only when its secrets are read.
func (a *app) mistaken(err error) error {
	var mistake *config.Error
	if !errors.As(err, &mistake) {
		return err
	}
	if mistake.File = a.config; mistake.File == "" {
		mistake.File = config.FileName
	}
	return fail(exitUsage, mistake.Hint, "config %s", mistake.Where())
}

// outboxOf is the outbox of an archive.
func outboxOf(conf *config.Config, rules []notify.Rule, store archive.Store, log *slog.Logger) *notify.Outbox {
	return &notify.Outbox{
		Store: store, Rules: rules, Groups: conf.Groups(), ReadingRoom: conf.ReadingRoom, Log: log,
		Cases: func(ctx context.Context, after time.Time) iter.Seq2[notify.Case, error] {
			return casesAfter(ctx, store, after)
		},
		Whole: func(ctx context.Context, site string) (bool, error) {
			l, err := record.LooksOf(ctx, store, site)
			return !l.Whole.IsZero(), err
		},
	}
}

// casesAfter are the cases that were opened or closed after a time, as package notify has them.
func casesAfter(ctx context.Context, store archive.Store, after time.Time) iter.Seq2[notify.Case, error] {
	return func(yield func(notify.Case, error) bool) {
		for c, err := range cases.After(ctx, store, after) {
			if !yield(notify.Case{ID: c.ID, Site: c.Site, Kind: c.Kind, Text: c.Text, Opened: c.Opened, Closed: c.Closed}, err) || err != nil {
				return
			}
		}
	}
}

// newTeller makes the teller of a run that begins, and has it go on with what an earlier run left. now is the clock.
func newTeller(ctx context.Context, conf *config.Config, rules []notify.Rule, store archive.Store, log *slog.Logger, now func() time.Time) (*teller, error) {
	if len(rules) == 0 {
		return nil, nil
	}
	t := &teller{out: outboxOf(conf, rules, store, log), log: log, pages: map[string]bool{}, enough: make(chan struct{}), done: make(chan struct{})}
	t.out.Now = now
	if err := t.out.Begin(ctx); err != nil {
		return nil, err
	}
	_, began, err := record.Unfinished(ctx, store)
	if err == nil {
		_, err = t.out.Collect(ctx, began)
	}
	if err != nil {
		return nil, err
	}
	ctx, t.stop = context.WithCancel(ctx)
	go t.beside(ctx)
	return t, nil
}

// visit takes in a visit that may have something to tell.
func (t *teller) visit(p *record.Progress) {
	e := &p.Entry
	if t == nil || p.Aid || e.Outcome == archive.Deferred || e.Outcome == archive.Unchanged {
		return
	}
	url := e.Result.URL
	if url == "" {
		url = e.URL
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.pages[url] = true
}

// beside tells what happens while the run goes on.
func (t *teller) beside(ctx context.Context) {
	defer close(t.done)
	tick := time.NewTicker(tellAgain)
	defer tick.Stop()
	for {
		t.mu.Lock()
		var urls []string
		for u := range t.pages {
			urls = append(urls, u)
		}
		clear(t.pages)
		t.mu.Unlock()
		if _, err := t.out.CollectPages(ctx, urls); err != nil {
			t.failed(ctx, err)
			return
		}
		t.deliver(ctx)
		select {
		case <-ctx.Done():
			return
		case <-t.enough:
			return
		case <-tick.C:
		}
	}
}

func (t *teller) deliver(ctx context.Context) {
	r, err := t.out.Deliver(ctx)
	if err != nil {
		t.failed(ctx, err)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	r.Sent, r.GivenUp = r.Sent+t.report.Sent, r.GivenUp+t.report.GivenUp
	t.report = r
}

// failed tells that the outbox could not be read or written. The run goes on: what was not told is found again.
func (t *teller) failed(ctx context.Context, err error) {
	if ctx.Err() == nil {
		t.log.Error("people could not be told; it is tried again with the next run", "error", clean(err.Error()))
	}
}

// close ends what goes on beside the run; it comes before the store is closed.
func (t *teller) close() {
	if t == nil {
		return
	}
	t.stop()
	<-t.done
}

// end tells what the run that began then has put on record, and what became of it. A run that was interrupted tells nothing: the
// next one does.
func (t *teller) end(ctx context.Context, began time.Time) notify.Report {
	if t == nil {
		return notify.Report{}
	}
	ctx, cancel := context.WithTimeout(ctx, tellLonger)
	defer cancel()
	close(t.enough) // a message that is on its way is not cut off: it would be sent again
	select {
	case <-t.done:
	case <-ctx.Done():
	}
	t.close()
	if ctx.Err() != nil {
		return t.report
	}
	if _, err := t.out.Collect(ctx, began); err != nil {
		t.failed(ctx, err)
		return t.report
	}
	t.deliver(ctx)
	return t.report
}

// endTelling ends the telling of a run, for people who look at it.
func (a *app) endTelling(ctx context.Context, t *teller, began time.Time) {
	r := t.end(ctx, began)
	if r.Sent > 0 {
		a.note("%s sent", plural(r.Sent, "notice"))
	}
	if r.Failed == 0 {
		return
	}
	a.note("%s could not be sent, and wait for the next run; 'onrecord notify list' tells more", plural(r.Failed, "notice"))
	list, err := t.out.List(ctx)
	if err != nil {
		a.note("%v", err)
	}
	seen := map[string]bool{}
	for _, e := range list {
		if e.Problem != "" && e.Status != notify.Sent && !seen[e.To] {
			seen[e.To] = true
			a.note("%s: %s", clean(e.To), clean(e.Problem))
		}
	}
}

// troubles are the destinations that could not be told for a while, for a case.
func (t *teller) troubles(ctx context.Context) (found []cases.Finding, err error) {
	if t == nil {
		return nil, nil
	}
	list, err := t.out.List(ctx)
	for _, e := range list {
		if e.Status == notify.Waiting && e.Tried >= manyTries {
			text := plural(e.Tried, "attempt") + " to tell " + e.To + " failed: " + e.Problem
			found = append(found, cases.Finding{Kind: cases.Notices, Text: text})
			break // there is one case of this kind
		}
	}
	return found, err
}

// manyTries is after how many attempts that failed something is wrong, and not only busy.
const manyTries = 4
