package warc

import (
	"bytes"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"
)

// Digest is a digest as a record states it: "sha1:" with 32 characters of base 32, "sha-256:" with 64 hexadecimal
// digits. WARC leaves algorithm and notation to the writer (ISO 28500, 5.8); all that are seen are read.
type Digest struct {
	// Algorithm is "sha1", "sha256", "sha512" or "md5".
	Algorithm string
	// Sum is the digest itself.
	Sum []byte
}

// ParseDigest reads a digest with its label. [ErrNoDigest] is returned for an empty string and for algorithms that
// are not known; with another error the result has the algorithm and no sum.
func ParseDigest(s string) (Digest, error) {
	label, value, _ := strings.Cut(strings.TrimSpace(s), ":")
	d := Digest{Algorithm: strings.ReplaceAll(strings.ToLower(label), "-", "")}
	h := d.hash()
	if h == nil {
		return Digest{}, fmt.Errorf("%w: %.40q", ErrNoDigest, s)
	}
	d.Sum = decodeSum(strings.TrimSpace(value), h.Size())
	if d.Sum == nil {
		return d, fmt.Errorf("digest %.150q: want %d bytes in hexadecimal, base 32 or base 64", s, h.Size())
	}
	return d, nil
}

// decodeSum reads size bytes in the notation that their length tells; nil when it is none.
func decodeSum(s string, size int) []byte {
	s = strings.TrimRight(s, "=")
	var b []byte
	var err error
	switch len(s) {
	case hex.EncodedLen(size):
		b, err = hex.DecodeString(s)
	case base32.StdEncoding.WithPadding(base32.NoPadding).EncodedLen(size):
		b, err = base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ToUpper(s))
	case base64.RawStdEncoding.EncodedLen(size):
		b, err = base64.RawStdEncoding.DecodeString(strings.NewReplacer("-", "+", "_", "/").Replace(s))
	}
	if err != nil || len(b) != size {
		return nil
	}
	return b
}

// hash is a new hash of the digest's algorithm; nil when it is not known.
func (d Digest) hash() hash.Hash {
	switch d.Algorithm {
	case "sha1":
		return sha1.New()
	case "sha256":
		return sha256.New()
	case "sha512":
		return sha512.New()
	case "md5":
		return md5.New()
	}
	return nil
}

// String is the digest in the form that [Writer] writes: "sha-256:" and hexadecimal digits, "sha1:" and base 32.
func (d Digest) String() string {
	switch d.Algorithm {
	case "sha1":
		return "sha1:" + base32.StdEncoding.EncodeToString(d.Sum)
	case "sha256":
		return "sha-256:" + hex.EncodeToString(d.Sum)
	case "sha512":
		return "sha-512:" + hex.EncodeToString(d.Sum)
	}
	return d.Algorithm + ":" + hex.EncodeToString(d.Sum)
}

// Matches reports whether the digest is that of b.
func (d Digest) Matches(b []byte) bool {
	h := d.hash()
	if h == nil {
		return false
	}
	h.Write(b)
	return bytes.Equal(h.Sum(nil), d.Sum)
}

// sha256Digest is the digest of b in the form that is written.
func sha256Digest(b ...[]byte) string {
	h := sha256.New()
	for _, p := range b {
		h.Write(p)
	}
	return Digest{"sha256", h.Sum(nil)}.String()
}

// VerifyDigest compares the block, and the payload when it is HTTP, with the digests that the record states. It reads
// the block and must be called before anything else does; use [HTTP.VerifyDigest] to have the message too. A digest
// that does not agree is a [*DigestError]; [ErrNoDigest] means that there was nothing to compare.
func (rec *Record) VerifyDigest() error {
	if rec.isHTTP() {
		h, err := rec.http(rec.Type != Request)
		if h == nil {
			return err
		}
		return h.VerifyDigest()
	}
	const block, payload = "WARC-Block-Digest", "WARC-Payload-Digest"
	fields := []string{block, payload}
	if rec.Type == Revisit { // its payload is elsewhere
		fields = fields[:1]
	}
	hashes := map[string]hash.Hash{}
	all := []io.Writer{}
	for _, field := range fields {
		if d, _ := ParseDigest(rec.Header.Get(field)); d.Algorithm != "" {
			hashes[field] = d.hash()
			all = append(all, hashes[field])
		}
	}
	if _, err := io.Copy(io.MultiWriter(all...), struct{ io.Reader }{rec}); err != nil {
		return err
	}
	if len(all) == 0 {
		return ErrNoDigest
	}
	var errs []error
	for field, h := range hashes {
		errs = append(errs, compare(field, rec.Header.Get(field), h.Sum(nil)))
	}
	return errors.Join(errs...)
}

// VerifyDigest compares block and payload with the digests that the record states, as [Record.VerifyDigest] does. The
// payload may agree with or without its transfer coding: writers differ.
func (h *HTTP) VerifyDigest() error {
	var errs []error
	checked := false
	check := func(field string, candidates ...[]byte) {
		d, _ := ParseDigest(h.stated.Get(field))
		if d.Algorithm == "" {
			return
		}
		checked = true
		for _, b := range candidates {
			if d.Matches(b) {
				return
			}
		}
		sum := d.hash()
		sum.Write(candidates[0])
		errs = append(errs, compare(field, h.stated.Get(field), sum.Sum(nil)))
	}
	check("WARC-Block-Digest", h.Block)
	if !h.revisit {
		check("WARC-Payload-Digest", h.Payload, h.Block[h.HeadLength:])
	}
	if !checked {
		return ErrNoDigest
	}
	return errors.Join(errs...)
}

// compare is nil when sum is the stated digest; one that cannot be read agrees with nothing.
func compare(field, stated string, sum []byte) error {
	d, err := ParseDigest(stated)
	if err == nil && bytes.Equal(d.Sum, sum) {
		return nil
	}
	return &DigestError{Field: field, Want: stated, Got: Digest{d.Algorithm, sum}.String()}
}

// sha1Sum is the SHA-1 of parts, which version 5 identifiers are made of.
func sha1Sum(parts ...[]byte) []byte {
	h := sha1.New()
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}
