package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/mail"
	"net/url"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/discover"
	"github.com/onrecord/onrecord/extract"
)

// Parse reads a config and checks it. Errors are [*Error].
func Parse(b []byte) (c *Config, err error) {
	// The YAML library panics on a few documents that nobody writes, such as an alias of nothing in place of a list.
	defer func() {
		if r := recover(); r != nil {
			c, err = nil, &Error{Problem: "the YAML cannot be read", Hint: "take out anchors (&), aliases (*) and tags (!)"}
		}
	}()
	return parse(b)
}

func parse(b []byte) (*Config, error) {
	file, err := parser.ParseBytes(b, 0)
	if err != nil {
		return nil, mistake(err)
	}
	if len(file.Docs) > 1 {
		e := &Error{Problem: "a second document begins", Hint: "a config is one document: take out the line ---"}
		e.place(file.Docs[1].Start)
		return nil, e
	}
	c := Config{lines: lines{file}}
	if err := yaml.NewDecoder(bytes.NewReader(b), yaml.Strict()).Decode(&c); errors.Is(err, io.EOF) {
		return nil, &Error{Problem: "the config is empty", Hint: `list sites below "sites:", or let 'onrecord init URL' write one`}
	} else if err != nil {
		return nil, mistake(err)
	}
	if err := c.checkContact(); err != nil {
		return nil, err
	}
	if err := c.checkHandout(); err != nil {
		return nil, err
	}
	if err := c.checkHeartbeat(); err != nil {
		return nil, err
	}
	if _, err := c.ProxyURL(); err != nil {
		return nil, err
	}
	if _, err = c.Record(); err != nil {
		return nil, err
	}
	if _, err = c.Schedules(); err != nil {
		return nil, err
	}
	if err := c.checkNotify(); err != nil {
		return nil, err
	}
	return &c, nil
}

// lines knows where the values of a config stand.
type lines struct{ file *ast.File }

// wrong is a mistake at a path ("$.sites[0].pace"), or, when that is not there, at the nearest thing above it.
func (l lines) wrong(path, hint, format string, args ...any) error {
	e := &Error{Problem: fmt.Sprintf(format, args...), Hint: hint}
	for l.file != nil && strings.Contains(path, ".") {
		if p, err := yaml.PathString(path); err == nil {
			if n, err := p.FilterFile(l.file); err == nil && n != nil {
				e.place(begin(n))
				break
			}
		}
		path = path[:strings.LastIndexAny(path, ".[")]
	}
	return e
}

// blank reports a key without a value.
func (l lines) blank(path string) bool {
	p, err := yaml.PathString(path)
	if err != nil || l.file == nil {
		return false
	}
	n, err := p.FilterFile(l.file)
	if err != nil {
		return false
	}
	_, null := n.(*ast.NullNode)
	return null
}

// CheckContact wants an e-mail address or the address of a page.
func CheckContact(contact string) error {
	if key, err := crawler.Key(contact); err == nil && strings.HasPrefix(key, "http") && strings.Contains(contact, "://") {
		return nil
	}
	if a, err := mail.ParseAddress(contact); err == nil && a.Name == "" && a.Address == contact {
		return nil
	}
	return fmt.Errorf("%q is nothing to reach anybody at", contact)
}

// checkContact checks the contact of a config that has one.
func (c *Config) checkContact() error {
	if c.Contact == "" {
		return nil
	}
	if err := CheckContact(c.Contact); err != nil {
		return c.lines.wrong("$.contact", "write an e-mail address such as archive@example.org, or the address of a page", "%v", err)
	}
	return nil
}

// ProxyURL is the proxy to use, nil for none. Errors are [*Error]; they do not repeat a password.
func (c *Config) ProxyURL() (*url.URL, error) {
	if c.Proxy == "" {
		return nil, nil
	}
	u, err := crawler.ParseProxy(c.Proxy)
	if err != nil {
		return nil, c.lines.wrong("$.proxy", "write it as http://proxy.example:3128 or socks5://proxy.example:1080", "the proxy cannot be used: %v", err)
	}
	return u, nil
}

// Record are the sites in the words of package record, each checked. Errors are [*Error].
func (c *Config) Record() ([]*record.Site, error) {
	var out []*record.Site
	names := map[string]bool{}
	usual, err := c.lines.onChange("$.raw", "", c.Raw)
	if err != nil {
		return nil, err
	}
	for i := range c.Sites {
		s := &c.Sites[i]
		ck := &checker{lines: c.lines, path: fmt.Sprintf("$.sites[%d]", i), where: fmt.Sprintf("site %q", s.Name)}
		if strings.TrimSpace(s.Name) == "" {
			return nil, c.lines.wrong(ck.path, `add one, such as "name: harbour"`, "site %d has no name", i+1)
		}
		if names[s.Name] {
			return nil, c.lines.wrong(ck.path+".name", "names must differ", "%s stands here twice", ck.where)
		}
		names[s.Name] = true
		r, err := ck.site(s)
		if err != nil {
			return nil, err
		}
		r.OnChange = usual
		if s.Raw != "" {
			if r.OnChange, err = c.lines.onChange(ck.path+".raw", ck.where+": ", s.Raw); err != nil {
				return nil, err
			}
		}
		out = append(out, r)
	}
	return out, nil
}

// onChange reports whether what stands at a path says that bytes are kept on change only.
func (l lines) onChange(path, where, raw string) (bool, error) {
	switch raw {
	case "", "every":
		return false, nil
	case "on-change":
		return true, nil
	}
	return false, l.wrong(path, "write every (the bytes of each capture are kept) or on-change (of those that tell something new)",
		"%sraw: %.40q is neither every nor on-change", where, raw)
}

// checker checks one site.
type checker struct {
	lines lines
	path  string
	where string
}

func (k *checker) wrong(key, hint, format string, args ...any) error {
	return k.lines.wrong(k.path+"."+key, hint, "%s", k.where+": "+fmt.Sprintf(format, args...))
}

func (k *checker) site(s *Site) (*record.Site, error) {
	if len(s.Start) == 0 {
		return nil, k.lines.wrong(k.path, `add the address of its listing, such as "start: https://harbour.example/statements/"`, "%s has no start", k.where)
	}
	if s.Depth < 0 {
		return nil, k.wrong("depth", "leave it out for the usual depth", "depth %d is less than 0", s.Depth)
	}
	if s.Limit < 0 {
		return nil, k.wrong("limit", "leave it out for no limit", "limit %d is less than 0", s.Limit)
	}
	if s.MaxPages < 0 {
		return nil, k.wrong("max_pages", "leave it out for no limit", "max_pages %d is less than 0", s.MaxPages)
	}
	r := &record.Site{
		Name: s.Name, Pace: time.Duration(s.Pace), Depth: s.Depth, Limit: s.Limit, NoFeed: s.Feed.Off, NoSitemap: s.Sitemap.Off,
		MaxPages: s.MaxPages, MaxBytes: int64(s.MaxBytes), MaxTime: time.Duration(s.MaxTime), AllowExpired: s.AllowExpired,
	}
	var err error
	if r.Render, err = record.ParseRendering(s.Render); err != nil {
		return nil, k.wrong("render", "write auto, always or never", "render: %v", err)
	}
	if r.Start, err = k.keys("start", s.Start); err != nil {
		return nil, err
	}
	if r.Feeds, err = k.keys("feed", s.Feed.URLs); err != nil {
		return nil, err
	}
	if r.Sitemaps, err = k.keys("sitemap", s.Sitemap.URLs); err != nil {
		return nil, err
	}
	if r.Follow, err = k.globs("follow", s.Follow); err != nil {
		return nil, err
	}
	if r.Ignore, err = k.globs("ignore", s.Ignore); err != nil {
		return nil, err
	}
	switch {
	case s.Discover != "" && s.Discover != "auto":
		return nil, k.wrong("discover", "the only way is auto; or list patterns below follow", "discover: %q is no way to discover", s.Discover)
	case s.Discover != "" && len(s.Follow) > 0:
		return nil, k.wrong("discover", "keep one of them: follow has patterns, discover: auto learns them", "discover and follow contradict each other")
	case s.Discover == "" && len(s.Follow) == 0 && len(s.Ignore) > 0:
		return nil, k.wrong("ignore", "add follow with the patterns of statements, or discover: auto", "ignore leaves out nothing without follow")
	}
	r.Discover = s.Discover == "auto"
	r.Overrides, err = k.overrides(s)
	return r, err
}

// overrides checks the selectors of a site; nil when it has none.
func (k *checker) overrides(s *Site) (*extract.Overrides, error) {
	css := map[string][]string{"select": s.Select, "remove": s.Remove, "title": s.Title, "date": s.Date}
	some := false
	for _, key := range extract.OverrideKeys {
		if len(css[key]) == 0 && k.lines.blank(k.path+"."+key) {
			return nil, k.wrong(key, selectorHint, "%s has no selector: what follows a # is a comment unless it stands in quotes", key)
		}
		for i, c := range css[key] {
			some = true
			_, err := extract.ParseSelector(c)
			if err == nil && strings.TrimSpace(c) == "" {
				err = errors.New("it is blank")
			}
			if err != nil {
				return nil, k.wrong(fmt.Sprintf("%s[%d]", key, i), selectorHint, "%s: %v", key, err)
			}
		}
	}
	if !some {
		return nil, nil
	}
	o, err := extract.ParseOverrides(css)
	if err != nil {
		return nil, k.wrong("name", "write fewer or shorter selectors", "%v", err)
	}
	return o, nil
}

// keys checks addresses.
func (k *checker) keys(key string, urls []string) ([]string, error) {
	var out []string
	for i, u := range urls {
		got, err := crawler.Key(u)
		if err == nil && !strings.Contains(u, "://") {
			err = errors.New("it has no scheme")
		}
		if err != nil {
			path := fmt.Sprintf("%s[%d]", key, i)
			return nil, k.wrong(path, "write an address such as https://harbour.example/statements/", "%s %q cannot be visited: %v", key, u, err)
		}
		out = append(out, got)
	}
	return out, nil
}

// globs checks patterns.
func (k *checker) globs(key string, patterns []string) ([]*discover.Glob, error) {
	var out []*discover.Glob
	for i, p := range patterns {
		g, err := discover.ParseGlob(p)
		if err != nil {
			return nil, k.wrong(fmt.Sprintf("%s[%d]", key, i), "a pattern is a path such as /statements/** (* stops at a slash, ** does not)", "%s: %v", key, err)
		}
		out = append(out, g)
	}
	return out, nil
}

// begin is the first token of a node: that of a mapping is its first key.
func begin(n ast.Node) *token.Token {
	switch v := n.(type) {
	case *ast.MappingNode:
		if len(v.Values) > 0 && !v.IsFlowStyle {
			return v.Values[0].Key.GetToken()
		}
	case *ast.MappingValueNode:
		return v.Key.GetToken()
	}
	return n.GetToken()
}
