package extract

import (
	"bytes"
	"strings"
)

// lean leaves out of a page what nothing here reads: the code of scripts and the rules of style sheets, which are a third
// of an average page, what comments say, how shapes in drawings run, and the white space between blocks (leangap.go). Data
// in scripts ("application/ld+json") stay. The elements themselves stay too, so that the tree of what is left is that of
// the page without these texts. It follows the tokenizer's states as far as they decide where such a text begins and ends
// (HTML, 13.2.5); where that is not plain, the rest of the page stays as it is.
func lean(body []byte) []byte {
	l := leaner{in: body, gaps: gaps{head: true}}
	for l.next() {
	}
	if l.out == nil {
		return body
	}
	return append(l.out, body[l.from:]...)
}

// leaner is a walk over the tags of a page.
type leaner struct {
	in, out  []byte
	at, from int // where the walk is, and up to where the page was copied or left out
	gaps
}

// leanLeast is from how many bytes on a text is worth to be left out.
const leanLeast = 64

// next goes behind the next tag or comment and, where one holds text that is no markup, behind that; false ends the walk.
func (l *leaner) next() bool {
	n := bytes.IndexByte(l.in[l.at:], '<')
	if n < 0 || l.at+n+1 >= len(l.in) {
		return false
	}
	l.text(l.in[l.at : l.at+n])
	l.at += n + 1
	switch c := l.in[l.at]; {
	case c|0x20 >= 'a' && c|0x20 <= 'z':
		return l.tag()
	case c == '!' && bytes.HasPrefix(l.in[l.at:], []byte("!--")):
		return l.comment()
	case c == '/' && l.at+1 < len(l.in) && l.in[l.at+1]|0x20 >= 'a' && l.in[l.at+1]|0x20 <= 'z':
		return l.endTag()
	case c == '/' && l.at+1 < len(l.in) && l.in[l.at+1] == '>': // "</>" is nothing
		l.gap = -1
	case c == '!' || c == '?' || c == '/': // a document type or a bogus comment
		l.gap = -1
		return l.skip(">")
	default:
		l.spoil()
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
	from := l.at - 1
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
			l.skip(">")
			l.remark(from)
			return true
		}
	}
	return false
}

// tag goes behind a start tag and the text of an element that holds nothing but text.
func (l *leaner) tag() bool {
	from := l.at - 1
	name := l.name()
	l.opens(name, from)
	switch name.role {
	case leanScript:
		data, closed, ok := l.attributes(true)
		return ok && !closed && l.code("script", !data)
	case leanStyle:
		_, closed, ok := l.attributes(false)
		return ok && !closed && l.code("style", true)
	case leanText, leanTitle:
		_, _, ok := l.attributes(false)
		if ok {
			var text []byte
			text, ok = l.end(name.text)
			l.raw(text)
		}
		return ok
	case leanPlaintext:
		return false
	}
	l.asks = l.whole == 0 && name.role >= leanGroup && name.role <= leanBound
	_, _, ok := l.attributes(false)
	l.gap = l.at
	if l.asks && l.aside {
		l.whole, l.kind = 1, name
	}
	l.asks, l.aside = false, false
	if ok && l.foreign > 0 {
		l.outline()
	}
	return ok
}

// endTag goes behind an end tag.
func (l *leaner) endTag() bool {
	from := l.at - 1
	l.at++
	l.closes(l.name(), from)
	if l.at < len(l.in) && l.in[l.at] == '>' {
		l.at++
		l.gap = l.at
		return true
	}
	_, _, ok := l.attributes(false)
	l.gap = l.at
	return ok
}

// name goes behind the name of a tag and tells which it is.
func (l *leaner) name() *leanName {
	in, i := l.in, l.at
	for i < len(in) && !endsName[in[i]] {
		i++
	}
	name := in[l.at:i]
	l.at = i
	return leanNameOf(name)
}

// attributes goes behind the end of the tag; it tells whether an attribute says that the element holds linked data, or may
// say so (a character reference), which is looked for if that is asked, and whether the tag closes itself, which means
// something in foreign elements only.
func (l *leaner) attributes(ask bool) (data, closed, ok bool) {
	in, i := l.in, l.at
	l.shape = [2]int{}
	for i < len(in) {
		switch c := in[i]; {
		case c == '>':
			l.at = i + 1
			return data, in[i-1] == '/', true
		case endsName[c]:
			i++
			continue
		}
		name := i
		i++ // a name may begin with anything
		for i < len(in) && !endsName[in[i]] && in[i] != '=' {
			i++
		}
		short := i == name+1
		for i < len(in) && space(in[i]) {
			i++
		}
		if i < len(in) && in[i] == '=' {
			from := i + 1
			i = valueEnd(in, from)
			switch in[name] | 0x20 {
			case 'd':
				if short {
					l.shape = [2]int{from, i}
				}
				fallthrough
			case 'c', 'i': // class, id, data-component
				l.aside = l.aside || l.asks && mayAside(in[from:i])
			}
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
	l.raw(text)
	switch {
	case !ok:
		return false
	case name == "script" && bytes.Contains(text, []byte("<!--")) && bytes.Contains(bytes.ToLower(text), []byte("<script")):
		return false // a script in a comment in a script ends elsewhere
	case (name == "style" || l.foreign > 0) && bytes.IndexByte(text, '<') >= 0:
		return true // in a foreign element this is markup
	case out && len(text) >= leanLeast:
		l.cut(from, l.at)
	}
	return true
}

// cut leaves a stretch of the page out.
func (l *leaner) cut(from, to int) {
	if l.out == nil {
		l.out = make([]byte, 0, len(l.in)-(to-from))
	}
	l.out = append(l.out, l.in[l.from:from]...)
	l.from = to
}

func space(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' }

// endsName are the bytes that end the name of a tag.
var endsName = [256]bool{' ': true, '\n': true, '\r': true, '\t': true, '\f': true, '/': true, '>': true}
