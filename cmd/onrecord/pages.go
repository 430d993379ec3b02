package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/archive/export"
	"github.com/onrecord/onrecord/cmd/internal/tell"
)

func newPages(a *app) *cobra.Command {
	var format, site string
	cmd := &cobra.Command{
		Use:   "pages",
		Short: "List the statements on record",
		Long: `Lists the statements on record by address: stated day, state, versions, title.

--format jsonl prints one object a line with the keys url, aliases, site, title,
published, modified, state, versions, captures, first_seen, last_seen and
last_changed; json is one array of them. A state is live, gone, moved, blocked or
unreachable.

  onrecord pages
  onrecord pages --format jsonl

` + exitHelp,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := a.openToList(format)
			if err != nil {
				return err
			}
			defer s.Close()
			n, list := 0, rowsOf(a.out, format)
			for p, err := range s.Pages(cmd.Context(), site) {
				if err != nil {
					return err
				}
				n++
				if format != "text" {
					err = list.add(export.PageOf(p))
				} else {
					day := p.Published
					if day == "" {
						day = "no date"
					}
					_, err = fmt.Fprintf(a.out, "%-10s  %-11s  %3d  %s\n%s%s\n", day, p.State, p.Versions, clean(p.Title), indent, clean(p.URL))
				}
				if err != nil {
					return err
				}
			}
			if n == 0 && site != "" {
				return fail(exitNotFound, "'onrecord pages' lists all", "no statement of site %q is on record", site)
			}
			if format != "text" {
				return list.end()
			}
			a.note("%s; 'onrecord log URL' tells the history of one", plural(n, "statement"))
			return nil
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text, json (one array) or jsonl")
	cmd.Flags().StringVar(&site, "site", "", "only the statements of this site")
	return cmd
}

// indent brings a second line below the titles of the first.
const indent = "                              "

// stamp is a time for people: to the minute, in UTC.
func stamp(t time.Time) string { return tell.Time(t) }
