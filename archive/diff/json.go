package diff

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf8"
)

// WriteJSON writes the diff as one JSON object on one line. Keys are added, never changed. Texts must be valid UTF-8,
// as those of readings are, or the operations do not survive. Characters that could drive a terminal are written as
// escapes.
func WriteJSON(w io.Writer, d *Diff) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	type plain Diff // without methods
	err := enc.Encode(struct {
		Schema  string `json:"schema"`
		Summary string `json:"summary"`
		*plain
	}{"onrecord.diff/1", d.Summary(), (*plain)(d)})
	if err != nil {
		return fmt.Errorf("write diff as JSON: %w", err)
	}
	_, err = w.Write(asciiControls(b.Bytes()))
	return err
}

// asciiControls writes control and format characters above ASCII, and DEL, as JSON escapes; JSON allows them bare.
func asciiControls(b []byte) []byte {
	out := make([]byte, 0, len(b))
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		switch {
		case r < 0x7f || !hidden(r):
			out = append(out, b[:n]...)
		case r > 0xffff:
			out = fmt.Appendf(out, `\u%04x\u%04x`, 0xd800+(r-0x10000)>>10, 0xdc00+(r-0x10000)&0x3ff)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
		b = b[n:]
	}
	return out
}
