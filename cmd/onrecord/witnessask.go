package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/ledger"
	"github.com/onrecord/onrecord/archive/ledger/witness"
)

// witnessScheme begins the address of a witness, before http:// or https://. Behind a # its public key may stand.
const witnessScheme = "witness+"

// witnessAddress takes the address of a witness apart; ok is false for anything else.
func witnessAddress(to string) (address, key string, ok bool) {
	rest, ok := strings.CutPrefix(to, witnessScheme)
	if !ok {
		return "", "", false
	}
	address, key, _ = strings.Cut(rest, "#")
	u, err := url.Parse(address)
	return address, key, err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.RawQuery == ""
}

// knownWitness is what an archive knows of a witness: its key, and the size of the last head that it signed.
type knownWitness struct {
	Key  string `json:"key"`
	Size int64  `json:"size"`
}

// askNote is the name of the note that keeps what is known of the witness at an address.
func askNote(address string) string { return "witness at/" + address }

// askWitness has a witness sign the head of the ledger, and keeps the head with its signature. A head that it has signed
// before is not shown to it again.
func (a *app) askWitness(ctx context.Context, s archive.Store, client *http.Client, to string, signed []byte) ([]byte, error) {
	k, err := keeper(s)
	if err != nil {
		return nil, err
	}
	address, given, _ := witnessAddress(to)
	w, key, err := knowWitness(ctx, s, client, address, given)
	if err != nil {
		return nil, err
	}
	for _, name := range ledger.WitnessesOf(signed) {
		if name == key.Name() {
			return signed, nil
		}
	}
	text, err := k.VerifierKey(ctx)
	if err != nil {
		return nil, err
	}
	log, err := ledger.ParseVerifier(text)
	if err != nil {
		return nil, err
	}
	head, err := ledger.PeekCheckpoint(signed)
	if err != nil {
		return nil, err
	}
	now, err := witness.Ask(ctx, client, &witness.Question{
		Address: address, Witness: key, Log: log, Signed: signed, Old: w.Size,
		Prove: func(ctx context.Context, old int64) (tlog.TreeProof, error) { return k.ProveTree(ctx, head.Size, old) },
	})
	if err != nil {
		return nil, err
	}
	w.Size = head.Size
	b, err := json.Marshal(w)
	if err == nil {
		err = s.SetNote(ctx, askNote(address), b)
	}
	if err == nil {
		err = s.SetNote(ctx, ledger.WitnessNote(key.Name()), []byte(w.Key))
	}
	if err == nil {
		err = k.KeepCheckpoint(ctx, now, time.Now())
	}
	if err != nil {
		return nil, err
	}
	a.detail("the witness %s signed the head of %s", clean(key.Name()), leaves(head.Size))
	return now, nil
}

// knowWitness is what is known of a witness, and its key: the one that was given with its address, or the one that it said
// when it was asked first.
func knowWitness(ctx context.Context, s archive.Store, client *http.Client, address, given string) (knownWitness, note.Verifier, error) {
	var w knownWitness
	b, err := s.Note(ctx, askNote(address))
	if err != nil {
		return w, nil, err
	}
	if b != nil {
		if err := json.Unmarshal(b, &w); err != nil {
			return w, nil, fmt.Errorf("%w: what is known of the witness at %s: %w", archive.ErrCorrupt, address, err)
		}
	}
	switch {
	case given != "" && given != w.Key:
		w = knownWitness{Key: given}
	case w.Key == "":
		if w.Key, err = fetchKey(ctx, client, address); err != nil {
			return w, nil, err
		}
	}
	key, err := ledger.ParseWitness(w.Key)
	return w, key, err
}

// fetchKey asks a witness for its key.
func fetchKey(ctx context.Context, client *http.Client, address string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(address, "/")+"/key", nil)
	if err != nil {
		return "", err
	}
	resp, err := client.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(io.LimitReader(resp.Body, 4<<10))
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("it answers with status %d when it is asked for its key: write the key behind its address, after a #", resp.StatusCode)
	}
	return string(bytes.TrimSpace(b)), err
}

// witnessed hands the head of the ledger to the witnesses among those that it goes to, and returns it with their
// signatures. What cannot be had is in lost.
func (a *app) witnessed(ctx context.Context, s archive.Store, client *http.Client, h *handout, signed []byte) (now []byte, lost []error, err error) {
	for _, to := range h.to {
		address, _, ok := witnessAddress(to)
		if !ok {
			continue
		}
		with, err := a.askWitness(ctx, s, client, to, signed)
		switch {
		case errors.Is(err, ledger.ErrFork):
			return signed, lost, fail(exitEvidence, "this archive was put back, cut or forked since: keep it as it is, and compare it with the heads that the witness keeps ('onrecord verify --checkpoint')",
				"the witness at %s refuses the head of the ledger: %w", address, err)
		case errors.Is(err, witness.ErrUnknown):
			lost = append(lost, fmt.Errorf("witness at %s: %w: give its keeper what 'onrecord key' prints", address, err))
		case err != nil:
			lost = append(lost, fmt.Errorf("witness at %s: %w", address, err))
		default:
			signed = with
		}
	}
	return signed, lost, nil
}

// keptHead is the head as it was kept before, with the signatures of witnesses, when it is the same one; else the head.
func keptHead(ctx context.Context, k ledger.Keeper, signed []byte) ([]byte, error) {
	head, err := ledger.PeekCheckpoint(signed)
	if err != nil {
		return nil, err
	}
	for c, err := range k.Checkpoints(ctx) {
		if err != nil {
			return nil, err
		}
		if c.Size == head.Size && bytes.Equal(ledger.Alone(c.Signed), signed) {
			return c.Signed, nil
		}
	}
	return signed, nil
}
