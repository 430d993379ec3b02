package bolt

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"

	bbolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"github.com/onrecord/onrecord/archive"
)

// guarded runs f and turns what a damaged file can do to it into ErrCorrupt: bbolt asserts with panics, and a page
// number beyond the end of the file is a fault in the memory map. It must stand around every use of the file.
func guarded(log *slog.Logger, f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		switch p := recover().(type) {
		case nil:
		case damage:
			err = p.err
		case *runtime.PanicNilError:
			panic(p)
		default:
			if log != nil {
				log.Error("read damaged archive", "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			}
			err = corrupt("%v", p)
		}
	}()
	return translate(f())
}

// translate gives bbolt's errors the names that callers know.
func translate(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, berrors.ErrTimeout):
		return fmt.Errorf("%w by another process", archive.ErrLocked)
	case errors.Is(err, berrors.ErrInvalid), errors.Is(err, berrors.ErrChecksum), errors.Is(err, berrors.ErrVersionMismatch),
		errors.Is(err, berrors.ErrInvalidMapping), errors.Is(err, berrors.ErrIncompatibleValue):
		return fmt.Errorf("%w: %w", archive.ErrCorrupt, err)
	case errors.Is(err, berrors.ErrDatabaseReadOnly):
		return archive.ErrReadOnly
	}
	return err
}

// read runs f in a transaction that sees the archive as it is now. Nothing that f keeps may point into the file, and f
// must be short: a transaction for reading keeps the file from growing.
func (s *Store) read(ctx context.Context, f func(*tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return guarded(s.log, func() error {
		return s.db.View(func(b *bbolt.Tx) error { return f(&tx{s: s, b: b}) })
	})
}
