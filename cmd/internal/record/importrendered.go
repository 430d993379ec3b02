package record

import (
	"context"

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
	said := noted(x.Notes)
	if said == nil || said.Visit.Rendered.IsZero() {
		return nil
	}
	d := said.Visit.Rendered
	m.mu.Lock()
	met := m.made[d]
	m.mu.Unlock()
	if !met {
		return nil
	}
	m.pending.Wait() // its capture may still be with a worker
	b, err := m.Recorder.Store.Blob(ctx, d)
	if err != nil {
		return nil
	}
	return b
}
