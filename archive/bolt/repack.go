package bolt

import (
	"bytes"
	"context"
	"slices"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/delta"
)

const (
	// repackBatch is how many bodies are replaced in one transaction.
	repackBatch = 64
	// lookFrom is the length of a difference from which on other bodies of the page are tried as its base.
	lookFrom = 3 << 10
	// lookBack is how many bodies, and bytes of them, are tried at most.
	lookBack, lookBackBytes = 32, 32 << 20
	// maxRepackDepth is how many bodies are decoded at most before one that is given another base. What is a difference
	// from it stays one, so that reading takes at most that many steps more than the chain alone would.
	maxRepackDepth = 12
)

// packed is a body that was decoded, among those that later ones may be a difference from.
type packed struct {
	seq  uint64
	body []byte
}

// repacker packs the bodies of an archive anew. What a body is does not change, only how it is kept; it may stop after
// any transaction.
type repacker struct {
	s      *Store
	depth  []uint8 // by number: how many bodies must be decoded before it; none was looked at yet when 255
	recent []packed
	size   int // of recent
	ready  []blobAt
	seen   int
	tell   func(done, of int)
}

// blobAt is a body that is to be kept in place of the one with its number.
type blobAt struct {
	seq uint64
	*blob
}

// repack packs all bodies anew, page by page.
func (s *Store) repack(ctx context.Context, tell func(done, of int)) error {
	r := &repacker{s: s, tell: tell}
	if err := s.read(ctx, func(t *tx) error {
		n := t.bodies()
		if most := uint64(t.b.Size()) / 40; n > most {
			return corrupt("%d bodies were numbered, the file has room for %d", n, most)
		}
		r.depth = bytes.Repeat([]byte{255}, int(n)+1)
		return nil
	}); err != nil {
		return err
	}
	for p, err := range s.allPages(ctx) {
		if err == nil {
			err = r.page(ctx, p)
		}
		if err != nil {
			return err
		}
	}
	return r.flush(ctx)
}

// page packs the bodies of a page, in the order in which they came.
func (r *repacker) page(ctx context.Context, p *page) error {
	var seqs []uint64
	if err := r.s.read(ctx, func(t *tx) error {
		all, err := t.entries(p.number)
		for i := range all {
			seqs = append(seqs, all[i].blob, all[i].rendered)
		}
		return err
	}); err != nil {
		return err
	}
	slices.Sort(seqs)
	r.recent, r.size = nil, 0
	for _, seq := range slices.Compact(seqs) {
		if seq == 0 || seq >= uint64(len(r.depth)) || r.depth[seq] != 255 {
			continue // none, one that came meanwhile, or another page's as well
		}
		if err := r.one(ctx, seq); err != nil {
			return err
		}
		if len(r.ready) >= repackBatch {
			if err := r.flush(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// one packs a body.
func (r *repacker) one(ctx context.Context, seq uint64) error {
	var old blob
	var body, base []byte
	if err := r.s.read(ctx, func(t *tx) (err error) {
		if old, err = t.blob(seq); err != nil {
			return err
		}
		if old.absent {
			return nil
		}
		old.frame = bytes.Clone(old.frame)
		if body, err = t.body(seq); err == nil && old.base != 0 {
			base, err = t.body(old.base)
		}
		return err
	}); err != nil {
		return err
	}
	if old.absent {
		r.depth[seq] = 0
		return nil
	}
	now, err := r.pack(&old, body, base)
	if err != nil {
		return err
	}
	r.depth[seq] = r.after(now.base)
	if len(now.frame) < len(old.frame) {
		r.ready = append(r.ready, blobAt{seq, now})
	}
	r.recent, r.size = append(r.recent, packed{seq, body}), r.size+len(body)
	for len(r.recent) > lookBack || r.size > lookBackBytes {
		r.size -= len(r.recent[0].body)
		r.recent = slices.Delete(r.recent, 0, 1)
	}
	if r.seen++; r.tell != nil {
		r.tell(r.seen, len(r.depth)-1)
	}
	return nil
}

// after is the depth of a body that is a difference from another one.
func (r *repacker) after(base uint64) uint8 {
	if base == 0 {
		return 0
	}
	return min(r.depth[base], 253) + 1
}

// pack finds the shortest way to keep a body; old when there is none shorter.
func (r *repacker) pack(old *blob, body, base []byte) (*blob, error) {
	now := *old
	if len(old.frame) > lookFrom {
		best := len(old.frame)
		for _, l := range slices.Backward(r.recent) {
			if l.seq == old.base || r.after(l.seq) > maxRepackDepth {
				continue
			}
			frame, err := delta.Encode(nil, body, l.body)
			if err != nil {
				return nil, err
			}
			if 10*len(frame) < 9*best {
				best, base, now.base = len(frame), l.body, l.seq
			}
		}
	}
	frame, err := delta.EncodeHardest(nil, body, base)
	if err != nil {
		return nil, err
	}
	if len(frame) >= len(old.frame) {
		return old, nil
	}
	now.frame = frame
	// Encoders have had faults, and these bytes exist nowhere else.
	back, err := delta.Decode(frame, base, old.size)
	if err != nil || archive.Sum(back) != old.digest {
		return old, nil
	}
	return &now, nil
}

// flush keeps what is ready.
func (r *repacker) flush(ctx context.Context) error {
	if len(r.ready) == 0 {
		return nil
	}
	err := r.s.write(ctx, func(t *tx) error {
		for i := range r.ready {
			if err := t.replaceBlob(r.ready[i].seq, r.ready[i].blob); err != nil {
				return err
			}
		}
		return nil
	})
	r.ready = r.ready[:0]
	return err
}

// replaceBlob keeps a body another way.
func (t *tx) replaceBlob(seq uint64, b *blob) error {
	if err := t.deletePrefix(bucketBlobs, be64(nil, seq)); err != nil {
		return err
	}
	return t.putPieces(seq, b)
}
