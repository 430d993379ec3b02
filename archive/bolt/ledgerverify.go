package bolt

import (
	"context"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/ledger"
)

// ledgerCheck compares the ledger with the records.
type ledgerCheck struct {
	*verifier
	size      uint64           // when it began: later leaves are not looked at
	seen      []uint64         // a bit for each leaf: a record has it
	withdrawn map[uint64]int64 // leaf -> the leaf that withdraws it
	stands    map[string]bool  // captures that must be there, by moment and digest: whether they are
	shown     map[archive.Digest]bool
	takedowns takedownCheck
}

func (c *ledgerCheck) has(n uint64) bool { return c.seen[n/64]&(1<<(n%64)) != 0 }

// ledger checks the tree, then every record against its leaf, then that no leaf is without a record unless it was
// withdrawn, then the checkpoints that were handed out.
func (v *verifier) ledger(ctx context.Context, flush func() bool) error {
	c := &ledgerCheck{verifier: v, withdrawn: map[uint64]int64{}, stands: map[string]bool{}, shown: map[archive.Digest]bool{}}
	c.takedowns.former = map[archive.Digest]bool{}
	begun := false
	err := v.s.read(ctx, func(t *tx) error {
		if begun = t.ledgerBegun() == nil; !begun {
			return nil
		}
		c.size = t.ledgerSize()
		if most := uint64(t.b.Size()) / tlog.HashSize; c.size > most {
			return corrupt("the ledger counts %d leaves, the file has room for %d", c.size, most)
		}
		c.seen = make([]uint64, c.size/64+1)
		return nil
	})
	if err := v.note("ledger", "ledger", err); err != nil || !begun || c.seen == nil {
		return err
	}
	for _, step := range []func(context.Context) error{c.tree, c.kept, c.records, c.orphans, c.inForce, c.checkpoints} {
		if err := v.note("ledger", "ledger", step(ctx)); err != nil {
			return err
		}
		if !flush() {
			return nil
		}
	}
	return nil
}

func (c *ledgerCheck) tell(where, format string, args ...any) {
	c.found = append(c.found, archive.Finding{Kind: "ledger", Where: where, Problem: fmt.Sprintf(format, args...)})
}

// tree checks that each whole row is what the row above it says.
func (c *ledgerCheck) tree(ctx context.Context) error {
	for level, n := 0, c.size; n > 0; level, n = level+1, n/ledger.RowHashes {
		for from := uint64(0); from < n; from += chunk * ledger.RowHashes {
			err := c.s.read(ctx, func(t *tx) error {
				for i := from; i < min(n, from+chunk*ledger.RowHashes); i += ledger.RowHashes {
					if err := t.verifyRow(level, i, min(n-i, ledger.RowHashes)); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// verifyRow checks the row of a level that begins with hash i and has at least n of them.
func (t *tx) verifyRow(level int, i, n uint64) error {
	row, _ := t.row(level, int64(i/ledger.RowHashes))
	if uint64(len(row)) < n*tlog.HashSize || len(row)%tlog.HashSize != 0 || len(row) > ledger.RowHashes*tlog.HashSize {
		return corrupt("hashes from %d on of level %d are not there", i, level)
	}
	if n < ledger.RowHashes {
		return nil
	}
	above := i / ledger.RowHashes
	up, _ := t.row(level+1, int64(above/ledger.RowHashes))
	at := int(above%ledger.RowHashes) * tlog.HashSize
	if at+tlog.HashSize > len(up) || ledger.Joined(row) != tlog.Hash(up[at:]) {
		return corrupt("leaves %d to %d are not what the tree says: one of them was changed", i<<(5*level), (i+ledger.RowHashes)<<(5*level)-1)
	}
	return nil
}

// kept checks the leaves that are kept as they are.
func (c *ledgerCheck) kept(ctx context.Context) error {
	first := false
	err := c.eachKept(ctx, func(t *tx, n uint64, data []byte) error {
		where := fmt.Sprintf("leaf %d", n)
		h, err := t.leafHash(n)
		if err != nil || h != tlog.RecordHash(data) {
			c.tell(where, "what is kept of it is not what the tree says")
			return nil
		}
		l, err := ledger.ParseLeaf(data)
		if err != nil {
			c.tell(where, "%v", err)
			return nil
		}
		switch {
		case l.Kind == ledger.Begun:
			first = first || n == 0
			if key, _ := t.verifierKey(); n != 0 || key == nil || key.Name() != l.Name {
				c.tell(where, "the ledger was begun by another key, or twice")
			}
			c.mark(n)
		case l.Kind == ledger.Withdrawn:
			for _, gone := range l.Leaves {
				if uint64(gone) >= n {
					c.tell(where, "it withdraws leaf %d, which came later", gone)
				}
				c.withdrawn[uint64(gone)] = int64(n)
			}
			c.mark(n)
		case l.Kind == ledger.Forgotten, l.Kind == ledger.Readmitted:
			c.takedowns.take(n, l)
			c.mark(n)
		case l.Kind == ledger.Capture:
			c.stands[standsKey(l.Time.UnixNano(), l.Raw)] = false
			if t.b.Bucket(bucketTakedowns) != nil { // else nobody asks, and there may be many
				c.takedowns.former[l.Facts] = true
			}
		}
		return nil
	})
	if err == nil && !first && c.size > 0 {
		c.tell("leaf 0", "it does not say when the ledger was begun")
	}
	return err
}

func standsKey(nanos int64, raw archive.Digest) string {
	return string(be64(nil, uint64(nanos))) + string(raw[:])
}

// eachKept calls f with the kept leaves that were there when the check began.
func (c *ledgerCheck) eachKept(ctx context.Context, f func(t *tx, n uint64, data []byte) error) error {
	next := uint64(0)
	for more := true; more; {
		err := c.s.read(ctx, func(t *tx) error {
			cur := t.cursor(bucketLeaves)
			k, data := cur.Seek(be64(nil, next))
			for i := 0; k != nil && i < chunk; i++ {
				n := numberOf(k)
				if n >= c.size {
					k = nil
					break
				}
				if err := f(t, n, data); err != nil {
					return err
				}
				next = n + 1
				k, data = cur.Next()
			}
			more = k != nil
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// mark takes note that a record has leaf n.
func (c *ledgerCheck) mark(n uint64) {
	if n < c.size {
		c.seen[n/64] |= 1 << (n % 64)
	}
}

// records checks every record against its leaf, each page in a transaction of its own.
func (c *ledgerCheck) records(ctx context.Context) error {
	for p, err := range c.s.allPages(ctx) {
		if err != nil {
			return err
		}
		err = c.s.read(ctx, func(t *tx) error {
			now, err := t.page(p.number)
			if err != nil {
				if t.bucket(bucketPages).Get(pageKey(p.number)) == nil {
					return nil // joined with another one meanwhile
				}
				return err
			}
			return c.page(t, now)
		})
		if err := c.note("ledger", p.url, err); err != nil {
			return err
		}
	}
	return nil
}

func (c *ledgerCheck) page(t *tx, p *page) error {
	all, err := t.entries(p.number)
	if err != nil {
		return err
	}
	for i := range all {
		if err := c.visit(t, p, &all[i]); err != nil {
			return err
		}
	}
	if err := c.readings(t, p); err != nil {
		return err
	}
	list, err := t.versions(p.number, p.versions)
	if err != nil {
		return err
	}
	_, starts, err := t.group(p, all)
	if err != nil {
		return err
	}
	for _, n := range starts {
		if int(n) > len(list) {
			return corrupt("its visits show a version %d, which is not there", n)
		}
	}
	want, err := t.following(p, all, list, starts)
	if err != nil {
		return err
	}
	c.marks(t, p, want)
	return nil
}

// visit checks a visit against its leaf.
func (c *ledgerCheck) visit(t *tx, p *page, e *entry) error {
	what := fmt.Sprintf("the visit of %s", timeOf(e.nanos).Format("2006-01-02 15:04:05.999999999 UTC"))
	if !e.logged {
		c.tell(p.url, "%s is in no leaf: it was added past the ledger", what)
		return nil
	}
	j, err := t.judged(p.number, e)
	if err != nil {
		return err
	}
	l, _, err := t.captureLeaf(e, j)
	if err != nil {
		return err
	}
	forgotten := c.takedowns.names(l.Facts)
	if err := c.bodies(t, p, e, what, forgotten); err != nil {
		return err
	}
	if k := standsKey(e.nanos, l.Raw); len(c.stands) > 0 {
		if _, ok := c.stands[k]; ok {
			c.stands[k] = true
		}
	}
	for i := range e.capture.Hops {
		c.certificates(t, p, e.capture.Hops[i].CertificateDigest, forgotten)
	}
	if e.leaf >= c.size && e.leaf < t.ledgerSize() {
		return nil // it came meanwhile
	}
	h, err := t.leafHash(e.leaf)
	switch {
	case err != nil:
		c.tell(p.url, "%s: %v", what, err)
	case h != l.Hash():
		c.tell(p.url, "%s is not what leaf %d says: it was changed after it was put on record", what, e.leaf)
		c.mark(e.leaf)
	case c.has(e.leaf):
		c.tell(p.url, "%s has leaf %d, which another record has too", what, e.leaf)
	default:
		c.mark(e.leaf)
	}
	return nil
}

// marks compares the leaves of a page's versions and events with those that follow from its visits.
func (c *ledgerCheck) marks(t *tx, p *page, want [][]byte) {
	wanted := map[string]int{}
	for _, data := range want {
		wanted[string(data)]++
	}
	for _, m := range t.marks(p.number) {
		what := "record"
		if l, err := ledger.ParseLeaf(m.data); err == nil {
			what = string(l.Kind)
		}
		h, err := t.leafHash(m.n)
		switch {
		case err != nil:
			c.tell(p.url, "%s: %v", what, err)
			continue
		case h != tlog.RecordHash(m.data):
			c.tell(p.url, "what is kept of leaf %d is not what the tree says", m.n)
		case wanted[string(m.data)] == 0:
			c.tell(p.url, "leaf %d is about a %s that is not on record as it was: it was changed or removed", m.n, what)
		case m.n < c.size && c.has(m.n):
			c.tell(p.url, "two records have leaf %d", m.n)
		}
		wanted[string(m.data)]--
		c.mark(m.n)
	}
	for data, n := range wanted {
		if n > 0 {
			what := "record"
			if l, err := ledger.ParseLeaf([]byte(data)); err == nil {
				what = string(l.Kind)
			}
			c.tell(p.url, "%d of its %ss are in no leaf: added or changed past the ledger", n, what)
		}
	}
}

// orphans are leaves without a record that were not withdrawn, and records that were.
func (c *ledgerCheck) orphans(ctx context.Context) error {
	const most = 100 // findings; a ledger of another archive would give one for each leaf
	told := 0
	meanwhile, err := c.withdrawnSince(ctx)
	if err != nil {
		return err
	}
	for n := uint64(0); n < c.size && told < most; n++ {
		by, gone := c.withdrawn[n]
		switch {
		case meanwhile[n]:
		case gone && c.has(n):
			c.tell(fmt.Sprintf("leaf %d", n), "leaf %d withdraws it, and it holds", by)
			told++
		case !gone && !c.has(n):
			c.tell(fmt.Sprintf("leaf %d", n), "what it is about is not on record any more: it was removed")
			told++
		}
	}
	for _, there := range c.stands {
		if !there && told < most && len(meanwhile) == 0 {
			c.tell("ledger", "a visit whose leaf was withdrawn is not on record any more: only what is made of a visit can be withdrawn")
			told++
		}
	}
	return nil
}

// withdrawnSince are leaves that were withdrawn since the check began.
func (c *ledgerCheck) withdrawnSince(ctx context.Context) (map[uint64]bool, error) {
	gone := map[uint64]bool{}
	err := c.s.read(ctx, func(t *tx) error {
		cur := t.cursor(bucketLeaves)
		for k, data := cur.Seek(be64(nil, c.size)); k != nil; k, data = cur.Next() {
			if l, err := ledger.ParseLeaf(data); err == nil {
				for _, n := range l.Leaves {
					gone[uint64(n)] = true
				}
			}
		}
		return nil
	})
	return gone, err
}
