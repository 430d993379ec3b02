package warc

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// magic is what a WARC record starts with.
const magic = "WARC/"

// head reads the header of the record that starts here.
func (r *Reader) head(rec *Record) error {
	inner := r.m.inner
	first, err := r.m.peek(len(arcMagic))
	var problem error
	switch {
	case bytes.HasPrefix(first, []byte(magic)):
		problem = r.warcHead(rec)
	case r.m.packing != plain && err == io.EOF && len(first) > 1 && strings.HasPrefix(magic, string(first)):
		problem = r.warcHead(rec) // the rest of the line is in the next member
	case r.arc, bytes.HasPrefix(first, []byte(arcMagic)):
		problem = r.arcHead(rec)
	case err != nil && err != io.EOF:
		problem = err
	default:
		problem = fmt.Errorf("no record starts here: %.20q", first)
	}
	if problem == nil && rec.ContentLength > r.maxBlock() {
		problem = fmt.Errorf("block of %d bytes: %w (limit %d)", rec.ContentLength, ErrTooLarge, r.maxBlock())
	}
	if problem == nil {
		return nil
	}
	var broken unpackError
	return r.damage(r.m.start, inner, errors.As(problem, &broken), problem.Error())
}

func (r *Reader) maxBlock() int64 {
	if r.MaxBlock > 0 {
		return r.MaxBlock
	}
	return DefaultMaxBlock
}

// unpackError is an error of the packing in the middle of a header.
type unpackError struct{ error }

func (e unpackError) Unwrap() error { return e.error }

// headLine is the next line of a header without its end. A line may go on in the next member.
func (r *Reader) headLine(limit int) (string, error) {
	line, err := r.m.line(r.line[:0], limit)
	for err == io.EOF && r.m.packing != plain && r.goesOn() {
		line, err = r.m.line(line, limit)
	}
	r.line = line[:0]
	switch err {
	case nil:
		return string(bytes.TrimRight(line, "\r\n")), nil
	case bufio.ErrBufferFull:
		return "", fmt.Errorf("header over %d bytes: %w", maxHeader, ErrTooLarge)
	case io.EOF:
		return "", errors.New("header is cut short")
	}
	return "", unpackError{err}
}

// goesOn opens the next member if it starts with no record, for a header that is cut in two.
func (r *Reader) goesOn() bool {
	if r.m.next() != nil {
		return false
	}
	r.records, r.spilled = 0, true
	first, _ := r.m.peek(len(magic))
	return string(first) != magic
}

// warcHead reads version and fields (ISO 28500, 4). Bare line feeds are accepted, as are any digits in the version.
func (r *Reader) warcHead(rec *Record) error {
	version, err := r.headLine(64)
	if err != nil {
		return err
	}
	rec.Version = strings.TrimSpace(version)
	if major := strings.TrimPrefix(rec.Version, magic); !strings.HasPrefix(major, "1.") && !strings.HasPrefix(major, "0.") {
		return fmt.Errorf("version %.20q is not known", rec.Version)
	}
	for left, lines := maxHeader, 0; ; lines++ {
		line, err := r.headLine(left)
		if err != nil {
			return err
		}
		left -= len(line) + 1
		if line == "" {
			break
		}
		if lines == maxFields { // continuations count too: each copies its field
			return fmt.Errorf("over %d lines of header: %w", maxFields, ErrTooLarge)
		}
		if err := rec.addField(line); err != nil {
			return err
		}
	}
	rec.Type = Type(strings.ToLower(strings.TrimSpace(rec.Header.Get("WARC-Type"))))
	if rec.Type == "" {
		return errors.New("record has no WARC-Type")
	}
	return rec.setLength()
}

// addField adds a line of the header: a field, or the continuation of the one before it.
func (rec *Record) addField(line string) error {
	if line[0] == ' ' || line[0] == '\t' {
		if n := len(rec.Header); n > 0 {
			rec.Header[n-1].Value += " " + strings.TrimSpace(line)
			return nil
		}
	}
	name, value, ok := strings.Cut(line, ":")
	name = strings.TrimSpace(name)
	if !ok || name == "" {
		return fmt.Errorf("header line %.60q is no field", line)
	}
	rec.Header = append(rec.Header, Field{name, strings.TrimSpace(value)})
	return nil
}

// setLength reads Content-Length, without which nothing after the header has a place.
func (rec *Record) setLength() error {
	values := rec.Header.Values("Content-Length")
	if len(values) == 0 {
		return errors.New("record has no Content-Length")
	}
	n, err := strconv.ParseUint(values[0], 10, 63)
	if err != nil {
		return fmt.Errorf("Content-Length %.40q is no length", values[0])
	}
	for _, v := range values[1:] {
		if v != values[0] {
			return fmt.Errorf("Content-Length is stated as %.40q and as %.40q", values[0], v)
		}
	}
	rec.ContentLength = int64(n)
	return nil
}
