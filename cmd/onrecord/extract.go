package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/archive/export"
	"github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/crawler"
)

type extractFlags struct {
	fetchFlags
	format, url, filesFrom string
	selectors              map[string]*[]string // by override
	site, explain          bool
}

const extractHelp = `Reads the statement out of HTML and PDF pages: files, the .html and .pdf files of
folders, or addresses, which are fetched politely. FILE may be - for standard input; with
--files-from - the paths are read from standard input, one a line.

  onrecord extract page.html report.pdf
  onrecord extract --same-site --format jsonl pages/
  onrecord extract --explain https://harbour.example/statements/dredging
  find . -name '*.html' | onrecord extract --files-from - --format jsonl

Pages of one site (by their rel=canonical or og:url, or all of them with --same-site)
are read together: what repeats on them is left out, and the order of numeric dates
such as 10-03-2019 is taken from those that allow one order only. A page by itself
tells both readings.

Where the extractor needs help, --select, --remove, --title and --date name elements by
CSS selectors; the same keys of a site in the config do it for what is put on record.
A selector that picks nothing on a page is told, and the page read as ever.

--explain tells in place of the text why each part of a page was kept or dropped, and why
each date was chosen or not. With --format jsonl it prints an object for the page (part
"page": file, url, title, title_why, published, modified, suspect, flags, removed), one
for every block in order (part "block": file, kept, step, why, hints[], score, kind,
element, text) and one for every date (part "date": file, chosen, claimed, role, value,
raw, source, precision, readings[], why).

--format jsonl prints one object a line: file, url, title, text, markdown, published,
modified, dates[], authors, topics, language, site; error when a page could not be
read, suspect when it is probably no statement.

`

func newExtract(a *app) *cobra.Command {
	var f extractFlags
	cmd := &cobra.Command{
		Use:   "extract FILE|DIR|URL...",
		Short: "Print the clean text and the dates of pages, without an archive",
		Long:  extractHelp + exitHelp,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := formatOf(f.format, "text", "markdown", "jsonl"); err != nil {
				return err
			}
			if f.explain && f.format == "markdown" {
				return usage("leave --format out, or say jsonl", "--explain has no markdown")
			}
			if len(args) == 0 && f.filesFrom == "" {
				return usage("as in: onrecord extract page.html", "extract wants files, folders or addresses")
			}
			if f.url != "" && len(args) != 1 {
				return usage("read them one at a time, or leave --url out: pages name their own address", "--url is the address of one page; %d were given", len(args))
			}
			return a.extract(cmd.Context(), args, &f)
		},
	}
	f.register(cmd)
	fs := cmd.Flags()
	fs.StringVar(&f.format, "format", "text", "text, markdown or jsonl")
	fs.StringVar(&f.url, "url", "", "the address that the one page came from: resolves links, says which site it is of")
	fs.StringVar(&f.filesFrom, "files-from", "", "read the paths from this file, one a line; - is standard input")
	f.selectors = overrideFlags(cmd)
	fs.BoolVar(&f.explain, "explain", false, "tell why each part of a page was kept or dropped, and each date chosen or not")
	fs.BoolVar(&f.site, "same-site", false, "all pages are of one site, whatever they say")
	return cmd
}

// extractMemory is the memoryLimit of extract, which has one page at a time in hand. Only the very longest pages come near
// it: one of 250,000 paragraphs takes two thirds of the memory for half as much processor time again.
const extractMemory = 90 << 20

// extract reads the pages in order and prints what is in them.
func (a *app) extract(ctx context.Context, args []string, f *extractFlags) error {
	paths, err := a.inputs(args, f.filesFrom)
	if err != nil {
		return err
	}
	overrides, err := parseOverrides(f.selectors)
	if err != nil {
		return err
	}
	var cr *crawler.Crawler
	if slices.ContainsFunc(paths, isURL) {
		if cr, err = f.crawler(a, "", nil); err != nil {
			return err
		}
		defer cr.Close()
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		defer debug.SetMemoryLimit(debug.SetMemoryLimit(extractMemory))
	}
	out := bufio.NewWriter(a.out)
	failed := 0
	x := &record.Extractor{
		SameSite:  f.site,
		Overrides: overrides,
		Explain:   f.explain,
		Open:      func(ctx context.Context, name string) (*record.Source, error) { return a.source(ctx, cr, name, f.url) },
		Emit: func(t *record.Extract) error {
			if t.Error != "" {
				failed++
				a.note("%s: %s", clean(t.File), clean(t.Error))
			}
			if f.explain {
				return a.writeExplanation(out, f.format, t, len(paths) > 1)
			}
			return writeExtract(out, f.format, t, len(paths) > 1)
		},
	}
	if err := x.Run(ctx, paths); err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return err
	}
	if failed > 0 {
		code := exitPart
		if failed == len(paths) {
			code = exitError
		}
		return fail(code, "the lines above name them", "%s of %d could not be read", plural(failed, "page"), len(paths))
	}
	return nil
}

func writeExtract(w io.Writer, format string, t *record.Extract, many bool) error {
	if format == "jsonl" {
		return export.WriteJSON(w, t)
	}
	if t.Error != "" {
		return nil
	}
	text := t.Text
	if format == "markdown" {
		text = "# " + t.Title + "\n\n" + strings.TrimSpace(t.Markdown)
	}
	if many {
		if _, err := fmt.Fprintf(w, "==> %s <==\n", t.File); err != nil {
			return err
		}
		text += "\n"
	}
	_, err := fmt.Fprintln(w, text)
	return err
}

func isURL(s string) bool { return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://") }

// inputs are the pages that the arguments name, folders unfolded, in order.
func (a *app) inputs(args []string, from string) ([]string, error) {
	if from != "" {
		list, err := a.readList(from)
		if err != nil {
			return nil, err
		}
		args = append(slices.Clone(args), list...)
	}
	var paths []string
	for _, arg := range args {
		info, err := os.Stat(arg)
		if arg == "-" || isURL(arg) || err != nil || !info.IsDir() {
			paths = append(paths, arg) // a missing file is told when its turn comes
			continue
		}
		err = filepath.WalkDir(arg, func(p string, d fs.DirEntry, err error) error {
			ext := strings.ToLower(filepath.Ext(p))
			if err == nil && d.Type().IsRegular() && (ext == ".html" || ext == ".htm" || ext == ".xhtml" || ext == ".pdf") {
				paths = append(paths, p)
			}
			return err
		})
		if err != nil {
			return nil, fail(exitError, "", "read folder: %w", err)
		}
	}
	return paths, nil
}

// readList reads paths, one a line.
func (a *app) readList(from string) ([]string, error) {
	r := a.stdin
	if from != "-" {
		f, err := os.Open(from)
		if err != nil {
			return nil, fail(exitError, "", "read the list of files: %w", err)
		}
		defer f.Close()
		r = f
	}
	var list []string
	sc := bufio.NewScanner(r)
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		if l := strings.TrimSuffix(sc.Text(), "\r"); l != "" {
			list = append(list, l)
		}
	}
	if err := sc.Err(); err != nil {
		return nil, fail(exitError, "", "read the list of files: %w", err)
	}
	return list, nil
}

// maxFile is the longest page that is read from a file.
const maxFile = 64 << 20

// source brings the bytes of one page.
func (a *app) source(ctx context.Context, cr *crawler.Crawler, name, url string) (*record.Source, error) {
	if isURL(name) {
		key, err := crawler.Key(name)
		if err != nil {
			return nil, err
		}
		p := cr.Fetch(ctx, crawler.Request{URL: key})
		if p.Outcome != crawler.Fetched {
			return nil, fmt.Errorf("%s: %s", p.Outcome, strings.TrimSuffix(string(p.Reason)+": "+p.Detail, ": "))
		}
		return record.SourceOf(p), nil
	}
	r := a.stdin
	var b bytes.Buffer
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			b.Grow(int(min(info.Size(), maxFile)) + bytes.MinRead) // a buffer that grows leaves its old memory behind
		}
		r = f
	}
	if _, err := b.ReadFrom(io.LimitReader(r, maxFile+1)); err != nil {
		return nil, err
	}
	if b.Len() > maxFile {
		return nil, fmt.Errorf("longer than %s, the most that is read of a page", size(maxFile))
	}
	return record.FileSource(b.Bytes(), url), nil
}
