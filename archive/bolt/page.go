package bolt

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/onrecord/onrecord/archive"
)

// page is a page's summary: what is asked for often, and what the next visit needs of the earlier ones.
type page struct {
	number uint64
	url    string
	site   string

	title, published, modified string // of the last version
	etag, lastModified         string // of the last full answer at url

	versions, readings, events uint32 // how many there are, numbered from 1
	captures, visits           int
	bytes                      int64  // of the bodies of all captures
	dropped                    int    // captures some of whose bytes were not kept
	droppedBytes               int64  // of these
	first, last, changed       int64  // times of the first and the last capture that showed a version, of the last change
	latest                     moment // of the last visit
	tracker                    tracker
	chain                      chain
}

func (p *page) encode() []byte {
	w := writer{make([]byte, 0, 256)}
	for _, s := range []string{p.url, p.site, p.title, p.published, p.modified, p.etag, p.lastModified} {
		w.str(s)
	}
	for _, n := range []uint32{p.versions, p.readings, p.events} {
		w.uint(uint64(n))
	}
	w.uint(uint64(p.captures))
	w.uint(uint64(p.visits))
	for _, n := range []int64{p.bytes, p.first, p.last, p.changed, p.latest.nanos} {
		w.int(n)
	}
	w.uint(p.latest.blob)
	p.tracker.encode(&w)
	w.uint(uint64(len(p.chain)))
	for _, l := range p.chain {
		w.uint(l.index)
		w.uint(l.blob)
		w.uint(l.depth)
	}
	if p.dropped > 0 {
		w.uint(uint64(p.dropped))
		w.int(p.droppedBytes)
	}
	return w.b
}

func decodePage(number uint64, v []byte) (*page, error) {
	r := reader{b: v}
	p := &page{number: number}
	for _, s := range []*string{&p.url, &p.site, &p.title, &p.published, &p.modified, &p.etag, &p.lastModified} {
		*s = r.str()
	}
	for _, n := range []*uint32{&p.versions, &p.readings, &p.events} {
		*n = uint32(r.count(1<<31 - 1))
	}
	p.captures, p.visits = r.count(1<<40), r.count(1<<40)
	for _, n := range []*int64{&p.bytes, &p.first, &p.last, &p.changed, &p.latest.nanos} {
		*n = r.int()
	}
	p.latest.blob = r.uint()
	p.tracker.decode(&r)
	for n := r.count(64); n > 0; n-- {
		p.chain = append(p.chain, link{r.uint(), r.uint(), r.uint()})
	}
	if r.err == nil && len(r.b) > 0 {
		p.dropped, p.droppedBytes = r.count(1<<40), r.int()
		if r.err == nil && p.dropped == 0 { // a page that lost nothing is written without either
			return nil, corrupt("page %d has %d dropped bytes of no capture", number, p.droppedBytes)
		}
	}
	return p, r.done()
}

// page is the page with a number.
func (t *tx) page(number uint64) (*page, error) {
	v := t.bucket(bucketPages).Get(pageKey(number))
	if v == nil {
		return nil, corrupt("page %d is not there", number)
	}
	return decodePage(number, v)
}

// pageAt is the page that an address leads to; nil when there is none.
func (t *tx) pageAt(url string) (*page, error) {
	v := t.bucket(bucketAddresses).Get(urlKey(url))
	if v == nil {
		return nil, nil
	}
	if len(v) != 8 {
		return nil, corrupt("page of %s", url)
	}
	return t.page(binary.BigEndian.Uint64(v))
}

// mustPageAt is pageAt, and ErrNotFound when there is none.
func (t *tx) mustPageAt(url string) (*page, error) {
	p, err := t.pageAt(url)
	if err == nil && p == nil {
		err = notFound("page %.300s", url)
	}
	return p, err
}

// newPage is a page at an address that leads nowhere yet.
func (t *tx) newPage(url string) (*page, error) {
	number, err := t.bucket(bucketPages).NextSequence()
	if err != nil {
		return nil, err
	}
	p := &page{number: number, url: url, first: never, last: never, changed: never, latest: moment{nanos: never}}
	return p, t.lead(url, p)
}

func (t *tx) putPage(p *page) error {
	return t.bucket(bucketPages).Put(pageKey(p.number), p.encode())
}

// lead makes an address lead to a page.
func (t *tx) lead(url string, p *page) error {
	if err := t.bucket(bucketAddresses).Put(urlKey(url), pageKey(p.number)); err != nil {
		return err
	}
	return t.bucket(bucketAliases).Put(append(pageKey(p.number), urlKey(url)...), nil)
}

// addresses are all addresses that lead to a page, in the order of their keys.
func (t *tx) addresses(number uint64) []string {
	var list []string
	prefix := pageKey(number)
	c := t.cursor(bucketAliases)
	for k, _ := c.Seek(prefix); hasPrefix(k, prefix); k, _ = c.Next() {
		list = append(list, urlOf(k[len(prefix):]))
	}
	return list
}

// siteName is the site that the page belongs to: as its last capture said, else its host.
func (p *page) siteName() string {
	if p.site == "" {
		return hostOf(p.url)
	}
	return p.site
}

// public is the page as callers see it.
func (t *tx) public(p *page) archive.Page {
	out := archive.Page{
		URL: p.url, Site: p.siteName(), Title: p.title, Published: p.published, Modified: p.modified, State: p.tracker.state,
		Versions: int(p.versions), Captures: p.captures, ETag: p.etag, LastModified: p.lastModified,
		FirstSeen: timeOf(p.first), LastSeen: timeOf(p.last), LastChanged: timeOf(p.changed), LastVisit: timeOf(p.latest.nanos),
	}
	out.Aliases = sortedWithout(t.addresses(p.number), p.url)
	for _, d := range t.takedowns(p.number) {
		out.Takedowns++
		if d.whole && out.Forgotten == nil {
			if f, err := t.forgotten(d.leaf); err == nil { // a leaf that cannot be read is for Verify to tell
				out.Forgotten = f
			}
		}
	}
	return out
}

// Page is the page at an address or alias. See [archive.Store]; it also knows pages that have no version yet.
func (s *Store) Page(ctx context.Context, url string) (out archive.Page, err error) {
	err = s.read(ctx, func(t *tx) error {
		p, err := t.mustPageAt(url)
		if err != nil {
			return err
		}
		out = t.public(p)
		return nil
	})
	return out, err
}

// checkURL tells whether an address can be kept.
func checkURL(url string) error {
	if url == "" {
		return errors.New("no address")
	}
	if len(url) > maxURL {
		return fmt.Errorf("address of %d bytes, more than %d: %.80q", len(url), maxURL, url)
	}
	return nil
}

func checkTime(what string, t time.Time) error {
	if !storable(t) {
		return fmt.Errorf("%s %s is not between the years 1679 and 2261", what, t)
	}
	return nil
}

func notFound(format string, args ...any) error {
	return fmt.Errorf(format+": %w", append(args, archive.ErrNotFound)...)
}

// sortedWithout is list sorted, without one of its items; nil when nothing is left.
func sortedWithout(list []string, item string) []string {
	var out []string
	for _, s := range list {
		if s != item {
			out = append(out, s)
		}
	}
	slices.Sort(out)
	return out
}
