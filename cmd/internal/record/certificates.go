package record

import (
	"context"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/crawler"
)

// keepCertificates keeps what the servers of a visit have shown, each chain once: it says whose server answered. It comes
// before the capture that names it, so that no capture names what is not there.
func (r *Recorder) keepCertificates(ctx context.Context, p *crawler.Page) error {
	for i := range p.Hops {
		der := p.Hops[i].Certificates
		if len(der) == 0 {
			continue
		}
		d := archive.Sum(der)
		r.mu.Lock()
		known := r.shown[d]
		r.mu.Unlock()
		if known {
			continue
		}
		name := archive.CertificateNote(d)
		have, err := r.Store.Note(ctx, name)
		if err == nil && archive.Sum(have) != d {
			err = r.Store.SetNote(ctx, name, der)
		}
		if err != nil {
			return err
		}
		r.mu.Lock()
		if r.shown == nil || len(r.shown) >= maxShown {
			r.shown = map[archive.Digest]bool{}
		}
		r.shown[d] = true
		r.mu.Unlock()
	}
	return nil
}

// maxShown is how many chains a recorder remembers to have kept.
const maxShown = 4096
