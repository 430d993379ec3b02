package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/archive/export"
	"github.com/onrecord/onrecord/cmd/internal/cases"
	"github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/cmd/internal/tell"
)

// statusLine is how a site fares. Its keys are a promise of the command line.
type statusLine struct {
	Site string `json:"site"`
	// State is "ok", "late" (not reached for so many intervals) or "never" (never reached).
	State string `json:"state"`
	// Reached is when a run last reached the site, Last when one last tried; null for never.
	Reached export.Time `json:"reached"`
	Last    export.Time `json:"last"`
	// Misses counts the runs since Reached.
	Misses int         `json:"misses"`
	Next   export.Time `json:"next"`
}

// statusReport is how all fare.
type statusReport struct {
	OK    bool         `json:"ok"`
	Run   *tell.Run    `json:"last_run"`
	Sites []statusLine `json:"sites"`
	// Cases are the open ones.
	Cases []tell.Case `json:"cases"`
}

func newStatus(a *app) *cobra.Command {
	var format string
	var intervals int
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Tell scripts whether the configured sites are visited as they should be",
		Long: `Tells of the last run, and of each configured site when a run last reached it. A site
that was not reached for --intervals of its intervals is late. Below that stand the open
cases ('onrecord help cases'). The exit code is 3 when a site is late or was never reached
or a case is open, so that it can stand in a timer or a health check:

  onrecord status --quiet || mail -s 'statements are not archived' desk@example.org

--format json prints one object with ok, last_run (as in 'onrecord runs'), sites, each with
site, state (ok, late or never), reached, last, misses and next, and cases, as in 'onrecord
cases'.

` + exitHelp,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := formatOf(format, "text", "json"); err != nil {
				return err
			}
			if intervals < 1 {
				return usage("", "--intervals %d: want at least 1", intervals)
			}
			all, err := a.planned(cmd, "", false)
			if err != nil {
				return err
			}
			report := reportOf(all, intervals, time.Now())
			if err := a.readStatus(cmd.Context(), report); err != nil {
				return err
			}
			if format == "json" {
				err = export.WriteJSON(a.out, report)
			} else if !a.quiet {
				err = a.printStatus(report)
			}
			if err == nil && !report.OK {
				return fail(exitPart, "'onrecord cases', 'onrecord runs' and 'onrecord visits' tell why", "%s", report.problem())
			}
			return err
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
	cmd.Flags().IntVar(&intervals, "intervals", 3, "after how many intervals without a successful visit a site is late")
	return cmd
}

// reportOf says how sites fare at a time.
func reportOf(all []*record.Agenda, intervals int, now time.Time) *statusReport {
	r := &statusReport{OK: true, Sites: []statusLine{}, Cases: []tell.Case{}}
	for _, g := range all {
		l := statusLine{
			Site: g.Site.Name, State: "ok", Reached: export.Time{Time: g.Looks.Good}, Last: export.Time{Time: g.Looks.Last},
			Misses: g.Looks.Misses, Next: export.Time{Time: g.Next},
		}
		switch {
		case g.Looks.Good.IsZero():
			l.State = "never"
		case now.After(g.Deadline(intervals)):
			l.State = "late"
		}
		r.OK = r.OK && l.State == "ok"
		r.Sites = append(r.Sites, l)
	}
	return r
}

// problem says what is wrong, in a few words.
func (r *statusReport) problem() string {
	bad := 0
	for _, s := range r.Sites {
		if s.State != "ok" {
			bad++
		}
	}
	var parts []string
	if bad > 0 {
		parts = append(parts, plural(bad, "site")+" late or never reached")
	}
	if n := len(r.Cases); n > 0 {
		parts = append(parts, plural(n, "case")+" open")
	}
	return strings.Join(parts, ", ")
}

// readStatus adds the last run and the open cases, as far as an archive is there.
func (a *app) readStatus(ctx context.Context, report *statusReport) error {
	s, err := a.open()
	if err != nil {
		if f := (*failure)(nil); errors.As(err, &f) && f.code == exitNotFound {
			return nil
		}
		return err
	}
	defer s.Close()
	for r, err := range record.Runs(ctx, s) {
		if err != nil {
			return err
		}
		out := tell.RunOf(&r)
		report.Run = &out
		break
	}
	open, err := cases.Open(ctx, s)
	for i := range open {
		report.OK = false
		report.Cases = append(report.Cases, tell.CaseOf(&open[i]))
	}
	return err
}

// printStatus prints a report for people.
func (a *app) printStatus(r *statusReport) error {
	last := "no run is on record\n"
	if r.Run != nil {
		last = fmt.Sprintf("last run %s: %s, %d new, %d changed, %d failed\n", stamp(r.Run.Started.Time), plural(r.Run.Visits, "visit"), r.Run.New, r.Run.Changed,
			r.Run.Failed+r.Run.Blocked+r.Run.Deferred)
	}
	if _, err := fmt.Fprint(a.out, last); err != nil {
		return err
	}
	for _, s := range r.Sites {
		when := "never reached"
		if !s.Reached.IsZero() {
			when = "reached " + stamp(s.Reached.Time)
		}
		if s.Misses > 0 {
			when += ", and not in " + plural(s.Misses, "run") + " since"
		}
		if _, err := fmt.Fprintf(a.out, "%-5s  %s  %s\n", s.State, clean(s.Site), when); err != nil {
			return err
		}
	}
	for _, c := range r.Cases {
		e := cases.Event{Site: c.Site, Kind: c.Kind, Text: c.Text, Opened: c.Opened.Time}
		if err := printCase(a.out, &e); err != nil {
			return err
		}
	}
	return nil
}
