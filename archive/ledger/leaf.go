package ledger

import (
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/onrecord/onrecord/archive"
)

const leafHead = "onrecord leaf 1\n"

// Kind is what a leaf is about.
type Kind string

// The kinds of leaves.
const (
	// Begun is the first leaf: the ledger was begun.
	Begun Kind = "begun"
	// Capture: a visit was put on record.
	Capture Kind = "capture"
	// Version: a visit was the first to show a reading.
	Version Kind = "version"
	// Event: something happened to a page.
	Event Kind = "event"
	// Withdrawn: leaves do not hold any more. What they said stays in the ledger.
	Withdrawn Kind = "withdrawn"
	// Forgotten: bytes and texts were taken off the record for good. What was on record before stays in the ledger.
	Forgotten Kind = "forgotten"
	// Readmitted: a page that was forgotten may be put on record again.
	Readmitted Kind = "readmitted"
)

// Leaf is what the ledger says of one record. Which fields it has is told by its kind.
type Leaf struct {
	Kind Kind

	// Time is the time of a capture or an event; of the other kinds, when that was done.
	Time time.Time
	// Why says of Begun what was there before, of Withdrawn what made the leaves void, of Forgotten and Readmitted the reason
	// that was given; By who gave it.
	Why, By string
	// Name is the name of the archive's key; only of Begun.
	Name string

	// Facts is the digest of a capture's [Facts]; of a version and an event, that of the capture that shows it first.
	Facts archive.Digest
	// Raw is the digest of a capture's bytes; zero when it brought none.
	Raw archive.Digest
	// Identity is that of the reading that a capture shows; zero when it shows none, and then Outcome and Reason tell why.
	// Those of an event are its visit's.
	Identity archive.Digest
	Outcome  archive.Outcome
	Reason   string

	// Reading is the digest of a version's [Reading], Text that of its text.
	Reading archive.Digest
	Text    archive.Digest
	// Change is what the version is against the one before it. Restores, which is a number, is not in the leaf.
	Change archive.Change

	// State, Status and Detail are those of an event.
	State  archive.State
	Status int
	Detail string

	// Leaves are the numbers of the leaves that are withdrawn, or of the takedowns that end, ascending; at most MaxWithdrawn.
	Leaves []int64

	// Page is the address of the page of which something was forgotten, or which was readmitted; Whole is true when all of it
	// was forgotten. Captures are the digests of the facts of the captures that lost their bytes, Readings those of the
	// readings that went, each sorted; at most MaxWithdrawn together.
	Page     string
	Whole    bool
	Captures []archive.Digest
	Readings []archive.Digest
}

// MaxWithdrawn is how many leaves one withdrawal names at most, and how many digests one leaf of what was forgotten.
const MaxWithdrawn = 1000

// Data is the leaf as it is hashed: [tlog.RecordHash] of it is the leaf's hash.
func (l *Leaf) Data() []byte {
	w := writer{make([]byte, 0, 400)}
	w.b = append(w.b, leafHead...)
	w.line(string(l.Kind))
	switch l.Kind {
	case Begun:
		w.line("time", l.Time)
		w.line("name", l.Name)
		w.line("why", l.Why)
	case Capture:
		w.line("time", l.Time)
		w.line("raw", l.Raw)
		w.line("facts", l.Facts)
		if l.Identity.IsZero() {
			w.line("outcome", string(l.Outcome), l.Reason)
		} else {
			w.line("shows", l.Identity)
		}
	case Version:
		w.line("facts", l.Facts)
		w.line("reading", l.Reading)
		w.line("text", l.Text)
		c := &l.Change
		w.line("change", string(c.Kind), c.Silent, c.Touched, c.WordsAdded, c.WordsRemoved)
	case Event:
		w.line("time", l.Time)
		w.line("facts", l.Facts)
		w.line("state", string(l.State), string(l.Outcome), l.Reason, l.Status, l.Detail)
	case Withdrawn:
		w.line("time", l.Time)
		w.line("why", l.Why)
		for _, n := range l.Leaves {
			w.line("leaf", n)
		}
	case Forgotten:
		l.taken(&w)
		w.line("whole", l.Whole)
		for _, d := range l.Captures {
			w.line("capture", d)
		}
		for _, d := range l.Readings {
			w.line("reading", d)
		}
	case Readmitted:
		l.taken(&w)
		for _, n := range l.Leaves {
			w.line("leaf", n)
		}
	}
	return w.b
}

// Hash is the leaf's hash in the tree.
func (l *Leaf) Hash() tlog.Hash { return tlog.RecordHash(l.Data()) }

// ParseLeaf reads what [Leaf.Data] writes. Errors are [ErrFormat].
func ParseLeaf(b []byte) (*Leaf, error) {
	rest, err := headed(b, leafHead)
	if err != nil {
		return nil, err
	}
	r := &reader{rest: rest}
	r.next()
	l := &Leaf{Kind: Kind(r.name)}
	r.want(r.name, 0)
	switch l.Kind {
	case Begun:
		l.Time = r.oneTime("time")
		l.Name = r.oneText("name")
		l.Why = r.oneText("why")
	case Capture:
		l.Time = r.oneTime("time")
		l.Raw = r.oneDigest("raw")
		l.Facts = r.oneDigest("facts")
		if r.next(); r.name == "shows" && r.want("shows", 1) {
			l.Identity = r.digest(0)
		} else if r.want("outcome", 2) {
			l.Outcome, l.Reason = archive.Outcome(r.str(0)), r.str(1)
		}
	case Version:
		l.Facts = r.oneDigest("facts")
		l.Reading = r.oneDigest("reading")
		l.Text = r.oneDigest("text")
		if r.next(); r.want("change", 5) {
			l.Change = archive.Change{
				Kind: archive.Kind(r.str(0)), Silent: r.bool(1), Touched: r.bool(2), WordsAdded: int(r.int(3)), WordsRemoved: int(r.int(4)),
			}
		}
	case Event:
		l.Time = r.oneTime("time")
		l.Facts = r.oneDigest("facts")
		if r.next(); r.want("state", 5) {
			l.State, l.Outcome, l.Reason = archive.State(r.str(0)), archive.Outcome(r.str(1)), r.str(2)
			l.Status, l.Detail = int(r.int(3)), r.str(4)
		}
	case Withdrawn:
		l.Time = r.oneTime("time")
		l.Why = r.oneText("why")
		l.withdrawn(r)
		return l, r.done(b, l.Data())
	case Forgotten:
		l.forgotten(r)
		return l, r.done(b, l.Data())
	case Readmitted:
		l.parseTaken(r)
		l.withdrawn(r)
		return l, r.done(b, l.Data())
	default:
		r.fail("no leaf is a %.20q", r.name)
	}
	r.next()
	return l, r.done(b, l.Data())
}

// withdrawn reads the numbers of other leaves.
func (l *Leaf) withdrawn(r *reader) {
	for r.next(); r.name == "leaf" && r.want("leaf", 1); r.next() {
		n := r.int(0)
		if k := len(l.Leaves); n < 0 || k == MaxWithdrawn || (k > 0 && l.Leaves[k-1] >= n) {
			r.fail("leaf %d is too many, or out of order", n)
			return
		}
		l.Leaves = append(l.Leaves, n)
	}
}

func (r *reader) oneTime(name string) (t time.Time) {
	if r.next(); r.want(name, 1) {
		t = r.time(0)
	}
	return t
}

func (r *reader) oneText(name string) (s string) {
	if r.next(); r.want(name, 1) {
		s = r.str(0)
	}
	return s
}

func (r *reader) oneDigest(name string) (d archive.Digest) {
	if r.next(); r.want(name, 1) {
		d = r.digest(0)
	}
	return d
}

// CaptureLeaf is the leaf of a capture whose facts have a digest. identity is that of the reading that it shows; zero
// for none.
func CaptureLeaf(c *archive.Capture, facts, identity archive.Digest) Leaf {
	l := Leaf{Kind: Capture, Time: c.Time, Raw: c.RawDigest, Facts: facts, Identity: identity}
	if identity.IsZero() {
		l.Outcome, l.Reason = c.Outcome, c.Reason
	}
	return l
}

// VersionLeaf is the leaf of a version which the capture with these facts was the first to show. digest is that of its
// [Reading], text that of its text.
func VersionLeaf(facts, digest, text archive.Digest, change archive.Change) Leaf {
	change.Restores = 0
	return Leaf{Kind: Version, Facts: facts, Reading: digest, Text: text, Change: change}
}

// EventLeaf is the leaf of an event which the visit with these facts was the first to show.
func EventLeaf(facts archive.Digest, e *archive.Event) Leaf {
	return Leaf{
		Kind: Event, Time: e.Time, Facts: facts, State: e.State, Outcome: e.Outcome, Reason: e.Reason, Status: e.Status, Detail: e.Detail,
	}
}
