package archive

import "time"

// State is what a page is at present.
type State string

// The states of a page.
const (
	Live        State = "live"
	PageGone    State = "gone"
	PageMoved   State = "moved"
	PageBlocked State = "blocked"
	Unreachable State = "unreachable"
)

// Page is one statement on record.
type Page struct {
	// URL is the present address, in the spelling of its key.
	URL string
	// Aliases are older addresses and other spellings, sorted.
	Aliases []string
	// Site is the configured name of the site, else its host.
	Site string
	// Title, Published, Modified are those of the last version.
	Title     string
	Published string
	Modified  string
	State     State
	// Versions and Captures count. Captures are the visits that brought bytes or confirmed a version (304); a page may
	// have captures and no version yet (it was always blocked, say).
	Versions int
	Captures int
	// FirstSeen and LastSeen are the times of the first and the last capture that showed a version; LastVisit is
	// the time of the last visit of any outcome; LastChanged is FirstSeen of the last version.
	FirstSeen   time.Time
	LastSeen    time.Time
	LastVisit   time.Time
	LastChanged time.Time
	// ETag and LastModified are the validators of the last full answer at URL; "" when there were none, and
	// when that page was rendered: that an answer is the same says nothing of what scripts make of it.
	ETag         string
	LastModified string
	// Takedowns is how many leaves of the ledger tell of takedowns in force on the page; Forgotten is the one of the whole page, nil when there is none.
	Takedowns int
	Forgotten *Forgotten
}

// Event is a dated fact of a page's timeline.
type Event struct {
	// Time is the first visit that shows the fact; LastTime is the last one that confirmed it (equal when once).
	Time     time.Time
	LastTime time.Time
	// State is the page's state from then on; "moved" also marks a move that was followed (Detail names both
	// addresses, and the page is live again at once).
	State State
	// Outcome, Reason, Status are those of the visit.
	Outcome Outcome
	Reason  string
	Status  int
	// Version is the version that was stored; 0 when none.
	Version int
	// Detail is for people: "first seen", "edited", "moved from A to B". Hostile text; escape it where it is shown.
	Detail string
}
