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
		for l.at++; l.at < len(l.in) && !endsName[l.in[l.at]]; l.at++ {
		}
		_, _, ok := l.attributes(false)
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
	for l.at < len(l.in) && !endsName[l.in[l.at]] {
		l.at++
	}
	var room [len("plaintext")]byte
	name := room[:0]
	if n := l.at - from; n >= len("xmp") && n <= len(room) {
		for _, c := range l.in[from:l.at] {
			if c >= 'A' && c <= 'Z' {
				c += 'a' - 'A'
			}
			name = append(name, c)
		}
	}
	switch string(name) {
	case "script":
		data, closed, ok := l.attributes(true)
		return ok && !closed && l.code("script", !data)
	case "style":
		_, closed, ok := l.attributes(false)
		return ok && !closed && l.code("style", true)
	case "title", "textarea", "noscript", "iframe", "noembed", "noframes", "xmp":
		_, _, ok := l.attributes(false)
		if ok {
			_, ok = l.end(string(name))
		}
		return ok
	case "plaintext":
		return false
	}
	_, _, ok := l.attributes(false)
	return ok
}

// attributes goes behind the end of the tag; it tells whether an attribute says that the element holds linked data, or may
// say so (a character reference), which is looked for if that is asked, and whether the tag closes itself, which means
// something in foreign elements only.
func (l *leaner) attributes(ask bool) (data, closed, ok bool) {
	in, i := l.in, l.at
	for i < len(in) {
		switch c := in[i]; {
		case c == '>':
			l.at = i + 1
			return data, in[i-1] == '/', true
		case endsName[c]:
			i++
			continue
		}
		i++ // a name may begin with anything
		for i < len(in) && !endsName[in[i]] && in[i] != '=' {
			i++
		}
		for i < len(in) && space(in[i]) {
			i++
		}
		if i < len(in) && in[i] == '=' {
			from := i + 1
			i = valueEnd(in, from)
			if ask && !data {
				value := in[from:i]
				data = bytes.IndexByte(value, '&') >= 0 || len(value) < 100 && bytes.Contains(bytes.ToLower(value), []byte("ld+json"))
			}
		}
	}
	return data, false, false
}

// valueEnd is behind a value and the white space before it, which begin at i.
func valueEnd(in []byte, i int) int {
	for i < len(in) && space(in[i]) {
		i++
	}
	if i < len(in) && (in[i] == '"' || in[i] == '\'') {
		if n := bytes.IndexByte(in[i+1:], in[i]); n >= 0 {
			return i + 1 + n + 1
		}
		return len(in)
	}
	for i < len(in) && !space(in[i]) && in[i] != '>' {
		i++
	}
	return i
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
		if len(rest) > len(name) && endsName[rest[len(name)]] && strings.EqualFold(string(rest[:len(name)]), name) {
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

// endsName are the bytes that end the name of a tag.
var endsName = [256]bool{' ': true, '\n': true, '\r': true, '\t': true, '\f': true, '/': true, '>': true}
