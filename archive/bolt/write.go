package bolt

import (
	"context"

	bbolt "go.etcd.io/bbolt"

	"github.com/onrecord/onrecord/archive"
)

// Limits of one transaction, so that its memory and the wait for it are bounded.
const (
	groupOps   = 256
	groupBytes = 32 << 20
)

// op is a change that waits for its transaction. f may run more than once, and then from the start.
type op struct {
	f    func(*tx) error
	err  error
	done chan struct{} // closed when f is durable or has failed
}

// write runs f in a transaction and returns when what it did is durable. Whoever finds no transaction under way runs
// all changes that wait as one: those that came while the disk was busy share the next write to it, and a change that is
// alone waits for nobody.
func (s *Store) write(ctx context.Context, f func(*tx) error) error {
	if s.readOnly {
		return archive.ErrReadOnly
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	o := &op{f: f, done: make(chan struct{})}
	s.mu.Lock()
	s.waiting = append(s.waiting, o)
	s.mu.Unlock()
	for {
		select {
		case <-o.done:
			return o.err
		case <-ctx.Done():
			if s.withdraw(o) {
				return ctx.Err()
			}
			<-o.done // it is being written: its outcome is a fact
			return o.err
		case s.turn <- struct{}{}:
			s.writeWaiting()
			<-s.turn
		}
	}
}

// withdraw takes a change back that no transaction has begun.
func (s *Store) withdraw(o *op) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, w := range s.waiting {
		if w == o {
			s.waiting = append(s.waiting[:i], s.waiting[i+1:]...)
			return true
		}
	}
	return false
}

// writeWaiting runs changes that wait, as many as one transaction takes. The caller holds the turn.
func (s *Store) writeWaiting() {
	s.mu.Lock()
	n := min(len(s.waiting), groupOps)
	group := s.waiting[:n:n]
	s.waiting = s.waiting[n:]
	s.mu.Unlock()
	for len(group) > 0 {
		n, err := s.transact(group)
		if err != nil && n > 1 {
			for _, o := range group[:n] { // one of them is to blame: it must not take the others with it
				_, o.err = s.transact([]*op{o})
			}
		} else {
			for _, o := range group[:n] {
				o.err = err
			}
		}
		for _, o := range group[:n] {
			close(o.done)
		}
		group = group[n:]
	}
}

// transact runs changes in one transaction and returns how many it took: all, unless they are too large together.
func (s *Store) transact(group []*op) (n int, err error) {
	err = guarded(s.log, func() error {
		s.db.AllocSize = growth(s.db)
		return s.db.Update(func(b *bbolt.Tx) error {
			t := &tx{s: s, b: b}
			for n = 0; n < len(group) && t.wrote < groupBytes; {
				n++ // an error is that of the n-th
				if err := group[n-1].f(t); err != nil {
					return err
				}
			}
			return nil
		})
	})
	return max(n, 1), err
}

// growth is by how many bytes the file grows when it must: a part of what it is, so that a small archive stays small and a large
// one is not extended, with a write of its own to the disk, at every step.
func growth(db *bbolt.DB) int {
	const least, most = 256 << 10, 16 << 20
	size := 0
	_ = db.View(func(b *bbolt.Tx) error { size = int(min(b.Size()/64, most)); return nil })
	return max(size&^(least-1), least)
}
