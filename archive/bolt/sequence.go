package bolt

import (
	"context"
	"encoding/binary"
	"fmt"
	"iter"
	"slices"

	"github.com/onrecord/onrecord/archive"
)

// Sequences read a handful of items a transaction and hold none while their caller works with them. So a sequence sees
// changes that are made meanwhile: it goes on after the last item that it gave.

// chunk is how many pages, versions or events one transaction reads at most, and chunkBytes how long their readings may
// be together before it stops.
const (
	chunk      = 256
	chunkBytes = 4 << 20
)

// inChunks yields what next gives until it gives nil. next is called in a transaction of its own each time.
func inChunks[T any](ctx context.Context, s *Store, next func(*tx) ([]T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for {
			var list []T
			err := s.read(ctx, func(t *tx) (err error) {
				list, err = next(t)
				return err
			})
			if err != nil {
				var zero T
				yield(zero, err)
				return
			}
			for i := range list {
				if !yield(list[i], nil) {
					return
				}
			}
			if list == nil {
				return
			}
		}
	}
}

// Pages are all pages that have a version. See [archive.Store].
func (s *Store) Pages(ctx context.Context, site string) iter.Seq2[archive.Page, error] {
	return s.pagesOn(ctx, nil, site)
}

// pagesOn are the pages of a site from an address key on.
func (s *Store) pagesOn(ctx context.Context, first []byte, site string) iter.Seq2[archive.Page, error] {
	return func(yield func(archive.Page, error) bool) {
		from := slices.Clone(first)
		inChunks(ctx, s, func(t *tx) (list []archive.Page, err error) {
			list, from, err = t.pagesFrom(from, site)
			return list, err
		})(yield)
	}
}

// pagesFrom are the next pages of a site from an address key on, and the key to go on from.
func (t *tx) pagesFrom(from []byte, site string) (list []archive.Page, next []byte, err error) {
	c := t.cursor(bucketAddresses)
	n := 0
	for k, v := c.Seek(from); k != nil && n < 4*chunk && len(list) < chunk; k, v = c.Next() {
		n++
		next = append(append(next[:0], k...), 0)
		if len(v) != 8 {
			return nil, nil, corrupt("page of %s", urlOf(k))
		}
		p, err := t.page(binary.BigEndian.Uint64(v))
		if err != nil {
			return nil, nil, err
		}
		if p.versions > 0 && (site == "" || p.siteName() == site) && p.url == urlOf(k) {
			list = append(list, t.public(p))
		}
	}
	if n > 0 && list == nil {
		list = []archive.Page{} // none of these: look on
	}
	return list, next, nil
}

// Versions are a page's versions. See [archive.Store].
func (s *Store) Versions(ctx context.Context, url string) iter.Seq2[archive.Version, error] {
	return func(yield func(archive.Version, error) bool) {
		n := uint32(0)
		inChunks(ctx, s, func(t *tx) (list []archive.Version, err error) {
			p, err := t.mustPageAt(url)
			if err != nil {
				return nil, err
			}
			for size := 0; n < p.versions && len(list) < chunk && size < chunkBytes; {
				n++
				v, err := t.publicVersion(p, n)
				if err != nil {
					return nil, err
				}
				size += len(v.Text) + len(v.Markdown)
				list = append(list, v)
			}
			return list, nil
		})(yield)
	}
}

func (t *tx) publicVersion(p *page, n uint32) (archive.Version, error) {
	v, err := t.version(p.number, n)
	if err != nil {
		return archive.Version{}, err
	}
	r, gone, err := t.readingOrForgotten(p.number, v.reading)
	if err != nil {
		return archive.Version{}, err
	}
	raw, err := t.digest(v.first.blob)
	if err != nil {
		return archive.Version{}, err
	}
	rendered, err := t.digest(v.rendered)
	if err != nil {
		return archive.Version{}, err
	}
	dropped, err := t.droppedOf(v.dropped, v.instead)
	return archive.Version{
		URL: p.url, Number: int(n), Reading: *r, FirstSeen: timeOf(v.first.nanos), LastSeen: timeOf(v.last),
		Captures: v.captures, RawDigest: raw, RenderedDigest: rendered, Dropped: dropped, MediaType: v.media, Change: v.change,
		Forgotten: gone,
	}, err
}

// Events are a page's timeline. See [archive.Store].
func (s *Store) Events(ctx context.Context, url string) iter.Seq2[archive.Event, error] {
	return func(yield func(archive.Event, error) bool) {
		n := uint32(0)
		inChunks(ctx, s, func(t *tx) (list []archive.Event, err error) {
			p, err := t.mustPageAt(url)
			if err != nil {
				return nil, err
			}
			for n < p.events && len(list) < chunk {
				n++
				e, err := t.event(p.number, n)
				if err != nil {
					return nil, err
				}
				if n == p.events && p.tracker.open {
					e.last = p.tracker.confirmed
				}
				list = append(list, e.public())
			}
			return list, nil
		})(yield)
	}
}

// Captures are the captures of a page that brought bytes. See [archive.Store].
func (s *Store) Captures(ctx context.Context, url string) iter.Seq2[archive.Capture, error] {
	return func(yield func(archive.Capture, error) bool) {
		for c, err := range s.pageVisits(ctx, url) {
			if err == nil && c.RawDigest.IsZero() {
				continue
			}
			if !yield(c, err) {
				return
			}
		}
	}
}

// Visits are the visits of a page, or all. See [archive.Store].
func (s *Store) Visits(ctx context.Context, url string) iter.Seq2[archive.Visit, error] {
	if url == "" {
		return s.allVisits(ctx)
	}
	return func(yield func(archive.Visit, error) bool) {
		for c, err := range s.pageVisits(ctx, url) {
			if !yield(c.Visit, err) {
				return
			}
		}
	}
}

// start is before every moment that can be stored.
var start = moment{nanos: never}

func (s *Store) pageVisits(ctx context.Context, url string) iter.Seq2[archive.Capture, error] {
	return s.pageVisitsAfter(ctx, url, start)
}

// publicVisits are visits of a page, in order, with what follows from those before them.
func (t *tx) publicVisits(p *page, list []entry) ([]archive.Capture, error) {
	out := make([]archive.Capture, 0, len(list))
	var n uint32        // the version in force
	var v, next version // that one and the one after it
	var err error
	load := func(at moment) error {
		if n, err = t.inForce(p.number, p.versions, at); err != nil {
			return err
		}
		if n > 0 {
			if v, err = t.version(p.number, n); err != nil {
				return err
			}
		}
		if n < p.versions {
			next, err = t.version(p.number, n+1)
		}
		return err
	}
	for i := range list {
		e := &list[i]
		if i == 0 || (n < p.versions && !e.before(next.first)) {
			if err := load(e.moment); err != nil {
				return nil, err
			}
		}
		c := e.capture
		for _, b := range []struct {
			seq    uint64
			digest *archive.Digest
		}{{e.blob, &c.RawDigest}, {e.rendered, &c.RenderedDigest}} {
			if b.seq == 0 {
				continue
			}
			head, _, err := t.blobHead(b.seq)
			if err != nil {
				return nil, err
			}
			switch *b.digest = head.digest; {
			case head.dropped() && c.Absent == "":
				c.Absent = archive.AbsentDropped
			case head.absent && !head.dropped():
				c.Absent = archive.AbsentForgotten
			}
		}
		if c.Dropped, err = t.droppedOf(c.Dropped, e.instead); err != nil {
			return nil, err
		}
		if n > 0 && (e.reading != 0 || e.confirms()) {
			c.Version = int(n)
		}
		if e.reading != 0 && n > 0 && v.first != e.moment {
			c.Outcome = archive.Unchanged
		}
		out = append(out, c)
	}
	return out, nil
}

// allVisits are all visits in the order of time.
func (s *Store) allVisits(ctx context.Context) iter.Seq2[archive.Visit, error] {
	return s.visitsAfter(ctx, name{moment: start})
}

// visitsOf are the visits with names, in their order.
func (t *tx) visitsOf(names []name) ([]archive.Visit, error) {
	byPage := map[uint64][]int{}
	for i, n := range names {
		byPage[n.page] = append(byPage[n.page], i)
	}
	out := make([]archive.Visit, len(names))
	for number, at := range byPage {
		p, err := t.page(number)
		if err != nil {
			return nil, err
		}
		var group []archive.Capture
		var moments []moment
		for _, i := range at {
			j := slices.Index(moments, names[i].moment)
			if j < 0 {
				_, list, err := t.findGroup(number, names[i].moment)
				if err != nil {
					return nil, err
				}
				moments = moments[:0]
				for k := range list {
					moments = append(moments, list[k].moment)
				}
				if j = slices.Index(moments, names[i].moment); j < 0 {
					return nil, corrupt("page %d has no visit at %s", number, timeOf(names[i].nanos))
				}
				if group, err = t.publicVisits(p, list); err != nil {
					return nil, err
				}
			}
			out[i] = group[j].Visit
		}
	}
	return out, nil
}

// Version is version n of a page. See [archive.Store].
func (s *Store) Version(ctx context.Context, url string, n int) (out archive.Version, err error) {
	err = s.read(ctx, func(t *tx) error {
		p, err := t.mustPageAt(url)
		if err != nil {
			return err
		}
		number := int64(n)
		if n < 0 {
			number += int64(p.versions) + 1
		}
		if number < 1 || number > int64(p.versions) {
			return notFound("version %d of %s, which has %d", n, url, p.versions)
		}
		if out, err = t.publicVersion(p, uint32(number)); err == nil && out.Forgotten != nil {
			err = &archive.ForgottenError{Forgotten: *out.Forgotten, What: fmt.Sprintf("version %d of %s", number, p.url)}
		}
		return err
	})
	return out, err
}
