package web

import (
	"io"
	"strings"
	"time"
	"unicode/utf8"
)

// atomFeed is one document of a feed (RFC 4287). Its texts may be hostile: they are escaped, and characters that XML does not
// have are left out, when it is written.
type atomFeed struct {
	ID       string // an IRI, for ever
	Title    string
	Subtitle string
	Author   string
	Software string
	Updated  time.Time
	Self     string // where this document is
	Page     string // where people read the same; "" is nowhere
	// First and Next are other documents of the same feed (RFC 5005, section 3); "" is none. Newer entries come first.
	First, Next string
	Entries     []atomEntry
}

// atomEntry is one entry of a feed.
type atomEntry struct {
	ID        string
	Title     string
	Author    string
	Published time.Time
	Updated   time.Time
	Page      string // where people read it
	Source    string // the address of the statement itself
	Summary   string
	Terms     []string // categories
	HTML      string   // the content, well-formed enough for a browser; "" is none
	Language  string   // of the content; "" is unknown
}

// Limits of what stands in a feed, in bytes.
const (
	maxAtomText    = 500
	maxAtomAddress = 4 << 10
)

// write writes the feed.
func (f *atomFeed) write(w io.Writer) error {
	x := &xmlWriter{}
	x.b.WriteString(`<?xml version="1.0" encoding="utf-8"?>` + "\n" + `<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">` + "\n")
	x.text("id", f.ID)
	x.text("title", short(f.Title))
	if f.Subtitle != "" {
		x.text("subtitle", short(f.Subtitle))
	}
	x.text("updated", atomTime(f.Updated))
	x.person("author", f.Author)
	x.text("generator", f.Software)
	x.link("self", f.Self, "application/atom+xml")
	x.link("alternate", f.Page, "text/html")
	x.link("first", f.First, "application/atom+xml")
	x.link("next", f.Next, "application/atom+xml")
	for i := range f.Entries {
		f.Entries[i].write(x)
	}
	x.b.WriteString("</feed>\n")
	_, err := io.WriteString(w, x.b.String())
	return err
}

func (e *atomEntry) write(x *xmlWriter) {
	x.b.WriteString("<entry>\n")
	x.text("id", e.ID)
	x.text("title", short(e.Title))
	x.text("published", atomTime(e.Published))
	x.text("updated", atomTime(e.Updated))
	if e.Author != "" {
		x.person("author", e.Author)
	}
	x.link("alternate", e.Page, "text/html")
	x.link("via", e.Source, "")
	for _, term := range e.Terms {
		x.open("category", "term", short(term))
		x.b.WriteString("/>\n")
	}
	if e.Summary != "" {
		x.text("summary", short(e.Summary))
	}
	if e.HTML != "" {
		x.open("content", "type", "html", "xml:lang", languageTag(e.Language), "xml:base", e.Page)
		x.b.WriteString(">" + xmlText(e.HTML) + "</content>\n")
	}
	x.b.WriteString("</entry>\n")
}

// xmlWriter writes elements.
type xmlWriter struct{ b strings.Builder }

// open begins an element with attributes, which are names and values in turn, without the end of its tag.
func (x *xmlWriter) open(name string, attributes ...string) {
	x.b.WriteString("<" + name)
	for i := 0; i+1 < len(attributes); i += 2 {
		x.b.WriteString(" " + attributes[i] + `="` + xmlText(attributes[i+1]) + `"`)
	}
}

func (x *xmlWriter) text(name, text string) {
	x.b.WriteString("<" + name + ">" + xmlText(text) + "</" + name + ">\n")
}

func (x *xmlWriter) person(name, who string) {
	x.b.WriteString("<" + name + "><name>" + xmlText(short(who)) + "</name></" + name + ">\n")
}

// link writes a link, unless there is nowhere to lead to.
func (x *xmlWriter) link(rel, href, mediaType string) {
	if href == "" || len(href) > maxAtomAddress {
		return
	}
	x.open("link", "rel", rel, "href", href)
	if mediaType != "" {
		x.b.WriteString(` type="` + mediaType + `"`)
	}
	x.b.WriteString("/>\n")
}

var xmlEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;", "\r", "&#13;")

// xmlText is a text or value of an attribute, escaped, without the characters that are not allowed in XML 1.0 (section 2.2),
// not even escaped.
func xmlText(s string) string {
	return xmlEscapes.Replace(strings.Map(func(r rune) rune {
		switch {
		case r == '\t', r == '\n', r == '\r', 0x20 <= r && r <= 0xD7FF, 0xE000 <= r && r <= 0xFFFD && r != utf8.RuneError, r >= 0x10000:
			return r
		case r == utf8.RuneError:
			return '\uFFFD'
		}
		return -1
	}, s))
}

// short is a text on one line of bounded length, without what could turn around the reader's own text around it.
func short(s string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 {
			return -1 // embeddings, overrides and isolates
		}
		return r
	}, shorten(s, maxAtomText))), " ")
}

// atomTime is a time as RFC 3339 has it, to the second. A zero time, which no entry of an archive has, is the beginning of Unix.
func atomTime(t time.Time) string {
	if t.IsZero() {
		t = time.Unix(0, 0)
	}
	return t.UTC().Format(time.RFC3339)
}
