package bolt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	bbolt "go.etcd.io/bbolt"

	"github.com/onrecord/onrecord/archive"
)

// BackupOptions say how a backup is made. The zero value is a backup that replaces nothing.
type BackupOptions struct {
	// Replace lets the backup take the place of a file that is there, once it is whole and verified.
	Replace bool
	// Progress, when it is not nil, is told how many bytes are written, and how many it will be.
	Progress func(done, of int64)
	// Verifying, when it is not nil, is called when everything is written and the verification begins.
	Verifying func()
}

// Backup writes a copy of the archive at path to a file: the archive as it is at one moment, also while it is written
// to by another process or by this one. The copy is synced, verified as [Store.Verify] does, and only then given its
// name; a backup that ends early leaves nothing. It returns the copy's length.
//
// Errors: those of [Open], [fs.ErrExist] when the file is there and is not to be replaced, [archive.ErrCorrupt] when
// the copy does not verify, which the archive does not either then.
func Backup(ctx context.Context, path, to string, opts *BackupOptions) (size int64, err error) {
	if opts == nil {
		opts = &BackupOptions{}
	}
	if err := mayBackup(path, to, opts.Replace); err != nil {
		return 0, err
	}
	sweep(to)
	f, err := os.CreateTemp(filepath.Dir(to), partPattern(to))
	if err != nil {
		return 0, fmt.Errorf("back up to %s: %w", to, err)
	}
	part := f.Name()
	defer os.Remove(part)
	size, err = copyTo(ctx, path, f, opts.Progress)
	if err == nil {
		err = f.Sync()
	}
	if err2 := f.Close(); err == nil {
		err = err2
	}
	if err != nil {
		return 0, fmt.Errorf("back up %s: %w", path, err)
	}
	if opts.Verifying != nil {
		opts.Verifying()
	}
	if err := verifyFile(ctx, part); err != nil {
		return 0, fmt.Errorf("back up %s: %w", path, err)
	}
	if opts.Replace {
		err = os.Rename(part, to)
	} else {
		err = renameNew(part, to)
	}
	if err != nil {
		return 0, fmt.Errorf("back up to %s: %w", to, err)
	}
	return size, syncFolder(filepath.Dir(to))
}

// partPattern is what the files are called that a backup is written to until it is whole.
func partPattern(to string) string { return "." + filepath.Base(to) + ".part-*" }

// abandoned is after how long without a write a part is taken for one that a killed backup has left.
const abandoned = 24 * time.Hour

// sweep removes what backups to the same file have left that were killed: else a disk would fill with them.
func sweep(to string) {
	dir := filepath.Dir(to)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return // the backup says so
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), strings.TrimSuffix(partPattern(to), "*")) {
			continue
		}
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() && time.Since(info.ModTime()) > abandoned {
			_ = os.Remove(filepath.Join(dir, e.Name()))
		}
	}
}

// mayBackup checks that a file can be the backup of an archive.
func mayBackup(path, to string, replace bool) error {
	have, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("back up %s: %w", path, archive.ErrNotFound)
	}
	if err != nil {
		return err
	}
	info, err := os.Stat(to)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case os.SameFile(have, info):
		return fmt.Errorf("%s is the archive itself", to)
	case info.IsDir():
		return fmt.Errorf("%s is a folder", to)
	case !replace:
		return fmt.Errorf("%s: %w", to, fs.ErrExist)
	}
	return nil
}

// copyTo writes the archive as it is now: from the file when nobody has it open for writing, else by way of who has.
func copyTo(ctx context.Context, path string, f *os.File, progress func(done, of int64)) (int64, error) {
	for end := time.Now().Add(defaultTimeout); ; time.Sleep(20 * time.Millisecond) {
		s := &Store{path: path, readOnly: true, turn: make(chan struct{}, 1)}
		err := s.openFile(path, true, time.Nanosecond)
		if err == nil {
			defer s.Close()
			return s.copyTo(ctx, f, progress)
		}
		if !errors.Is(err, archive.ErrLocked) {
			return 0, err
		}
		if _, err := os.Lstat(path + lendSuffix); err == nil {
			if n, err := borrow(ctx, path, f, progress); err == nil || ctx.Err() != nil || n > 0 {
				return n, err
			}
			if _, err := f.Seek(0, io.SeekStart); err != nil {
				return 0, err
			}
		}
		if time.Now().After(end) {
			return 0, inUse(path)
		}
	}
}

// copyTo writes the archive as it is now.
func (s *Store) copyTo(ctx context.Context, w io.Writer, progress func(done, of int64)) (n int64, err error) {
	err = guarded(s.log, func() error {
		return s.db.View(func(b *bbolt.Tx) error {
			if err := checkSchema(b); err != nil {
				return err
			}
			n, err = b.WriteTo(&counted{w: cancelled{ctx, w}, of: b.Size(), progress: progress})
			return err
		})
	})
	return n, err
}

// cancelled writes until its context ends.
type cancelled struct {
	ctx context.Context
	w   io.Writer
}

func (c cancelled) Write(b []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.w.Write(b)
}

// verifyFile is the first thing that does not hold in the archive in a file, as an error.
func verifyFile(ctx context.Context, path string) error {
	s, err := Open(path, &Options{ReadOnly: true})
	if err != nil {
		return err
	}
	defer s.Close()
	for f, err := range s.Verify(ctx) {
		if err != nil {
			return err
		}
		return fmt.Errorf("%w: %s %s: %s", archive.ErrCorrupt, f.Kind, f.Where, f.Problem)
	}
	return nil
}

// renameNew gives a file a name that no other has.
func renameNew(from, to string) error {
	err := os.Link(from, to)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err // the former name goes when the backup ends
	}
	if _, err := os.Lstat(to); err == nil { // a file system without links
		return fmt.Errorf("%s: %w", to, fs.ErrExist)
	}
	return os.Rename(from, to)
}
