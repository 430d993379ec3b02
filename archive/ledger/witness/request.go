package witness

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

const (
	// MaxRequest is the length of the longest request that is read, in bytes: 63 hashes, and a checkpoint with many signatures.
	MaxRequest = 32 << 10
	// maxProof is how many hashes a proof has at most.
	maxProof = 63
	// addCheckpoint is the call, below the address of a witness.
	addCheckpoint = "add-checkpoint"
	// typeSize is the media type of a size.
	typeSize = "text/x.tlog.size"
)

var errRequest = errors.New("not as C2SP tlog-witness says")

// format is the body of a request: the size that the witness knows, the proof from there, the signed checkpoint.
func format(old int64, p tlog.TreeProof, signed []byte) []byte {
	b := fmt.Appendf(nil, "old %d\n", old)
	for _, h := range p {
		b = append(append(b, h.String()...), '\n')
	}
	return append(append(b, '\n'), signed...)
}

// parse reads what format writes. The checkpoint is not looked at.
func parse(body []byte) (old int64, p tlog.TreeProof, signed []byte, err error) {
	head, signed, ok := bytes.Cut(body, []byte("\n\n"))
	first, rest, more := strings.Cut(string(head), "\n")
	number, is := strings.CutPrefix(first, "old ")
	old, err = strconv.ParseInt(number, 10, 64)
	if !ok || !is || err != nil || old < 0 || strconv.FormatInt(old, 10) != number {
		return 0, nil, nil, fmt.Errorf("its first line: %w", errRequest)
	}
	if more {
		for line := range strings.SplitSeq(rest, "\n") {
			h, err := tlog.ParseHash(line)
			if err != nil || len(p) == maxProof {
				return 0, nil, nil, fmt.Errorf("hash %d of its proof: %w", len(p)+1, errRequest)
			}
			p = append(p, h)
		}
	}
	return old, p, signed, nil
}
