package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/search"
)

func newSearch(a *app) *cobra.Command {
	var f searchFlags
	cmd := &cobra.Command{
		Use:   "search WORDS...",
		Short: "Find words in all versions, those that no longer stand anywhere included",
		Long: `Finds the statements in which words stand or once stood, and tells in which versions, when,
and whether they stand there now.

  onrecord search dredging sediment         both words, in any order
  onrecord search '"will not dump"'         a phrase
  onrecord search --gone '"31,500"'         what stood there and stands there no longer
  onrecord search 'ferr*' toll OR tariff    a beginning; one of two words
  onrecord search 'toll -ferry'             a word without another

Case, accents and punctuation do not matter. Chinese, Japanese, Thai and the like are found
by any part of a sentence. Words are not stemmed: use a star.

The index is a file beside the archive, ARCHIVE.search. It is brought up to date by itself
when the archive has changed, and may be deleted at any time; --reindex makes it anew,
--index puts it elsewhere.

--format jsonl prints one object a statement: url, site, title, state, version (the last
that matches), live, runs[]{first_version, last_version, first_seen, last_seen}, snippet,
matches[]{start, end} in bytes of the snippet.

` + exitHelp,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.search(cmd.Context(), &f, args)
		},
	}
	fs := cmd.Flags()
	fs.StringVar(&f.format, "format", "text", "text, json (one array) or jsonl")
	fs.StringVar(&f.site, "site", "", "only the statements of this site")
	fs.StringVar(&f.since, "since", "", "only versions that stood there since then: a day (2024-05-01) or a span (7d, 12h)")
	fs.BoolVar(&f.live, "live", false, "only where the words stand now")
	fs.BoolVar(&f.gone, "gone", false, "only where the words stood and stand no longer")
	fs.StringVar(&f.sort, "sort", "match", "match (the best first) or time (last seen first)")
	fs.IntVar(&f.limit, "limit", search.DefaultLimit, "list so many statements at most; 0 lists all")
	fs.BoolVar(&f.reindex, "reindex", false, "make the index anew")
	fs.StringVar(&f.index, "index", "", "index file (default: the archive's name with .search)")
	return cmd
}

type searchFlags struct {
	format, site, since, sort, index string
	live, gone, reindex              bool
	limit                            int
}

func (f *searchFlags) options(now time.Time) (o search.Options, err error) {
	if err := formatOf(f.format, "text", "json", "jsonl"); err != nil {
		return o, err
	}
	switch {
	case f.sort != "match" && f.sort != "time":
		return o, usage("", "--sort %q: want match or time", f.sort)
	case f.live && f.gone:
		return o, usage("leave one of them out", "--live and --gone contradict each other")
	case f.limit < 0:
		return o, usage("0 lists all", "--limit counts; it is not negative")
	}
	if f.since != "" {
		if o.Since, err = sinceTime(f.since, now); err != nil {
			return o, err
		}
	}
	o.Site, o.Live, o.Gone, o.Newest, o.Limit = f.site, f.live, f.gone, f.sort == "time", f.limit
	if o.Limit == 0 {
		o.Limit = -1
	}
	return o, nil
}

func (a *app) search(ctx context.Context, f *searchFlags, args []string) error {
	opts, err := f.options(time.Now())
	if err != nil {
		return err
	}
	if len(args) == 0 && f.reindex {
		return a.reindexOnly(ctx, f)
	}
	q, err := search.ParseQuery(queryOf(args))
	var bad *search.SyntaxError
	if errors.As(err, &bad) {
		return usage(bad.Hint, "%s", bad.Problem)
	}
	if err != nil {
		return err
	}
	s, x, err := a.openIndex(ctx, f)
	if err != nil {
		return err
	}
	defer s.Close()
	defer x.Close()
	found, err := x.Find(ctx, s, q, opts)
	if err != nil {
		return err
	}
	return a.tellFound(&found, f)
}

// queryOf is the query that arguments make. A shell has taken the quotation marks off a phrase that is an argument of
// its own: one with a space in it is a phrase again.
func queryOf(args []string) string {
	if len(args) == 1 {
		return args[0]
	}
	out := make([]string, len(args))
	for i, arg := range args {
		if strings.ContainsAny(arg, " \t") && !strings.ContainsAny(arg, "\"“”„«»") {
			minus := ""
			if strings.HasPrefix(arg, "-") {
				minus, arg = "-", arg[1:]
			}
			arg = minus + `"` + arg + `"`
		}
		out[i] = arg
	}
	return strings.Join(out, " ")
}

// reindexOnly makes the index anew and asks nothing.
func (a *app) reindexOnly(ctx context.Context, f *searchFlags) error {
	s, x, err := a.openIndex(ctx, f)
	if err != nil {
		return err
	}
	return errors.Join(x.Close(), s.Close())
}

// openIndex opens the archive and its index and brings the index up to date.
func (a *app) openIndex(ctx context.Context, f *searchFlags) (archive.Store, *search.Index, error) {
	path, err := a.archivePath()
	if err != nil {
		return nil, nil, err
	}
	s, err := a.open()
	if err != nil {
		return nil, nil, err
	}
	index := f.index
	if index == "" {
		index = indexPath(path)
	} else if err := spareIndex(ctx, index); err != nil {
		return nil, nil, errors.Join(err, s.Close())
	}
	x, err := a.updatedIndex(ctx, s, path, index, f.reindex)
	if err != nil {
		return nil, nil, errors.Join(err, s.Close())
	}
	return s, x, nil
}

// indexPath is where the index of an archive is.
func indexPath(archive string) string { return archive + ".search" }

func (a *app) updatedIndex(ctx context.Context, s archive.Store, path, index string, anew bool) (*search.Index, error) {
	stamp, err := stampOf(path)
	if err != nil {
		return nil, err
	}
	x, err := search.Open(ctx, index)
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, fs.ErrNotExist) {
		return nil, fail(exitError, "put the index where you may write, with --index FILE", "%w", err)
	}
	if err != nil {
		return nil, err
	}
	if anew {
		if err := x.Clear(ctx); err != nil {
			return nil, errors.Join(err, x.Close())
		}
	}
	began, live := time.Now(), !a.quiet && isTerminal(a.err)
	u, err := x.Update(ctx, s, stamp, func(pages int) {
		if live {
			fmt.Fprintf(a.err, "\r\x1b[Kindexing: %s", plural(pages, "statement"))
		}
	})
	if live {
		fmt.Fprint(a.err, "\r\x1b[K")
	}
	if err != nil {
		return nil, errors.Join(err, x.Close())
	}
	if anew {
		a.note("%s of %s indexed in %s", plural(u.Texts, "version"), plural(u.Pages, "statement"), time.Since(began).Round(time.Millisecond))
	} else if u.Texts > 0 {
		a.detail("index brought up to date: %s of %s in %s", plural(u.Texts, "version"), plural(u.Read, "statement"), time.Since(began).Round(time.Millisecond))
	}
	return x, nil
}

// stampOf names the state of an archive's file: every change of it is written there.
func stampOf(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d %d", info.Size(), info.ModTime().UnixNano()), nil
}

func (a *app) tellFound(found *search.Found, f *searchFlags) error {
	w := bufio.NewWriter(a.out)
	list := rowsOf(w, f.format)
	for i := range found.Hits {
		h := &found.Hits[i]
		if f.format == "text" {
			a.hitText(w, h)
		} else if err := list.add(search.LineOf(h)); err != nil {
			return err
		}
	}
	if f.format != "text" {
		if err := list.end(); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	switch n := len(found.Hits); {
	case n == 0:
		a.note("nothing found")
	case n < found.Pages:
		a.note("%d of %s; --limit 0 lists all", n, plural(found.Pages, "statement"))
	case f.format == "text":
		a.note("%s", plural(n, "statement"))
	}
	return nil
}
