package record

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/warc"
	"github.com/onrecord/onrecord/crawler"
)

// ownNote is what a file that this program wrote says of a visit beyond its records.
type ownNote struct {
	Visit struct {
		Time     time.Time       `json:"time"`
		Raw      archive.Digest  `json:"raw_digest"`
		Rendered archive.Digest  `json:"rendered_digest"`
		Absent   archive.Absence `json:"absent"`
		Instead  archive.Digest  `json:"instead"`
	} `json:"visit"`
	// Version is there when the visit is the first to show one.
	Version json.RawMessage `json:"version"`
}

// noted is the note of this program about an exchange; nil when there is none.
func noted(notes []warc.Note) *ownNote {
	for _, n := range notes {
		var said ownNote
		if strings.HasPrefix(n.Record.Header.Get("Content-Type"), "application/json") && json.Unmarshal(n.Block, &said) == nil && !said.Visit.Time.IsZero() {
			return &said
		}
	}
	return nil
}

// unkept is what a file says of the bytes that a visit brought, which were not kept.
type unkept struct {
	raw      archive.Digest // of them
	rendered archive.Digest // of the document that a browser made of them
	instead  archive.Digest // of what reads as they do, which was kept
	begins   bool           // a version begins with them
}

// withoutBytes is the page of an exchange whose bytes were not kept: a visit that showed what the version says which stands
// there, as one that was answered with 304.
func withoutBytes(key string, x *warc.Exchange, said *ownNote) (*crawler.Page, *unkept) {
	p := crawler.Replay(key, x.Date, x.Response.Status, x.Response.Header, nil)
	p.Outcome, p.Reason, p.Raw, p.Body = crawler.Unchanged, "", nil, nil
	p.Detail = "the file does not have the bytes " + said.Visit.Raw.String() + ", which were not kept"
	return p, &unkept{said.Visit.Raw, said.Visit.Rendered, said.Visit.Instead, len(said.Version) > 0}
}

// placed reports whether a visit may be put on record: not when its bytes were not kept and something else stands there than
// what was kept in their stead. The version that they showed began with bytes that the file does not have either.
func (m *Import) placed(ctx context.Context, v *Visit) (bool, error) {
	if v.unkept == nil {
		return true, nil
	}
	s := m.Recorder.Store
	if c, err := s.LastCapture(ctx, v.Page.URL); err == nil && !v.unkept.begins && c.Version > 0 && c.Source() == v.unkept.instead && c.Time.Before(v.Page.Time) {
		return true, nil // nearly always
	}
	standing, same := 0, 0 // the version that stands there, and the last one that what was kept in their stead showed
	for o, err := range s.Visits(ctx, v.Page.URL) {
		if err != nil {
			return errors.Is(err, archive.ErrNotFound) && !v.unkept.begins, ignoreMissing(err)
		}
		switch {
		case o.Time.After(v.Page.Time):
		case o.Time.Equal(v.Page.Time) && o.RawDigest == v.unkept.raw:
			return true, nil // it is on record
		case o.Version > 0:
			standing = o.Version
			if !o.RawDigest.IsZero() && o.Source() == v.unkept.instead {
				same = o.Version
			}
		}
	}
	if v.unkept.begins || standing == 0 || standing == same {
		return !v.unkept.begins, nil
	}
	return m.sameText(ctx, v.Page.URL, standing, same)
}

// sameText reports whether two versions of a page read the same; number 0 is none.
func (m *Import) sameText(ctx context.Context, url string, a, b int) (bool, error) {
	var identities [2]archive.Digest
	for i, n := range []int{a, b} {
		if n == 0 {
			return false, nil
		}
		v, err := m.Recorder.Store.Version(ctx, url, n)
		if err != nil && !errors.Is(err, archive.ErrForgotten) {
			return false, err
		}
		identities[i] = v.Identity()
	}
	return identities[0] == identities[1], nil
}

// displaced notes a visit that could not be placed.
func (m *Import) displaced(v *Visit) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.total.Displaced++
	if len(m.total.FirstDisplaced) < maxTroubles {
		m.total.FirstDisplaced = append(m.total.FirstDisplaced, v.Page.Time.UTC().Format(time.RFC3339)+" "+v.Page.URL)
	}
}

// commit puts a capture on record. One whose bytes are not at hand may be on record with their digests: then nothing changes. One
// that was rendered is not told as one that was not: where its document is not on record, it has no bytes.
func (r *Recorder) commit(ctx context.Context, v *Visit, c *archive.Capture) (archive.Result, error) {
	if v.unkept != nil {
		known := *c
		known.RawDigest, known.RenderedDigest = v.unkept.raw, v.unkept.rendered
		res, err := r.Store.Commit(ctx, &known, v.Step)
		if !errors.Is(err, archive.ErrNotFound) {
			return res, err
		}
	}
	return r.Store.Commit(ctx, c, v.Step)
}
