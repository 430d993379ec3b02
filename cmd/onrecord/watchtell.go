package main

import (
	"context"
	"errors"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/cmd/internal/cases"
	"github.com/onrecord/onrecord/cmd/internal/notify"
)

// toldBefore notes which destinations could not be told for a while.
func (in *inspection) toldBefore(ctx context.Context, t *teller) error {
	in.looked = append(in.looked, cases.Notices)
	found, err := t.troubles(ctx)
	in.known = append(in.known, found...)
	return err
}

// tellDue reports whether somebody is to be told something between two runs: of a case, or what waits in the outbox and whose
// time has come. It looks into the outbox each time, since other commands put letters there too.
func (w *watch) tellDue(ctx context.Context) (bool, error) {
	if len(w.conf.rules) == 0 {
		return false, nil
	}
	now := w.now()
	if w.untold {
		return true, nil
	}
	next, err := w.nextLetter(ctx)
	switch {
	case errors.Is(err, archive.ErrLocked):
		w.tellAt = now.Add(busy)
		return false, nil
	case err != nil:
		return false, err
	case !next.IsZero() && next.Before(w.spoke.Add(busy)): // what cannot be noted as sent is not tried again and again
		next = w.spoke.Add(busy)
	}
	w.tellAt = next
	return !next.IsZero() && !now.Before(next), nil
}

// nextLetter is when the next letter of the outbox is to be sent; zero when none waits.
func (w *watch) nextLetter(ctx context.Context) (next time.Time, err error) {
	path, err := w.app.existing()
	if err != nil {
		return next, nil // there is no archive yet
	}
	store, err := openBolt(path, true)
	if err != nil {
		return next, err
	}
	next, err = (&notify.Outbox{Store: store}).Next(ctx)
	return next, errors.Join(err, store.Close())
}

// tellNext takes in that people were told.
func (w *watch) tellNext(r notify.Report) { w.untold, w.spoke, w.tellAt = false, w.now(), r.Next }

// tellPeople tells what is due between two runs.
func (w *watch) tellPeople(ctx context.Context) error {
	store, err := w.app.create()
	if err != nil {
		return err
	}
	defer store.Close()
	t, err := newTeller(ctx, w.conf.conf, w.conf.rules, store, w.log, w.now)
	if err != nil || t == nil {
		return err
	}
	defer t.close()
	w.tellNext(t.end(ctx, time.Time{}))
	return nil
}

// earlier is the earlier of two times of which the second may be zero, for never.
func earlier(t, or time.Time) time.Time {
	if !or.IsZero() && or.Before(t) {
		return or
	}
	return t
}
