package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/onrecord/onrecord/cmd/internal/config"
)

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, config.FileName)
	if err := os.WriteFile(path, []byte(`archive: statements.db
contact: archive@example.org
sites:
  - name: harbour
    start: https://Harbour.example:443/statements/
    follow: ["/statements/**"]
    pace: 2s
    depth: 2
  - name: pier
    start: [https://pier.example/a, https://pier.example/b]
    limit: 10
`), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(dir, "statements.db"); c.Archive != want {
		t.Errorf("archive %q, want %q beside the config", c.Archive, want)
	}
	sites, err := c.Record()
	if err != nil || len(sites) != 2 {
		t.Fatalf("sites %v, %v, want two", sites, err)
	}
	if s := sites[0]; s.Start[0] != "https://harbour.example/statements/" || s.Pace != 2*time.Second || s.Depth != 2 || len(s.Follow) != 1 {
		t.Errorf("first site %+v: want its start as a key, a pace of 2s, depth 2, one pattern", s)
	}
	if s := sites[1]; len(s.Start) != 2 || s.Limit != 10 {
		t.Errorf("second site %+v: want two starts, limit 10", s)
	}
}

// TestMistakesAreNamed wants the line of each mistake, what is wrong, and what would be right.
func TestMistakesAreNamed(t *testing.T) {
	const site = "sites:\n  - name: a\n    start: https://a.example/\n"
	for _, c := range []struct {
		name, yaml    string
		line          int
		problem, hint string
	}{
		{"misspelt key of a site", "archive: a.db\nsites:\n  - name: a\n    strat: https://a.example/\n", 4, `unknown key "strat"`, `did you mean "start"?`},
		{"misspelt key of the config", "archiv: a.db\n", 1, `unknown key "archiv"`, `did you mean "archive"?`},
		{"unknown key", site + "    colour: red\n", 4, `unknown key "colour"`, "the keys here are name, start, follow"},
		{"key of a site at the top", "pace: 2s\n", 1, `unknown key "pace"`, "below"},
		{"key of the config in a site", site + "    contact: a@a.example\n", 4, `unknown key "contact"`, "beginning of a line"},
		{"no name", "sites:\n  - start: https://a.example/\n", 2, "site 1 has no name", "name: harbour"},
		{"blank name", "sites:\n  - name: ' '\n    start: https://a.example/\n", 2, "site 1 has no name", "name: harbour"},
		{"no start", "sites:\n  - name: a\n", 2, `site "a" has no start`, "start: https://harbour.example/"},
		{"two of a name", site + "  - name: a\n    start: https://b.example/\n", 4, "twice", "differ"},
		{"address of a mailbox", "sites:\n  - name: a\n    start: mailto:a@a.example\n", 3, "mailto:a@a.example", "https://harbour.example/"},
		{"address without scheme", "sites:\n  - name: a\n    start: a.example/news\n", 3, "a.example/news", "https://"},
		{"ftp in a list", "sites:\n  - name: a\n    start:\n      - https://a.example/\n      - ftp://a.example/\n", 5, "ftp://a.example/", "https://"},
		{"start is a mapping", "sites:\n  - name: a\n    start: {url: https://a.example/}\n", 3, "no address", "https://harbour.example/"},
		{"pattern without end", site + "    follow: ['/ok/**', '/x[']\n", 4, "/x[", "** does not"},
		{"follow is no list", site + "    follow: /news/**\n", 4, "/news/**", `["/statements/**"]`},
		{"pattern without quotes", site + "    follow: [*.html]\n", 4, "alias", "quotes"},
		{"ignore without follow", site + "    ignore: ['/x']\n", 4, "ignore", "add follow"},
		{"discover by magic", site + "    discover: always\n", 4, "always", "auto"},
		{"discover and follow", site + "    discover: auto\n    follow: ['/x']\n", 4, "contradict", "keep one"},
		{"pace is no time", site + "    pace: fast\n", 4, "fast", "2s"},
		{"pace without unit", site + "    pace: 2\n", 4, `"2"`, "2s"},
		{"pace less than nothing", site + "    pace: -2s\n", 4, "-2s", "2s"},
		{"pace of nothing", site + "    pace: 0s\n", 4, `"0s" is no pace`, "--pace 0s"},
		{"pace of nothing, in parts", site + "    pace: \"0h0.0s\"\n", 4, `"0h0.0s" is no pace`, "leave it out"},
		{"depth less than nothing", site + "    depth: -1\n", 4, "depth -1", "leave it out"},
		{"depth in words", site + "    depth: many\n", 4, "many", "whole number"},
		{"limit less than nothing", site + "    limit: -5\n", 4, "limit -5", "leave it out"},
		{"feed is a number", site + "    feed: 7\n", 4, `"7"`, "false reads none"},
		{"feed cannot be visited", site + "    feed: feed.xml\n", 4, "feed.xml", "https://"},
		{"contact of nobody", "archive: a.db\ncontact: me\n", 2, `"me"`, "e-mail"},
		{"max_pages less than nothing", site + "    max_pages: -1\n", 4, "max_pages -1", "leave it out"},
		{"max_pages in words", site + "    max_pages: many\n", 4, "many", "whole number"},
		{"max_bytes in words", site + "    max_bytes: lots\n", 4, "lots", "200MB"},
		{"max_bytes less than nothing", site + "    max_bytes: -5MB\n", 4, "-5MB", "200MB"},
		{"max_bytes is a list", site + "    max_bytes: [1]\n", 4, "1", "200MB"},
		{"max_time without unit", site + "    max_time: 2\n", 4, `"2"`, "2s"},
		{"allow_expired in words", site + "    allow_expired: maybe\n", 4, "maybe", "true or false"},
		{"select is no selector", site + "    select: 'p:nth('\n", 4, "select", "div > aside"},
		{"the second of remove", site + "    remove:\n      - .promo\n      - '[x'\n", 6, "[x", "in quotes"},
		{"title is blank", site + "    title: ' '\n", 4, "title", "as in CSS"},
		{"date is a mapping", site + "    date: {css: time}\n", 4, "no selector", "as in CSS"},
		{"selector without quotes", site + "    select: #main\n", 4, "no selector", "in quotes"},
		{"raw of another kind", site + "    raw: never\n", 4, `site "a": raw: "never"`, "on-change"},
		{"raw of another kind, for all", "raw: on change\n" + site, 1, `raw: "on change"`, "on-change"},
		{"raw is a list", site + "    raw: [every]\n", 4, "not what is wanted", "write one text"},
		{"checkpoint to nowhere", "archive: a.db\ncheckpoint: [ftp://example.org/x]\n", 2, "ftp://example.org/x", "write a file"},
		{"timestamp without scheme", "archive: a.db\ntimestamp: time.example\n", 2, "time.example", "time-stamping authority"},
		{"heartbeat without scheme", "archive: a.db\nheartbeat: checks.example/secret\n", 2, "heartbeat is no address", "https://checks.example/ping/harbour"},
		{"heartbeat is a list", "archive: a.db\nheartbeat: [https://checks.example/]\n", 2, "not what is wanted", "write one text"},
		{"a case of another kind", "archive: a.db\nignore_cases: silent\n", 2, "silent", "the kinds are unreached, quiet, layout"},
		{"a case of a site of another kind", site + "    ignore_cases: [quiet, noisy]\n", 4, "noisy", "the kinds are"},
		{"proxy without scheme", "archive: a.db\nproxy: proxy.example:3128\n", 2, "scheme", "http://proxy.example:3128"},
		{"proxy of another kind", "archive: a.db\nproxy: https://proxy.example\n", 2, "https", "socks5://"},
		{"proxy of a site", site + "    proxy: http://proxy.example:3128\n", 4, `unknown key "proxy"`, "beginning of a line"},
		{"sites is a word", "sites: harbour\n", 1, "harbour", "list"},
		{"key twice", "archive: a.db\narchive: b.db\n", 2, "archive", "once"},
		{"bracket left open", "archive: [a\n", 1, "]", "close"},
		{"tab", "sites:\n\t- name: a\n", 2, "tab", "spaces"},
		{"colon in a value", "archive: a: b\n", 1, "", "quotes"},
		{"a list at the top", "- name: a\n", 1, "", "sites:"},
		{"two documents", site + "---\n" + site, 4, "second document", "---"},
		{"nothing", "", 0, "empty", "onrecord init"},
		{"comments only", "# archive: a.db\n", 0, "empty", "onrecord init"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), config.FileName)
			if err := os.WriteFile(path, []byte(c.yaml), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := config.Load(path)
			var e *config.Error
			if !errors.As(err, &e) {
				t.Fatalf("error %v, want a *config.Error", err)
			}
			if e.File != path || e.Line != c.line {
				t.Errorf("mistake at %s:%d, want %s:%d: %v", e.File, e.Line, path, c.line, e)
			}
			if !strings.Contains(e.Problem, c.problem) || !strings.Contains(e.Hint, c.hint) {
				t.Errorf("problem %q, hint %q; want %q and %q in them", e.Problem, e.Hint, c.problem, c.hint)
			}
			if !strings.HasPrefix(err.Error(), path+":") || strings.Contains(err.Error(), "\n") {
				t.Errorf("error %q: want one line that begins with the file", err)
			}
		})
	}
}

func TestKeysOfASite(t *testing.T) {
	c, err := config.Parse([]byte(`sites:
  - name: a
    start: https://a.example/
    discover: auto
    feed: false
    sitemap: [https://a.example/s1.xml, https://a.example/s2.xml]
  - name: b
    start: https://b.example/
    follow: ["/**"]
    ignore: ["/tag/**"]
    feed: https://b.example/feed
    sitemap: true
`))
	if err != nil {
		t.Fatal(err)
	}
	sites, err := c.Record()
	if err != nil {
		t.Fatal(err)
	}
	if a := sites[0]; !a.Discover || !a.NoFeed || a.NoSitemap || len(a.Sitemaps) != 2 {
		t.Errorf("site a is %+v", a)
	}
	if b := sites[1]; b.Discover || b.NoFeed || len(b.Feeds) != 1 || len(b.Ignore) != 1 || b.NoSitemap || len(b.Sitemaps) != 0 {
		t.Errorf("site b is %+v", b)
	}
}

// Which captures keep their bytes stands at the top for all sites, or below one.
func TestRaw(t *testing.T) {
	sites := "sites:\n  - {name: a, start: 'https://a.example/'}\n  - {name: b, start: 'https://b.example/', raw: every}\n  - {name: c, start: 'https://c.example/', raw: on-change}\n"
	for top, want := range map[string][]bool{"": {false, false, true}, "raw: every\n": {false, false, true}, "raw: on-change\n": {true, false, true}} {
		c, err := config.Parse([]byte(top + sites))
		if err != nil {
			t.Fatal(err)
		}
		list, err := c.Record()
		if err != nil {
			t.Fatal(err)
		}
		for i, s := range list {
			if s.OnChange != want[i] {
				t.Errorf("%q: site %s keeps bytes on change only: %v, want %v", top, s.Name, s.OnChange, want[i])
			}
		}
	}
}

func TestBudgets(t *testing.T) {
	c, err := config.Parse([]byte(`proxy: http://desk:secret@proxy.example:3128
sites:
  - name: a
    start: https://a.example/
    depth: 2
    limit: 10
    max_pages: 500
    max_bytes: 200MB
    max_time: 1h30m
    allow_expired: true
    select: ".body"
    remove: [".promo", "#x"]
    date: time
  - name: b
    start: https://b.example/
    max_bytes: 4096
`))
	if err != nil {
		t.Fatal(err)
	}
	if u, err := c.ProxyURL(); err != nil || u.Host != "proxy.example:3128" {
		t.Errorf("proxy %v, %v", u, err)
	}
	sites, err := c.Record()
	if err != nil {
		t.Fatal(err)
	}
	if s := sites[0]; s.Depth != 2 || s.Limit != 10 || s.MaxPages != 500 || s.MaxBytes != 200e6 || s.MaxTime != 90*time.Minute || !s.AllowExpired ||
		s.Overrides.Select.String() != ".body" || s.Overrides.Remove.String() != ".promo, #x" || s.Overrides.Date.String() != "time" || s.Overrides.Title != nil {
		t.Errorf("site a is %+v", s)
	}
	if s := sites[1]; s.MaxBytes != 4096 || s.MaxPages != 0 || s.MaxTime != 0 || s.AllowExpired || s.Overrides != nil {
		t.Errorf("site b is %+v: want 4096 bytes and nothing else", s)
	}
}

// A mistake in a proxy's address does not print its password.
func TestProxyMistakeKeepsThePassword(t *testing.T) {
	for _, p := range []string{"https://desk:secret@proxy.example", "http://desk:secret@proxy.example:x", "http://desk:secret@proxy.example/a"} {
		if _, err := config.Parse([]byte("proxy: " + p + "\n")); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("proxy %s: %v, want an error without the password", p, err)
		}
	}
}

func TestParseBytes(t *testing.T) {
	for in, want := range map[string]config.Bytes{
		"0": 0, "17": 17, "17B": 17, "2kB": 2000, "2 KiB": 2048, "1.5GiB": 3 << 29, "200MB": 200e6, "1tb": 1e12,
		"": -1, "MB": -1, "-1": -1, "1e9": -1, "1.2.3": -1, "NaN": -1, "5 apples": -1, "99999999999TB": -1,
	} {
		got, err := config.ParseBytes(in)
		if (err == nil) != (want >= 0) || err == nil && got != want {
			t.Errorf("ParseBytes(%q) = %d, %v, want %d", in, got, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("archive: a.db\nsites:\n  - {name: a, start: https://a.example/, follow: ['/x/**'], pace: 2s}\n"))
	f.Add([]byte("sites: [&a {name: a}, *a]"))
	f.Add([]byte("sites: &a *a"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if c, err := config.Parse(b); err == nil && c == nil {
			t.Error("neither a config nor an error")
		}
	})
}

// What nobody wants to hear of stands at the top for all sites, or below one.
func TestIgnores(t *testing.T) {
	c, err := config.Parse([]byte("ignore_cases: [disk, clock]\nsites:\n  - name: a\n    start: https://a.example/\n    ignore_cases: quiet\n  - name: b\n    start: https://b.example/\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		kind, site string
		want       bool
	}{{"disk", "", true}, {"clock", "a", true}, {"quiet", "a", true}, {"quiet", "b", false}, {"quiet", "", false}, {"layout", "a", false}} {
		if got := c.Ignores(tt.kind, tt.site); got != tt.want {
			t.Errorf("Ignores(%q, %q) = %t, want %t", tt.kind, tt.site, got, tt.want)
		}
	}
}
