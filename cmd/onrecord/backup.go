package main

import (
	"errors"
	"io/fs"
	"time"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/bolt"
)

func newBackup(a *app) *cobra.Command {
	var force bool
	cmd := &cobra.Command{
		Use:   "backup FILE",
		Short: "Write a verified copy of the archive, also while it is written to",
		Long: `Writes a copy of the archive to FILE: the archive as it is at one moment, also while a
crawl or watch of another process writes to it. The copy is itself an archive; to restore
it, put it where the archive was, while no onrecord runs.

FILE gets its name only when the copy is whole, on the disk, and verified as 'onrecord
verify' does; a backup that is interrupted leaves nothing. A file that is there is not
overwritten, unless with --force, and then only once the new one is whole.

The archive's secret key is in the copy, unless 'onrecord key --move' has moved it out.

  onrecord backup /media/usb/statements-$(date +%F).db

` + exitHelp,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage("as in: onrecord backup /media/usb/statements.db", "backup wants the name of one file")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			path, err := a.existing()
			if err != nil {
				return err
			}
			if err := a.spare(args[0]); err != nil {
				return err
			}
			n, err := bolt.Backup(cmd.Context(), path, args[0], &bolt.BackupOptions{
				Replace: force, Progress: a.progress("written"), Verifying: func() { a.note("verifying the copy") },
			})
			switch {
			case errors.Is(err, fs.ErrExist):
				return fail(exitUsage, "name another file, or overwrite it with --force", "%s is there already", args[0])
			case errors.Is(err, archive.ErrCorrupt):
				return fail(exitEvidence, "'onrecord verify' names all that does not hold; copy the file as it is to keep it", "%w", err)
			case err != nil:
				return err
			}
			a.note("%s of %s are in %s, verified", size(n), path, args[0])
			return nil
		},
	}
	cmd.Flags().BoolVar(&force, "force", false, "overwrite FILE")
	return cmd
}

// tellEvery is how often long work tells how far it is.
const tellEvery = 2 * time.Second

// progress tells how much of long work is done, now and then.
func (a *app) progress(what string) func(done, of int64) {
	next := time.Now().Add(tellEvery)
	return func(done, of int64) {
		if now := time.Now(); now.After(next) {
			next = now.Add(tellEvery)
			a.note("%s of %s %s", size(done), size(of), what)
		}
	}
}
