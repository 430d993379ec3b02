package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/export"
)

const exportHelp = `Writes the statements on record, or those named, to standard output or to -o.

  jsonl     one object a line for every version, with the keys of 'onrecord log', text and
            markdown, and all else that is known: nothing is lost
  csv       a row for every version
  text      the clean texts; with -o a folder with a file for every version
  markdown  the same with the structure, and a header that says where it is from
  warc      every capture with its request and response, for other archives' tools
  site      the pages of 'onrecord serve' as files that work from a disk, in the folder -o; all
            that is on record, without what asks something of a server

  onrecord export -o statements.jsonl
  onrecord export --format csv --latest --site harbour
  onrecord export --format markdown --since 30d -o statements
  onrecord export --format warc -o dredging.warc https://harbour.example/statements/dredging

`

func newExport(a *app) *cobra.Command {
	var format, out, site, since string
	var latest bool
	cmd := &cobra.Command{
		Use:               "export [URL...]",
		Short:             "Write statements elsewhere: JSON lines, CSV, text, Markdown or WARC",
		Long:              exportHelp + exitHelp,
		ValidArgsFunction: a.completeURLs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := formatOf(format, "jsonl", "csv", "text", "markdown", "warc", "site"); err != nil {
				return err
			}
			if format == "site" {
				if len(args) > 0 || site != "" || since != "" || latest {
					return usage("leave the others out", "--format site writes all that is on record")
				}
				return a.exportSite(cmd.Context(), out)
			}
			opt := export.Options{Format: export.Format(format), Site: site, Latest: latest}
			if since != "" {
				t, err := sinceTime(since, time.Now())
				if err != nil {
					return err
				}
				opt.Since = t
			}
			s, err := a.open()
			if err != nil {
				return err
			}
			defer s.Close()
			if opt.URLs, err = wholeStatements(cmd.Context(), s, args); err != nil {
				return err
			}
			return a.export(cmd, s, out, opt)
		},
	}
	fs := cmd.Flags()
	fs.StringVar(&format, "format", "jsonl", "jsonl, csv, text, markdown, warc or site")
	fs.StringVarP(&out, "output", "o", "", "write to this file, or for text, markdown and site to this folder")
	fs.StringVar(&site, "site", "", "only the statements of this site")
	fs.BoolVar(&latest, "latest", false, "only the last version of each statement")
	fs.StringVar(&since, "since", "", "only versions first seen since then: a day (2024-05-01) or a span (7d, 12h)")
	return cmd
}

// wholeStatements are the addresses of the statements that arguments name; one that names a version is an error.
func wholeStatements(ctx context.Context, s archive.Store, args []string) (urls []string, err error) {
	for _, arg := range args {
		p, err := findWhole(ctx, s, arg, "export takes whole statements", "'onrecord show "+arg+"' prints one version")
		if err != nil {
			return nil, err
		}
		urls = append(urls, p.URL)
	}
	return urls, nil
}

// sinceTime is the time that --since names: a day, a time, or a span before now.
func sinceTime(s string, now time.Time) (time.Time, error) {
	if t, _, err := parseWhen(s); err == nil {
		return t, nil
	}
	if days, ok := strings.CutSuffix(s, "d"); ok {
		if d, err := time.ParseDuration(days + "h"); err == nil && d >= 0 {
			return now.Add(-24 * d), nil
		}
	}
	if d, err := time.ParseDuration(s); err == nil && d >= 0 {
		return now.Add(-d), nil
	}
	return time.Time{}, usage("as in --since 2024-05-01, --since 7d or --since 12h", "--since %q is no day and no span", s)
}

// export writes to standard output, a file or a folder.
func (a *app) export(cmd *cobra.Command, s export.Source, out string, opt export.Options) error {
	opt.Software = "onrecord " + programVersion()
	if !a.quiet && isTerminal(a.err) && out != "" && out != "-" {
		opt.Progress = func(s export.Summary) { fmt.Fprintf(a.err, "\r\x1b[K%s", plural(s.Pages, "statement")) }
	}
	var sum export.Summary
	var err error
	switch {
	case out == "" || out == "-":
		if opt.Format == export.FormatWARC && isTerminal(a.out) {
			return usage("write it to a file with -o statements.warc.gz", "a WARC is not for a terminal")
		}
		sum, err = export.Write(cmd.Context(), s, a.out, opt)
	case isFolder(out, opt.Format):
		sum, err = export.WriteDir(cmd.Context(), s, out, opt)
	default:
		if err := a.spare(out); err != nil {
			return err
		}
		sum, err = export.WriteFile(cmd.Context(), s, out, opt)
	}
	if opt.Progress != nil {
		fmt.Fprint(a.err, "\r\x1b[K")
	}
	if err != nil {
		return err
	}
	if out != "" && out != "-" {
		a.note("%s of %s in %s, %s", plural(sum.Versions, "version"), plural(sum.Pages, "statement"), out, size(sum.Bytes))
	}
	if sum.Versions == 0 && sum.Forgotten == 0 {
		a.note("nothing on record fits what was asked for")
	}
	if sum.Forgotten > 0 {
		what := "versions without their text, as they are forgotten: %d have their facts only"
		if !(opt.Format == export.FormatJSONL || opt.Format == "") {
			what = "%d are left out, as they are forgotten"
		}
		a.note(what, sum.Forgotten)
	}
	if sum.Dropped > 0 {
		a.note("%s without their bytes, which were not kept", plural(sum.Dropped, "capture"))
	}
	if sum.Missing > 0 {
		return fail(exitEvidence, "'onrecord verify' names what is damaged", "the bytes of %s are missing; the first: %s", plural(sum.Missing, "capture"), sum.FirstMissing)
	}
	return nil
}

// isFolder reports whether -o names a folder: texts are a file each, unless the name is that of one file.
func isFolder(out string, format export.Format) bool {
	if format != export.FormatText && format != export.FormatMarkdown {
		return false
	}
	info, err := os.Stat(out)
	if err == nil {
		return info.IsDir()
	}
	ext := strings.ToLower(filepath.Ext(out))
	return ext != ".txt" && ext != ".md"
}
