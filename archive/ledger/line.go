package ledger

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/onrecord/onrecord/archive"
)

// Records are lines: a name, and values with one space before each. A text is in quotation marks; in it stand \" \\ \n
// \r \t and \xNN for other control characters and for bytes that are no UTF-8, everything else as it is. All other values are
// bare words. A value that is not there is the word -. There is one way to write a record, and two records that differ
// are written differently.

// ErrFormat is returned for bytes that are no record, proof, checkpoint or key of ours.
var ErrFormat = errors.New("not as the ledger's format says")

func malformed(format string, args ...any) error {
	return fmt.Errorf(format+": %w", append(args, ErrFormat)...)
}

// none is a value that is not there.
const none = "-"

// word is a value written without quotation marks.
type word string

// writer writes a record.
type writer struct{ b []byte }

// line writes a line; a value is a word, a string, an integer, a time or a digest.
func (w *writer) line(name string, values ...any) {
	w.b = append(w.b, name...)
	for _, v := range values {
		w.b = append(w.b, ' ')
		switch v := v.(type) {
		case word:
			w.b = append(w.b, v...)
		case string:
			w.b = appendQuoted(w.b, v)
		case int:
			w.b = strconv.AppendInt(w.b, int64(v), 10)
		case int64:
			w.b = strconv.AppendInt(w.b, v, 10)
		case bool:
			w.b = strconv.AppendBool(w.b, v)
		case time.Time:
			w.b = appendTime(w.b, v)
		case archive.Digest:
			if v.IsZero() {
				w.b = append(w.b, none...)
			} else {
				w.b = append(w.b, v.String()...)
			}
		default: // a mistake of this package
			panic(fmt.Sprintf("line %s: a value of type %T", name, v))
		}
	}
	w.b = append(w.b, '\n')
}

func appendTime(b []byte, t time.Time) []byte {
	if t.IsZero() {
		return append(b, none...)
	}
	return t.UTC().AppendFormat(b, time.RFC3339Nano)
}

const hexDigits = "0123456789abcdef"

func appendQuoted(b []byte, s string) []byte {
	b = append(b, '"')
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			i++
			switch {
			case c == '"' || c == '\\':
				b = append(b, '\\', c)
			case c == '\n':
				b = append(b, `\n`...)
			case c == '\r':
				b = append(b, `\r`...)
			case c == '\t':
				b = append(b, `\t`...)
			case c < ' ' || c == 0x7f:
				b = append(b, '\\', 'x', hexDigits[c>>4], hexDigits[c&15])
			default:
				b = append(b, c)
			}
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			b = append(b, '\\', 'x', hexDigits[c>>4], hexDigits[c&15])
		} else {
			b = append(b, s[i:i+n]...)
		}
		i += n
	}
	return append(b, '"')
}

// reader takes a record apart, a line at a time. It is total: after the first fault everything reads as nothing, and err
// tells what it was. Whoever reads a record writes it again and compares, so that there is one way to write it.
type reader struct {
	rest   []byte
	number int // of the line
	name   string
	values []value
	err    error
}

type value struct {
	text   string
	quoted bool
}

func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = malformed("line %d: %s", r.number, fmt.Sprintf(format, args...))
	}
	r.rest, r.name, r.values = nil, "", nil
}

// next reads the next line; at the end, and after a fault, its name is "".
func (r *reader) next() {
	r.name, r.values = "", nil
	if len(r.rest) == 0 || r.err != nil {
		return
	}
	r.number++
	line, rest, ok := bytes.Cut(r.rest, []byte{'\n'})
	if !ok {
		r.fail("it does not end")
		return
	}
	r.rest = rest
	name, values, more := strings.Cut(string(line), " ")
	if name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz") != "" {
		r.fail("no name")
		return
	}
	r.name = name
	for more {
		var v value
		if v, values, more, ok = cutValue(values); !ok {
			r.fail("a value is not written as it should be")
			return
		}
		r.values = append(r.values, v)
	}
}

// cutValue is the value that s begins with, and what follows it after one space.
func cutValue(s string) (v value, rest string, more, ok bool) {
	if !strings.HasPrefix(s, `"`) {
		v.text, rest, more = strings.Cut(s, " ")
		return v, rest, more, v.text != ""
	}
	v.quoted = true
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch c := s[i]; c {
		case '"':
			v.text, rest = b.String(), s[i+1:]
			if rest == "" {
				return v, "", false, true
			}
			return v, rest[1:], true, rest[0] == ' '
		case '\\':
			i++
			if i == len(s) {
				return v, "", false, false
			}
			switch s[i] {
			case '"', '\\':
				b.WriteByte(s[i])
			case 'n':
				b.WriteByte('\n')
			case 'r':
				b.WriteByte('\r')
			case 't':
				b.WriteByte('\t')
			case 'x':
				if i+2 >= len(s) {
					return v, "", false, false
				}
				n, err := strconv.ParseUint(s[i+1:i+3], 16, 8)
				if err != nil {
					return v, "", false, false
				}
				b.WriteByte(byte(n))
				i += 2
			default:
				return v, "", false, false
			}
		default:
			b.WriteByte(c)
		}
	}
	return v, "", false, false
}

// want reports whether the line has the name and n values (at least -n-1 when n is negative), and a fault otherwise.
func (r *reader) want(name string, n int) bool {
	if r.err == nil && (r.name != name || (n >= 0 && len(r.values) != n) || (n < 0 && len(r.values) < -n-1)) {
		r.fail("want %q with its values, there is %.20q with %d", name, r.name, len(r.values))
	}
	return r.err == nil
}

func (r *reader) at(i int, quoted bool) string {
	if i >= len(r.values) || r.values[i].quoted != quoted {
		r.fail("value %d of %q", i+1, r.name)
		return ""
	}
	return r.values[i].text
}

func (r *reader) str(i int) string  { return r.at(i, true) }
func (r *reader) word(i int) string { return r.at(i, false) }

func (r *reader) int(i int) int64 {
	n, err := strconv.ParseInt(r.word(i), 10, 64)
	if err != nil {
		r.fail("value %d is no number", i+1)
	}
	return n
}

func (r *reader) bool(i int) bool {
	w := r.word(i)
	if w != "true" && w != "false" {
		r.fail("value %d is neither true nor false", i+1)
	}
	return w == "true"
}

func (r *reader) time(i int) time.Time {
	w := r.word(i)
	if w == none || r.err != nil {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339Nano, w)
	if err != nil {
		r.fail("value %d is no time", i+1)
	}
	return t.UTC()
}

func (r *reader) digest(i int) archive.Digest {
	w := r.word(i)
	if w == none || r.err != nil {
		return archive.Digest{}
	}
	d, err := archive.ParseDigest(w)
	if err != nil {
		r.fail("value %d is no digest", i+1)
	}
	return d
}

// done is the fault of the record, if any: lines that are left over are one, and so is another way to write it.
func (r *reader) done(all, again []byte) error {
	switch {
	case r.err != nil:
		return r.err
	case r.name != "" || len(r.rest) > 0:
		return malformed("line %d: %.20q was not expected", r.number, r.name)
	case !bytes.Equal(all, again):
		return malformed("it is not written in the one way that is right")
	}
	return nil
}
