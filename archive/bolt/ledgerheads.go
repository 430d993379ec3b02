package bolt

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/note"

	"github.com/onrecord/onrecord/archive/ledger"
)

// checkpoints holds the ledger to the checkpoints that were handed out.
func (c *ledgerCheck) checkpoints(ctx context.Context) error {
	var key note.Verifier
	if err := c.s.read(ctx, func(t *tx) (err error) {
		key, err = t.verifierKey()
		return err
	}); err != nil {
		return err
	}
	for kept, err := range c.s.Checkpoints(ctx) {
		if err != nil {
			return err
		}
		where := fmt.Sprintf("checkpoint of %d leaves", kept.Size)
		witnesses, err := c.witnesses(ctx, kept.Signed)
		if err != nil {
			return err
		}
		head, _, err := ledger.OpenCheckpoint(kept.Signed, key, witnesses...)
		if err != nil {
			c.tell(where, "%v", err)
			continue
		}
		err = c.s.CheckFork(ctx, &head)
		if errors.Is(err, ledger.ErrFork) || errors.Is(err, ledger.ErrFormat) {
			c.tell(where, "%v", err)
		} else if err != nil {
			return err
		}
	}
	return nil
}

// witnesses are the keys of the witnesses that have signed a checkpoint, as far as the archive knows them.
func (c *ledgerCheck) witnesses(ctx context.Context, signed []byte) (list []note.Verifier, err error) {
	for _, name := range ledger.WitnessesOf(signed) {
		b, err := c.s.Note(ctx, ledger.WitnessNote(name))
		if err != nil {
			return nil, err
		}
		if v, err := ledger.ParseWitness(string(b)); err == nil && v.Name() == name {
			list = append(list, v)
		}
	}
	return list, nil
}
