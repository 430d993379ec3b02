package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/diff"
	"github.com/onrecord/onrecord/archive/export"
	"github.com/onrecord/onrecord/cmd/internal/tell"
)

const logHelp = `Tells the versions of a statement, the newest first: when each was first and last
seen, what kind of change it was, and what was changed. A silent edit changed the
words and left the stated dates alone.

  onrecord log https://harbour.example/statements/dredging
  onrecord log --events https://harbour.example/statements/dredging

--events tells the timeline instead, oldest first: first seen, edited, gone, moved,
blocked, unreachable, back, each with the first and the last visit that showed it. A
return says what stands there now against what stood there before.

--format jsonl prints one object a line, oldest first: url, version, text_digest, title,
published, modified, authors, topics, language, first_seen, last_seen, captures and
change{kind, silent, touched, words_added, words_removed, restores}; for --events time,
last_time, state, outcome, reason, status, detail, version and summary. json is one
array of them.

`

func newLog(a *app) *cobra.Command {
	var format string
	var events bool
	cmd := &cobra.Command{
		Use:               "log URL",
		Short:             "Tell the history of a statement: its versions, or its timeline",
		Long:              logHelp + exitHelp,
		Args:              oneURL,
		ValidArgsFunction: a.completeURLs,
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := a.openToList(format)
			if err != nil {
				return err
			}
			defer s.Close()
			p, err := findWhole(cmd.Context(), s, args[0], "log tells all versions", "'onrecord show' and 'onrecord diff' take one version")
			if err != nil {
				return err
			}
			switch {
			case events:
				return a.logEvents(cmd.Context(), s, p, format)
			case format != "text":
				list := rowsOf(a.out, format)
				for v, err := range s.Versions(cmd.Context(), p.URL) {
					if err != nil {
						return err
					}
					if err := list.add(export.LogOf(v)); err != nil {
						return err
					}
				}
				return list.end()
			}
			return a.logVersions(cmd.Context(), s, p)
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text, json (one array) or jsonl")
	cmd.Flags().BoolVar(&events, "events", false, "tell the timeline: gone, moved, back, blocked")
	return cmd
}

func (a *app) logVersions(ctx context.Context, s archive.Store, p archive.Page) error {
	var vs []archive.Version
	for v, err := range s.Versions(ctx, p.URL) {
		if err != nil {
			return err
		}
		vs = append(vs, v)
	}
	bold, dim, plain := a.styles()
	told, err := tell.Told(ctx, s, p.URL)
	if err != nil {
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s%s%s\n%s\n", bold, clean(p.Title), plain, clean(p.URL))
	fmt.Fprintf(&b, "%s, %s, %s, on record since %s\n", p.State, plural(p.Versions, "version"), plural(p.Captures, "capture"), stamp(p.FirstSeen))
	if f := p.Forgotten; f != nil {
		fmt.Fprintf(&b, "is forgotten as a whole: %s\n", clean(f.String()))
	}
	for _, al := range p.Aliases {
		fmt.Fprintf(&b, "also at %s\n", clean(al))
	}
	for i := len(vs) - 1; i >= 0; i-- {
		v := vs[i]
		fmt.Fprintf(&b, "\n%s%3d  %s  %s%s%s\n", bold, v.Number, stamp(v.FirstSeen), tell.Kind(v.Change), tell.Restores(v.Change), plain)
		if i > 0 {
			for _, l := range diff.Wrap(tell.Step(&vs[i-1], &v), max(width(a.out)-5, 20)) {
				fmt.Fprintf(&b, "     %s\n", l)
			}
		}
		if i > 0 && v.Title != vs[i-1].Title && v.Forgotten == nil {
			fmt.Fprintf(&b, "     title: %s\n", clean(v.Title))
		}
		if !told[v.Number] {
			fmt.Fprintf(&b, "     %sfound when the page was read again by later rules; not told as a change of theirs%s\n", dim, plain)
		}
		stated := tell.Stated(&v.Reading)
		if v.Forgotten != nil {
			stated = "is forgotten: " + clean(v.Forgotten.String())
		}
		meta := fmt.Sprintf("%s; last seen %s, %s, %s", stated, stamp(v.LastSeen), plural(v.Captures, "capture"), v.TextDigest().String()[:17])
		for _, l := range diff.Wrap(meta, max(width(a.out)-5, 20)) {
			fmt.Fprintf(&b, "     %s%s%s\n", dim, l, plain)
		}
	}
	_, err = fmt.Fprint(a.out, b.String())
	return err
}
