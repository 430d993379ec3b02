package bolt

import (
	"context"
	"fmt"

	"github.com/onrecord/onrecord/archive"
)

// Rederive replaces the readings of a page. See [archive.Store]. Events whose version turns out to be none lose it, and
// are no events any more; versions that are new are none. A capture whose reading becomes nil is a Failed visit with
// [ReasonReread]. ErrNotFound when there is no such page.
func (s *Store) Rederive(ctx context.Context, url string, read map[archive.Digest]*archive.Reading) (before, after int, err error) {
	err = s.write(ctx, func(t *tx) error {
		p, err := t.mustPageAt(url)
		if err != nil {
			return err
		}
		before = int(p.versions)
		if err := t.rederive(p, read); err != nil {
			return err
		}
		after = int(p.versions)
		return nil
	})
	if err != nil {
		return 0, 0, fmt.Errorf("read %.300q again: %w", url, err)
	}
	return before, after, nil
}

func (t *tx) rederive(p *page, read map[archive.Digest]*archive.Reading) error {
	all, err := t.entries(p.number)
	if err != nil {
		return err
	}
	_, began, err := t.group(p, all)
	if err != nil {
		return err
	}
	now, err := t.readAgain(p, all, began, read)
	if err != nil {
		return err
	}
	before, err := t.judgements(p, all)
	if err != nil {
		return err
	}
	known, err := t.changesOfForgotten(p)
	if err != nil {
		return err
	}
	if err := t.deletePrefix(bucketReadings, pageKey(p.number)); err != nil {
		return err
	}
	if err := t.renumber(p, all, now); err != nil {
		return err
	}
	_, begins, err := t.group(p, all)
	if err != nil {
		return err
	}
	for i := range all {
		if begins[i] != 0 && began[i] == 0 {
			all[i].quiet = true // we did not see it then
		}
	}
	if err := t.judgeAgain(p, all, before); err != nil {
		return err
	}
	if err := t.putEntries(p.number, all); err != nil {
		return err
	}
	t.why = whyReread
	return t.rebuild(p, all, known)
}

// readAgain is what each visit reads as now; nil for those that show no version of their own. began tells which visits
// a version began with.
func (t *tx) readAgain(p *page, all []entry, began []uint32, read map[archive.Digest]*archive.Reading) ([]restated, error) {
	now := make([]restated, len(all))
	old := map[uint32]*archive.Reading{} // readings that stay, by number
	lost, err := t.lostOf(p)
	if err != nil {
		return nil, err
	}
	var first *archive.Reading // what the first capture of the version under way reads as now
	again := false             // it was read again
	for i := range all {
		e := &all[i]
		d, err := t.digest(e.source())
		if err != nil {
			return nil, err
		}
		if e.reading != 0 {
			h, err := t.readingHead(p.number, e.reading)
			if err != nil {
				return nil, err
			}
			if h.absent { // nothing can make another one of it
				now[i].forgotten, now[i].was, first, again = &h, e.reading, nil, false
				continue
			}
		}
		r, there := read[d]
		there = there && e.rereadable()
		if there && lost != nil {
			named, h, err := lost.takes(t, e, r)
			if err != nil {
				return nil, err
			}
			if h != nil {
				now[i].forgotten, now[i].was, first, again = &h.reading, h.n, nil, false
				continue
			}
			there = !named
		}
		if began[i] != 0 {
			first, again = r, there
		}
		switch {
		case there:
			now[i].Reading = r
		case e.reading == 0: // a 304, a failure
		case again:
			now[i].Reading = first
		default:
			if old[e.reading] == nil {
				if old[e.reading], err = t.reading(p.number, e.reading); err != nil {
					return nil, err
				}
			}
			now[i].Reading = old[e.reading]
		}
	}
	return now, nil
}

// restated is what a visit reads as now: a reading, or what is left of one that was forgotten, or neither.
type restated struct {
	*archive.Reading
	forgotten *reading
	was       uint32 // the number of the forgotten one
}

// changesOfForgotten are the comparisons of a page with versions whose text was forgotten: they cannot be made again.
func (t *tx) changesOfForgotten(p *page) (changes, error) {
	known := changes{}
	if t.b.Bucket(bucketTakedowns) == nil {
		return known, nil
	}
	list, err := t.versions(p.number, p.versions)
	if err != nil {
		return nil, err
	}
	absent := make([]bool, len(list))
	for i := range list {
		h, err := t.readingHead(p.number, list[i].reading)
		if err != nil {
			return nil, err
		}
		if absent[i] = h.absent; i > 0 && (absent[i] || absent[i-1]) {
			c := list[i].change
			if c.Kind == archive.Restored { // that is told anew
				c.Kind, c.Restores = archive.Edited, 0
			}
			known[[2]archive.Digest{list[i-1].identity, list[i].identity}] = c
		}
	}
	return known, nil
}

// rereadable reports whether what its bytes read as decides what a visit shows. A visit that was led elsewhere, or held
// back because of what other visits showed, stays what it is: its bytes may be those of a version.
func (e *entry) rereadable() bool {
	if e.blob == 0 || e.reading != 0 {
		return e.blob != 0
	}
	if e.capture.Outcome != archive.Failed {
		return false
	}
	state, known := states[e.capture.Reason]
	return !known || state != keep || e.capture.Reason == ReasonReread
}

// renumber keeps the readings that visits have now, each once, and gives them to the visits. A visit with the reading of the
// version under way, in what makes it a version, shares that version's.
func (t *tx) renumber(p *page, all []entry, now []restated) error {
	p.readings = 0
	numbers := map[archive.Digest]uint32{} // by all fields
	absent := map[uint32]uint32{}          // of those that were forgotten, by what they were
	var identity archive.Digest            // of the version under way
	var number uint32
	for i := range all {
		e, r := &all[i], now[i].Reading
		if h := now[i].forgotten; h != nil {
			if absent[now[i].was] == 0 {
				p.readings++
				if err := t.putReadingHead(p.number, p.readings, h); err != nil {
					return err
				}
				absent[now[i].was] = p.readings
			}
			e.reading, number = absent[now[i].was], 0
			continue
		}
		if r == nil {
			if e.reading != 0 {
				e.reading, e.capture.Outcome, e.capture.Reason = 0, archive.Failed, ReasonReread
			}
			continue
		}
		e.capture.Outcome, e.capture.Reason = archive.Stored, ""
		if id := r.Identity(); number == 0 || id != identity {
			content := archive.Sum(encodeFields(r))
			if numbers[content] == 0 {
				p.readings++
				if err := t.putReading(p.number, p.readings, r); err != nil {
					return err
				}
				numbers[content] = p.readings
			}
			identity, number = id, numbers[content]
		}
		e.reading = number
	}
	return nil
}
