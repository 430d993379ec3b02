package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/archive/export"
	"github.com/onrecord/onrecord/cmd/internal/record"
)

// flagHelp explains the flags of visits, a line each.
func flagHelp() string {
	var b strings.Builder
	words := record.Flags()
	for _, f := range record.FlagNames() {
		fmt.Fprintf(&b, "  %-22s  %s\n", f, words[f])
	}
	return b.String()
}

func newVisits(a *app) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "visits [URL]",
		Short: "List every visit with its outcome and reason",
		Long: `Lists every visit to a page, or to all pages, oldest first: also those to listings,
feeds, sitemaps and robots.txt, and those that were refused or failed.

An outcome is stored, unchanged, moved, gone, deferred, blocked or failed; a reason
says why nothing was stored. --format jsonl prints one object a line with the keys
time, url, final_url, outcome, reason, flags, status, hops, raw_digest, bytes and
version.

Flags are warnings that go with a visit:
` + flagHelp() + `
` + exitHelp,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: a.completeURLs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := formatOf(format, "text", "jsonl"); err != nil {
				return err
			}
			s, err := a.open()
			if err != nil {
				return err
			}
			defer s.Close()
			url := ""
			if len(args) == 1 {
				if url, err = keyOf(args[0]); err != nil {
					return err
				}
			}
			n := 0
			for v, err := range s.Visits(cmd.Context(), url) {
				if err != nil {
					return err
				}
				n++
				if format == "jsonl" {
					err = export.WriteJSON(a.out, export.VisitOf(v))
				} else {
					_, err = fmt.Fprintf(a.out, "%s  %-9s  %3d  %s%s\n", stamp(v.Time), v.Outcome, v.Status, clean(v.URL), because(v))
				}
				if err != nil {
					return err
				}
			}
			if n == 0 && url != "" {
				return fail(exitNotFound, "'onrecord visits' lists all", "%s was never visited", url)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text or jsonl")
	return cmd
}
