// Package config reads onrecord.yaml: which sites are kept on record, and how. [Load] is strict: an unknown key or a
// value that makes no sense is an [Error] with its line and what would be right. [Schema] is the same in the words of JSON
// Schema, for editors, and a [Draft] is a config to begin with.
package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// FileName is the config that a command finds by itself, in the folder it runs in.
const FileName = "onrecord.yaml"

// maxSize is the longest config that is read.
const maxSize = 1 << 20

// Config is what onrecord.yaml holds.
type Config struct {
	// Archive is the archive file; a relative path is taken from the config's folder.
	Archive string `yaml:"archive"`
	// Contact goes into the User-Agent, so that a site's owner can ask: an e-mail address or a URL.
	Contact string `yaml:"contact"`
	// Proxy leads all requests through a proxy: http://host:port or socks5://host:port. Those that the environment names
	// are never used.
	Proxy string `yaml:"proxy"`
	// Checkpoint are where the signed head of the ledger is handed out after each run: files, a relative path being taken
	// from the config's folder, and addresses to which it is posted.
	Checkpoint Strings `yaml:"checkpoint"`
	// Timestamp is the address of a time-stamping authority (RFC 3161) that is asked after each run.
	Timestamp string `yaml:"timestamp"`
	// Schedule is when sites are visited that say nothing of their own; see [Site.Schedule].
	Schedule string `yaml:"schedule"`
	// Raw says which captures keep their bytes on sites that say nothing of their own; see [Site.Raw].
	Raw string `yaml:"raw"`
	// ReadingRoom is the address of the reading room, for links in notices.
	ReadingRoom string `yaml:"reading_room"`
	// Mail is the server that notices are mailed through, Webhook what all webhooks have in common.
	Mail    Mail    `yaml:"mail"`
	Webhook Webhook `yaml:"webhook"`
	// Heartbeat is an address that is asked after each run, so that somebody notices when runs cease; "" for none.
	Heartbeat string `yaml:"heartbeat"`
	// IgnoreCases are kinds of cases that nobody wants to hear of; see [Config.Ignores].
	IgnoreCases CaseKinds `yaml:"ignore_cases"`
	// Notify are the rules of who is told of what; see [Config.Rules].
	Notify Notices `yaml:"notify"`
	// Sites are the publishers to keep on record.
	Sites []Site `yaml:"sites"`

	folder string // that the file is in; "" when it was parsed from memory
	lines  lines  // where its values stand
}

// Site is a publisher in the config.
type Site struct {
	// Name is what the record calls it; it must not repeat.
	Name string `yaml:"name"`
	// Start is where a run begins: a listing when Follow or Discover is there, else the statement itself.
	Start Strings `yaml:"start"`
	// Follow are globs: which discovered links are statements.
	Follow []string `yaml:"follow"`
	// Ignore are globs: which of those that Follow matches are none.
	Ignore []string `yaml:"ignore"`
	// Discover is "auto" to learn from the site which links are statements, in place of Follow.
	Discover string `yaml:"discover"`
	// Feed are the feeds to read; none means those that the listing names, false reads none.
	Feed Source `yaml:"feed"`
	// Sitemap are the sitemaps to read; none means those of robots.txt, else /sitemap.xml; false reads none.
	Sitemap Source `yaml:"sitemap"`
	// Pace is the least time between two requests to a host ("2s"); without it, that of --pace holds.
	Pace Pace `yaml:"pace"`
	// Depth is how many clicks from the start are followed.
	Depth int `yaml:"depth"`
	// Limit is how many statements a run visits.
	Limit int `yaml:"limit"`
	// MaxPages is how many pages of the site a run fetches, listings, feeds and sitemaps included; 0 means no limit.
	MaxPages int `yaml:"max_pages"`
	// MaxBytes is after how many bytes a run fetches nothing more of the site; 0 means no limit.
	MaxBytes Bytes `yaml:"max_bytes"`
	// MaxTime is how long after its first page of the site a run begins with another ("2h"); 0 means no limit.
	MaxTime Duration `yaml:"max_time"`
	// AllowExpired takes the site's pages although its certificate has expired.
	AllowExpired bool `yaml:"allow_expired"`
	// Select, Remove, Title and Date are CSS selectors: what the text is, what is left out of it, what the headline is,
	// and where the day of publication stands. See [record.Site].
	Select Selectors `yaml:"select"`
	Remove Selectors `yaml:"remove"`
	Title  Selectors `yaml:"title"`
	Date   Selectors `yaml:"date"`
	// Render says which statements a browser shows before they are read: "auto" those that scripts would fill, "always"
	// all, "never" none; "" is auto.
	Render string `yaml:"render"`
	// Raw says which captures of statements keep their bytes: "every", or "on-change" those that tell something new; "" is the
	// config's, else every. See [record.Site.OnChange].
	Raw string `yaml:"raw"`
	// Schedule is when 'onrecord watch' visits the site, in the form of [schedule.Parse]; "" is the config's, else adaptive.
	Schedule string `yaml:"schedule"`
	// VisitsPerDay is how many visits a day the site's statements get under the adaptive schedule; 0 means no limit.
	VisitsPerDay int `yaml:"visits_per_day"`
	// IgnoreCases are kinds of cases of the site that nobody wants to hear of.
	IgnoreCases CaseKinds `yaml:"ignore_cases"`
	// Group are the groups that the site is in, for rules that tell people.
	Group Names `yaml:"group"`
}

// Load reads a config file. What is wrong in it is an [*Error] with the file's name, in an error chain.
func Load(path string) (*Config, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxSize {
		return nil, fmt.Errorf("%s: %d bytes, more than a config can have (%d)", path, info.Size(), maxSize)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	c, err := Parse(b)
	var e *Error
	if errors.As(err, &e) {
		e.File = path
		return nil, e
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	c.folder = filepath.Dir(path)
	if c.Archive != "" && !filepath.IsAbs(c.Archive) {
		c.Archive = filepath.Join(filepath.Dir(path), c.Archive)
	}
	for i, to := range c.Checkpoint {
		if !isWeb(to) && !filepath.IsAbs(to) {
			c.Checkpoint[i] = filepath.Join(filepath.Dir(path), to)
		}
	}
	return c, nil
}
