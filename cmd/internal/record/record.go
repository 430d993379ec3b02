package record

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/browser"
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

// Role is what a page is visited for.
type Role uint8

// The roles of a page.
const (
	// Statement: its text is to be kept in versions.
	Statement Role = iota
	// Aid: a listing, feed, sitemap, robots.txt or probe; its bytes are kept, it has no versions.
	Aid
)

// Visit is one page to put on record.
type Visit struct {
	Page *crawler.Page
	Site *Site
	Role Role
	// AidReason says which aid it is.
	AidReason string
	// Step moves the run's queue on in the same transaction; nil when there is none. A visit with one is made now: when
	// the clock says a time before the page's last visit, it was set back, see [FlagClock].
	Step *archive.Step
	// Again looks at the page once more in this run, to confirm a great loss; nil when that is not possible.
	Again func(context.Context) *crawler.Page
	// SoftMissing reports whether a short text is what the site answers to any unknown address; nil asks nothing.
	SoftMissing func(context.Context, *archive.Reading) bool
	// Render shows a page in a browser; nil when that is not possible. Site.Render says which pages are shown.
	Render func(context.Context, *crawler.Page) (*browser.Rendered, error)
	// Rendered is the document that a browser made of Page when it was fetched (an import has it); nil when there is none.
	Rendered []byte

	// trouble says why an aid is none: an HTML page where a sitemap should be; "" when it is one.
	trouble string
	// warnings are flags of what was found on the page.
	warnings []string
	// notes are for people: what was found on the page and left alone; "" for nothing.
	notes  string
	parsed *parsed // made by Parse
	unkept *unkept // what a file says of its bytes, which were not kept (an import); nil when they are at hand
	// sum is the digest of the page's bytes once it was asked for; asked and repeat are what recognize found.
	sum    archive.Digest
	asked  bool
	repeat *repeat
	shown  showing // whether the page needs a browser, and what that made of it
}

// Flags of this package, beside those of crawler and extract.
const (
	// FlagClock: the clock had been set back since the page's last visit; the visit has the time right after that one,
	// and its requests have the time that the clock showed.
	FlagClock = "clock set back"
	// FlagLossConfirmed: most of the text was missing, at a second look too.
	FlagLossConfirmed = "loss confirmed"
	// FlagOwner: title and text have nothing in common with the version before: probably the domain has another owner.
	FlagOwner = "probably another owner"
	// FlagChallenge: the page with which the site refuses is a bot check.
	FlagChallenge = "challenge"
	// FlagCanonical: the page names an address of another host as its own; that is noted and not obeyed.
	FlagCanonical = "canonical elsewhere"
)

// Parse parses the visit's page, once; links and text are taken from the same tree.
func (v *Visit) Parse() error {
	if v.parsed != nil || v.Page.Outcome != crawler.Fetched {
		return nil
	}
	p, err := parse(sourceOf(v.Page))
	if err == nil {
		v.parsed = p
	}
	return err
}

func sourceOf(p *crawler.Page) source {
	return source{url: p.FinalURL, header: p.Header, raw: p.Raw, mediaType: p.MediaType, charset: p.Charset, body: p.Body}
}

// Entry is a visit as it was put on record.
type Entry struct {
	// Visit is the visit's record: outcome, reason, flags.
	archive.Visit
	// Result is what the store did with it.
	Result archive.Result
	// Title is the statement's headline; "" when nothing was read.
	Title string
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
	if v.Step != nil {
		if err := r.inOrder(ctx, c); err != nil {
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
	if res.Outcome == archive.Blocked && c.Outcome != archive.Blocked { // the store has put no more on record
		e.Reason, e.Detail = archive.ReasonForgotten, ""
	}
	if c.Reading != nil {
		e.Title = c.Reading.Title
	}
	return e, nil
}

// inOrder keeps a page's visits in the order in which they are made, whatever the clock does: two versions never have
// the same time or the reverse of their order.
func (r *Recorder) inOrder(ctx context.Context, c *archive.Capture) error {
	p, err := r.Store.Page(ctx, c.URL)
	if err != nil {
		return ignoreMissing(err)
	}
	if !c.Time.After(p.LastVisit) {
		c.Time = p.LastVisit.Add(time.Millisecond)
		c.Flags = append(c.Flags, FlagClock)
	}
	return nil
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

// collapsed reports whether so much of a text is gone, or so little of it is left in common, that a second look is due
// before it is believed: sites fail to fill their pages now and then, and domains lapse.
func collapsed(old, now *archive.Reading) bool {
	before, after := words(old.Text), words(now.Text)
	if before < 40 {
		return false
	}
	return after*5 < before*2 || replaced(old, now)
}

// replaced reports whether nearly nothing of a statement is left, its title neither. Pairs of words are compared, since
// any two texts of one language have many words in common.
func replaced(old, now *archive.Reading) bool {
	return old.Title != now.Title && pairsInCommon(old.Text, now.Text)*10 < min(words(old.Text), words(now.Text))
}

// pairsInCommon counts the pairs of neighbouring words of b that a has too.
func pairsInCommon(a, b string) int {
	have := map[[2]string]bool{}
	for p := range pairs(a) {
		have[p] = true
	}
	n := 0
	for p := range pairs(b) {
		if have[p] {
			n++
		}
	}
	return n
}

func pairs(text string) iter.Seq[[2]string] {
	return func(yield func([2]string) bool) {
		last := ""
		for w := range strings.FieldsSeq(text) {
			if last != "" && !yield([2]string{last, w}) {
				return
			}
			last = w
		}
	}
}

// inCommon counts the words of b that a has, each as often as it stands in both.
func inCommon(a, b string) int {
	have := map[string]int{}
	for w := range strings.FieldsSeq(a) {
		have[w]++
	}
	n := 0
	for w := range strings.FieldsSeq(b) {
		if have[w] > 0 {
			have[w]--
			n++
		}
	}
	return n
}

// secondLook fetches the page once more. A loss that is still there is believed; one that is not is recorded as a
// failed visit, and the second look takes its place as the page's visit. A page that was rendered in part is believed
// when it reads the same twice.
func (r *Recorder) secondLook(ctx context.Context, v *Visit, c *archive.Capture, last *archive.Version, reading *archive.Reading, lay manner) error {
	again := v.Again(ctx)
	second, err := r.lookAgain(ctx, v, again, last, lay)
	if err != nil {
		return err
	}
	part := partly(c.Flags)
	if second.reading != nil && second.reading.Text != reading.Text {
		c.Outcome, c.Reason = archive.Failed, ReasonLoss
		if part {
			c.Reason = ReasonPartial
		}
		c.Detail = fmt.Sprintf("%d words at the first look, %d at the second", words(reading.Text), words(second.reading.Text))
		if _, err := r.Store.Commit(ctx, c, nil); err != nil {
			return err
		}
		if err := r.keepCertificates(ctx, again); err != nil {
			return err
		}
		return r.takeSecond(ctx, v, c, captureOf(again, archive.Sum(again.Raw)), last, &second)
	}
	if part && second.reading == nil {
		c.Outcome, c.Reason, c.Detail = archive.Failed, ReasonPartial, "no text at the second look: "+again.Detail+second.reason
		return nil
	}
	if last != nil && collapsed(&last.Reading, reading) && v.shown.failing(v.Page) && second.failing {
		c.Outcome, c.Reason = archive.Failed, ReasonPartial
		return nil // most of the text is gone, and the site does not answer the scripts that fill it in
	}
	c.Reading = reading
	if last != nil && collapsed(&last.Reading, reading) {
		c.Flags = append(c.Flags, FlagLossConfirmed)
	}
	if last != nil && replaced(&last.Reading, reading) {
		c.Flags = append(c.Flags, FlagOwner)
	}
	return nil
}

// lookAgain reads the page of a second look as the first one was read; a page that did not come, or cannot be parsed,
// gives no reading.
func (r *Recorder) lookAgain(ctx context.Context, v *Visit, again *crawler.Page, last *archive.Version, lay manner) (look, error) {
	if again.Outcome != crawler.Fetched {
		return look{}, nil
	}
	p, err := parse(sourceOf(again))
	if err != nil {
		return look{}, nil // as a page without a text
	}
	l, err := r.see(ctx, v, again, p, lay)
	if err != nil || l.reading == nil {
		return l, err
	}
	now, flags, err := r.steady(ctx, l.parsed, lay, last, l.reading)
	l.reading, l.flags = now, append(l.flags, flags...)
	return l, err
}

// takeSecond makes the second look the page's visit. One that was cut off too, and reads as nothing on record does, is no
// version.
func (r *Recorder) takeSecond(ctx context.Context, v *Visit, c, again *archive.Capture, last *archive.Version, second *look) error {
	again.Site, again.OnChange = c.Site, c.OnChange
	*c = *again
	if v.Step != nil {
		if err := r.inOrder(ctx, c); err != nil {
			return err
		}
	}
	second.into(c)
	if cutOff(second.flags) && (last == nil || last.Text != second.reading.Text) {
		c.Outcome, c.Reason, c.Detail = archive.Failed, ReasonPartial, "two looks differ, and neither shows the whole page"
		return nil
	}
	c.Reading = second.reading
	return nil
}

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

// captureOf is what a visit of the crawler is in the words of the archive; sum is the digest of its bytes.
func captureOf(p *crawler.Page, sum archive.Digest) *archive.Capture {
	c := &archive.Capture{
		Visit: archive.Visit{
			Time: p.Time.UTC(), Elapsed: p.Elapsed, URL: p.URL, FinalURL: p.FinalURL,
			Outcome: outcomes[p.Outcome], Reason: string(p.Reason), Detail: p.Detail,
			Flags: slices.Clone(p.Flags), Status: p.Status, Bytes: p.WireBytes, Until: p.Until,
		},
		Raw: p.Raw, MediaType: p.MediaType, Charset: p.Charset,
	}
	if len(p.Raw) > 0 {
		c.RawDigest = sum
	}
	for _, h := range p.Hops {
		hop := archive.Hop{
			Time: h.Time.UTC(), URL: h.URL, Kind: h.Kind, Address: h.Address, Proto: h.Proto, Status: h.Status,
			RequestHeader: h.RequestHeader, Header: h.Header, WireDigest: archive.Digest(h.WireDigest),
		}
		if len(h.Certificates) > 0 {
			hop.CertificateDigest = archive.Sum(h.Certificates)
		}
		c.Hops = append(c.Hops, hop)
	}
	return c
}

// outcomes are the crawler's outcomes in the words of the archive.
var outcomes = map[crawler.Outcome]archive.Outcome{
	crawler.Fetched: archive.Stored, crawler.Unchanged: archive.Unchanged, crawler.Moved: archive.Moved,
	crawler.Gone: archive.Gone, crawler.Deferred: archive.Deferred, crawler.Blocked: archive.Blocked,
	crawler.Failed: archive.Failed,
}
