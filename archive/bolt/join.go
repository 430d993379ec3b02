package bolt

import (
	"context"
	"fmt"
	"slices"

	"github.com/onrecord/onrecord/archive"
)

// follow is the page that a capture belongs to, made, moved or joined as the capture tells. self is true for a visit
// that did not look because the run had looked at the page it led to.
func (t *tx) follow(c *archive.Capture) (p *page, self bool, err error) {
	p, err = t.pageAt(c.URL)
	if err != nil {
		return nil, false, err
	}
	away := c.FinalURL != "" && c.FinalURL != c.URL
	seen := c.Outcome == archive.Moved && c.Reason == ReasonSeen
	if away && (c.Reading != nil || seen) {
		to, err := t.pageAt(c.FinalURL)
		if err != nil {
			return nil, false, err
		}
		if c.Reading != nil {
			p, err = t.followTo(p, to, c)
			return p, false, err
		}
		if to != nil && to.versions > 0 {
			p, err = t.unite(p, to, c.URL)
			return p, true, err
		}
	}
	if p == nil {
		p, err = t.newPage(c.URL)
	}
	return p, false, err
}

// followTo is the page of a capture that was read at FinalURL, whose page is to, when URL's page is p; both may be nil.
func (t *tx) followTo(p, to *page, c *archive.Capture) (*page, error) {
	var err error
	switch {
	case to != nil:
		p, err = t.unite(p, to, c.URL)
	case p != nil:
		err = t.lead(c.FinalURL, p)
	default:
		if p, err = t.newPage(c.FinalURL); err == nil {
			err = t.lead(c.URL, p)
		}
	}
	if err != nil {
		return nil, err
	}
	if c.Time.UnixNano() >= p.last { // an older capture does not say where the page is now
		p.url = c.FinalURL
	}
	return p, nil
}

// unite makes url, whose page is from or nil, lead to into.
func (t *tx) unite(from, into *page, url string) (*page, error) {
	switch {
	case from == nil:
		return into, t.lead(url, into)
	case from.number == into.number:
		return into, nil
	}
	for _, p := range []*page{from, into} {
		if _, ok := t.wholly(p.number); ok { // what is forgotten stays by itself, and out of other histories
			return into, nil
		}
	}
	return into, t.join(from, into)
}

// Join makes page from an alias of page into. See [archive.Store]. into keeps its address; an address from that no
// visit was paid to becomes an alias too. ErrNotFound when there is no page into.
func (s *Store) Join(ctx context.Context, from, into string) error {
	err := checkURL(from)
	if err == nil {
		err = s.write(ctx, func(t *tx) error {
			to, err := t.mustPageAt(into)
			if err != nil {
				return err
			}
			p, err := t.pageAt(from)
			if err == nil {
				_, err = t.unite(p, to, from)
			}
			return err
		})
	}
	if err != nil {
		return fmt.Errorf("join %.300q with %.300q: %w", from, into, err)
	}
	return nil
}

// join moves everything of page from to page into, which is written.
func (t *tx) join(from, into *page) error {
	theirs, err := t.entries(from.number)
	if err != nil {
		return err
	}
	ours, err := t.entries(into.number)
	if err != nil {
		return err
	}
	known, err := t.knownChanges(from, into)
	if err != nil {
		return err
	}
	numbers, err := t.moveReadings(from, into)
	if err != nil {
		return err
	}
	for i := range theirs {
		e := &theirs[i]
		e.reading = numbers[e.reading]
		if err := t.deleteName(name{e.moment, from.number}); err != nil {
			return err
		}
		if err := t.putName(name{e.moment, into.number}); err != nil {
			return err
		}
	}
	all := append(ours, theirs...)
	slices.SortStableFunc(all, func(a, b entry) int { return a.compare(b.moment) })
	kept := once(slices.Clone(all))
	if err := t.voidLost(into.number, all, kept); err != nil {
		return err
	}
	all = kept
	if len(into.chain) == 0 {
		into.chain = from.chain
	}
	for _, url := range t.addresses(from.number) {
		if err := t.lead(url, into); err != nil {
			return err
		}
	}
	for _, name := range [][]byte{bucketAliases, bucketPages, bucketVisits, bucketVersions, bucketReadings, bucketEvents} {
		if err := t.deletePrefix(name, pageKey(from.number)); err != nil {
			return err
		}
	}
	if err := t.moveMarks(from.number, into.number); err != nil {
		return err
	}
	if err := t.moveTakedowns(from.number, into.number); err != nil {
		return err
	}
	if err := t.putEntries(into.number, all); err != nil {
		return err
	}
	t.why = whyJoined
	return t.rebuild(into, all, known)
}

// once keeps of two visits of one moment, which are one visit that both pages have, the one that was read.
func once(list []entry) []entry {
	out := list[:0]
	for _, e := range list {
		if n := len(out); n > 0 && out[n-1].moment == e.moment {
			if out[n-1].reading == 0 {
				out[n-1] = e
			}
			continue
		}
		out = append(out, e)
	}
	return out
}

// moveReadings copies the readings of one page to another, and returns the numbers that they have there.
func (t *tx) moveReadings(from, into *page) (map[uint32]uint32, error) {
	have := map[archive.Digest]uint32{}
	for n := uint32(1); n <= into.readings; n++ {
		h, err := t.readingHead(into.number, n)
		if err != nil {
			return nil, err
		}
		if !h.absent {
			have[h.content] = n
		}
	}
	numbers := map[uint32]uint32{}
	for n := uint32(1); n <= from.readings; n++ {
		h, err := t.readingHead(from.number, n)
		if err != nil {
			return nil, err
		}
		if h.absent {
			into.readings++
			if err := t.putReadingHead(into.number, into.readings, &h); err != nil {
				return nil, err
			}
			numbers[n] = into.readings
			continue
		}
		if there, ok := have[h.content]; ok {
			numbers[n] = there
			continue
		}
		r, err := t.reading(from.number, n)
		if err != nil {
			return nil, err
		}
		into.readings++
		if err := t.putReading(into.number, into.readings, r); err != nil {
			return nil, err
		}
		numbers[n], have[h.content] = into.readings, into.readings
	}
	return numbers, nil
}

// knownChanges are the comparisons that the versions of pages keep.
func (t *tx) knownChanges(pages ...*page) (changes, error) {
	known := changes{}
	for _, p := range pages {
		list, err := t.versions(p.number, p.versions)
		if err != nil {
			return nil, err
		}
		for i := 1; i < len(list); i++ {
			// What a return was before it was found to be one is not kept: it is compared again.
			if list[i].change.Kind != archive.Restored {
				known[[2]archive.Digest{list[i-1].identity, list[i].identity}] = list[i].change
			}
		}
	}
	return known, nil
}
