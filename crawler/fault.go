package crawler

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"time"
)

// fault is why a hop brought nothing. It travels through Colly as an error.
type fault struct {
	outcome Outcome
	reason  Reason
	detail  string
	until   time.Time
	err     error
	retry   bool // another try may do better
	early   bool // a decoder gave nothing at all
}

func (f *fault) Error() string {
	if f.detail != "" {
		return string(f.reason) + ": " + f.detail
	}
	return string(f.reason)
}

func (f *fault) Unwrap() error { return f.err }

func failed(r Reason, detail string, args ...any) *fault {
	return &fault{outcome: Failed, reason: r, detail: fmt.Sprintf(detail, args...)}
}

func blocked(r Reason, detail string, args ...any) *fault {
	return &fault{outcome: Blocked, reason: r, detail: fmt.Sprintf(detail, args...)}
}

func (f *fault) because(err error) *fault { f.err = err; return f }

func (f *fault) again() *fault { f.retry = true; return f }

// stopped is the fault of a caller who does not want to wait any longer.
func stopped(ctx context.Context) *fault {
	return failed(ReasonStopped, "").because(context.Cause(ctx))
}

// limit is the cause with which an exchange ends itself.
type limit struct {
	reason Reason
	detail string
}

func (l *limit) Error() string { return string(l.reason) + ": " + l.detail }

// faultOf names an error of net/http. ctx is the exchange's: its cause comes first, whatever the error says.
func faultOf(ctx context.Context, err error) *fault {
	if cause := context.Cause(ctx); cause != nil {
		var l *limit
		if errors.As(cause, &l) {
			return failed(l.reason, "%s", l.detail).because(err)
		}
		return failed(ReasonStopped, "").because(cause)
	}
	for _, name := range []func(error) *fault{proxyFault, guardFault, nameFault, tlsFault, netFault, wordFault, endFault} {
		if f := name(err); f != nil {
			return f.because(err)
		}
	}
	return failed(ReasonReset, "%.300q", err.Error()).because(err).again()
}

func guardFault(err error) *fault {
	var l *limit
	var a *addressError
	var p *portError
	switch {
	case errors.As(err, &l):
		return failed(l.reason, "%s", l.detail)
	case errors.As(err, &a):
		return blocked(ReasonAddress, "%s", a)
	case errors.As(err, &p):
		return blocked(ReasonPort, "%s", p)
	}
	return nil
}

func nameFault(err error) *fault {
	var d *net.DNSError
	if errors.As(err, &d) {
		return failed(ReasonName, "%.200q: %.200s", d.Name, d.Err).again()
	}
	return nil
}

func tlsFault(err error) *fault {
	var invalid x509.CertificateInvalidError
	var name x509.HostnameError
	var unknown x509.UnknownAuthorityError
	var record tls.RecordHeaderError
	var alert tls.AlertError
	var verify *tls.CertificateVerificationError
	switch {
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired && invalid.Cert != nil:
		return failed(ReasonExpired, "valid from %s to %s", invalid.Cert.NotBefore.Format(time.RFC3339), invalid.Cert.NotAfter.Format(time.RFC3339))
	case errors.As(err, &name):
		return failed(ReasonCertName, "%.300q", err.Error())
	case errors.As(err, &unknown):
		return failed(ReasonAuthority, "")
	case strings.Contains(err.Error(), "unsupported protocol version"), strings.Contains(err.Error(), "protocol version not supported"):
		return failed(ReasonTLSVersion, "%.200q", err.Error())
	case errors.As(err, &record), errors.As(err, &alert), errors.As(err, &verify), strings.Contains(err.Error(), "tls: "):
		return failed(ReasonTLS, "%.300q", err.Error())
	case strings.Contains(err.Error(), "TLS handshake timeout"):
		return failed(ReasonTimeout, "phase TLS handshake")
	}
	return nil
}

func netFault(err error) *fault {
	var op *net.OpError
	switch {
	case errors.As(err, &op) && op.Op == "dial", errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return failed(ReasonUnreachable, "%.200q", err.Error()).again()
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, io.ErrClosedPipe):
		return failed(ReasonReset, "").again()
	}
	return nil
}

// words are what net/http says where it has no type for it. They are tested against the library, so that a new wording
// shows as a failing test.
var words = []struct {
	text   string
	reason Reason
	retry  bool
}{
	{"server response headers exceeded", ReasonHeaders, false},
	{"header list", ReasonHeaders, false}, // of HTTP/2
	{"multiple Content-Length headers", ReasonFraming, false},
	{"bad Content-Length", ReasonFraming, false},
	{"invalid Content-Length", ReasonFraming, false},
	{"unsupported transfer encoding", ReasonFraming, false},
	{"too many transfer encodings", ReasonFraming, false},
	{"chunk", ReasonFraming, false},
	{"bare LF", ReasonFraming, false},
	{"malformed MIME header", ReasonTrailer, false}, // in a body; in the headers it is ReasonBadHeaders
	{"reading trailer", ReasonTrailer, false},
	{"trailer header", ReasonTrailer, false},
	{"server closed idle connection", ReasonEmptyReply, true},
	{"malformed HTTP", ReasonNotHTTP, false},
	{"transport connection broken", ReasonNotHTTP, false},
	{"connection error: ", ReasonFraming, false}, // of HTTP/2: frames that break its rules
	{"stream error", ReasonReset, true},
	{"GOAWAY", ReasonReset, true},
	{"connection reset", ReasonReset, true},
}

func wordFault(err error) *fault {
	text := err.Error()
	for _, w := range words {
		if strings.Contains(text, w.text) {
			f := failed(w.reason, "%.300q", text)
			f.retry = w.retry
			return f
		}
	}
	return nil
}

func endFault(err error) *fault {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return failed(ReasonCutHeaders, "").again()
	case errors.Is(err, io.EOF):
		return failed(ReasonEmptyReply, "").again()
	}
	return nil
}
