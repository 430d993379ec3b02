package pdf

import (
	"strconv"
)

// The objects of a file (ISO 32000-1, 7.3) are Go values: nil, bool, int, float64, string (the bytes of a PDF string),
// name, array, dict, ref and *stream. An operator or another bare word is a word.
type (
	name  string
	word  string
	array []any
	dict  map[name]any
	ref   struct{ num, gen int }
)

// stream is a dictionary with its bytes as they stand in the file.
type stream struct {
	dict dict
	raw  []byte
	ref  ref
	open bool // the bytes are decrypted already, or never were encrypted
}

// eof is the word at the end of the input; no file can write it.
const eof = word("")

// lexer reads objects from bytes.
type lexer struct {
	b    []byte
	pos  int
	w    *work
	refs bool // "12 0 R" is a reference; in content it is not
	keep bool // what is read stays in memory
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0
}

func isDelimiter(c byte) bool {
	switch c {
	case '(', ')', '<', '>', '[', ']', '{', '}', '/', '%':
		return true
	}
	return false
}

// space skips white space and comments.
func (l *lexer) space() {
	for l.pos < len(l.b) {
		switch c := l.b[l.pos]; {
		case isSpace(c):
			l.pos++
		case c == '%':
			for l.pos < len(l.b) && l.b[l.pos] != '\n' && l.b[l.pos] != '\r' {
				l.pos++
			}
		default:
			return
		}
	}
}

// object reads the next object, or word; what is malformed is read as far as it makes sense.
func (l *lexer) object(depth int) any {
	l.space()
	if l.pos >= len(l.b) {
		return eof
	}
	l.w.token()
	if l.keep {
		l.w.keep()
	}
	switch c := l.b[l.pos]; c {
	case '/':
		l.pos++
		return name(l.name())
	case '(':
		l.pos++
		return l.literal()
	case '[':
		l.pos++
		return l.array(depth)
	case '<':
		l.pos++
		if l.pos < len(l.b) && l.b[l.pos] == '<' {
			l.pos++
			return l.dict(depth)
		}
		return l.hex()
	case '>':
		l.pos++
		if l.pos < len(l.b) && l.b[l.pos] == '>' {
			l.pos++
			return word(">>")
		}
		return word(">")
	case ')', ']', '{', '}':
		l.pos++
		return word([]byte{c})
	}
	return l.plain()
}

// plain reads a number, a reference or a bare word.
func (l *lexer) plain() any {
	start := l.pos
	for l.pos < len(l.b) && !isSpace(l.b[l.pos]) && !isDelimiter(l.b[l.pos]) {
		l.pos++
	}
	t := l.b[start:l.pos]
	if n, ok := number(t); ok {
		if i, ok := n.(int); ok && l.refs && i >= 0 && i <= maxObject {
			if gen, ok := l.tail(); ok {
				return ref{i, gen}
			}
		}
		return n
	}
	switch string(t) {
	case "true":
		return true
	case "false":
		return false
	case "null":
		return nil
	}
	if len(t) > 128 {
		t = t[:128]
	}
	return word(t)
}

// tail reads "0 R" after an object number, or nothing.
func (l *lexer) tail() (gen int, ok bool) {
	p := l.pos
	skip := func() {
		for p < len(l.b) && isSpace(l.b[p]) {
			p++
		}
	}
	skip()
	digits := 0
	for p < len(l.b) && l.b[p] >= '0' && l.b[p] <= '9' && digits < 6 {
		gen = gen*10 + int(l.b[p]-'0')
		p++
		digits++
	}
	if digits == 0 || p >= len(l.b) || !isSpace(l.b[p]) {
		return 0, false
	}
	skip()
	if p >= len(l.b) || l.b[p] != 'R' || p+1 < len(l.b) && !isSpace(l.b[p+1]) && !isDelimiter(l.b[p+1]) {
		return 0, false
	}
	l.pos = p + 1
	return gen, true
}

// number reads an integer or a real as leniently as other readers: "--5", "4.-3" and "+.5" occur.
func number(t []byte) (any, bool) {
	if len(t) == 0 || len(t) > 64 {
		return nil, false
	}
	neg, real, digits := false, false, 0
	i := 0
	for i < len(t) && (t[i] == '+' || t[i] == '-') {
		neg = neg || t[i] == '-'
		i++
	}
	whole := 0
	end := i
	for ; end < len(t); end++ {
		switch c := t[end]; {
		case c >= '0' && c <= '9':
			digits++
			if !real && whole < 1<<40 {
				whole = whole*10 + int(c-'0')
			}
			continue
		case c == '.' && !real:
			real = true
			continue
		case c == '-' && digits > 0: // what follows is noise
		default:
			return nil, false
		}
		break
	}
	if digits == 0 {
		return 0, real && len(t) == 1 || real && i > 0 && len(t) == i+1
	}
	if !real {
		if neg {
			whole = -whole
		}
		return whole, true
	}
	f, err := strconv.ParseFloat(string(t[i:end]), 64)
	if err != nil {
		return nil, false
	}
	if neg {
		f = -f
	}
	return f, true
}

// name reads a name after its slash; #41 is an A (7.3.5).
func (l *lexer) name() string {
	start, plain := l.pos, true
	for l.pos < len(l.b) && !isSpace(l.b[l.pos]) && !isDelimiter(l.b[l.pos]) {
		plain = plain && l.b[l.pos] != '#'
		l.pos++
	}
	t := l.b[start:l.pos]
	if len(t) > 256 {
		t = t[:256]
	}
	if plain {
		return string(t)
	}
	var out []byte
	for i := 0; i < len(t); i++ {
		if t[i] == '#' && i+2 < len(t) && unhex(t[i+1]) >= 0 && unhex(t[i+2]) >= 0 {
			out = append(out, byte(unhex(t[i+1])<<4|unhex(t[i+2])))
			i += 2
			continue
		}
		out = append(out, t[i])
	}
	return string(out)
}

func unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// hex reads a string in hexadecimal after its bracket (7.3.4.3).
func (l *lexer) hex() string {
	var out []byte
	half := -1
	for l.pos < len(l.b) {
		c := l.b[l.pos]
		l.pos++
		if c == '>' {
			break
		}
		v := unhex(c)
		switch {
		case v < 0:
		case half < 0:
			half = v
		default:
			out = append(out, byte(half<<4|v))
			half = -1
		}
	}
	if half >= 0 {
		out = append(out, byte(half<<4))
	}
	return string(out)
}

// literal reads a string in parentheses (7.3.4.2).
func (l *lexer) literal() string {
	var out []byte
	for depth := 1; l.pos < len(l.b); {
		c := l.b[l.pos]
		l.pos++
		switch c {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return string(out)
			}
		case '\\':
			out = l.escape(out)
			continue
		case '\r': // a line end is one line feed
			if l.pos < len(l.b) && l.b[l.pos] == '\n' {
				l.pos++
			}
			c = '\n'
		}
		out = append(out, c)
	}
	return string(out)
}

// escape reads what follows a backslash.
func (l *lexer) escape(out []byte) []byte {
	if l.pos >= len(l.b) {
		return out
	}
	c := l.b[l.pos]
	l.pos++
	switch c {
	case 'n':
		return append(out, '\n')
	case 'r':
		return append(out, '\r')
	case 't':
		return append(out, '\t')
	case 'b':
		return append(out, '\b')
	case 'f':
		return append(out, '\f')
	case '\r':
		if l.pos < len(l.b) && l.b[l.pos] == '\n' {
			l.pos++
		}
		return out
	case '\n':
		return out
	}
	if c < '0' || c > '7' {
		return append(out, c)
	}
	v := int(c - '0')
	for i := 0; i < 2 && l.pos < len(l.b) && l.b[l.pos] >= '0' && l.b[l.pos] <= '7'; i++ {
		v = v<<3 | int(l.b[l.pos]-'0')
		l.pos++
	}
	return append(out, byte(v))
}

// array reads to the closing bracket. Below maxDepth everything is read and nothing kept.
func (l *lexer) array(depth int) any {
	var a array
	for {
		switch v := l.object(depth + 1); v {
		case eof, word("]"):
			return a
		case word(">>"), word("endobj"), word("endstream"): // the bracket is missing
			l.pos -= len(v.(word))
			return a
		default:
			if _, ok := v.(word); !ok && depth < maxDepth {
				a = append(a, v)
			}
		}
		if depth > 4*maxDepth {
			panic(stop{ErrTooLarge})
		}
	}
}

// dict reads to the closing brackets. Of a key that stands there twice the last counts.
func (l *lexer) dict(depth int) any {
	d := dict{}
	if depth > 4*maxDepth {
		panic(stop{ErrTooLarge})
	}
	for {
		k := l.object(depth + 1)
		switch k {
		case eof, word(">>"):
			return d
		case word("endobj"), word("stream"):
			l.pos -= len(k.(word))
			return d
		}
		key, ok := k.(name)
		if !ok {
			continue
		}
		v := l.object(depth + 1)
		switch v {
		case eof, word(">>"):
			return d
		case word("endobj"), word("stream"):
			l.pos -= len(v.(word))
			return d
		}
		if _, ok := v.(word); !ok && depth < maxDepth {
			d[key] = v
		}
	}
}
