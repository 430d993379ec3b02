package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/delta"
)

// Reading of bodies: from where one stands alone, or is in memory, by way of the differences up to the one that is asked
// for.

// body is the body with a number, compared with its digest. Nobody may change it. It is kept in memory: whoever asks for it
// here asks for its neighbours next.
func (t *tx) body(seq uint64) ([]byte, error) {
	body, kept, err := t.sound(seq)
	if err == nil && !kept && !t.b.Writable() {
		t.s.cache.put(seq, body, true)
	}
	return body, err
}

// sound is the body with a number, compared with its digest, and whether it is kept in memory: then nobody may change it.
func (t *tx) sound(seq uint64) (body []byte, kept bool, err error) {
	b, _, err := t.blobHead(seq)
	switch {
	case err != nil:
		return nil, false, err
	case b.absent:
		return nil, false, t.absence(&b)
	}
	body, sound := t.s.cache.get(seq)
	if sound {
		return body, true, nil
	}
	if kept = body != nil; !kept {
		if body, err = t.decode(seq); err != nil {
			return nil, false, err
		}
	}
	if archive.Sum(body) != b.digest {
		return nil, false, corrupt("body %d is not what its digest %s says", seq, b.digest)
	}
	if kept {
		t.s.cache.put(seq, body, true)
	}
	return body, kept, nil
}

// decode makes the body with a number, which is not in memory, and does not compare it with anything: the digest of the body
// that is asked for proves those that it is a difference from. Of these the first ones that are made are kept in memory,
// as many paths begin with them.
func (t *tx) decode(seq uint64) ([]byte, error) {
	base, path, err := t.path(seq)
	if err != nil {
		return nil, err
	}
	keep := func(i int, body []byte) {
		if !t.b.Writable() {
			t.s.cache.put(path[i].seq, body, false)
		}
	}
	if base == nil {
		first := &path[0]
		if base, err = delta.Decode(first.frame, nil, first.size); err != nil {
			return nil, corrupt("body %d, %s: %v", first.seq, first.digest, err)
		}
		if len(path) == 1 {
			return base, nil
		}
		keep(0, base)
		path = path[1:]
	}
	steps := make([]delta.Step, len(path))
	for i := range path {
		steps[i] = delta.Step{Frame: path[i].frame, Size: path[i].size}
	}
	body, err := delta.DecodeSteps(base, steps, keep)
	if err != nil {
		return nil, broken(base, path, err)
	}
	return body, nil
}

// broken says which body of a path is not what its record says.
func broken(base []byte, path []blobAt, err error) error {
	for i := range path {
		b := &path[i]
		next, err := delta.Decode(b.frame, base, b.size)
		if err != nil {
			return corrupt("body %d, %s: %v", b.seq, b.digest, err)
		}
		base = next
	}
	return err
}

// path are the bodies that are to be decoded for the one with a number, that one last, and the body that the first of them is a
// difference from: one in memory, or nil when it stands alone.
func (t *tx) path(seq uint64) (base []byte, path []blobAt, err error) {
	for base == nil {
		b, err := t.blob(seq)
		if err != nil {
			return nil, nil, err
		}
		path = append(path, blobAt{seq, &b})
		if b.base == 0 { // each base has a smaller number: this ends
			break
		}
		seq = b.base
		base, _ = t.s.cache.get(seq)
	}
	slices.Reverse(path)
	return base, path, nil
}

// Blob is the bytes with a digest. See [archive.Store].
func (s *Store) Blob(ctx context.Context, d archive.Digest) (body []byte, err error) {
	err = s.read(ctx, func(t *tx) error {
		seq, err := t.blobOf(d)
		if err != nil {
			return err
		}
		if seq == 0 {
			return archive.ErrNotFound
		}
		b, kept, err := t.sound(seq)
		if body = b; kept {
			body = bytes.Clone(b) // the caller may do with it what it likes
		}
		return err
	})
	if err != nil {
		if errors.Is(err, archive.ErrNotFound) && !archive.Decided(err) { // which names them
			return nil, fmt.Errorf("bytes %s: %w", d, err)
		}
		return nil, err
	}
	return body, nil
}
