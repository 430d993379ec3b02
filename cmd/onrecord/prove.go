package main

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/ledger/bundle"
)

func newProve(a *app) *cobra.Command {
	var out string
	var force bool
	var h handout
	f := fetchFlags{pace: time.Second, timeout: time.Minute}
	cmd := &cobra.Command{
		Use:   "prove URL[@REF]",
		Short: "Write one file that proves what stood at an address",
		Long: `Writes a bundle about one version of a statement, the last one unless REF names
another (as in 'onrecord show'): the bytes as they came, request and answer of each
hop, the address that was connected to and the certificates that the server showed,
the clean text, the versions before and after, and the proof that all of it is in
the archive's ledger, with the heads of the ledger that were handed out and time
stamps over them. index.html in it says in plain words what it proves and what it
does not, and prints well; a WARC in it is for replay tools.

Whoever gets it needs neither this archive nor a network:

  onrecord prove https://harbour.example/statements/dredging@2 -o proof.zip
  onrecord verify proof.zip
  onrecord verify --key 'KEY from onrecord key' proof.zip

The file gets its name once it is whole. One that is there is not overwritten, unless
with --force, and then only once the new one is whole.

--timestamp has a time-stamping authority (RFC 3161) say that the ledger is as it is
now; from then on that much is certain whatever becomes of this archive and its key.

Of a version that was forgotten ('onrecord forget') the bundle has no bytes and no text:
it proves that they were on record, with which digests, and that they were forgotten.

` + exitHelp,
		Args:              oneURL,
		ValidArgsFunction: a.completeURLs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if out == "" {
				return usage("as in: onrecord prove "+args[0]+" -o proof.zip", "prove wants the name of the file to write")
			}
			return a.prove(cmd.Context(), args[0], proofFile{out, force}, &f, &h)
		},
	}
	fs := cmd.Flags()
	fs.StringVarP(&out, "output", "o", "", "write to this file; - is standard output")
	fs.BoolVar(&force, "force", false, "overwrite the file of --output")
	fs.StringVar(&h.stamp, "timestamp", "", "have this time-stamping authority (RFC 3161) stamp the head of the ledger first")
	f.services(cmd)
	return cmd
}

func (a *app) prove(ctx context.Context, arg string, out proofFile, f *fetchFlags, h *handout) error {
	conf, err := a.configuration()
	if err != nil {
		return err
	}
	if err := h.checkStamp(); err != nil {
		return err
	}
	if err := out.check(a); err != nil {
		return err
	}
	s, err := a.openLedger(ctx, h.stamp != "")
	if err != nil {
		return err
	}
	defer s.Close()
	p, ref, err := find(ctx, s, arg)
	if err != nil {
		return err
	}
	v, err := version(ctx, s, p, ref)
	if err != nil && !errors.Is(err, archive.ErrForgotten) { // that it was on record is proven all the same
		return err
	}
	src, ok := s.(bundle.Source)
	if !ok {
		return fail(exitError, "", "this archive keeps no ledger")
	}
	if h.stamp != "" {
		cr, err := f.crawler(a, conf.Contact, nil)
		if err != nil {
			return err
		}
		defer cr.Close()
		if _, err := a.handOut(ctx, s, cr.Client(), h); err != nil {
			return err
		}
	}
	b, err := bundle.Make(ctx, src, p.URL, v.Number, bundle.Options{Software: "onrecord " + programVersion()})
	if err != nil {
		return err
	}
	// What is handed out was checked: a proof that does not hold is worse than none.
	r, err := bundle.Verify(b, bundle.VerifyOptions{})
	if err == nil && !r.OK() {
		err = errors.New(firstFailure(r))
	}
	if err != nil {
		return fail(exitEvidence, "'onrecord verify' names what is damaged", "the proof of %s does not hold: %w", p.URL, err)
	}
	if out.name == "-" {
		_, err = a.out.Write(b)
		return err
	}
	if err := out.write(b); err != nil {
		return err
	}
	name := clean(out.name)
	a.note("%s proves version %d of %s, first seen %s: %s; 'onrecord verify %s' checks it", name, v.Number, clean(p.URL), stampedAt(v.FirstSeen), size(int64(len(b))), name)
	return nil
}

// openLedger opens the archive, for writing when that is wanted or when its ledger has yet to be begun.
func (a *app) openLedger(ctx context.Context, write bool) (archive.Store, error) {
	if _, err := a.existing(); err != nil {
		return nil, err
	}
	if write {
		return a.create()
	}
	s, err := a.open()
	if err != nil {
		return nil, err
	}
	k, err := keeper(s)
	if err == nil {
		_, err = k.Head(ctx)
	}
	if err == nil {
		return s, nil
	}
	if closing := s.Close(); closing != nil || !errors.Is(err, archive.ErrNotFound) {
		return nil, errors.Join(err, closing)
	}
	a.note("the archive is older than its ledger, which is begun now over all that it has")
	return a.create()
}

func firstFailure(r *bundle.Report) string {
	for _, l := range r.Lines {
		if l.Level == bundle.Fails {
			return l.Text
		}
	}
	return "it is not whole"
}
