package tell

import (
	"context"
	"errors"
	"fmt"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/diff"
	"github.com/onrecord/onrecord/archive/export"
)

// Change is a version of a statement against the one before it, as it is printed. Keys are added, never changed.
type Change struct {
	// Time is when the version was first seen.
	Time export.Time `json:"time"`
	// After is when the version before was last seen; null for a first version.
	After      export.Time    `json:"after"`
	URL        string         `json:"url"`
	Version    int            `json:"version"`
	Site       string         `json:"site"`
	Title      string         `json:"title"`
	Published  string         `json:"published"`
	Modified   string         `json:"modified"`
	TextDigest archive.Digest `json:"text_digest"`
	Change     archive.Change `json:"change"`
	// FoundLater is true for what came to light when the page was read again by later rules.
	FoundLater   bool           `json:"found_later"`
	Significance int            `json:"significance"`
	Summary      string         `json:"summary"`
	Findings     []diff.Finding `json:"findings"`
}

// ChangeOf reads version n of a page and the one before it and compares them. later says that the page's timeline does not
// tell of it, see [Told]. Errors are the store's, archive.ErrNotFound when there is no such version.
func ChangeOf(ctx context.Context, s archive.Store, url string, n int, later bool) (Change, error) {
	p, err := s.Page(ctx, url)
	if err != nil {
		return Change{}, err
	}
	v, err := s.Version(ctx, url, n)
	if err != nil && !errors.Is(err, archive.ErrForgotten) {
		return Change{}, err
	}
	c := Change{
		Time: export.Time{Time: v.FirstSeen.UTC()}, URL: p.URL, Version: v.Number, Site: p.Site, Title: v.Title,
		Published: v.Published, Modified: v.Modified, TextDigest: v.TextDigest(), Change: v.Change,
		FoundLater: later, Summary: "first version", Findings: []diff.Finding{},
	}
	if v.Number == 1 {
		if v.Forgotten != nil {
			c.Summary += ", which is forgotten"
		}
		return c, nil
	}
	old, err := s.Version(ctx, url, v.Number-1)
	if err != nil && !errors.Is(err, archive.ErrForgotten) {
		return c, err
	}
	if old.Forgotten != nil || v.Forgotten != nil {
		c.After, c.Summary = export.Time{Time: old.LastSeen}, Step(&old, &v)
		return c, nil
	}
	d := diff.Readings(&old.Reading, &v.Reading)
	c.After = export.Time{Time: old.LastSeen}
	c.Significance, c.Summary, c.Findings = d.Significance(), d.Summary(), d.Findings
	return c, nil
}

// Step is what was changed from one version to the next; what a forgotten one had to do with it nobody can tell.
func Step(old, now *archive.Version) string {
	switch {
	case now.Forgotten != nil:
		return "what stood there is forgotten"
	case old.Forgotten != nil:
		return fmt.Sprintf("what stood there before (version %d) is forgotten", old.Number)
	}
	return diff.Readings(&old.Reading, &now.Reading).Summary()
}

// Told are the versions of a page that its timeline tells. The others were found when its bytes were read again by later
// rules: a change of ours, not of theirs.
func Told(ctx context.Context, s archive.Store, url string) (map[int]bool, error) {
	told := map[int]bool{}
	for e, err := range s.Events(ctx, url) {
		if err != nil {
			return nil, err
		}
		if e.Version != 0 {
			told[e.Version] = true
		}
	}
	return told, nil
}
