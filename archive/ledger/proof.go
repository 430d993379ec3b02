package ledger

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// Proofs are kept as text: that of a leaf as C2SP tlog-proof says, with the checkpoint at its end, that of a tree in a form
// of the same kind.

const (
	leafProofHead = "c2sp.org/tlog-proof@v1\n"
	treeProofHead = "onrecord consistency 1\n"
	// maxHashes is how many hashes a proof has at most: a tree has no more levels.
	maxHashes = 64
)

// FormatLeafProof is the proof of leaf n as text, before a signed checkpoint.
func FormatLeafProof(n int64, p tlog.RecordProof, signed []byte) []byte {
	b := append([]byte(leafProofHead), "index "...)
	b = strconv.AppendInt(b, n, 10)
	b = appendHashes(append(b, '\n'), p)
	return append(append(b, '\n'), signed...)
}

func appendHashes(b []byte, hashes []tlog.Hash) []byte {
	for _, h := range hashes {
		b = append(append(b, h.String()...), '\n')
	}
	return b
}

// ParseLeafProof reads what [FormatLeafProof] writes. The checkpoint is not looked at. Errors are [ErrFormat].
func ParseLeafProof(b []byte) (n int64, p tlog.RecordProof, signed []byte, err error) {
	head, signed, ok := bytes.Cut(b, []byte("\n\n"))
	rest, is := strings.CutPrefix(string(head)+"\n", leafProofHead)
	index, rest, _ := strings.Cut(rest, "\n")
	number, named := strings.CutPrefix(index, "index ")
	if !ok || !is || !named {
		return 0, nil, nil, malformed("proof of a leaf")
	}
	if n, err = strconv.ParseInt(number, 10, 64); err != nil || n < 0 {
		return 0, nil, nil, malformed("proof of a leaf: its number")
	}
	hashes, err := parseHashes(rest)
	if err != nil {
		return 0, nil, nil, err
	}
	if !bytes.Equal(FormatLeafProof(n, hashes, signed), b) {
		return 0, nil, nil, malformed("the proof is not written in the one way that is right")
	}
	return n, hashes, signed, nil
}

func parseHashes(s string) ([]tlog.Hash, error) {
	var list []tlog.Hash
	for line := range strings.Lines(s) {
		h, err := tlog.ParseHash(strings.TrimSuffix(line, "\n"))
		if err != nil || len(list) == maxHashes {
			return nil, malformed("hash %d of a proof", len(list)+1)
		}
		list = append(list, h)
	}
	return list, nil
}

// FormatTreeProof is the proof that the tree of size goes on from that of size old, as text.
func FormatTreeProof(size, old int64, p tlog.TreeProof) []byte {
	return appendHashes(fmt.Appendf([]byte(treeProofHead), "from %d\nto %d\n", old, size), p)
}

// ParseTreeProof reads what [FormatTreeProof] writes. Errors are [ErrFormat].
func ParseTreeProof(b []byte) (size, old int64, p tlog.TreeProof, err error) {
	rest, is := strings.CutPrefix(string(b), treeProofHead)
	from, rest, _ := strings.Cut(rest, "\n")
	to, rest, _ := strings.Cut(rest, "\n")
	from, isFrom := strings.CutPrefix(from, "from ")
	to, isTo := strings.CutPrefix(to, "to ")
	old, err1 := strconv.ParseInt(from, 10, 64)
	size, err2 := strconv.ParseInt(to, 10, 64)
	if !is || !isFrom || !isTo || err1 != nil || err2 != nil {
		return 0, 0, nil, malformed("proof of a tree")
	}
	hashes, err := parseHashes(rest)
	if err != nil {
		return 0, 0, nil, err
	}
	if !bytes.Equal(FormatTreeProof(size, old, hashes), b) {
		return 0, 0, nil, malformed("the proof is not written in the one way that is right")
	}
	return size, old, hashes, nil
}

// CheckLeaf reports whether leaf n of the tree of a checkpoint is the one with these data: [ErrProof] when not.
func (c *Checkpoint) CheckLeaf(n int64, data []byte, p tlog.RecordProof) error {
	if n < 0 || n >= c.Size || tlog.CheckRecord(p, c.Size, c.Root, n, tlog.RecordHash(data)) != nil {
		return fmt.Errorf("leaf %d of %d: %w", n, c.Size, ErrProof)
	}
	return nil
}

// CheckGrown reports whether the tree of c goes on from that of an earlier checkpoint of the same ledger: [ErrFork] when not.
func (c *Checkpoint) CheckGrown(old *Checkpoint, p tlog.TreeProof) error {
	switch {
	case c.Origin != old.Origin:
		return fmt.Errorf("%w: one is of %.80q, the other of %.80q", ErrFork, old.Origin, c.Origin)
	case old.Size == 0 && old.Root == emptyRoot && len(p) == 0:
		return nil
	case old.Size == c.Size && old.Root == c.Root && len(p) == 0:
		return nil
	case old.Size < 1 || old.Size >= c.Size || tlog.CheckTree(p, c.Size, c.Root, old.Size, old.Root) != nil:
		return fmt.Errorf("%w: from %d to %d leaves", ErrFork, old.Size, c.Size)
	}
	return nil
}
