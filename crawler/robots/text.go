package robots

import (
	"bytes"
	"encoding/binary"
	"iter"
	"unicode/utf16"
)

// decode returns at most limit bytes of body as UTF-8 without a byte order mark; a longer one ends at a line end.
func decode(body []byte, limit int) []byte {
	cut := len(body) > limit
	if cut {
		body = body[:limit]
	}
	switch {
	case bytes.HasPrefix(body, []byte("\xef\xbb\xbf")):
		body = body[3:]
	case bytes.HasPrefix(body, []byte("\xff\xfe")):
		body = fromUTF16(body[2:], binary.LittleEndian)
	case bytes.HasPrefix(body, []byte("\xfe\xff")):
		body = fromUTF16(body[2:], binary.BigEndian)
	}
	if cut {
		// Half a rule is another rule. A file of one endless line has no whole line at all.
		body = body[:bytes.LastIndexAny(body, "\r\n")+1]
	}
	return body
}

func fromUTF16(body []byte, order binary.ByteOrder) []byte {
	units := make([]uint16, len(body)/2)
	for i := range units {
		units[i] = order.Uint16(body[2*i:])
	}
	return []byte(string(utf16.Decode(units)))
}

// lines yields the lines of text without their ends. CR LF is one end.
func lines(text []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for len(text) > 0 {
			i := bytes.IndexAny(text, "\r\n")
			if i < 0 {
				yield(text)
				return
			}
			if !yield(text[:i]) {
				return
			}
			if text[i] == '\r' && i+1 < len(text) && text[i+1] == '\n' {
				i++
			}
			text = text[i+1:]
		}
	}
}

// looksLikeHTML tells whether text starts as a page does, after white space and comments. A page that talks about
// robots.txt may well hold a line that reads as a rule, so nothing of it is used.
func looksLikeHTML(text []byte) bool {
	for {
		text = bytes.TrimLeft(text, " \t\r\n\f\v")
		if !bytes.HasPrefix(text, []byte("<!--")) {
			break
		}
		_, rest, found := bytes.Cut(text, []byte("-->"))
		if !found {
			return false
		}
		text = rest
	}
	head := bytes.ToLower(text[:min(len(text), 16)])
	for _, start := range []string{"<!doctype", "<html", "<head", "<body", "<script", "<title", "<meta", "<?xml"} {
		if bytes.HasPrefix(head, []byte(start)) {
			return true
		}
	}
	return false
}
