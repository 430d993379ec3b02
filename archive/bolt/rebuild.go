package bolt

import (
	"errors"
	"slices"

	"github.com/onrecord/onrecord/archive"
)

// commitLate adds a visit that is older than the page's latest. What follows from all visits is worked out anew,
// unless it is plain that nothing does.
func (t *tx) commitLate(p *page, in *incoming, e entry) (archive.Result, error) {
	done, err := t.fits(p, in, &e)
	if err != nil {
		return archive.Result{}, err
	}
	if done {
		site, etag, lastModified := p.site, p.etag, p.lastModified // those of later visits stay
		if err := t.add(p, &e, true); err != nil {
			return archive.Result{}, err
		}
		p.site, p.etag, p.lastModified = site, etag, lastModified
		if _, err := t.record(p.number, &e); err != nil {
			return archive.Result{}, err
		}
		if err := t.keepEntry(p, e); err != nil {
			return archive.Result{}, err
		}
		return t.result(p, &e)
	}
	if in.capture.Reading != nil {
		if e.reading, err = t.keepReading(p, in); err != nil {
			return archive.Result{}, err
		}
	}
	known, err := t.knownChanges(p)
	if err != nil {
		return archive.Result{}, err
	}
	for k, v := range in.changes {
		known[k] = v
	}
	if _, err := t.record(p.number, &e); err != nil {
		return archive.Result{}, err
	}
	if err := t.putEntry(p.number, e); err != nil {
		return archive.Result{}, err
	}
	if err := t.putName(name{e.moment, p.number}); err != nil {
		return archive.Result{}, err
	}
	all, err := t.entries(p.number)
	if err != nil {
		return archive.Result{}, err
	}
	if err := t.rebuild(p, all, known); err != nil {
		return archive.Result{}, err
	}
	return t.result(p, &e)
}

// fits reports whether a late visit only confirms a version between two visits that showed it, on a page that nothing
// but edits happened to. Then it is one more capture of that version, which is written.
func (t *tx) fits(p *page, in *incoming, e *entry) (bool, error) {
	c := &e.capture
	if p.tracker.troubled || (c.FinalURL != "" && c.FinalURL != c.URL) {
		return false, nil
	}
	if in.capture.Reading != nil && !slices.Equal(p.tracker.homes, []string{c.URL}) {
		return false, nil // an address is one of the page's from its first visit on, and leading away from it is a move
	}
	n, err := t.inForce(p.number, p.versions, e.moment)
	if err != nil || n == 0 {
		return false, err
	}
	v, err := t.version(p.number, n)
	if err != nil || v.last < e.nanos {
		return false, err
	}
	if h, err := t.readingHead(p.number, v.reading); err != nil || h.absent {
		return false, err
	}
	switch {
	case in.capture.Reading != nil && v.identity == in.identity:
		e.reading = v.reading
	case !e.confirms():
		return false, nil
	}
	v.captures++
	return true, t.putVersion(p.number, &v)
}

// rebuild works out everything that follows from a page's visits, which are all and in order and have been written:
// versions, events, summary. known are comparisons that need not be made again.
func (t *tx) rebuild(p *page, all []entry, known changes) error {
	list, starts, err := t.group(p, all)
	if err != nil {
		return err
	}
	if err := t.compareAll(p, list, known); err != nil {
		return err
	}
	for _, name := range [][]byte{bucketVersions, bucketEvents} {
		if err := t.deletePrefix(name, pageKey(p.number)); err != nil {
			return err
		}
	}
	*p = page{
		number: p.number, url: p.url, readings: p.readings, chain: p.chain,
		first: never, last: never, changed: never, latest: moment{nanos: never},
	}
	for i := range list {
		if err := t.putVersion(p.number, &list[i]); err != nil {
			return err
		}
	}
	shown := false
	for i := range all {
		e := &all[i]
		var v *version
		if starts[i] != 0 {
			v, shown = &list[starts[i]-1], true
		}
		confirmed, open := p.tracker.confirmed, p.tracker.open
		if err := t.happen(p, confirmed, open, p.tracker.see(e, v)); err != nil {
			return err
		}
		if err := t.add(p, e, e.reading != 0 || (shown && e.confirms())); err != nil {
			return err
		}
	}
	if n := len(list); n > 0 {
		p.first, p.last, p.changed, p.versions = list[0].first.nanos, list[n-1].last, list[n-1].first.nanos, uint32(n)
		if p.title, p.published, p.modified, err = t.stated(p.number, list[n-1].reading); err != nil {
			return err
		}
	}
	if err := t.settle(p, all, list, starts); err != nil {
		return err
	}
	return t.putPage(p)
}

// stated are the title and the days that the summary of a page has of its last reading; nothing of a forgotten one.
func (t *tx) stated(page uint64, n uint32) (title, published, modified string, err error) {
	r, err := t.reading(page, n)
	if errors.Is(err, archive.ErrForgotten) {
		return "", "", "", nil
	}
	if err != nil {
		return "", "", "", err
	}
	return r.Title, r.Published, r.Modified, nil
}

// group puts visits together that show the same reading one after another. starts has for each visit the number of the
// version that begins with it, 0 for most.
func (t *tx) group(p *page, all []entry) (list []version, starts []uint32, err error) {
	heads := map[uint32]reading{}
	starts = make([]uint32, len(all))
	for i := range all {
		e := &all[i]
		if e.reading == 0 && (!e.confirms() || len(list) == 0) {
			continue
		}
		if e.reading != 0 {
			h, ok := heads[e.reading]
			if !ok {
				if h, err = t.readingHead(p.number, e.reading); err != nil {
					return nil, nil, err
				}
				h.frame = nil
				heads[e.reading] = h
			}
			if n := len(list); n == 0 || !sameVersion(heads, list[n-1].reading, e.reading) {
				list = append(list, version{
					number: uint32(n) + 1, first: e.moment, rendered: e.rendered, reading: e.reading, identity: h.identity, text: h.text,
					dropped: e.capture.Dropped, instead: e.instead, media: e.capture.MediaType, change: archive.Change{Kind: archive.First},
				})
				starts[i] = uint32(n) + 1
			}
		}
		v := &list[len(list)-1]
		v.captures++
		v.last = e.nanos
	}
	return list, starts, nil
}

// sameVersion reports whether two readings that are shown one after another make one version. What was forgotten makes one by
// itself: it is not known to be what stands there now, and keeps its number when that is forgotten too.
func sameVersion(heads map[uint32]reading, a, b uint32) bool {
	x, y := heads[a], heads[b]
	return x.identity == y.identity && ((!x.absent && !y.absent) || a == b)
}

// compareAll tells of each version what it is against the one before it.
func (t *tx) compareAll(p *page, list []version, known changes) error {
	for i := 1; i < len(list); i++ {
		v, before := &list[i], &list[i-1]
		c, ok := known[[2]archive.Digest{before.identity, v.identity}]
		if !ok {
			now, err := t.reading(p.number, v.reading)
			if err != nil && !errors.Is(err, archive.ErrForgotten) {
				return err
			}
			if c, err = t.change(p, before, now, v.identity, known); err != nil {
				return err
			}
		}
		v.change = c
		v.restore(list[:i])
	}
	return nil
}
