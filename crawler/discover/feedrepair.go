package discover

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/onrecord/onrecord/crawler"
)

// maxRestarts bounds how often reading starts anew after a fault, which keeps the time linear.
const maxRestarts = 100

// repairer writes a feed anew, well-formed and with absolute links, for the library to read: every element is closed,
// markup that is none is text, xml:base is applied by RFC 3986 and gone, declarations and comments are gone, and so is
// the body of entries, which nobody asks for here. After a fault that ends the reading, it starts anew at the next entry.
type repairer struct {
	text    []byte
	base    *crawler.Base
	out     bytes.Buffer
	open    []element
	deep    int // open elements below maxDepth
	entries int
	problem string // the first fault
	cut     string
}

// element is an open one.
type element struct {
	name  string // with its prefix, as written
	local string
	base  *crawler.Base
	text  []byte // of an element that holds an address
	isURL bool
	late  *xml.StartElement // of an Atom link whose address is its text: written at its end, with that as href
	quiet bool              // not written, with all that is inside
}

func (r *repairer) run() error {
	rest := r.text
	for range maxRestarts {
		at, err := r.read(rest)
		if err != nil {
			return err
		}
		if at < 0 || r.cut != "" {
			break
		}
		next := nextEntry(rest[at:])
		if next < 0 {
			break
		}
		rest = rest[at+next:]
		r.closeEntry()
	}
	if len(r.open) > 0 {
		r.note("ends in the middle")
	}
	for len(r.open) > 0 {
		r.end()
	}
	return nil
}

// read goes through text until its end, for which it returns -1, or a fault, for which it returns where to look on.
func (r *repairer) read(text []byte) (at int, err error) {
	d := newDecoder(bytes.NewReader(text))
	for {
		begin := int(d.xml.InputOffset())
		token, err := d.token()
		if err != nil {
			if errors.Is(err, io.EOF) {
				return -1, nil
			}
			r.note(err.Error())
			return min(begin+1, len(text)), nil
		}
		switch t := token.(type) {
		case xml.Directive:
			if err := refuseDTD(t); err != nil {
				return 0, fmt.Errorf("read feed: %w", err)
			}
		case xml.StartElement:
			if err := r.start(t); err != nil {
				return 0, err
			}
		case xml.EndElement:
			r.close(prefixed(t.Name))
		case xml.CharData:
			r.chars(t)
		}
		if r.cut != "" {
			return -1, nil
		}
	}
}

// nextEntry finds where an entry begins, -1 when none does.
func nextEntry(text []byte) int {
	for from := 0; ; {
		i := bytes.IndexByte(text[from:], '<')
		if i < 0 {
			return -1
		}
		from += i
		name := text[from+1 : min(len(text), from+65)]
		if end := bytes.IndexAny(name, " \t\r\n/>"); end >= 0 {
			name = name[:end]
		}
		if colon := bytes.LastIndexByte(name, ':'); colon >= 0 {
			name = name[colon+1:]
		}
		if isFeedEntry(strings.ToLower(string(name))) {
			return from
		}
		from++
	}
}

func (r *repairer) note(problem string) {
	if r.problem == "" {
		r.problem = problem
	}
}

func (r *repairer) start(t xml.StartElement) error {
	local := localName(t.Name)
	if len(r.open) == 0 {
		if r.out.Len() > 0 {
			r.note("more than one root element")
			return nil
		}
		switch local {
		case "rss", "rdf", "feed":
		default:
			return fmt.Errorf("%w: the root element is %.60q", ErrNotFeed, t.Name.Local)
		}
	}
	if isFeedEntry(local) && r.inEntry() && !r.inside("source") && (t.Name.Space == "" || t.Name.Space == "atom") {
		r.note("an entry is not closed")
		r.closeEntry()
	}
	if len(r.open) >= maxDepth {
		r.note("elements are nested too deep")
		r.deep++
		return nil
	}
	if isFeedEntry(local) {
		if r.entries++; r.entries > MaxEntries {
			r.cut = fmt.Sprintf("more than %d entries", MaxEntries)
			return nil
		}
	}
	e := element{name: prefixed(t.Name), local: local, base: r.current().base}
	e.quiet = r.current().quiet || r.isBody(t.Name)
	for _, a := range t.Attr {
		if a.Name.Space == "xml" && a.Name.Local == "base" {
			e.base = rebase(e.base, a.Value)
		}
	}
	e.isURL = holdsAddress(local) && attr(t.Attr, "href") == ""
	if e.isURL && local == "link" && len(r.open) > 0 && r.open[0].local == "feed" {
		c := t.Copy()
		e.late = &c
	}
	if !e.quiet && e.late == nil {
		r.writeStart(t, &e)
	}
	r.open = append(r.open, e)
	return nil
}

// isBody tells what is left out: the text of an entry in its many forms.
func (r *repairer) isBody(n xml.Name) bool {
	if !r.inEntry() {
		return false
	}
	switch localName(n) {
	case "description", "encoded", "content", "summary", "content_encoded", "fulltext", "body":
		return true
	}
	return false
}

func (r *repairer) current() *element {
	if i := len(r.open) - 1; i >= 0 {
		return &r.open[i]
	}
	return &element{base: r.base}
}

// rebase applies an xml:base. One that is no URL changes nothing.
func rebase(base *crawler.Base, ref string) *crawler.Base {
	url, err := base.Resolve(trimURL(ref))
	if err != nil {
		return base
	}
	b, err := crawler.NewBase(url)
	if err != nil {
		return base
	}
	return b
}

// holdsAddress names the elements whose text is an address relative to the base.
func holdsAddress(local string) bool { return local == "link" || local == "origlink" }

func (r *repairer) writeStart(t xml.StartElement, e *element) {
	r.out.WriteByte('<')
	r.out.WriteString(e.name)
	seen := map[string]bool{}
	for _, a := range t.Attr {
		name := prefixed(a.Name)
		if a.Name.Space == "xml" && a.Name.Local == "base" || seen[name] || len(a.Value) > maxField || len(name) > 100 {
			continue
		}
		seen[name] = true
		value := a.Value
		if a.Name.Space == "" && localName(a.Name) == "href" {
			if url := absolute(e.base, value); url != "" {
				value = url
			}
		}
		r.out.WriteByte(' ')
		r.out.WriteString(name)
		r.out.WriteString(`="`)
		r.escape(value)
		r.out.WriteByte('"')
	}
	r.out.WriteByte('>')
}

func (r *repairer) chars(text xml.CharData) {
	if len(r.open) == 0 || r.deep > 0 {
		return
	}
	switch e := r.current(); {
	case e.quiet:
	case e.isURL:
		if len(e.text) < maxField {
			e.text = append(e.text, text[:min(len(text), maxField)]...)
		}
	default:
		r.escape(string(text))
	}
}

func (r *repairer) escape(s string) {
	// The writer is a buffer, which does not fail.
	_ = xml.EscapeText(&r.out, []byte(s))
}

// close ends an element by name, and with it those inside that were left open. An end without a start is nothing.
func (r *repairer) close(name string) {
	if r.deep > 0 {
		r.deep--
		return
	}
	i := len(r.open) - 1
	for i >= 0 && r.open[i].name != name {
		i--
	}
	if i < 0 {
		r.note(fmt.Sprintf("an end of %.60q without its start", name))
		return
	}
	if i < len(r.open)-1 {
		r.note(fmt.Sprintf("%.60q is not closed", r.open[len(r.open)-1].name))
	}
	for len(r.open) > i {
		r.end()
	}
}

// end closes the innermost element.
func (r *repairer) end() {
	e := r.current()
	if !e.quiet {
		switch {
		case e.late != nil:
			e.late.Attr = append(e.late.Attr, xml.Attr{Name: xml.Name{Local: "href"}, Value: string(e.text)})
			r.writeStart(*e.late, e)
		case e.isURL:
			text := string(e.text)
			if url := absolute(e.base, text); url != "" {
				text = url
			}
			r.escape(text)
		}
		r.out.WriteString("</")
		r.out.WriteString(e.name)
		r.out.WriteByte('>')
	}
	r.open = r.open[:len(r.open)-1]
}

// closeEntry closes the outermost entry that is open, and all inside it.
func (r *repairer) closeEntry() {
	r.deep = 0
	for i, e := range r.open {
		if isFeedEntry(e.local) {
			for len(r.open) > i {
				r.end()
			}
			return
		}
	}
	// A fault outside of an entry: what is open there stays open, but for text such as a title.
	for len(r.open) > 1 && !isContainer(r.current().local) {
		r.end()
	}
}

func isFeedEntry(local string) bool { return local == "item" || local == "entry" }

func isContainer(local string) bool {
	switch local {
	case "rss", "rdf", "feed", "channel", "items":
		return true
	}
	return false
}

func (r *repairer) inEntry() bool { return r.inside("item") || r.inside("entry") }

func (r *repairer) inside(local string) bool {
	for _, e := range r.open {
		if e.local == local {
			return true
		}
	}
	return false
}

// prefixed is the name as written.
func prefixed(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + ":" + n.Local
}
