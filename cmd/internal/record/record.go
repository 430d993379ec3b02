package record

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/extract"
	"github.com/onrecord/onrecord/extract/layout"
)

// Recorder puts pages on record. It may be used by many goroutines; two captures of one page must not be put at once.
type Recorder struct {
	// Store keeps what is recorded.
	Store archive.Store
	// Log hears of what a person may want to know; nil is silence.
	Log *slog.Logger

	mu         sync.Mutex
	layouts    map[string]*layout.Layout     // by site; guarded by mu
	overrides  map[string]*extract.Overrides // by site, nil for none; guarded by mu
	teaching   map[string]*lesson            // by site; guarded by mu
	memories   []memory                      // least recently used first; guarded by mu
	structures map[string]structured         // by address; guarded by mu
	shown      map[archive.Digest]bool       // certificates that are on record; guarded by mu
}

// Entry is a visit as it was put on record.
type Entry struct {
	// Visit is the visit's record: outcome, reason, flags.
	archive.Visit
	// Result is what the store did with it.
	Result archive.Result
	// Title is the statement's headline; "" when nothing was read.
	Title string
	// From is the address that a statement on record had until this visit of a run, which was led to another for good; else "".
	From string
}

// Put records one visit: it reads the statement, compares like with like, and commits. The error is the store's: when
// a page misbehaves, that is an outcome.
func (r *Recorder) Put(ctx context.Context, v *Visit) (Entry, error) {
	if v.Role != Statement {
		return r.put(ctx, v)
	}
	if err := r.browse(ctx, v); err != nil {
		return Entry{}, err
	}
	l := r.lesson(v.Site.Name)
	l.use.RLock()
	e, err := r.put(ctx, v)
	l.use.RUnlock()
	if err == nil {
		err = r.teach(ctx, l, v, &e)
	}
	return e, err
}

func (r *Recorder) put(ctx context.Context, v *Visit) (Entry, error) {
	if err := r.keepCertificates(ctx, v.Page); err != nil {
		return Entry{}, err
	}
	c := captureOf(v.Page, v.digest())
	c.Site, c.OnChange = v.Site.Name, v.Site.OnChange && v.Role == Statement
	from := ""
	if v.Step != nil {
		var err error
		if from, err = r.inOrder(ctx, c); err != nil {
			return Entry{}, err
		}
	}
	if v.Page.Outcome == crawler.Fetched {
		if err := r.judge(ctx, v, c); err != nil {
			return Entry{}, err
		}
	} else if challenged(v.Page) {
		c.Flags = append(c.Flags, FlagChallenge)
	}
	c.Flags = append(c.Flags, v.warnings...)
	if c.Detail == "" {
		c.Detail = v.notes
	}
	slices.Sort(c.Flags)
	c.Flags = slices.Compact(c.Flags)
	res, err := r.commit(ctx, v, c)
	if err != nil {
		return Entry{}, err
	}
	e := Entry{Visit: c.Visit, Result: res}
	e.Outcome, e.Version = res.Outcome, res.Version
	if from != res.URL {
		e.From = from
	}
	if res.Outcome == archive.Blocked && c.Outcome != archive.Blocked { // the store has put no more on record
		e.Reason, e.Detail = archive.ReasonForgotten, ""
	}
	if c.Reading != nil {
		e.Title = c.Reading.Title
	}
	return e, nil
}

// inOrder keeps a page's visits in the order in which they are made, whatever the clock does: two versions never have
// the same time or the reverse of their order. It returns the page's present address, "" when it has no version.
func (r *Recorder) inOrder(ctx context.Context, c *archive.Capture) (present string, err error) {
	p, err := r.Store.Page(ctx, c.URL)
	if err != nil {
		return "", ignoreMissing(err)
	}
	if !c.Time.After(p.LastVisit) {
		c.Time = p.LastVisit.Add(time.Millisecond)
		c.Flags = append(c.Flags, FlagClock)
	}
	if p.Versions > 0 {
		present = p.URL
	}
	return present, nil
}

// challenged reports whether the page with which a site refuses is a bot check.
func challenged(p *crawler.Page) bool {
	if p.Status != http.StatusForbidden && p.Status != http.StatusTooManyRequests && p.Status != http.StatusServiceUnavailable || !isHTML(p.MediaType) {
		return false
	}
	parsed, err := parse(sourceOf(p))
	return err == nil && parsed.root != nil && extract.Read(parsed.root, extract.Options{URL: p.FinalURL, Header: p.Header}).Suspect == extract.Challenge
}

// judge decides what a fetched page is: a version, an aid, or neither, and why.
func (r *Recorder) judge(ctx context.Context, v *Visit, c *archive.Capture) error {
	if v.Role == Aid {
		if v.trouble != "" {
			c.Outcome, c.Reason = archive.Failed, v.trouble
			return nil
		}
		c.Outcome, c.Reason = archive.Stored, v.AidReason
		return r.sameAid(ctx, c)
	}
	if v.leadsHome() {
		c.Outcome, c.Reason, c.Detail = archive.Moved, ReasonHome, "leads to "+c.FinalURL
		return nil
	}
	lay, err := r.manner(ctx, c.Site)
	if err != nil {
		return err
	}
	if err := r.recognize(ctx, v); err != nil {
		return err
	}
	if v.repeat != nil && v.repeat.last.Rules == rules(c.MediaType, lay) {
		c.Flags = append(c.Flags, v.repeat.flags...)
		return r.compare(ctx, v, c, &v.repeat.last, &v.repeat.last.Reading, lay)
	}
	if err := v.Parse(); err != nil {
		c.Outcome, c.Reason, c.Detail = archive.Failed, ReasonParse, err.Error()
		return nil
	}
	v.parsed.observe = v.Step != nil && r.lesson(c.Site).open()
	l, err := r.see(ctx, v, v.Page, v.parsed, lay)
	if err != nil {
		return err
	}
	v.parsed = l.parsed
	l.into(c)
	if l.reading == nil {
		c.Outcome, c.Reason = archive.Failed, l.reason
		return nil
	}
	last, err := r.last(ctx, c, l.reading, lay)
	if err != nil {
		return err
	}
	reading, flags, err := r.steady(ctx, l.parsed, lay, last, l.reading)
	if err != nil {
		return err
	}
	c.Flags = append(c.Flags, flags...)
	return r.compare(ctx, v, c, last, reading, lay)
}

// last is the version that a reading is to be compared with, read by the same rules; nil when there is none.
func (r *Recorder) last(ctx context.Context, c *archive.Capture, reading *archive.Reading, lay manner) (*archive.Version, error) {
	last, err := r.Store.Version(ctx, c.URL, -1)
	if errors.Is(err, archive.ErrNotFound) && c.FinalURL != c.URL {
		last, err = r.Store.Version(ctx, c.FinalURL, -1)
	}
	if err != nil {
		return nil, ignoreMissing(err)
	}
	if last.Rules != reading.Rules {
		if err := r.renew(ctx, last.URL, lay); err != nil {
			return nil, err
		}
		if last, err = r.Store.Version(ctx, last.URL, -1); err != nil {
			return nil, ignoreMissing(err)
		}
	}
	return &last, nil
}

// compare decides whether a reading is to be a version, by what stood there before.
func (r *Recorder) compare(ctx context.Context, v *Visit, c *archive.Capture, last *archive.Version, reading *archive.Reading, lay manner) error {
	differs := last == nil || last.Text != reading.Text
	if v.SoftMissing != nil && differs && words(reading.Text) < shortText && v.SoftMissing(ctx, reading) {
		c.Outcome, c.Reason, c.Detail = archive.Failed, string(extract.NotFound), "any unknown address of the site answers with this text"
		return nil
	}
	if last != nil && v.Step != nil {
		alternating, held, detail, err := r.alternates(ctx, last, reading, r.secondOf(ctx, v, last, lay))
		if err != nil {
			return err
		}
		if alternating {
			c.Flags = append(c.Flags, FlagAlternating)
		}
		if held {
			c.Outcome, c.Reason, c.Detail = archive.Failed, ReasonAlternating, detail
			return nil
		}
	}
	doubtful := differs && (last != nil && (collapsed(&last.Reading, reading) || cut(c)) || partly(c.Flags))
	if v.Again != nil && doubtful {
		return r.secondLook(ctx, v, c, last, reading, lay)
	}
	c.Reading = reading
	return nil
}

// cut reports whether nobody can tell that the body was whole, and its markup says that it was not.
func cut(c *archive.Capture) bool { return slices.Contains(c.Flags, crawler.FlagProbablyCut) }

// shortText is the number of words below which a text is short enough to be a site's "not found" page.
const shortText = 150

// sameAid marks an aid whose bytes are those of its last visit as unchanged.
func (r *Recorder) sameAid(ctx context.Context, c *archive.Capture) error {
	note := "aid/" + c.URL
	b, err := r.Store.Note(ctx, note)
	if err != nil {
		return err
	}
	if string(b) == string(c.RawDigest[:]) {
		c.Outcome = archive.Unchanged
		return nil
	}
	return r.Store.SetNote(ctx, note, c.RawDigest[:])
}
