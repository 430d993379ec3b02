package archive

import (
	"errors"
	"fmt"
)

// ErrDropped is returned when bytes are asked for that were not kept, by decision: see [Capture.OnChange]. What it is wrapped
// in is a [DroppedError], which is [ErrNotFound] as well.
var ErrDropped = errors.New("were not kept, by decision")

// DroppedError is the error of bytes that were not kept.
type DroppedError struct {
	// Digest is that of the bytes.
	Digest Digest
}

// Error is "bytes sha256:3f2a… were not kept, by decision: they read as what was on record".
func (e *DroppedError) Error() string {
	return fmt.Sprintf("bytes %s %s: they read as what was on record", e.Digest, ErrDropped)
}

// Is reports whether target is [ErrDropped] or [ErrNotFound].
func (e *DroppedError) Is(target error) bool { return target == ErrDropped || target == ErrNotFound }

// Decided reports whether an error says that something is on record no more, or never was, by a decision that is: a takedown, or
// that bytes need not be kept. Everything else that is missing is a loss.
func Decided(err error) bool { return errors.Is(err, ErrForgotten) || errors.Is(err, ErrDropped) }

// Dropped says which bytes of a visit were not kept when it was put on record, by decision: see [Capture.OnChange]. The zero
// value says that all were. It stays as it is when a later capture brings the same bytes and they are kept for that one.
type Dropped struct {
	// Raw and Rendered are set when those bytes of the visit were not kept.
	Raw, Rendered bool
	// Instead is the digest of bytes that are on record: those that the capture before it was read from, whose reading has the
	// same text, title and stated days. It is set when either of the others is.
	Instead Digest
}

// Any reports whether any bytes were not kept.
func (d *Dropped) Any() bool { return d.Raw || d.Rendered }

// source is the digest of what a reading is made from, when raw and rendered are those of its bytes: of the rendered document
// when there is one, else of the raw bytes; of what was kept in its stead when it was not.
func (d *Dropped) source(raw, rendered Digest) Digest {
	switch {
	case rendered.IsZero() && d.Raw, !rendered.IsZero() && d.Rendered:
		return d.Instead
	case !rendered.IsZero():
		return rendered
	}
	return raw
}
