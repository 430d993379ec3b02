package main

import (
	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/cmd/internal/config"
	"github.com/onrecord/onrecord/cmd/internal/record"
)

const crawlHelp = `Makes one archiving run: it visits the statements that are on record, looks for
new ones, and stores a version of each that is new or changed. Every visit leaves
a record ('onrecord visits').

Without URLs the sites of the config are visited. A URL alone is a statement. With
--follow the URLs are listings: links on them that match are statements, and pages
of the listing, its feeds and the site's sitemap are looked through for more. With
--discover the URLs are listings too, and which links are statements is learned
from the site, once a month; 'onrecord init' shows what that would be.

  onrecord crawl https://harbour.example/statements/dredging
  onrecord crawl --follow '/statements/**' https://harbour.example/statements/
  onrecord crawl --discover https://harbour.example/statements/

In a pattern * stands for any characters but a slash, ** for any characters; one
that begins with a slash is compared with the path, one with :// with the whole
address. robots.txt is obeyed, one request is in flight for each host, and --pace
is kept between two of them. A run that is interrupted goes on where it was when
the same command is given again.

` + renderHelp + `

What a site may cost a run is bounded by --limit, --depth, --max-pages, --max-bytes and
--max-time, or the same keys in the config. A run that leaves something out for it says
so, ends with exit code 3, and the next one begins with what was not visited longest.

Results go to stdout, one line for each statement that is new, changed or gone, or has a
new address: the one that its former address leads to for good. A terminal shows
meanwhile how far each site is; --verbose prints every visit instead.
--format jsonl prints an object for every visit (event "visit", with site, aid, title,
change, moved_from and the keys of 'onrecord visits'), at the end one for every site
(event "site") and one for the run (event "run": run, its number in 'onrecord runs', by,
started, ended, resumed, interrupted, counts by outcome, failures by reason). --format
json is one object with all of that.

With --checkpoint (checkpoint in the config) the signed head of the archive's ledger is
handed out after the run, to a file or a URL; with --timestamp an authority stamps it.
That is what makes the record hold against its own keeper ('onrecord help checkpoint').

`

// crawlFlags are the flags of crawl.
type crawlFlags struct {
	fetch  fetchFlags
	budget budgetFlags
	render renderFlag
	follow []string
	learn  bool
	format string
}

func newCrawl(a *app) *cobra.Command {
	var f crawlFlags
	cmd := &cobra.Command{
		Use:   "crawl [URL...]",
		Short: "Make one archiving run over the configured sites, or over URLs",
		Long:  crawlHelp + exitHelp,
		RunE: func(cmd *cobra.Command, args []string) error {
			conf, sites, err := f.settle(a, cmd, args)
			if err != nil {
				return err
			}
			err = a.crawl(cmd.Context(), conf, sites, &f.fetch, f.format)
			if f.fetch.configured {
				a.beat(cmd.Context(), conf, err)
			}
			return err
		},
	}
	f.fetch.register(cmd)
	f.fetch.handout.register(cmd)
	fs := cmd.Flags()
	fs.StringArrayVar(&f.follow, "follow", nil, "a discovered link that matches this pattern is a statement (repeatable)")
	fs.BoolVar(&f.learn, "discover", false, "learn from the site which links are statements, in place of --follow")
	f.budget.register(cmd)
	f.render.register(cmd)
	fs.StringVar(&f.format, "format", "text", "text, json or jsonl")
	return cmd
}

// settle checks the flags, and makes of them, the arguments and the config the sites of the run.
func (f *crawlFlags) settle(a *app, cmd *cobra.Command, args []string) (*config.Config, []*record.Site, error) {
	if err := formatOf(f.format, "text", "json", "jsonl"); err != nil {
		return nil, nil, err
	}
	if err := f.budget.check(); err != nil {
		return nil, nil, err
	}
	conf, err := a.configuration()
	if err != nil {
		return nil, nil, err
	}
	sites, err := sitesOf(args, f.follow, conf.Record)
	if err != nil {
		return nil, nil, err
	}
	if err := f.settleSites(sites, args, conf.Contact); err != nil {
		return nil, nil, err
	}
	f.budget.apply(cmd, sites)
	if err := f.render.apply(sites); err != nil {
		return nil, nil, err
	}
	if err := f.fetch.configure(conf, sites); err != nil {
		return nil, nil, err
	}
	f.fetch.configured = len(args) == 0
	return conf, sites, f.fetch.handout.settle(conf)
}
