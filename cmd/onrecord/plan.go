package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/archive/export"
	"github.com/onrecord/onrecord/cmd/internal/record"
)

// planLine is when a site or a statement is due. Its keys are a promise of the command line.
type planLine struct {
	Kind string `json:"kind"` // "site" or "page"
	Site string `json:"site"`
	URL  string `json:"url,omitempty"`
	// Next is when it is due, Last the last run over the site or visit to the page that there was; null for none.
	Next export.Time `json:"next"`
	Last export.Time `json:"last"`
	// Schedule is the site's.
	Schedule string `json:"schedule"`
	// IntervalSeconds is about how long it is from one visit to the next.
	IntervalSeconds int64  `json:"interval_s"`
	Why             string `json:"why"`
	// ChangesPerDay is the estimate of how often a page changes; Changes and Visits are what it is made from.
	ChangesPerDay float64 `json:"changes_per_day,omitempty"`
	Changes       int     `json:"changes,omitempty"`
	Visits        int     `json:"visits,omitempty"`
}

func newPlan(a *app) *cobra.Command {
	var format, site string
	var pages bool
	cmd := &cobra.Command{
		Use:   "plan",
		Short: "Tell which site and which statement is visited when, and why",
		Long: `Tells when 'onrecord watch' visits the configured sites, the first one first, and what
that follows from. With --pages also when each statement of a site under the adaptive
schedule is due; statements of other sites are visited whenever their site is.

A statement is visited with the first run over its site after it is due, or shortly
before. Text lines have the time, how long it is from one visit to the next, the name or
address, and why.

--format jsonl prints one object a line with the keys kind ("site" or "page"), site, url,
next, last, schedule, interval_s, why, changes_per_day, changes and visits; json is one
array of them.

  onrecord plan
  onrecord plan --pages

` + exitHelp,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := formatOf(format, "text", "json", "jsonl"); err != nil {
				return err
			}
			all, err := a.planned(cmd, site, pages)
			if err != nil {
				return err
			}
			now := time.Now()
			if format == "text" {
				return a.printPlan(planLines(all, pages), now)
			}
			list := rowsOf(a.out, format)
			for _, l := range planLines(all, pages) {
				if err := list.add(l); err != nil {
					return err
				}
			}
			return list.end()
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text, json (one array) or jsonl")
	cmd.Flags().StringVar(&site, "site", "", "only this site")
	cmd.Flags().BoolVar(&pages, "pages", false, "also the statements")
	return cmd
}

// planned are the agendas of the configured sites, or of one.
func (a *app) planned(cmd *cobra.Command, site string, pages bool) ([]*record.Agenda, error) {
	conf, err := a.configuration()
	if err != nil {
		return nil, err
	}
	c := &watched{conf: conf}
	if c.sites, err = conf.Record(); err != nil {
		return nil, err
	}
	if c.schedules, err = conf.Schedules(); err != nil {
		return nil, err
	}
	if len(c.sites) == 0 {
		return nil, usage("list sites in onrecord.yaml; 'onrecord init URL' writes one", "no site is configured")
	}
	all, _, err := a.agendas(cmd.Context(), c, pages, time.Now())
	if err != nil || site == "" {
		return all, err
	}
	if all = only(all, []string{site}); len(all) == 0 {
		return nil, fail(exitNotFound, "'onrecord plan' lists all", "no site %q is configured", site)
	}
	return all, nil
}

// planLines are agendas by the time at which something is due.
func planLines(all []*record.Agenda, pages bool) []planLine {
	var out []planLine
	for _, g := range all {
		out = append(out, planLine{
			Kind: "site", Site: g.Site.Name, Next: export.Time{Time: g.Next}, Last: export.Time{Time: g.Looks.Last}, Schedule: g.Schedule.String(),
			IntervalSeconds: int64(g.Interval / time.Second), Why: g.Why,
		})
		if !pages {
			continue
		}
		for i := range g.Pages {
			p := &g.Pages[i]
			out = append(out, planLine{
				Kind: "page", Site: g.Site.Name, URL: p.URL, Next: export.Time{Time: p.Next}, Last: export.Time{Time: p.Last}, Schedule: g.Schedule.String(),
				IntervalSeconds: int64(p.Interval / time.Second), Why: p.Why(), ChangesPerDay: math.Round(p.Rate*1e6) / 1e6, Changes: p.Changes, Visits: p.Visits,
			})
		}
	}
	slices.SortStableFunc(out, func(a, b planLine) int {
		return cmp.Or(a.Next.Compare(b.Next.Time), cmp.Compare(a.Site, b.Site), -cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.URL, b.URL))
	})
	return out
}

// printPlan prints a plan for people.
func (a *app) printPlan(lines []planLine, now time.Time) error {
	for i := range lines {
		l := &lines[i]
		when := stamp(l.Next.Time)
		switch {
		case l.Next.IsZero():
			when = "never"
		case !l.Next.After(now):
			when = "now"
		}
		name := clean(l.Site)
		if l.Kind == "page" {
			name = clean(l.URL)
		} else if l.Why != l.Schedule {
			name += " (" + l.Schedule + ")"
		}
		every := "every " + rough(time.Duration(l.IntervalSeconds)*time.Second)
		if _, err := fmt.Fprintf(a.out, "%-16s  %-10s  %s\n%s%s\n", when, every, name, indent, clean(l.Why)); err != nil {
			return err
		}
	}
	return nil
}

// rough is a time for people, in one unit.
func rough(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return fmt.Sprintf("%.0fd", d.Hours()/24)
	case d >= 2*time.Hour:
		return fmt.Sprintf("%.0fh", d.Hours())
	case d >= 2*time.Minute:
		return fmt.Sprintf("%.0fm", d.Minutes())
	}
	return fmt.Sprintf("%.0fs", d.Seconds())
}
