package main

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/cmd/internal/cases"
	"github.com/onrecord/onrecord/cmd/internal/config"
)

// handedOut notes whether the head of the ledger could be handed out.
func (in *inspection) handedOut(err error) {
	in.looked = append(in.looked, cases.Handout)
	if err != nil {
		in.known = append(in.known, cases.Finding{Kind: cases.Handout, Text: err.Error()})
	}
}

// inspect opens and closes cases, and logs those.
func (w *watch) inspect(ctx context.Context, store archive.Store, in *inspection) error {
	in.conf, in.meter, in.whole, in.now = w.conf, &w.meter, true, w.now()
	changed, all, open, err := w.app.inspect(ctx, store, in)
	if err != nil {
		return err
	}
	w.inspected = in.now
	w.meters.know(all, open)
	w.untold = w.untold || len(changed) > 0
	for i := range changed {
		e := &changed[i]
		attrs := []any{"case", e.ID, "kind", e.Kind, "site", clean(e.Site), "text", clean(e.Text)}
		if e.Closed.IsZero() {
			w.log.Warn("a case was opened", attrs...)
		} else {
			w.log.Info("a case is over", attrs...)
		}
	}
	return nil
}

// lookAround looks for cases when no run has for a while: a disk fills and a clock jumps between runs too. It does not wait for
// an archive that is in use.
func (w *watch) lookAround(ctx context.Context) error {
	if since := w.now().Sub(w.inspected); since >= 0 && since < longest {
		return nil
	}
	path, err := w.app.existing()
	if err != nil {
		return nil // there is none yet
	}
	store, err := openBolt(path, false)
	if errors.Is(err, archive.ErrLocked) {
		return nil
	}
	if err != nil {
		return err
	}
	return errors.Join(w.inspect(ctx, store, &inspection{}), store.Close())
}

// beat tells the heartbeat's address that a run has ended.
func (w *watch) beat(ctx context.Context, conf *config.Config, failed error) {
	if conf.Heartbeat == "" {
		return
	}
	result := "sent"
	if err := heartbeat(ctx, conf, failed); err != nil && ctx.Err() == nil {
		result = "failed"
		w.log.Warn("no heartbeat", "error", clean(err.Error()))
	}
	w.meters.set.GetOrCreateCounter(metric("onrecord_heartbeats_total", "result", result)).Inc()
}

// listen begins to answer over HTTP, when that is wanted.
func (w *watch) listen() error {
	if w.listenAt == "" {
		if w.public {
			return usage("name the address with --listen", "--listen-public without --listen")
		}
		if w.room.wanted {
			return usage("name the address with --listen", "--room without --listen")
		}
		return nil
	}
	w.turned.Store(time.Now().UnixNano())
	l, err := newListener(w.listenAt, w.public, w.meters, func() time.Time { return time.Unix(0, w.turned.Load()) })
	if err != nil {
		return err
	}
	w.listener = l
	if err := w.openRoom(); err != nil {
		l.close()
		return err
	}
	w.log.Info("listening", append(listensAt(l), "pid", os.Getpid())...)
	return nil
}

// listensAt says for the log where it is listened.
func listensAt(l *listener) []any {
	address, also := reachable(l.socket.Addr())
	if also == "" {
		return []any{"address", address}
	}
	return []any{"address", address, "also", also}
}

// hangUp stops answering.
func (w *watch) hangUp() {
	if w.listener != nil {
		w.listener.close()
	}
	w.closeRoom()
}
