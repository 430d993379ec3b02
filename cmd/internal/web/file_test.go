package web

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/bolt"
)

// openFile is a file with a statement, as a room reads it.
func openFile(t *testing.T) (path string, f *FileArchive) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "statements.db")
	write(t, path, may(1), "We will not dump it.")
	f = File(path, func() (archive.Store, error) {
		return bolt.Open(path, &bolt.Options{ReadOnly: true, Timeout: 10 * time.Second})
	})
	t.Cleanup(f.Close)
	return path, f
}

// write puts a version on record as another process does, which waits for the file.
func write(t *testing.T, path string, at time.Time, text string) {
	t.Helper()
	s, err := bolt.Open(path, &bolt.Options{Timeout: 30 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	put(t, s, wall, at, text)
}

// versions is how many versions readers see.
func versions(ctx context.Context, f *FileArchive) (int, error) {
	s, giveBack, err := f.Borrow(ctx)
	if err != nil {
		return 0, err
	}
	defer giveBack()
	p, err := s.Page(ctx, wall)
	return p.Versions, err
}

// TestWritersGetTheFile proves that a crowd of readers leaves room for those who write, and sees what they wrote.
func TestWritersGetTheFile(t *testing.T) {
	path, f := openFile(t)
	ctx, stop := context.WithCancel(t.Context())
	var readers sync.WaitGroup
	for range 8 {
		readers.Go(func() {
			for ctx.Err() == nil {
				if n, err := versions(t.Context(), f); err != nil || n == 0 {
					t.Errorf("%d versions, %v", n, err)
					return
				}
			}
		})
	}
	for i := range 3 {
		write(t, path, may(2+i), fmt.Sprintf("We dumped %d tons.", i))
	}
	stop()
	readers.Wait()
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		n, err := versions(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		if n == 4 {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%d versions, want 4", n)
		}
	}
}

// TestReadWhileSomebodyWrites proves that readers get a copy, and its state, while the file is held.
func TestReadWhileSomebodyWrites(t *testing.T) {
	path, f := openFile(t)
	before, err := f.State(t.Context())
	if err != nil || before == "" {
		t.Fatalf("State = %q, %v", before, err)
	}
	s, err := bolt.Open(path, &bolt.Options{Timeout: 30 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	put(t, s, wall, may(2), "We will dump it.")
	if n, err := versions(t.Context(), f); err != nil || n != 2 {
		t.Fatalf("%d versions, %v; want 2", n, err)
	}
	put(t, s, wall, may(3), "We have dumped it.")
	state, err := f.State(t.Context())
	if n, err2 := versions(t.Context(), f); err != nil || err2 != nil || n == 2 && state == before {
		t.Errorf("State = %q, %v with %d versions, %v", state, err, n, err2)
	}
}

func TestClosedFile(t *testing.T) {
	_, f := openFile(t)
	f.Close()
	if _, err := versions(t.Context(), f); !errors.Is(err, error(errClosed)) {
		t.Errorf("after Close: %v", err)
	}
	missing := File(filepath.Join(t.TempDir(), "none.db"), nil)
	if _, err := versions(t.Context(), missing); !errors.Is(err, archive.ErrNotFound) {
		t.Errorf("without a file: %v", err)
	}
}

// TestLend proves that readers get the store of a process that writes, at once and until it is taken back.
func TestLend(t *testing.T) {
	path, f := openFile(t)
	s, err := bolt.Open(path, &bolt.Options{Timeout: 30 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	takeBack := f.Lend(s)
	for i := range 3 {
		put(t, s, wall, may(2+i), fmt.Sprintf("We dumped %d tons.", i))
		if n, err := versions(t.Context(), f); err != nil || n != 2+i {
			t.Errorf("%d versions, %v; want %d", n, err, 2+i)
		}
	}
	got, giveBack, err := f.Borrow(t.Context())
	if err != nil || got != archive.Store(s) {
		t.Fatalf("Borrow = %v, %v", got, err)
	}
	taken := make(chan struct{})
	go func() { takeBack(); close(taken) }()
	select {
	case <-taken:
		t.Error("the store was taken back from a reader")
	case <-time.After(20 * time.Millisecond):
	}
	giveBack()
	<-taken
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if n, err := versions(t.Context(), f); err != nil || n != 4 {
		t.Errorf("%d versions, %v; want 4", n, err)
	}
}

// TestBorrowTwice proves that a reader who needs the store for a second thing does not wait for itself.
func TestBorrowTwice(t *testing.T) {
	_, f := openFile(t)
	s, giveBack, err := f.Borrow(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer giveBack()
	time.Sleep(heldFor + 50*time.Millisecond)
	again, giveBackAgain, err := f.Borrow(t.Context())
	if err != nil || again != s {
		t.Fatalf("Borrow = %v, %v", again, err)
	}
	giveBackAgain()
}
