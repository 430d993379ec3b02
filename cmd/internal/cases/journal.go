package cases

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"time"

	"github.com/onrecord/onrecord/archive"
)

// Event is a case, or that one was opened or closed.
type Event struct {
	// ID is the number of the case; in what [After] gives it has "/opened" or "/closed" behind it, so that it is another one for
	// each thing to tell.
	ID string `json:"id"`
	// Site is the configured site that it is about; "" for what concerns all of them.
	Site string `json:"site"`
	// Kind is one of [Kinds].
	Kind string `json:"kind"`
	// Text says for people what is wrong, with its figures, as of when the case was opened. It may hold text from outside.
	Text string `json:"text"`
	// Opened and Closed are in UTC; Closed is zero for a case that is open.
	Opened time.Time `json:"opened"`
	Closed time.Time `json:"closed,omitzero"`
}

// head is what the archive keeps of all cases, in one note, so that it changes as one.
type head struct {
	// Next is the number of the next case, Log that of the next entry of the log; both count from 1.
	Next int `json:"next"`
	Log  int `json:"log"`
	// Open are the open cases, the oldest first. There is at most one of a kind for each site.
	Open []Event `json:"open,omitempty"`
	// Checked is when it was last looked whether anything is wrong.
	Checked time.Time `json:"checked,omitzero"`
	// Sizes are how large the archive was, by days.
	Sizes []size `json:"sizes,omitempty"`
}

// Names of notes.
const headNote = "cases"

func logNote(n int) string { return fmt.Sprintf("cases/log/%d", n) }

// keepLog is how many openings and closings are kept, keepText the longest text of a case in bytes.
const (
	keepLog  = 2000
	keepText = 500
)

// readHead reads the head; an archive without one has no cases.
func readHead(ctx context.Context, store archive.Store) (*head, error) {
	h := &head{}
	b, err := store.Note(ctx, headNote)
	if err != nil {
		return nil, err
	}
	if b != nil && json.Unmarshal(b, h) != nil {
		h = &head{}
	}
	h.Next, h.Log = max(1, h.Next), max(1, h.Log)
	return h, nil
}

// write writes the head. What it counts must be written before: until the head is, it is not there.
func (h *head) write(ctx context.Context, store archive.Store) error {
	b, err := json.Marshal(h)
	if err != nil {
		return err
	}
	return store.SetNote(ctx, headNote, b)
}

// log adds an entry to the log, and forgets the one that is too old.
func (h *head) log(ctx context.Context, store archive.Store, e *Event) error {
	b, err := json.Marshal(e)
	if err != nil {
		return err
	}
	if err := store.SetNote(ctx, logNote(h.Log), b); err != nil {
		return err
	}
	if old := h.Log - keepLog; old > 0 {
		if err := store.SetNote(ctx, logNote(old), nil); err != nil {
			return err
		}
	}
	h.Log++
	return nil
}

// entry is an entry of the log; found is false when it is kept no more.
func entry(ctx context.Context, store archive.Store, n int) (e Event, found bool, err error) {
	b, err := store.Note(ctx, logNote(n))
	if err != nil || b == nil {
		return e, false, err
	}
	return e, json.Unmarshal(b, &e) == nil, nil
}

// Open are the cases that are open, the oldest first.
func Open(ctx context.Context, store archive.Store) ([]Event, error) {
	h, err := readHead(ctx, store)
	if err != nil {
		return nil, err
	}
	return h.Open, nil
}

// All are all cases on record, the one that was opened or closed last first. Closed ones are forgotten when 2,000
// openings and closings have followed.
func All(ctx context.Context, store archive.Store) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		h, err := readHead(ctx, store)
		if err != nil {
			yield(Event{}, err)
			return
		}
		told := map[string]bool{}
		for n := h.Log - 1; n > 0 && n >= h.Log-keepLog; n-- {
			e, found, err := entry(ctx, store, n)
			if err != nil {
				yield(Event{}, err)
				return
			}
			if !found || told[e.ID] {
				continue
			}
			told[e.ID] = true
			if !yield(e, nil) {
				return
			}
		}
		for _, e := range slices.Backward(h.Open) { // those whose opening is kept no more
			if !told[e.ID] && !yield(e, nil) {
				return
			}
		}
	}
}

// After are the openings and closings after a time, the oldest first; the zero time gives all that are kept.
func After(ctx context.Context, store archive.Store, t time.Time) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		h, err := readHead(ctx, store)
		if err != nil {
			yield(Event{}, err)
			return
		}
		for n := max(1, h.Log-keepLog); n < h.Log; n++ {
			e, found, err := entry(ctx, store, n)
			if err != nil {
				yield(Event{}, err)
				return
			}
			at, what := e.Opened, "/opened"
			if !e.Closed.IsZero() {
				at, what = e.Closed, "/closed"
			}
			if !found || !at.After(t) {
				continue
			}
			e.ID += what
			if !yield(e, nil) {
				return
			}
		}
	}
}

// open opens a case.
func (h *head) open(ctx context.Context, store archive.Store, f *Finding, now time.Time) (Event, error) {
	e := Event{ID: strconv.Itoa(h.Next), Site: f.Site, Kind: f.Kind, Text: shorten(f.Text), Opened: now}
	if err := h.log(ctx, store, &e); err != nil {
		return e, err
	}
	h.Next++
	h.Open = append(h.Open, e)
	return e, nil
}

// shorten keeps a text within keepText, at the boundary of a character.
func shorten(s string) string {
	if len(s) <= keepText {
		return s
	}
	cut := keepText - len("…")
	for cut > 0 && s[cut]&0xc0 == 0x80 {
		cut--
	}
	return s[:cut] + "…"
}
