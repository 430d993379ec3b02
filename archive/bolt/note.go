package bolt

import (
	"context"
	"fmt"
)

// maxNote is the length of the longest note, in bytes.
const maxNote = 64 << 20

// Note is a small value kept under a name. See [archive.Store].
func (s *Store) Note(ctx context.Context, name string) (value []byte, err error) {
	err = s.read(ctx, func(t *tx) error {
		if v := t.bucket(bucketNotes).Get([]byte(name)); v != nil {
			value = append([]byte{}, v...)
		}
		return nil
	})
	return value, err
}

// SetNote replaces a note. See [archive.Store]. A nil value removes it.
func (s *Store) SetNote(ctx context.Context, name string, value []byte) error {
	if name == "" || len(name) > maxURL || len(value) > maxNote {
		return fmt.Errorf("set note %.80q: name of %d bytes, value of %d", name, len(name), len(value))
	}
	err := s.write(ctx, func(t *tx) error {
		if value == nil {
			return t.bucket(bucketNotes).Delete([]byte(name))
		}
		t.wrote += len(value)
		return t.bucket(bucketNotes).Put([]byte(name), value)
	})
	if err != nil {
		return fmt.Errorf("set note %.80q: %w", name, err)
	}
	return nil
}
