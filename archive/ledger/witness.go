package ledger

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// algCosignature is the type of a C2SP tlog-cosignature with Ed25519.
const algCosignature = 4

// Witness is somebody else who sees to it that the ledger only grows: C2SP tlog-cosignature. A witness that signs two
// checkpoints says that the later goes on from the earlier, and when it saw each.
type Witness struct {
	name string
	key  ed25519.PrivateKey
	now  func() time.Time
}

// NewWitness makes a witness of a secret key in the form of [NewKey]; now is its clock, nil for the system's.
func NewWitness(secret string, now func() time.Time) (*Witness, error) {
	signer, err := ParseSigner(secret)
	if err != nil {
		return nil, err
	}
	parts := strings.Split(strings.TrimSpace(secret), "+") // PRIVATE+KEY+name+hash+key, the key having + of its own
	b, err := base64.StdEncoding.DecodeString(strings.Join(parts[4:], "+"))
	if err != nil || len(b) != 1+ed25519.SeedSize {
		return nil, malformed("secret key")
	}
	if now == nil {
		now = time.Now
	}
	return &Witness{signer.Name(), ed25519.NewKeyFromSeed(b[1:]), now}, nil
}

// Verifier is what checks the witness's signatures, for [OpenCheckpoint].
func (w *Witness) Verifier() note.Verifier {
	return &cosignatures{w.name, w.key.Public().(ed25519.PublicKey)}
}

// Key is the witness's public key in the text form of package note; [ParseWitness] reads it.
func (w *Witness) Key() string {
	v := w.Verifier().(*cosignatures)
	return fmt.Sprintf("%s+%08x+%s", v.name, v.KeyHash(), base64.StdEncoding.EncodeToString(append([]byte{algCosignature}, v.key...)))
}

// ParseWitness reads a witness's public key. Errors are [ErrFormat].
func ParseWitness(s string) (note.Verifier, error) {
	s = strings.TrimSpace(s)
	name, rest, _ := strings.Cut(s, "+")
	hash, key, _ := strings.Cut(rest, "+")
	b, err := base64.StdEncoding.Strict().DecodeString(key)
	if err != nil || len(s) > maxKey || name == "" || strings.ContainsAny(name, " \n") || len(b) != 1+ed25519.PublicKeySize || b[0] != algCosignature {
		return nil, malformed("public key of a witness")
	}
	v := &cosignatures{name, ed25519.PublicKey(b[1:])}
	if hash != fmt.Sprintf("%08x", v.KeyHash()) {
		return nil, malformed("public key of a witness: its hash")
	}
	return v, nil
}

// Cosign adds the witness's signature to a signed checkpoint, after it has checked that log has signed it and that its tree
// goes on from seen, the last checkpoint that the witness has signed (nil for none), as the proof shows. Errors are
// [ErrFormat], [ErrSignature] and [ErrFork].
func (w *Witness) Cosign(signed []byte, log note.Verifier, seen *Checkpoint, p tlog.TreeProof) ([]byte, error) {
	c, n, err := OpenCheckpoint(signed, log, w.Verifier())
	if err != nil {
		return nil, err
	}
	if seen != nil {
		if err := c.CheckGrown(seen, p); err != nil {
			return nil, err
		}
	}
	for _, s := range n.Sigs {
		if s.Name == w.name && s.Hash == w.Verifier().KeyHash() {
			return signed, nil // once is enough
		}
	}
	at := w.now().Unix()
	sig := ed25519.Sign(w.key, cosigned(at, []byte(n.Text)))
	b := binary.BigEndian.AppendUint32(nil, w.Verifier().KeyHash())
	b = binary.BigEndian.AppendUint64(b, uint64(at))
	line := signaturePrefix + w.name + " " + base64.StdEncoding.EncodeToString(append(b, sig...)) + "\n"
	return append(bytes.Clone(signed), line...), nil
}

// cosigned is what a witness signs.
func cosigned(at int64, text []byte) []byte {
	return append([]byte("cosignature/v1\ntime "+strconv.FormatInt(at, 10)+"\n"), text...)
}

// cosignatures checks a witness's signatures.
type cosignatures struct {
	name string
	key  ed25519.PublicKey
}

func (v *cosignatures) Name() string { return v.name }

func (v *cosignatures) KeyHash() uint32 {
	h := sha256.Sum256(append([]byte(v.name+"\n\x04"), v.key...))
	return binary.BigEndian.Uint32(h[:])
}

func (v *cosignatures) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	at := int64(binary.BigEndian.Uint64(sig))
	return at >= 0 && ed25519.Verify(v.key, cosigned(at, msg), sig[8:])
}

// NewWitnessKey makes the key of a witness, as [NewKey] makes that of an archive; its name is "onrecord.witness/" and 16
// random digits. random may be nil for the system's. [NewWitness] reads it.
func NewWitnessKey(random io.Reader) (secret string, err error) {
	secret, _, err = newKey(random, "onrecord.witness/")
	return secret, err
}

// WitnessNote is the name of the note (archive.Store.Note) that holds the public key of a witness with a name.
func WitnessNote(name string) string { return "witness/" + name }

// Alone is a signed checkpoint without the signatures of witnesses: what the archive itself has signed. Time stamps are over
// that. What is no checkpoint is given back as it is.
func Alone(signed []byte) []byte {
	c, err := PeekCheckpoint(signed)
	if err != nil {
		return signed
	}
	out := append([]byte(c.Text()), '\n')
	for line := range strings.Lines(string(signed[len(out):])) {
		if strings.HasPrefix(line, signaturePrefix+c.Origin+" ") {
			out = append(out, line...)
		}
	}
	return out
}

// WitnessesOf are the names that signatures of a signed checkpoint have which are not the archive's, each once, good or not.
func WitnessesOf(signed []byte) (names []string) {
	c, err := PeekCheckpoint(signed)
	if err != nil {
		return nil
	}
	for line := range strings.Lines(string(signed[len(c.Text())+1:])) {
		name, _, _ := strings.Cut(strings.TrimPrefix(line, signaturePrefix), " ")
		if name != c.Origin && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// CosignedAt is when a witness has signed a checkpoint, by its clock; ok is false when its signature is not among those of
// the note that were checked ([OpenCheckpoint]).
func CosignedAt(n *note.Note, witness note.Verifier) (t time.Time, ok bool) {
	for _, s := range n.Sigs {
		if s.Name != witness.Name() || s.Hash != witness.KeyHash() {
			continue
		}
		if b, err := base64.StdEncoding.DecodeString(s.Base64); err == nil && len(b) == 4+8+ed25519.SignatureSize {
			return time.Unix(int64(binary.BigEndian.Uint64(b[4:])), 0).UTC(), true
		}
	}
	return time.Time{}, false
}
