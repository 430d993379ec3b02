package main

import (
	"context"
	"log/slog"
	"maps"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/cmd/internal/cases"
	"github.com/onrecord/onrecord/cmd/internal/config"
	"github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/discover"
)

// fetchFlags are the flags of every command that fetches.
type fetchFlags struct {
	pace         time.Duration
	timeout      time.Duration
	allowPrivate bool
	allowNets    []string
	workers      int

	handout handout // only crawl has it

	configured bool // the run is over the sites of the config

	// What the config says; flags have none of it.
	proxy        *url.URL
	allowExpired []string
}

func (f *fetchFlags) register(cmd *cobra.Command) {
	fs := cmd.Flags()
	fs.DurationVar(&f.pace, "pace", time.Second, "least time between two requests to a host; 0s only on private addresses that are allowed")
	fs.DurationVar(&f.timeout, "timeout", time.Minute, "longest time for one visit, redirects included")
	fs.BoolVar(&f.allowPrivate, "allow-private", false, "also connect to private and loopback addresses")
	fs.StringArrayVar(&f.allowNets, "allow-net", nil, "also connect to addresses in this network, such as 10.1.0.0/16 (repeatable)")
	fs.IntVar(&f.workers, "workers", 0, "how many hosts are visited side by side (default 16)")
}

// crawler makes the crawler that the flags and the config ask for.
func (f *fetchFlags) crawler(a *app, contact string, onRobots func(*crawler.Page)) (*crawler.Crawler, error) {
	c := crawler.Config{
		Version: programVersion(), Contact: contact, Timeout: f.timeout, AllowPrivate: f.allowPrivate, Workers: f.workers,
		OnRobots: onRobots, Proxy: f.proxy, AllowExpired: f.allowExpired,
	}
	for _, s := range f.allowNets {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			return nil, usage("a network is written as 10.1.0.0/16 or fd00::/8", "--allow-net %q is no network", s)
		}
		c.AllowNets = append(c.AllowNets, p)
	}
	switch {
	case f.pace < 0:
		return nil, usage("", "--pace %s: cannot be less than 0", f.pace)
	case f.pace == 0 && !f.allowPrivate && len(c.AllowNets) == 0:
		return nil, usage("leave --pace out, or allow the private address with --allow-private", "--pace 0s is only for private addresses")
	case f.pace == 0:
		c.NoPace = true
	default:
		c.Pace = f.pace
	}
	if f.timeout <= 0 {
		return nil, usage("", "--timeout %s: must be more than 0", f.timeout)
	}
	cr, err := crawler.New(c)
	if err != nil {
		return nil, fail(exitUsage, "", "%w", err)
	}
	return cr, nil
}

func newCrawl(a *app) *cobra.Command {
	var f fetchFlags
	var follow []string
	var b budgetFlags
	var format string
	var learn bool
	var render renderFlag
	cmd := &cobra.Command{
		Use:   "crawl [URL...]",
		Short: "Make one archiving run over the configured sites, or over URLs",
		Long: `Makes one archiving run: it visits the statements that are on record, looks for
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

Results go to stdout, one line for each statement that is new, changed or gone. A
terminal shows meanwhile how far each site is; --verbose prints every visit instead.
--format jsonl prints an object for every visit (event "visit", with site, aid, title,
change and the keys of 'onrecord visits'), at the end one for every site (event "site")
and one for the run (event "run": started, ended, resumed, interrupted, counts by
outcome, failures by reason). --format json is one object with all of that.

With --checkpoint (checkpoint in the config) the signed head of the archive's ledger is
handed out after the run, to a file or a URL; with --timestamp an authority stamps it.
That is what makes the record hold against its own keeper ('onrecord help checkpoint').

` + exitHelp,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := formatOf(format, "text", "json", "jsonl"); err != nil {
				return err
			}
			if err := b.check(); err != nil {
				return err
			}
			conf, err := a.configuration()
			if err != nil {
				return err
			}
			sites, err := sitesOf(args, follow, conf.Record)
			if err != nil {
				return err
			}
			if err := a.settleSites(sites, args, follow, learn, conf.Contact, &f); err != nil {
				return err
			}
			b.apply(cmd, sites)
			if err := render.apply(sites); err != nil {
				return err
			}
			if err := f.configure(conf, sites); err != nil {
				return err
			}
			if err := f.handout.settle(conf); err != nil {
				return err
			}
			f.configured = len(args) == 0
			err = a.crawl(cmd.Context(), conf, sites, &f, format)
			if f.configured {
				a.beat(cmd.Context(), conf, err)
			}
			return err
		},
	}
	f.register(cmd)
	f.handout.register(cmd)
	fs := cmd.Flags()
	fs.StringArrayVar(&follow, "follow", nil, "a discovered link that matches this pattern is a statement (repeatable)")
	fs.BoolVar(&learn, "discover", false, "learn from the site which links are statements, in place of --follow")
	b.register(cmd)
	render.register(cmd)
	fs.StringVar(&format, "format", "text", "text, json or jsonl")
	return cmd
}

// sitesOf are the sites of a run: the URLs given, else the configured ones.
func sitesOf(args, follow []string, configured func() ([]*record.Site, error)) ([]*record.Site, error) {
	if len(args) == 0 {
		if len(follow) > 0 {
			return nil, usage("name the listing, as in: onrecord crawl --follow '/statements/**' https://harbour.example/statements/", "--follow needs a URL to start from")
		}
		sites, err := configured()
		if err == nil && len(sites) == 0 {
			return nil, usage("onrecord crawl https://harbour.example/statements/dredging, or list sites in onrecord.yaml", "nothing to crawl: no URL was given and no site is configured")
		}
		return sites, err
	}
	globs, err := parseGlobs(follow)
	if err != nil {
		return nil, err
	}
	known, err := configured()
	if err != nil {
		return nil, err
	}
	byHost := map[string]*record.Site{}
	var sites []*record.Site
	for _, arg := range args {
		key, err := keyOf(arg)
		if err != nil {
			return nil, err
		}
		host := crawler.Host(key)
		s := byHost[host]
		if s == nil {
			s = &record.Site{Name: siteName(known, key), Follow: globs, Render: configuredRender(known, key)}
			byHost[host] = s
			sites = append(sites, s)
		}
		s.Start = append(s.Start, key)
	}
	return sites, nil
}

// settleSites settles what the sites of a run need: the way in which statements are discovered, and a contact.
func (a *app) settleSites(sites []*record.Site, args, follow []string, learn bool, contact string, f *fetchFlags) error {
	switch {
	case learn && len(follow) > 0:
		return usage("leave one of them out", "--discover and --follow contradict each other")
	case learn && len(args) == 0:
		return usage("name the listing, or write discover: auto below the site in the config", "--discover needs a URL to start from")
	case len(args) == 0:
		return needContact(sites, contact, f)
	}
	for _, s := range sites {
		s.Discover = learn
	}
	return nil
}

// siteName is the configured site that an address belongs to, so that its statements stay together, else its host.
func siteName(known []*record.Site, key string) string {
	for _, s := range known {
		for _, u := range s.Start {
			if crawler.SameSite(u, key) {
				return s.Name
			}
		}
	}
	return crawler.Host(key)
}

func parseGlobs(patterns []string) ([]*discover.Glob, error) {
	var globs []*discover.Glob
	for _, p := range patterns {
		g, err := discover.ParseGlob(p)
		if err != nil {
			return nil, usage("a pattern is a path such as '/statements/**' (* stops at a slash, ** does not)", "--follow %w", err)
		}
		globs = append(globs, g)
	}
	return globs, nil
}

// keyOf is the key of an address on the command line; one without a scheme is taken as https.
func keyOf(arg string) (string, error) {
	u := arg
	if !strings.Contains(u, "://") && !strings.HasPrefix(u, "data:") && !strings.HasPrefix(u, "mailto:") {
		u = "https://" + u
	}
	key, err := crawler.Key(u)
	if err != nil {
		return "", usage("an address is written as https://harbour.example/statements/", "%q is no address that can be visited: %w", arg, err)
	}
	return key, nil
}

// crawl makes the run and tells what came of it.
func (a *app) crawl(ctx context.Context, conf *config.Config, sites []*record.Site, f *fetchFlags, format string) error {
	rules, err := a.rules(conf)
	if err != nil {
		return err
	}
	sites, without, err := a.withBrowser(sites)
	if err != nil {
		return err
	}
	rec := &record.Recorder{}
	byHost := sitesByHost(sites)
	var w *watcher
	cr, err := f.crawler(a, conf.Contact, func(p *crawler.Page) { a.keepRobots(ctx, rec, byHost, p, w.note) })
	if err != nil {
		return err
	}
	defer cr.Close()
	store, err := a.create()
	if err != nil {
		return err
	}
	defer store.Close()
	rec.Store = store
	if err := adopt(ctx, rec, conf); err != nil {
		return err
	}
	setPaces(cr, sites)
	var meter cases.Meter
	run := &record.Crawl{Recorder: rec, Crawler: cr, Sites: sites}
	tell, err := newTeller(ctx, conf, rules, store, slog.New(slog.DiscardHandler), time.Now)
	if err != nil {
		return err
	}
	defer tell.close()
	w = newWatcher(a, format, func() *board { return &board{sites: run.Status(), left: run.Left(), waiting: cr.Waiting} })
	run.Progress = func(p record.Progress) {
		meter.Visit(&p)
		tell.visit(&p)
		w.visit(p)
	}
	sum, err := run.Run(ctx)
	w.close()
	status := run.Status()
	if w.err == nil && w.out != nil {
		w.err = w.out.end(&sum, status, err != nil)
	}
	if w.err != nil {
		return w.err
	}
	if err != nil {
		if ctx.Err() != nil {
			a.note("interrupted after %s; the same command goes on from here", plural(sum.Visits, "visit"))
			return errInterrupted
		}
		return err
	}
	a.tell(sum, status)
	a.unrendered(&sum)
	kept, err := a.conclude(ctx, conf, store, cr.Client(), f, &meter)
	if err != nil {
		return err
	}
	a.told(ctx, tell, sum.Began)
	if kept != nil {
		return kept
	}
	if len(sum.Untaught) > 0 {
		return a.untaught(sum)
	}
	if sum.Lost > 0 {
		return a.partly(sum)
	}
	if len(without) > 0 {
		return leftOut(without)
	}
	if len(sum.Cut) > 0 {
		return fail(exitPart, "run the same command again for more, or raise the budget", "the budget of %s was used up", plural(len(sum.Cut), "site"))
	}
	return nil
}

// sitesByHost finds a site by the hosts that it starts at.
func sitesByHost(sites []*record.Site) map[string]*record.Site {
	byHost := map[string]*record.Site{}
	for _, s := range sites {
		for _, u := range s.Start {
			byHost[crawler.Host(u)] = s
		}
	}
	return byHost
}

// setPaces gives the crawler the paces that sites have of their own.
func setPaces(cr *crawler.Crawler, sites []*record.Site) {
	for _, s := range sites {
		if s.Pace > 0 {
			for _, u := range s.Start {
				cr.SetPace(crawler.Host(u), s.Pace)
			}
		}
	}
}

// untaught is the end of a run for which some sites did not show what their statements are.
func (a *app) untaught(sum record.Summary) error {
	for _, name := range slices.Sorted(maps.Keys(sum.Untaught)) {
		a.note("%s: %v", clean(name), sum.Untaught[name])
	}
	return fail(exitPart, "give patterns with --follow, or below follow in the config; 'onrecord init URL' tells more",
		"the statements of %s could not be discovered", plural(len(sum.Untaught), "site"))
}

// keepRobots puts a visit to a robots.txt on record.
func (a *app) keepRobots(ctx context.Context, rec *record.Recorder, sites map[string]*record.Site, p *crawler.Page, note func(string, ...any)) {
	s := sites[crawler.Host(p.URL)]
	if s == nil {
		s = &record.Site{Name: crawler.Host(p.URL)}
	}
	if _, err := rec.Put(ctx, &record.Visit{Page: p, Site: s, Role: record.Aid, AidReason: record.ReasonRobots}); err != nil && ctx.Err() == nil {
		note("record %s: %v", clean(p.URL), err)
	}
}
