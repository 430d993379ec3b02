package bolt

import (
	"slices"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/ledger"
)

// Why leaves are withdrawn, as the ledger says it.
const (
	whyLate   = "what follows from the visits was worked out anew"
	whyReread = "read again by other rules"
	whyJoined = "two pages turned out to be one"
)

// void takes note that leaf n does not hold any more; data is what it says. The next settling withdraws it.
func (t *tx) void(n uint64, data []byte, why string) error {
	t.voided, t.why = append(t.voided, int64(n)), why
	return t.bucket(bucketLeaves).Put(be64(nil, n), data)
}

// withdraw puts the withdrawal of what has become void into the ledger.
func (t *tx) withdraw() error {
	slices.Sort(t.voided)
	for some := range slices.Chunk(t.voided, ledger.MaxWithdrawn) {
		l := ledger.Leaf{Kind: ledger.Withdrawn, Time: time.Now().UTC(), Why: t.why, Leaves: some}
		if err := t.keepLeaf(&l); err != nil {
			return err
		}
	}
	t.voided, t.why = nil, ""
	return nil
}

// keepLeaf puts a leaf that is about no record into the ledger, and keeps it.
func (t *tx) keepLeaf(l *ledger.Leaf) error {
	data := l.Data()
	n, err := t.appendLeaf(data)
	if err != nil {
		return err
	}
	return t.bucket(bucketLeaves).Put(be64(nil, n), data)
}

// following are the leaves that follow from all visits of a page: those of its versions, then those of its events.
func (t *tx) following(p *page, all []entry, list []version, starts []uint32) ([][]byte, error) {
	digests := make([]archive.Digest, len(all))
	factsOf := func(i int) (archive.Digest, error) {
		if digests[i].IsZero() {
			b, err := t.facts(&all[i])
			if err != nil {
				return archive.Digest{}, err
			}
			digests[i] = archive.Sum(b)
		}
		return digests[i], nil
	}
	var versions, events [][]byte
	var k tracker
	for i := range all {
		var v *version
		if starts[i] != 0 {
			v = &list[starts[i]-1]
		}
		happened := k.see(&all[i], v)
		if v == nil && len(happened) == 0 {
			continue
		}
		facts, err := factsOf(i)
		if err != nil {
			return nil, err
		}
		if v != nil {
			data, err := t.versionLeaf(p.number, v, facts)
			if err != nil {
				return nil, err
			}
			versions = append(versions, data)
		}
		for j := range happened {
			events = append(events, eventLeaf(&happened[j], facts))
		}
	}
	return append(versions, events...), nil
}

// settle brings the ledger up to date with everything that follows from a page's visits: what is new is added, what does not
// follow any more is withdrawn.
func (t *tx) settle(p *page, all []entry, list []version, starts []uint32) error {
	want, err := t.following(p, all, list, starts)
	if err != nil {
		return err
	}
	have := map[string][]uint64{}
	for _, m := range t.marks(p.number) {
		have[string(m.data)] = append(have[string(m.data)], m.n)
	}
	var missing [][]byte
	for _, data := range want {
		if n := have[string(data)]; len(n) > 0 {
			have[string(data)] = n[1:]
		} else {
			missing = append(missing, data)
		}
	}
	why := t.why
	if why == "" {
		why = whyLate
	}
	for data, left := range have {
		for _, n := range left {
			if err := t.void(n, []byte(data), why); err != nil {
				return err
			}
			if err := t.bucket(bucketMarks).Delete(markKey(p.number, n)); err != nil {
				return err
			}
		}
	}
	for _, data := range missing {
		if err := t.mark(p.number, data); err != nil {
			return err
		}
	}
	return t.withdraw()
}

// marked is the leaf of a version or an event.
type marked struct {
	n    uint64
	data []byte
}

// marks are the leaves of a page's versions and events, by number.
func (t *tx) marks(page uint64) []marked {
	var list []marked
	prefix := pageKey(page)
	c := t.cursor(bucketMarks)
	for k, v := c.Seek(prefix); hasPrefix(k, prefix); k, v = c.Next() {
		list = append(list, marked{numberOf(k[len(prefix):]), slices.Clone(v)})
	}
	return list
}

// judgements are what rules make of the visits of a page now.
func (t *tx) judgements(p *page, all []entry) ([]judgement, error) {
	out := make([]judgement, len(all))
	for i := range all {
		var err error
		if out[i], err = t.judged(p.number, &all[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// judgeAgain gives the visits of a page that rules make something else of a new leaf. before is what they made of them.
func (t *tx) judgeAgain(p *page, all []entry, before []judgement) error {
	for i := range all {
		e := &all[i]
		now, err := t.judged(p.number, e)
		if err != nil {
			return err
		}
		if now == before[i] {
			continue
		}
		old, _, err := t.captureLeaf(e, before[i])
		if err != nil {
			return err
		}
		if err := t.void(e.leaf, old.Data(), whyReread); err != nil {
			return err
		}
		if _, err := t.record(p.number, e); err != nil {
			return err
		}
	}
	return nil
}

// moveMarks gives the leaves of one page's versions and events to another page.
func (t *tx) moveMarks(from, into uint64) error {
	for _, m := range t.marks(from) {
		if err := t.bucket(bucketMarks).Delete(markKey(from, m.n)); err != nil {
			return err
		}
		if err := t.bucket(bucketMarks).Put(markKey(into, m.n), m.data); err != nil {
			return err
		}
	}
	return nil
}

// voidLost withdraws the leaves of visits that another visit of the same moment stands for now.
func (t *tx) voidLost(page uint64, all, kept []entry) error {
	stays := map[uint64]bool{}
	for i := range kept {
		stays[kept[i].leaf] = true
	}
	for i := range all {
		e := &all[i]
		if stays[e.leaf] {
			continue
		}
		j, err := t.judged(page, e)
		if err != nil {
			return err
		}
		l, _, err := t.captureLeaf(e, j)
		if err != nil {
			return err
		}
		if err := t.void(e.leaf, l.Data(), whyJoined); err != nil {
			return err
		}
	}
	return nil
}
