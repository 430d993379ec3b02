package archive

import "time"

// Reading is what a set of rules read out of the bytes of a capture: a pure function of both.
type Reading struct {
	// Rules names the rules that read it: the extractor's version and the digest of the site's layout.
	Rules string `json:"rules"`
	// Title is the statement's headline. It is not part of Text.
	Title string `json:"title"`
	// Text is the canonical text ([Canonical]): what digest, diff, notice, search and export all read.
	Text string `json:"text"`
	// Markdown is the same blocks with headings, lists, links and tables marked.
	Markdown string `json:"markdown"`
	// Published and Modified are the chosen stated days, "YYYY-MM-DD", or "" when none is stated beyond doubt.
	Published string `json:"published"`
	Modified  string `json:"modified"`
	// Dates are all claims, the chosen ones included.
	Dates []Claim `json:"dates"`
	// Authors and Topics are in the order of the page.
	Authors []string `json:"authors"`
	Topics  []string `json:"topics"`
	// Language is a BCP 47 tag; "" when unknown.
	Language string `json:"language"`
	// SiteName is what the site calls itself; "" when it does not say.
	SiteName string `json:"site_name"`
}

// Claim is a date that a page states, as it states it.
type Claim struct {
	// Role is "published", "modified" or "" when the page does not say what the date is of.
	Role string `json:"role"`
	// Raw is the text that states it.
	Raw string `json:"raw"`
	// Source is where it stands: json-ld, meta, microdata, time, text, url, feed, sitemap, last-modified.
	Source string `json:"source"`
	// Value is the day, month or year it states: "2006-01-02", "2006-01", "2006"; with a time it is RFC 3339 in the
	// offset as written. "" when the claim is ambiguous and nothing decides.
	Value string `json:"value"`
	// Precision is "year", "month", "day" or "time".
	Precision string `json:"precision"`
	// Ambiguous is true when Raw alone allows more than one day (10-03-2019).
	Ambiguous bool `json:"ambiguous"`
	// Readings are all days that Raw allows, when it is ambiguous.
	Readings []string `json:"readings,omitempty"`
	// Why tells what decided between the readings, or why the claim was chosen: "site writes month first".
	Why string `json:"why,omitempty"`
	// Chosen is true for the claims that Published and Modified come from.
	Chosen bool `json:"chosen,omitempty"`
}

// Kind is the class of a change.
type Kind string

// The kinds of a change, by what a version is against the one before it.
const (
	// First is a page's first version.
	First Kind = "first"
	// Edited: words changed.
	Edited Kind = "edited"
	// Reordered: the same sentences in another order. Its name in all outputs is "moved".
	Reordered Kind = "moved"
	// Typographic: only punctuation, white space, case or quotation marks changed.
	Typographic Kind = "typographic"
	// Dates: only stated dates changed.
	Dates Kind = "dates"
	// Title: only the title changed (stated dates may have changed with it).
	Title Kind = "title"
	// Restored: the text equals an earlier version's, whose title or days may have been others; Change.Restores names it.
	Restored Kind = "restored"
)

// Change is what a version is against the one before it.
type Change struct {
	Kind Kind `json:"kind"`
	// Silent is true when words of the text changed and the stated days did not.
	Silent bool `json:"silent"`
	// Touched is its mirror: a stated day changed and the words of the text did not.
	Touched bool `json:"touched"`
	// WordsAdded and WordsRemoved count the words of the diff.
	WordsAdded   int `json:"words_added"`
	WordsRemoved int `json:"words_removed"`
	// Restores is the number of the earlier version that this one equals; 0 when it equals none.
	Restores int `json:"restores"`
}

// Version is one distinct reading of a page.
type Version struct {
	// URL is the page's present address.
	URL string
	// Number counts from 1 in the order of time.
	Number int
	// Reading is what stands there.
	Reading
	// FirstSeen and LastSeen are the times of the first and the last capture that showed it.
	FirstSeen time.Time
	LastSeen  time.Time
	// Captures is how many captures showed it (304s included).
	Captures int
	// RawDigest is the digest of the bytes of the first capture that showed it.
	RawDigest Digest
	// RenderedDigest is that of the document which a browser made of those bytes; zero when none did.
	RenderedDigest Digest
	// Dropped says which of these bytes were not kept: a version can begin with such a capture when another one that came late
	// turned out to stand before it.
	Dropped Dropped
	// MediaType is what the raw bytes are.
	MediaType string
	Change    Change
	// Forgotten is set when the text was forgotten; then Reading is empty, and [Version.TextDigest] and [Version.Identity] tell
	// what is left of it.
	Forgotten *Forgotten
}

// Source is the digest of the bytes that the first capture's reading is made from. See [Visit.Source].
func (v *Version) Source() Digest { return v.Dropped.source(v.RawDigest, v.RenderedDigest) }
