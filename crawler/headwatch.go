package crawler

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"math"
	"net"
	"slices"
	"strings"
	"sync"
	"time"
)

// net/http does not tell two things that the record wants to know of an HTTP/1 answer: that more bytes came than its
// Content-Length announced, and that it had a Content-Length beside a chunked body. So the connection watches what is
// read from it. Over TLS that is what comes out of it, and HTTP/2, whose frames have their own lengths, is let alone.

// watched is a connection that speaks HTTP/1, plain or as the inside of a TLS connection.
type watched struct {
	net.Conn
	state *tls.ConnectionState // nil without TLS

	mu    sync.Mutex
	head  []byte // of the answer at hand as far as it was read; guarded by mu, as are the following
	ended bool   // the head is whole, or too long to be looked at
	after int64  // bytes that were read behind the head
	both  bool   // the head has Content-Length and Transfer-Encoding
}

// maxWatched is how much of a head is looked at. Longer ones are refused elsewhere, or told nothing about.
const maxWatched = 256 << 10

// begin is called before a request is sent.
func (w *watched) begin() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.head, w.ended, w.after, w.both = w.head[:0], false, 0, false
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.Conn.Read(p)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.see(p[:n])
	return n, err
}

// see looks at bytes that were read. The caller holds mu.
func (w *watched) see(b []byte) {
	if w.ended {
		w.after += int64(len(b))
		return
	}
	from := max(0, len(w.head)-3) // where an end may begin that was not seen yet
	w.head = append(w.head, b...)
	for {
		end := headEnd(w.head, from)
		if end < 0 {
			if len(w.head) > maxWatched {
				w.ended, w.after = true, math.MinInt64/2 // nobody knows where the body begins
			}
			break
		}
		if informational(w.head[:end]) {
			w.head, from = append(w.head[:0], w.head[end:]...), 0
			continue
		}
		w.ended, w.after, w.both = true, int64(len(w.head)-end), twoLengths(w.head[:end])
		break
	}
	if w.ended {
		w.head = w.head[:0]
	}
}

// surplus tells that more bytes came than a body of that length has.
func (w *watched) surplus(length int64) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.ended && length >= 0 && w.after > length
}

// contradicts tells that the answer had two ways to say where its body ends (RFC 9112 section 6.3).
func (w *watched) contradicts() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.both
}

// headEnd is where a head ends, -1 when it does not yet; from is where to look from on.
func headEnd(b []byte, from int) int {
	crlf, lf := bytes.Index(b[from:], []byte("\n\r\n")), bytes.Index(b[from:], []byte("\n\n"))
	switch {
	case crlf >= 0 && (lf < 0 || crlf < lf):
		return from + crlf + 3
	case lf >= 0:
		return from + lf + 2
	}
	return -1
}

// informational tells a 1xx answer, which another one follows; 101 is an end.
func informational(head []byte) bool {
	line, _, _ := bytes.Cut(head, []byte("\n"))
	_, rest, _ := bytes.Cut(line, []byte(" "))
	rest = bytes.TrimLeft(rest, " ")
	return len(rest) >= 3 && rest[0] == '1' && !bytes.HasPrefix(rest, []byte("101"))
}

func twoLengths(head []byte) bool {
	length, coding := false, false
	for line := range bytes.SplitSeq(head, []byte("\n")) {
		name, _, _ := bytes.Cut(line, []byte(":"))
		length = length || bytes.EqualFold(bytes.TrimSpace(name), []byte("Content-Length"))
		coding = coding || bytes.EqualFold(bytes.TrimSpace(name), []byte("Transfer-Encoding"))
	}
	return length && coding
}

// dialTLS connects and speaks TLS. A connection on which HTTP/2 was agreed is returned as it is, as net/http wants it.
func (c *Crawler) dialTLS(ctx context.Context, network, address string) (net.Conn, error) {
	raw, err := c.dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		raw.Close()
		return nil, err
	}
	conn := tls.Client(raw, c.tlsConfig(host))
	hctx, cancel := context.WithTimeoutCause(ctx, dialTimeout, &limit{ReasonTimeout, "phase TLS handshake"})
	defer cancel()
	if err := conn.HandshakeContext(hctx); err != nil {
		raw.Close()
		if hctx.Err() != nil && ctx.Err() == nil {
			return nil, context.Cause(hctx)
		}
		return nil, err
	}
	state := conn.ConnectionState()
	if state.NegotiatedProtocol == "h2" {
		return conn, nil
	}
	return &watched{Conn: conn, state: &state}, nil
}

// tlsConfig is how a host is spoken to. Where an expired certificate is allowed, all the rest of it is verified as ever.
func (c *Crawler) tlsConfig(host string) *tls.Config {
	t := &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: c.config.RootCAs, ServerName: host, NextProtos: []string{"h2", "http/1.1"}}
	if !slices.ContainsFunc(c.config.AllowExpired, func(h string) bool { return strings.EqualFold(h, host) }) {
		return t
	}
	t.InsecureSkipVerify = true // replaced by VerifyConnection
	t.VerifyConnection = func(s tls.ConnectionState) error {
		leaf := s.PeerCertificates[0]
		opts := x509.VerifyOptions{Roots: c.config.RootCAs, DNSName: host, Intermediates: x509.NewCertPool()}
		if leaf.NotAfter.Before(time.Now()) {
			opts.CurrentTime = leaf.NotAfter
		}
		for _, i := range s.PeerCertificates[1:] {
			opts.Intermediates.AddCert(i)
		}
		_, err := leaf.Verify(opts)
		return err
	}
	return t
}

// secured is what TLS knows of a connection; nil without it.
func secured(conn net.Conn) *tls.ConnectionState {
	switch c := conn.(type) {
	case *watched:
		return c.state
	case *tls.Conn:
		s := c.ConnectionState()
		return &s
	}
	return nil
}

// maxCertificates is how long the certificates of a server are that are kept at most, in bytes: usual ones are 4 KB.
const maxCertificates = 64 << 10

// certificates are those that the server showed, one after another.
func certificates(conn net.Conn) []byte {
	state := secured(conn)
	if state == nil {
		return nil
	}
	size := 0
	for _, c := range state.PeerCertificates {
		size += len(c.Raw)
	}
	if size > maxCertificates {
		return nil
	}
	var out []byte
	for _, c := range state.PeerCertificates {
		out = append(out, c.Raw...)
	}
	return out
}

// expired tells that a connection's certificate has expired, which only an exception allows.
func expired(conn net.Conn) bool {
	state := secured(conn)
	return state != nil && len(state.PeerCertificates) > 0 && state.PeerCertificates[0].NotAfter.Before(time.Now())
}
