package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/cmd/internal/config"
	"github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/crawlertest"
)

func newDemo(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "demo",
		Short: "Take the whole tour, offline, in a few seconds",
		Long: `Starts a small statement site on this machine, crawls it step by step while it edits,
removes, restores and moves its statements, and shows what is on record then. It is
the same program as for real sites. The archive is left to look at: in a new folder,
or where --archive says.

  onrecord demo
  onrecord demo --archive tour.db

` + exitHelp,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.demo(cmd.Context()) },
	}
}

// demoStep is what happens to the demo's site between two crawls.
type demoStep struct {
	says   string
	change func(*demo)
}

// demo is a tour under way.
type demo struct {
	app  *app
	site *crawlertest.Site
	what demoSite
	gone map[string]bool
	dir  string // where the archive and the export are
}

// demoSteps are the days of the demo.
var demoSteps = []demoStep{
	{"The site publishes five statements. One is a draft that robots.txt forbids.", func(*demo) {}},
	{"Nothing was changed, but other related links and counters make every page's bytes differ.", func(*demo) {}},
	{"A silent edit: in the statement on dredging 31,500 becomes 13,500 and \"will not dump\" becomes \"will dump\". Its date stays.", func(d *demo) {
		s := d.what.find("/statements/dredging")
		s.text[1] = "In the first phase 13,500 cubic metres of sediment will be removed. The authority will dump some of it at sea."
	}},
	{"An announced edit: the ferry fares are corrected, and the page says when. The statement on night work is removed.", func(d *demo) {
		s := d.what.find("/statements/ferry-fares")
		s.updated = "06-24-2024"
		s.text[1] = "From the summer a single crossing will cost 4.40 instead of 3.80. Season tickets stay as they are."
		d.gone["/statements/night-work"] = true
	}},
	{"The removed statement is back, one sentence shorter. The one on the old pier moves to another address.", func(d *demo) {
		delete(d.gone, "/statements/night-work")
		s := d.what.find("/statements/night-work")
		s.text = s.text[:2]
		d.what.find("/statements/old-pier").path = "/statements/2024/the-old-pier"
	}},
	{"The site is redesigned: other templates, other class names, the same words.", func(d *demo) { d.what.redesign = true }},
	{"The statement on dredging gets its old words back, as silently as it lost them.", func(d *demo) {
		d.what.find("/statements/dredging").text = demoStatements()[0].text
	}},
}

func (a *app) demo(ctx context.Context) error {
	site, err := crawlertest.Start()
	if err != nil {
		return fail(exitError, "the demo needs a free port on this machine", "start the demo's site: %w", err)
	}
	defer site.Close()
	d := &demo{app: a, site: site, what: demoSite{statements: demoStatements()}, gone: map[string]bool{}}
	if err := d.place(); err != nil {
		return err
	}
	d.say("A small statement site runs at %s for the time of this tour.\nEach step changes it and crawls it once, with\n\n    onrecord --archive %s crawl --allow-private --pace 0s --follow '/statements/**' %s/statements/",
		site.URL(), quoted(a.archive), site.URL())
	for i, step := range demoSteps {
		d.what.day = i
		step.change(d)
		d.publish()
		d.say("\n%s %s", d.mark(fmt.Sprintf("Step %d.", i+1)), step.says)
		if err := d.crawl(ctx); err != nil {
			return err
		}
	}
	return d.look(ctx)
}

// place decides where the archive goes.
func (d *demo) place() error {
	a := d.app
	if a.archive == "" {
		dir, err := os.MkdirTemp("", "onrecord-demo-")
		if err != nil {
			return fail(exitError, "name an archive with --archive", "make a folder for the demo: %w", err)
		}
		a.archive = filepath.Join(dir, "statements.db")
	}
	if _, err := os.Stat(a.archive); err == nil {
		return fail(exitUsage, "name a file that does not exist yet", "the demo makes a new archive, and %s is there already", a.archive)
	}
	d.dir = filepath.Dir(a.archive)
	return nil
}

// publish puts the site's pages of the day up.
func (d *demo) publish() {
	d.site.SetRobots("User-agent: *\nDisallow: /statements/draft\n")
	draft := `<li><a href="/statements/draft-on-tolls">Draft statement on tolls</a></li></ul>`
	d.site.SetHTML("/statements/", strings.Replace(d.what.listing(), "</ul>\n</div>", draft+"\n</div>", 1))
	d.site.SetHTML("/statements/draft-on-tolls", d.what.frame("Draft", "<h1>Draft statement on tolls</h1><p>Not for the public yet.</p>"))
	for i := range d.what.statements {
		st := &d.what.statements[i]
		if d.gone[st.path] {
			d.site.Remove(st.path)
			continue
		}
		d.site.SetHTML(st.path, d.what.page(st))
	}
	if d.what.find("/statements/old-pier") == nil {
		d.site.Set("/statements/old-pier", crawlertest.Redirect(http.StatusMovedPermanently, "/statements/2024/the-old-pier"))
	}
}

// crawl makes one archiving run, as the crawl command does.
func (d *demo) crawl(ctx context.Context) error {
	globs, err := parseGlobs([]string{"/statements/**"})
	if err != nil {
		return err
	}
	key, err := crawler.Key(d.site.URL() + "/statements/")
	if err != nil {
		return err
	}
	s := &record.Site{Name: crawler.Host(key), Start: []string{key}, Follow: globs}
	quiet := *d.app // a crawl's own notes would tell the same seven times
	quiet.quiet = true
	f := &fetchFlags{timeout: time.Minute, allowPrivate: true}
	return quiet.crawl(ctx, &config.Config{}, []*record.Site{s}, f, "text")
}

// look shows what is on record after the last step.
func (d *demo) look(ctx context.Context) error {
	s, err := d.app.open()
	if err != nil {
		return err
	}
	defer s.Close()
	base := d.site.URL()
	dredging := base + "/statements/dredging"
	p, _, err := find(ctx, s, dredging)
	if err != nil {
		return err
	}
	s.Close()
	for _, c := range [][]string{
		{"pages"}, {"changes", "--silent"}, {"log", dredging}, {"diff", dredging + "@2"}, {"blame", dredging + "@2"},
		{"log", "--events", base + "/statements/night-work"}, {"log", "--events", base + "/statements/old-pier"},
		{"export", "--format", "jsonl", "-o", filepath.Join(d.dir, "statements.jsonl")}, {"verify"},
	} {
		d.say("\n%s", d.mark("$ onrecord --archive "+quoted(d.app.archive)+" "+strings.Join(quotedAll(c), " ")))
		if err := d.command(ctx, c); err != nil {
			return err
		}
	}
	d.say("\nThe archive stays at %s. %s of it, for example:\n\n    onrecord --archive %s show %s@1", d.app.archive, "Ask more", quoted(d.app.archive), p.URL)
	return nil
}

// command runs a command of the program as the shell would.
func (d *demo) command(ctx context.Context, args []string) error {
	root := newRoot(&app{stdin: d.app.stdin, out: d.app.out, err: d.app.err})
	root.SetArgs(append([]string{"--archive", d.app.archive, "--color", d.app.color}, args...))
	return root.ExecuteContext(ctx)
}

// say prints a line of the tour; the tour is the demo's result.
func (d *demo) say(format string, args ...any) { fmt.Fprintf(d.app.out, format+"\n", args...) }

// mark makes a line stand out.
func (d *demo) mark(s string) string {
	if d.app.colored(d.app.out) {
		return "\x1b[1m" + s + "\x1b[0m"
	}
	return s
}

// quoted is a word as a shell takes it.
func quoted(s string) string {
	if s != "" && !strings.ContainsAny(s, " \t\n'\"\\$`*?[]{}()<>|&;#~!") {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

func quotedAll(words []string) []string {
	words = slices.Clone(words)
	for i := range words {
		words[i] = quoted(words[i])
	}
	return words
}
