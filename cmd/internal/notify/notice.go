package notify

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/diff"
)

// Notice is what somebody is told of one event: plain values only, as templates and webhooks see them. Texts are from
// outside, on one line each, and not escaped for HTML. Keys are added, never changed.
type Notice struct {
	// ID is the same however often the event is told to a destination.
	ID   string `json:"id"`
	Site string `json:"site"`
	// Kind is one of [Kinds]; What says it for people: "silent edit", "gone, seen twice".
	Kind string `json:"kind"`
	What string `json:"what"`
	// Time is when the first visit showed it, RFC 3339 in UTC: the change was made between Before and then.
	Time   string `json:"time"`
	Before string `json:"before"`
	// URL is the page, Title its headline, Language a BCP 47 tag or "".
	URL      string `json:"url"`
	Title    string `json:"title"`
	Language string `json:"language"`
	// Version is the number of the version, 0 when the event has none.
	Version int `json:"version"`
	// Silent is true when words changed and the stated dates did not, Touched when it is the other way round, Back
	// when the page had been away.
	Silent       bool `json:"silent"`
	Touched      bool `json:"touched"`
	Back         bool `json:"back"`
	WordsAdded   int  `json:"words_added"`
	WordsRemoved int  `json:"words_removed"`
	// Restores is the number of the earlier version that stands there again; 0 for none.
	Restores int `json:"restores"`
	// Summary is one line. Findings are negations, figures, dates and names that changed, Changes the changed paragraphs;
	// MoreFindings and MoreChanges count those left out.
	Summary      string    `json:"summary"`
	Findings     []Finding `json:"findings"`
	MoreFindings int       `json:"more_findings"`
	Changes      []Excerpt `json:"changes"`
	MoreChanges  int       `json:"more_changes"`
	// OldTitle is the headline before when it was changed, else "".
	OldTitle string `json:"old_title"`
	// Published and Modified are the stated days, OldPublished and OldModified those of the version before.
	Published    string `json:"published"`
	Modified     string `json:"modified"`
	OldPublished string `json:"old_published"`
	OldModified  string `json:"old_modified"`
	// Reason, Status and Detail are those of the visit that showed it.
	Reason string `json:"reason"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	// VersionLink and DiffLink lead to the reading room; "" when none is configured. ShowCommand and DiffCommand show the same
	// on the command line; DiffCommand is "" when there is nothing to compare.
	VersionLink string `json:"version_link"`
	DiffLink    string `json:"diff_link"`
	ShowCommand string `json:"show_command"`
	DiffCommand string `json:"diff_command"`
}

// Bounds of a notice's texts in bytes.
const (
	maxTitle   = 300
	maxSummary = 400
	maxLink    = 2048
)

// whats are what kinds are called for people.
var whats = map[Kind]string{
	Kind(archive.First): "new statement", Kind(archive.Edited): "edited", Kind(archive.Reordered): "sentences reordered",
	Kind(archive.Typographic): "typography changed", Kind(archive.Dates): "stated date changed", Kind(archive.Title): "title changed",
	Kind(archive.Restored): "restored", Gone: "gone, seen twice", MovedAway: "moved", Blocked: "blocked by the site, seen twice",
	Unreachable: "unreachable, seen twice", Back: "back with the same text", CaseKind: "archiving case",
}

// notice is what is told of an event. It reads the versions anew, so that it tells what is on record now.
func (o *Outbox) notice(ctx context.Context, e *Event) (*Notice, error) {
	n := &Notice{
		ID: e.ID, Site: safe(e.Site, maxTitle), Kind: string(e.Kind), What: whats[e.Kind], Time: stamp(e.Time), URL: safe(e.URL, maxLink), Version: e.Version, Back: e.Back,
		Reason: safe(e.Reason, maxDetail), Status: e.Status, Detail: safe(e.Detail, maxDetail), Findings: []Finding{}, Changes: []Excerpt{},
	}
	if e.Case != nil {
		n.ofCase(e.Case)
		return n, nil
	}
	v, old, err := o.versions(ctx, e)
	if err != nil {
		return nil, err
	}
	if v == nil {
		n.Summary = "the version that was seen then is not on record any more"
		return n, nil
	}
	n.Title, n.Language, n.Published, n.Modified = safe(v.Title, maxTitle), safe(v.Language, 35), v.Published, v.Modified
	n.OldPublished, n.OldModified = v.Published, v.Modified
	n.links(o.ReadingRoom, v, old)
	if e.Version == 0 {
		n.ofState(e, v)
		return n, nil
	}
	n.Version = v.Number
	n.ofChange(v, old)
	return n, nil
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// ofCase fills in a notice of a case.
func (n *Notice) ofCase(c *Case) {
	n.Title, n.Reason = safe(c.Text, maxTitle), safe(c.Kind, maxDetail)
	n.Summary = "opened: " + safe(c.Text, maxSummary)
	if !c.Closed.IsZero() {
		n.Summary = "over since " + stamp(c.Closed) + ": " + safe(c.Text, maxSummary)
	}
	n.ShowCommand = "onrecord cases"
}

// ofState fills in a notice of a page that was lost or is back; v is its last version.
func (n *Notice) ofState(e *Event, v *archive.Version) {
	n.Before = stamp(v.LastSeen)
	n.Summary = n.Detail
	if n.Summary == "" {
		n.Summary = n.Reason
	}
	switch {
	case e.Kind == Back:
		n.Summary = fmt.Sprintf("it shows version %d again", v.Number)
	case e.Status != 0 && !strings.Contains(n.Summary, itoa(e.Status)):
		n.Summary = strings.TrimSpace(fmt.Sprintf("%s (status %d)", n.Summary, e.Status))
	}
}

// ofChange fills in a notice of a new version.
func (n *Notice) ofChange(v, old *archive.Version) {
	c := v.Change
	n.Kind, n.Silent, n.Touched = string(c.Kind), c.Silent, c.Touched
	n.WordsAdded, n.WordsRemoved, n.Restores = c.WordsAdded, c.WordsRemoved, c.Restores
	n.What = whats[Kind(c.Kind)]
	switch {
	case c.Kind == archive.Restored && c.Silent:
		n.What = "silently restored"
	case c.Silent:
		n.What = "silent edit"
	case c.Touched && c.Kind == archive.Dates:
		n.What = "date touched"
	}
	if n.Back {
		n.What = "back, " + n.What
	}
	if old == nil {
		n.Summary, n.OldPublished, n.OldModified = "first version", "", ""
		n.Changes = opening(v.Text)
		return
	}
	d := diff.Readings(&old.Reading, &v.Reading)
	n.Summary = safe(d.Summary(), maxSummary)
	n.Before, n.OldPublished, n.OldModified = stamp(old.LastSeen), old.Published, old.Modified
	if d.Title.Changed() {
		n.OldTitle = safe(old.Title, maxTitle)
	}
	found, more := findingsOf(d)
	n.Findings, n.MoreFindings = append(n.Findings, found...), more
	changes, more := excerptsOf(d)
	n.Changes, n.MoreChanges = append(n.Changes, changes...), more
}

// opening is the first paragraph of a new statement.
func opening(text string) []Excerpt {
	first, _, _ := strings.Cut(text, "\n")
	if first = safe(first, maxPiece); first == "" {
		return []Excerpt{}
	}
	return []Excerpt{{Kind: "added", Line: 1, Pieces: []Piece{{"equal", first}}, Text: first}}
}

// versions are the version that an event is of, or the last one, and the one before it; nil when there is none, or its text
// is forgotten. Versions may have been numbered anew since the event was found; their time stays.
func (o *Outbox) versions(ctx context.Context, e *Event) (v, old *archive.Version, err error) {
	get := func(n int) (*archive.Version, error) {
		x, err := o.Store.Version(ctx, e.URL, n)
		if errors.Is(err, archive.ErrNotFound) {
			return nil, nil
		}
		return &x, err
	}
	if e.Version == 0 {
		v, err = get(-1)
		return v, nil, err
	}
	if v, err = get(e.Version); err != nil {
		return nil, nil, err
	}
	if v == nil || !v.FirstSeen.Equal(e.Time) {
		v = nil
		for x, err := range o.Store.Versions(ctx, e.URL) {
			if err != nil && !errors.Is(err, archive.ErrNotFound) {
				return nil, nil, err
			}
			if err == nil && x.Forgotten == nil && x.FirstSeen.Equal(e.Time) {
				v = &x
			}
		}
	}
	if v == nil || v.Number == 1 {
		return v, nil, nil
	}
	old, err = get(v.Number - 1)
	return v, old, err
}

// links fills in where more is to be read.
func (n *Notice) links(room string, v, old *archive.Version) {
	n.ShowCommand = fmt.Sprintf("onrecord show '%s@%d'", shellSafe(n.URL), v.Number)
	if old != nil {
		n.DiffCommand = fmt.Sprintf("onrecord diff '%s@%d' @%d", shellSafe(n.URL), old.Number, v.Number)
	}
	if room == "" {
		return
	}
	at := strings.TrimRight(room, "/") + "/s/" + roomKey(n.URL)
	n.VersionLink = fmt.Sprintf("%s/v/%d", at, v.Number)
	if old != nil {
		n.DiffLink = fmt.Sprintf("%s/diff/%d..%d", at, old.Number, v.Number)
	}
}

// roomKey is what the reading room calls a statement: the beginning of the digest of its address.
func roomKey(url string) string {
	sum := sha256.Sum256([]byte(url))
	return hex.EncodeToString(sum[:])[:16]
}

// shellSafe makes an address fit between single quotes of a shell.
func shellSafe(u string) string { return strings.ReplaceAll(u, "'", "%27") }

// webLink reports whether an address may be made a link: it leads to a web page.
func webLink(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}
