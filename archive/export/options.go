package export

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"

	"github.com/onrecord/onrecord/archive"
)

// Format is a form of an export.
type Format string

// The formats.
const (
	FormatJSONL    Format = "jsonl"
	FormatCSV      Format = "csv"
	FormatText     Format = "text"
	FormatMarkdown Format = "markdown"
	FormatWARC     Format = "warc"
)

// Formats are all formats, for a message or a completion.
func Formats() []Format {
	return []Format{FormatJSONL, FormatCSV, FormatText, FormatMarkdown, FormatWARC}
}

// ParseFormat reads the name of a format; the error names those that there are.
func ParseFormat(s string) (Format, error) {
	names := []string{}
	for _, f := range Formats() {
		if string(f) == s {
			return f, nil
		}
		names = append(names, string(f))
	}
	return "", fmt.Errorf("format %.40q: want %s", s, strings.Join(names, ", "))
}

// Source is what an export needs of an [archive.Store].
type Source interface {
	Page(ctx context.Context, url string) (archive.Page, error)
	Pages(ctx context.Context, site string) iter.Seq2[archive.Page, error]
	Versions(ctx context.Context, url string) iter.Seq2[archive.Version, error]
	Version(ctx context.Context, url string, n int) (archive.Version, error)
	Visits(ctx context.Context, url string) iter.Seq2[archive.Visit, error]
	Captures(ctx context.Context, url string) iter.Seq2[archive.Capture, error]
	Blob(ctx context.Context, d archive.Digest) ([]byte, error)
}

// Options say what is exported and how. The zero value exports every version of every page as JSON lines.
type Options struct {
	// Format is the form; "" means FormatJSONL.
	Format Format
	// URLs are the pages, by address or alias; none means all.
	URLs []string
	// Site leaves out the pages of other sites; "" leaves out none.
	Site string
	// Latest leaves out all versions but the last of each page; for WARC all captures but the one that first showed it.
	Latest bool
	// Since and Until leave out versions first seen, and visits made, before the one or from the other on. Zero values
	// leave out nothing.
	Since, Until time.Time
	// Spreadsheet makes CSV safe for programs that run what looks like a formula: an apostrophe is put before a cell
	// that starts with = + - @ or a tab. It alters data and must be asked for; by default cells are as they are.
	Spreadsheet bool
	// Gzip packs each record of a WARC by itself. [WriteFile] sets it for names that end in .gz.
	Gzip bool
	// Filename and Software are named in the warcinfo record of a WARC; "" leaves them out. [WriteFile] sets Filename.
	Filename, Software string
	// Progress is called after each page, on the same goroutine; nil is not called.
	Progress func(Summary)
}

// Summary counts what an export wrote.
type Summary struct {
	Pages    int
	Versions int
	// Visits and Records count what a WARC has; Records without its warcinfo record.
	Visits  int
	Records int
	// Files is how many files there are, Bytes their length in all.
	Files int
	Bytes int64
	// Forgotten counts versions, in a WARC captures, that were forgotten (see [archive.Store.Forget]): JSON lines and notes have
	// their facts, the other formats leave them out.
	Forgotten int
	// Dropped counts the captures of a WARC whose bytes were not kept, by decision (see [archive.Capture.OnChange]): their records
	// have no body, and their notes say so.
	Dropped int
	// Missing counts captures whose bytes the archive could not give (see [archive.Store.Blob]); a WARC says so in their
	// metadata records. It should be 0: an export with missing evidence is not whole.
	Missing int
	// FirstMissing says which was the first, and why.
	FirstMissing string
}

// inTime reports whether t is wanted.
func (o *Options) inTime(t time.Time) bool {
	return (o.Since.IsZero() || !t.Before(o.Since)) && (o.Until.IsZero() || t.Before(o.Until))
}

// pages are the pages that are wanted, each once. Addresses that are not on record are an error before the first page:
// [archive.ErrNotFound] with all their names.
func (o *Options) pages(ctx context.Context, s Source) iter.Seq2[archive.Page, error] {
	if len(o.URLs) == 0 {
		return s.Pages(ctx, o.Site)
	}
	return func(yield func(archive.Page, error) bool) {
		var pages []archive.Page
		var problems []error
		seen := map[string]bool{}
		for _, url := range o.URLs {
			p, err := s.Page(ctx, url)
			switch {
			case err != nil:
				problems = append(problems, fmt.Errorf("page %q: %w", url, err))
			case !seen[p.URL] && (o.Site == "" || o.Site == p.Site):
				seen[p.URL] = true
				pages = append(pages, p)
			}
		}
		if len(problems) > 0 {
			yield(archive.Page{}, errors.Join(problems...))
			return
		}
		for _, p := range pages {
			if !yield(p, nil) {
				return
			}
		}
	}
}

// versions are the wanted versions of a page, oldest first.
func (o *Options) versions(ctx context.Context, s Source, p archive.Page) iter.Seq2[archive.Version, error] {
	return func(yield func(archive.Version, error) bool) {
		if p.Versions == 0 {
			return
		}
		if o.Latest {
			v, err := s.Version(ctx, p.URL, -1)
			if errors.Is(err, archive.ErrForgotten) {
				err = nil
			}
			if err != nil || o.inTime(v.FirstSeen) {
				yield(v, err)
			}
			return
		}
		for v, err := range s.Versions(ctx, p.URL) {
			if err == nil && !o.inTime(v.FirstSeen) {
				continue
			}
			if !yield(v, err) || err != nil {
				return
			}
		}
	}
}

// counter counts what goes through it.
type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}
