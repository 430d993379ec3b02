package crawler

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// DecodeText decodes the whole body from the encoding with this standard name (as [DetectCharset] gives) into valid UTF-8,
// without a byte order mark. What the encoding does not allow becomes U+FFFD, as the Encoding Standard says, and is
// counted; nothing is dropped. A name that is unknown, utf-7 among them, is read as windows-1252. The "replacement"
// encoding gives one U+FFFD for everything, as in the standard.
//
// The result shares memory with body when nothing had to be changed, which is so for valid UTF-8 and for ASCII.
func DecodeText(body []byte, charset string) (text []byte, invalid int) {
	name := lookupLabel(charset)
	switch name {
	case utf8Name:
		return decodeUTF8(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")))
	case utf16LEName:
		return decodeUTF16(bytes.TrimPrefix(body, []byte("\xff\xfe")), binary.LittleEndian)
	case utf16BEName:
		return decodeUTF16(bytes.TrimPrefix(body, []byte("\xfe\xff")), binary.BigEndian)
	case replaceName:
		if len(body) == 0 {
			return body, 0
		}
		return []byte("\uFFFD"), 1
	}
	if isPlainASCII(body, name == "iso-2022-jp") {
		return body, 0
	}
	e := decoderFor(name)
	if table, ok := e.(*charmap.Charmap); ok {
		return decodeSingleByte(body, table)
	}
	text, err := e.NewDecoder().Bytes(body)
	if err != nil {
		// No decoder of the standard fails. Should one do so, the bytes are kept readable and marked.
		text, invalid = decodeUTF8(body)
		return text, invalid + 1
	}
	text, invalid = decodeUTF8(text)
	return text, invalid + bytes.Count(text, []byte("\uFFFD"))
}

// decodeSingleByte maps each byte. The library leaves holes where the standard's tables have the C1 controls.
func decodeSingleByte(body []byte, table *charmap.Charmap) (text []byte, invalid int) {
	text = make([]byte, 0, len(body)+len(body)/4)
	for _, c := range body {
		if c < utf8.RuneSelf {
			text = append(text, c)
			continue
		}
		r := table.DecodeByte(c)
		if r == utf8.RuneError && c < 0xa0 {
			r = rune(c)
		}
		if r == utf8.RuneError {
			invalid++
		}
		text = utf8.AppendRune(text, r)
	}
	return text, invalid
}

// isPlainASCII tells whether body means the same in ASCII; a stateful encoding must not be switched.
func isPlainASCII(body []byte, stateful bool) bool {
	for _, c := range body {
		if c >= utf8.RuneSelf || stateful && (c == 0x1b || c == 0x0e || c == 0x0f) {
			return false
		}
	}
	return true
}

func decodeUTF8(body []byte) (text []byte, invalid int) {
	if utf8.Valid(body) {
		return body, 0
	}
	text = make([]byte, 0, len(body)+len(body)/16+8)
	start := 0
	for i := 0; i < len(body); {
		if body[i] < utf8.RuneSelf {
			i++
			continue
		}
		n, ok := utf8Sequence(body[i:])
		if !ok {
			text = append(text, body[start:i]...)
			text = append(text, "\uFFFD"...)
			start = i + n
			invalid++
		}
		i += n
	}
	return append(text, body[start:]...), invalid
}

// utf8Sequence returns the length of the valid sequence at the start of b, or of the maximal part of one that is
// replaced by a single U+FFFD (Encoding Standard 4.1, Unicode chapter 3.9). b is not empty.
func utf8Sequence(b []byte) (n int, ok bool) {
	if r, n := utf8.DecodeRune(b); r != utf8.RuneError || n > 1 {
		return n, true
	}
	low, high, need := byte(0x80), byte(0xbf), 0
	switch c := b[0]; {
	case c >= 0xc2 && c <= 0xdf:
		need = 1
	case c >= 0xe0 && c <= 0xef:
		need = 2
		if c == 0xe0 {
			low = 0xa0
		} else if c == 0xed {
			high = 0x9f
		}
	case c >= 0xf0 && c <= 0xf4:
		need = 3
		if c == 0xf0 {
			low = 0x90
		} else if c == 0xf4 {
			high = 0x8f
		}
	}
	n = 1
	for n < len(b) && n <= need && b[n] >= low && b[n] <= high {
		n++
		low, high = 0x80, 0xbf
	}
	return n, false
}

func decodeUTF16(body []byte, order binary.ByteOrder) (text []byte, invalid int) {
	text = make([]byte, 0, len(body)+len(body)/4)
	for len(body) >= 2 {
		r := rune(order.Uint16(body))
		body = body[2:]
		if utf16.IsSurrogate(r) {
			pair := rune(utf8.RuneError)
			if len(body) >= 2 {
				pair = utf16.DecodeRune(r, rune(order.Uint16(body)))
			}
			if r = pair; pair == utf8.RuneError {
				invalid++
			} else {
				body = body[2:]
			}
		}
		text = utf8.AppendRune(text, r)
	}
	if len(body) == 1 {
		invalid++
		text = append(text, "\uFFFD"...)
	}
	return text, invalid
}
