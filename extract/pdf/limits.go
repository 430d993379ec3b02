package pdf

import (
	"errors"
	"time"
)

// Limits of one file. They are far above what statements need.
const (
	// MaxInput is the size of a file in bytes.
	MaxInput = 64 << 20
	// MaxPages is how many pages are read; the rest is left out and a flag says so.
	MaxPages = 500
	// MaxText is how many bytes of text are read; the rest is left out and a flag says so.
	MaxText = 8 << 20
	// DefaultTimeout is how long a file may take.
	DefaultTimeout = 10 * time.Second

	maxDepth   = 64        // of arrays and dictionaries within each other, of forms within forms
	maxObject  = 1 << 23   // the number of an object, as in other readers
	maxEntries = 1 << 20   // of the cross-reference table
	maxKept    = 2 << 20   // tokens that are kept as objects
	maxTokens  = 40 << 20  // tokens read in all
	maxDecoded = 192 << 20 // bytes that come out of filters in all
	maxStream  = 32 << 20  // bytes that come out of one stream
	maxGlyphs  = 200_000   // of one page
	maxMapped  = 1 << 18   // entries of one character map
	maxDrawn   = 50_000    // forms drawn in all
	maxShown   = 16 << 20  // glyphs in all
)

// Errors of [Extract], for callers to tell apart with errors.Is. No version is made of such a file.
var (
	// ErrNotPDF: there is no PDF header in the first kilobyte.
	ErrNotPDF = errors.New("not a PDF")
	// ErrEncrypted: a password is needed to read the text.
	ErrEncrypted = errors.New("encrypted")
	// ErrNoText: the pages show pictures (a scan) or nothing at all.
	ErrNoText = errors.New("scanned: no text in the PDF")
	// ErrNoUnicode: the fonts do not say which characters they show.
	ErrNoUnicode = errors.New("text without character codes")
	// ErrDamaged: a part of the file is missing or cannot be decoded, so its text would not be whole.
	ErrDamaged = errors.New("damaged PDF")
	// ErrTooLarge: the file asks for more than the limits of size and work allow.
	ErrTooLarge = errors.New("PDF too large")
	// ErrTimeout: reading took longer than Options.Timeout.
	ErrTimeout = errors.New("PDF takes too long to read")
	// errInternal: a fault of this package; the fuzz target fails on it.
	errInternal = errors.New("internal error")
)

// work counts what a file has cost so far. Running out of it unwinds to Extract by a panic with the error: the parser
// is a deep recursion, and every part of it would have to hand the same error up.
type work struct {
	tokens, kept, decoded, forms, glyphs int
	deadline                             time.Time
}

// stop is what work panics with.
type stop struct{ error }

// token pays for one token, kept for one that stays in memory as part of an object.
func (w *work) token() {
	w.tokens++
	if w.tokens > maxTokens {
		panic(stop{ErrTooLarge})
	}
	if w.tokens&0xfff == 0 {
		w.clock()
	}
}

func (w *work) keep() {
	w.kept++
	if w.kept > maxKept {
		panic(stop{ErrTooLarge})
	}
}

// decode pays for bytes that came out of a filter.
func (w *work) decode(n int) {
	w.decoded += n
	if w.decoded > maxDecoded {
		panic(stop{ErrTooLarge})
	}
	w.clock()
}

// form pays for drawing a form.
func (w *work) form() {
	w.forms++
	if w.forms > maxDrawn {
		panic(stop{ErrTooLarge})
	}
}

// show pays for a glyph.
func (w *work) show() {
	w.glyphs++
	if w.glyphs > maxShown {
		panic(stop{ErrTooLarge})
	}
	if w.glyphs&0xffff == 0 {
		w.clock()
	}
}

// clock stops what has taken too long.
func (w *work) clock() {
	if !w.deadline.IsZero() && time.Now().After(w.deadline) {
		panic(stop{ErrTimeout})
	}
}

// damaged unwinds with the reason why a text would not be whole.
func damaged(why string) {
	panic(stop{&damage{why}})
}

// damage is an ErrDamaged with its place.
type damage struct{ why string }

func (d *damage) Error() string { return ErrDamaged.Error() + ": " + d.why }
func (d *damage) Unwrap() error { return ErrDamaged }
