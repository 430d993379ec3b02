package ledger

import (
	"github.com/onrecord/onrecord/archive"
)

const readingHead = "onrecord reading 1\n"

// Reading is a reading as a record: every field of it.
func Reading(r *archive.Reading) []byte {
	w := writer{make([]byte, 0, len(r.Text)+len(r.Markdown)+1024)}
	w.b = append(w.b, readingHead...)
	w.line("rules", r.Rules)
	w.line("title", r.Title)
	w.line("published", r.Published)
	w.line("modified", r.Modified)
	w.line("language", r.Language)
	w.line("sitename", r.SiteName)
	w.line("authors", texts(r.Authors)...)
	w.line("topics", texts(r.Topics)...)
	for i := range r.Dates {
		c := &r.Dates[i]
		w.line("claim", append([]any{c.Role, c.Raw, c.Source, c.Value, c.Precision, c.Ambiguous, c.Chosen, c.Why}, texts(c.Readings)...)...)
	}
	w.line("text", r.Text)
	w.line("markdown", r.Markdown)
	return w.b
}

// ParseReading reads what [Reading] writes. Errors are [ErrFormat].
func ParseReading(b []byte) (*archive.Reading, error) {
	rest, err := headed(b, readingHead)
	if err != nil {
		return nil, err
	}
	r := &reader{rest: rest}
	out := &archive.Reading{}
	for _, f := range []struct {
		name string
		to   *string
	}{
		{"rules", &out.Rules}, {"title", &out.Title}, {"published", &out.Published}, {"modified", &out.Modified},
		{"language", &out.Language}, {"sitename", &out.SiteName},
	} {
		if r.next(); r.want(f.name, 1) {
			*f.to = r.str(0)
		}
	}
	if r.next(); r.want("authors", -1) {
		out.Authors = r.strs(0)
	}
	if r.next(); r.want("topics", -1) {
		out.Topics = r.strs(0)
	}
	for r.next(); r.name == "claim"; r.next() {
		if !r.want("claim", -9) {
			break
		}
		out.Dates = append(out.Dates, archive.Claim{
			Role: r.str(0), Raw: r.str(1), Source: r.str(2), Value: r.str(3), Precision: r.str(4), Ambiguous: r.bool(5),
			Chosen: r.bool(6), Why: r.str(7), Readings: r.strs(8),
		})
	}
	if r.want("text", 1) {
		out.Text = r.str(0)
	}
	if r.next(); r.want("markdown", 1) {
		out.Markdown = r.str(0)
	}
	r.next()
	if err := r.done(b, Reading(out)); err != nil {
		return nil, err
	}
	return out, nil
}
