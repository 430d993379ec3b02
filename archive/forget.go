package archive

import (
	"errors"
	"fmt"
	"time"
)

// ErrForgotten is returned when what is asked for was forgotten: see [Store.Forget]. What it is wrapped in is a
// [ForgottenError], which is [ErrNotFound] as well: whoever asks for bytes that are not there has an answer for it already.
var ErrForgotten = errors.New("is forgotten")

// ForgottenError is the error of bytes or a text that were forgotten.
type ForgottenError struct {
	Forgotten
	// What names it: an address, a version, a digest.
	What string
}

// Error is "version 2 of https://harbour.example/a is forgotten: court order 12/2026, 2026-03-01".
func (e *ForgottenError) Error() string {
	return fmt.Sprintf("%s %s: %s", e.What, ErrForgotten, e.Forgotten.String())
}

// Is reports whether target is [ErrForgotten] or [ErrNotFound].
func (e *ForgottenError) Is(target error) bool {
	return target == ErrForgotten || target == ErrNotFound
}

// ReasonForgotten is the reason of a visit whose bytes were not taken because its page, its bytes or its text are
// forgotten. It says nothing about the state of the page.
const ReasonForgotten = "forgotten"

// Forgotten says that, when, why and by whom something was forgotten.
type Forgotten struct {
	// Time is when, in UTC.
	Time time.Time
	// Reason and By are as they were given: why, and who did it. Escape them where they are shown.
	Reason, By string
	// Leaf is the number of the ledger's leaf that says so.
	Leaf int64
	// Identity, Text and Record are what is left of a reading: the digests of what makes it a version, of its canonical text,
	// and of all of it as the ledger records it. They are zero for a page.
	Identity, Text, Record Digest
}

// String is the reason and the day: "court order 12/2026, 2026-03-01".
func (f *Forgotten) String() string { return f.Reason + ", " + f.Time.UTC().Format(time.DateOnly) }

// Takedown says what is to be forgotten, and why.
type Takedown struct {
	// Version is the version whose text is to go, with all versions of the page that have the same text; less than 0 counts
	// from the last one. 0 is the whole page.
	Version int
	// Reason says why, and must be there; By says who asks for it. Both stay on record. At most MaxReason bytes each.
	Reason, By string
}

// MaxReason is the length of the longest reason, in bytes.
const MaxReason = 2000

// Removal is what a takedown takes, or would take.
type Removal struct {
	// URL is the page's present address.
	URL string
	// Versions are the numbers of the versions whose texts go, ascending.
	Versions []int
	// Captures is how many captures lose their bytes; they stay as facts.
	Captures int
	// Bodies is how many bodies go, Bytes how long they are in all, Texts how many readings go.
	Bodies int
	Bytes  int64
	Texts  int
	// Certificates is how many certificate chains go which nothing else needs.
	Certificates int
	// Shared is how many bodies stay because other captures have the same bytes; SharedBy are the addresses of their pages,
	// the first ten of them.
	Shared   int
	SharedBy []string
	// Leaf is the number of the ledger's leaf that says what was forgotten; 0 when nothing was.
	Leaf int64
}

// Empty reports whether there is nothing to take.
func (r *Removal) Empty() bool { return r.Captures == 0 && r.Texts == 0 && r.Certificates == 0 }

// Absence says why bytes that a visit brought are not on record; "" when they are, or when there were none.
type Absence string

const (
	// AbsentForgotten: a takedown took them ([Store.Forget]).
	AbsentForgotten Absence = "forgotten"
	// AbsentDropped: they were not kept, by decision ([Capture.OnChange]).
	AbsentDropped Absence = "dropped"
)

// TextDigest is the digest of the canonical text, also of one that is forgotten.
func (v *Version) TextDigest() Digest {
	if v.Forgotten != nil {
		return v.Forgotten.Text
	}
	return v.Reading.TextDigest()
}

// Identity is [Reading.Identity], also of a version whose text is forgotten.
func (v *Version) Identity() Digest {
	if v.Forgotten != nil {
		return v.Forgotten.Identity
	}
	return v.Reading.Identity()
}
