package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/archive"
)

func newVerify(a *app) *cobra.Command {
	var format, key, roots string
	var checkpoints, witnesses []string
	cmd := &cobra.Command{
		Use:   "verify [BUNDLE.zip]",
		Short: "Check that everything in the archive, or in a bundle, still holds",
		Long: `Reads the whole archive: every stored byte is compared with its digest, every
version with the captures that show it, every record with its leaf in the ledger.
Names exactly what does not hold, and exits with 6 then.

Whoever has the archive's key could write another ledger; what that cannot undo is
a head of the ledger that was handed out ('onrecord checkpoint'). --checkpoint holds
the archive to all heads in a file, --key to its public key ('onrecord key').

With the name of a bundle ('onrecord prove') it checks that, with nothing but the
file, and says in plain words what holds, what fails and what stays open.

  onrecord verify
  onrecord verify --checkpoint /media/usb/heads.txt
  onrecord verify --key 'onrecord.archive/...' proof.zip

` + exitHelp,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usage("without a name it checks the archive", "verify wants one bundle at a time")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := formatOf(format, "text", "json", "jsonl"); err != nil {
				return err
			}
			v, err := readAgainst(key, checkpoints, witnesses, roots)
			if err != nil {
				return err
			}
			if len(args) == 1 {
				return a.verifyBundle(args[0], format, v)
			}
			s, err := a.open()
			if errors.Is(err, archive.ErrCorrupt) {
				return fail(exitEvidence, hintFor(err), "%w", err)
			}
			if err != nil {
				return err
			}
			defer s.Close()
			return a.verify(cmd, s, format, v)
		},
	}
	fs := cmd.Flags()
	fs.StringVar(&format, "format", "text", "text, json (one array) or jsonl")
	fs.StringVar(&key, "key", "", "the archive's public key, as you have it from elsewhere, or a file with it")
	fs.StringArrayVar(&checkpoints, "checkpoint", nil, "a file with heads of the ledger that were handed out (repeatable)")
	fs.StringArrayVar(&witnesses, "witness", nil, "the public key of a witness whose signatures in a bundle are to be believed, or a file with it (repeatable)")
	fs.StringVar(&roots, "roots", "", "a PEM file with certificates that vouch for time-stamping authorities (default: those of the system)")
	return cmd
}

// notKept tells of captures whose bytes were not kept, after something else; "" when there are none.
func notKept(st *archive.Stats) string {
	if st.Dropped == 0 {
		return ""
	}
	return fmt.Sprintf("; the %s of %s were not kept, which is on record", size(st.DroppedBytes), plural(st.Dropped, "capture"))
}

func (a *app) verify(cmd *cobra.Command, s archive.Store, format string, v *against) error {
	n, list := 0, rowsOf(a.out, format)
	for f, err := range a.findings(cmd.Context(), s, v) {
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
	if unswept(cmd.Context(), s) {
		a.note("free parts of the file may still hold what was forgotten: 'onrecord compact' writes it anew without them")
	}
	st, err := s.Stats(cmd.Context())
	if err != nil {
		return err
	}
	if format == "text" {
		_, err = fmt.Fprintf(a.out, "everything holds: %s, %s, %s, %s, %s of bytes in %s%s\n", plural(st.Pages, "statement"),
			plural(st.Versions, "version"), plural(st.Captures, "capture"), plural(st.Visits, "visit"), size(st.RawBytes-st.DroppedBytes),
			size(st.FileBytes), notKept(&st))
		if err == nil {
			err = a.tellLedger(cmd.Context(), s, v)
		}
	}
	return err
}
