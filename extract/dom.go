package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// attr is the value of an attribute, "" when the element has none.
func attr(n *html.Node, key string) string {
	for i := range n.Attr {
		if n.Attr[i].Key == key {
			return n.Attr[i].Val
		}
	}
	return ""
}

// breaks reports elements that begin and end a line in every browser's style sheet (HTML, 15.3).
func breaks(a atom.Atom) bool {
	switch a {
	case atom.Address, atom.Article, atom.Aside, atom.Blockquote, atom.Body, atom.Caption, atom.Center, atom.Dd,
		atom.Details, atom.Dialog, atom.Dir, atom.Div, atom.Dl, atom.Dt, atom.Fieldset, atom.Figcaption, atom.Figure,
		atom.Footer, atom.Form, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Header, atom.Hgroup,
		atom.Html, atom.Legend, atom.Li, atom.Listing, atom.Main, atom.Menu, atom.Nav, atom.Noscript, atom.Ol, atom.P,
		atom.Plaintext, atom.Pre, atom.Search, atom.Section, atom.Summary, atom.Table, atom.Tbody, atom.Td, atom.Tfoot,
		atom.Th, atom.Thead, atom.Tr, atom.Ul, atom.Xmp, atom.Frameset:
		return true
	}
	return false
}

// custom reports an element of the page's own making, which holds blocks more often than words.
func custom(n *html.Node) bool {
	return n.DataAtom == 0 && strings.Contains(n.Data, "-") && hasBlocks(n)
}

// hasBlocks reports whether an element holds one that breaks lines, as far as a bounded look tells.
func hasBlocks(n *html.Node) bool {
	left := 200
	var look func(n *html.Node, depth int) bool
	look = func(n *html.Node, depth int) bool {
		for k := n.FirstChild; k != nil; k = k.NextSibling {
			if left--; left < 0 || depth > 12 {
				return false
			}
			if k.Type == html.ElementNode && (breaks(k.DataAtom) || look(k, depth+1)) {
				return true
			}
		}
		return false
	}
	return look(n, 0)
}

// nextIsBreak reports whether the next thing in the line is another br.
func nextIsBreak(n *html.Node) bool {
	for k := n.NextSibling; k != nil; k = k.NextSibling {
		switch k.Type {
		case html.TextNode:
			if strings.TrimSpace(k.Data) != "" {
				return false
			}
		case html.ElementNode:
			return k.DataAtom == atom.Br
		}
	}
	return false
}

// textOf is an element's text with white space folded, at most max bytes of it.
func textOf(n *html.Node, most int) string {
	var b strings.Builder
	var walk func(n *html.Node, depth int)
	walk = func(n *html.Node, depth int) {
		if depth > 600 || b.Len() > most {
			return
		}
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		if n.Type == html.ElementNode {
			switch n.DataAtom {
			case atom.Script, atom.Style, atom.Template, atom.Svg:
				return
			}
			if breaks(n.DataAtom) || n.DataAtom == atom.Br {
				b.WriteByte(' ')
				defer b.WriteByte(' ')
			}
		}
		for k := n.FirstChild; k != nil; k = k.NextSibling {
			walk(k, depth+1)
		}
	}
	walk(n, 0)
	s := b.String()
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "")
	}
	return fold(s)
}

// fold is a text with white space folded to single spaces and trimmed, without characters that nobody sees.
func fold(s string) string {
	if isFolded(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			space = b.Len() > 0
		case unseen(r):
		default:
			if space {
				b.WriteByte(' ')
				space = false
			}
			b.WriteRune(r)
		}
	}
	return b.String()
}

// isFolded is a quick look at a text: true for one of ASCII in which there is nothing to fold.
func isFolded(s string) bool {
	for i := range len(s) {
		if !printable[s[i]] && (s[i] != ' ' || i == 0 || i+1 == len(s) || s[i+1] == ' ') {
			return false
		}
	}
	return true
}

// unseen reports characters that nobody sees and that carry no meaning; archive.Canonical drops the same ones.
func unseen(r rune) bool {
	switch r {
	case '\u00ad', '\u200b', '\u2060', '\ufeff':
		return true
	}
	return unicode.IsControl(r)
}

// atoi reads a small number; 0 for anything else.
func atoi(s string) int {
	n := 0
	for _, c := range strings.TrimSpace(s) {
		if c < '0' || c > '9' || n > 1_000_000 {
			return 0
		}
		n = n*10 + int(c-'0')
	}
	return n
}

// wordy reports whether there is a letter or a digit.
func wordy(b []byte) bool {
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return true
		}
		b = b[n:]
	}
	return false
}

// isNoteMark reports the raised number of a footnote, a link within the page: it is no word of the text.
func isNoteMark(sup *html.Node) bool {
	in := sup.FirstChild
	if in == nil || in.NextSibling != nil {
		return false
	}
	if a := sup.Parent; !(in.DataAtom == atom.A && strings.HasPrefix(attr(in, "href"), "#")) &&
		(a == nil || a.DataAtom != atom.A || !strings.HasPrefix(attr(a, "href"), "#")) {
		return false
	}
	text := strings.Trim(textOf(sup, 20), "[]() ")
	return len(text) <= 3 && !lettered(text)
}

// lettered reports whether there is anything but digits and white space.
func lettered(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsDigit(r) && !unicode.IsSpace(r) })
}

func runeCount(s string) int { return utf8.RuneCountInString(s) }
