package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/cmd/internal/tell"
)

const runsHelp = `Lists the runs of 'onrecord crawl' and 'onrecord watch', the latest first. Text lines
have the number, when it began, how long it took, what made it, and what it came to,
below that the reasons why pages could not be had. A run that was killed has no end.

--format jsonl prints one object a line with the keys run, by, started, ended, resumed,
interrupted, error, those of the last line of 'onrecord crawl --format jsonl' (visits,
aids, new, changed and so on, failures by reason) and sites; json is one array of them.

  onrecord runs
  onrecord runs --limit 0 --format jsonl

`

func newRuns(a *app) *cobra.Command {
	var format string
	var limit int
	cmd := &cobra.Command{
		Use:   "runs",
		Short: "List the runs on record: when, what was visited, what was new or failed",
		Long:  runsHelp + exitHelp,
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := formatOf(format, "text", "json", "jsonl"); err != nil {
				return err
			}
			if limit < 0 {
				return usage("0 lists all", "--limit %d: cannot be less than 0", limit)
			}
			s, err := a.open()
			if err != nil {
				return err
			}
			defer s.Close()
			n, list := 0, rowsOf(a.out, format)
			for r, err := range record.Runs(cmd.Context(), s) {
				if err != nil {
					return err
				}
				if format == "text" {
					_, err = fmt.Fprint(a.out, runText(&r))
				} else {
					err = list.add(tell.RunOf(&r))
				}
				if err != nil {
					return err
				}
				if n++; n == limit {
					break
				}
			}
			if format != "text" {
				return list.end()
			}
			if n == 0 {
				a.note("no run is on record")
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text, json (one array) or jsonl")
	cmd.Flags().IntVar(&limit, "limit", 20, "list at most so many; 0 lists all")
	return cmd
}

// runText is a run for people.
func runText(r *record.Run) string {
	took := "killed"
	if !r.Ended.IsZero() {
		took = r.Ended.Sub(r.Started).Round(100 * time.Millisecond).String()
	}
	line := fmt.Sprintf("%5d  %s  %-8s  %-5s  %s, %d new, %d changed, %d gone, %d failed", r.Number, stamp(r.Started), took, r.By,
		plural(r.Visits, "visit"), r.New, r.Changed, r.Gone, r.Failed+r.Blocked+r.Deferred)
	if r.Interrupted && !r.Ended.IsZero() {
		line += "; interrupted"
	}
	if r.Resumed {
		line += "; went on with the one before"
	}
	line += "\n"
	if r.Error != "" {
		line += indent + clean(r.Error) + "\n"
	}
	var why []string
	for _, reason := range slices.Sorted(maps.Keys(r.Failures)) {
		why = append(why, fmt.Sprintf("%d %s", r.Failures[reason], clean(reason)))
	}
	if len(why) > 0 {
		line += indent + "not had: " + strings.Join(why, ", ") + "\n"
	}
	return line
}
