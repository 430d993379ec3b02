package bolt

import (
	"context"
	"fmt"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/ledger"
)

// takedownCheck is what the leaves say was forgotten. Whoever takes bytes away past the ledger, or hides them behind a
// takedown that is not theirs, is found by it: a body, a reading or a certificate may be absent only where a leaf names the
// capture or the reading.
type takedownCheck struct {
	captures map[archive.Digest]bool // facts that leaves name: whether a visit on record has them
	readings map[archive.Digest]bool // readings that leaves name
	leaves   map[uint64]bool         // of the kind
	former   map[archive.Digest]bool // facts of captures whose leaves were withdrawn
	inForce  map[uint64]*ledger.Leaf // those that no later leaf has ended, without their digests
}

// take takes in a leaf about a takedown; they come in the order of their numbers.
func (c *takedownCheck) take(n uint64, l *ledger.Leaf) {
	if c.leaves == nil {
		c.captures, c.readings = map[archive.Digest]bool{}, map[archive.Digest]bool{}
		c.leaves, c.inForce = map[uint64]bool{}, map[uint64]*ledger.Leaf{}
	}
	if l.Kind == ledger.Readmitted {
		for _, n := range l.Leaves {
			delete(c.inForce, uint64(n))
		}
		return
	}
	c.leaves[n] = true
	for _, d := range l.Captures {
		c.captures[d] = false
	}
	for _, d := range l.Readings {
		c.readings[d] = true
	}
	c.inForce[n] = &ledger.Leaf{Page: l.Page, Whole: l.Whole}
}

// names reports whether a leaf names a capture, by its facts, which are on record.
func (c *takedownCheck) names(facts archive.Digest) bool {
	if _, ok := c.captures[facts]; !ok {
		return false
	}
	c.captures[facts] = true
	return true
}

// bodies checks that the bytes of a visit are there, or that a leaf names it, or its facts say that they were not kept.
func (c *ledgerCheck) bodies(t *tx, p *page, e *entry, what string, forgotten bool) error {
	for _, body := range []struct {
		seq     uint64
		dropped bool
	}{{e.blob, e.capture.Dropped.Raw}, {e.rendered, e.capture.Dropped.Rendered}} {
		if body.seq == 0 {
			continue
		}
		b, _, err := t.blobHead(body.seq)
		switch {
		case err != nil:
			return err
		case b.dropped() && !body.dropped:
			c.tell(p.url, "the bytes of %s are not there, and it does not say that they were not kept: they were taken away past the ledger", what)
		case b.absent && !b.dropped() && b.leaf < c.size && (!forgotten || !c.takedowns.leaves[b.leaf]):
			c.tell(p.url, "the bytes of %s are gone, and no leaf says that they were forgotten: they were taken away past the ledger", what)
		}
	}
	return nil
}

// certificates checks that the certificates that a server showed are there, each chain once; those that a forgotten visit
// alone was shown may be gone.
func (c *ledgerCheck) certificates(t *tx, p *page, d archive.Digest, forgotten bool) {
	name := archive.CertificateNote(d)
	if d.IsZero() || c.shown[d] || (forgotten && t.bucket(bucketNotes).Get([]byte(name)) == nil) {
		return
	}
	c.shown[d] = true
	if b := t.bucket(bucketNotes).Get([]byte(name)); archive.Sum(b) != d {
		c.tell(p.url, "the certificates that its server showed (note %s) are missing or were changed", name)
	}
}

// readings checks that the readings of a page are there, or that a leaf names them.
func (c *ledgerCheck) readings(t *tx, p *page) error {
	for n := uint32(1); n <= p.readings; n++ {
		h, err := t.readingHead(p.number, n)
		if err != nil {
			return err
		}
		if h.absent && h.leaf < c.size && (!c.takedowns.readings[h.record] || !c.takedowns.leaves[h.leaf]) {
			c.tell(p.url, "reading %d is gone, and no leaf says that it was forgotten: it was taken away past the ledger", n)
		}
	}
	return nil
}

// inForce compares the takedowns in force with the leaves, and looks for captures that leaves name and nobody has.
func (c *ledgerCheck) inForce(ctx context.Context) error {
	for d, there := range c.takedowns.captures {
		// Of two visits of one moment on two pages that were joined one stands for both, as the withdrawal of its leaf tells.
		if !there && !c.takedowns.former[d] {
			c.tell("ledger", "a capture with the facts %s was forgotten, and is not on record: its facts should have stayed", d)
		}
	}
	return c.s.read(ctx, func(t *tx) error {
		if t.b.Bucket(bucketTakedowns) == nil {
			if len(c.takedowns.leaves) > 0 {
				c.tell("takedowns", "leaves say that something was forgotten, and the archive does not know of it")
			}
			return nil
		}
		if t.ledgerSize() != c.size {
			return nil // something may have been forgotten, or readmitted, since the check began
		}
		return c.compareTakedowns(t)
	})
}

func (c *ledgerCheck) compareTakedowns(t *tx) error {
	want := map[string]bool{} // keys of the bucket: whether it is of the whole page
	for n, l := range c.takedowns.inForce {
		p, err := t.pageAt(l.Page)
		if err != nil {
			return err
		}
		if p == nil {
			c.tell(l.Page, "leaf %d says that something of it was forgotten, and there is no such page", n)
			continue
		}
		key := takedownKey(p.number, n)
		want[string(key)] = l.Whole
		if v := t.bucket(bucketTakedowns).Get(key); len(v) != 1 || (v[0] == 1) != l.Whole {
			c.tell(l.Page, "leaf %d says that something of it was forgotten, and the takedown is not in force", n)
		}
	}
	cur := t.cursor(bucketTakedowns)
	for k, _ := cur.First(); k != nil; k, _ = cur.Next() {
		if _, ok := want[string(k)]; !ok {
			c.tell(fmt.Sprintf("page %d", numberOf(k)), "a takedown is in force that no leaf tells of")
		}
	}
	return nil
}
