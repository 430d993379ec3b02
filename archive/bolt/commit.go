package bolt

import (
	"context"
	"fmt"

	"github.com/onrecord/onrecord/archive"
)

// Commit puts a capture on record. See [archive.Store]. Beyond that contract:
//
// RawDigest may be zero when Raw is there, and Raw may be nil when bytes with that digest are on record; Rendered and
// RenderedDigest likewise. Outcome and
// Reason are the store's when there is a reading. An Unchanged visit without a reading confirms the version that stood
// there; on a page without versions it is a visit and no more. A Moved visit with [ReasonSeen] whose FinalURL leads to a
// page with versions belongs to that page, and its address becomes an alias.
//
// Errors that a caller may meet: [archive.ErrReadOnly], [archive.ErrCorrupt], [archive.ErrNotFound] for a digest without
// bytes, those of the context and of the file system, and one for a capture that makes no sense (no address, no
// outcome, bytes that are not what their digest says). After an error nothing of the capture is on record.
func (s *Store) Commit(ctx context.Context, c *archive.Capture, step *archive.Step) (archive.Result, error) {
	var res archive.Result
	in, err := take(c)
	if err == nil {
		err = checkStep(step)
	}
	if err == nil && !s.readOnly {
		err = s.work(ctx, in)
	}
	if err == nil {
		err = s.write(ctx, func(t *tx) error {
			var err error
			if res, err = t.commit(in); err != nil {
				return err
			}
			return t.step(step)
		})
	}
	if err != nil {
		return archive.Result{}, fmt.Errorf("commit capture of %.300q: %w", c.URL, err)
	}
	return res, nil
}

func (t *tx) commit(in *incoming) (archive.Result, error) {
	if res, again, err := t.again(&in.capture); err != nil || again {
		return res, err
	}
	in, barred, err := t.barred(in)
	if err != nil {
		return archive.Result{}, err
	}
	if barred { // it may have been put on record so before
		if res, again, err := t.again(&in.capture); err != nil || again {
			return res, err
		}
	}
	p, self, err := t.follow(&in.capture)
	if err != nil {
		return archive.Result{}, err
	}
	e := entry{moment: moment{nanos: in.capture.Time.UnixNano()}, capture: in.capture, self: self}
	e.capture.Raw, e.capture.Rendered, e.capture.Reading, e.capture.OnChange = nil, nil, nil, false
	if err := t.put(p, in, &e); err != nil {
		return archive.Result{}, err
	}
	if p.latest.before(e.moment) { // nothing to look up: that is how captures mostly come
		return t.commitLast(p, in, e)
	}
	if old, ok, err := t.entryAt(p.number, e.moment); err != nil {
		return archive.Result{}, err
	} else if ok { // the page was visited under another of its addresses in that moment
		return t.recount(p, &old)
	}
	e.late = true
	return t.commitLate(p, in, e)
}

// recount is the result of a visit on record to a page that has got another address by the same visit.
func (t *tx) recount(p *page, e *entry) (archive.Result, error) {
	known, err := t.knownChanges(p)
	if err != nil {
		return archive.Result{}, err
	}
	all, err := t.entries(p.number)
	if err != nil {
		return archive.Result{}, err
	}
	if err := t.rebuild(p, all, known); err != nil {
		return archive.Result{}, err
	}
	res, err := t.result(p, e)
	res.Again = true
	return res, err
}

// again is the result of a capture that is on record already.
func (t *tx) again(c *archive.Capture) (res archive.Result, again bool, err error) {
	p, err := t.pageAt(c.URL)
	if err != nil || p == nil {
		return res, false, err
	}
	seq := uint64(0)
	if !c.RawDigest.IsZero() {
		if seq, err = t.blobOf(c.RawDigest); err != nil || seq == 0 {
			return res, false, err
		}
	}
	e, ok, err := t.entryAt(p.number, moment{c.Time.UnixNano(), seq})
	if err != nil || !ok {
		return res, false, err
	}
	res, err = t.result(p, &e)
	res.Again = true
	return res, true, err
}

// result is what a Commit of a visit on record says.
func (t *tx) result(p *page, e *entry) (archive.Result, error) {
	res := archive.Result{URL: p.url, Outcome: e.capture.Outcome, Late: e.late}
	if e.reading == 0 && !e.confirms() {
		return res, nil
	}
	n, err := t.inForce(p.number, p.versions, e.moment)
	if err != nil || n == 0 {
		return res, err
	}
	v, err := t.version(p.number, n)
	if err != nil {
		return res, err
	}
	res.Version = int(n)
	if e.reading != 0 {
		res.Outcome = archive.Unchanged
		if v.first == e.moment {
			res.Outcome, res.Change = archive.Stored, v.change
		}
	}
	return res, nil
}

// commitLast adds a visit that is the page's latest.
func (t *tx) commitLast(p *page, in *incoming, e entry) (archive.Result, error) {
	var last, starts *version
	if p.versions > 0 {
		v, err := t.version(p.number, p.versions)
		if err != nil {
			return archive.Result{}, err
		}
		last = &v
	}
	shows := last != nil && e.confirms()
	if r := in.capture.Reading; r != nil {
		shows = true
		same := false
		if last != nil && last.identity == in.identity {
			h, err := t.readingHead(p.number, last.reading)
			if err != nil {
				return archive.Result{}, err
			}
			same = !h.absent // what was forgotten and is met again is a version of its own
		}
		if same {
			e.reading = last.reading
		} else {
			v, err := t.newVersion(p, in, last, &e)
			if err != nil {
				return archive.Result{}, err
			}
			last, starts = v, v
			p.title, p.published, p.modified = r.Title, r.Published, r.Modified
		}
	}
	if shows {
		last.captures++
		last.last = e.nanos
		if err := t.putVersion(p.number, last); err != nil {
			return archive.Result{}, err
		}
		p.show(last, starts)
	}
	confirmed, open := p.tracker.confirmed, p.tracker.open
	events := p.tracker.see(&e, starts)
	if err := t.happen(p, confirmed, open, events); err != nil {
		return archive.Result{}, err
	}
	if err := t.recordLast(p, &e, starts, events); err != nil {
		return archive.Result{}, err
	}
	if err := t.add(p, &e, shows); err != nil {
		return archive.Result{}, err
	}
	if err := t.keepEntry(p, e); err != nil {
		return archive.Result{}, err
	}
	return t.result(p, &e)
}

// newVersion is the version that begins with a visit, after last; its reading is kept.
func (t *tx) newVersion(p *page, in *incoming, last *version, e *entry) (*version, error) {
	r := in.capture.Reading
	n, err := t.keepReading(p, in)
	if err != nil {
		return nil, err
	}
	e.reading = n
	v := &version{
		number: p.versions + 1, first: e.moment, last: e.nanos, rendered: e.rendered, reading: n,
		identity: in.identity, text: in.text, media: e.capture.MediaType, change: archive.Change{Kind: archive.First},
	}
	if last == nil {
		return v, nil
	}
	if v.change, err = t.change(p, last, r, in.identity, in.changes); err != nil {
		return nil, err
	}
	all, err := t.versions(p.number, p.versions)
	if err != nil {
		return nil, err
	}
	v.restore(all)
	return v, nil
}

// restore marks a version as the return of an earlier one, when it is that.
func (v *version) restore(before []version) {
	v.change.Restores = 0
	if n := earlier(before, v.identity, v.text); n != 0 {
		v.change.Kind, v.change.Restores = archive.Restored, int(n)
	}
}

// keepReading is the number of a capture's reading, which is kept when the page has none that is equal in every field.
func (t *tx) keepReading(p *page, in *incoming) (uint32, error) {
	content := archive.Sum(encodeFields(in.capture.Reading))
	for n := p.versions; n > 0; n-- {
		v, err := t.version(p.number, n)
		if err != nil {
			return 0, err
		}
		if v.identity != in.identity {
			continue
		}
		if h, err := t.readingHead(p.number, v.reading); err != nil || (h.content == content && !h.absent) {
			return v.reading, err
		}
	}
	p.readings++
	return p.readings, t.putReading(p.number, p.readings, in.capture.Reading)
}

// show takes what a page's summary says of its versions from the last one; starts is nil when it is not new.
func (p *page) show(last, starts *version) {
	p.last = last.last
	if starts == nil {
		return
	}
	if p.versions == 0 {
		p.first = starts.first.nanos
	}
	p.versions = starts.number
	p.changed = starts.first.nanos
}

// add takes a visit into the page's summary; shows tells whether it showed a version.
func (t *tx) add(p *page, e *entry, shows bool) error {
	p.visits++
	dropped := &e.capture.Dropped
	for _, body := range []struct {
		seq     uint64
		dropped bool
	}{{e.blob, dropped.Raw}, {e.rendered, dropped.Rendered}} {
		if body.seq == 0 {
			continue
		}
		b, _, err := t.blobHead(body.seq)
		if err != nil {
			return err
		}
		p.bytes += int64(b.size)
		if body.dropped {
			p.droppedBytes += int64(b.size)
		}
	}
	if dropped.Any() {
		p.dropped++
	}
	if e.blob != 0 || shows {
		p.captures++
	}
	if p.visits == 1 || p.latest.before(e.moment) {
		p.latest = e.moment
	}
	if e.capture.Site != "" && (e.reading != 0 || p.site == "" || !p.tracker.shown) {
		p.site = e.capture.Site
	}
	if e.reading != 0 && e.capture.FinalURL == p.url {
		p.etag, p.lastModified = validators(e)
	}
	return nil
}

// validators are the ETag and Last-Modified of a visit's answer; none when it was rendered.
func validators(e *entry) (etag, lastModified string) {
	c := &e.capture
	if len(c.Hops) == 0 || e.rendered != 0 {
		return "", ""
	}
	h := c.Hops[len(c.Hops)-1].Header
	return one(append(h["Etag"], h["ETag"]...)), one(h["Last-Modified"])
}

// one is the value of a field that is there once; said twice it says nothing.
func one(values []string) string {
	if len(values) != 1 {
		return ""
	}
	return values[0]
}

// happen adds events to a page's timeline. confirmed and open are the tracker's from before them.
func (t *tx) happen(p *page, confirmed int64, open bool, events []event) error {
	if len(events) == 0 {
		return nil
	}
	bucket := t.bucket(bucketEvents)
	if p.events > 0 && open {
		last, err := t.event(p.number, p.events)
		if err != nil {
			return err
		}
		last.last = confirmed
		if err := bucket.Put(eventKey(p.number, p.events), last.encode()); err != nil {
			return err
		}
	}
	for i := range events {
		p.events++
		if err := bucket.Put(eventKey(p.number, p.events), events[i].encode()); err != nil {
			return err
		}
	}
	return nil
}

func eventKey(page uint64, n uint32) []byte { return be32(be64(nil, page), n) }

func (t *tx) event(page uint64, n uint32) (event, error) {
	v := t.bucket(bucketEvents).Get(eventKey(page, n))
	if v == nil {
		return event{}, corrupt("page %d: event %d is not there", page, n)
	}
	return decodeEvent(v)
}

// keepEntry writes a visit and its page.
func (t *tx) keepEntry(p *page, e entry) error {
	if err := t.putEntry(p.number, e); err != nil {
		return err
	}
	if err := t.putName(name{e.moment, p.number}); err != nil {
		return err
	}
	return t.putPage(p)
}
