package record

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/extract"
	"github.com/onrecord/onrecord/extract/pdf"
)

// reextractNote is the name under which it is kept how far a run came that was interrupted.
const reextractNote = "reextract"

// reextractMark is how far a run came, and by which rules.
type reextractMark struct {
	Rules string `json:"rules"`
	After string `json:"after"`
}

// markEvery is after how many pages that is kept: a run that is killed does so many again.
const markEvery = 200

// All reads the pages of a site again, or of the whole archive when site is "": then also those that no version was ever
// made of, because of what the rules of their day made of the bytes. hear is told of each page; what it returns ends the
// run. A run over the whole archive that was interrupted goes on after the last page that it did, unless the rules are
// others since; from is that page, "" when the run begins at the first.
func (x *Reextract) All(ctx context.Context, site string, hear func(Rederived) error) (from string, err error) {
	whole := site == "" && !x.DryRun
	if whole {
		if from, err = x.mark(ctx); err != nil {
			return "", err
		}
	}
	last, err := x.run(ctx, site, from, whole, hear)
	if err == nil && site == "" {
		err = x.refused(ctx, hear)
	}
	if !whole {
		return from, err
	}
	keep := context.WithoutCancel(ctx)
	if err != nil {
		if last != "" {
			err = errors.Join(err, x.setMark(keep, last))
		}
		return from, err
	}
	return from, x.Recorder.Store.SetNote(keep, reextractNote, nil)
}

// run does the pages after one, and returns the last that it did.
func (x *Reextract) run(ctx context.Context, site, from string, marks bool, hear func(Rederived) error) (last string, err error) {
	skip, n := from != "", 0
	for p, err := range x.Recorder.Store.Pages(ctx, site) {
		switch {
		case err != nil:
			return last, err
		case ctx.Err() != nil:
			return last, ctx.Err()
		case skip:
			skip = p.URL != from
			continue
		}
		r, err := x.Page(ctx, p.URL)
		if err != nil {
			return last, fmt.Errorf("read %.300q again: %w", p.URL, err)
		}
		last = p.URL
		if err := hear(r); err != nil {
			return last, err
		}
		if n++; marks && n%markEvery == 0 {
			if err := x.setMark(ctx, last); err != nil {
				return last, err
			}
		}
	}
	return last, nil
}

// refused does the pages that have no version.
func (x *Reextract) refused(ctx context.Context, hear func(Rederived) error) error {
	seen := map[archive.Digest]bool{} // addresses, in little memory
	for v, err := range x.Recorder.Store.Visits(ctx, "") {
		if err != nil {
			return err
		}
		id := archive.Sum([]byte(v.URL))
		if v.RawDigest.IsZero() || seen[id] || !rereadable(&archive.Capture{Visit: v}) || v.Version > 0 {
			continue
		}
		seen[id] = true
		p, err := x.Recorder.Store.Page(ctx, v.URL)
		if errors.Is(err, archive.ErrNotFound) || err == nil && p.Versions > 0 {
			continue
		}
		if err != nil {
			return err
		}
		r, err := x.Page(ctx, p.URL)
		if err != nil {
			return fmt.Errorf("read %.300q again: %w", p.URL, err)
		}
		if !r.Changed() {
			continue // it is no statement by today's rules either
		}
		if err := hear(r); err != nil {
			return err
		}
	}
	return nil
}

// mark is the page after which an interrupted run goes on; "" when there is none.
func (x *Reextract) mark(ctx context.Context) (string, error) {
	b, err := x.Recorder.Store.Note(ctx, reextractNote)
	if err != nil {
		return "", err
	}
	var m reextractMark
	if json.Unmarshal(b, &m) != nil || m.Rules != rulesOfToday {
		return "", nil
	}
	p, err := x.Recorder.Store.Page(ctx, m.After)
	if errors.Is(err, archive.ErrNotFound) || err == nil && (p.URL != m.After || p.Versions == 0) {
		return "", nil // it is no page any more: begin anew
	}
	return m.After, err
}

// rulesOfToday names what texts are read by, layouts aside.
const rulesOfToday = extract.Rules + " " + pdf.Rules

func (x *Reextract) setMark(ctx context.Context, url string) error {
	b, err := json.Marshal(reextractMark{rulesOfToday, url})
	if err != nil {
		return err
	}
	return x.Recorder.Store.SetNote(ctx, reextractNote, b)
}
