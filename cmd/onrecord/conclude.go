package main

import (
	"context"
	"net/http"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/cmd/internal/cases"
	"github.com/onrecord/onrecord/cmd/internal/config"
)

// conclude does what follows a run of crawl: the head of the ledger is handed out, and when the run was over the sites of the
// config it is looked for cases. kept is why the head could not be handed out.
func (a *app) conclude(ctx context.Context, conf *config.Config, store archive.Store, client *http.Client, f *fetchFlags, meter *cases.Meter) (kept, err error) {
	in := &inspection{conf: &watched{conf: conf}, meter: meter, now: time.Now()}
	if f.handout.wanted() {
		_, kept = a.handOut(ctx, store, client, &f.handout)
		in.handedOut(kept)
	}
	if !f.configured {
		return kept, nil
	}
	if in.conf.sites, err = conf.Record(); err != nil {
		return kept, err
	}
	if in.conf.schedules, err = conf.Schedules(); err != nil {
		return kept, err
	}
	changed, _, _, err := a.inspect(ctx, store, in)
	for i := range changed {
		e := &changed[i]
		what := "a case was opened"
		if !e.Closed.IsZero() {
			what = "a case is over"
		}
		about := ""
		if e.Site != "" {
			about = " (" + clean(e.Site) + ")"
		}
		a.note("%s: %s%s: %s", what, e.Kind, about, clean(e.Text))
	}
	return kept, err
}

// beat tells the heartbeat's address that a run of crawl has ended. That some pages could not be had is no bad end; a run that
// did not begin, or was interrupted, is none.
func (a *app) beat(ctx context.Context, conf *config.Config, failed error) {
	code := exitCode(failed)
	if ctx.Err() != nil || code == exitLocked || code == exitUsage {
		return
	}
	if code == exitPart {
		failed = nil
	}
	if err := heartbeat(ctx, conf, failed); err != nil {
		a.note("%s", clean(err.Error()))
	}
}
