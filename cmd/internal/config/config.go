// Package config reads onrecord.yaml: which sites are kept on record, and how. [Load] is strict: an unknown key or a
// value that makes no sense is an error with its line and what would be right.
package config

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/discover"
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
	// Sites are the publishers to keep on record.
	Sites []Site `yaml:"sites"`
}

// Site is a publisher in the config.
type Site struct {
	// Name is what the record calls it; it must not repeat.
	Name string `yaml:"name"`
	// Start is where a run begins: a listing when Follow is there, else the statement itself.
	Start Strings `yaml:"start"`
	// Follow are globs: which discovered links are statements.
	Follow []string `yaml:"follow"`
	// Pace is the least time between two requests to a host ("2s").
	Pace Duration `yaml:"pace"`
	// Depth is how many clicks from the start are followed.
	Depth int `yaml:"depth"`
	// Limit is how many statements a run visits.
	Limit int `yaml:"limit"`
}

// Strings is one string or a list of them.
type Strings []string

// UnmarshalYAML takes both forms.
func (s *Strings) UnmarshalYAML(b []byte) error {
	var one string
	if err := yaml.Unmarshal(b, &one); err == nil {
		*s = Strings{one}
		return nil
	}
	var many []string
	if err := yaml.Unmarshal(b, &many); err != nil {
		return errors.New("want an address or a list of addresses")
	}
	*s = many
	return nil
}

// Duration is a time.Duration written as "2s" or "1m30s".
type Duration time.Duration

// UnmarshalYAML reads the form of time.ParseDuration.
func (d *Duration) UnmarshalYAML(b []byte) error {
	v, err := time.ParseDuration(strings.Trim(strings.TrimSpace(string(b)), `"'`))
	if err != nil || v < 0 {
		return fmt.Errorf("want a time such as 2s or 1m30s, not %q", strings.TrimSpace(string(b)))
	}
	*d = Duration(v)
	return nil
}

// Load reads a config file.
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
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if c.Archive != "" && !filepath.IsAbs(c.Archive) {
		c.Archive = filepath.Join(filepath.Dir(path), c.Archive)
	}
	return c, nil
}

// Parse reads a config and checks it.
func Parse(b []byte) (*Config, error) {
	var c Config
	dec := yaml.NewDecoder(bytes.NewReader(b), yaml.Strict())
	if err := dec.Decode(&c); err != nil {
		return nil, errors.New(strings.TrimSpace(yaml.FormatError(err, false, true)))
	}
	_, err := c.Record()
	return &c, err
}

// Record are the sites in the words of package record, each checked.
func (c *Config) Record() ([]*record.Site, error) {
	var out []*record.Site
	names := map[string]bool{}
	for i, s := range c.Sites {
		where := fmt.Sprintf("site %d", i+1)
		if s.Name == "" {
			return nil, fmt.Errorf("%s has no name; add one, such as \"name: harbour\"", where)
		}
		where = fmt.Sprintf("site %q", s.Name)
		if names[s.Name] {
			return nil, fmt.Errorf("%s stands here twice; names must differ", where)
		}
		names[s.Name] = true
		if len(s.Start) == 0 {
			return nil, fmt.Errorf("%s has no start; add the address of its listing", where)
		}
		if s.Depth < 0 || s.Limit < 0 {
			return nil, fmt.Errorf("%s: depth and limit cannot be less than 0", where)
		}
		r := &record.Site{Name: s.Name, Pace: time.Duration(s.Pace), Depth: s.Depth, Limit: s.Limit}
		for _, u := range s.Start {
			k, err := crawler.Key(u)
			if err != nil {
				return nil, fmt.Errorf("%s: start %q: %w", where, u, err)
			}
			r.Start = append(r.Start, k)
		}
		for _, g := range s.Follow {
			p, err := discover.ParseGlob(g)
			if err != nil {
				return nil, fmt.Errorf("%s: follow: %w", where, err)
			}
			r.Follow = append(r.Follow, p)
		}
		out = append(out, r)
	}
	return out, nil
}
