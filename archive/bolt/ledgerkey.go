package bolt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"golang.org/x/mod/sumdb/note"

	"github.com/onrecord/onrecord/archive/ledger"
)

// verifierKey is the archive's public key.
func (t *tx) verifierKey() (note.Verifier, error) {
	k, err := ledger.ParseVerifier(string(t.bucket(bucketLedger).Get(keyVerifier)))
	if err != nil {
		return nil, corrupt("the archive's public key: %v", err)
	}
	return k, nil
}

// VerifierKey is the archive's public key. See [ledger.Keeper].
func (s *Store) VerifierKey(ctx context.Context) (key string, err error) {
	err = s.readLedger(ctx, func(t *tx) error {
		if _, err := t.verifierKey(); err != nil {
			return err
		}
		key = string(t.bucket(bucketLedger).Get(keyVerifier))
		return nil
	})
	return key, err
}

// Signer is the archive's secret key, wherever it is kept. See [ledger.Keeper].
func (s *Store) Signer(ctx context.Context) (note.Signer, error) {
	var secret, file, public string
	err := s.readLedger(ctx, func(t *tx) error {
		b := t.bucket(bucketLedger)
		secret, file, public = string(b.Get(keySigner)), string(b.Get(keySignerFile)), string(b.Get(keyVerifier))
		return nil
	})
	if err == nil && secret == "" {
		secret, err = s.readSigner(file)
	}
	if err != nil {
		return nil, err
	}
	signer, err := ledger.ParseSigner(secret)
	if err != nil {
		return nil, err
	}
	verifier, err := ledger.ParseVerifier(public)
	if err != nil {
		return nil, corrupt("the archive's public key: %v", err)
	}
	const probe = "is this the key?\n"
	sig, err := signer.Sign([]byte(probe))
	if err != nil || !verifier.Verify([]byte(probe), sig) {
		return nil, fmt.Errorf("the secret key is not that of this archive: %w", ledger.ErrNoKey)
	}
	return signer, nil
}

// readSigner reads the secret key from the file that it was moved to.
func (s *Store) readSigner(path string) (string, error) {
	if path == "" {
		return "", ledger.ErrNoKey
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(filepath.Dir(s.path), path)
	}
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ledger.ErrNoKey, err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, 4<<10))
	if err != nil {
		return "", fmt.Errorf("%w: %w", ledger.ErrNoKey, err)
	}
	return string(b), nil
}

// MoveKey takes the secret key out of the archive and into a new file that only its owner may read. From then on it is read
// there; a relative path counts from the archive's folder. What was written before stays in free pages of the file until
// they are used again: a copy without them is what should be handed on.
func (s *Store) MoveKey(ctx context.Context, path string) error {
	var secret string
	err := s.readLedger(ctx, func(t *tx) error {
		secret = string(t.bucket(bucketLedger).Get(keySigner))
		return nil
	})
	if err == nil && secret == "" {
		err = errors.New("it is kept in a file already")
	}
	if err != nil {
		return fmt.Errorf("move key: %w", err)
	}
	full := path
	if !filepath.IsAbs(path) {
		full = filepath.Join(filepath.Dir(s.path), path)
	}
	if err := writeKey(full, secret); err != nil {
		return fmt.Errorf("move key: %w", err)
	}
	return s.write(ctx, func(t *tx) error {
		b := t.bucket(bucketLedger)
		if err := b.Put(keySignerFile, []byte(path)); err != nil {
			return err
		}
		return b.Delete(keySigner)
	})
}

// writeKey writes a new file and its name to the disk.
func writeKey(path, secret string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(secret + "\n")
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = syncFolder(filepath.Dir(path))
	}
	return err
}
