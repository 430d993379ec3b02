package stamp

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"sync"
	"time"

	"github.com/digitorus/pkcs7"
	"github.com/digitorus/timestamp"
)

// ErrInvalid is returned for an answer that is no good stamp over the message.
var ErrInvalid = errors.New("the time stamp does not hold")

// parsing is held while the parser of CMS works, which counts something for its own debugging that all share.
var parsing sync.Mutex

// Stamp is what an authority says: the message existed at Time.
type Stamp struct {
	// Time is when, by the authority's clock, which is right within Accuracy (0: it does not say).
	Time     time.Time
	Accuracy time.Duration
	// Authority is the name in the certificate of the one who signed, Issuer who vouches for it. Text from outside.
	Authority string
	Issuer    string
	// Trusted tells that the certificate leads to one of the roots that were asked about; Why says why it does not.
	Trusted bool
	Why     string

	nonce *big.Int
}

// Check reads an authority's answer (TimeStampResp, DER) to a request for a stamp over a message: that it is about this
// message, and signed by a certificate for time stamping that is in it and was valid then. roots are the authorities that
// are trusted to vouch for such certificates; nil are the system's. An answer by somebody whom no root vouches for is no
// error: Trusted tells. Errors are [ErrInvalid].
func Check(response, message []byte, roots *x509.CertPool) (s *Stamp, err error) {
	defer func() { // the parsers below are not ours
		if p := recover(); p != nil {
			s, err = nil, fmt.Errorf("%w: it cannot be read", ErrInvalid)
		}
	}()
	if len(response) > MaxResponse {
		return nil, fmt.Errorf("%w: %d bytes", ErrInvalid, len(response))
	}
	if !isDER(response, maxDepth) {
		return nil, fmt.Errorf("%w: it is no DER", ErrInvalid)
	}
	parsing.Lock()
	defer parsing.Unlock()
	t, err := timestamp.ParseResponse(response)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	sum := sha256.Sum256(message)
	if t.HashAlgorithm != crypto.SHA256 || !bytes.Equal(t.HashedMessage, sum[:]) {
		return nil, fmt.Errorf("%w: it is over something else", ErrInvalid)
	}
	p7, err := pkcs7.Parse(t.RawToken)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	signer := p7.GetOnlySigner()
	if signer == nil {
		return nil, fmt.Errorf("%w: the certificate of its signer is not in it", ErrInvalid)
	}
	if !slices.Contains(signer.ExtKeyUsage, x509.ExtKeyUsageTimeStamping) {
		return nil, fmt.Errorf("%w: the certificate of its signer is not for time stamping", ErrInvalid)
	}
	if t.Time.Before(signer.NotBefore) || t.Time.After(signer.NotAfter) {
		return nil, fmt.Errorf("%w: the certificate of its signer was not valid then", ErrInvalid)
	}
	// Again, so that the check does not hang on what ParseResponse makes of an answer without certificates.
	if err := p7.VerifyWithChainAtTime(nil, t.Time); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	s = &Stamp{Time: t.Time.UTC(), Accuracy: t.Accuracy, Authority: name(signer.Subject.CommonName, signer.Subject.Organization),
		Issuer: name(signer.Issuer.CommonName, signer.Issuer.Organization), nonce: t.Nonce}
	s.trust(p7, signer, roots)
	return s, nil
}

// trust looks for a root that vouches for the signer.
func (s *Stamp) trust(p7 *pkcs7.PKCS7, signer *x509.Certificate, roots *x509.CertPool) {
	more := x509.NewCertPool()
	for _, c := range p7.Certificates {
		if !c.Equal(signer) {
			more.AddCert(c)
		}
	}
	_, err := signer.Verify(x509.VerifyOptions{
		Roots: roots, Intermediates: more, CurrentTime: s.Time, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping},
	})
	if s.Trusted = err == nil; err != nil {
		s.Why = err.Error()
	}
}

// name is a name in a certificate.
func name(common string, organisation []string) string {
	switch {
	case common == "" && len(organisation) == 0:
		return "somebody without a name"
	case common == "":
		return organisation[0]
	case len(organisation) == 0 || organisation[0] == common:
		return common
	}
	return common + " (" + organisation[0] + ")"
}
