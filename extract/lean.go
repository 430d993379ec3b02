package extract

import (
	"bytes"
	"strings"
)

// lean leaves the code of scripts and the rules of style sheets out of a page: they are a third of an average page, and
// nothing here reads them. Data in scripts ("application/ld+json") stay. The elements themselves stay too, so that the
// tree of what is left is that of the page without these texts. It follows the tokenizer's states as far as they decide
// where such an element begins and ends (HTML, 13.2.5); where that is not plain, the rest of the page stays as it is.
func lean(body []byte) []byte {
	l := leaner{in: body}
	for l.next() {
	}
	if l.from == 0 {
		return body
	}
	return append(l.out, body[l.from:]...)
}

// leaner is a walk over the tags of a page.
type leaner struct {
	in, out  []byte
	at, from int // where the walk is, and up to where the page was copied or left out
}

// leanLeast is from how many bytes on a text is worth to be left out.
const leanLeast = 64

// next goes behind the next tag or comment and, where one holds text that is no markup, behind that; false ends the walk.
func (l *leaner) next() bool {
	n := bytes.IndexByte(l.in[l.at:], '<')
	if n < 0 || l.at+n+1 >= len(l.in) {
		return false
	}
	l.at += n + 1
	switch c := l.in[l.at]; {
	case c|0x20 >= 'a' && c|0x20 <= 'z':
		return l.tag()
	case c == '!' && bytes.HasPrefix(l.in[l.at:], []byte("!--")):
		return l.comment()
	case c == '/' && l.at+1 < len(l.in) && l.in[l.at+1]|0x20 >= 'a' && l.in[l.at+1]|0x20 <= 'z':
		l.at++
		_, _, ok := l.attributes()
		return ok
	case c == '/' && l.at+1 < len(l.in) && l.in[l.at+1] == '>': // "</>" is nothing
	case c == '!' || c == '?' || c == '/': // a document type or a bogus comment
		return l.skip(">")
	}
	return true
}

// skip goes behind the next occurrence of a text.
func (l *leaner) skip(to string) bool {
	n := bytes.Index(l.in[l.at:], []byte(to))
	if n < 0 {
		return false
	}
	l.at += n + len(to)
	return true
}

// comment goes behind a comment.
func (l *leaner) comment() bool {
	l.at += len("!--")
	rest := l.in[l.at:]
	if bytes.HasPrefix(rest, []byte(">")) || bytes.HasPrefix(rest, []byte("->")) {
		return l.skip(">")
	}
	for l.skip("--") {
		for l.at < len(l.in) && l.in[l.at] == '-' {
			l.at++
		}
		if rest := l.in[l.at:]; bytes.HasPrefix(rest, []byte(">")) || bytes.HasPrefix(rest, []byte("!>")) {
			return l.skip(">")
		}
	}
	return false
}

// tag goes behind a start tag and the text of an element that holds nothing but text.
func (l *leaner) tag() bool {
	from := l.at
	for l.at < len(l.in) && !endsName(l.in[l.at]) {
		l.at++
	}
	name := l.in[from:l.at]
	data, closed, ok := l.attributes()
	if !ok || len(name) < len("xmp") || len(name) > len("plaintext") {
		return ok
	}
	var room [len("plaintext")]byte
	for i, c := range name {
		if room[i] = c; c >= 'A' && c <= 'Z' {
			room[i] += 'a' - 'A'
		}
	}
	switch string(room[:len(name)]) {
	case "script":
		return !closed && l.code("script", !data)
	case "style":
		return !closed && l.code("style", true)
	case "title", "textarea", "noscript", "iframe", "noembed", "noframes", "xmp":
		_, ok := l.end(string(room[:len(name)]))
		return ok
	case "plaintext":
		return false
	}
	return true
}

// attributes goes behind the end of the tag; it tells whether an attribute says that the element holds linked data, or may
// say so (a character reference), and whether the tag closes itself, which means something in foreign elements only.
func (l *leaner) attributes() (data, closed, ok bool) {
	for l.at < len(l.in) {
		switch c := l.in[l.at]; {
		case c == '>':
			closed = l.in[l.at-1] == '/'
			l.at++
			return data, closed, true
		case space(c) || c == '/':
			l.at++
			continue
		}
		l.at++ // a name may begin with anything
		for l.at < len(l.in) && !endsName(l.in[l.at]) && l.in[l.at] != '=' {
			l.at++
		}
		for l.at < len(l.in) && space(l.in[l.at]) {
			l.at++
		}
		if l.at < len(l.in) && l.in[l.at] == '=' {
			value := l.value()
			data = data || bytes.IndexByte(value, '&') >= 0 || len(value) < 100 && bytes.Contains(bytes.ToLower(value), []byte("ld+json"))
		}
	}
	return data, false, false
}

// value goes behind a value, from the sign before it on.
func (l *leaner) value() []byte {
	for l.at++; l.at < len(l.in) && space(l.in[l.at]); l.at++ {
	}
	if l.at >= len(l.in) {
		return nil
	}
	from := l.at
	if q := l.in[l.at]; q == '"' || q == '\'' {
		l.at++
		if !l.skip(string(q)) {
			l.at = len(l.in)
		}
		return l.in[from:l.at]
	}
	for l.at < len(l.in) && !space(l.in[l.at]) && l.in[l.at] != '>' {
		l.at++
	}
	return l.in[from:l.at]
}

// end goes to the end tag of an element that holds nothing but text, and gives that text.
func (l *leaner) end(name string) (text []byte, ok bool) {
	for at := l.at; ; {
		n := bytes.Index(l.in[at:], []byte("</"))
		if n < 0 {
			return nil, false
		}
		at += n + 2
		rest := l.in[at:]
		if len(rest) > len(name) && endsName(rest[len(name)]) && strings.EqualFold(string(rest[:len(name)]), name) {
			text = l.in[l.at : at-2]
			l.at = at - 2
			return text, true
		}
	}
}

// code goes to the end tag of a script or style sheet, and leaves its text out if that is asked for.
func (l *leaner) code(name string, out bool) bool {
	from := l.at
	text, ok := l.end(name)
	switch {
	case !ok:
		return false
	case name == "script" && bytes.Contains(text, []byte("<!--")) && bytes.Contains(bytes.ToLower(text), []byte("<script")):
		return false // a script in a comment in a script ends elsewhere
	case name == "style" && bytes.IndexByte(text, '<') >= 0:
		return true // in a foreign element this is markup
	case out && len(text) >= leanLeast:
		if l.out == nil {
			l.out = make([]byte, 0, len(l.in)-len(text))
		}
		l.out = append(l.out, l.in[l.from:from]...)
		l.from = l.at
	}
	return true
}

func space(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' }

// endsName reports what ends the name of a tag.
func endsName(c byte) bool { return space(c) || c == '/' || c == '>' }
