package witness

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/onrecord/onrecord/archive/ledger"
)

// ErrUnknown is returned when the witness does not know the archive's key.
var ErrUnknown = errors.New("the witness does not know this archive")

// maxAnswer is how much of an answer is read, in bytes.
const maxAnswer = 16 << 10

// Question is what a witness is asked.
type Question struct {
	// Address is that of the witness, before "/add-checkpoint".
	Address string
	// Witness checks its signatures, Log those of the archive.
	Witness, Log note.Verifier
	// Signed is the head of the ledger, signed by the archive.
	Signed []byte
	// Old is the size that the witness has signed last, as far as is known; 0 when it is not.
	Old int64
	// Prove gives the proof that the ledger of Signed goes on from the first old leaves of it.
	Prove func(ctx context.Context, old int64) (tlog.TreeProof, error)
}

// Ask has a witness sign a head of the ledger and returns the head with its signature. Errors: [ledger.ErrFork] when the witness
// has seen a head that the ledger does not go on from; [ErrUnknown]; [ledger.ErrSignature] when what it answers is not
// signed by its key; those of the client and of Prove.
func Ask(ctx context.Context, client *http.Client, q *Question) ([]byte, error) {
	head, err := ledger.PeekCheckpoint(q.Signed)
	if err != nil {
		return nil, err
	}
	old := min(q.Old, head.Size)
	for try := 0; ; try++ {
		lines, seen, err := q.ask(ctx, client, old)
		switch {
		case err != nil:
			return nil, err
		case lines != nil:
			return q.signed(lines)
		case seen > head.Size:
			return nil, fmt.Errorf("%w: the witness has seen a head of %d leaves, and this one has %d", ledger.ErrFork, seen, head.Size)
		case seen == old && old == head.Size:
			return nil, fmt.Errorf("%w: the witness has seen another head of %d leaves", ledger.ErrFork, seen)
		case try > 1:
			return nil, errors.New("the witness does not say twice the same of what it has seen")
		}
		old = seen
	}
}

// ask asks once. seen is what the witness has seen last when it is not old.
func (q *Question) ask(ctx context.Context, client *http.Client, old int64) (lines []byte, seen int64, err error) {
	var proof tlog.TreeProof
	head, err := ledger.PeekCheckpoint(q.Signed)
	if err == nil && old > 0 && old < head.Size {
		proof, err = q.Prove(ctx, old)
	}
	if err != nil {
		return nil, 0, err
	}
	body := format(old, proof, q.Signed)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimSuffix(q.Address, "/")+"/"+addCheckpoint, bytes.NewReader(body))
	if err != nil {
		return nil, 0, err
	}
	req.Header.Set("Content-Type", "text/plain; charset=utf-8")
	resp, err := client.Do(req)
	if err != nil {
		return nil, 0, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return nil, 0, err
	}
	switch resp.StatusCode {
	case http.StatusOK:
		return answer, 0, nil
	case http.StatusConflict:
		seen, err := strconv.ParseInt(strings.TrimSuffix(string(answer), "\n"), 10, 64)
		if err != nil || seen < 0 { // it says so of heads of one size
			return nil, 0, fmt.Errorf("%w: the witness has seen another head of %d leaves", ledger.ErrFork, head.Size)
		}
		return nil, seen, nil
	case http.StatusUnprocessableEntity:
		return nil, 0, fmt.Errorf("%w: the witness has seen a head of %d leaves that this one does not contain", ledger.ErrFork, old)
	case http.StatusNotFound:
		return nil, 0, ErrUnknown
	}
	return nil, 0, fmt.Errorf("the witness answers with status %d: %.200q", resp.StatusCode, firstLine(answer))
}

func firstLine(b []byte) string {
	line, _, _ := strings.Cut(string(b), "\n")
	return line
}

// signed is the head with the signature of the witness that is among lines; others are left out.
func (q *Question) signed(lines []byte) ([]byte, error) {
	_, n, err := ledger.OpenCheckpoint(append(bytes.Clone(q.Signed), lines...), q.Log, q.Witness)
	if err != nil {
		return nil, fmt.Errorf("the answer of the witness: %w", err)
	}
	for line := range strings.Lines(string(lines)) {
		one := append(bytes.Clone(q.Signed), line...)
		if _, n, err = ledger.OpenCheckpoint(one, q.Log, q.Witness); err != nil {
			continue
		}
		if _, ok := ledger.CosignedAt(n, q.Witness); ok {
			return one, nil
		}
	}
	return nil, fmt.Errorf("the answer of the witness is not signed by %s: %w", q.Witness.Name(), ledger.ErrSignature)
}
