package web

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"

	"github.com/onrecord/onrecord/archive"
)

// File is the archive in a file, which other processes write to. It is open for reading only while there are readers, and
// never for long, so that whoever wants to write gets it: a process that waits for the file is given a pause. While somebody
// writes, open gives a copy, which is kept for some seconds, the longer the longer it took to make.
//
// open opens the archive for reading; its errors are those that readers meet. Close closes what is open.
func File(path string, open func() (archive.Store, error)) *FileArchive {
	return &FileArchive{path: path, open: open}
}

const (
	// idleFor is how long the file stays open after the last reader.
	idleFor = 100 * time.Millisecond
	// heldFor is how long it stays open while readers keep coming, pause how long it is closed then. bbolt looks every 50 ms
	// whether a file is free.
	heldFor = 500 * time.Millisecond
	pause   = 120 * time.Millisecond
	// copyFor is how long a copy is good for at least; it is kept copyFactor times as long as it took to open.
	copyFor    = 5 * time.Second
	copyFactor = 20
	// patience is how long a reader waits for the others to be done, when the file was open for long enough. Whoever has it
	// may be this reader, in need of it for a second thing.
	patience = 300 * time.Millisecond
)

// FileArchive is what [File] gives.
type FileArchive struct {
	path string
	open func() (archive.Store, error)

	mu      sync.Mutex
	store   archive.Store // nil while closed; guarded by mu, as is what follows
	state   string
	users   int
	until   time.Time // from when on no new reader gets the store
	free    time.Time // before that it is not opened
	copied  bool      // the store is a copy
	timer   *time.Timer
	changed chan struct{} // closed when the store was closed
	closed  bool
	lent    *lentStore // what readers get in place of the file
}

// lentStore is a store that this process has open for writing.
type lentStore struct {
	store archive.Store
	users sync.WaitGroup
}

// Lend lets readers have a store that this process has open for writing, until takeBack is called, which waits for the last of
// them. It is to be called before the store is closed.
func (f *FileArchive) Lend(s archive.Store) (takeBack func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	lent := &lentStore{store: s}
	f.lent = lent
	return sync.OnceFunc(func() {
		f.mu.Lock()
		if f.lent == lent {
			f.lent = nil
		}
		f.mu.Unlock()
		lent.users.Wait()
	})
}

// borrowLent gives the store that was lent; nil when there is none.
func (f *FileArchive) borrowLent() (archive.Store, func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.lent == nil || f.closed {
		return nil, nil
	}
	lent := f.lent
	lent.users.Add(1)
	return lent.store, sync.OnceFunc(lent.users.Done)
}

// errNoArchive is what readers get of a file that is not there yet.
var errNoArchive = failure{status: 503, text: "There is no archive yet.", hint: "The first run makes it. Try again when it has begun."}

// errClosed is what readers of an archive get whose room is being closed.
var errClosed = failure{status: 503, text: "The room is being closed.", hint: "Come again when it is open."}

// Borrow opens the file or shares it with the other readers.
func (f *FileArchive) Borrow(ctx context.Context) (archive.Store, func(), error) {
	for end := time.Now().Add(patience); ; {
		if s, giveBack := f.borrowLent(); s != nil {
			return s, giveBack, nil
		}
		s, wait, err := f.borrow(time.Now().After(end))
		if err != nil {
			return nil, nil, err
		}
		if s != nil {
			return s, sync.OnceFunc(f.giveBack), nil
		}
		select {
		case <-ctx.Done():
			return nil, nil, ctx.Err()
		case <-wait:
		case <-time.After(patience):
		}
	}
}

// borrow gives the store, or what to wait for. A reader that has waited for long gets it as long as it is open.
func (f *FileArchive) borrow(waited bool) (archive.Store, <-chan struct{}, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return nil, nil, errClosed
	}
	now := time.Now()
	switch {
	case f.store != nil && (now.Before(f.until) || waited && f.users > 0):
		f.users++
		return f.store, nil, nil
	case f.store != nil && f.users > 0: // its time is over: wait until the others are done
		if f.changed == nil {
			f.changed = make(chan struct{})
		}
		return nil, f.changed, nil
	case f.store != nil:
		f.close()
	}
	if wait := f.free.Sub(now); wait > 0 {
		c := make(chan struct{})
		time.AfterFunc(wait, func() { close(c) })
		return nil, c, nil
	}
	if err := f.reopen(); err != nil {
		return nil, nil, err
	}
	f.users++
	return f.store, nil, nil
}

// reopen opens the file. What is read is at least as new as its state says.
func (f *FileArchive) reopen() error {
	state, err := f.fileState()
	if err != nil {
		return err
	}
	begin := time.Now()
	s, err := f.open()
	if err != nil {
		return err
	}
	took := time.Since(begin)
	f.store, f.state, f.copied = s, state, isCopy(s)
	f.until = time.Now().Add(heldFor)
	if f.copied {
		f.until = time.Now().Add(max(copyFor, copyFactor*took))
	}
	return nil
}

// isCopy reports whether a store is a copy that another process made.
func isCopy(s archive.Store) bool {
	c, ok := s.(interface{ Copied() bool })
	return ok && c.Copied()
}

func (f *FileArchive) giveBack() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.users--
	if f.users > 0 || f.store == nil {
		return
	}
	now := time.Now()
	if f.closed || !now.Before(f.until) {
		f.close()
		return
	}
	wait := min(idleFor, f.until.Sub(now))
	if f.copied {
		wait = f.until.Sub(now)
	}
	store := f.store
	if f.timer != nil {
		f.timer.Stop()
	}
	f.timer = time.AfterFunc(wait, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		if f.store == store && f.users == 0 {
			f.close()
		}
	})
}

// close closes the store. f.mu is held.
func (f *FileArchive) close() {
	_ = f.store.Close() // it was only read
	if !f.copied && time.Now().After(f.until) {
		f.free = time.Now().Add(pause)
	}
	f.store = nil
	if f.changed != nil {
		close(f.changed)
		f.changed = nil
	}
}

// State names the state of the file, or of the copy that readers get now.
func (f *FileArchive) State(context.Context) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.lent == nil && f.store != nil && time.Now().Before(f.until) {
		return f.state, nil
	}
	return f.fileState()
}

// fileState is the size of the file and when it was last written to: all that is put on record is written there.
func (f *FileArchive) fileState() (string, error) {
	info, err := os.Stat(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("%w: %w", errNoArchive, archive.ErrNotFound)
	}
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d %d", info.Size(), info.ModTime().UnixNano()), nil
}

// Close closes the file once its last reader is done; new ones are told that the room is being closed.
func (f *FileArchive) Close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = true
	if f.store != nil && f.users == 0 {
		f.close()
	}
}
