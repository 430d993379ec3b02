package main

import (
	"context"
	"os"

	"github.com/onrecord/onrecord/archive/search"
)

// spare refuses the name of a file to write when the archive is there, by whatever name, or a folder: what is written takes the
// place of what was. A file that is not there, or cannot be looked at, is left to whoever writes it.
func (a *app) spare(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return nil
	}
	if a.isArchive(info) {
		return usage("name another file", "%s is the archive itself", path)
	}
	if info.IsDir() {
		return usage("name a file in it", "%s is a folder", path)
	}
	return nil
}

// isArchive reports whether a file is the archive.
func (a *app) isArchive(info os.FileInfo) bool {
	at, err := a.archivePath()
	if err != nil {
		return false
	}
	archive, err := os.Stat(at)
	return err == nil && os.SameFile(info, archive)
}

// spareIndex refuses the name of an index when something else is there: an index that cannot be used is deleted. Beside the
// archive, where nobody chose the name, it is not asked.
func spareIndex(ctx context.Context, index string) error {
	foreign, err := search.Foreign(ctx, index)
	if err != nil {
		return fail(exitError, "name a file with --index", "the index: %w", err)
	}
	if foreign {
		return usage("name another file with --index, or move this one away", "%s is there and is no index", index)
	}
	return nil
}
