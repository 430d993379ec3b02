package main

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/bolt"
)

func newKey(a *app) *cobra.Command {
	var move string
	cmd := &cobra.Command{
		Use:   "key",
		Short: "Print the archive's public key",
		Long: `Prints the public key of the archive, with which others check what it has signed:
the heads of its ledger and the bundles of 'onrecord prove'. Publish it where your
readers trust it to be yours; it never changes.

The secret key was made with the archive and is kept in it. --move takes it out and
into a file of its own, so that the archive can be handed on, or kept where more
people have access, without it; commands that sign read it there. Parts of the
archive file may still have it until they are written again: hand on a copy made by
'onrecord backup', if it matters.

  onrecord key
  onrecord key --move ~/keys/statements.key

` + exitHelp,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var s archive.Store
			var err error
			if move == "" {
				s, err = a.open()
			} else if _, err = a.existing(); err == nil {
				s, err = a.create()
			}
			if err != nil {
				return err
			}
			defer s.Close()
			if b, ok := s.(*bolt.Store); ok && move != "" {
				if move, err = filepath.Abs(move); err != nil {
					return err
				}
				if err := b.MoveKey(cmd.Context(), move); err != nil {
					return err
				}
				a.note("the secret key is in %s now; without it the archive cannot sign", move)
			}
			k, err := keeper(s)
			if err != nil {
				return err
			}
			key, err := k.VerifierKey(cmd.Context())
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(a.out, key)
			return err
		},
	}
	cmd.Flags().StringVar(&move, "move", "", "move the secret key out of the archive into this new file")
	return cmd
}
