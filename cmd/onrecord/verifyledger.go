package main

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/ledger"
)

// findings are what the store finds, and then what of the ledger does not agree with what was got from elsewhere.
func (a *app) findings(ctx context.Context, s archive.Store, v *against) iter.Seq2[archive.Finding, error] {
	return func(yield func(archive.Finding, error) bool) {
		for f, err := range s.Verify(ctx) {
			if !yield(f, err) {
				return
			}
		}
		if v.key == nil && len(v.checkpoints) == 0 {
			return
		}
		list, err := disagreements(ctx, s, v)
		for _, f := range list {
			if !yield(f, nil) {
				return
			}
		}
		if err != nil {
			yield(archive.Finding{}, err)
		}
	}
}

// disagreements are where the ledger is not what the key and the checkpoints say.
func disagreements(ctx context.Context, s archive.Store, v *against) (list []archive.Finding, err error) {
	tell := func(where, format string, args ...any) {
		list = append(list, archive.Finding{Kind: "ledger", Where: where, Problem: fmt.Sprintf(format, args...)})
	}
	k, err := keeper(s)
	if err != nil {
		return nil, err
	}
	text, err := k.VerifierKey(ctx)
	if errors.Is(err, archive.ErrNotFound) {
		tell("ledger", "the archive has none: it is older than what it is compared with, or was made to look so")
		return list, nil
	}
	if errors.Is(err, archive.ErrCorrupt) {
		tell("ledger", "%v", err)
		return list, nil
	}
	if err != nil {
		return nil, err
	}
	key, err := ledger.ParseVerifier(text)
	if err != nil {
		return nil, err
	}
	if v.key != nil && (v.key.Name() != key.Name() || v.key.KeyHash() != key.KeyHash()) {
		tell("key", "the archive's key is %s, not %s", key.Name(), v.key.Name())
	}
	for i, signed := range v.checkpoints {
		where := fmt.Sprintf("checkpoint %d", i+1)
		if c, err := ledger.PeekCheckpoint(signed); err == nil {
			where = fmt.Sprintf("checkpoint %d (%s)", i+1, leaves(c.Size))
		}
		err := checkCheckpoint(ctx, k, signed)
		switch {
		case errors.Is(err, ledger.ErrFork), errors.Is(err, ledger.ErrSignature), errors.Is(err, ledger.ErrFormat):
			tell(where, "%v", err)
		case err != nil:
			return list, err
		}
	}
	return list, nil
}

// leaves is so many leaves.
func leaves(n int64) string {
	if n == 1 {
		return "1 leaf"
	}
	return fmt.Sprintf("%d leaves", n)
}

// tellLedger says what there is of the ledger.
func (a *app) tellLedger(ctx context.Context, s archive.Store, v *against) error {
	k, ok := s.(ledger.Keeper)
	if !ok {
		return nil
	}
	head, err := k.Head(ctx)
	if errors.Is(err, archive.ErrNotFound) {
		_, err = fmt.Fprintln(a.out, "it has no ledger yet: one is begun when the archive is next written to")
		return err
	}
	if err != nil {
		return err
	}
	kept, stamps := 0, 0
	for c, err := range k.Checkpoints(ctx) {
		if err != nil {
			return err
		}
		kept++
		stamps += len(c.Stamps)
	}
	given := ""
	if len(v.checkpoints) > 0 {
		given = fmt.Sprintf(", and from all that you gave (%d)", len(v.checkpoints))
	}
	_, err = fmt.Fprintf(a.out, "its ledger %s has %s and goes on from all heads that were handed out (%d, with %s)%s\n", head.Origin,
		leaves(head.Size), kept, plural(stamps, "time stamp"), given)
	if err == nil && kept == 0 {
		a.note("no head of the ledger was ever handed out, so its keeper could have written all of it anew: 'onrecord checkpoint' hands one out")
	}
	return err
}
