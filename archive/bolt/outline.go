package bolt

import (
	"context"
	"iter"
	"time"

	"github.com/onrecord/onrecord/archive"
)

// What an overview of an archive is made of: pages and versions without what they say, some at a time, and what was
// visited lately. Nothing here reads a text, so that a hundred thousand pages are a matter of seconds.

// Copied reports whether what is read is a copy, as of the moment when it was opened, of an archive that another process
// writes to.
func (s *Store) Copied() bool { return s.file.Name() != s.path }

// PagesAfter are the pages of [Store.Pages] that come after an address, in the order of their addresses; "" begins with
// the first. Whoever goes through a large archive can so let go of it in between.
func (s *Store) PagesAfter(ctx context.Context, after string) iter.Seq2[archive.Page, error] {
	var from []byte
	if after != "" {
		from = append(urlKey(after), 0)
	}
	return s.pagesOn(ctx, from, "")
}

// Heads are the versions of a page, oldest first, without readings and digests: number, times, counts, change.
func (s *Store) Heads(ctx context.Context, url string) iter.Seq2[archive.Version, error] {
	return func(yield func(archive.Version, error) bool) {
		n := uint32(0)
		inChunks(ctx, s, func(t *tx) (list []archive.Version, err error) {
			p, err := t.mustPageAt(url)
			if err != nil {
				return nil, err
			}
			for n < p.versions && len(list) < 4*chunk {
				n++
				v, err := t.version(p.number, n)
				if err != nil {
					return nil, err
				}
				list = append(list, archive.Version{
					URL: p.url, Number: int(n), FirstSeen: timeOf(v.first.nanos), LastSeen: timeOf(v.last),
					Captures: v.captures, MediaType: v.media, Change: v.change,
				})
			}
			return list, nil
		})(yield)
	}
}

// VisitedSince are the pages that have a version and were visited at a time or later, each once, in no order. Captures that
// were put on record later than they were made count by their own time.
func (s *Store) VisitedSince(ctx context.Context, since time.Time) iter.Seq2[archive.Page, error] {
	return func(yield func(archive.Page, error) bool) {
		after := name{moment: moment{nanos: since.UnixNano() - 1}}
		seen := map[uint64]bool{}
		inChunks(ctx, s, func(t *tx) ([]archive.Page, error) {
			names, err := t.namesFrom(after)
			if err != nil || len(names) == 0 {
				return nil, err
			}
			after = names[len(names)-1]
			list := []archive.Page{} // not nil: there may be more
			for _, n := range names {
				if n.nanos < since.UnixNano() || seen[n.page] {
					continue
				}
				seen[n.page] = true
				p, err := t.page(n.page)
				if err != nil {
					return nil, err
				}
				if p.versions > 0 {
					list = append(list, t.public(p))
				}
			}
			return list, nil
		})(yield)
	}
}
