package extract

import (
	"bytes"
	"encoding/hex"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Sites hide mail addresses from collectors and show them to readers with a script or a style. The text has the address
// as a reader sees it, so that switching the protection on or off is no change of the statement. Two ways are undone:
// Cloudflare's, which writes the address in hexadecimal, each byte mixed with the first one, in other bytes each time;
// and an address written backwards that a style turns round.

// Marks of Cloudflare's way: the attribute of the element that stands for an address, and where links to one lead.
const (
	protectedAttr = "data-cfemail"
	protectedPath = "/cdn-cgi/l/email-protection"
)

// maxAddress is the length in bytes of the longest mail address that is undone, with what follows it in a link (subject
// and body); RFC 5321 allows 254 for the address.
const maxAddress = 2000

// unprotect is the address that Cloudflare's digits stand for, "" when they stand for none.
func unprotect(digits string) string {
	if len(digits) < 8 || len(digits) > 2*maxAddress {
		return ""
	}
	b, err := hex.DecodeString(digits)
	if err != nil {
		return ""
	}
	for i := len(b) - 1; i >= 0; i-- {
		b[i] ^= b[0]
	}
	address := string(b[1:])
	if !utf8.ValidString(address) || !strings.Contains(address, "@") || strings.ContainsFunc(address, func(r rune) bool { return r < ' ' || r == 0x7f || r == '<' || r == '>' }) {
		return ""
	}
	return address
}

// unprotectLink is the link that a protected one stands for, "" when it is none.
func unprotectLink(href string) string {
	path, digits, _ := strings.Cut(href, "#")
	if !strings.HasSuffix(path, protectedPath) {
		return ""
	}
	if a := unprotect(digits); a != "" {
		return "mailto:" + a
	}
	return ""
}

// protects reports whether a page may hold an address that [showAddresses] would show.
func protects(body []byte) bool {
	return bytes.Contains(body, []byte(protectedAttr)) || bytes.Contains(body, []byte(protectedPath)) || bytes.Contains(body, []byte("bidi-override"))
}

// showAddresses writes the protected addresses of a tree in plain.
func showAddresses(n *html.Node) {
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		if c.Type == html.ElementNode {
			if address := unprotect(attr(c, protectedAttr)); address != "" {
				replaceByText(c, address)
			} else {
				if c.DataAtom == atom.A {
					showLink(c)
				}
				turn(c)
				showAddresses(c)
			}
		}
		c = next
	}
}

// showLink makes a protected link one to the address itself.
func showLink(a *html.Node) {
	for i := range a.Attr {
		if a.Attr[i].Key == "href" {
			if plain := unprotectLink(a.Attr[i].Val); plain != "" {
				a.Attr[i].Val = plain
			}
		}
	}
}

// replaceByText puts a text in an element's place. It is not joined to the texts beside it: a page of nothing but addresses
// would take quadratic time.
func replaceByText(n *html.Node, text string) {
	n.Parent.InsertBefore(&html.Node{Type: html.TextNode, Data: text}, n)
	n.Parent.RemoveChild(n)
}

// turn writes an address forwards that stands backwards in an element which a style turns round. Other texts in such an
// element stay as they are: right-to-left scripts are written in the order in which they are read.
func turn(n *html.Node) {
	text := n.FirstChild
	if text == nil || text.NextSibling != nil || text.Type != html.TextNode || len(text.Data) > maxAddress || !turned(attr(n, "style")) {
		return
	}
	if address := strings.TrimSpace(text.Data); strings.Count(address, "@") == 1 && !strings.ContainsAny(address, " \t\n") {
		text.Data = reverse(address)
		for i := range n.Attr {
			if n.Attr[i].Key == "style" {
				n.Attr[i].Val = ""
			}
		}
	}
}

// turned reports a style attribute that shows its element's characters backwards.
func turned(style string) bool {
	if len(style) > attrLimit {
		return false
	}
	s := strings.ToLower(strings.ReplaceAll(style, " ", ""))
	return strings.Contains(s, "unicode-bidi:bidi-override") && strings.Contains(s, "direction:rtl")
}

func reverse(s string) string {
	out := make([]byte, 0, len(s))
	for len(s) > 0 {
		_, n := utf8.DecodeLastRuneInString(s)
		out = append(out, s[len(s)-n:]...)
		s = s[:len(s)-n]
	}
	return string(out)
}
