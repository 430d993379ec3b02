package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"os/signal"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/cmd/internal/cases"
)

const watchHelp = `Visits the configured sites again and again, each on its schedule, until it is
stopped. A run visits what is due, in the same way as 'onrecord crawl'. Runs never
overlap, and between them the archive is free for other commands.

  onrecord watch
  onrecord watch --listen 127.0.0.1:9190
  onrecord watch --once

A site's schedule stands in the config, below the site or at the top for all:

  schedule: adaptive                       new and often edited statements often
  schedule: every 6h                       s, m, h or d
  schedule: 0 6 * * 1-5 Europe/Berlin      a cron line with its time zone

adaptive, which is what sites without a schedule have, works out for each statement how
often it changes, from its visits and its age: it is visited at least every 30 days and
at most every six hours. Listings and feeds are looked at every one to six hours, and
once a day to their depth. visits_per_day below a site bounds the visits to its
statements. 'onrecord plan' tells when what is due, and why.

What is due follows from the archive. When runs were missed, or the program was killed,
the sites that are due are visited once, not all at the same moment. A run that was cut
short goes on.

The config is read again when it changes and on SIGHUP; one with a mistake is refused
with a message, and the one before stays in force. So is one that names another archive:
a watch keeps to the one it began with until it is started again. SIGINT and SIGTERM stop
within two seconds, with exit code 0; what was fetched is kept. With --once what is due now
is visited, and that is all: for those who have a timer of their own.

With --listen it answers over HTTP: /metrics in Prometheus' text format (visits by outcome,
versions by kind, runs, bytes, queue, open cases, size of the archive, free disk, last
success of each site), and /healthz with 200, or 503 and a reason. With --room the reading
room of 'onrecord serve' is there as well, which asks who reads unless only this machine can
reach it; --title, --base-url, --password-file and so on are those of 'onrecord help serve'.

After each run, and every quarter of an hour, it looks for what would fail in silence: see
'onrecord help cases'. heartbeat in the config is an address that is asked after each run,
and to which, with /fail behind it, the outcome of one is posted that came to no good end.

People are told of what happens by the rules below notify in the config, during a run, at its
end, and when a digest is due ('onrecord help notify').

The log goes to stderr, a line for each run and for what is new, changed, gone or could
not be had; --log json makes it JSON lines. 'onrecord runs' lists the runs on record,
'onrecord status' tells scripts whether all is well.

`

func newWatch(a *app) *cobra.Command {
	w := &watch{app: a, now: time.Now}
	cmd := &cobra.Command{
		Use:   "watch",
		Short: "Visit the configured sites on their schedules until stopped",
		Long:  watchHelp + exitHelp,
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := w.settle(); err != nil {
				return err
			}
			return w.watch(cmd.Context())
		},
	}
	w.flags.register(cmd)
	w.flags.handout.register(cmd)
	w.render.register(cmd)
	cmd.Flags().BoolVar(&w.once, "once", false, "visit what is due now, and end")
	cmd.Flags().StringVar(&w.listenAt, "listen", "", "answer /metrics and /healthz over HTTP at this address, such as 127.0.0.1:9190")
	cmd.Flags().BoolVar(&w.public, "listen-public", false, "let --listen be an address that others can reach; nothing asks them who they are")
	cmd.Flags().BoolVar(&w.room.wanted, "room", false, "open the reading room at the address of --listen")
	w.room.flags.register(cmd)
	cmd.Flags().StringVar(&w.format, "log", "text", "how the log is written: text or json")
	return cmd
}

// watch makes the runs of the configured sites when they are due.
type watch struct {
	app    *app       // once the watch has settled with its archive, which no file that is saved meanwhile can change
	given  *app       // as the command line says, to read the config by
	flags  fetchFlags // as given; what a config adds is in its own copy
	render renderFlag
	once   bool
	format string
	now    func() time.Time
	log    *slog.Logger

	conf   *watched
	stamp  string               // of the config file that was read last
	missed map[string]time.Time // when sites that missed their time are visited

	meters    *meters
	meter     cases.Meter
	listenAt  string // "" for nowhere
	public    bool   // whoever reaches the address may ask
	listener  *listener
	room      watchRoom
	turned    atomic.Int64   // when the loop last went round, in nanoseconds since 1970
	inspected time.Time      // when it was last looked for cases
	beats     sync.WaitGroup // heartbeats that are being sent
	untold    bool           // cases were opened or closed, and nobody was told of it yet
	tellAt    time.Time      // when the next letter is to be sent, by the last look into the outbox; zero for never
	spoke     time.Time      // when people were told last
}

// settle makes the log and reads the config for the first time.
func (w *watch) settle() error {
	if err := w.makeLog(); err != nil {
		return err
	}
	w.missed = map[string]time.Time{}
	w.given = w.app
	c, stamp, err := w.read()
	if err != nil {
		return err
	}
	settled := *w.given
	settled.archive = c.archive
	w.app, w.conf, w.stamp = &settled, c, stamp
	w.meters = newMeters(c.archive)
	return nil
}

// Waits of the loop.
const (
	// lookAgain is how often it is looked whether the config has changed.
	lookAgain = 2 * time.Second
	// longest is how long nothing is planned anew at most: clocks are set, and other commands visit pages.
	longest = 15 * time.Minute
	// busy is how long to wait for an archive that another command is using.
	busy = 5 * time.Second
)

// watch runs until the context ends, or with --once until what is due was visited.
func (w *watch) watch(ctx context.Context) error {
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	defer signal.Stop(hup)
	defer func() { w.conf.close() }()
	defer w.beats.Wait()
	if err := w.listen(); err != nil {
		return err
	}
	defer w.hangUp()
	w.log.Info("watching", "sites", len(w.conf.sites), "archive", w.app.archive, "pid", os.Getpid())
	done := make(chan error, 1) // the run that is under way
	running := false
	next := &watched{} // a config that waits for the end of the run
	var wake time.Time
	tick := time.NewTicker(lookAgain)
	defer tick.Stop()
	for {
		w.turned.Store(time.Now().UnixNano())
		if !running {
			if next.conf != nil {
				w.conf.close()
				w.conf, next = next, &watched{}
				wake = time.Time{}
			}
			if w.once || !w.now().Before(wake) {
				var err error
				if running, wake, err = w.start(ctx, done); err != nil || w.once && !running && ctx.Err() == nil {
					return err
				}
			}
		}
		select {
		case <-ctx.Done():
			if running {
				<-done
			}
			w.log.Info("stopped")
			return nil
		case err := <-done:
			if w.once {
				return err
			}
			running, wake = false, w.ended(ctx, err)
		case <-hup:
			w.reload(&next, true)
		case <-w.until(running, wake):
		case <-tick.C:
			w.reload(&next, false)
		}
	}
}

// ended takes in how a run ended, and says when to look again.
func (w *watch) ended(ctx context.Context, err error) (wake time.Time) {
	switch {
	case err == nil || ctx.Err() != nil:
		return wake
	case errors.Is(err, archive.ErrLocked):
		w.inUse()
	default:
		w.log.Error("the run came to no good end", "error", clean(err.Error()))
	}
	return w.now().Add(busy)
}

// start begins a run when something is due, whose end done tells; else it says when to look again.
func (w *watch) start(ctx context.Context, done chan<- error) (running bool, wake time.Time, err error) {
	due, at, err := w.due(ctx)
	switch {
	case ctx.Err() != nil:
		return false, wake, nil
	case errors.Is(err, archive.ErrLocked) && !w.once:
		w.inUse()
		return false, w.now().Add(busy), nil
	case err != nil:
		return false, wake, err
	case len(due) > 0:
		go func() { done <- w.run(ctx, due) }()
		return true, wake, nil
	}
	if err := w.lookAround(ctx); err != nil {
		return false, wake, err
	}
	tell, err := w.tellDue(ctx)
	if err != nil {
		return false, wake, err
	}
	if tell {
		go func() { done <- w.tellPeople(ctx) }()
		return true, wake, nil
	}
	at = earlier(at, w.tellAt)
	switch {
	case w.once:
		w.log.Info("nothing is due", "next", at.UTC().Format(time.RFC3339))
	default:
		w.log.Info("waiting", "until", at.UTC().Format(time.RFC3339))
	}
	return false, at, nil
}

// inUse tells that the archive is waited for.
func (w *watch) inUse() {
	w.log.Warn("the archive is in use by another command; waiting", "again", busy.String())
}

// until is a channel that tells when it is time to plan again.
func (w *watch) until(running bool, wake time.Time) <-chan time.Time {
	if running {
		return nil
	}
	return time.After(max(0, wake.Sub(w.now())))
}

// makeLog makes the log that the flags ask for.
func (w *watch) makeLog() error {
	o := &slog.HandlerOptions{Level: slog.LevelInfo}
	switch {
	case w.app.quiet:
		o.Level = slog.LevelWarn
	case w.app.verbose:
		o.Level = slog.LevelDebug
	}
	switch w.format {
	case "text":
		w.log = slog.New(slog.NewTextHandler(w.app.err, o))
	case "json":
		w.log = slog.New(slog.NewJSONHandler(w.app.err, o))
	default:
		return usage("", "--log %q: want text or json", w.format)
	}
	return nil
}
