package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/bolt"
	"github.com/onrecord/onrecord/cmd/internal/cases"
)

// length is how long a file is; 0 when it is not there.
func length(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// worthPacking reports whether an archive is to be written anew after an import, going by its lengths before and after: when at
// least as much came as was there. So the cost is in proportion to what was brought, and a few captures every night do not copy
// a large archive each time.
func worthPacking(before, after int64) bool { return after > before && after-before >= before }

// pack writes the archive anew without what is free in it, at the end of an import. The import is done by then: what keeps the
// archive from being packed is told and is no error, unless it is damage, or an interrupt.
func (a *app) pack(ctx context.Context, path string) error {
	const later = "'onrecord compact' gives back what is free in it"
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return err
	}
	free, _, err := cases.FreeSpace(filepath.Dir(real))
	if n := length(real); err == nil && free < n {
		a.note("not packed: %s are free on the disk, and the archive takes %s; "+later, size(free), size(n))
		return nil
	}
	before, after, err := bolt.Compact(ctx, real, &bolt.CompactOptions{Progress: a.progress("written")})
	switch {
	case err == nil:
		a.note("packed: %s takes %s, %s before", path, size(after), size(before))
	case ctx.Err() != nil:
		a.note("interrupted; the import is done, and the archive is not packed: " + later)
		return errInterrupted
	case errors.Is(err, archive.ErrCorrupt):
		return fail(exitEvidence, hintFor(err), "%w", err)
	case errors.Is(err, archive.ErrLocked):
		a.note("not packed: somebody else uses the archive; " + later)
	default:
		a.note("not packed: %s; "+later, clean(err.Error()))
	}
	return nil
}
