package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"html"
	"strings"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/diff"
	"github.com/onrecord/onrecord/archive/search"
	"github.com/onrecord/onrecord/cmd/internal/tell"
)

// Limits of the content of an entry, in bytes.
const (
	maxEntryText = 20 << 10  // of a first version
	maxEntryHTML = 200 << 10 // of a difference; one that is longer is only told in its summary
)

// entryID is the id of an entry for ever (RFC 4287, section 4.2.6): a UUID of version 8 (RFC 9562, section 5.8) made of what
// it is about. It does not depend on where the room is, nor on the number of a version or the address of a page, which
// change when captures are put on record late and when a statement moves.
func entryID(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	b := h.Sum(nil)[:16]
	b[6], b[8] = b[6]&0x0F|0x80, b[8]&0x3F|0x80
	s := hex.EncodeToString(b)
	return "urn:uuid:" + s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
}

// feedEntryID is the entry of a version, with the origin that its links begin with.
type feedEntryID struct {
	origin string
	page   *pageEntry // another one as soon as the page has changed
	number int
}

// maxFeedEntries is how many bytes the entries that are remembered have, feedEntryRest what one has besides its content, about.
const (
	maxFeedEntries = 16 << 20
	feedEntryRest  = 1000
)

// versionEntry is the entry of a version: what it changed, or its text when it is the first one.
func (room *Room) versionEntry(ctx context.Context, s archive.Store, origin string, p *pageEntry, number int) (atomEntry, error) {
	id := feedEntryID{origin, p, number}
	if e, ok := room.entries.get(id); ok {
		return e, nil
	}
	if err := p.pin(ctx, s); err != nil {
		return atomEntry{}, err
	}
	v, err := s.Version(ctx, p.url, number)
	if err != nil && !errors.Is(err, archive.ErrForgotten) {
		return atomEntry{}, err
	}
	key := p.key.String()
	e := atomEntry{
		ID:        entryID("version", v.FirstSeen.UTC().Format(time.RFC3339Nano), v.TextDigest().Hex(), v.Title),
		Title:     short(upper(tell.Kind(v.Change)) + ": " + titleOf(v.Title, p.url)),
		Author:    p.site,
		Published: v.FirstSeen, Updated: v.FirstSeen, Source: p.url, Language: v.Language,
		Page: origin + versionAddress(key, number), Terms: []string{string(v.Change.Kind)},
	}
	if v.Change.Silent {
		e.Terms = append(e.Terms, "silent")
	}
	if number > 1 {
		e.Page = origin + comparisonAddress(key, number-1, number, false)
	}
	if err := e.fill(ctx, s, p.url, &v); err != nil {
		return e, err
	}
	room.entries.put(id, e, len(e.HTML)+len(e.Title)+feedEntryRest)
	return e, nil
}

// fill writes into the entry of a version what it changed. Of what was forgotten it says that.
func (e *atomEntry) fill(ctx context.Context, s archive.Store, url string, v *archive.Version) error {
	if v.Number == 1 && v.Forgotten == nil {
		e.HTML, e.Summary = textHTML(v.Text), "First version on record. "+tell.Stated(&v.Reading)
		return nil
	}
	old := archive.Version{}
	if v.Number > 1 {
		var err error
		if old, err = s.Version(ctx, url, v.Number-1); err != nil && !errors.Is(err, archive.ErrForgotten) {
			return err
		}
	}
	if v.Forgotten != nil || old.Forgotten != nil {
		c, err := tell.ChangeOf(ctx, s, url, v.Number, false)
		if err != nil {
			return err
		}
		e.Summary, e.HTML = c.Summary, "<p>"+html.EscapeString(diff.Shown(c.Summary, false))+"</p>\n"
		return nil
	}
	d := diff.Readings(&old.Reading, &v.Reading)
	e.Summary = d.Summary()
	var err error
	e.HTML, err = diffHTML(d, v.Language)
	return err
}

// titleOf is a title, or the address of what has none.
func titleOf(title, url string) string {
	if title == "" {
		return url
	}
	return diff.Shown(clip(title, maxAtomText), true)
}

// diffHTML is a difference as the content of an entry.
func diffHTML(d *diff.Diff, language string) (string, error) {
	var b strings.Builder
	if err := diff.WriteHTML(&b, d, diff.HTMLOptions{Fragment: true, Brief: true, Language: language}); err != nil {
		return "", err
	}
	if b.Len() > maxEntryHTML {
		return "<p>" + html.EscapeString(d.Summary()) + "</p>\n<p>The difference is too long for a feed.</p>\n", nil
	}
	return b.String(), nil
}

// textHTML is a text as the content of an entry, each line of it a paragraph.
func textHTML(text string) string {
	cut := clip(text, maxEntryText)
	var b strings.Builder
	for line := range strings.SplitSeq(cut, "\n") {
		if line != "" {
			b.WriteString("<p dir=\"auto\">" + html.EscapeString(diff.Shown(line, false)) + "</p>\n")
		}
	}
	if cut != text {
		b.WriteString("<p>The text is longer.</p>\n")
	}
	return b.String()
}

// eventEntry is the entry of an event that brought no version: gone, moved, back.
func eventEntry(origin string, p *pageEntry, title string, e *archive.Event) atomEntry {
	what := upper(string(e.State))
	if e.State == archive.Live {
		what = "Back"
	}
	return atomEntry{
		ID:    entryID("event", p.url, e.Time.UTC().Format(time.RFC3339Nano), string(e.State)),
		Title: short(what + ": " + titleOf(title, p.url)), Author: p.site, Published: e.Time, Updated: e.Time, Source: p.url,
		Page: origin + "/s/" + p.key.String() + "/history", Terms: []string{string(e.State)}, Summary: tell.EventDetail(*e),
		HTML: "<p dir=\"auto\">" + html.EscapeString(tell.EventDetail(*e)) + "</p>\n",
	}
}

// awayEntry is the entry of a statement that is not to be read any more, as of the event that says so.
func awayEntry(ctx context.Context, s archive.Store, origin string, p *pageEntry) (atomEntry, error) {
	page, err := s.Page(ctx, p.url)
	if err != nil {
		return atomEntry{}, err
	}
	var last archive.Event
	for e, err := range s.Events(ctx, p.url) {
		if err != nil {
			return atomEntry{}, err
		}
		last = e
	}
	if last.State != p.state {
		return atomEntry{}, fmt.Errorf("timeline of %s: %w", p.url, archive.ErrNotFound) // it has changed meanwhile
	}
	return eventEntry(origin, p, page.Title, &last), nil
}

// foundEntry is the entry of a statement that a search found. It is another one when the words come back.
func foundEntry(origin, words string, h *search.Hit) atomEntry {
	run := search.Run{First: h.Version, Last: h.Version}
	if len(h.Runs) > 0 {
		run = h.Runs[len(h.Runs)-1]
	}
	summary := fmt.Sprintf("In version %d", run.First)
	if run.Last != run.First {
		summary = fmt.Sprintf("In versions %d to %d", run.First, run.Last)
	}
	if h.Live {
		summary += ", and there now"
	} else {
		summary += ", and there no longer"
	}
	return atomEntry{
		ID:    entryID("found", words, h.URL, run.FirstSeen.UTC().Format(time.RFC3339Nano)),
		Title: short(titleOf(h.Title, h.URL)), Author: h.Site, Published: run.FirstSeen, Updated: run.FirstSeen, Source: h.URL,
		Page: origin + versionAddress(keyOf(h.URL), h.Version), Summary: summary + ".",
		HTML: "<p dir=\"auto\">" + string(marked(&h.Snippet)) + "</p>\n<p>" + summary + ".</p>\n",
	}
}

// missing reports whether an error says that what a list named is not there any more: numbered anew, joined, forgotten.
func missing(err error) bool { return errors.Is(err, archive.ErrNotFound) }
