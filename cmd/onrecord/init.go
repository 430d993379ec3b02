package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/archive/export"
	"github.com/onrecord/onrecord/cmd/internal/config"
	"github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/discover"
)

// initFlags are the flags of init besides those of every command that fetches.
type initFlags struct {
	fetch                         fetchFlags
	out, name, contact, format    string
	force, print, schema, paceSet bool
}

func newInit(a *app) *cobra.Command {
	var f initFlags
	cmd := &cobra.Command{
		Use:   "init URL",
		Short: "Look at a site and write onrecord.yaml for it",
		Long: `Looks at a site from one address, politely, and writes a config that keeps its
statements on record: the page that lists them, patterns that tell them from other
pages, the feed, the pace that the site asks for. It shows the statements that it
found, with titles and days. Nothing is archived; 'onrecord crawl' does that.

  onrecord init https://harbour.example/news/
  onrecord init --contact archive@example.org -o harbour.yaml https://harbour.example/
  onrecord init --print https://harbour.example/feed.xml

The address is best that of the page that lists the statements; that of the front
page, of a feed or of a sitemap will do. Up to forty pages are fetched, one at a
time. What is a statement is judged by what pages list again and again, by dates
beside links, by feeds, and by reading a few. Look at the patterns before you rely
on them: the config is yours to edit.

An existing file is left alone unless --force is given. --print writes the config
to stdout and no file. --format jsonl prints what was found, one object a line with
the keys url, title, published, sources and read, and writes the file all the same.
--schema prints the JSON Schema of onrecord.yaml and does nothing else.

` + exitHelp,
		RunE: func(cmd *cobra.Command, args []string) error {
			f.paceSet = cmd.Flags().Changed("pace")
			return a.init(cmd.Context(), args, &f)
		},
	}
	f.fetch.register(cmd)
	fs := cmd.Flags()
	fs.StringVarP(&f.out, "output", "o", config.FileName, "file to write; - is stdout")
	fs.BoolVar(&f.force, "force", false, "overwrite the file when it exists")
	fs.BoolVar(&f.print, "print", false, "print the config and write no file")
	fs.StringVar(&f.name, "name", "", "what the record calls the site (default: its host)")
	fs.StringVar(&f.contact, "contact", "", "e-mail address or page at which a site's owner reaches you; public hosts are not crawled without it")
	fs.StringVar(&f.format, "format", "text", "text or jsonl")
	fs.BoolVar(&f.schema, "schema", false, "print the JSON Schema of onrecord.yaml")
	return cmd
}

// init makes the config.
func (a *app) init(ctx context.Context, args []string, f *initFlags) error {
	if f.schema {
		_, err := a.out.Write(config.Schema())
		return err
	}
	start, err := f.check(args)
	if err != nil {
		return err
	}
	if err := a.spare(f.out); !f.print && err != nil {
		return err
	}
	cr, err := f.fetch.crawler(a, f.contact, nil)
	if err != nil {
		return err
	}
	defer cr.Close()
	a.note("looking at %s: up to forty pages, one at a time", clean(start))
	survey := &record.Survey{
		Fetch:    func(ctx context.Context, url string) *crawler.Page { return cr.Fetch(ctx, crawler.Request{URL: url}) },
		Robots:   cr.Robots,
		Progress: func(what, url string) { a.detail("%s %s", what, clean(url)) },
	}
	p, err := survey.Run(ctx, start)
	if err != nil {
		return surveyFailure(ctx, start, p, err)
	}
	text := f.draft(p).YAML()
	if f.print {
		_, err := a.out.Write(text)
		return err
	}
	if err := a.showFound(p, f.format); err != nil {
		return err
	}
	if err := writeConfig(f.out, text, f.force); err != nil {
		return err
	}
	a.note("wrote %s: %s seen on %s; 'onrecord crawl' puts them on record", f.out, plural(len(p.Statements), "statement"), clean(p.Start))
	if f.contact == "" && !allowedPrivate(p.Start, &f.fetch) {
		a.note("fill in contact in %s first: site owners must be able to reach you", f.out)
	}
	return nil
}

// check looks at the command line and gives the address to begin at. A file that is there is an error before anything
// is fetched.
func (f *initFlags) check(args []string) (string, error) {
	if len(args) != 1 {
		return "", usage("onrecord init https://harbour.example/news/", "init wants the address of one site, got %d", len(args))
	}
	if err := formatOf(f.format, "text", "jsonl"); err != nil {
		return "", err
	}
	f.print = f.print || f.out == "-"
	if f.print && f.format == "jsonl" {
		return "", usage("leave one of them out", "--print and --format jsonl both want stdout")
	}
	if f.contact != "" {
		if err := config.CheckContact(f.contact); err != nil {
			return "", usage("write an e-mail address such as archive@example.org, or the address of a page", "--contact %w", err)
		}
	}
	if strings.TrimSpace(f.name) != f.name {
		return "", usage("", "--name %q begins or ends with a space", f.name)
	}
	if !f.print && !f.force {
		if _, err := os.Lstat(f.out); err == nil {
			return "", usage("--force overwrites it, -o names another file, --print writes none", "%s is there already", f.out)
		}
	}
	return keyOf(args[0])
}

// surveyFailure tells why a site could not be surveyed.
func surveyFailure(ctx context.Context, start string, p *record.Proposal, err error) error {
	if ctx.Err() != nil {
		return context.Canceled
	}
	var v *record.VisitError
	switch {
	case errors.As(err, &v):
		hint := remedies[v.Page.Reason]
		if hint == "" {
			hint = "check the address in a browser"
		}
		return fail(exitError, hint, "%w", err)
	case errors.Is(err, record.ErrNoStatements):
		return fail(exitError, "name the page that lists them, or give the pattern yourself: onrecord crawl --follow '/statements/**' "+clean(start),
			"no statements found from %s, after %s", start, plural(p.Visited, "page"))
	}
	return err
}

// draft is the config that a proposal makes.
func (f *initFlags) draft(p *record.Proposal) *config.Draft {
	d := &config.Draft{
		Contact: f.contact, Name: f.name, Start: p.Start, Follow: p.Follow, Ignore: p.Ignore, Feeds: p.Feeds,
		NoSitemap: p.UselessSitemap, Examples: examples(p),
	}
	if d.Name == "" {
		d.Name = strings.TrimPrefix(crawler.Host(p.Start), "www.")
	}
	switch {
	case f.paceSet && f.fetch.pace > p.Delay:
		d.Pace = f.fetch.pace
	case p.Delay > time.Second:
		d.Pace, d.PaceWhy = p.Delay, ", which the site's robots.txt asks for"
	}
	return d
}

// examples say of each pattern how many of the statements match it, and one of them.
func examples(p *record.Proposal) []string {
	var out []string
	for _, pattern := range p.Follow {
		g, err := discover.ParseGlob(pattern)
		n, title := 0, ""
		for _, c := range p.Statements {
			if err == nil && g.Match(c.URL) {
				if n++; title == "" {
					title = c.Title
				}
			}
		}
		note := fmt.Sprintf("%d seen", n)
		if title != "" {
			note += ", such as: " + fit(clean(title), 60)
		}
		out = append(out, note)
	}
	return out
}

// shownStatements is how many statements init shows to people; jsonl has all.
const shownStatements = 20

// found is a statement that init found, as JSON; its keys are a promise of the command line.
type found struct {
	URL       string   `json:"url"`
	Title     string   `json:"title"`
	Published string   `json:"published"`
	Sources   []string `json:"sources"`
	Read      bool     `json:"read"`
}

// showFound prints the statements that a proposal would keep.
func (a *app) showFound(p *record.Proposal, format string) error {
	for i, c := range p.Statements {
		var err error
		if format == "jsonl" {
			err = export.WriteJSON(a.out, found(c))
		} else if i == shownStatements {
			_, err = fmt.Fprintf(a.out, "            and %d more\n", len(p.Statements)-i)
		} else if i < shownStatements {
			day, title := c.Published, clean(c.Title)
			if day == "" {
				day = "no date"
			}
			if title == "" {
				title = "(no title yet)"
			}
			_, err = fmt.Fprintf(a.out, "%-10s  %s\n            %s\n", day, fit(title, max(width(a.out)-12, 40)), clean(c.URL))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// writeConfig writes a file whole or not at all; without force it takes the place of none.
func writeConfig(name string, text []byte, force bool) error {
	tmp, err := os.CreateTemp(filepath.Dir(name), ".onrecord-*.yaml")
	if err != nil {
		return fail(exitError, "check that the folder is there and may be written to", "write %s: %w", name, err)
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(text)
	err = errors.Join(err, tmp.Chmod(0o644), tmp.Sync(), tmp.Close())
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	if force {
		return os.Rename(tmp.Name(), name)
	}
	err = os.Link(tmp.Name(), name) // unlike a rename it takes nobody's place
	if errors.Is(err, os.ErrExist) {
		return fail(exitUsage, "--force overwrites it", "%s is there already", name)
	}
	if err != nil { // a file system without links
		return os.Rename(tmp.Name(), name)
	}
	return nil
}
