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

// withoutBytes is the page of an exchange whose bytes were not kept: a visit that showed what the version says which stands
// there, as one that was answered with 304. nil when that is not known: then it is not taken in.
func (m *Import) withoutBytes(name, key string, x *warc.Exchange, said *ownNote) *crawler.Page {
	switch {
	case said.Visit.Absent == archive.AbsentForgotten:
		m.skipped()
		return nil
	case len(said.Version) > 0:
		m.damaged("%s: record at %d (%s): a version begins with it, and its bytes were not kept", name, x.Answer.Offset, x.URL)
		return nil
	}
	p := crawler.Replay(key, x.Date, x.Response.Status, x.Response.Header, nil)
	p.Outcome, p.Reason, p.Raw, p.Body = crawler.Unchanged, "", nil, nil
	p.Detail = "the file does not have the bytes " + said.Visit.Raw.String() + ", which were not kept"
	return p
}

// commit puts a capture on record. One whose bytes are not at hand may be on record with their digest: then nothing changes.
func (r *Recorder) commit(ctx context.Context, v *Visit, c *archive.Capture) (archive.Result, error) {
	if !v.unkept.IsZero() {
		known := *c
		known.RawDigest = v.unkept
		res, err := r.Store.Commit(ctx, &known, v.Step)
		if !errors.Is(err, archive.ErrNotFound) {
			return res, err
		}
	}
	return r.Store.Commit(ctx, c, v.Step)
}
