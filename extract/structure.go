package extract

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Structure is a digest of all of a page in UTF-8 that its text, title and stated days can depend on, besides address,
// header and layout: two pages with the same one read alike in these, whatever their scripts, styles, comments, tokens and
// the query strings of their links say. Lines that pass ("3 days ago", "1,204 views" in an element named for views) and ids
// that a program made count by their form; who reads a page anew finds out the same by [Block.Passing]. Where [Overrides]
// pick elements it says nothing: they may look at anything. It costs a part of what parsing costs, since no tree is made. ok is false for pages that have none: too large, or XML.
//
// Everything is hashed as it stands but for what is passed over by name, and what is passed over is found with the
// tokenizer that the parser uses; within SVG, MathML and noscript, where the parser may part ways with it, nothing is.
func Structure(body []byte) (digest [sha256.Size]byte, ok bool) {
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	if len(body) > maxBytes || isXML(body) {
		return digest, false
	}
	s := structure{h: sha256.New(), buf: make([]byte, 0, 4096)}
	s.bit(heavy(body))
	nul := bytes.IndexByte(body, 0) >= 0
	s.bit(nul)
	if nul {
		s.line.barred = 1 // a form begins with NUL, so that no text is mistaken for one
	}
	z := html.NewTokenizer(bytes.NewReader(body))
	for s.token(z) {
	}
	s.flush()
	return [sha256.Size]byte(s.h.Sum(nil)), true
}

// structure is a digest under way.
type structure struct {
	h       hash.Hash
	buf     []byte // what is to be hashed next
	foreign int    // open elements within which nothing is passed over
	skip    bool   // the next text is a script or a style
	name    [64]byte
	within  string // the name of the outermost of the foreign elements
	line    structureLine
	tags    map[string]tagForm
	made    map[string]int // ids that a program made, by their order on the page
}

func (s *structure) bit(v bool) {
	b := byte(0)
	if v {
		b = 1
	}
	s.buf = append(s.buf, b)
}

// put appends a part, behind its length, so that two parts are never mistaken for others.
func (s *structure) put(b []byte) {
	s.buf = binary.AppendUvarint(s.buf, uint64(len(b)))
	s.buf = append(s.buf, b...)
}

func (s *structure) flush() {
	_, _ = s.h.Write(s.buf)
	s.buf = s.buf[:0]
}

// token takes the next token; false at the end.
func (s *structure) token(z *html.Tokenizer) bool {
	if len(s.buf) >= 2048 && (s.line.dead || len(s.line.parts) == 0 || len(s.buf) >= 8192) {
		s.line.dead = s.line.dead || len(s.line.parts) > 0
		s.flush()
	}
	switch z.Next() {
	case html.ErrorToken:
		s.put(z.Raw()) // a tag that the end of the page cuts
		return false
	case html.TextToken:
		switch raw := z.Raw(); {
		case s.skip && s.foreign == 0:
			s.put([]byte{'s'})
		case s.foreign == 0:
			if bytes.IndexByte(raw, '&') >= 0 {
				raw = z.Text() // however its characters are written
			}
			from := len(s.buf)
			s.put(raw)
			s.line.add(raw, from, len(s.buf))
		default:
			s.put(raw)
		}
		s.skip = false
	case html.CommentToken:
		if s.foreign > 0 || !bytes.HasPrefix(z.Raw(), []byte("<!--")) {
			s.put(z.Raw())
		} else {
			s.put([]byte("<!")) // that one stands here may part two texts
		}
	case html.StartTagToken:
		s.start(z, false)
	case html.SelfClosingTagToken:
		s.start(z, true)
	case html.EndTagToken:
		s.end(z)
	default:
		s.put(z.Raw())
	}
	return true
}

func (s *structure) end(z *html.Tokenizer) {
	raw := z.Raw()
	s.skip = false
	name := s.tagName(raw[min(2, len(raw)):])
	if s.foreign > 0 {
		if s.put(raw); string(name) == s.within {
			s.foreign--
		}
		return
	}
	if a := atom.Lookup(name); breaks(a) {
		s.endLine(a, true, false)
	} else {
		s.line.inlineTag(a, true, 0)
	}
	s.put(raw)
}

// tagName is the name at the start of a tag's characters, in lower case, until the next is asked for. The tokenizer would
// copy it twice.
func (s *structure) tagName(tag []byte) []byte {
	n := 0
	for ; n < len(tag) && n < len(s.name); n++ {
		c := tag[n]
		switch c {
		case ' ', '\n', '\r', '\t', '\f', '/', '>':
			return s.name[:n]
		}
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		s.name[n] = c
	}
	return s.name[:n]
}

func (s *structure) start(z *html.Tokenizer, closed bool) {
	s.skip = false
	if s.foreign > 0 {
		s.put(z.Raw())
	}
	name := s.tagName(z.Raw()[1:])
	if s.foreign > 0 {
		if string(name) == s.within && !closed {
			s.foreign++
		}
		return
	}
	switch string(name) {
	case "svg", "math", "plaintext", "frameset":
		if !closed {
			s.foreign, s.within = 1, string(name)
		}
	case "noscript": // which has no form that closes itself
		s.foreign, s.within = 1, "noscript"
	case "style", "script":
		s.skip = true // unless it holds linked data, see tag
	}
	a := atom.Lookup(name)
	block := breaks(a)
	if block {
		s.endLine(a, false, closed)
	}
	hint := s.tag(z, name, closed)
	if block {
		if a != atom.Body && a != atom.Html {
			s.line.own = hint
		}
	} else {
		s.line.inlineTag(a, false, hint)
	}
}

// tag hashes a start tag without the attributes that no reading looks at, and tells what its names hint at.
func (s *structure) tag(z *html.Tokenizer, name []byte, closed bool) (hint passingHint) {
	element, raw := kindOf(name), z.Raw()
	repeats := element == anyTag || element == anchorTag
	if repeats {
		if t, ok := s.tags[string(raw)]; ok {
			s.buf = append(s.buf, t.form...)
			return t.hint
		}
		if len(raw) <= maxTag && len(s.tags) < maxTagForms {
			key, from := string(raw), len(s.buf) // the tokenizer may write over raw
			defer func() { s.keepTag(key, from, hint) }()
		}
	}
	from := len(s.buf)
	if s.put(name); len(name) == len(s.name) {
		s.put(raw) // a part of a name
	}
	s.bit(closed)
	idle := false
	for more := true; more; {
		var k, v []byte
		if k, v, more = z.TagAttr(); len(k) == 0 {
			continue
		}
		if element == scriptTag && string(k) == "type" && bytes.Contains(bytes.ToLower(v), []byte("ld+json")) {
			s.skip = false
		}
		if string(k) == protectedAttr {
			v = []byte(unprotect(string(v))) // the address, whatever bytes stand for it this time
		} else if unread(element, k) || element == scriptTag && string(k) != "type" {
			continue
		}
		switch {
		case string(k) == "class" || string(k) == "itemprop":
			hint |= namedHint(v)
			v = s.unmadeClass(v)
		case string(k) == "id":
			hint |= namedHint(v)
			v = s.unmade(v)
		case string(k) == "title" && repeats || string(k) == "aria-label":
			if form := passing(string(v), hintCount|hintMeta); form != "" {
				v = []byte("\x00" + form)
			}
		case string(k) == "href" && element == anchorTag:
			v = s.link(v)
		case string(k) == "rel" && element == linkTag:
			idle = idle || loads(v)
		case string(k) == "name" && element == metaTag:
			idle = idle || secret(v)
		}
		s.put(k)
		s.put(v)
	}
	if idle {
		s.buf = append(s.buf[:from], byte(element)) // that one stands here is all
	}
	s.bit(false)
	return hint
}

// Most of a page's tags are a few, again and again; those up to maxTag bytes long are taken apart once, maxTagForms of them.
const (
	maxTag      = 200
	maxTagForms = 1000
)

// tagForm is what a tag is hashed as, and what its names hint at.
type tagForm struct {
	form []byte
	hint passingHint
}

// keepTag remembers a tag that was just hashed, from an offset in buf on.
func (s *structure) keepTag(raw string, from int, hint passingHint) {
	if s.tags == nil {
		s.tags = map[string]tagForm{}
	}
	s.tags[raw] = tagForm{bytes.Clone(s.buf[from:]), hint}
}

// tagKind tells the elements apart some of whose attributes count and some do not.
type tagKind byte

const (
	anyTag tagKind = iota
	anchorTag
	inputTag
	linkTag
	metaTag
	scriptTag
	timeTag // and abbr, whose titles may state a day
)

func kindOf(name []byte) tagKind {
	switch string(name) {
	case "a", "area":
		return anchorTag
	case "input":
		return inputTag
	case "link":
		return linkTag
	case "meta":
		return metaTag
	case "script":
		return scriptTag
	case "time", "abbr":
		return timeTag
	}
	return anyTag
}

// unreadAttributes are attributes that no reading looks at and that builds, tokens and measurements change.
var unreadAttributes = map[string]bool{
	"nonce": true, "integrity": true, "crossorigin": true, "src": true, "srcset": true, "imagesrcset": true, "sizes": true, "poster": true,
	"action": true, "formaction": true, "ping": true, "for": true, "aria-labelledby": true, "aria-describedby": true, "aria-controls": true, "aria-owns": true,
}

// unread reports whether no reading looks at an attribute.
func unread(element tagKind, name []byte) bool {
	switch {
	case unreadAttributes[string(name)]:
		return true
	case bytes.HasPrefix(name, []byte("data-")):
		return string(name) != "data-component" && string(name) != "data-testid" // hints, see ownMarks
	case bytes.HasPrefix(name, []byte("on")):
		return true
	}
	return element == inputTag && string(name) == "value"
}

// loads reports the relations of links that load something.
func loads(rel []byte) bool {
	any := false
	for word := range bytes.FieldsSeq(bytes.ToLower(rel)) {
		switch string(word) {
		case "stylesheet", "preload", "modulepreload", "prefetch", "preconnect", "dns-prefetch", "icon", "shortcut", "apple-touch-icon", "mask-icon", "manifest":
			any = true
		default:
			return false
		}
	}
	return any
}

// secret reports the names of meta elements that hold tokens, or what made the page.
func secret(name []byte) bool {
	n := string(bytes.ToLower(name))
	switch n {
	case "generator", "baggage", "sentry-trace", "traceparent", "request-id":
		return true
	}
	return strings.Contains(n, "csrf") || strings.Contains(n, "nonce") || strings.Contains(n, "token")
}
