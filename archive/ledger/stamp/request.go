package stamp

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
	"math/big"
	"mime"
	"net/http"
)

// MaxResponse is the longest answer that is read, in bytes.
const MaxResponse = 128 << 10

// oidSHA256 is id-sha256, RFC 5754, section 2.2.
var oidSHA256 = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}

// request is TimeStampReq, RFC 3161, section 2.4.1.
type request struct {
	Version        int
	MessageImprint imprint
	Nonce          *big.Int
	CertReq        bool
}

type imprint struct {
	HashAlgorithm pkix.AlgorithmIdentifier
	HashedMessage []byte
}

// Request is the DER of a request for a stamp over a message, of which nothing but the SHA-256 is told, and the nonce that
// the answer has to repeat. It asks for the certificates too. random may be nil for the system's.
func Request(message []byte, random io.Reader) (der []byte, nonce *big.Int, err error) {
	if random == nil {
		random = rand.Reader
	}
	var b [8]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return nil, nil, fmt.Errorf("make time-stamp request: %w", err)
	}
	nonce = new(big.Int).SetBytes(b[:])
	sum := sha256.Sum256(message)
	der, err = asn1.Marshal(request{
		Version:        1,
		MessageImprint: imprint{pkix.AlgorithmIdentifier{Algorithm: oidSHA256, Parameters: asn1.NullRawValue}, sum[:]},
		Nonce:          nonce,
		CertReq:        true,
	})
	if err != nil {
		return nil, nil, fmt.Errorf("make time-stamp request: %w", err)
	}
	return der, nonce, nil
}

// Fetch asks the authority at an address for a stamp over a message (RFC 3161, section 3.4) and checks the answer, which it
// returns whole. client should be one that does not connect to where it may not.
func Fetch(ctx context.Context, client *http.Client, url string, message []byte) ([]byte, *Stamp, error) {
	body, s, err := fetch(ctx, client, url, message)
	if err != nil {
		return nil, nil, fmt.Errorf("time stamp from %.300s: %w", url, err)
	}
	return body, s, nil
}

func fetch(ctx context.Context, client *http.Client, url string, message []byte) ([]byte, *Stamp, error) {
	der, nonce, err := Request(message, nil)
	if err != nil {
		return nil, nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(der))
	if err != nil {
		return nil, nil, err
	}
	req.Header.Set("Content-Type", "application/timestamp-query")
	resp, err := client.Do(req)
	if err != nil {
		return nil, nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, MaxResponse+1))
	if err != nil {
		return nil, nil, err
	}
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	switch {
	case resp.StatusCode != http.StatusOK:
		return nil, nil, fmt.Errorf("it answers with status %d", resp.StatusCode)
	case len(body) > MaxResponse:
		return nil, nil, fmt.Errorf("its answer is longer than %d bytes", MaxResponse)
	case kind != "application/timestamp-reply":
		return nil, nil, fmt.Errorf("its answer is %.80q, and no time stamp", kind)
	}
	s, err := Check(body, message, nil)
	if err != nil {
		return nil, nil, err
	}
	if s.nonce == nil || s.nonce.Cmp(nonce) != 0 {
		return nil, nil, errors.New("its answer is to another request")
	}
	return body, s, nil
}
