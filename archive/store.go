package archive

import (
	"context"
	"iter"
	"time"
)

// Store keeps captures, the versions derived from them, and the queue of a crawl. archive/bolt is the default one;
// every implementation passes archivetest.Run. All methods may be called concurrently. No operation spans two hosts
// atomically, but for a Join or a move between hosts.
//
// Addresses are keys (crawler.Key makes them); wherever one is asked for, an alias leads to its page.
// Sequences hold no lock between two elements and may be abandoned at any time; what they yield is a copy.
// They yield an error once, as the last element.
type Store interface {
	// Commit puts a capture on record and moves the queue on, in one durable step; when it returns nil, nothing of it
	// is lost by a kill or a power cut. It is idempotent: a capture of the same page, time and raw bytes changes nothing
	// and gives the result it gave. The store decides between Stored and Unchanged when c.Reading is there; other
	// outcomes are taken as they are. A capture older than the page's latest finds its place in time and the versions
	// are numbered anew. When c.FinalURL is another address than c.URL and c.Reading is there, the page lives at
	// FinalURL from then on and the former address is an alias. With c.OnChange bytes that tell nothing new are not kept, and
	// that they were not is on record. Step may be nil.
	Commit(ctx context.Context, c *Capture, step *Step) (Result, error)

	// Page is the page at an address or alias, also one that has no version yet; ErrNotFound when there is none.
	Page(ctx context.Context, url string) (Page, error)
	// Pages are all pages that have a version, in the order of their addresses (host first), of one site when site is
	// not "". What was visited and never was a version (a feed, a page that was always blocked) is in Visits and Page.
	Pages(ctx context.Context, site string) iter.Seq2[Page, error]
	// Versions are a page's versions, oldest first, with their readings.
	Versions(ctx context.Context, url string) iter.Seq2[Version, error]
	// Version is version n of a page; n < 0 counts from the last (-1). ErrNotFound when there is none.
	Version(ctx context.Context, url string, n int) (Version, error)
	// Events are a page's timeline, oldest first.
	Events(ctx context.Context, url string) iter.Seq2[Event, error]
	// Visits are the visits of a page, or of the whole archive when url is "", oldest first.
	Visits(ctx context.Context, url string) iter.Seq2[Visit, error]
	// Captures are the captures of a page that brought bytes, oldest first, without the bytes (Raw and Rendered are
	// nil; Blob has them) and without the reading.
	Captures(ctx context.Context, url string) iter.Seq2[Capture, error]
	// LastCapture is the last of them; ErrNotFound when there is none. It costs the same however many there are.
	LastCapture(ctx context.Context, url string) (Capture, error)
	// Blob is the bytes with a digest: raw bodies, rendered documents. ErrNotFound when there are none, which is ErrForgotten or
	// ErrDropped as well when that was decided; ErrCorrupt when they do not agree with the digest.
	Blob(ctx context.Context, d Digest) ([]byte, error)

	// Rederive replaces the readings of a page by what today's rules read out of the same bytes, and numbers its
	// versions anew. read has a reading for each source (Visit.Source) that was read again; nil for one that is no version
	// now. A visit whose bytes were not kept has the source that was kept in their stead, so that it reads as that does. A visit
	// that failed because of what other visits showed (alternating, unconfirmed loss), and one that did not fail
	// and shows no version, stays what it is. Captures whose source is not in read stay with the version they were in, under the new reading of its first
	// capture. Nothing of what it does is an event: a change of our rules is not a change of theirs. It is one
	// durable step, and repeating it changes nothing. It returns how many versions there were and are.
	Rederive(ctx context.Context, url string, read map[Digest]*Reading) (before, after int, err error)
	// Join makes page from an alias of page into: all its captures and visits go on under into, in the order of time.
	// It does nothing when both are one page already, or when one of them is forgotten as a whole.
	Join(ctx context.Context, from, into string) error

	// Forget takes the bytes and texts of a page, or of the version that take names, off the record for good, in one durable
	// step. The facts of its visits stay, and so do the leaves of the ledger, which gets one more that says what was
	// forgotten, when, why and by whom. What was forgotten is a [ForgottenError] wherever it is asked for, and Versions yields
	// it without its reading. Bytes that other captures have too stay with those. From then on a Commit to a page that is
	// forgotten as a whole, or of bytes or a text that are forgotten, puts a Blocked visit with [ReasonForgotten] on record
	// and nothing else. Repeating it changes nothing. What is left of the bytes in free parts of a file is for the store to
	// clear away. With dry set nothing is done, and what would be is told.
	Forget(ctx context.Context, url string, take Takedown, dry bool) (Removal, error)
	// Readmit ends all takedowns in force on a page: it may be put on record again from then on. What was forgotten stays
	// so until it is met again. ErrNotFound when none is in force.
	Readmit(ctx context.Context, url, reason, by string) error

	// Next is the next task of a run whose host is free, nil when none is. It stays queued until a Commit's step
	// names it as done: until then it is given again whenever free says that its host is. Hosts take turns. pending
	// counts all queued tasks of the run. free is called outside of any transaction and may be called for many hosts.
	Next(ctx context.Context, run string, free func(host string) bool) (task *Task, pending int, err error)
	// Enqueue adds tasks to a run; those whose key the run has seen are left out.
	Enqueue(ctx context.Context, run string, tasks []Task) error
	// EndRun forgets a run's queue and what it has seen.
	EndRun(ctx context.Context, run string) error

	// Note is a small value kept under a name (a site's layout, say); nil when there is none. SetNote replaces it.
	Note(ctx context.Context, name string) ([]byte, error)
	SetNote(ctx context.Context, name string, value []byte) error

	// Verify reads everything and tells what does not hold; it yields nothing when all does. The second value is an
	// error that stopped it.
	Verify(ctx context.Context) iter.Seq2[Finding, error]
	// Stats counts what the archive holds.
	Stats(ctx context.Context) (Stats, error)
	Close() error
}

// Result is what a Commit did.
type Result struct {
	// URL is the page's present address.
	URL string
	// Outcome is what the visit's record says now.
	Outcome Outcome
	// Version is the version stored or confirmed; 0 when none.
	Version int
	// Change is what the new version is; meaningful when Outcome is Stored.
	Change Change
	// Again is true when the capture was on record already.
	Again bool
	// Late is true when the capture was older than the page's latest, so that versions were numbered anew.
	Late bool
}

// Task is one address to visit in a run.
type Task struct {
	// URL is a key; the run visits each once.
	URL string `json:"url"`
	// Host is URL's host with its port: what a pace is kept for.
	Host string `json:"host"`
	// Kind says what is hoped for: "start", "listing", "statement", "record" (on record already), "feed", "sitemap".
	Kind string `json:"kind"`
	// Site is the site it is visited for.
	Site string `json:"site"`
	// Depth counts clicks from where the run started.
	Depth int `json:"depth"`
	// Priority orders the tasks of a host: smaller first, then first come, first served. From 0 to 255.
	Priority int `json:"priority,omitempty"`
}

// Step moves a run's queue on together with a Commit.
type Step struct {
	// Run names the run.
	Run string
	// Done is the address whose task is finished.
	Done string
	// Seen are addresses that the run need not visit any more (where redirects led).
	Seen []string
	// Found are new tasks; those whose URL the run has seen are left out.
	Found []Task
}

// Finding is one thing that does not hold.
type Finding struct {
	// Kind is "blob", "version", "page", "queue", "structure", "ledger".
	Kind string
	// Where names it: an address, a digest, a bucket.
	Where string
	// Problem says what is wrong.
	Problem string
}

// Stats counts what an archive holds.
type Stats struct {
	Sites    int
	Pages    int
	Versions int
	Captures int
	Visits   int
	// RawBytes is the length of all captures' bodies and rendered documents, StoredBytes what they take at rest, FileBytes the whole file.
	RawBytes    int64
	StoredBytes int64
	FileBytes   int64
	// Dropped is how many captures had bytes that were not kept, DroppedBytes how long these were; RawBytes has them too.
	Dropped      int
	DroppedBytes int64
	First, Last  time.Time
}

// Compare tells what a reading is against the one before it. archive/diff has the one that stores use; it is given to
// them so that log and diff can never disagree.
type Compare func(old, new *Reading) Change
