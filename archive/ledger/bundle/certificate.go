package bundle

import (
	"crypto/x509"
	"fmt"
	"time"
)

// certificate is what the certificates of a server say.
type certificate struct {
	// Subject is whose key it is, Issuer who says so. Text from outside.
	Subject, Issuer string
	From, Until     time.Time
	// Fits tells that it is for the host and was valid at the time; Why says why not.
	Fits bool
	Why  string
}

// readCertificates reads a server's certificates, of which the first is its own. Whether the issuer is to be trusted is
// not told: the program that made the connection refused it otherwise, and what it trusted is not on record.
func readCertificates(der []byte, host string, at time.Time) (*certificate, error) {
	list, err := x509.ParseCertificates(der)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("there is none")
	}
	own := list[0]
	c := &certificate{Subject: own.Subject.String(), Issuer: own.Issuer.String(), From: own.NotBefore.UTC(), Until: own.NotAfter.UTC()}
	switch err := own.VerifyHostname(host); {
	case err != nil:
		c.Why = err.Error()
	case at.Before(own.NotBefore) || at.After(own.NotAfter):
		c.Why = "it was not valid then"
	default:
		c.Fits = true
	}
	return c, nil
}
