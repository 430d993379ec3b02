package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/diff"
	"github.com/onrecord/onrecord/cmd/internal/tell"
)

func newChanges(a *app) *cobra.Command {
	var f changeFlags
	cmd := &cobra.Command{
		Use:   "changes",
		Short: "List what was changed in all statements, the newest first",
		Long: `Lists the changes of all statements on record, the newest first: when the new version
was first seen, what kind of change it is, and what was changed in one line.

  onrecord changes --since 7d --silent              silent edits of the last week
  onrecord changes --since 2024-05-01 --until 2024-05-31 --site harbour
  onrecord changes --min-words 20 --kind edited     edits of twenty words and more
  onrecord changes --sort significance --limit 20   what may matter most

Kinds are edited, moved (the same sentences in another order), typographic, dates, title,
restored, and first (a statement's first version), which is listed only when asked for.
A silent change has other words and the same stated dates.

--sort significance puts first what changed a negation, figures, dates and names, then
what changed many words; silent changes count double. What only our own rules read
differently, when pages were read again, is no change of theirs and is not listed.

--format jsonl prints one object a line: time, after (when the version before was last
seen: the change was made between the two), url, version, site, title, published,
modified, text_digest, change{kind, silent, touched, words_added, words_removed,
restores}, found_later, significance, summary, findings[].

` + exitHelp,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			want, err := f.filter(time.Now())
			if err != nil {
				return err
			}
			s, err := a.open()
			if err != nil {
				return err
			}
			defer s.Close()
			return a.changes(cmd.Context(), s, want)
		},
	}
	fs := cmd.Flags()
	fs.StringVar(&f.format, "format", "text", "text, json (one array) or jsonl")
	fs.StringVar(&f.since, "since", "", "only changes first seen since then: a day (2024-05-01) or a span (7d, 12h)")
	fs.StringVar(&f.until, "until", "", "only changes first seen until then, that day included")
	fs.StringVar(&f.site, "site", "", "only the statements of this site")
	fs.StringSliceVar(&f.kinds, "kind", nil, "only these kinds, comma-separated or repeated")
	fs.BoolVar(&f.silent, "silent", false, "only silent changes: other words, the same stated dates")
	fs.BoolVar(&f.later, "found-later", false, "also what came to light only when pages were read again by later rules")
	fs.IntVar(&f.words, "min-words", 0, "only changes of at least so many words, added and removed together")
	fs.StringVar(&f.sort, "sort", "time", "time (newest first) or significance")
	fs.IntVar(&f.limit, "limit", 0, "list so many at most; 0 lists all")
	return cmd
}

// changeFlags are the flags as given.
type changeFlags struct {
	format, since, until, site, sort string
	kinds                            []string
	silent, later                    bool
	words, limit                     int
}

// changeFilter says which changes are wanted, and how.
type changeFilter struct {
	since, until time.Time // zero: without end
	site         string
	kinds        map[archive.Kind]bool // nil: all but first
	silent       bool
	later        bool // also what no event tells
	words        int
	weigh        bool // the most significant first
	limit        int
	format       string
}

var changeKinds = []archive.Kind{archive.First, archive.Edited, archive.Reordered, archive.Typographic, archive.Dates, archive.Title, archive.Restored}

func (f *changeFlags) filter(now time.Time) (w changeFilter, err error) {
	if err := formatOf(f.format, "text", "json", "jsonl"); err != nil {
		return w, err
	}
	if f.sort != "time" && f.sort != "significance" {
		return w, usage("", "--sort %q: want time or significance", f.sort)
	}
	if f.limit < 0 || f.words < 0 {
		return w, usage("", "--limit and --min-words count; they are not negative")
	}
	if f.since != "" {
		if w.since, err = sinceTime(f.since, now); err != nil {
			return w, err
		}
	}
	if f.until != "" {
		if w.until, err = untilTime(f.until, now); err != nil {
			return w, err
		}
	}
	for _, k := range f.kinds {
		if !slices.Contains(changeKinds, archive.Kind(k)) {
			return w, usage("", "--kind %q: want %s", k, strings.Join(names(changeKinds), ", "))
		}
		if w.kinds == nil {
			w.kinds = map[archive.Kind]bool{}
		}
		w.kinds[archive.Kind(k)] = true
	}
	w.site, w.silent, w.later, w.words, w.limit = f.site, f.silent, f.later, f.words, f.limit
	w.weigh, w.format = f.sort == "significance", f.format
	return w, nil
}

// untilTime is the end of what --until names: of a day its last moment.
func untilTime(s string, now time.Time) (time.Time, error) {
	if _, end, err := parseWhen(s); err == nil {
		return end, nil
	}
	t, err := sinceTime(s, now)
	if err != nil {
		return t, usage("as in --until 2024-05-31 or --until 12h", "--until %q is no day and no span", s)
	}
	return t, nil
}

func names[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, x := range list {
		out[i] = string(x)
	}
	return out
}

// wants reports whether a version is a change that is wanted, but for its time.
func (w *changeFilter) wants(v *archive.Version) bool {
	c := v.Change
	if w.kinds == nil && c.Kind == archive.First || w.kinds != nil && !w.kinds[c.Kind] {
		return false
	}
	return (!w.silent || c.Silent) && c.WordsAdded+c.WordsRemoved >= w.words
}

func (a *app) changes(ctx context.Context, s archive.Store, want changeFilter) error {
	found, err := findChanges(ctx, s, &want)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(a.out)
	list := rowsOf(w, want.format)
	for _, c := range found.list {
		sh, err := c.told(ctx, s)
		if errors.Is(err, archive.ErrNotFound) {
			continue // numbered anew meanwhile
		}
		if err != nil {
			return errors.Join(err, w.Flush())
		}
		if want.format != "text" {
			err = list.add(sh)
		} else {
			err = a.changeText(w, sh)
		}
		if err != nil {
			return err
		}
	}
	if want.format != "text" {
		if err := list.end(); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	switch {
	case found.pages == 0 && want.site != "":
		return fail(exitNotFound, "'onrecord pages' lists all", "no statement of site %q is on record", want.site)
	case len(found.list) == 0:
		a.note("no such change in %s", plural(found.pages, "statement"))
	case found.total > len(found.list):
		a.note("%d of %d changes; --limit 0 lists all", len(found.list), found.total)
	}
	return nil
}

// changeText writes a change for people.
func (a *app) changeText(w *bufio.Writer, c tell.Change) error {
	bold, dim, plain := a.styles()
	columns := width(a.out)
	const margin = 18 // a time and two spaces
	kind := fmt.Sprintf("%-17s", tell.Kind(c.Change)+tell.Restores(c.Change))
	fmt.Fprintf(w, "%s%s  %s  %s%s\n", bold, stamp(c.Time.Time), kind, diff.Clip(c.Title, max(columns-margin-2-len(kind), 20)), plain)
	fmt.Fprintf(w, "%*s%s@%d\n", margin, "", clean(c.URL), c.Version)
	for _, l := range diff.Wrap(c.Summary, max(columns-margin, 20)) {
		fmt.Fprintf(w, "%*s%s\n", margin, "", l)
	}
	if c.FoundLater {
		fmt.Fprintf(w, "%*s%sfound when the page was read again by later rules%s\n", margin, "", dim, plain)
	}
	if !c.After.IsZero() {
		fmt.Fprintf(w, "%*s%sversion %d last seen %s%s\n", margin, "", dim, c.Version-1, stamp(c.After.Time), plain)
	}
	_, err := fmt.Fprintln(w)
	return err
}

// styles are the terminal's codes for what stands out, for what stands back, and the end of both; "" without colour.
func (a *app) styles() (bold, dim, plain string) {
	if !a.colored(a.out) {
		return "", "", ""
	}
	return "\x1b[1m", "\x1b[2m", "\x1b[0m"
}
