package warc

import (
	"bytes"
	"fmt"
	"net/http"
	"net/textproto"
	"strconv"
	"strings"
)

// HTTP is the HTTP message that a record holds.
type HTTP struct {
	// Method and URI are those of a request, URI as it was sent; "" for a response.
	Method, URI string
	// Status and Reason are those of a response; Status is 0 for a request.
	Status int
	Reason string
	// Proto is "HTTP/1.1" and the like, as stored.
	Proto string
	// Header is the fields by canonical name. They are as stored: they may speak of codings that are undone.
	Header http.Header
	// Block is the whole block, of which the head takes HeadLength bytes.
	Block      []byte
	HeadLength int
	// Payload is the body with its transfer coding undone, content codings in place: what a payload digest is of.
	Payload []byte
	// Body is the payload with its content codings undone; nil when that cannot be done.
	Body []byte
	// Codings are the content codings that were undone to get Body, in the order in which they had been applied. One
	// that the header states and the payload does not have was undone by whoever wrote the file.
	Codings []string

	stated  Header // of the record
	revisit bool
}

// maxHTTPLines bounds the lines of a head, maxInterim the 1xx answers before one.
const (
	maxHTTPLines = 2000
	maxInterim   = 10
)

// HTTPResponse reads the block as an HTTP response, as response and revisit records hold it. When there is a head but
// the body cannot be had, the result is there with the error: [ErrTruncated], [ErrCoding], [ErrTooLarge]. [ErrNotHTTP]
// means that there is no head, [ErrTooLarge] without a result that the block exceeds MaxPayload. A [*SyntaxError] means
// that the record is damaged. A revisit's Body is nil: it is elsewhere. The result is the caller's.
func (rec *Record) HTTPResponse() (*HTTP, error) { return rec.http(true) }

// HTTPRequest reads the block as an HTTP request; errors are those of [Record.HTTPResponse].
func (rec *Record) HTTPRequest() (*HTTP, error) { return rec.http(false) }

func (rec *Record) http(response bool) (*HTTP, error) {
	limit := int64(DefaultMaxPayload)
	if rec.reader != nil && rec.reader.MaxPayload > 0 {
		limit = rec.reader.MaxPayload
	}
	if rec.ContentLength > limit {
		return nil, fmt.Errorf("block of %d bytes: %w (limit %d)", rec.ContentLength, ErrTooLarge, limit)
	}
	block, err := rec.readAll()
	if err != nil {
		return nil, err
	}
	h := &HTTP{Block: block, stated: rec.Header, revisit: rec.Type == Revisit}
	if err := h.head(response); err != nil {
		return nil, err
	}
	h.Payload = block[h.HeadLength:]
	if h.revisit {
		return h, nil
	}
	if err := h.transfer(); err != nil {
		return h, err
	}
	if why := rec.Header.Get("WARC-Truncated"); why != "" {
		return h, fmt.Errorf("%w: marked as cut for its %.40s", ErrTruncated, why)
	}
	h.Body, h.Codings, err = decode(h.Payload, h.Header["Content-Encoding"], limit)
	return h, err
}

// head takes the head apart; interim answers before a final one are passed over (RFC 9110, 15.2).
func (h *HTTP) head(response bool) error {
	for range maxInterim {
		rest := h.Block[h.HeadLength:]
		n, body := headEnd(rest)
		if n > maxHeader {
			return fmt.Errorf("HTTP head of %d bytes: %w", n, ErrTooLarge)
		}
		lines := strings.SplitN(string(rest[:n]), "\n", maxHTTPLines+1)
		if len(lines) > maxHTTPLines {
			return fmt.Errorf("HTTP head of over %d lines: %w", maxHTTPLines, ErrTooLarge)
		}
		first := strings.TrimRight(lines[0], "\r ")
		if response && !h.statusLine(first) || !response && !h.requestLine(first) {
			return fmt.Errorf("%w: it starts with %.40q", ErrNotHTTP, first)
		}
		h.HeadLength += body
		h.Header = fields(lines[1:])
		if h.Status < 100 || h.Status > 199 || !bytes.HasPrefix(h.Block[h.HeadLength:], []byte("HTTP/")) {
			return nil
		}
	}
	return fmt.Errorf("%w: over %d interim answers", ErrNotHTTP, maxInterim)
}

// headEnd is the length of a head without the empty line that ends it, and with it. A block without an empty line is
// all head, as some writers leave it in a revisit.
func headEnd(b []byte) (head, body int) {
	for i := 0; i < len(b); {
		n := bytes.IndexByte(b[i:], '\n')
		if n < 0 {
			break
		}
		if n == 0 || n == 1 && b[i] == '\r' {
			return i, i + n + 1
		}
		i += n + 1
	}
	return len(b), len(b)
}

func (h *HTTP) statusLine(line string) bool {
	proto, rest, _ := strings.Cut(line, " ")
	code, reason, _ := strings.Cut(strings.TrimLeft(rest, " "), " ")
	status, err := strconv.Atoi(code)
	if !strings.HasPrefix(strings.ToUpper(proto), "HTTP/") || err != nil || status < 100 || status > 999 {
		return false
	}
	h.Proto, h.Status, h.Reason = strings.ToUpper(proto), status, strings.TrimSpace(reason)
	return true
}

func (h *HTTP) requestLine(line string) bool {
	f := strings.Fields(line)
	if len(f) < 3 || !strings.HasPrefix(f[len(f)-1], "HTTP/") {
		return false
	}
	h.Method, h.URI, h.Proto = f[0], strings.Join(f[1:len(f)-1], "%20"), f[len(f)-1]
	return true
}

// fields reads the fields of a head. Lines that are none are left out, as browsers do; folded lines are joined.
func fields(lines []string) http.Header {
	h := http.Header{}
	last := ""
	for _, line := range lines {
		if line != "" && (line[0] == ' ' || line[0] == '\t') && last != "" {
			vs := h[last]
			vs[len(vs)-1] += " " + strings.TrimSpace(line)
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		if name = strings.TrimSpace(name); !ok || name == "" || strings.ContainsAny(name, " \t") {
			last = ""
			continue
		}
		last = textproto.CanonicalMIMEHeaderKey(name)
		h[last] = append(h[last], strings.TrimSpace(value))
	}
	return h
}

// transfer undoes the transfer coding and compares the length with the stated one.
func (h *HTTP) transfer() error {
	coding := strings.ToLower(strings.Join(h.Header["Transfer-Encoding"], ","))
	if strings.Contains(coding, "chunked") {
		body, state := dechunk(h.Payload)
		switch state {
		case chunksWhole:
			h.Payload = body
			return nil
		case chunksCut:
			h.Payload = body
			return fmt.Errorf("%w: its last chunk is missing", ErrTruncated)
		}
		return nil // whoever wrote the file has undone it; the length stated, if any, is of no use then
	}
	stated, err := strconv.ParseInt(h.Header.Get("Content-Length"), 10, 64)
	bodyless := h.Status == http.StatusNotModified || h.Status == http.StatusNoContent || h.Method == http.MethodHead
	if err == nil && stated > int64(len(h.Payload)) && !bodyless {
		return fmt.Errorf("%w: %d of %d bytes", ErrTruncated, len(h.Payload), stated)
	}
	return nil
}
