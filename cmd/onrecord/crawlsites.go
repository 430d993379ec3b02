package main

import (
	"slices"
	"strings"

	"github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/discover"
)

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
			s = &record.Site{Name: siteName(known, key), Follow: globs, Render: configuredRender(known, key), OnChange: configuredOnChange(known, key)}
			byHost[host] = s
			sites = append(sites, s)
		}
		s.Start = append(s.Start, key)
	}
	return sites, nil
}

// settleSites settles what the sites of a run need: the way in which statements are discovered, and a contact.
func (f *crawlFlags) settleSites(sites []*record.Site, args []string, contact string) error {
	switch {
	case f.learn && len(f.follow) > 0:
		return usage("leave one of them out", "--discover and --follow contradict each other")
	case f.learn && len(args) == 0:
		return usage("name the listing, or write discover: auto below the site in the config", "--discover needs a URL to start from")
	case len(args) == 0:
		return needContact(sites, contact, &f.fetch)
	}
	for _, s := range sites {
		s.Discover = f.learn
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

// configuredOnChange is what the config says of the bytes of the site that an address belongs to.
func configuredOnChange(known []*record.Site, key string) bool {
	name := siteName(known, key)
	return slices.ContainsFunc(known, func(s *record.Site) bool { return s.Name == name && s.OnChange })
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
