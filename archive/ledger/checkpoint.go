package ledger

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Checkpoint is the head of a ledger: C2SP tlog-checkpoint, without extension lines.
type Checkpoint struct {
	// Origin names the ledger; it is the name of the archive's key.
	Origin string
	// Size is how many leaves the tree has, Root its hash.
	Size int64
	Root tlog.Hash
}

// Errors of checkpoints and proofs.
var (
	// ErrSignature is returned for a checkpoint without a good signature by the key that was wanted.
	ErrSignature = errors.New("not signed by the archive's key")
	// ErrFork is returned when a ledger does not go on from where an earlier checkpoint says it was.
	ErrFork = errors.New("the ledger does not go on from the earlier checkpoint")
	// ErrNoKey is returned when the archive's secret key is kept elsewhere and cannot be read there.
	ErrNoKey = errors.New("the archive's secret key is not to be had")
	// ErrProof is returned for a proof that does not lead to its checkpoint.
	ErrProof = errors.New("the proof does not hold")
)

// maxCheckpoint is how long a signed checkpoint may be, in bytes.
const maxCheckpoint = 16 << 10

// Text is what is signed.
func (c *Checkpoint) Text() string {
	return c.Origin + "\n" + strconv.FormatInt(c.Size, 10) + "\n" + c.Root.String() + "\n"
}

// ParseCheckpoint reads what [Checkpoint.Text] writes. Errors are [ErrFormat].
func ParseCheckpoint(text string) (c Checkpoint, err error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 4 || lines[0] == "" || len(text) > maxCheckpoint {
		return c, malformed("a checkpoint is three lines: origin, size, root")
	}
	c.Origin = lines[0]
	if c.Size, err = strconv.ParseInt(lines[1], 10, 64); err != nil || c.Size < 0 {
		return c, malformed("a checkpoint's size is a number")
	}
	if c.Root, err = tlog.ParseHash(lines[2]); err != nil {
		return c, malformed("a checkpoint's root is 32 bytes as base64")
	}
	if c.Text() != text {
		return c, malformed("the checkpoint is not written in the one way that is right")
	}
	return c, nil
}

// Sign is the checkpoint as a signed note.
func (c *Checkpoint) Sign(signers ...note.Signer) ([]byte, error) {
	b, err := note.Sign(&note.Note{Text: c.Text()}, signers...)
	if err != nil {
		return nil, fmt.Errorf("sign checkpoint: %w", err)
	}
	return b, nil
}

// OpenCheckpoint reads a signed checkpoint. Its origin is signer's name and signer has signed it; other signatures are
// those of witnesses: the good ones, and the ones by keys that are not among witnesses, are in the note. Errors are
// [ErrFormat] and [ErrSignature].
func OpenCheckpoint(msg []byte, signer note.Verifier, witnesses ...note.Verifier) (Checkpoint, *note.Note, error) {
	c, err := PeekCheckpoint(msg)
	if err != nil {
		return c, nil, err
	}
	if c.Origin != signer.Name() {
		return c, nil, fmt.Errorf("the checkpoint is of %.80q, the key of %.80q: %w", c.Origin, signer.Name(), ErrSignature)
	}
	n, err := note.Open(msg, note.VerifierList(append([]note.Verifier{signer}, witnesses...)...))
	if err != nil {
		return c, nil, fmt.Errorf("%w: %w", err, ErrSignature)
	}
	for _, s := range n.Sigs {
		if s.Name == signer.Name() && s.Hash == signer.KeyHash() {
			return c, n, nil
		}
	}
	return c, nil, ErrSignature
}

// PeekCheckpoint reads what a signed checkpoint says, without a look at whether the signatures are any good. It is strict in
// how they are written: there is one way. Errors are [ErrFormat].
func PeekCheckpoint(msg []byte) (c Checkpoint, err error) {
	text, sigs, ok := bytes.Cut(msg, []byte("\n\n"))
	if !ok || len(msg) > maxCheckpoint || len(sigs) == 0 {
		return c, malformed("a signed checkpoint is three lines, an empty line and signatures")
	}
	if c, err = ParseCheckpoint(string(text) + "\n"); err != nil {
		return c, err
	}
	for line := range strings.Lines(string(sigs)) {
		if !strictSignature(line) {
			return c, malformed("a signature of the checkpoint")
		}
	}
	return c, nil
}

const signaturePrefix = "— "

// strictSignature reports whether a signature is written in the one right way: base64 would allow some bits that say
// nothing.
func strictSignature(line string) bool {
	line, whole := strings.CutSuffix(line, "\n")
	rest, ok := strings.CutPrefix(line, signaturePrefix)
	name, sig, two := strings.Cut(rest, " ")
	if !whole || !ok || !two || name == "" {
		return false
	}
	b, err := base64.StdEncoding.Strict().DecodeString(sig)
	return err == nil && base64.StdEncoding.EncodeToString(b) == sig && len(b) > 4
}

// SplitCheckpoints are the signed checkpoints of a file to which one after another was appended, with an empty line between
// two of them or nothing. Errors are [ErrFormat].
func SplitCheckpoints(b []byte) ([][]byte, error) {
	var out [][]byte
	for {
		b = bytes.TrimLeft(b, "\r\n")
		if len(b) == 0 {
			return out, nil
		}
		i := bytes.Index(b, []byte("\n\n"))
		if i < 0 {
			return nil, malformed("checkpoint %d has no signature", len(out)+1)
		}
		end := i + 2
		for bytes.HasPrefix(b[end:], []byte(signaturePrefix)) {
			n := bytes.IndexByte(b[end:], '\n')
			if n < 0 {
				return nil, malformed("checkpoint %d is cut short", len(out)+1)
			}
			end += n + 1
		}
		if _, err := PeekCheckpoint(b[:end]); err != nil {
			return nil, fmt.Errorf("checkpoint %d: %w", len(out)+1, err)
		}
		out = append(out, b[:end:end])
		b = b[end:]
	}
}

// CheckFork reports whether a tree of which hashes are read goes on from where a checkpoint says it was. Errors are
// [ErrFork], and those of r.
func CheckFork(size int64, r tlog.HashReader, old *Checkpoint) error {
	if old.Size > size {
		return fmt.Errorf("%w: it had %d leaves and has %d", ErrFork, old.Size, size)
	}
	root := emptyRoot
	if old.Size > 0 {
		var err error
		if root, err = tlog.TreeHash(old.Size, r); err != nil {
			return err
		}
	}
	if root != old.Root {
		return fmt.Errorf("%w: its first %d leaves are others than they were", ErrFork, old.Size)
	}
	return nil
}

// emptyRoot is the hash of a tree without leaves, RFC 6962, section 2.1.
var emptyRoot = mustHash("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")

func mustHash(s string) tlog.Hash {
	h, err := tlog.ParseHash(s)
	if err != nil {
		panic(err)
	}
	return h
}

// HeadOf is the head of a tree of size leaves.
func HeadOf(origin string, size int64, r tlog.HashReader) (Checkpoint, error) {
	c := Checkpoint{Origin: origin, Size: size, Root: emptyRoot}
	if size == 0 {
		return c, nil
	}
	var err error
	c.Root, err = tlog.TreeHash(size, r)
	return c, err
}
