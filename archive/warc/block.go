package warc

import (
	"bytes"
	"fmt"
	"io"
)

// readBlock reads the block of the current record.
func (r *Reader) readBlock(p []byte) (int, error) {
	if r.ended {
		return r.final()
	}
	if r.left == 0 {
		r.finish(r.endMark())
		return r.final()
	}
	if len(p) == 0 {
		return 0, nil
	}
	var err error
	for err == nil {
		var n int
		n, err = r.m.read(p[:min(int64(len(p)), r.left)])
		r.left -= int64(n)
		if n > 0 {
			return n, nil // an error comes again
		}
		if err == io.EOF && r.m.packing != plain {
			err = r.spill()
		}
	}
	if err == io.EOF {
		err = r.short()
	} else if _, known := err.(*SyntaxError); !known {
		err = r.damage(r.m.start, r.current.Inner, true, err.Error())
	}
	r.finish(err)
	return r.final()
}

// finish notes how the block ended.
func (r *Reader) finish(err error) { r.ended, r.end = true, err }

// final is what a block gives at its end.
func (r *Reader) final() (int, error) {
	if r.end == nil {
		return 0, io.EOF
	}
	r.told = true
	return 0, r.end
}

// spill goes on with a block in the next member: some writers cut members where no record ends. When the next member
// starts with a record, the block is short. It gives io.EOF when no member follows.
func (r *Reader) spill() error {
	rec := r.current
	if err := r.m.next(); err != nil {
		if err == io.EOF {
			return err
		}
		return r.damage(r.m.start, 0, true, err.Error())
	}
	r.records = 0
	first, err := r.m.peek(len(magic))
	if err != nil && err != io.EOF {
		return r.damage(r.m.start, 0, true, err.Error())
	}
	if bytes.Equal(first, []byte(magic)) {
		r.spilled = false
		return &SyntaxError{Offset: rec.Offset, Inner: rec.Inner, Msg: r.shortMsg()}
	}
	r.spilled = true
	return nil
}

// short is the damage of a file that ends within a block.
func (r *Reader) short() error {
	rec, msg := r.current, r.shortMsg()
	err := r.damage(rec.Offset, rec.Inner, r.m.packing != plain, msg)
	if r.m.packing == plain {
		r.from = rec.Offset + 1
	}
	if e, ok := err.(*SyntaxError); ok {
		e.Offset, e.Inner = rec.Offset, rec.Inner
	}
	return err
}

func (r *Reader) shortMsg() string {
	return fmt.Sprintf("record ends after %d of %d bytes", r.current.ContentLength-r.left, r.current.ContentLength)
}

// endMark looks at what follows a block: two line ends, another record, or the end of the member. Anything else means
// that the length is wrong or the block damaged.
func (r *Reader) endMark() error {
	rec, lines := r.current, 0
	for {
		b, err := r.m.peek(1)
		if len(b) == 1 && (b[0] == '\r' || b[0] == '\n') {
			if b[0] == '\n' {
				lines++
			}
			r.m.discard(1)
			continue
		}
		if len(b) == 1 {
			break
		}
		if err != io.EOF {
			return r.damage(r.m.start, rec.Inner, true, err.Error())
		}
		rec.stored = r.in.offset() - rec.Offset
		if r.m.packing == plain && lines == 0 && !r.arc {
			return r.ownDamage("file ends before the record's end mark")
		}
		return nil
	}
	if !r.atRecord() && lines < 2 { // after a whole end mark, what follows is damage of its own
		return r.ownDamage(fmt.Sprintf("record does not end after the %d bytes that it states", rec.ContentLength))
	}
	if r.m.packing == plain {
		rec.stored = r.m.start + r.m.inner - rec.Offset
	}
	return nil
}

// ownDamage is damage of the current record as a whole.
func (r *Reader) ownDamage(msg string) error {
	rec := r.current
	err := r.damage(r.m.start, r.m.inner, false, msg)
	if e, ok := err.(*SyntaxError); ok {
		e.Offset, e.Inner = rec.Offset, rec.Inner
		if r.m.packing == plain {
			r.from = rec.Offset + 1
		}
	}
	return err
}

// atRecord reports whether a record starts here.
func (r *Reader) atRecord() bool {
	if r.arc {
		b, _ := r.m.peek(maxARCLine)
		line, _, _ := bytes.Cut(b, []byte("\n"))
		_, ok := splitARC(string(line))
		return ok
	}
	b, _ := r.m.peek(len(magic))
	return string(b) == magic
}
