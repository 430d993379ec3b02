package export

import (
	"bufio"
	"context"
	"fmt"
	"io"

	"github.com/onrecord/onrecord/archive"
)

// Write exports to a stream. What was written before an error stays written; use [WriteFile] for a file that is whole.
// The error wraps [archive.ErrNotFound] when one of o.URLs is not on record; nothing has been written then.
func Write(ctx context.Context, s Source, w io.Writer, o Options) (Summary, error) {
	c := &counter{w: w}
	b := bufio.NewWriterSize(c, 64<<10)
	e := &exporter{ctx: ctx, source: s, Options: o, sum: Summary{Files: 1}}
	err := e.stream(b)
	if flushed := b.Flush(); err == nil {
		err = flushed
	}
	e.sum.Bytes = c.n
	return e.sum, err
}

// exporter is one export under way.
type exporter struct {
	ctx    context.Context // of this one call
	source Source
	Options
	sum Summary
}

// sink takes the versions of a stream in their order.
type sink interface {
	version(v archive.Version, p archive.Page) error
}

func (e *exporter) stream(w *bufio.Writer) error {
	switch e.Format {
	case FormatJSONL, "":
		return e.each(jsonl{w})
	case FormatCSV:
		c := &csv{w: w, safe: e.Spreadsheet}
		if err := e.each(c); err != nil {
			return err
		}
		return c.header() // of an export without rows
	case FormatText:
		return e.each(text{w})
	case FormatMarkdown:
		return e.each(markdown{w})
	case FormatWARC:
		return e.warc(w)
	}
	_, err := ParseFormat(string(e.Format))
	return err
}

// each gives all wanted versions to a sink.
func (e *exporter) each(to sink) error {
	for p, err := range e.pages(e.ctx, e.source) {
		if err != nil {
			return err
		}
		before := e.sum.Versions
		for v, err := range e.versions(e.ctx, e.source, p) {
			if err == nil {
				err = e.ctx.Err()
			}
			if err == nil && v.Forgotten != nil {
				if e.sum.Forgotten++; !e.keepsForgotten() {
					continue
				}
			}
			if err == nil {
				err = to.version(v, p)
			}
			if err != nil {
				return fmt.Errorf("export %s: %w", p.URL, err)
			}
			e.sum.Versions++
		}
		if e.sum.Versions > before {
			e.page()
		}
	}
	return e.ctx.Err()
}

// keepsForgotten reports whether the format has the facts of a version without its text.
func (e *exporter) keepsForgotten() bool { return e.Format == FormatJSONL || e.Format == "" }

// page counts a page and tells of it.
func (e *exporter) page() {
	e.sum.Pages++
	if e.Progress != nil {
		e.Progress(e.sum)
	}
}

// jsonl writes a [Version] a line.
type jsonl struct{ w io.Writer }

func (j jsonl) version(v archive.Version, p archive.Page) error {
	return WriteJSON(j.w, VersionOf(v, p))
}

// text writes texts under a line each that names the version and tells how many bytes of text follow, so that no text
// can be taken for such a line.
type text struct{ w *bufio.Writer }

func (t text) version(v archive.Version, _ archive.Page) error {
	_, err := fmt.Fprintf(t.w, "=== %s@%d first_seen=%s published=%s bytes=%d title=%s\n%s\n\n",
		v.URL, v.Number, Time{v.FirstSeen}, v.Published, len(v.Text), quote(v.Title), v.Text)
	return err
}

// markdown writes documents with front matter one after another.
type markdown struct{ w *bufio.Writer }

func (m markdown) version(v archive.Version, _ archive.Page) error {
	_, err := m.w.WriteString(Markdown(v) + "\n")
	return err
}
