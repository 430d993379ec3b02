package main

import (
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/cmd/internal/config"
	"github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/crawler"
)

// fetchFlags are the flags of every command that fetches.
type fetchFlags struct {
	pace         time.Duration
	timeout      time.Duration
	allowPrivate bool
	allowNets    []string
	workers      int

	handout handout // only crawl and watch have it

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
		return nil, usage("leave --pace out, which keeps a second", "--pace %s: cannot be less than 0", f.pace)
	case f.pace == 0 && !f.allowPrivate && len(c.AllowNets) == 0:
		return nil, usage("leave --pace out, or allow the private address with --allow-private", "--pace 0s is only for private addresses")
	case f.pace == 0:
		c.NoPace = true
	default:
		c.Pace = f.pace
	}
	if f.timeout <= 0 {
		return nil, usage("leave --timeout out, which allows a minute", "--timeout %s: must be more than 0", f.timeout)
	}
	cr, err := crawler.New(c)
	if err != nil {
		return nil, fail(exitUsage, "", "%w", err)
	}
	return cr, nil
}

// configure takes what only the config says about fetching: the proxy, and the hosts whose certificate may have expired.
func (f *fetchFlags) configure(conf *config.Config, sites []*record.Site) error {
	proxy, err := conf.ProxyURL()
	if err != nil {
		return err
	}
	f.proxy = proxy
	for _, s := range sites {
		if !s.AllowExpired {
			continue
		}
		for _, urls := range [][]string{s.Start, s.Feeds, s.Sitemaps} {
			for _, u := range urls {
				f.allowExpired = append(f.allowExpired, hostNames(u)...)
			}
		}
	}
	return nil
}

// hostNames are the name of an address's host with and without "www.": sites use both.
func hostNames(address string) []string {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return nil
	}
	name := strings.TrimPrefix(u.Hostname(), "www.")
	return []string{name, "www." + name}
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
