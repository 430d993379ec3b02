package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/bolt"
	"github.com/onrecord/onrecord/archive/diff"
	"github.com/onrecord/onrecord/cmd/internal/config"
	"github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/cmd/internal/tell"
	"github.com/onrecord/onrecord/crawler"
)

// configuration is the config file's content; an empty one when there is no file and none was named.
func (a *app) configuration() (*config.Config, error) {
	path := a.config
	if path == "" {
		if _, err := os.Stat(config.FileName); err != nil {
			return &config.Config{}, nil
		}
		path = config.FileName
	}
	c, err := config.Load(path)
	var mistake *config.Error
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, fail(exitUsage, "name an existing file with --config", "no config %s", path)
	case errors.As(err, &mistake):
		return nil, fail(exitUsage, mistake.Hint, "config %s", mistake.Where())
	case err != nil:
		return nil, fail(exitUsage, "", "config %w", err)
	}
	return c, nil
}

// configuredSites are the sites of the config.
func (a *app) configuredSites() ([]*record.Site, error) {
	c, err := a.configuration()
	if err != nil {
		return nil, err
	}
	return c.Record()
}

// archivePath is where the archive is: --archive, else ONRECORD_ARCHIVE, else the config, else the data folder.
func (a *app) archivePath() (string, error) {
	if a.archive != "" {
		return a.archive, nil
	}
	if p := os.Getenv("ONRECORD_ARCHIVE"); p != "" {
		return p, nil
	}
	c, err := a.configuration()
	if err != nil {
		return "", err
	}
	if c.Archive != "" {
		return c.Archive, nil
	}
	dir := os.Getenv("XDG_DATA_HOME")
	if !filepath.IsAbs(dir) { // the XDG base directory specification: a relative path is ignored
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fail(exitError, "name an archive with --archive", "find the data folder: %w", err)
		}
		dir = filepath.Join(home, ".local", "share")
	}
	return filepath.Join(dir, "onrecord", "onrecord.db"), nil
}

// existing is where the archive is; one that does not exist is an error.
func (a *app) existing() (string, error) {
	path, err := a.archivePath()
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return "", fail(exitNotFound, "'onrecord crawl URL' makes it, --archive names another", "no archive %s", path)
	}
	return path, nil
}

// open opens the archive for reading; one that does not exist is an error.
func (a *app) open() (archive.Store, error) {
	path, err := a.existing()
	if err != nil {
		return nil, err
	}
	return openBolt(path, true)
}

// openFor opens the archive for reading when what is asked for can be had in a format, one of some forms: a mistake in it is
// told before the archive is looked for.
func (a *app) openFor(format string, forms ...string) (archive.Store, error) {
	if err := formatOf(format, forms...); err != nil {
		return nil, err
	}
	return a.open()
}

// openToList opens the archive for reading when a list can be had in a format.
func (a *app) openToList(format string) (archive.Store, error) {
	return a.openFor(format, "text", "json", "jsonl")
}

// create opens the archive for writing and makes it when there is none.
func (a *app) create() (archive.Store, error) {
	path, err := a.archivePath()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fail(exitError, "make the folder, or name an archive elsewhere with --archive", "make the archive's folder: %w", err)
	}
	return openBolt(path, false)
}

func openBolt(path string, readOnly bool) (archive.Store, error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return nil, usage("name the file in it with --archive", "the archive %s is a folder", path)
	}
	s, err := bolt.Open(path, &bolt.Options{ReadOnly: readOnly, Compare: diff.Compare})
	if err != nil {
		return nil, err
	}
	return s, nil
}

// find is the page that an argument names. The address may lack its scheme; an "@" may belong to the address.
func find(ctx context.Context, s archive.Store, arg string) (archive.Page, string, error) {
	p, err := lookUp(ctx, s, arg)
	if err == nil || !errors.Is(err, archive.ErrNotFound) {
		return p, "", err
	}
	if i := strings.LastIndexByte(arg, '@'); i > 0 && isRef(arg[i+1:]) {
		if p, err2 := lookUp(ctx, s, arg[:i]); err2 == nil || !errors.Is(err2, archive.ErrNotFound) {
			return p, arg[i+1:], err2
		}
	}
	return p, "", notOnRecord(ctx, s, arg)
}

// notOnRecord tells of an argument that names no page, or a page and behind the "@" nothing that could be a version.
func notOnRecord(ctx context.Context, s archive.Store, arg string) error {
	if i := strings.LastIndexByte(arg, '@'); i > 0 {
		if _, err := lookUp(ctx, s, arg[:i]); err == nil {
			return usage("a version is named by number (3, -1), by day (2024-05-01) or by the start of its digest", "%q names no version", arg[i+1:])
		}
	}
	return fail(exitNotFound, "'onrecord pages' lists what is on record", "%s is not on record", arg)
}

// findWhole is the statement that an argument names, for what takes all of its versions: one that names a version is a mistake.
// why says that of the command, hint what else there is.
func findWhole(ctx context.Context, s archive.Store, arg, why, hint string) (archive.Page, error) {
	p, ref, err := find(ctx, s, arg)
	if err == nil && ref != "" {
		err = usage(hint, "%s; leave @%s out", why, ref)
	}
	return p, err
}

func lookUp(ctx context.Context, s archive.Store, arg string) (archive.Page, error) {
	tries := []string{arg}
	if !strings.Contains(arg, "://") {
		tries = []string{"https://" + arg, "http://" + arg}
	}
	for _, t := range tries {
		key, err := crawler.Key(t)
		if err != nil {
			continue
		}
		p, err := s.Page(ctx, key)
		if err == nil && p.Versions == 0 {
			return p, fail(exitNotFound, "'onrecord visits "+p.URL+"' tells why", "%s was visited, and no version of it could be stored", p.URL)
		}
		if err == nil || !errors.Is(err, archive.ErrNotFound) {
			return p, err
		}
	}
	return archive.Page{}, archive.ErrNotFound
}

// isRef reports whether a word can name a version: a number, a day or time, a digest.
func isRef(s string) bool {
	if _, err := strconv.Atoi(s); err == nil {
		return true
	}
	if _, _, err := parseWhen(s); err == nil {
		return true
	}
	return isDigestPrefix(s)
}

// minDigest is how many digits of a digest name a version at least: fewer are numbers or chance.
const minDigest = 6

func isDigestPrefix(s string) bool {
	s = strings.TrimPrefix(s, "sha256:")
	return len(s) >= minDigest && len(s) <= 64 && strings.Trim(s, "0123456789abcdef") == ""
}

// version is the version that a reference names; "" is the last one. Of one that was forgotten the facts come with the error.
func version(ctx context.Context, s archive.Store, p archive.Page, ref string) (archive.Version, error) {
	v, err := named(ctx, s, p, ref)
	if err == nil && v.Forgotten != nil {
		err = &archive.ForgottenError{Forgotten: *v.Forgotten, What: fmt.Sprintf("version %d of %s", v.Number, p.URL)}
	}
	return v, err
}

func named(ctx context.Context, s archive.Store, p archive.Page, ref string) (archive.Version, error) {
	if ref == "" {
		return s.Version(ctx, p.URL, -1)
	}
	if n, err := strconv.Atoi(ref); err == nil && len(strings.TrimPrefix(ref, "-")) < minDigest {
		if n == 0 {
			return archive.Version{}, usage("versions count from 1; -1 is the last", "%s@0 names no version", p.URL)
		}
		v, err := s.Version(ctx, p.URL, n)
		if errors.Is(err, archive.ErrNotFound) && !errors.Is(err, archive.ErrForgotten) {
			return v, fail(exitNotFound, "'onrecord log "+p.URL+"' lists them", "%s has %s, not version %d", p.URL, plural(p.Versions, "version"), n)
		}
		return v, err
	}
	if _, end, err := parseWhen(ref); err == nil {
		return standing(ctx, s, p, ref, end)
	}
	if !isDigestPrefix(ref) {
		return archive.Version{}, usage("a version is named by number (3, -1), by day (2024-05-01) or by the start of its digest", "%q names no version", ref)
	}
	return byDigest(ctx, s, p, ref)
}

// standing is the version that stood at a time: the last one first seen before it.
func standing(ctx context.Context, s archive.Store, p archive.Page, ref string, end time.Time) (archive.Version, error) {
	var best archive.Version
	for v, err := range s.Versions(ctx, p.URL) {
		if err != nil {
			return best, err
		}
		if v.FirstSeen.Before(end) {
			best = v
		}
	}
	if best.Number == 0 {
		return best, fail(exitNotFound, "'onrecord log "+p.URL+"' lists its versions", "%s was not on record at %s: it was first seen %s", p.URL, ref, p.FirstSeen.Format(time.RFC3339))
	}
	return best, nil
}

func byDigest(ctx context.Context, s archive.Store, p archive.Page, ref string) (archive.Version, error) {
	var found archive.Version
	want := strings.TrimPrefix(ref, "sha256:")
	for v, err := range s.Versions(ctx, p.URL) {
		if err != nil {
			return found, err
		}
		if strings.HasPrefix(v.TextDigest().Hex(), want) {
			if found.Number != 0 && found.TextDigest() != v.TextDigest() {
				return found, usage("give more digits", "digest %s names versions %d and %d of %s", ref, found.Number, v.Number, p.URL)
			}
			found = v // of versions with one text the latest
		}
	}
	if found.Number == 0 {
		return found, fail(exitNotFound, "'onrecord log "+p.URL+"' lists them", "no version of %s has the digest %s", p.URL, ref)
	}
	return found, nil
}

// parseWhen reads a day, month, year or time as the span that it names; the end is what stood there "on" it.
func parseWhen(s string) (begin, end time.Time, err error) {
	for _, f := range []struct {
		layout     string
		year, m, d int
	}{{"2006-01-02", 0, 0, 1}, {"2006-01", 0, 1, 0}} {
		if t, err := time.Parse(f.layout, s); err == nil {
			return t, t.AddDate(f.year, f.m, f.d), nil
		}
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), t.UTC().Add(time.Nanosecond), nil
		}
	}
	return begin, end, fmt.Errorf("%q: want a day (2024-05-01), a month (2024-05) or a time (2024-05-01T10:00:00Z)", s)
}

// plural is "1 version", "2 versions".
func plural(n int, noun string) string { return tell.Plural(n, noun) }
