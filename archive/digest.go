package archive

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// Digest is a SHA-256 digest (FIPS 180-4). The zero value means that there is none.
type Digest [sha256.Size]byte

// digestPrefix names the algorithm in the text form, as WACZ and OCI do.
const digestPrefix = "sha256:"

// Sum is the digest of b.
func Sum(b []byte) Digest { return sha256.Sum256(b) }

// IsZero reports whether d is no digest at all.
func (d Digest) IsZero() bool { return d == Digest{} }

// String is "sha256:" and 64 hexadecimal digits, or "" for the zero value.
func (d Digest) String() string {
	if d.IsZero() {
		return ""
	}
	return digestPrefix + hex.EncodeToString(d[:])
}

// Hex is the digest's 64 hexadecimal digits without the name of the algorithm.
func (d Digest) Hex() string { return hex.EncodeToString(d[:]) }

// ParseDigest reads the form that [Digest.String] writes; the prefix may be absent, "" is the zero value.
func ParseDigest(s string) (Digest, error) {
	var d Digest
	if s == "" {
		return d, nil
	}
	b, err := hex.DecodeString(strings.TrimPrefix(s, digestPrefix))
	if err != nil || len(b) != len(d) {
		return d, fmt.Errorf("digest %.80q: want sha256: and 64 hexadecimal digits", s)
	}
	copy(d[:], b)
	return d, nil
}

// MarshalText writes the form of [Digest.String].
func (d Digest) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the form of [Digest.String].
func (d *Digest) UnmarshalText(b []byte) error {
	v, err := ParseDigest(string(b))
	if err == nil {
		*d = v
	}
	return err
}
