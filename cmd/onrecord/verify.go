package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/archive"
)

func newVerify(a *app) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Check that everything in the archive still holds",
		Long: `Reads the whole archive: every stored byte is compared with its digest, every
version with the captures that show it. Names exactly what does not hold, and exits
with 6 then.

` + exitHelp,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := formatOf(format, "text", "json", "jsonl"); err != nil {
				return err
			}
			s, err := a.open()
			if errors.Is(err, archive.ErrCorrupt) {
				return fail(exitEvidence, hintFor(err), "%w", err)
			}
			if err != nil {
				return err
			}
			defer s.Close()
			return a.verify(cmd, s, format)
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text, json (one array) or jsonl")
	return cmd
}

func (a *app) verify(cmd *cobra.Command, s archive.Store, format string) error {
	n, list := 0, rowsOf(a.out, format)
	for f, err := range s.Verify(cmd.Context()) {
		if errors.Is(err, archive.ErrCorrupt) {
			return fail(exitEvidence, hintFor(err), "%w", err)
		}
		if err != nil {
			return err
		}
		n++
		if format != "text" {
			err = list.add(map[string]string{"kind": f.Kind, "where": f.Where, "problem": f.Problem})
		} else {
			_, err = fmt.Fprintf(a.out, "%s %s: %s\n", f.Kind, clean(f.Where), clean(f.Problem))
		}
		if err != nil {
			return err
		}
	}
	if format != "text" {
		if err := list.end(); err != nil {
			return err
		}
	}
	if n > 0 {
		return fail(exitEvidence, "keep the file as it is, and take what is named from a backup", "%s in the archive does not hold", plural(n, "thing"))
	}
	st, err := s.Stats(cmd.Context())
	if err != nil {
		return err
	}
	if format == "text" {
		_, err = fmt.Fprintf(a.out, "everything holds: %s, %s, %s, %s, %s of bytes in %s\n", plural(st.Pages, "statement"),
			plural(st.Versions, "version"), plural(st.Captures, "capture"), plural(st.Visits, "visit"), size(st.RawBytes), size(st.FileBytes))
	}
	return err
}
