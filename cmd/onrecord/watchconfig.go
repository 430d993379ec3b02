package main

import (
	"crypto/sha256"
	"os"
	"slices"
	"sync"

	"github.com/onrecord/onrecord/cmd/internal/config"
	"github.com/onrecord/onrecord/cmd/internal/notify"
	"github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/schedule"
)

// watched is a config in force: its sites, when they are visited, and the crawler that visits them. The crawler lives from run
// to run, so that hosts keep their pace and robots.txt is not asked for anew each time.
type watched struct {
	conf      *config.Config
	archive   string // where it and the command line have the archive
	sites     []*record.Site
	schedules []schedule.Schedule
	rules     []notify.Rule // who is told of what
	flags     fetchFlags
	crawler   *crawler.Crawler

	mu     sync.Mutex
	robots func(*crawler.Page) // puts a robots.txt on record; nil between runs; guarded by mu
}

// load reads the config and makes what is needed to visit its sites.
func (w *watch) load() (*watched, error) {
	conf, err := w.given.configuration()
	if err != nil {
		return nil, err
	}
	c := &watched{conf: conf, flags: w.flags}
	if c.archive, err = w.given.archivePath(); err != nil {
		return nil, err
	}
	c.flags.handout.to = append([]string(nil), w.flags.handout.to...)
	if c.sites, err = conf.Record(); err != nil {
		return nil, err
	}
	if len(c.sites) == 0 {
		return nil, usage("list sites in onrecord.yaml; 'onrecord init URL' writes one", "nothing to watch: no site is configured")
	}
	if c.schedules, err = conf.Schedules(); err != nil {
		return nil, err
	}
	if c.rules, err = w.given.rules(conf); err != nil {
		return nil, err
	}
	if err := needContact(c.sites, conf.Contact, &c.flags); err != nil {
		return nil, err
	}
	if err := w.render.apply(c.sites); err != nil {
		return nil, err
	}
	if err := c.flags.configure(conf, c.sites); err != nil {
		return nil, err
	}
	if err := c.flags.handout.settle(conf); err != nil {
		return nil, err
	}
	c.crawler, err = c.flags.crawler(w.given, conf.Contact, c.keepRobots)
	if err != nil {
		return nil, err
	}
	setPaces(c.crawler, c.sites)
	return c, nil
}

// starts reports whether a site starts at an address: that others are gone, such as the sitemap that most have not, is no news.
func (c *watched) starts(key string) bool {
	return slices.ContainsFunc(c.sites, func(s *record.Site) bool { return slices.Contains(s.Start, key) })
}

func (c *watched) close() {
	if c != nil && c.crawler != nil {
		c.crawler.Close()
	}
}

// onRobots says who hears of a robots.txt that is fetched.
func (c *watched) onRobots(f func(*crawler.Page)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.robots = f
}

func (c *watched) keepRobots(p *crawler.Page) {
	c.mu.Lock()
	f := c.robots
	c.mu.Unlock()
	if f != nil {
		f(p)
	}
}

// rereads is how often a config that is being written is read anew at most.
const rereads = 10

// read loads the config and says which content of its file that is. Of a file that is written to meanwhile the parts may not be of
// one content: it is loaded anew.
func (w *watch) read() (c *watched, stamp string, err error) {
	for n := 0; ; n++ {
		stamp = w.configStamp()
		c, err = w.load()
		if n == rereads || w.configStamp() == stamp {
			return c, stamp, err
		}
		c.close()
	}
}

// reload reads the config again if it has changed, or was asked to. A bad one is refused, and the one in force stays. One that
// names another archive is refused too: the room, the metrics and what is known of past visits are of the one that is there.
func (w *watch) reload(next **watched, asked bool) {
	if !asked && w.configStamp() == w.stamp {
		return
	}
	c, stamp, err := w.read()
	w.stamp = stamp
	if err == nil && c.archive != w.app.archive {
		c.close()
		err = usage("start the watch again to go over to that archive", "it names the archive %s, and the watch keeps to %s", c.archive, w.app.archive)
	}
	if err != nil {
		w.log.Error("the new config is refused; the one before stays in force", "error", clean(err.Error()), "hint", clean(hintOf(err)))
		return
	}
	(*next).close()
	*next = c
	w.log.Info("the config was read again", "sites", len(c.sites))
}

// configStamp tells two contents of the config file apart; "" when there is none.
func (w *watch) configStamp() string {
	path := w.given.config
	if path == "" {
		path = config.FileName
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(b)
	return string(sum[:])
}
