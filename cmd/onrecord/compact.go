package main

import (
	"errors"
	"time"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/bolt"
)

func newCompact(a *app) *cobra.Command {
	var harder bool
	cmd := &cobra.Command{
		Use:   "compact",
		Short: "Write the archive anew without what is free in it",
		Long: `Writes the archive to a new file beside it, without what is free, compares every record,
and puts the new file in the place of the old one in one step. It may be interrupted or
killed at any moment: the archive is the old file or the new one, whole.

With --harder the bytes of captures are packed anew as well, with all effort: that takes
some 20 milliseconds for each, and the file becomes up to a tenth smaller.

It needs as much room again on the disk meanwhile, and nobody else may use the archive.
'onrecord stats' tells how much is free.

  onrecord compact
  onrecord compact --harder

` + exitHelp,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			path, err := a.existing()
			if err != nil {
				return err
			}
			before, after, err := bolt.Compact(cmd.Context(), path, &bolt.CompactOptions{
				Progress: a.progress("written"), Harder: harder, Packing: a.packing(),
			})
			if errors.Is(err, archive.ErrCorrupt) {
				return fail(exitEvidence, hintFor(err), "%w", err)
			}
			if err != nil {
				return err
			}
			a.note("%s takes %s, %s before", path, size(after), size(before))
			return nil
		},
	}
	cmd.Flags().BoolVar(&harder, "harder", false, "pack the bytes of captures anew, with all effort")
	return cmd
}

// packing tells how many captures were packed, now and then.
func (a *app) packing() func(done, of int) {
	next := time.Now().Add(tellEvery)
	return func(done, of int) {
		if now := time.Now(); now.After(next) {
			next = now.Add(tellEvery)
			a.note("%d of %d packed anew", done, of)
		}
	}
}
