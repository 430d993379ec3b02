package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/ledger"
	tsa "github.com/onrecord/onrecord/archive/ledger/stamp"
	"github.com/onrecord/onrecord/cmd/internal/config"
)

// handout says where the signed head of the ledger goes.
type handout struct {
	to    []string // files and addresses
	stamp string   // address of a time-stamping authority; "" for none
}

func (h *handout) register(cmd *cobra.Command) {
	fs := cmd.Flags()
	fs.StringArrayVar(&h.to, "checkpoint", nil, "hand the signed head of the ledger out afterwards: append it to this file, post it to this URL, or have the witness at witness+URL sign it (repeatable)")
	fs.StringVar(&h.stamp, "timestamp", "", "have this time-stamping authority (RFC 3161) stamp the head of the ledger afterwards")
}

// settle takes what the flags leave open from the config, and checks it.
func (h *handout) settle(conf *config.Config) error {
	if len(h.to) == 0 {
		h.to = conf.Checkpoint
	}
	if h.stamp == "" {
		h.stamp = conf.Timestamp
	}
	if err := h.checkStamp(); err != nil {
		return err
	}
	for _, to := range h.to {
		_, key, witness := witnessAddress(to)
		if _, err := ledger.ParseWitness(key); witness && key != "" && err != nil {
			return usage("what follows # in the address of a witness is the key that 'onrecord witness' prints", "--checkpoint %q: %w", to, err)
		}
		if strings.TrimSpace(to) == "" || (strings.Contains(to, "://") && !isWeb(to) && !witness) {
			return usage("name a file, or an address such as https://heads.example/new or witness+https://witness.example/", "--checkpoint %q is neither a file nor an address", to)
		}
	}
	return nil
}

// checkStamp refuses an authority that cannot be asked.
func (h *handout) checkStamp() error {
	if h.stamp != "" && !isWeb(h.stamp) {
		return usage("an authority is an address such as http://time.example/tsr", "--timestamp %q is no address", h.stamp)
	}
	return nil
}

// wanted reports whether anything is to be handed out.
func (h *handout) wanted() bool { return len(h.to) > 0 || h.stamp != "" }

// isWeb reports whether s is the address of something that can be asked.
func isWeb(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

// keeper is the ledger of a store.
func keeper(s archive.Store) (ledger.Keeper, error) {
	k, ok := s.(ledger.Keeper)
	if !ok {
		return nil, fail(exitError, "", "this archive keeps no ledger")
	}
	return k, nil
}

// handOut signs the head of the ledger, keeps it, and hands it out. What cannot be handed out does not keep the rest from
// being. It returns the signed head.
func (a *app) handOut(ctx context.Context, s archive.Store, client *http.Client, h *handout) ([]byte, error) {
	k, err := keeper(s)
	if err != nil {
		return nil, err
	}
	signed, err := k.SignHead(ctx)
	if err != nil {
		return nil, fmt.Errorf("sign the head of the ledger: %w", err)
	}
	if signed, err = keptHead(ctx, k, signed); err != nil {
		return nil, err
	}
	if err := k.KeepCheckpoint(ctx, signed, time.Now()); err != nil {
		return nil, err
	}
	signed, lost, err := a.witnessed(ctx, s, client, h, signed)
	if err != nil {
		return signed, err
	}
	for _, to := range h.to {
		if _, _, ok := witnessAddress(to); ok {
			continue
		}
		if isWeb(to) {
			err = postCheckpoint(ctx, client, to, signed)
		} else {
			err = appendCheckpoint(ctx, k, to, signed)
		}
		if errors.Is(err, ledger.ErrFork) || errors.Is(err, ledger.ErrSignature) {
			return signed, fail(exitEvidence, "the file has a head that this archive was not at: keep both, and 'onrecord verify --checkpoint "+to+"'", "hand the head of the ledger out to %s: %w", to, err)
		}
		if err != nil {
			lost = append(lost, fmt.Errorf("hand the head of the ledger out to %s: %w", to, err))
			continue
		}
		a.detail("the head of the ledger was handed out to %s", clean(to))
	}
	if h.stamp != "" {
		if err := a.stampHead(ctx, k, client, h.stamp, ledger.Alone(signed)); err != nil {
			lost = append(lost, err)
		}
	}
	if len(lost) > 0 {
		return signed, fail(exitPart, "all else is done; 'onrecord checkpoint' tries it again", "%w", errors.Join(lost...))
	}
	return signed, nil
}

// maxCheckpoints is the longest file of checkpoints that is read, in bytes.
const maxCheckpoints = 64 << 20

// readCheckpoints are the signed checkpoints of a file.
func readCheckpoints(path string) ([][]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxCheckpoints+1))
	if err == nil && len(b) > maxCheckpoints {
		err = fmt.Errorf("%s: more than %d bytes", path, maxCheckpoints)
	}
	if err != nil {
		return nil, err
	}
	return ledger.SplitCheckpoints(b)
}

// appendCheckpoint adds a signed checkpoint to a file, when the ledger goes on from the last one in it.
func appendCheckpoint(ctx context.Context, k ledger.Keeper, path string, signed []byte) error {
	before, err := readCheckpoints(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if n := len(before); n > 0 {
		if bytes.Equal(before[n-1], signed) {
			return nil
		}
		if err := checkCheckpoint(ctx, k, before[n-1]); err != nil {
			return err
		}
		signed = append([]byte("\n"), signed...)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(signed)
	return errors.Join(err, f.Sync(), f.Close())
}

// checkCheckpoint checks that a signed checkpoint is of the ledger, and that the ledger goes on from it.
func checkCheckpoint(ctx context.Context, k ledger.Keeper, signed []byte) error {
	text, err := k.VerifierKey(ctx)
	if err != nil {
		return err
	}
	key, err := ledger.ParseVerifier(text)
	if err != nil {
		return err
	}
	old, _, err := ledger.OpenCheckpoint(signed, key)
	if err != nil {
		return err
	}
	return k.CheckFork(ctx, &old)
}

// postCheckpoint posts a signed checkpoint. Any answer but 2xx is a refusal; what it says is not read, since nobody needs it.
func postCheckpoint(ctx context.Context, client *http.Client, to string, signed []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(signed))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "text/plain; charset=utf-8")
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10))
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("it answers with status %d", resp.StatusCode)
	}
	return nil
}

// stampHead has an authority stamp a kept checkpoint, without the signatures of witnesses, unless it has done so.
func (a *app) stampHead(ctx context.Context, k ledger.Keeper, client *http.Client, authority string, signed []byte) error {
	for c, err := range k.Checkpoints(ctx) {
		if err != nil {
			return err
		}
		for _, s := range c.Stamps {
			if s.From == authority && bytes.Equal(ledger.Alone(c.Signed), signed) {
				return nil
			}
		}
	}
	response, s, err := tsa.Fetch(ctx, client, authority, signed)
	if err != nil {
		return err
	}
	head, err := ledger.PeekCheckpoint(signed)
	if err != nil {
		return err
	}
	if err := k.KeepStamp(ctx, head.Size, ledger.Stamp{From: authority, Response: response}); err != nil {
		return err
	}
	a.detail("%s stamped the head of the ledger at %s", clean(s.Authority), stampedAt(s.Time))
	if !s.Trusted {
		a.note("nobody whom this computer trusts vouches for the certificate of %s: %s", clean(s.Authority), clean(s.Why))
	}
	return nil
}

// stampedAt is a time to the second.
func stampedAt(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }
