package main

import (
	"io"

	"github.com/onrecord/onrecord/archive/export"
)

// rows prints the objects of a list for programs: one a line (jsonl), or as one array with an object a line (json). It
// keeps none of them.
type rows struct {
	w     io.Writer
	array bool
	n     int
}

// rowsOf prints in a format that is json or jsonl.
func rowsOf(w io.Writer, format string) *rows { return &rows{w: w, array: format == "json"} }

// add prints one object.
func (r *rows) add(v any) error {
	r.n++
	if !r.array {
		return export.WriteJSON(r.w, v)
	}
	line, err := compact(v)
	if err != nil {
		return err
	}
	before := ",\n"
	if r.n == 1 {
		before = "[\n"
	}
	if _, err := io.WriteString(r.w, before); err != nil {
		return err
	}
	_, err = r.w.Write(line)
	return err
}

// end closes the array.
func (r *rows) end() error {
	if !r.array {
		return nil
	}
	last := "\n]\n"
	if r.n == 0 {
		last = "[]\n"
	}
	_, err := io.WriteString(r.w, last)
	return err
}
