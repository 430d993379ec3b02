package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/cmd/internal/record"
)

func newImport(a *app) *cobra.Command {
	var follow []string
	var leave bool
	cmd := &cobra.Command{
		Use:   "import FILE...",
		Short: "Take over the captures of WARC files, at their own times",
		Long: `Puts the captures of web archive files on record: WARC 1.0 and 1.1, plain, .gz or
.zst, and ARC. FILE may be - for standard input. Each capture goes the way of a fresh
visit, at the time that the file states; what is on record already stays as it is, so
that an import may be repeated or gone on with.

Every HTML page of a file is taken as a statement, unless --follow says which are. Pages
of a configured site belong to it, and are read as the config says (select, remove,
title, date).

  onrecord import crawl.warc.gz
  onrecord import --follow '/statements/**' old/*.warc.gz

Damage in a file is told with its offset; the records around it are taken. What an archive
that keeps the bytes of changes only (raw: on-change) hands on has visits without bytes:
they are put on record where what was kept in their stead stands, and are told elsewhere.

An import that makes the archive twice as long, or begins it, ends by writing the file anew
without what is free in it, a sixth of it maybe, as 'onrecord compact' does. Where there is
no room, or somebody else uses the archive by then, it says so and leaves the file as it is.

` + exitHelp,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage("as in: onrecord import crawl.warc.gz", "import wants WARC files")
			}
			globs, err := parseGlobs(follow)
			if err != nil {
				return err
			}
			sites, err := a.configuredSites()
			if err != nil {
				return err
			}
			return a.importFiles(cmd.Context(), args, &record.Import{Follow: globs, Sites: sites}, !leave)
		},
	}
	cmd.Flags().StringArrayVar(&follow, "follow", nil, "take only addresses that match this pattern (repeatable)")
	cmd.Flags().BoolVar(&leave, "no-compact", false, "do not write the archive anew, whatever the import brings")
	return cmd
}

// importFiles imports the files one after the other, and packs the archive when that is wanted and worth it.
func (a *app) importFiles(ctx context.Context, names []string, m *record.Import, pack bool) error {
	for _, name := range names { // a misspelt name is told before an hour's work, not after
		if name == "-" {
			continue
		}
		if info, err := os.Stat(name); err != nil {
			return fail(exitError, "", "import: %w", err)
		} else if info.IsDir() {
			return usage("name the files in it", "import %s: it is a folder", name)
		}
	}
	path, err := a.archivePath()
	if err != nil {
		return err
	}
	before, began := length(path), time.Now()
	sum, err := a.bring(ctx, names, m)
	if err != nil {
		return err
	}
	told := a.tellImport(&sum, time.Since(began))
	if pack && worthPacking(before, length(path)) {
		if err := a.pack(ctx, path); err != nil {
			return err
		}
	}
	return told
}

// bring puts what is in the files on record.
func (a *app) bring(ctx context.Context, names []string, m *record.Import) (sum record.ImportSummary, err error) {
	store, err := a.create()
	if err != nil {
		return sum, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	m.Recorder = &record.Recorder{Store: store}
	if err := m.Recorder.Adopt(ctx, m.Sites); err != nil {
		return sum, err
	}
	for _, name := range names {
		if err = a.importFile(ctx, name, m); err != nil {
			break
		}
	}
	if err != nil && ctx.Err() == nil {
		return sum, err
	}
	if ctx.Err() != nil {
		a.note("interrupted; the same command goes on from here")
		return sum, errInterrupted
	}
	a.detail("reading the pages of each site again with what they have in common")
	return m.Finish(ctx)
}

func (a *app) importFile(ctx context.Context, name string, m *record.Import) error {
	in, length := a.stdin, int64(0)
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		if info, err := f.Stat(); err == nil {
			length = info.Size()
		}
		in = f
	}
	p := &importProgress{app: a, name: name, length: length, live: !a.quiet && isTerminal(a.err)}
	m.Progress = p.capture
	defer p.clear()
	return m.File(ctx, name, p.count(in))
}

// importProgress shows how far an import is.
type importProgress struct {
	app    *app
	name   string
	length int64 // of the file; 0 is unknown
	live   bool
	read   atomic.Int64

	mu    sync.Mutex
	drawn time.Time // guarded by mu
}

// count lets the file be read through p; what can seek still can, since that helps to find records after damage.
func (p *importProgress) count(r io.Reader) io.Reader {
	c := &countingReader{r: r, n: &p.read}
	if s, ok := r.(io.Seeker); ok {
		if _, err := s.Seek(0, io.SeekCurrent); err == nil {
			return struct {
				io.Reader
				io.Seeker
			}{c, s}
		}
	}
	return c
}

type countingReader struct {
	r io.Reader
	n *atomic.Int64
}

func (c *countingReader) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n.Add(int64(n))
	return n, err
}

// logEvery is how often a line says how far an import is where nobody watches a terminal.
const logEvery = 30 * time.Second

func (p *importProgress) capture(i record.ImportProgress) {
	if p.app.verbose {
		p.app.note("%s %s %s%s", i.Entry.Outcome, stamp(i.Entry.Time), clean(i.Entry.URL), because(i.Entry.Visit))
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	every := logEvery
	if p.live {
		every = redraw
	}
	if p.drawn.IsZero() {
		p.drawn = time.Now()
	}
	if time.Since(p.drawn) < every {
		return
	}
	p.drawn = time.Now()
	done := ""
	if p.length > 0 {
		done = fmt.Sprintf(" (%d%%)", min(100, p.read.Load()*100/p.length))
	}
	line := fmt.Sprintf("%s%s: %s, %s", clean(p.name), done, plural(i.Total.Captures, "capture"), plural(i.Total.Versions, "version"))
	if p.live {
		fmt.Fprintf(p.app.err, "\r\x1b[K%s", fit(line, width(p.app.err)-1))
	} else {
		p.app.note("%s", line)
	}
}

func (p *importProgress) clear() {
	if p.live {
		fmt.Fprint(p.app.err, "\r\x1b[K")
	}
}

// tellImport prints what an import did, and fails when a file was damaged.
func (a *app) tellImport(s *record.ImportSummary, took time.Duration) error {
	_, err := fmt.Fprintf(a.out, "%s, %s of %s, in %s\n", plural(s.Captures, "capture"), plural(s.Versions, "new version"), plural(s.Pages, "new statement"), took.Round(100*time.Millisecond))
	if err != nil {
		return err
	}
	for _, l := range []struct {
		n    int
		what string
	}{
		{s.Again, "of them were on record already"}, {s.Late, "came before others of their page and were put in their place"},
		{s.Refused, "are no version of a statement ('onrecord visits' tells why)"}, {s.Skipped, "other records were left out (redirects, pictures, other addresses)"},
	} {
		if l.n > 0 {
			a.note("%d %s", l.n, l.what)
		}
	}
	if s.Displaced > 0 {
		they := "they"
		if s.Displaced == 1 {
			they = "it"
		}
		a.note("left out %s whose bytes were not kept: what %s showed begins with such bytes", plural(s.Displaced, "capture"), they)
		for _, d := range s.FirstDisplaced {
			a.detail("left out: %s", clean(d))
		}
	}
	if s.Damaged == 0 {
		return nil
	}
	for _, d := range s.Damage {
		a.note("damaged: %s", clean(d))
	}
	err = errors.New(plural(s.Damaged, "record") + " could not be read")
	if s.Captures+s.Displaced == 0 {
		return &failure{err: err, hint: "is it a WARC file? nothing of it could be taken", code: exitError}
	}
	return &failure{err: err, hint: "everything else was taken; a whole copy of the file can be imported over it", code: exitPart}
}
