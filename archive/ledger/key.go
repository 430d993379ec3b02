package ledger

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// NewKey makes the Ed25519 key of an archive: signer is the secret, verifier what everybody may know, both in the text form
// of package note. The name is "onrecord.archive/" and 16 random digits, so that two archives never share one. random
// may be nil for the system's.
func NewKey(random io.Reader) (signer, verifier string, err error) {
	return newKey(random, "onrecord.archive/")
}

func newKey(random io.Reader, name string) (signer, verifier string, err error) {
	if random == nil {
		random = rand.Reader
	}
	var b [8]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", "", fmt.Errorf("make key: %w", err)
	}
	signer, verifier, err = note.GenerateKey(random, name+hex.EncodeToString(b[:]))
	if err != nil {
		return "", "", fmt.Errorf("make key: %w", err)
	}
	return signer, verifier, nil
}

// maxKey is how long a key may be, in bytes.
const maxKey = 1 << 10

// ParseVerifier reads a public key, with white space around it or not. Errors are [ErrFormat].
func ParseVerifier(s string) (note.Verifier, error) {
	s = strings.TrimSpace(s)
	if len(s) > maxKey {
		return nil, malformed("a key of %d bytes", len(s))
	}
	if strings.HasPrefix(s, "PRIVATE+KEY+") {
		return nil, malformed("this is a secret key; the public one is wanted")
	}
	v, err := note.NewVerifier(s)
	if err != nil {
		return nil, malformed("public key %.80q: %v", s, err)
	}
	return v, nil
}

// ParseSigner reads a secret key, with white space around it or not. Errors are [ErrFormat] and never show the key.
func ParseSigner(s string) (note.Signer, error) {
	s = strings.TrimSpace(s)
	if len(s) > maxKey {
		return nil, malformed("a key of %d bytes", len(s))
	}
	k, err := note.NewSigner(s)
	if err != nil {
		return nil, malformed("secret key")
	}
	return k, nil
}
