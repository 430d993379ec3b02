package warc

import (
	"errors"
	"fmt"
)

// What a caller can act on; ask with [errors.Is].
var (
	// ErrTooLarge is returned when a block or an unpacked payload exceeds a cap; the record can be skipped.
	ErrTooLarge = errors.New("too large")
	// ErrNotHTTP is returned when a record holds no HTTP message.
	ErrNotHTTP = errors.New("record holds no HTTP message")
	// ErrTruncated is returned for a payload that is not whole: marked so, shorter than stated, or cut within a coding.
	ErrTruncated = errors.New("payload is not whole")
	// ErrCoding is returned for a payload whose content coding is not known, or whose coded bytes are damaged.
	ErrCoding = errors.New("content coding cannot be undone")
	// ErrNoDigest is returned when a record states no digest, or only with an algorithm that is not known here.
	ErrNoDigest = errors.New("record states no digest that can be checked")
	// ErrUnresolved is the error of a revisit whose payload nobody could give.
	ErrUnresolved = errors.New("payload is in a record that is not here")
	// ErrStale is returned by a record's block after the reader has moved on.
	ErrStale = errors.New("the reader has moved on from this record")
)

// SyntaxError is damage in a file. Reading may go on after it.
type SyntaxError struct {
	// Offset is where in the file the damaged record starts, or the gzip member or zstd frame that holds it.
	Offset int64
	// Inner is where in the unpacked member or frame it starts; 0 in a file that is not packed.
	Inner int64
	// Msg says what is wrong.
	Msg string
	// Intact is true when nothing is lost: only the packing is out of order (records that share a gzip member).
	Intact bool
}

// Error names the offset.
func (e *SyntaxError) Error() string {
	if e.Inner != 0 {
		return fmt.Sprintf("offset %d, unpacked %d: %s", e.Offset, e.Inner, e.Msg)
	}
	return fmt.Sprintf("offset %d: %s", e.Offset, e.Msg)
}

// DigestError is a digest that does not agree with the bytes it is stated for.
type DigestError struct {
	// Field is the field that states it, WARC-Block-Digest say.
	Field string
	// Want is what the record states, Got what the bytes give in the same form.
	Want, Got string
}

// Error names both digests.
func (e *DigestError) Error() string {
	return fmt.Sprintf("%s: stated %.100s, is %s", e.Field, e.Want, e.Got)
}
