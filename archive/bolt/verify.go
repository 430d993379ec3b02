package bolt

import (
	"context"
	"errors"
	"fmt"
	"iter"

	bbolt "go.etcd.io/bbolt"

	"github.com/onrecord/onrecord/archive"
)

// Verify reads everything and tells what does not hold. See [archive.Store]. In this order: the pages of the file; every
// body against its digest; of every page its visits, readings, versions, events and counts, which are worked out again
// from its visits and compared; the timeline; the queues. When the pages of the file cannot be followed, it ends there.
// The archive may be written to meanwhile.
func (s *Store) Verify(ctx context.Context) iter.Seq2[archive.Finding, error] {
	return func(yield func(archive.Finding, error) bool) {
		v := &verifier{s: s}
		steps := []func(context.Context, func() bool) error{
			v.structure, v.blobs, v.digests, v.pages, v.addresses, v.timeline, v.queues, v.ledger,
		}
		for _, step := range steps {
			stopped := false
			flush := func() bool { // between two transactions
				for _, f := range v.found {
					if stopped = stopped || !yield(f, nil); stopped {
						break
					}
				}
				v.found = v.found[:0]
				return !stopped
			}
			err := v.note("structure", s.path, step(ctx, flush))
			if stopped || !flush() || err == errStop {
				return
			}
			if err != nil {
				yield(archive.Finding{}, err)
				return
			}
		}
	}
}

// errStop ends a verification when nothing more can be read.
var errStop = errors.New("stop")

// verifier gathers what a transaction finds; it is told when the transaction is over.
type verifier struct {
	s     *Store
	found []archive.Finding
}

// note makes findings of damage, and passes on every other error.
func (v *verifier) note(kind, where string, err error) error {
	if err == nil || !errors.Is(err, archive.ErrCorrupt) {
		return err
	}
	v.found = append(v.found, archive.Finding{Kind: kind, Where: where, Problem: err.Error()})
	return nil
}

// checkedPages is how many pages bbolt's own check is asked about: it keeps a map of all of them.
const checkedPages = 1 << 20

// structure walks the pages of the file.
func (v *verifier) structure(ctx context.Context, _ func() bool) error {
	f, deadly := v.s.file, false
	err := v.s.still(ctx, func(b *bbolt.Tx) error {
		both, ok, err := readHeads(f)
		if err != nil {
			return err
		}
		for i := range ok {
			if !ok[i] {
				v.find(fmt.Sprintf("page %d", i), "one of the two heads is damaged: what was put on record last may be missing")
			}
		}
		h, good := inForce(both, ok)
		if !good {
			return corrupt("no head of the file holds")
		}
		var more []archive.Finding
		more, deadly, err = walk(f, h)
		v.found = append(v.found, more...)
		if err == nil && len(v.found) == 0 && h.pages <= checkedPages {
			for err := range b.Check() {
				v.find(v.s.path, err.Error())
			}
		}
		return err
	})
	if err == nil && deadly {
		err = errStop
	}
	return err
}

func (v *verifier) find(where, problem string) {
	v.found = append(v.found, archive.Finding{Kind: "structure", Where: where, Problem: problem})
}

// still runs f in a transaction for reading while nobody writes.
func (s *Store) still(ctx context.Context, f func(*bbolt.Tx) error) error {
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-s.turn }()
	return guarded(s.log, func() error { return s.db.View(f) })
}

// bodiesAtOnce is how many bodies a transaction decodes.
const bodiesAtOnce = 32

// blobs decodes every body.
func (v *verifier) blobs(ctx context.Context, flush func() bool) error {
	next := uint64(1)
	for more := true; more; {
		err := v.s.read(ctx, func(t *tx) error {
			for end := next + bodiesAtOnce; next < end && next <= t.bodies(); next++ {
				where, err := t.verifyBody(next)
				if err := v.note("blob", where, err); err != nil {
					return err
				}
			}
			more = next <= t.bodies()
			return nil
		})
		if err != nil {
			return err
		}
		if !flush() {
			return nil
		}
	}
	return nil
}

// verifyBody decodes a body, and names it by its digest when that can be read.
func (t *tx) verifyBody(seq uint64) (where string, err error) {
	where = fmt.Sprintf("body %d", seq)
	b, err := t.blob(seq)
	if err != nil {
		return where, err
	}
	where = b.digest.String()
	at, err := t.blobOf(b.digest)
	if err == nil && at != seq {
		err = corrupt("its digest leads to body %d, not %d", at, seq)
	}
	if err == nil && !b.absent { // the ledger knows whether it may be
		_, err = t.body(seq)
	}
	return where, err
}

// digests counts that each digest leads to a body of its own.
func (v *verifier) digests(ctx context.Context, _ func() bool) error {
	return v.s.read(ctx, func(t *tx) error {
		bodies, digests := uint64(0), uint64(0)
		c := t.cursor(bucketBlobs)
		for k, _ := c.First(); k != nil; k, _ = c.Next() {
			if len(k) == 8 {
				bodies++
			}
		}
		c = t.cursor(bucketDigests)
		for k, _ := c.First(); k != nil; k, _ = c.Next() {
			digests++
		}
		if bodies != digests || bodies != t.bodies() {
			return corrupt("%d bodies were numbered, %d are there, with %d digests", t.bodies(), bodies, digests)
		}
		return nil
	})
}

// timeline compares the visits of the timeline with those of the pages.
func (v *verifier) timeline(ctx context.Context, flush func() bool) error {
	for list, err := range v.s.allNames(ctx) {
		if err == nil {
			err = v.s.read(ctx, func(t *tx) error {
				_, err := t.visitsOf(list)
				return err
			})
		}
		if err := v.note("page", "timeline", err); err != nil {
			return err
		}
	}
	return v.s.read(ctx, func(t *tx) error {
		named, visits := uint64(0), 0
		c := t.cursor(bucketTimeline)
		for k, val := c.First(); k != nil; k, val = c.Next() {
			r := reader{b: val}
			named += r.uint()
		}
		c = t.cursor(bucketPages)
		for k, val := c.First(); k != nil; k, val = c.Next() {
			p, err := decodePage(numberOf(k), val)
			if err != nil {
				return err
			}
			visits += p.visits
		}
		if uint64(visits) != named {
			return corrupt("the pages have %d visits, the timeline %d", visits, named)
		}
		return nil
	})
}

// queues counts the tasks of all runs.
func (v *verifier) queues(ctx context.Context, _ func() bool) error {
	return v.s.read(ctx, func(t *tx) error {
		c := t.cursor(bucketRuns)
		for k, val := c.First(); k != nil; k, val = c.Next() {
			if val != nil {
				return corrupt("run %.80q is no bucket", k)
			}
			if err := v.note("queue", fmt.Sprintf("run %.80q", k), t.verifyRun(string(k))); err != nil {
				return err
			}
		}
		return nil
	})
}

func (t *tx) verifyRun(name string) error {
	r, err := t.run(name, false)
	if err != nil || r == nil {
		return err
	}
	n := uint64(0)
	c := r.tasks.Cursor()
	for k, val := c.First(); k != nil; k, val = c.Next() {
		task, err := decodeTask(val)
		if err != nil {
			return err
		}
		if string(r.seen.Get(seenKey(task.URL))) != string(k) {
			return corrupt("task %.300q is not marked as seen", task.URL)
		}
		n++
	}
	if n != r.pending {
		return corrupt("%d tasks wait, it counts %d", n, r.pending)
	}
	return nil
}
