package crawler

import (
	"bytes"
	"strings"
)

// declaredCharset returns the encoding that a document declares within itself, "" when it declares none: by an XML
// declaration in its first bytes, or by a meta element. The algorithm is the HTML Standard's "prescan a byte stream"
// (13.2.3.2), which knows no scripts and no style sheets. A declaration that can be read is not UTF-16.
func declaredCharset(body []byte) string {
	if name := xmlDeclaration(body); name != "" {
		return name
	}
	s := scanner{body: body}
	for s.pos < len(body) {
		i := bytes.IndexByte(body[s.pos:], '<')
		if i < 0 {
			return ""
		}
		s.pos += i
		rest := body[s.pos:]
		switch {
		case bytes.HasPrefix(rest, []byte("<!--")):
			end := bytes.Index(rest[2:], []byte("-->"))
			if end < 0 {
				return ""
			}
			s.pos += 2 + end + 3
		case isMetaTag(rest):
			s.pos += len("<meta")
			name, ok := s.meta()
			if !ok {
				return ""
			}
			if name != "" {
				return name
			}
		case isTag(rest):
			if !s.skipTag() {
				return ""
			}
		case len(rest) > 1 && strings.IndexByte("!/?", rest[1]) >= 0:
			end := bytes.IndexByte(rest, '>')
			if end < 0 {
				return ""
			}
			s.pos += end + 1
		default:
			s.pos++
		}
	}
	return ""
}

// readable is the standard's substitution in a declaration that was read as ASCII.
func readable(name string) string {
	switch name {
	case utf16LEName, utf16BEName:
		return utf8Name
	case "x-user-defined":
		return latinName
	}
	return name
}

// xmlDeclaration reads the encoding of <?xml … ?>, after white space only.
func xmlDeclaration(body []byte) string {
	body = bytes.TrimLeft(body, " \t\r\n\f")
	if !bytes.HasPrefix(body, []byte("<?xml")) {
		return ""
	}
	end := bytes.IndexByte(body, '>')
	if end < 0 || end > 1024 {
		return ""
	}
	_, value, found := strings.Cut(string(body[:end]), "encoding")
	if !found {
		return ""
	}
	value = strings.TrimLeft(value, " \t\r\n\f")
	value, found = strings.CutPrefix(value, "=")
	value = strings.TrimLeft(value, " \t\r\n\f")
	if !found || value == "" || value[0] != '"' && value[0] != '\'' {
		return ""
	}
	label, _, found := strings.Cut(value[1:], value[:1])
	if !found {
		return ""
	}
	return readable(lookupLabel(label))
}

func isMetaTag(rest []byte) bool {
	return len(rest) > 5 && strings.EqualFold(string(rest[:5]), "<meta") && (isSpace(rest[5]) || rest[5] == '/')
}

func isTag(rest []byte) bool {
	rest = bytes.TrimPrefix(rest[1:], []byte("/"))
	return len(rest) > 0 && (rest[0]|0x20) >= 'a' && (rest[0]|0x20) <= 'z'
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r' }

// scanner reads tags byte by byte. Its methods are not ok at the end of the bytes, where the prescan gives up.
type scanner struct {
	body []byte
	pos  int
}

func (s *scanner) skipTag() bool {
	for s.pos < len(s.body) && !isSpace(s.body[s.pos]) && s.body[s.pos] != '>' {
		s.pos++
	}
	for {
		name, _, ok := s.attribute()
		if !ok {
			return false
		}
		if name == "" {
			return true
		}
	}
}

// meta reads the attributes of a meta element and returns the encoding it declares.
func (s *scanner) meta() (name string, ok bool) {
	seen := map[string]bool{}
	var pragma, needPragma, declares bool
	for {
		key, value, ok := s.attribute()
		if !ok {
			return "", false
		}
		if key == "" {
			break
		}
		if seen[key] {
			continue
		}
		seen[key] = true
		switch key {
		case "http-equiv":
			pragma = value == "content-type"
		case "content":
			if label := contentCharset(value); label != "" && !declares {
				if n := lookupLabel(label); n != "" {
					name, needPragma, declares = n, true, true
				}
			}
		case "charset":
			name, needPragma, declares = lookupLabel(value), false, true
		}
	}
	if !declares || needPragma && !pragma {
		return "", true
	}
	return readable(name), true
}

// contentCharset is the standard's "extracting a character encoding from a meta element". The value is in lower case.
func contentCharset(value string) string {
	for {
		_, rest, found := strings.Cut(value, "charset")
		if !found {
			return ""
		}
		value = strings.TrimLeft(rest, " \t\n\f\r")
		if !strings.HasPrefix(value, "=") {
			continue
		}
		value = strings.TrimLeft(value[1:], " \t\n\f\r")
		if value == "" {
			return ""
		}
		if value[0] == '"' || value[0] == '\'' {
			label, _, found := strings.Cut(value[1:], value[:1])
			if !found {
				return ""
			}
			return label
		}
		if end := strings.IndexAny(value, "; \t\n\f\r"); end >= 0 {
			value = value[:end]
		}
		return value
	}
}

// attribute is the standard's "get an attribute". The name is "" at the end of a tag; name and value are in lower case.
func (s *scanner) attribute() (name, value string, ok bool) {
	for s.pos < len(s.body) && (isSpace(s.body[s.pos]) || s.body[s.pos] == '/') {
		s.pos++
	}
	if s.pos >= len(s.body) {
		return "", "", false
	}
	if s.body[s.pos] == '>' {
		return "", "", true
	}
	start := s.pos
	for ; s.pos < len(s.body); s.pos++ {
		c := s.body[s.pos]
		if c == '=' && s.pos > start || isSpace(c) || c == '/' || c == '>' {
			break
		}
	}
	name = s.lower(start, s.pos)
	s.space()
	if s.pos >= len(s.body) {
		return "", "", false
	}
	if s.body[s.pos] != '=' {
		return name, "", true
	}
	s.pos++
	s.space()
	if s.pos >= len(s.body) {
		return "", "", false
	}
	value, ok = s.value()
	return name, value, ok
}

func (s *scanner) value() (value string, ok bool) {
	if q := s.body[s.pos]; q == '"' || q == '\'' {
		s.pos++
		end := bytes.IndexByte(s.body[s.pos:], q)
		if end < 0 {
			s.pos = len(s.body)
			return "", false
		}
		value = s.lower(s.pos, s.pos+end)
		s.pos += end + 1
		return value, true
	}
	start := s.pos
	for s.pos < len(s.body) && !isSpace(s.body[s.pos]) && s.body[s.pos] != '>' {
		s.pos++
	}
	return s.lower(start, s.pos), s.pos < len(s.body)
}

func (s *scanner) space() {
	for s.pos < len(s.body) && isSpace(s.body[s.pos]) {
		s.pos++
	}
}

// lower cuts what is kept of a name or value: nothing longer can be a label.
func (s *scanner) lower(start, end int) string {
	return strings.ToLower(string(s.body[start:min(end, start+1024)]))
}
