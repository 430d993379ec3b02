package archive

import "time"

// Outcome says how a visit ended.
type Outcome string

// The outcomes of a visit.
const (
	// Stored: the visit brought a new version.
	Stored Outcome = "stored"
	// Unchanged: the visit showed the reading that was on record already (or a 304 to our validators).
	Unchanged Outcome = "unchanged"
	// Moved: the address leads elsewhere and no statement stands there any more (the site's home page, say), or it
	// led to a page that this run had looked at already.
	Moved Outcome = "moved"
	// Gone: 404, 410 or 451.
	Gone Outcome = "gone"
	// Deferred: not asked for now; Visit.Until says when to come back.
	Deferred Outcome = "deferred"
	// Blocked: a rule of ours or of the site forbids it (robots.txt, a private address).
	Blocked Outcome = "blocked"
	// Failed: it could not be had, or what came is no version of a statement (a challenge, an error page).
	Failed Outcome = "failed"
)

// Valid reports whether o is one of the outcomes above.
func (o Outcome) Valid() bool {
	switch o {
	case Stored, Unchanged, Moved, Gone, Deferred, Blocked, Failed:
		return true
	}
	return false
}

// Visit is one attempt to look at a page. Every attempt leaves one.
type Visit struct {
	// Time is when the visit began, in UTC.
	Time time.Time
	// Elapsed is how long it took; 0 is unknown (an import).
	Elapsed time.Duration
	// URL is the address that was asked for, in the spelling of its key.
	URL string
	// FinalURL is where the answer came from after redirects; "" when there was no answer.
	FinalURL string
	// Outcome is never "" in a stored visit.
	Outcome Outcome
	// Reason is a word from a fixed list (crawler.Reason, extract.Suspect); "" when a version was stored or unchanged.
	Reason string
	// Detail is for people: the limit that was met, the rule that forbids. Hostile text; escape it where it is shown.
	Detail string
	// Flags are warnings kept with the visit, from a fixed list, sorted.
	Flags []string
	// Status is the HTTP status of the last hop; 0 when there was none.
	Status int
	// Hops are the requests of the visit in order, the last one being the answer.
	Hops []Hop
	// RawDigest is the digest of Capture.Raw; zero when no bytes came.
	RawDigest Digest
	// RenderedDigest is the digest of Capture.Rendered; zero when the page was not rendered.
	RenderedDigest Digest
	// Absent says why bytes of the visit are not on record; "" when they are. It is the store's to tell.
	Absent Absence
	// Dropped says which of them were not kept when the visit was put on record. It is the store's to tell.
	Dropped Dropped
	// Bytes is how many bytes of body came over the wire.
	Bytes int64
	// Version is the number of the version that was stored or confirmed; 0 when none.
	Version int
	// Until is when to come back after a deferral; zero when unknown.
	Until time.Time
}

// Source is the digest of the bytes that the visit's reading is made from: of the rendered document when there is one, else
// of the raw bytes; of those that were kept in their stead when they were not. See [Dropped].
func (v *Visit) Source() Digest { return v.Dropped.source(v.RawDigest, v.RenderedDigest) }

// Hop is one request of a visit and the answer to it.
type Hop struct {
	// Time is when the request was sent, in UTC.
	Time time.Time `json:"time"`
	// URL is what was asked.
	URL string `json:"url"`
	// Kind says how the hop came about: "" for the request itself, "redirect", "refresh" (header), "meta refresh".
	Kind string `json:"kind,omitempty"`
	// Address is the IP address and port that was connected to; "" when unknown.
	Address string `json:"address,omitempty"`
	// Proto is "HTTP/1.1" or "HTTP/2.0"; "" when unknown.
	Proto string `json:"proto,omitempty"`
	// Status is the HTTP status; 0 when there was no answer.
	Status int `json:"status"`
	// RequestHeader and Header are the fields sent and received, by canonical name.
	RequestHeader map[string][]string `json:"request_header,omitempty"`
	Header        map[string][]string `json:"header,omitempty"`
	// WireDigest is the digest of the body as it came, before content decoding; zero when the same as RawDigest or none.
	WireDigest Digest `json:"wire_digest,omitzero"`
	// CertificateDigest is the digest of the certificates that the server showed (DER, one after another, its own one first),
	// which are the note CertificateNote names; zero when there were none or they were not kept.
	CertificateDigest Digest `json:"certificate_digest,omitzero"`
}

// Capture is a visit with what it brought. A visit that brought no bytes is a Capture with neither Raw nor Reading.
type Capture struct {
	Visit
	// Site is the name of the site that the page belongs to: the configured name, else the host.
	Site string
	// Raw is the body after content decoding (gzip and so on) and before any decoding of characters: what is kept.
	// The store does not change it and keeps no reference after Commit returns.
	Raw []byte
	// Rendered is the document that a browser made of Raw, as HTML in UTF-8 whatever Charset says; nil when the page was not
	// rendered. The store treats it as it does Raw. There is none without Raw.
	Rendered []byte
	// MediaType is what the raw bytes are (sniffed), without parameters: "text/html".
	MediaType string
	// Charset is the encoding that the raw bytes were read with, by its Encoding Standard name; "" when none applied.
	Charset string
	// Reading is what was read out of Rendered, or out of Raw when there is none; nil when the capture is no version of a statement.
	Reading *Reading
	// OnChange says that Raw and Rendered need not be kept when they tell nothing new: when the capture before it in time that
	// has a reading was of the same address and kind, had each of its flags, and reads the same in text, title and stated days.
	// Their digests are on record as ever, and so is that they were not kept: see [Dropped]. Bytes that are on record for
	// another capture are kept with this one too. It is for Commit alone.
	OnChange bool
}

// Key is what makes a capture the same capture when it is committed again: page, time, raw bytes.
func (c *Capture) Key() CaptureKey { return CaptureKey{c.Time.UTC().UnixNano(), c.RawDigest} }

// CaptureKey identifies a capture within its page.
type CaptureKey struct {
	Nanos int64
	Raw   Digest
}

// CertificateNote is the name of the note (Store.Note) that holds the certificates with a digest.
func CertificateNote(d Digest) string { return "certificates/" + d.Hex() }
