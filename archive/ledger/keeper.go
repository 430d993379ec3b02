package ledger

import (
	"context"
	"iter"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/onrecord/onrecord/archive"
)

// Keeper is a store that has a ledger over its records. A change of the store and its leaves are one durable step.
type Keeper interface {
	// VerifierKey is the archive's public key in the form of [ParseVerifier].
	VerifierKey(ctx context.Context) (string, error)
	// Head is the head of the ledger as it is now.
	Head(ctx context.Context) (Checkpoint, error)
	// SignHead is the head signed by the archive's key; [ErrNoKey] when the secret key is not to be had.
	SignHead(ctx context.Context) ([]byte, error)
	// Signer is the archive's secret key; [ErrNoKey] when it is not to be had.
	Signer(ctx context.Context) (note.Signer, error)
	// KeepCheckpoint keeps a signed checkpoint of the ledger that was handed out at a time, so that Verify holds the
	// ledger to it. One of the same size is replaced, witnesses' signatures being the difference.
	KeepCheckpoint(ctx context.Context, signed []byte, at time.Time) error
	// KeepStamp keeps a time-stamp response (RFC 3161) over a kept checkpoint of that size, and where it is from.
	KeepStamp(ctx context.Context, size int64, stamp Stamp) error
	// Checkpoints are the kept checkpoints, from the smallest.
	Checkpoints(ctx context.Context) iter.Seq2[Kept, error]
	// Leaves are the leaves of a page that hold now: those of its visits in the order of time, then those of its versions
	// and events by number.
	Leaves(ctx context.Context, url string) iter.Seq2[Numbered, error]
	// Earlier are the leaves about the visits with these facts that were withdrawn, the withdrawals that name them, and the
	// leaves that say that they were forgotten, or readings with one of these digests were, by number.
	Earlier(ctx context.Context, about []archive.Digest) ([]Numbered, error)
	// ProveLeaf is the proof that leaf n is in the tree of a size, RFC 6962, section 2.1.1.
	ProveLeaf(ctx context.Context, size, n int64) (tlog.RecordProof, error)
	// ProveTree is the proof that the tree of size goes on from that of size old, RFC 6962, section 2.1.2.
	ProveTree(ctx context.Context, size, old int64) (tlog.TreeProof, error)
	// CheckFork compares the ledger with an earlier checkpoint of it: [ErrFork].
	CheckFork(ctx context.Context, old *Checkpoint) error
}

// Numbered is a leaf and its place in the ledger, from 0.
type Numbered struct {
	N    int64
	Leaf Leaf
	// Facts are the facts of a capture; nil for the other kinds.
	Facts []byte
}

// Kept is a checkpoint that was handed out.
type Kept struct {
	Checkpoint
	// Signed is the checkpoint as it was handed out.
	Signed []byte
	// Time is when that was, by this machine's clock.
	Time time.Time
	// Stamps are the time stamps over it.
	Stamps []Stamp
}

// Stamp is what a time-stamping authority said of a checkpoint.
type Stamp struct {
	// From is the address of the authority.
	From string
	// Response is its whole answer (TimeStampResp) as DER.
	Response []byte
}
