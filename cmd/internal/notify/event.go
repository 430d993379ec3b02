package notify

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"github.com/onrecord/onrecord/archive"
)

// Kind is what kind of event somebody is told of.
type Kind string

// The kinds of events that are not the kind of a change ([archive.Kind]).
const (
	// Gone: the page is there no longer, at a second look too.
	Gone Kind = "gone"
	// MovedAway: the statement has another address, or its address leads elsewhere.
	MovedAway Kind = "moved-away"
	// Blocked: the site refuses or hides the text, at a second look too.
	Blocked Kind = "blocked"
	// Unreachable: the site does not answer, at a second look too.
	Unreachable Kind = "unreachable"
	// Back: the page can be read again.
	Back Kind = "back"
	// CaseKind: something is wrong with the archiving itself, or no longer is.
	CaseKind Kind = "case"
)

// Kinds are all kinds, those of changes first.
func Kinds() []Kind {
	return []Kind{
		Kind(archive.First), Kind(archive.Edited), Kind(archive.Reordered), Kind(archive.Typographic), Kind(archive.Dates),
		Kind(archive.Title), Kind(archive.Restored), Gone, MovedAway, Blocked, Unreachable, Back, CaseKind,
	}
}

// Valid reports whether k is one of [Kinds].
func (k Kind) Valid() bool { return slices.Contains(Kinds(), k) }

// Case is something wrong with the archiving itself that was opened, or closed.
type Case struct {
	// ID is another one for each thing to tell: opening and closing differ.
	ID string `json:"id"`
	// Site is the site that it is about; "" for all.
	Site string `json:"site"`
	// Kind is the kind of case, Text says what is wrong. Text may be from outside.
	Kind string `json:"kind"`
	Text string `json:"text"`
	// Opened and Closed are in UTC; Closed is zero for a case that is open.
	Opened time.Time `json:"opened"`
	Closed time.Time `json:"closed,omitzero"`
}

// time is when there was something to tell.
func (c *Case) time() time.Time {
	if c.Closed.IsZero() {
		return c.Opened
	}
	return c.Closed
}

// Event is one thing that somebody may be told of: a reference to what is in the archive, not its content.
type Event struct {
	// ID is the same whenever the event is found.
	ID   string `json:"id"`
	Kind Kind   `json:"kind"`
	// Back is true for a change that was seen when the page came back.
	Back bool   `json:"back,omitempty"`
	Site string `json:"site"`
	// URL is the page's address when the event was found; "" for a case.
	URL string `json:"url,omitempty"`
	// Time is that of the first visit that shows it, Due that from which it is told: the same, or the second look.
	Time time.Time `json:"time"`
	Due  time.Time `json:"due"`
	// Version is the number of the version, 0 for none.
	Version int `json:"version,omitempty"`
	// Reason, Status and Detail are those of the visit. Detail is from outside.
	Reason string `json:"reason,omitempty"`
	Status int    `json:"status,omitempty"`
	Detail string `json:"detail,omitempty"`
	// Case is there for the kind CaseKind only.
	Case *Case `json:"case,omitempty"`

	change archive.Change
	class  string
}

// idLength is how many hex digits an id has: 96 bits, which no two events share by chance.
const idLength = 24

// digestOf makes an id of some strings.
func digestOf(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s\n", len(p), p)
	}
	return hex.EncodeToString(h.Sum(nil))[:idLength]
}

// idAt is the event's id as it is at an address: a page has several, and may get another one between two looks.
func (e *Event) idAt(url string) string {
	return digestOf("event", e.Time.UTC().Format(time.RFC3339Nano), e.class, url)
}
