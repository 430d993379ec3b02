package crawler

import (
	"net/http"
	"time"
)

// Request is one address to visit.
type Request struct {
	// URL is a key (see [Key]).
	URL string
	// ETag and LastModified are sent as validators to URL itself only; "" sends none.
	ETag, LastModified string
	// Header are fields to send to the host of URL besides the crawler's own, Accept in place of it: what a script asks for
	// is no page. Those that say who is asking, that ask for a part or a coding, that belong to the connection, and those
	// that would have another method performed, are left out. Nil sends none.
	Header http.Header
}

// Page is what a visit brought, or why it brought nothing.
type Page struct {
	// URL is the address asked for; FinalURL, a key, is where the answer came from ("" when none came).
	URL, FinalURL string
	// Time is when the visit began (UTC), Elapsed how long it took, waiting for the host's turn excluded.
	Time    time.Time
	Elapsed time.Duration
	// Outcome and Reason say how it ended; Detail is for people and may hold hostile text.
	Outcome Outcome
	Reason  Reason
	Detail  string
	// Flags are warnings, sorted.
	Flags []string
	// Status and Header are those of the last hop.
	Status int
	Header http.Header
	Hops   []Hop
	// Raw is the body after content decoding and before character decoding; nil when there is none worth keeping.
	Raw []byte
	// WireBytes is how many bytes of body came over the wire.
	WireBytes int64
	// MediaType is what the bytes are (sniffed), without parameters.
	MediaType string
	// Charset is the Encoding Standard name that Body was decoded from; "" when MediaType is no text.
	Charset string
	// Body is the whole body in UTF-8, for text; nil otherwise. It may share its bytes with Raw: change neither.
	Body []byte
	// Pause is the least time to the next request to the host that held when the last hop began, PauseFrom what it came from.
	Pause     time.Duration
	PauseFrom string
	// Until is when to come back after a deferral.
	Until time.Time
	// Err is the error behind a failure, for a log; nil otherwise.
	Err error
}

// Hop is one request of a visit and its answer.
type Hop struct {
	Time          time.Time
	URL           string
	Kind          string // "", "redirect", "refresh", "meta refresh", "retry"
	Address       string
	Proto         string
	Status        int
	RequestHeader http.Header
	Header        http.Header
	// WireDigest is the SHA-256 of the body as it came when a content coding was removed; zero otherwise.
	WireDigest [32]byte
	// Certificates are those that the server showed, as DER, one after another, its own first; nil without TLS, through a
	// proxy that speaks it, and when they are longer than 64 KiB. They were verified when the connection was made.
	Certificates []byte
}

// Outcome says how a visit ended, as far as the crawler can tell: Fetched pages are judged by whoever reads them.
type Outcome string

// The outcomes of a visit.
const (
	Fetched   Outcome = "fetched"   // a whole answer with status 200 or 203
	Unchanged Outcome = "unchanged" // 304 to validators that were sent
	Moved     Outcome = "moved"     // the chain led to an address that this run had visited already
	Gone      Outcome = "gone"      // 404, 410, 451
	Deferred  Outcome = "deferred"  // told to come back later than this run can wait
	Blocked   Outcome = "blocked"   // robots.txt, a forbidden address or scheme
	Failed    Outcome = "failed"    // everything else
)

// Reason is a word from the fixed list in reason.go.
type Reason string
