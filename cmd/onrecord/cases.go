package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/cmd/internal/cases"
	"github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/cmd/internal/tell"
)

func newCases(a *app) *cobra.Command {
	var format string
	var all bool
	cmd := &cobra.Command{
		Use:   "cases",
		Short: "List what is wrong with the archiving itself: sites not reached, pages not read, a full disk",
		Long: `Lists the open cases. What would otherwise fail in silence opens a case, which is told
once and closes by itself when it is over:

  unreached  a site was not reached for three of its intervals, or ever
  quiet      a site has published nothing for three times as long as it waits nine times
             out of ten, and for two weeks; its listing may lead nowhere any more
  layout     half of the last pages of a site could not be read as statements
  disk       the archive's disk has less room than a week takes, or than 1 GiB (a
             twentieth of a smaller disk)
  clock      this machine's clock went back, or is five minutes from the servers' clocks
  notices    notices to people could not be sent
  handout    the head of the ledger could not be handed out

'onrecord watch' and 'onrecord crawl' look after each run over the configured sites, and
watch in between; they log what is opened and closed. ignore_cases in the config, at the
top or below a site, lists kinds that nobody wants to hear of. 'onrecord status' exits
with 3 while cases are open. --all lists closed cases too, the latest first; 2,000
openings and closings are kept.

--format jsonl prints one object a line with the keys id, kind, site ("" for what concerns
all), text, opened and closed; json is one array of them.

  onrecord cases
  onrecord cases --all --format jsonl

` + exitHelp,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := a.openToList(format)
			if err != nil {
				return err
			}
			defer s.Close()
			return a.listCases(cmd.Context(), s, format, all)
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "closed cases too")
	cmd.Flags().StringVar(&format, "format", "text", "text, json (one array) or jsonl")
	return cmd
}

// listCases prints the cases of an archive.
func (a *app) listCases(ctx context.Context, s archive.Store, format string, all bool) error {
	n, list := 0, rowsOf(a.out, format)
	add := func(e *cases.Event) error {
		n++
		if format == "text" {
			return printCase(a.out, e)
		}
		return list.add(tell.CaseOf(e))
	}
	if all {
		for e, err := range cases.All(ctx, s) {
			if err == nil {
				err = add(&e)
			}
			if err != nil {
				return err
			}
		}
	} else {
		open, err := cases.Open(ctx, s)
		if err != nil {
			return err
		}
		for i := range open {
			if err := add(&open[i]); err != nil {
				return err
			}
		}
	}
	if format != "text" {
		return list.end()
	}
	if n == 0 && all {
		a.note("no case was ever opened")
	} else if n == 0 {
		a.note("no case is open")
	}
	return nil
}

// printCase prints a case for people.
func printCase(w io.Writer, e *cases.Event) error {
	site, over := clean(e.Site), ""
	if site == "" {
		site = "all sites"
	}
	if !e.Closed.IsZero() {
		over = "  (over since " + stamp(e.Closed) + ")"
	}
	_, err := fmt.Fprintf(w, "%s  %-9s  %s%s\n    %s\n", stamp(e.Opened), e.Kind, site, over, clean(e.Text))
	return err
}

// inspection is a look at how the archiving fares, at the end of a run or between runs.
type inspection struct {
	conf  *watched
	meter *cases.Meter
	whole bool // the archive is visited by this config alone
	now   time.Time
	// known are findings of others, looked the kinds of cases that they looked for.
	known  []cases.Finding
	looked []string
}

// inspect opens and closes cases. It returns these, how the sites fare, and what is open now.
func (a *app) inspect(ctx context.Context, store archive.Store, in *inspection) (changed []cases.Event, all []*record.Agenda, open []cases.Event, err error) {
	path, err := a.archivePath()
	if err != nil {
		return nil, nil, nil, err
	}
	if all, err = agendasIn(ctx, store, in.conf, in.now); err != nil {
		return nil, nil, nil, err
	}
	view := &cases.View{Agendas: all, Whole: in.whole, Meter: in.meter, Archive: path, Ignore: in.conf.conf.Ignores, Known: in.known, Looked: in.looked, Now: in.now}
	seen, err := cases.Look(ctx, store, view)
	if err != nil {
		return nil, nil, nil, err
	}
	opened, closed, err := cases.Update(ctx, store, seen, in.now)
	if err != nil {
		return nil, nil, nil, err
	}
	open, err = cases.Open(ctx, store)
	return append(opened, closed...), all, open, err
}
