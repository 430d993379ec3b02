package warc

import (
	"bufio"
	"bytes"
	"io"
)

// search goes to the next record after damage. It goes back to just behind the start of the damaged record when the
// input can, because a wrong length may have swallowed what follows.
func (r *Reader) search() error {
	r.lost = false
	if r.m.packing == plain {
		if r.in.rewind(r.from) {
			r.m.start, r.m.inner = r.from, 0
			r.m.buf.Reset(r.in.Reader)
		}
		return r.searchText()
	}
	if !r.packed {
		return r.searchText()
	}
	return r.searchPacked()
}

// searchText goes to the next line that starts a record, in this member or the following ones; io.EOF when there is none.
func (r *Reader) searchText() error {
	const keep = 256 // of a line; the rest of a longer one is nothing but skipped
	fresh := r.m.packing != plain && r.m.inner == 0
	for {
		if fresh && r.looksLikeRecord() {
			return nil
		}
		line, err := r.m.line(r.line[:0], keep)
		r.line = line
		switch {
		case err == nil:
			fresh = true
		case err == bufio.ErrBufferFull:
			fresh = line[len(line)-1] == '\n'
		case err == io.EOF:
			if err := r.open(); err == io.EOF {
				return err
			} else if err != nil {
				return r.searchOn(err)
			}
			fresh = true
		default:
			return r.searchOn(r.damage(r.m.start, r.m.inner, true, err.Error()))
		}
	}
}

// searchOn goes on after more damage met in a search, which was told of already; other errors end it.
func (r *Reader) searchOn(err error) error {
	if _, ok := err.(*SyntaxError); !ok {
		return err
	}
	r.lost = false
	if r.m.packing == plain {
		return io.EOF
	}
	return r.searchPacked()
}

// looksLikeRecord reports whether the line here starts a record, by a stricter look than in order.
func (r *Reader) looksLikeRecord() bool {
	if r.arc {
		return r.atRecord()
	}
	b, _ := r.m.peek(len(magic) + 2)
	return len(b) == len(magic)+2 && string(b[:len(magic)]) == magic && (b[5] == '1' || b[5] == '0') && b[6] == '.'
}

// searchPacked goes to the next member or frame that starts with a record.
func (r *Reader) searchPacked() error {
	r.in.rewind(r.from)
	mark := gzipMagic
	if r.m.packing == zstandard {
		mark = zstdMagic
	}
	for {
		if err := skipTo(r.in.Reader, mark); err != nil {
			if r.in.src.err != nil {
				return r.damage(r.in.offset(), 0, true, "")
			}
			return io.EOF
		}
		here := r.in.offset()
		r.records, r.spilled = 0, false
		if err := r.m.next(); err == nil {
			if r.looksLikeRecord() {
				return nil
			}
		}
		if r.in.src.err != nil {
			return r.damage(here, 0, true, "")
		}
		if r.in.offset() == here || !r.in.rewind(here+1) {
			if _, err := r.in.Discard(1); err != nil {
				return io.EOF
			}
		}
	}
}

// skipTo goes to the next place where mark stands; io.EOF when there is none.
func skipTo(br *bufio.Reader, mark []byte) error {
	for {
		b, err := br.Peek(bufferSize)
		if i := bytes.Index(b, mark); i >= 0 {
			_, err := br.Discard(i)
			return err
		}
		if len(b) < len(mark) {
			return noNil(err)
		}
		if _, err := br.Discard(len(b) - len(mark) + 1); err != nil {
			return err
		}
		if err == io.EOF {
			return err
		}
	}
}

// noNil makes the absence of bytes an end.
func noNil(err error) error {
	if err == nil {
		return io.EOF
	}
	return err
}
