package warc

import (
	"bytes"
	"io"
	"strings"
	"time"
)

// Type is the kind of a record (ISO 28500, 6).
type Type string

// The types of a record.
const (
	Info         Type = "warcinfo"
	Response     Type = "response"
	Resource     Type = "resource"
	Request      Type = "request"
	Metadata     Type = "metadata"
	Revisit      Type = "revisit"
	Conversion   Type = "conversion"
	Continuation Type = "continuation"
)

// The profiles of a revisit record (ISO 28500, 6.7).
const (
	// SamePayload: the payload is the one of an earlier record.
	SamePayload = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
	// NotModified: the server answered 304 to a validator.
	NotModified = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
)

// Field is one named field of a record's header.
type Field struct{ Name, Value string }

// Header is the named fields of a record in their order.
type Header []Field

// Get is the value of the first field with a name in any case; "" when there is none.
func (h Header) Get(name string) string {
	for _, f := range h {
		if strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return ""
}

// Values are the values of all fields with a name in any case.
func (h Header) Values(name string) []string {
	var vs []string
	for _, f := range h {
		if strings.EqualFold(f.Name, name) {
			vs = append(vs, f.Value)
		}
	}
	return vs
}

// Record is one record of a file. Its block is read through Read while the record is the reader's current one.
type Record struct {
	// Version is "WARC/1.1" and the like, or "ARC/1", "ARC/2".
	Version string
	// Type is in lower case. For ARC it is Info for the file's description, Response for http and https, else Resource.
	Type Type
	// Header is all fields as they stand; for ARC it is made from the record's one line.
	Header Header
	// Offset is where the record starts in the file, or the gzip member or zstd frame that holds it.
	Offset int64
	// Inner is where in the unpacked member or frame it starts; 0 when it is the first there, or nothing is packed.
	Inner int64
	// ContentLength is how many bytes the block says it has.
	ContentLength int64

	reader *Reader
	stored int64
}

// Read reads the block. It gives io.EOF only when the record ends where it says it does, a [*SyntaxError] when it does
// not, and [ErrStale] after the next call of [Reader.Next].
func (rec *Record) Read(p []byte) (int, error) {
	if rec.reader == nil || rec.reader.current != rec {
		return 0, ErrStale
	}
	return rec.reader.readBlock(p)
}

// StoredLength is how many bytes the record takes in the file: itself with its end mark, or the gzip member or zstd
// frame that holds it. It is 0 until the block was read to its end.
func (rec *Record) StoredLength() int64 { return rec.stored }

// ID is the record's identifier without < and >; "" when it has none (ARC).
func (rec *Record) ID() string { return unbracket(rec.Header.Get("WARC-Record-ID")) }

// TargetURI is the address that the record is about, without the < and > that some writers put around it.
func (rec *Record) TargetURI() string { return unbracket(rec.Header.Get("WARC-Target-URI")) }

// ConcurrentTo are the identifiers of the records made in the same visit, as far as the record names them.
func (rec *Record) ConcurrentTo() []string {
	ids := rec.Header.Values("WARC-Concurrent-To")
	for i, id := range ids {
		ids[i] = unbracket(id)
	}
	return ids
}

// Date is the time of the capture in UTC. WARC 1.1 allows any precision from the year to the nanosecond; what is not
// stated is the earliest.
func (rec *Record) Date() (time.Time, error) { return ParseDate(rec.Header.Get("WARC-Date")) }

// Discard reads the rest of the block and gives the error that Read would give; nil at the right end.
func (rec *Record) Discard() error {
	_, err := io.Copy(io.Discard, struct{ io.Reader }{rec})
	return err
}

// isHTTP reports whether the block says that it is an HTTP message.
func (rec *Record) isHTTP() bool {
	mediaType, _, _ := strings.Cut(rec.Header.Get("Content-Type"), ";")
	return strings.EqualFold(strings.TrimSpace(mediaType), "application/http")
}

// readAll reads the block into memory; the caller has seen to its length.
func (rec *Record) readAll() ([]byte, error) {
	const trusted = 1 << 20 // what is claimed beyond it must come before it is made room for
	var b bytes.Buffer
	b.Grow(int(min(rec.ContentLength, trusted)) + bytes.MinRead)
	_, err := b.ReadFrom(struct{ io.Reader }{rec})
	return b.Bytes(), err
}

// unbracket removes white space and one pair of < and > around s.
func unbracket(s string) string {
	s = strings.TrimSpace(s)
	if len(s) > 1 && s[0] == '<' && s[len(s)-1] == '>' {
		return strings.TrimSpace(s[1 : len(s)-1])
	}
	return s
}
