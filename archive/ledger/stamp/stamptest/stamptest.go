// Package stamptest is a small time-stamping authority for tests.
package stamptest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"io"
	"math/big"
	"net/http"
	"time"

	"github.com/digitorus/timestamp"
)

// Authority is an [http.Handler] that stamps what it is asked to.
type Authority struct {
	// Now is the authority's clock; nil is the system's.
	Now func() time.Time
	// Root is the certificate that vouches for the authority's.
	Root *x509.Certificate

	cert *x509.Certificate
	key  crypto.Signer
}

// New makes an authority with a certificate of its own.
func New() (*Authority, error) {
	rootKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	root := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Example Root"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, root, root, rootKey.Public(), rootKey)
	if err != nil {
		return nil, err
	}
	a := &Authority{}
	if a.Root, err = x509.ParseCertificate(der); err != nil {
		return nil, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	usage, err := asn1.Marshal([]asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 3, 8}}) // RFC 3161, section 2.3: critical, and alone
	if err != nil {
		return nil, err
	}
	der, err = x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "Example Time", Organization: []string{"Harbour"}},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour), KeyUsage: x509.KeyUsageDigitalSignature,
		ExtraExtensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Critical: true, Value: usage}},
	}, a.Root, key.Public(), rootKey)
	if err != nil {
		return nil, err
	}
	a.key = key
	a.cert, err = x509.ParseCertificate(der)
	return a, err
}

// ServeHTTP answers a request, RFC 3161, section 3.4.
func (a *Authority) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<16))
	if err != nil || r.Header.Get("Content-Type") != "application/timestamp-query" {
		http.Error(w, "a time-stamp query is wanted", http.StatusBadRequest)
		return
	}
	answer, err := a.Answer(body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/timestamp-reply")
	_, _ = w.Write(answer)
}

// Answer is the answer to a request, both as DER.
func (a *Authority) Answer(query []byte) ([]byte, error) {
	q, err := timestamp.ParseRequest(query)
	if err != nil {
		return nil, err
	}
	now := time.Now
	if a.Now != nil {
		now = a.Now
	}
	t := timestamp.Timestamp{
		HashAlgorithm: q.HashAlgorithm, HashedMessage: q.HashedMessage, Time: now(), Nonce: q.Nonce, Accuracy: time.Second,
		Policy: asn1.ObjectIdentifier{1, 2, 3}, AddTSACertificate: q.Certificates,
	}
	return t.CreateResponseWithOpts(a.cert, a.key, crypto.SHA256)
}
