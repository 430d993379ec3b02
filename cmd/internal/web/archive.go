package web

import (
	"context"

	"github.com/onrecord/onrecord/archive"
)

// Archive hands out the store for as long as a request takes.
type Archive interface {
	// Borrow gives the store, and a function that gives it back, which has to be called once.
	Borrow(ctx context.Context) (archive.Store, func(), error)
	// State names the state of what Borrow gives: as long as it is the same, so is all that is on record. "" is unknown.
	State(ctx context.Context) (string, error)
}

// Open is the archive that this process has open. state names its state, see [Archive]; nil means that it is always
// looked at anew. The store is not closed.
func Open(s archive.Store, state func() (string, error)) Archive { return openStore{s, state} }

type openStore struct {
	store archive.Store
	state func() (string, error)
}

func (o openStore) Borrow(context.Context) (archive.Store, func(), error) {
	return o.store, func() {}, nil
}

func (o openStore) State(context.Context) (string, error) {
	if o.state == nil {
		return "", nil
	}
	return o.state()
}
