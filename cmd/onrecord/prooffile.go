package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// proofFile is the file that a proof is written to.
type proofFile struct {
	name  string // "-" is standard output
	force bool   // a file that is there is overwritten
}

// check refuses a name that the proof is not to have, before anybody is asked for a time stamp.
func (f proofFile) check(a *app) error {
	if f.name == "-" {
		return nil
	}
	if err := a.spare(f.name); err != nil {
		return err
	}
	info, err := os.Lstat(f.name)
	switch {
	case err != nil: // it is not there; else who writes it says why
		return nil
	case !f.force:
		return f.taken()
	case !info.Mode().IsRegular() && info.Mode().Type() != fs.ModeSymlink: // such as a device
		return usage("name another file", "%s is no plain file", f.name)
	}
	return nil
}

func (f proofFile) taken() error {
	return fail(exitUsage, "name another file, or overwrite it with --force", "%s is there already", f.name)
}

// write writes the file under its name once all of it is on the disk.
func (f proofFile) write(b []byte) (err error) {
	part, err := os.CreateTemp(filepath.Dir(f.name), "."+filepath.Base(f.name)+"-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(part.Name()) }() // it has another name when all went well
	_, err = part.Write(b)
	if err = errors.Join(err, part.Chmod(0o644), part.Sync(), part.Close()); err != nil {
		return err
	}
	if !f.force { // a link takes no name that came to be taken meanwhile
		if err = os.Link(part.Name(), f.name); err == nil {
			return nil
		}
		if _, none := os.Lstat(f.name); errors.Is(err, fs.ErrExist) || none == nil { // else a file system without links
			return f.taken()
		}
	}
	return os.Rename(part.Name(), f.name)
}
