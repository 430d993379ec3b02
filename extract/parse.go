package extract

import (
	"bytes"
	"fmt"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Limits of one page. Reaching one is told by [FlagParseLimit], and the text before it is kept.
const (
	maxBytes = 24 << 20 // bytes of one page that are read
	maxTags  = 300_000  // "<" in a page that the standard's algorithm may see: one node takes about 200 bytes
	maxDepth = 400      // open elements in the tree; the HTML parser itself refuses 512
)

// Flags of [Document.Flags].
const (
	FlagParseLimit  = "parse limit"       // too deep, too many tags, or too many bytes: the tree is a plain one or is cut
	FlagNULs        = "NULs"              // NUL bytes in the markup
	FlagHiddenText  = "hidden text"       // text that styles or attributes hide was left out
	FlagHiddenChars = "hidden characters" // direction overrides or zero-width characters in the text
	FlagNeedsScript = "needs scripts"     // little text and a page that scripts would fill
	FlagInvalid     = "invalid bytes"     // bytes that are no UTF-8; each is U+FFFD in the text
	FlagNoScript    = "noscript text"     // the text stands in noscript elements only
	FlagFrames      = "frames"            // the page has frames, and little text of its own
	FlagArticleBody = "article body"      // the text is from the page's linked data, not from its markup
)

// Parse makes a tree of a page in UTF-8 and tells which limits it met. It follows the HTML standard's algorithm; where
// that would take too deep a tree, too many nodes or quadratic time, it builds a plainer tree in one pass, so that the
// text is kept, and flags [FlagParseLimit]. Noscript elements end where a browser with scripts ends them, and what is in
// them is parsed by itself: an iframe left open there would swallow the page. Parts that a server sent late stand where a
// script would put them. Mail addresses that a script or a style would
// show stand in the tree as readers see them. The error is always nil for a body that is in memory; it is there for a
// parser that cannot go on.
func Parse(body []byte) (*html.Node, []string, error) {
	var flags []string
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	if len(body) > maxBytes {
		body = body[:maxBytes]
		flags = append(flags, FlagParseLimit)
	}
	if bytes.IndexByte(body, 0) >= 0 {
		flags = append(flags, FlagNULs)
	}
	if isXML(body) {
		body = fromXML(body)
	}
	late := streams(body)
	body = lean(body)
	if heavy(body) {
		root := plainTree(body)
		if protects(body) {
			showAddresses(root)
		}
		return root, addFlag(flags, FlagParseLimit), nil
	}
	root, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		root = plainTree(body)
		flags = addFlag(flags, FlagParseLimit)
	}
	if root == nil {
		return nil, flags, fmt.Errorf("parse page: no tree")
	}
	if bytes.Contains(body, []byte("<noscript")) || bytes.Contains(body, []byte("<NOSCRIPT")) {
		openNoscript(root)
	}
	if late {
		placeLate(root)
	}
	if protects(body) {
		showAddresses(root)
	}
	return root, flags, nil
}

// maxNoscript is how many noscript elements of a page are looked into.
const maxNoscript = 500

// openNoscript parses the content of the body's noscript elements, which the parser leaves as text.
func openNoscript(root *html.Node) {
	for _, n := range noscripts(root, nil) {
		text := n.FirstChild.Data
		nodes, err := html.ParseFragment(strings.NewReader(text), &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div})
		if err != nil {
			continue
		}
		n.RemoveChild(n.FirstChild)
		for _, c := range nodes {
			n.AppendChild(c)
		}
	}
}

// noscripts appends the noscript elements below a node that hold text.
func noscripts(n *html.Node, found []*html.Node) []*html.Node {
	for c := n.FirstChild; c != nil && len(found) < maxNoscript; c = c.NextSibling {
		if c.FirstChild == nil {
			continue
		}
		if c.DataAtom == atom.Noscript && n.DataAtom != atom.Head && c.FirstChild.Type == html.TextNode {
			if found = append(found, c); len(found) == maxNoscript {
				break
			}
		}
		found = noscripts(c, found)
	}
	return found
}

// addFlag appends a flag once.
func addFlag(flags []string, f string) []string {
	for _, g := range flags {
		if g == f {
			return flags
		}
	}
	return append(flags, f)
}

// heavy reports pages on which the standard's algorithm takes too much: very many tags, or formatting elements that
// nobody closes, each of which is opened again in every later block (quadratic by the standard, "reconstruct the active
// formatting elements").
func heavy(body []byte) bool {
	if len(body) < 64<<10 {
		return false
	}
	tags := 0
	var open, shut int
	for rest := body; ; {
		at := bytes.IndexByte(rest, '<')
		if at < 0 || at+9 > len(rest) {
			break
		}
		rest = rest[at+1:]
		if tags++; tags > maxTags {
			return true
		}
		if rest[0] == '/' {
			if formatting(rest[1:8]) {
				shut++
			}
		} else if formatting(rest[:7]) {
			open++
		}
	}
	return open-shut > maxUnclosed
}

// maxUnclosed is how many formatting elements may stay open, all kinds together.
const maxUnclosed = 1000

// formatting reports whether a tag's name, which begins b, is one of the formatting elements (HTML, 13.2.4.3).
func formatting(b []byte) bool {
	n := 0
	for n < len(b) && (b[n]|0x20 >= 'a' && b[n]|0x20 <= 'z') {
		n++
	}
	if n == len(b) {
		return false
	}
	var room [8]byte
	for i := range n {
		room[i] = b[i] | 0x20
	}
	switch string(room[:n]) {
	case "b", "i", "font", "u", "a", "em", "strong", "big", "code", "nobr", "s", "small", "strike", "tt":
		return true
	}
	return false
}

// isXML reports whether the page opens with an XML declaration.
func isXML(body []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(body[:min(len(body), 256)], " \t\r\n"), []byte("<?xml"))
}

// fromXML rewrites what XHTML allows and HTML reads otherwise: CDATA sections become text, and an empty element that
// closes itself gets its end tag.
func fromXML(body []byte) []byte {
	if !bytes.Contains(body, []byte("<![CDATA[")) && !bytes.Contains(body, []byte("/>")) {
		return body
	}
	var out bytes.Buffer
	out.Grow(len(body) + len(body)/16)
	z := html.NewTokenizer(bytes.NewReader(body))
	z.AllowCDATA(true)
	for {
		switch z.Next() {
		case html.ErrorToken:
			return out.Bytes()
		case html.TextToken:
			raw := z.Raw()
			if bytes.HasPrefix(raw, []byte("<![CDATA[")) {
				out.WriteString(html.EscapeString(string(z.Text())))
			} else {
				out.Write(raw)
			}
		case html.SelfClosingTagToken:
			raw := append([]byte(nil), z.Raw()...)
			name, _ := z.TagName()
			z.NextIsNotRawText()
			out.Write(raw)
			if !void(atom.Lookup(name)) {
				out.WriteString("</" + string(name) + ">")
			}
		default:
			out.Write(z.Raw())
		}
	}
}

// void reports elements that have no content (HTML, 13.1.2).
func void(a atom.Atom) bool {
	switch a {
	case atom.Area, atom.Base, atom.Br, atom.Col, atom.Embed, atom.Hr, atom.Img, atom.Input, atom.Link, atom.Meta,
		atom.Source, atom.Track, atom.Wbr, atom.Param, atom.Frame, atom.Bgsound, atom.Basefont, atom.Keygen:
		return true
	}
	return false
}
