package pdf

import (
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
)

// decode gives the bytes of a stream, all of its filters undone (7.4). The error says that they are not whole, or need
// a filter that no text uses.
func (f *file) decode(s *stream) ([]byte, error) {
	if s.raw == nil {
		return nil, errors.New("ends too early")
	}
	b := s.raw
	if f.crypt != nil && !s.open {
		var err error
		if b, err = f.crypt.stream(s); err != nil {
			return nil, err
		}
	}
	filters, params := f.list(first(s.dict, "Filter", "F")), f.list(first(s.dict, "DecodeParms", "DP"))
	if len(filters) > 8 {
		return nil, errors.New("too many filters")
	}
	for i, v := range filters {
		var p dict
		if i < len(params) {
			p = f.dict(params[i])
		}
		var err error
		if b, err = f.undo(f.name(v), p, b); err != nil {
			return nil, err
		}
		f.w.decode(len(b))
	}
	return b, nil
}

func first(d dict, keys ...name) any {
	for _, k := range keys {
		if v, ok := d[k]; ok {
			return v
		}
	}
	return nil
}

// list is an array, or the one value that may stand for it.
func (f *file) list(v any) array {
	switch v := f.resolve(v).(type) {
	case nil:
		return nil
	case array:
		return v
	default:
		return array{v}
	}
}

// undo undoes one filter.
func (f *file) undo(filter name, p dict, b []byte) ([]byte, error) {
	switch filter {
	case "FlateDecode", "Fl":
		b, err := inflate(b)
		if err != nil {
			return nil, err
		}
		return f.predict(p, b)
	case "LZWDecode", "LZW":
		early := 1
		if n, ok := f.int(p["EarlyChange"]); ok {
			early = n
		}
		b, err := unlzw(b, early)
		if err != nil {
			return nil, err
		}
		return f.predict(p, b)
	case "ASCIIHexDecode", "AHx":
		l := lexer{b: b, w: f.w}
		return []byte(l.hex()), nil
	case "ASCII85Decode", "A85":
		return un85(b), nil
	case "RunLengthDecode", "RL":
		return unrun(b)
	case "Crypt":
		return b, nil
	}
	return nil, fmt.Errorf("has the unknown filter %.40q", string(filter))
}

// errLong is what a stream gives that decodes to more than maxStream.
var errLong = errors.New("is too long when decoded")

// inflate undoes zlib's format without asking for its checksum, which many writers get wrong.
func inflate(b []byte) ([]byte, error) {
	for len(b) > 0 && (b[0] == '\r' || b[0] == '\n') {
		b = b[1:]
	}
	if len(b) < 2 {
		if len(b) == 0 {
			return nil, nil
		}
		return nil, io.ErrUnexpectedEOF
	}
	if b[0]&0x0f == 8 && (int(b[0])<<8|int(b[1]))%31 == 0 {
		b = b[2:]
	}
	r := flate.NewReader(bytes.NewReader(b))
	out, err := io.ReadAll(io.LimitReader(r, maxStream+1))
	if len(out) > maxStream {
		return nil, errLong
	}
	if err != nil {
		return nil, fmt.Errorf("cannot be decoded: %w", err)
	}
	return out, nil
}

// predict undoes the predictors of PNG and TIFF (7.4.4.4).
func (f *file) predict(p dict, b []byte) ([]byte, error) {
	kind, _ := f.int(p["Predictor"])
	if kind < 2 {
		return b, nil
	}
	get := func(k name, def int) int {
		if n, ok := f.int(p[k]); ok && n > 0 && n < 1<<20 {
			return n
		}
		return def
	}
	colors, bits, columns := get("Colors", 1), get("BitsPerComponent", 8), get("Columns", 1)
	if colors > 32 || bits > 32 {
		return nil, errors.New("has an odd predictor")
	}
	pixel, row := max(1, colors*bits/8), (colors*bits*columns+7)/8
	if kind == 2 {
		if bits != 8 {
			return nil, errors.New("has an odd predictor")
		}
		for at := 0; at < len(b); at += row {
			for i := at + pixel; i < min(at+row, len(b)); i++ {
				b[i] += b[i-pixel]
			}
		}
		return b, nil
	}
	out := make([]byte, 0, len(b))
	last := make([]byte, min(row, len(b)))
	for len(b) > 1 {
		kind, line := b[0], b[1:min(len(b), row+1)]
		b = b[1+len(line):]
		unpredict(kind, line, last, pixel)
		out = append(out, line...)
		last = append(last[:0], line...)
	}
	return out, nil
}

// unpredict undoes a PNG filter on a row in place (PNG, 9.2).
func unpredict(kind byte, line, last []byte, pixel int) {
	for i := range line {
		var a, b, c int
		if i >= pixel {
			a = int(line[i-pixel])
		}
		if i < len(last) {
			b = int(last[i])
			if i >= pixel {
				c = int(last[i-pixel])
			}
		}
		switch kind {
		case 1:
			line[i] += byte(a)
		case 2:
			line[i] += byte(b)
		case 3:
			line[i] += byte((a + b) / 2)
		case 4:
			line[i] += byte(paeth(a, b, c))
		}
	}
}

func paeth(a, b, c int) int {
	p := a + b - c
	pa, pb, pc := distance(p, a), distance(p, b), distance(p, c)
	switch {
	case pa <= pb && pa <= pc:
		return a
	case pb <= pc:
		return b
	}
	return c
}

func distance(a, b int) int { return max(a-b, b-a) }

// un85 undoes ASCII base 85 (7.4.3).
func un85(b []byte) []byte {
	var out []byte
	n, v := 0, uint32(0)
	for _, c := range b {
		switch {
		case c == '~':
			b = nil
		case c == 'z' && n == 0:
			out = append(out, 0, 0, 0, 0)
		case c >= '!' && c <= 'u':
			v = v*85 + uint32(c-'!')
			if n++; n == 5 {
				out = append(out, byte(v>>24), byte(v>>16), byte(v>>8), byte(v))
				n, v = 0, 0
			}
		}
		if b == nil {
			break
		}
	}
	if n > 1 {
		for i := n; i < 5; i++ {
			v = v*85 + 84
		}
		for i := 0; i < n-1; i++ {
			out = append(out, byte(v>>(24-8*i)))
		}
	}
	return out
}

// unrun undoes run lengths (7.4.5).
func unrun(b []byte) ([]byte, error) {
	var out []byte
	for i := 0; i < len(b) && b[i] != 128; {
		n := int(b[i])
		i++
		if n < 128 {
			end := min(i+n+1, len(b))
			out = append(out, b[i:end]...)
			i = end
		} else if i < len(b) {
			out = append(out, bytes.Repeat(b[i:i+1], 257-n)...)
			i++
		}
		if len(out) > maxStream {
			return nil, errLong
		}
	}
	return out, nil
}

// unlzw undoes LZW as TIFF and PDF write it (7.4.4.2): codes of 9 to 12 bits, highest bit first.
func unlzw(b []byte, early int) ([]byte, error) {
	const clear, end = 256, 257
	var prefix [4096]int16
	var suffix [4096]byte
	var out, tmp []byte
	next, width, prev := 258, 9, -1
	acc, bits := 0, 0
	for _, c := range b {
		acc, bits = acc<<8|int(c), bits+8
		if bits < width {
			continue
		}
		bits -= width
		code := acc >> bits & (1<<width - 1)
		acc &= 1<<bits - 1
		switch {
		case code == clear:
			next, width, prev = 258, 9, -1
			continue
		case code == end:
			return out, nil
		case code > next || code == next && prev < 0:
			return nil, errors.New("cannot be decoded: bad code")
		}
		tmp = tmp[:0]
		at := code
		if code == next {
			tmp = append(tmp, 0) // filled below: the string's own first byte
			at = prev
		}
		for at >= 258 {
			tmp = append(tmp, suffix[at])
			at = int(prefix[at])
		}
		tmp = append(tmp, byte(at))
		if code == next {
			tmp[0] = byte(at)
		}
		for i := len(tmp) - 1; i >= 0; i-- {
			out = append(out, tmp[i])
		}
		if len(out) > maxStream {
			return nil, errLong
		}
		if prev >= 0 && next < 4096 {
			prefix[next], suffix[next] = int16(prev), byte(at)
			next++
		}
		for width < 12 && next+early >= 1<<width {
			width++
		}
		prev = code
	}
	return out, nil
}
