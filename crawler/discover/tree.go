package discover

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// walk visits a tree in document order, each node on entering and on leaving, until visit returns false. It keeps no
// stack: a page may nest as deep as it is long.
func walk(root *html.Node, visit func(n *html.Node, entering bool) bool) {
	for n := root; n != nil; {
		if !visit(n, true) {
			return
		}
		if n.FirstChild != nil {
			n = n.FirstChild
			continue
		}
		for {
			if !visit(n, false) {
				return
			}
			if n == root {
				return
			}
			if n.NextSibling != nil {
				n = n.NextSibling
				break
			}
			n = n.Parent
		}
	}
}

func attribute(n *html.Node, key string) (value string, ok bool) {
	for _, a := range n.Attr {
		if a.Key == key && a.Namespace == "" {
			return a.Val, true
		}
	}
	return "", false
}

func contains(list []string, s string) bool { return slices.Contains(list, s) }

// linkText is what a reader sees of a link.
func linkText(n *html.Node) string {
	var text, alt strings.Builder
	nodes := 0
	walk(n, func(n *html.Node, entering bool) bool {
		if !entering {
			return true
		}
		nodes++
		switch {
		case n.Type == html.TextNode && (n.Parent == nil || n.Parent.DataAtom != atom.Script && n.Parent.DataAtom != atom.Style):
			appendText(&text, n.Data)
		case n.DataAtom == atom.Img:
			a, _ := attribute(n, "alt")
			appendText(&alt, a)
		case n.DataAtom == atom.Br || n.DataAtom == atom.P || n.DataAtom == atom.Div:
			appendText(&text, " ")
		}
		return nodes < maxTextNodes && text.Len() < 2*maxText
	})
	for _, s := range []string{text.String(), alt.String(), value(n, "aria-label"), value(n, "title"), value(n, "alt")} {
		if s = collapse(s); s != "" {
			return s
		}
	}
	return ""
}

func value(n *html.Node, key string) string {
	v, _ := attribute(n, key)
	return v[:min(len(v), 4*maxText)]
}

func appendText(b *strings.Builder, s string) { b.WriteString(s[:min(len(s), 4*maxText)]) }

// collapse joins the words of a text and cuts it at a character.
func collapse(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > maxText {
		s = s[:maxText]
		for len(s) > 0 && !utf8.ValidString(s[max(0, len(s)-utf8.UTFMax):]) {
			s = s[:len(s)-1]
		}
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

// trimURL removes what the URL Standard's parser removes around an address.
func trimURL(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return r <= ' ' })
}

// scheme returns the scheme of a reference in lower case, "" when it is relative. Tabs and line ends inside are nothing
// to the URL Standard.
func scheme(ref string) string {
	var b strings.Builder
	for i := 0; i < len(ref) && b.Len() <= 64; i++ {
		c := ref[i]
		switch {
		case c == '\t' || c == '\n' || c == '\r':
		case c == ':':
			return b.String()
		case c >= 'A' && c <= 'Z':
			b.WriteByte(c + 'a' - 'A')
		case c >= 'a' && c <= 'z', b.Len() > 0 && (c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.'):
			b.WriteByte(c)
		default:
			return ""
		}
	}
	return ""
}
