package warc

import (
	"errors"
	"fmt"
	"io"
)

// Limits that a [Reader] has when nothing else is said.
const (
	// DefaultMaxPayload is the largest HTTP block and the largest unpacked payload.
	DefaultMaxPayload = 64 << 20
	// DefaultMaxBlock is the largest block that is read through at all.
	DefaultMaxBlock = 16 << 30
	// maxHeader and maxFields bound a record's header.
	maxHeader = 1 << 20
	maxFields = 1000
)

// Reader reads the records of a file in their order. Its fields may be set before the first call of Next.
type Reader struct {
	// MaxPayload bounds what [Record.HTTPResponse] holds in memory: the block, and the payload unpacked. A larger one gives
	// ErrTooLarge and can be skipped. 0 means DefaultMaxPayload.
	MaxPayload int64
	// MaxBlock bounds the length that a record may claim; a longer one is damage. 0 means DefaultMaxBlock.
	MaxBlock int64
	// MaxWindow bounds the window of a zstd file, which is what it costs in memory. 0 means DefaultMaxWindow.
	MaxWindow uint64

	in      *input
	m       *members
	err     error   // final
	current *Record // whose block is open
	left    int64   // bytes of its block that were not read
	ended   bool    // the end of the block was looked at, with the result end
	end     error
	told    bool // end was given to the caller

	arc     bool // the file is an ARC file
	records int  // that started in the open member
	spilled bool // a record went on from the member before
	shared  bool // the caller was told that records share members

	lost   bool  // the place of the next record is not known
	packed bool  // and it must be searched for in the packed bytes
	from   int64 // going back to here, when the input can
	line   []byte
}

// NewReader reads the beginning of r to find out how it is packed. When r is also an [io.Seeker], records can be found
// again after damage that would otherwise hide them; r is read from where it stands. The error is one of reading: what
// is no web archive at all is a [*SyntaxError] of the first Next.
func NewReader(r io.Reader) (*Reader, error) {
	in := newInput(r)
	first, err := in.Peek(4)
	if err != nil && err != io.EOF {
		return nil, fmt.Errorf("read web archive: %w", err)
	}
	return &Reader{in: in, m: newMembers(in, detect(first))}, nil
}

// Close gives back the memory of a zstd file's decoder; the source stays open. A Reader that came to its end needs none.
func (r *Reader) Close() error {
	r.m.close()
	if r.err == nil {
		r.err = ErrStale
	}
	r.current = nil
	return nil
}

// Next is the next record, io.EOF when there are no more. What was not read of the block before is skipped, and if it
// does not end where it says, that is told now, once. After a [*SyntaxError] Next may be called again; other errors are
// final.
func (r *Reader) Next() (*Record, error) {
	if r.err != nil {
		return nil, r.err
	}
	rec, err := r.next()
	var damage *SyntaxError
	if err != nil && !errors.As(err, &damage) {
		r.err = err
		r.m.close()
		return nil, err
	}
	return rec, err
}

func (r *Reader) next() (*Record, error) {
	if err := r.leave(); err != nil {
		return nil, err
	}
	r.m.maxWindow = r.MaxWindow
	if r.lost {
		if err := r.search(); err != nil {
			return nil, err
		}
	}
	if err := r.start(); err != nil {
		return nil, err
	}
	if !r.shared && (r.records > 0 || r.spilled) && r.m.packing != plain {
		r.shared = true
		return nil, &SyntaxError{Offset: r.m.start, Inner: r.m.inner, Intact: true,
			Msg: "record does not start with the gzip member or zstd frame: the file can only be read from its beginning"}
	}
	rec := &Record{Offset: r.m.start, Inner: r.m.inner, reader: r}
	if r.m.packing == plain {
		rec.Offset, rec.Inner = r.m.start+r.m.inner, 0
	}
	if err := r.head(rec); err != nil {
		return nil, err
	}
	r.records++
	r.current, r.left, r.ended, r.end, r.told = rec, rec.ContentLength, false, nil, false
	return rec, nil
}

// leave finishes the current record.
func (r *Reader) leave() error {
	rec := r.current
	if rec == nil {
		return nil
	}
	told := r.told
	err := rec.Discard()
	r.current = nil
	if told {
		return nil // the damage was given by Read
	}
	return err
}

// start goes to the first byte of the next record: past line ends, to the next member if need be.
func (r *Reader) start() error {
	for {
		b, err := r.m.peek(1)
		switch {
		case len(b) == 1 && (b[0] == '\r' || b[0] == '\n'):
			r.m.discard(1)
		case len(b) == 1:
			return nil
		case err == io.EOF:
			if err := r.open(); err != nil {
				return err
			}
		default:
			return r.damage(r.m.start, r.m.inner, true, err.Error())
		}
	}
}

// open goes on with the next member.
func (r *Reader) open() error {
	r.records, r.spilled = 0, false
	switch err := r.m.next(); {
	case err == nil || err == io.EOF:
		return err
	default:
		return r.damage(r.m.start, 0, true, err.Error())
	}
}

// damage notes that the next record must be searched for, and makes the error. An error of the source itself is that
// error, and final.
func (r *Reader) damage(offset, inner int64, packed bool, msg string) error {
	if err := r.in.src.err; err != nil {
		return fmt.Errorf("read web archive at offset %d: %w", r.in.offset(), err)
	}
	r.lost, r.packed = true, packed && r.m.packing != plain
	r.from = offset + 1
	if r.m.packing == plain {
		offset, inner = r.m.start+inner, 0
		r.from = offset + 1
	}
	return &SyntaxError{Offset: offset, Inner: inner, Msg: msg}
}
