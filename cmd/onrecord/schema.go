package main

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/archive/export"
)

// printed is what the commands print with --format json and jsonl, by kind of schema.
var printed = []struct{ kind, commands string }{
	{"page", "pages"},
	{"log", "log"},
	{"version", "export"},
	{"visit", "visits"},
	{"event", "log --events, with a summary"},
	{"change", "changes"},
	{"sentence", "blame --format jsonl"},
	{"blame", "blame --format json"},
	{"found", "search"},
	{"run", "runs, and the last line of crawl"},
	{"plan", "plan"},
	{"status", "status"},
	{"case", "cases"},
	{"date", "in dates of a version"},
	{"note", "the metadata records of a WARC"},
}

func newSchema(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "schema [KIND]",
		Short: "Print the JSON Schema of what a command prints as JSON",
		Long: `Prints the JSON Schema (2020-12) of one object that commands print with --format json or
jsonl; without KIND, which kinds there are and who prints them. Schemas name one another
by their $id, "urn:onrecord:schema:1:KIND". Keys are added in time and never changed, so
the schemas allow keys that they do not name.

  onrecord schema
  onrecord schema version

` + exitHelp,
		Args: oneOrNone("kind"),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return export.Kinds(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
				for _, p := range printed {
					fmt.Fprintf(w, "%s\t%s\n", p.kind, p.commands)
				}
				return w.Flush()
			}
			if !slices.Contains(export.Kinds(), args[0]) {
				return usage("'onrecord schema' lists them", "schema %.40q: want %s", args[0], strings.Join(export.Kinds(), ", "))
			}
			b, err := export.Schema(args[0])
			if err != nil {
				return err
			}
			_, err = a.out.Write(b)
			return err
		},
	}
}
