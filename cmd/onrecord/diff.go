package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/diff"
	"github.com/onrecord/onrecord/cmd/internal/tell"
)

func newDiff(a *app) *cobra.Command {
	var format string
	var full bool
	cmd := &cobra.Command{
		Use:   "diff URL[@REF] [@REF]",
		Short: "Show what was changed between two versions",
		Long: `Shows what was changed in a statement: between its last two versions, between the
version named and the one before it, or between the two named. 'onrecord show --help'
tells how a REF names a version.

  onrecord diff URL            the last change
  onrecord diff URL@3          what version 3 changed
  onrecord diff URL@1 @3       all that changed from version 1 to version 3

Moved paragraphs are shown as moved, changed figures, dates and negations come first.
From 120 columns on, the versions stand side by side.
--format unified prints a patch of the canonical text, html a page, json operations
that turn the old text into the new one.

` + exitHelp,
		Args:              oneChange,
		ValidArgsFunction: a.completeURLs,
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := a.openFor(format, "text", "html", "json", "unified")
			if err != nil {
				return err
			}
			defer s.Close()
			from, to, err := twoVersions(cmd.Context(), s, args)
			if err != nil {
				return err
			}
			if from.Number == 0 {
				a.note("%s has one version; there is nothing to compare it with", clean(to.URL))
				return nil
			}
			return a.writeDiff(from, to, format, full)
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text, html, json or unified")
	cmd.Flags().BoolVar(&full, "full", false, "also print what was not changed")
	return cmd
}

// twoVersions are the versions that the arguments name; the first is zero when a page has one version only.
func twoVersions(ctx context.Context, s archive.Store, args []string) (from, to archive.Version, err error) {
	p, ref, err := find(ctx, s, args[0])
	if err != nil {
		return from, to, err
	}
	if len(args) == 2 {
		second := strings.TrimPrefix(args[1], "@")
		if !isRef(second) {
			return from, to, usage("as in: onrecord diff URL@1 @3", "%q names no version", args[1])
		}
		if from, err = version(ctx, s, p, ref); err != nil {
			return from, to, err
		}
		to, err = version(ctx, s, p, second)
		return from, to, err
	}
	if to, err = version(ctx, s, p, ref); err != nil || to.Number == 1 {
		return from, to, err
	}
	from, err = s.Version(ctx, p.URL, to.Number-1)
	return from, to, err
}

func (a *app) writeDiff(from, to archive.Version, format string, full bool) error {
	d := diff.Readings(&from.Reading, &to.Reading)
	name := func(v archive.Version) string { return fmt.Sprintf("%s@%d", v.URL, v.Number) }
	switch format {
	case "json":
		return diff.WriteJSON(a.out, d)
	case "html":
		return diff.WriteHTML(a.out, d, diff.HTMLOptions{Title: to.Title, Language: to.Language})
	case "unified":
		return diff.WriteUnified(a.out, d, name(from), name(to))
	}
	if _, err := fmt.Fprintf(a.out, "%s\nversion %d, seen %s to %s\nversion %d, seen %s to %s: %s%s\n\n", clean(to.URL),
		from.Number, stamp(from.FirstSeen), stamp(from.LastSeen), to.Number, stamp(to.FirstSeen), stamp(to.LastSeen),
		changeBetween(from, to), tell.Restores(to.Change)); err != nil {
		return err
	}
	w := width(a.out)
	return diff.WriteTerminal(a.out, d, diff.TerminalOptions{Width: w, Color: a.colored(a.out), SideBySide: w >= 120, Full: full})
}

// changeBetween is what the newer of two versions is against the other.
func changeBetween(from, to archive.Version) string {
	if to.Number == from.Number+1 {
		return tell.Kind(to.Change)
	}
	return tell.Kind(diff.Compare(&from.Reading, &to.Reading))
}
