package warc

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"time"
)

// Exchange is an answer with the records that were made in the same visit.
type Exchange struct {
	// URL and Date are those of the answer, or of the first record when there is no answer.
	URL  string
	Date time.Time
	// Answer is the response, revisit or resource record, its block read; nil when the file has none for the visit.
	Answer *Record
	// Response is the HTTP message of the answer; nil when it is none (a resource).
	Response *HTTP
	// Body is the answer's body with no coding: of the response, of the resource, or what the lookup gave for a
	// revisit. It is nil when Err is set.
	Body []byte
	// Err is why there is no body: [ErrTruncated], [ErrCoding], [ErrTooLarge], [ErrNotHTTP], [ErrUnresolved].
	Err error
	// Converted is the block of the first conversion record of the answer that is HTML: what a browser made of it, the
	// way some crawlers keep a page whose text is made by scripts. It is nil when the file has none that is whole.
	Converted []byte
	// Request is the HTTP message of the request; nil when the file has none, or none that can be read.
	Request *HTTP
	// Notes are the metadata records about the answer, at most 16 of at most 1 MiB.
	Notes []Note
}

// Note is a metadata record.
type Note struct {
	Record *Record
	Block  []byte
}

// Origin is what a revisit says of the record that has its payload; any of it may be missing.
type Origin struct {
	// Profile is [SamePayload], [NotModified], or what an older version of the standard calls them.
	Profile string
	// PayloadDigest is the digest as stated.
	PayloadDigest string
	// ID, URL and Date name the record; URL is the revisit's own when it names none.
	ID   string
	URL  string
	Date time.Time
}

const (
	maxNotes    = 16
	maxNoteSize = 1 << 20
)

// Captures are the exchanges of a file in its order. Records are put together that name one another, or that follow
// one another with the same address and time; one exchange is held in memory. Damage comes as an error with an empty
// exchange, and the sequence goes on; after an error that is no [*SyntaxError] it ends. lookup finds the body of a
// revisit; without it revisits have ErrUnresolved.
func Captures(r *Reader, lookup func(Origin) ([]byte, error)) iter.Seq2[Exchange, error] {
	return func(yield func(Exchange, error) bool) {
		g := group{lookup: lookup}
		for {
			rec, err := r.Next()
			if err == nil {
				err = g.add(rec, yield)
			}
			switch damage := (*SyntaxError)(nil); {
			case err == nil:
			case err == errStopped:
				return
			case errors.As(err, &damage):
				if !g.flush(yield) || !yield(Exchange{}, err) {
					return
				}
			case err == io.EOF:
				g.flush(yield)
				return
			default:
				if g.flush(yield) {
					yield(Exchange{}, err)
				}
				return
			}
		}
	}
}

// errStopped says that whoever reads the sequence wants no more.
var errStopped = errors.New("stopped")

// group is the exchange that is being put together.
type group struct {
	Exchange
	open   bool
	ids    []string // of its records
	links  []string // that its records name
	lookup func(Origin) ([]byte, error)
}

// flush gives the exchange out and starts a new one.
func (g *group) flush(yield func(Exchange, error) bool) bool {
	x, open := g.Exchange, g.open
	*g = group{lookup: g.lookup}
	return !open || yield(x, nil)
}

// add takes a record in; the error is damage met in its block.
func (g *group) add(rec *Record, yield func(Exchange, error) bool) error {
	switch rec.Type {
	case Response, Revisit, Resource, Request, Metadata:
	case Conversion:
		return g.conversion(rec)
	default:
		return nil
	}
	if g.open && !g.takes(rec) && !g.flush(yield) {
		return errStopped
	}
	if !g.open {
		date, err := rec.Date()
		if err != nil {
			return &SyntaxError{Offset: rec.Offset, Inner: rec.Inner, Msg: "WARC-Date: " + err.Error()}
		}
		g.open, g.URL, g.Date = true, rec.TargetURI(), date
	}
	g.ids = append(g.ids, rec.ID())
	g.links = append(g.links, links(rec)...)
	switch rec.Type {
	case Request:
		h, err := rec.HTTPRequest()
		if damage := (*SyntaxError)(nil); errors.As(err, &damage) {
			return err
		}
		g.Request = h
		return nil
	case Metadata:
		return g.note(rec)
	}
	return g.answer(rec)
}

// takes reports whether a record belongs to the open exchange and there is room for it.
func (g *group) takes(rec *Record) bool {
	switch rec.Type {
	case Request:
		if g.Request != nil {
			return false
		}
	case Metadata:
		if len(g.Notes) >= maxNotes {
			return false
		}
	case Conversion:
	default:
		if g.Answer != nil {
			return false
		}
	}
	theirs := links(rec)
	if slices.Contains(g.links, rec.ID()) && rec.ID() != "" {
		return true
	}
	for _, id := range theirs {
		if slices.Contains(g.ids, id) {
			return true
		}
	}
	date, err := rec.Date()
	return len(theirs) == 0 && err == nil && date.Equal(g.Date) && rec.TargetURI() == g.URL
}

// links are the records of the same visit that a record names.
func links(rec *Record) []string {
	ids := rec.ConcurrentTo()
	if of := rec.Header.Get("WARC-Refers-To"); of != "" && (rec.Type == Metadata || rec.Type == Conversion) {
		ids = append(ids, unbracket(of))
	}
	return ids
}

func (g *group) note(rec *Record) error {
	if rec.ContentLength > maxNoteSize {
		return nil
	}
	block, err := rec.readAll()
	if err == nil {
		g.Notes = append(g.Notes, Note{rec, block})
	}
	return err
}

// conversion takes in what the answer was made into, when it is HTML and follows its answer. One of another visit, or of
// another type (a picture of the page, say), is passed over.
func (g *group) conversion(rec *Record) error {
	mediaType, _, _ := strings.Cut(rec.Header.Get("Content-Type"), ";")
	if g.Answer == nil || g.Converted != nil || !strings.EqualFold(strings.TrimSpace(mediaType), "text/html") || !g.takes(rec) {
		return nil
	}
	b, err := resource(rec)
	if damage := (*SyntaxError)(nil); errors.As(err, &damage) {
		return err
	}
	if err == nil {
		g.ids = append(g.ids, rec.ID())
		g.Converted = b
	}
	return nil
}

// answer reads the record that has, or stands for, the body.
func (g *group) answer(rec *Record) error {
	if date, err := rec.Date(); err == nil {
		g.URL, g.Date = rec.TargetURI(), date
	}
	switch {
	case rec.Type == Resource:
		g.Body, g.Err = resource(rec)
	case !rec.isHTTP() && rec.Type == Response:
		g.Err = fmt.Errorf("%w but %.60q", ErrNotHTTP, rec.Header.Get("Content-Type"))
	case !rec.isHTTP() || rec.ContentLength == 0: // a revisit without a head
	default:
		g.Response, g.Err = rec.HTTPResponse()
	}
	if damage := (*SyntaxError)(nil); errors.As(g.Err, &damage) {
		*g = group{lookup: g.lookup}
		return damage
	}
	g.Answer = rec
	if rec.Type == Revisit && g.Err == nil {
		g.Body, g.Err = g.original(rec)
	} else if g.Response != nil && g.Err == nil {
		g.Body = g.Response.Body
	}
	return nil
}

// resource reads a block that is the body itself.
func resource(rec *Record) ([]byte, error) {
	limit := int64(DefaultMaxPayload)
	if rec.reader.MaxPayload > 0 {
		limit = rec.reader.MaxPayload
	}
	if rec.ContentLength > limit {
		return nil, fmt.Errorf("block of %d bytes: %w (limit %d)", rec.ContentLength, ErrTooLarge, limit)
	}
	b, err := rec.readAll()
	if err == nil && rec.Header.Get("WARC-Truncated") != "" {
		return nil, ErrTruncated
	}
	return b, err
}

// original asks for the body of a revisit.
func (g *group) original(rec *Record) ([]byte, error) {
	if g.lookup == nil {
		return nil, ErrUnresolved
	}
	of := Origin{
		Profile:       strings.TrimSpace(rec.Header.Get("WARC-Profile")),
		PayloadDigest: rec.Header.Get("WARC-Payload-Digest"),
		ID:            unbracket(rec.Header.Get("WARC-Refers-To")),
		URL:           unbracket(rec.Header.Get("WARC-Refers-To-Target-URI")),
	}
	if of.URL == "" {
		of.URL = rec.TargetURI()
	}
	if date, err := ParseDate(rec.Header.Get("WARC-Refers-To-Date")); err == nil {
		of.Date = date
	}
	body, err := g.lookup(of)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnresolved, err)
	}
	return body, nil
}
