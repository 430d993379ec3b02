package export

import (
	"encoding/json"
	"io"
	"slices"

	"github.com/onrecord/onrecord/archive"
)

// Page is a statement on record, as `onrecord pages` lists it.
type Page struct {
	URL         string   `json:"url"`
	Aliases     []string `json:"aliases"`
	Site        string   `json:"site"`
	Title       string   `json:"title"`
	Published   string   `json:"published"`
	Modified    string   `json:"modified"`
	State       string   `json:"state"`
	Versions    int      `json:"versions"`
	Captures    int      `json:"captures"`
	FirstSeen   Time     `json:"first_seen"`
	LastSeen    Time     `json:"last_seen"`
	LastChanged Time     `json:"last_changed"`
	LastVisit   Time     `json:"last_visit"`
	// Forgotten is there for a page that was forgotten as a whole.
	Forgotten *Forgotten `json:"forgotten,omitempty"`
}

// PageOf is the shape of p.
func PageOf(p archive.Page) Page {
	return Page{
		URL: p.URL, Aliases: list(p.Aliases), Site: p.Site, Title: p.Title, Published: p.Published, Modified: p.Modified,
		State: string(p.State), Versions: p.Versions, Captures: p.Captures, FirstSeen: Time{p.FirstSeen},
		LastSeen: Time{p.LastSeen}, LastChanged: Time{p.LastChanged}, LastVisit: Time{p.LastVisit},
		Forgotten: ForgottenOf(p.Forgotten),
	}
}

// Log is a version without its text, as `onrecord log` lists it.
type Log struct {
	URL        string         `json:"url"`
	Version    int            `json:"version"`
	TextDigest archive.Digest `json:"text_digest"`
	Title      string         `json:"title"`
	Published  string         `json:"published"`
	Modified   string         `json:"modified"`
	Authors    []string       `json:"authors"`
	Topics     []string       `json:"topics"`
	Language   string         `json:"language"`
	FirstSeen  Time           `json:"first_seen"`
	LastSeen   Time           `json:"last_seen"`
	Captures   int            `json:"captures"`
	Change     archive.Change `json:"change"`
	// Forgotten is there for a version whose text was forgotten: then there is nothing in what was read out of it.
	Forgotten *Forgotten `json:"forgotten,omitempty"`
}

// Forgotten says that something was taken off the record for good.
type Forgotten struct {
	Time   Time   `json:"time"`
	Reason string `json:"reason"`
	By     string `json:"by"`
}

// ForgottenOf is the shape of f; nil for nil.
func ForgottenOf(f *archive.Forgotten) *Forgotten {
	if f == nil {
		return nil
	}
	return &Forgotten{Time{f.Time}, f.Reason, f.By}
}

// LogOf is the shape of v.
func LogOf(v archive.Version) Log {
	return Log{
		URL: v.URL, Version: v.Number, TextDigest: v.TextDigest(), Title: v.Title, Published: v.Published,
		Modified: v.Modified, Authors: list(v.Authors), Topics: list(v.Topics), Language: v.Language,
		FirstSeen: Time{v.FirstSeen}, LastSeen: Time{v.LastSeen}, Captures: v.Captures, Change: v.Change,
		Forgotten: ForgottenOf(v.Forgotten),
	}
}

// Version is a version with everything that was read: a line of the JSON export. It loses nothing.
type Version struct {
	Log
	Text     string `json:"text"`
	Markdown string `json:"markdown"`
	// Dates are all claims, the chosen ones included.
	Dates    []Date `json:"dates"`
	SiteName string `json:"site_name"`
	// RawDigest and MediaType are those of the bytes of the first capture that showed it.
	RawDigest archive.Digest `json:"raw_digest"`
	MediaType string         `json:"media_type"`
	// RenderedDigest is that of the document which a browser made of those bytes; "" when none did.
	RenderedDigest archive.Digest `json:"rendered_digest"`
	// Rules names what read it.
	Rules string `json:"rules"`
	// Site and Aliases are those of the page.
	Site    string   `json:"site"`
	Aliases []string `json:"aliases"`
	// Dropped is there when bytes of the first capture that showed it were not kept.
	Dropped
}

// Dropped says which bytes of a capture were not kept when it was put on record, by decision: see [archive.Dropped]. Its keys are
// there only when some were not.
type Dropped struct {
	// Dropped names them: "raw", "rendered".
	Dropped []string `json:"dropped,omitempty"`
	// Instead is the digest of the bytes that were kept in their stead.
	Instead archive.Digest `json:"instead,omitzero"`
}

// DroppedOf is the shape of d.
func DroppedOf(d archive.Dropped) Dropped {
	out := Dropped{Instead: d.Instead}
	if d.Raw {
		out.Dropped = append(out.Dropped, "raw")
	}
	if d.Rendered {
		out.Dropped = append(out.Dropped, "rendered")
	}
	return out
}

// Archive is what the shape was made of.
func (d Dropped) Archive() archive.Dropped {
	return archive.Dropped{Raw: slices.Contains(d.Dropped, "raw"), Rendered: slices.Contains(d.Dropped, "rendered"), Instead: d.Instead}
}

// VersionOf is the shape of version v of page p.
func VersionOf(v archive.Version, p archive.Page) Version {
	return Version{
		Log: LogOf(v), Text: v.Text, Markdown: v.Markdown, Dates: DatesOf(v.Dates), SiteName: v.SiteName,
		RawDigest: v.RawDigest, MediaType: v.MediaType, RenderedDigest: v.RenderedDigest, Rules: v.Rules, Site: p.Site, Aliases: list(p.Aliases),
		Dropped: DroppedOf(v.Dropped),
	}
}

// Archive is the version that the shape was made of: the way back from JSON.
func (v Version) Archive() archive.Version {
	claims := make([]archive.Claim, len(v.Dates))
	for i, d := range v.Dates {
		claims[i] = archive.Claim(d)
	}
	var forgotten *archive.Forgotten
	if f := v.Forgotten; f != nil {
		forgotten = &archive.Forgotten{Time: f.Time.Time, Reason: f.Reason, By: f.By, Text: v.TextDigest}
	}
	return archive.Version{
		URL: v.URL, Number: v.Version, Forgotten: forgotten,
		Reading: archive.Reading{
			Rules: v.Rules, Title: v.Title, Text: v.Text, Markdown: v.Markdown, Published: v.Published,
			Modified: v.Modified, Dates: claims, Authors: v.Authors, Topics: v.Topics, Language: v.Language,
			SiteName: v.SiteName,
		},
		FirstSeen: v.FirstSeen.Time, LastSeen: v.LastSeen.Time, Captures: v.Captures, RawDigest: v.RawDigest,
		MediaType: v.MediaType, RenderedDigest: v.RenderedDigest, Change: v.Change, Dropped: v.Dropped.Archive(),
	}
}

// Date is a stated date with the words that state it.
type Date struct {
	Role      string   `json:"role"`
	Raw       string   `json:"raw"`
	Source    string   `json:"source"`
	Value     string   `json:"value"`
	Precision string   `json:"precision"`
	Ambiguous bool     `json:"ambiguous"`
	Readings  []string `json:"readings"`
	Why       string   `json:"why"`
	Chosen    bool     `json:"chosen"`
}

// DateOf is the shape of c.
func DateOf(c archive.Claim) Date {
	d := Date(c)
	d.Readings = list(d.Readings)
	return d
}

// DatesOf are the shapes of claims; never nil.
func DatesOf(claims []archive.Claim) []Date {
	dates := make([]Date, len(claims))
	for i, c := range claims {
		dates[i] = DateOf(c)
	}
	return dates
}

// Visit is an attempt to look at a page, as `onrecord visits` lists it.
type Visit struct {
	Time      Time           `json:"time"`
	URL       string         `json:"url"`
	FinalURL  string         `json:"final_url"`
	Outcome   string         `json:"outcome"`
	Reason    string         `json:"reason"`
	Flags     []string       `json:"flags"`
	Status    int            `json:"status"`
	Hops      []archive.Hop  `json:"hops"`
	RawDigest archive.Digest `json:"raw_digest"`
	Bytes     int64          `json:"bytes"`
	Version   int            `json:"version"`
	Detail    string         `json:"detail"`
	// ElapsedMS is how long it took, in milliseconds; 0 is unknown.
	ElapsedMS float64 `json:"elapsed_ms"`
	Until     Time    `json:"until"`
	// RenderedDigest is that of the document which a browser made of the bytes; "" when none did.
	RenderedDigest archive.Digest `json:"rendered_digest"`
	// Absent says why the bytes are not on record; it is there only when they are not.
	Absent archive.Absence `json:"absent,omitempty"`
	// Dropped is there when some of them were not kept; Absent is not, when they have come with a later visit.
	Dropped
}

// VisitOf is the shape of v.
func VisitOf(v archive.Visit) Visit {
	hops := make([]archive.Hop, len(v.Hops))
	for i, h := range v.Hops {
		h.Time = h.Time.UTC()
		hops[i] = h
	}
	return Visit{
		Time: Time{v.Time}, URL: v.URL, FinalURL: v.FinalURL, Outcome: string(v.Outcome), Reason: v.Reason,
		Flags: list(v.Flags), Status: v.Status, Hops: hops, RawDigest: v.RawDigest, Bytes: v.Bytes, Version: v.Version,
		Detail: v.Detail, ElapsedMS: v.Elapsed.Seconds() * 1e3, Until: Time{v.Until}, RenderedDigest: v.RenderedDigest, Absent: v.Absent,
		Dropped: DroppedOf(v.Dropped),
	}
}

// Event is a dated fact of a page's timeline, as `onrecord log --events` lists it.
type Event struct {
	Time     Time   `json:"time"`
	State    string `json:"state"`
	Outcome  string `json:"outcome"`
	Reason   string `json:"reason"`
	Status   int    `json:"status"`
	Detail   string `json:"detail"`
	LastTime Time   `json:"last_time"`
	Version  int    `json:"version"`
}

// EventOf is the shape of e.
func EventOf(e archive.Event) Event {
	return Event{
		Time: Time{e.Time}, State: string(e.State), Outcome: string(e.Outcome), Reason: e.Reason, Status: e.Status,
		Detail: e.Detail, LastTime: Time{e.LastTime}, Version: e.Version,
	}
}

// list is a list that JSON writes as [] when it is empty.
func list(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

// WriteJSON writes v as one line of JSON, with < > and & as they are.
func WriteJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
