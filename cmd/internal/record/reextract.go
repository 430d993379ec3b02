package record

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/diff"
	"github.com/onrecord/onrecord/extract"
	"github.com/onrecord/onrecord/extract/pdf"
)

// Reextract derives the versions of pages again, from the bytes of all their captures, with today's rules and the layouts
// of their sites. The same rules give the same versions, bit for bit; what other rules give differs by our doing, and
// is never an event of a page. It is done page by page, each in one durable step.
type Reextract struct {
	Recorder *Recorder
	// DryRun changes nothing; what would differ is told.
	DryRun bool

	// read makes a reading; nil is the one that records.
	read func(p *parsed, lay manner) (*archive.Reading, string, []string)
}

// Rederived is what reading a page again gave.
type Rederived struct {
	// URL is the page's address.
	URL string
	// Captures is how many different bodies were read again.
	Captures int
	// Before and After are how many versions there were and are.
	Before, After int
	// Differs are the versions that are other than before, by number; empty when all are the same in every field.
	Differs []Redrawn
}

// Changed reports whether anything differs.
func (r *Rederived) Changed() bool { return len(r.Differs) > 0 }

// Redrawn is a version that is other than before.
type Redrawn struct {
	// Was and Is are its numbers before and now; 0 when there is none: two versions became one, or one two.
	Was, Is int
	// Summary says what differs, for people.
	Summary string
	// Diff is what differs in text, title and stated days; nil when that is nothing, or there is no other side.
	Diff *diff.Diff
}

// Page reads one page again.
func (x *Reextract) Page(ctx context.Context, url string) (Rederived, error) {
	p, err := x.Recorder.Store.Page(ctx, url)
	if err != nil {
		return Rederived{}, err
	}
	lay, err := x.Recorder.manner(ctx, p.Site)
	if err != nil {
		return Rederived{}, err
	}
	old, err := versionsOf(ctx, x.Recorder.Store, p.URL)
	if err != nil {
		return Rederived{}, err
	}
	r, err := x.readAll(ctx, p.URL, lay)
	if err != nil {
		return Rederived{}, err
	}
	out := Rederived{URL: p.URL, Captures: len(r.readings), Before: len(old), After: len(r.starts)}
	out.Differs = differences(old, r.starts)
	if x.DryRun || !out.Changed() {
		return out, nil
	}
	if _, _, err := x.Recorder.Store.Rederive(ctx, p.URL, r.readings); err != nil {
		return out, err
	}
	now, err := versionsOf(ctx, x.Recorder.Store, p.URL)
	if err != nil {
		return out, err
	}
	starts := make([]start, len(now))
	for i, v := range now {
		starts[i] = start{nanos: v.FirstSeen.UnixNano(), reading: &v.Reading}
	}
	out.After, out.Differs = len(now), differences(old, starts)
	return out, nil
}

// versionsOf are the versions of a page but for those that were forgotten.
func versionsOf(ctx context.Context, s archive.Store, url string) ([]archive.Version, error) {
	var out []archive.Version
	for v, err := range s.Versions(ctx, url) {
		if err != nil {
			return nil, err
		}
		if v.Forgotten == nil { // nothing can make another one of it
			out = append(out, v)
		}
	}
	return out, nil
}

// start is the capture that a version begins with, and its reading.
type start struct {
	nanos   int64
	reading *archive.Reading
}

// reread is all captures of a page, read again.
type reread struct {
	readings map[archive.Digest]*archive.Reading // by source; nil for what is no version
	starts   []start
}

// readAll reads the bytes of all captures of a page that showed a version, or failed to only because of what the rules
// of their day made of the bytes.
func (x *Reextract) readAll(ctx context.Context, url string, lay manner) (reread, error) {
	again := rereader{recorder: x.Recorder, manner: lay, alone: x.alone(), readings: map[archive.Digest]*archive.Reading{}}
	r := reread{readings: again.readings}
	same := map[archive.Digest]*archive.Reading{} // readings by content, so that each is in memory once
	apart := false                                // a forgotten version stood there since the last start
	for c, err := range x.Recorder.Store.Captures(ctx, url) {
		if err != nil {
			return r, err
		}
		forgotten := c.Absent == archive.AbsentForgotten
		if !forgotten && !rereadable(&c) {
			continue
		}
		var reading *archive.Reading
		if !forgotten {
			reading, err = again.read(ctx, &c)
			forgotten = errors.Is(err, archive.ErrForgotten) // what was kept in the stead of its bytes
		}
		if forgotten { // what it showed stands between what it stood between
			apart = apart || c.Version > 0
			continue
		}
		if err != nil && !unreadable(ctx, err) {
			return r, err
		}
		if reading != nil {
			id := contentOf(reading)
			if same[id] == nil {
				same[id] = reading
			}
			reading = same[id]
		}
		r.readings[c.Source()] = reading
		if n := len(r.starts); reading != nil && (n == 0 || apart || r.starts[n-1].reading.Identity() != reading.Identity()) {
			apart = false
			r.starts = append(r.starts, start{c.Time.UnixNano(), reading})
		}
	}
	return r, nil
}

// alone is what makes a reading of a page by itself.
func (x *Reextract) alone() func(p *parsed, lay manner) (*archive.Reading, string, []string) {
	if x.read != nil {
		return x.read
	}
	return read
}

// unreadable reports whether an error means that bytes cannot be parsed, and not that they cannot be had.
func unreadable(ctx context.Context, err error) bool {
	return !errors.Is(err, archive.ErrNotFound) && !errors.Is(err, archive.ErrCorrupt) && ctx.Err() == nil
}

// rereadable reports whether the bytes of a capture alone decide whether it shows a version. A visit that was refused,
// held back or led elsewhere stays what it is whatever its bytes say.
func rereadable(c *archive.Capture) bool {
	if c.Version > 0 {
		return true
	}
	if c.Outcome != archive.Failed || c.Detail != "" || c.Status >= 300 {
		return false
	}
	return slices.Contains(ownReasons, c.Reason)
}

// ownReasons are why a body was no version by the rules of its day, and may be one by those of today.
var ownReasons = []string{
	reasonReread, ReasonType,
	string(extract.Empty), string(extract.NotFound), string(extract.Challenge), string(extract.SignIn), string(extract.Consent),
	string(extract.Maintenance), string(extract.ErrorPage), string(extract.NeedsScript),
	pdf.Reason(pdf.ErrNotPDF), pdf.Reason(pdf.ErrEncrypted), pdf.Reason(pdf.ErrNoText), pdf.Reason(pdf.ErrNoUnicode),
	pdf.Reason(pdf.ErrDamaged), pdf.Reason(pdf.ErrTooLarge), pdf.Reason(pdf.ErrTimeout),
}

// reasonReread is the store's reason of a visit whose bytes were a version once and are none by today's rules.
const reasonReread = "no version by today's rules"

// contentOf is the digest of everything in a reading. A list that is empty is one that is not there.
func contentOf(r *archive.Reading) archive.Digest {
	c := *r
	c.Authors, c.Topics, c.Dates = orNil(c.Authors), orNil(c.Topics), orNil(c.Dates)
	b, err := json.Marshal(c)
	if err != nil { // strings always marshal
		panic(err)
	}
	return archive.Sum(b)
}

func orNil[T any](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return list
}

// differences compares the versions of a page with those of today: two that begin with the same capture are the same
// version.
func differences(old []archive.Version, now []start) []Redrawn {
	var out []Redrawn
	i, j := 0, 0
	for i < len(old) || j < len(now) {
		switch {
		case j == len(now) || i < len(old) && old[i].FirstSeen.UnixNano() < now[j].nanos:
			i++
			out = append(out, Redrawn{Was: i, Summary: "no version of its own any more"})
		case i == len(old) || now[j].nanos < old[i].FirstSeen.UnixNano():
			j++
			out = append(out, Redrawn{Is: j, Summary: "a version that was not told apart before"})
		default:
			a, b := &old[i].Reading, now[j].reading
			i, j = i+1, j+1
			if contentOf(a) == contentOf(b) {
				continue
			}
			r := Redrawn{Was: i, Is: j, Summary: fieldsThatDiffer(a, b)}
			if a.Identity() != b.Identity() {
				r.Diff = diff.Readings(a, b)
				r.Summary = r.Diff.Summary()
			}
			out = append(out, r)
		}
	}
	return out
}

// fieldsThatDiffer says what is other about two readings with the same text, title and stated days.
func fieldsThatDiffer(a, b *archive.Reading) string {
	x, y := *a, *b
	x.Rules, y.Rules = "", ""
	if contentOf(&x) == contentOf(&y) {
		return "read the same by other rules"
	}
	return "the same text; authors, topics, language, claims or structure read otherwise"
}
