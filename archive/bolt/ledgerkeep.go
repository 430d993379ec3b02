package bolt

import (
	"context"
	"encoding/binary"
	"fmt"
	"iter"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/ledger"
)

var _ ledger.Keeper = (*Store)(nil)

// errNoLedger is what a file gives that has no ledger, or not all of it: opening it for writing begins it.
var errNoLedger = fmt.Errorf("the archive has no ledger yet; it is begun when the archive is next written to: %w", archive.ErrNotFound)

// ledgerBegun returns errNoLedger when there is no ledger, or it was begun and not all was taken in.
func (t *tx) ledgerBegun() error {
	v := t.bucket(bucketMeta).Get(keySchema)
	if len(v) != 4 || binary.BigEndian.Uint32(v) < SchemaLedger || t.bucket(bucketLedger).Get(keyTaken) != nil {
		return errNoLedger
	}
	return nil
}

// readLedger runs f in a transaction that sees the ledger.
func (s *Store) readLedger(ctx context.Context, f func(*tx) error) error {
	return s.read(ctx, func(t *tx) error {
		if err := t.ledgerBegun(); err != nil {
			return err
		}
		return f(t)
	})
}

func (t *tx) head() (ledger.Checkpoint, error) {
	k, err := t.verifierKey()
	if err != nil {
		return ledger.Checkpoint{}, err
	}
	c, err := ledger.HeadOf(k.Name(), int64(t.ledgerSize()), ledger.Reader(t.row))
	if err != nil {
		return c, corrupt("ledger: %v", err)
	}
	return c, nil
}

// Head is the head of the ledger. See [ledger.Keeper].
func (s *Store) Head(ctx context.Context) (c ledger.Checkpoint, err error) {
	err = s.readLedger(ctx, func(t *tx) error {
		c, err = t.head()
		return err
	})
	return c, err
}

// SignHead is the signed head. See [ledger.Keeper].
func (s *Store) SignHead(ctx context.Context) ([]byte, error) {
	signer, err := s.Signer(ctx)
	if err != nil {
		return nil, err
	}
	head, err := s.Head(ctx)
	if err != nil {
		return nil, err
	}
	return head.Sign(signer)
}

// KeepCheckpoint keeps a checkpoint that was handed out. See [ledger.Keeper].
func (s *Store) KeepCheckpoint(ctx context.Context, signed []byte, at time.Time) error {
	err := s.write(ctx, func(t *tx) error {
		key, err := t.verifierKey()
		if err != nil {
			return err
		}
		c, _, err := ledger.OpenCheckpoint(signed, key)
		if err != nil {
			return err
		}
		if err := ledger.CheckFork(int64(t.ledgerSize()), ledger.Reader(t.row), &c); err != nil {
			return err
		}
		w := writer{}
		w.time(at)
		w.str(string(signed))
		return t.bucket(bucketCheckpoints).Put(be64(nil, uint64(c.Size)), w.b)
	})
	if err != nil {
		return fmt.Errorf("keep checkpoint: %w", err)
	}
	return nil
}

// maxStamp is the length of the longest time-stamp response that is kept, in bytes.
const maxStamp = 1 << 20

// KeepStamp keeps a time stamp over a checkpoint. See [ledger.Keeper].
func (s *Store) KeepStamp(ctx context.Context, size int64, stamp ledger.Stamp) error {
	if len(stamp.Response) > maxStamp || len(stamp.From) > maxURL {
		return fmt.Errorf("keep time stamp: %d bytes, more than %d", len(stamp.Response), maxStamp)
	}
	err := s.write(ctx, func(t *tx) error {
		key := be64(nil, uint64(size))
		if t.bucket(bucketCheckpoints).Get(key) == nil {
			return notFound("checkpoint of %d leaves", size)
		}
		b := t.bucket(bucketStamps)
		n, err := b.NextSequence()
		if err != nil {
			return err
		}
		w := writer{}
		w.str(stamp.From)
		w.str(string(stamp.Response))
		t.wrote += len(w.b)
		return b.Put(be64(key, n), w.b)
	})
	if err != nil {
		return fmt.Errorf("keep time stamp: %w", err)
	}
	return nil
}

// checkpointsAtOnce is how many checkpoints a transaction reads, with their time stamps.
const checkpointsAtOnce = 32

// Checkpoints are the kept checkpoints. See [ledger.Keeper].
func (s *Store) Checkpoints(ctx context.Context) iter.Seq2[ledger.Kept, error] {
	return func(yield func(ledger.Kept, error) bool) {
		next := uint64(0)
		inChunks(ctx, s, func(t *tx) (list []ledger.Kept, err error) {
			list, err = t.checkpointsFrom(next)
			if n := len(list); n > 0 {
				next = uint64(list[n-1].Size) + 1
			}
			return list, err
		})(yield)
	}
}

// checkpointsFrom are the next checkpoints from a size on; nil at the end.
func (t *tx) checkpointsFrom(size uint64) (list []ledger.Kept, err error) {
	if err := t.ledgerBegun(); err != nil {
		return nil, err
	}
	c := t.cursor(bucketCheckpoints)
	for k, v := c.Seek(be64(nil, size)); k != nil && len(list) < checkpointsAtOnce; k, v = c.Next() {
		r := reader{b: v}
		kept := ledger.Kept{Time: r.time(), Signed: []byte(r.str())}
		if err := r.done(); err != nil {
			return nil, err
		}
		if kept.Checkpoint, err = ledger.PeekCheckpoint(kept.Signed); err != nil || uint64(kept.Size) != numberOf(k) {
			return nil, corrupt("checkpoint of %d leaves: %v", numberOf(k), err)
		}
		if kept.Stamps, err = t.stamps(k); err != nil {
			return nil, err
		}
		list = append(list, kept)
	}
	return list, nil
}

// stamps are the time stamps over the checkpoint with a key.
func (t *tx) stamps(key []byte) (list []ledger.Stamp, err error) {
	c := t.cursor(bucketStamps)
	for k, v := c.Seek(key); hasPrefix(k, key); k, v = c.Next() {
		r := reader{b: v}
		list = append(list, ledger.Stamp{From: r.str(), Response: []byte(r.str())})
		if err := r.done(); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// Leaves are the leaves of a page. See [ledger.Keeper].
func (s *Store) Leaves(ctx context.Context, url string) iter.Seq2[ledger.Numbered, error] {
	return func(yield func(ledger.Numbered, error) bool) {
		after, visits := start, true
		inChunks(ctx, s, func(t *tx) ([]ledger.Numbered, error) {
			if err := t.ledgerBegun(); err != nil {
				return nil, err
			}
			p, err := t.mustPageAt(url)
			if err != nil || !visits {
				return nil, err
			}
			list, err := t.groupFrom(p.number, after)
			if err != nil {
				return nil, err
			}
			if len(list) > 0 {
				after = list[len(list)-1].moment
				return t.visitLeaves(p, list)
			}
			visits = false
			return t.markLeaves(p)
		})(yield)
	}
}

func (t *tx) visitLeaves(p *page, list []entry) ([]ledger.Numbered, error) {
	out := make([]ledger.Numbered, 0, len(list))
	for i := range list {
		e := &list[i]
		j, err := t.judged(p.number, e)
		if err != nil {
			return nil, err
		}
		l, facts, err := t.captureLeaf(e, j)
		if err != nil {
			return nil, err
		}
		if h, err := t.leafHash(e.leaf); err != nil || !e.logged || h != l.Hash() {
			return nil, orCorrupt(err, "the visit of %s is not what its leaf says", timeOf(e.nanos))
		}
		out = append(out, ledger.Numbered{N: int64(e.leaf), Leaf: l, Facts: facts})
	}
	return out, nil
}

func (t *tx) markLeaves(p *page) ([]ledger.Numbered, error) {
	out := []ledger.Numbered{}
	for _, m := range t.marks(p.number) {
		l, err := ledger.ParseLeaf(m.data)
		if err != nil {
			return nil, corrupt("leaf %d: %v", m.n, err)
		}
		if h, err := t.leafHash(m.n); err != nil || h != tlog.RecordHash(m.data) {
			return nil, orCorrupt(err, "what is kept of leaf %d is not what the tree says", m.n)
		}
		out = append(out, ledger.Numbered{N: int64(m.n), Leaf: *l})
	}
	return out, nil
}

// Earlier are the withdrawn leaves of visits, and those that say they were forgotten. See [ledger.Keeper]. It reads all
// leaves that are kept as they are.
func (s *Store) Earlier(ctx context.Context, about []archive.Digest) (list []ledger.Numbered, err error) {
	wanted := map[archive.Digest]bool{}
	for _, d := range about {
		wanted[d] = true
	}
	found := map[int64]bool{}
	names := func(l *ledger.Leaf) bool { // a withdrawal comes after what it withdraws
		return slices.ContainsFunc(l.Leaves, func(n int64) bool { return found[n] })
	}
	next := uint64(0)
	for more := true; more && err == nil; {
		err = s.readLedger(ctx, func(t *tx) error {
			c := t.cursor(bucketLeaves)
			k, data := c.Seek(be64(nil, next))
			for i := 0; k != nil && i < chunk; i++ {
				n := int64(numberOf(k))
				l, err := ledger.ParseLeaf(data)
				if err != nil {
					return corrupt("leaf %d: %v", n, err)
				}
				forgotten := l.Kind == ledger.Forgotten &&
					slices.ContainsFunc(slices.Concat(l.Captures, l.Readings), func(d archive.Digest) bool { return wanted[d] })
				if (l.Kind == ledger.Capture && wanted[l.Facts]) || (l.Kind == ledger.Withdrawn && names(l)) || forgotten {
					found[n] = l.Kind == ledger.Capture
					list = append(list, ledger.Numbered{N: n, Leaf: *l})
				}
				next = following(uint64(n))
				k, data = c.Next()
			}
			more = k != nil
			return nil
		})
	}
	return list, err
}

// ProveLeaf is a proof that a leaf is in the ledger. See [ledger.Keeper].
func (s *Store) ProveLeaf(ctx context.Context, size, n int64) (p tlog.RecordProof, err error) {
	err = s.readLedger(ctx, func(t *tx) error {
		if n < 0 || n >= size || uint64(size) > t.ledgerSize() {
			return notFound("leaf %d of %d", n, size)
		}
		p, err = tlog.ProveRecord(size, n, ledger.Reader(t.row))
		return err
	})
	return p, err
}

// ProveTree is a proof that the ledger only grew. See [ledger.Keeper].
func (s *Store) ProveTree(ctx context.Context, size, old int64) (p tlog.TreeProof, err error) {
	err = s.readLedger(ctx, func(t *tx) error {
		if old < 1 || old > size || uint64(size) > t.ledgerSize() {
			return notFound("ledger of %d leaves, then %d", old, size)
		}
		p, err = tlog.ProveTree(size, old, ledger.Reader(t.row))
		return err
	})
	return p, err
}

// CheckFork compares the ledger with an earlier checkpoint. See [ledger.Keeper].
func (s *Store) CheckFork(ctx context.Context, old *ledger.Checkpoint) error {
	return s.readLedger(ctx, func(t *tx) error {
		return ledger.CheckFork(int64(t.ledgerSize()), ledger.Reader(t.row), old)
	})
}
