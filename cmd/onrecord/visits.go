package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/export"
	"github.com/onrecord/onrecord/cmd/internal/record"
)

// visitWords explains every outcome, reason and flag that a visit can have.
func visitWords() string {
	var b strings.Builder
	b.WriteString("OUTCOMES\n\n")
	for _, m := range record.Outcomes() {
		explain(&b, m.Word, m.Means)
	}
	b.WriteString("\nREASONS\n")
	for _, g := range record.Reasons() {
		fmt.Fprintf(&b, "\n %s:\n", g.About)
		for _, m := range g.Reasons {
			explain(&b, m.Word, m.Means)
		}
	}
	b.WriteString("\nFLAGS\n\n")
	words := record.Flags()
	for _, f := range record.FlagNames() {
		explain(&b, f, words[f])
	}
	return b.String()
}

// Columns of the explanations: where the meaning begins, and where lines end.
const (
	meaningAt  = 27
	helpColumn = 80
)

// explain writes a word and its meaning, the meaning in its own column and broken into lines.
func explain(b *strings.Builder, word, means string) {
	line := "  " + pad(word, meaningAt-2)
	if columns("  "+word) >= meaningAt { // a blank has to stand between them
		b.WriteString("  " + word + "\n")
		line = strings.Repeat(" ", meaningAt)
	}
	used := columns(line)
	for i, w := range strings.Fields(means) {
		switch {
		case i == 0:
		case used+1+columns(w) > helpColumn:
			line, used = line+"\n"+strings.Repeat(" ", meaningAt), meaningAt
		default:
			line, used = line+" ", used+1
		}
		line, used = line+w, used+columns(w)
	}
	b.WriteString(line + "\n")
}

// absent says why the bytes of a visit are not on record.
func absent(v archive.Visit) string {
	if v.Absent == "" {
		return ""
	}
	return " (raw: " + string(v.Absent) + ")"
}

func newVisits(a *app) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "visits [URL]",
		Short: "List every visit with its outcome and reason; its help explains them all",
		Long: `Lists every visit to a page, or to all pages, oldest first: also those to listings,
feeds, sitemaps and robots.txt, and those that were refused or failed.

A visit has an outcome. A reason says why it brought no version, or which aid the page
is; flags are warnings that go with it. Text lines have the time, outcome, status and
address, then in brackets the reason and a detail. --format jsonl prints one object a
line with the keys time, url, final_url, outcome, reason, detail, flags, status, hops,
raw_digest, bytes, version, elapsed_ms, until and rendered_digest. Where the bytes are not
on record it has the key absent too (forgotten or dropped); where they were not kept, as
raw: on-change in the config has it, the keys dropped (raw, rendered) and instead (the
digest of those that were kept, which read the same). json is one array of them.

  onrecord visits
  onrecord visits https://harbour.example/statements/dredging

` + visitWords() + `
` + exitHelp,
		Args:              oneOrNone("address"),
		ValidArgsFunction: a.completeURLs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := formatOf(format, "text", "json", "jsonl"); err != nil {
				return err
			}
			url := ""
			if len(args) == 1 {
				var err error
				if url, err = keyOf(args[0]); err != nil {
					return err
				}
			}
			return a.visits(cmd.Context(), url, format)
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text, json (one array) or jsonl")
	return cmd
}

// visits lists the visits to a page, or to all when url is "".
func (a *app) visits(ctx context.Context, url, format string) error {
	s, err := a.open()
	if err != nil {
		return err
	}
	defer s.Close()
	n, list := 0, rowsOf(a.out, format)
	for v, err := range s.Visits(ctx, url) {
		if errors.Is(err, archive.ErrNotFound) {
			break // told below
		}
		if err != nil {
			return err
		}
		n++
		if format != "text" {
			err = list.add(export.VisitOf(v))
		} else {
			_, err = fmt.Fprintf(a.out, "%s  %-9s  %3d  %s%s\n", stamp(v.Time), v.Outcome, v.Status, clean(v.URL), because(v)+absent(v))
		}
		if err != nil {
			return err
		}
	}
	if n == 0 && url != "" {
		return fail(exitNotFound, "'onrecord visits' lists all", "%s was never visited", url)
	}
	if format != "text" {
		return list.end()
	}
	return nil
}
