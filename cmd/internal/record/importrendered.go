package record

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/warc"
)

// rendered is the document that a browser made of an exchange's answer: its conversion record, or, in a file that this
// program wrote, one of before that the exchange's note names.
func (m *Import) rendered(ctx context.Context, x *warc.Exchange) []byte {
	if len(x.Converted) > 0 {
		m.mu.Lock()
		defer m.mu.Unlock()
		if len(m.made) >= maxBodies {
			clear(m.made)
		}
		m.made[archive.Sum(x.Converted)] = true
		return x.Converted
	}
	d := notedDocument(x.Notes)
	m.mu.Lock()
	met := m.made[d]
	m.mu.Unlock()
	if d.IsZero() || !met {
		return nil
	}
	m.pending.Wait() // its capture may still be with a worker
	b, err := m.Recorder.Store.Blob(ctx, d)
	if err != nil {
		return nil
	}
	return b
}

// notedDocument is the digest of the rendered document that a note of this program names; zero when none does.
func notedDocument(notes []warc.Note) archive.Digest {
	for _, n := range notes {
		var said struct {
			Visit struct {
				Rendered archive.Digest `json:"rendered_digest"`
			} `json:"visit"`
		}
		if !strings.HasPrefix(n.Record.Header.Get("Content-Type"), "application/json") || json.Unmarshal(n.Block, &said) != nil {
			continue
		}
		if d := said.Visit.Rendered; !d.IsZero() {
			return d
		}
	}
	return archive.Digest{}
}
