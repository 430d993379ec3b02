package warc

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// renamed is put before the names of header fields that do not hold for the body that is stored.
const renamed = "X-Archive-Orig-"

// Message is an HTTP request or answer to write.
type Message struct {
	// URL is the address that was asked for.
	URL string
	// Date is when the request was sent.
	Date time.Time
	// Address is the IP address that was connected to, with or without a port; "" when unknown.
	Address string
	// Proto is "HTTP/1.1", "HTTP/2.0"; "" when unknown. A block is always written as HTTP/1.1 and the field
	// WARC-Protocol names HTTP/2, whose messages have no text form.
	Proto string
	// Method is that of a request; "" means GET.
	Method string
	// Status is that of an answer.
	Status int
	// Header is the fields as they were sent. They are written sorted by name; a name or value that would break the
	// block is made to fit.
	Header map[string][]string
	// Body is the body without transfer coding and without content coding.
	Body []byte
	// NotKept says that the answer may have had a body which is not in Body (that of a redirect, say): the record is
	// marked with WARC-Truncated.
	NotKept bool
	// MediaType is what the body was found to be, for the index; "" takes it from the header.
	MediaType string
	// ConcurrentTo are the records of the same visit.
	ConcurrentTo []Ref
}

// WriteResponse writes an answer with its body.
func (w *Writer) WriteResponse(m Message) (Entry, error) {
	fields := m.fields(Response)
	if m.NotKept {
		fields = append(fields, Field{"WARC-Truncated", "unspecified"})
	}
	fields = append(fields, Field{"WARC-Payload-Digest", sha256Digest(m.Body)})
	return w.answer(m, fields, append(m.head(), m.Body...))
}

// WriteRequest writes the request of an answer.
func (w *Writer) WriteRequest(m Message) (Entry, error) {
	var b bytes.Buffer
	method, target, host := m.Method, "/", ""
	if method == "" || !isToken(method) {
		method = http.MethodGet
	}
	if u, err := url.Parse(targetURI(m.URL)); err == nil && u.Host != "" {
		target, host = u.RequestURI(), u.Host
	}
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\n", method, targetURI(target))
	if _, has := m.Header["Host"]; !has && host != "" {
		writeField(&b, Field{"Host", host})
	}
	writeFields(&b, m.Header, nil)
	b.WriteString("\r\n")
	b.Write(m.Body)
	return w.Write(m.fields(Request), b.Bytes())
}

// WriteRevisit writes an answer whose body is that of an earlier record: with [SamePayload] the head and the digest of
// body, with [NotModified] the 304 that the server gave. Body is not stored.
func (w *Writer) WriteRevisit(m Message, profile string, of Ref) (Entry, error) {
	fields := append(m.fields(Revisit), Field{"WARC-Profile", profile})
	if of.ID != "" {
		fields = append(fields, Field{"WARC-Refers-To", bracket(of.ID)})
	}
	if of.URL != "" {
		fields = append(fields, Field{"WARC-Refers-To-Target-URI", targetURI(of.URL)})
	}
	if !of.Date.IsZero() {
		fields = append(fields, Field{"WARC-Refers-To-Date", formatDate(of.Date)})
	}
	if profile == SamePayload {
		fields = append(fields, Field{"WARC-Payload-Digest", sha256Digest(m.Body)}, Field{"WARC-Truncated", "length"})
	}
	return w.answer(m, fields, m.head())
}

// WriteMetadata writes a record about the one that of names (or about an address at a time, when of has no ID).
func (w *Writer) WriteMetadata(of Ref, contentType string, block []byte) (Entry, error) {
	fields := Header{
		{"WARC-Type", string(Metadata)}, {"WARC-Date", formatDate(of.Date)},
		{"WARC-Target-URI", targetURI(of.URL)}, {"Content-Type", contentType},
	}
	if of.ID != "" {
		fields = append(fields, Field{"WARC-Refers-To", bracket(of.ID)}, Field{"WARC-Concurrent-To", bracket(of.ID)})
	}
	return w.Write(fields, block)
}

// WriteConversion writes what the answer that of names was made into: the document that a browser made of a page, say
// (ISO 28500, 6.8).
func (w *Writer) WriteConversion(of Ref, contentType string, block []byte) (Entry, error) {
	fields := Header{
		{"WARC-Type", string(Conversion)}, {"WARC-Date", formatDate(of.Date)},
		{"WARC-Target-URI", targetURI(of.URL)}, {"Content-Type", contentType},
	}
	if of.ID != "" {
		fields = append(fields, Field{"WARC-Refers-To", bracket(of.ID)})
	}
	return w.Write(fields, block)
}

// answer writes a record and completes its entry.
func (w *Writer) answer(m Message, fields Header, block []byte) (Entry, error) {
	e, err := w.Write(fields, block)
	e.Status, e.MediaType = m.Status, m.MediaType
	if e.MediaType == "" {
		mediaType, _, _ := strings.Cut(http.Header(m.Header).Get("Content-Type"), ";")
		e.MediaType = strings.ToLower(strings.TrimSpace(mediaType))
	}
	return e, err
}

// fields are those that every record of a visit has.
func (m Message) fields(t Type) Header {
	msgtype := "response"
	if t == Request {
		msgtype = "request"
	}
	h := Header{
		{"WARC-Type", string(t)}, {"WARC-Date", formatDate(m.Date)}, {"WARC-Target-URI", targetURI(m.URL)},
		{"Content-Type", "application/http;msgtype=" + msgtype},
	}
	if ip := ipAddress(m.Address); ip != "" {
		h = append(h, Field{"WARC-IP-Address", ip})
	}
	if strings.HasPrefix(m.Proto, "HTTP/2") {
		h = append(h, Field{"WARC-Protocol", "h2"})
	}
	for _, ref := range m.ConcurrentTo {
		h = append(h, Field{"WARC-Concurrent-To", bracket(ref.ID)})
	}
	return h
}

// head is the head of an answer as it holds for Body: see the package comment.
func (m Message) head() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "HTTP/1.1 %03d %s\r\n", m.Status, http.StatusText(m.Status))
	length := strconv.Itoa(len(m.Body))
	stated := http.Header(m.Header).Values("Content-Length")
	// Without a body of its own (304, 204) the length stated is that of another message and stays as it is.
	bodyless := len(m.Body) == 0 && !m.NotKept && (m.Status == http.StatusNotModified || m.Status == http.StatusNoContent)
	wrong := !bodyless && (len(stated) != 1 || stated[0] != length)
	writeFields(&b, m.Header, func(name string) bool {
		switch name {
		case "Content-Encoding", "Transfer-Encoding":
			return true
		case "Content-Length":
			return wrong
		}
		return false
	})
	if wrong {
		writeField(&b, Field{"Content-Length", length})
	}
	b.WriteString("\r\n")
	return b.Bytes()
}

// writeFields writes header fields in the order of their names; those that rename picks get another name.
func writeFields(b *bytes.Buffer, h map[string][]string, rename func(string) bool) {
	for _, name := range slices.Sorted(maps.Keys(h)) {
		if !isToken(name) {
			continue // it cannot have been sent like this
		}
		shown := name
		if rename != nil && rename(http.CanonicalHeaderKey(name)) {
			shown = renamed + name
		}
		for _, v := range h[name] {
			writeField(b, Field{shown, v})
		}
	}
}

// isToken reports a valid name of a field or method (RFC 9110, 5.6.2).
func isToken(s string) bool {
	const marks = "!#$%&'*+-.^_`|~"
	return s != "" && strings.IndexFunc(s, func(r rune) bool {
		return !(r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || strings.ContainsRune(marks, r))
	}) < 0
}
