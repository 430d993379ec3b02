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

// tellDue reports whether somebody is to be told something between two runs: a digest whose time has come, or what could not be
// sent before. It looks into the outbox once, when the program has just begun; after that it knows.
func (w *watch) tellDue(ctx context.Context) (bool, error) {
	if len(w.conf.rules) == 0 {
		return false, nil
	}
	if !w.asked {
		path, err := w.app.existing()
		if err != nil {
			return false, nil // there is no archive yet
		}
		store, err := openBolt(path, true)
		if errors.Is(err, archive.ErrLocked) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		w.tellAt, err = noticeState(ctx, store)
		if err := errors.Join(err, store.Close()); err != nil {
			return false, err
		}
		w.asked = true
	}
	return !w.tellAt.IsZero() && !w.now().Before(w.tellAt), nil
}

// tellNext takes in what a delivery came to.
func (w *watch) tellNext(r notify.Report) { w.asked, w.tellAt = true, r.Next }

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
