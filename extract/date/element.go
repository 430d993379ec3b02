package date

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// inline tells the elements that do not end a line.
func inline(a atom.Atom) bool {
	switch a {
	case atom.A, atom.Abbr, atom.B, atom.Bdi, atom.Bdo, atom.Cite, atom.Code, atom.Em, atom.Font, atom.I, atom.Img, atom.Ins, atom.Kbd,
		atom.Label, atom.Mark, atom.Q, atom.S, atom.Small, atom.Span, atom.Strong, atom.Sub, atom.Sup, atom.Time, atom.U, atom.Var,
		atom.Wbr, atom.Data, atom.Acronym, atom.Big, atom.Tt, 0:
		return true
	}
	return false
}

// hidden tells elements whose text is not shown as text.
func hidden(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Template, atom.Iframe, atom.Svg, atom.Select, atom.Option, atom.Textarea, atom.Noscript, atom.Head,
		atom.Object, atom.Video, atom.Audio, atom.Math, atom.Datalist, atom.Blockquote, atom.Pre:
		return true
	}
	for _, a := range n.Attr {
		switch a.Key {
		case "hidden":
			return true
		case "style":
			if s := clipBytes(a.Val, 300); strings.IndexByte(s, ':') >= 0 && strings.ContainsAny(s, "nN") &&
				strings.Contains(strings.ToLower(strings.ReplaceAll(s, " ", "")), "display:none") {
				return true
			}
		}
	}
	return false
}

// side is how far what an element holds is from the statement.
type side uint8

const (
	inside  side = iota // nothing speaks against it
	foot                // a footer, of the article or of the page
	margin              // beside the article: navigation, a sidebar
	outside             // comments, other articles
)

// namedSides remembers what besideName said of the names that a page uses again and again.
type namedSides [64]struct {
	names string
	is    side
}

// of is besideName.
func (m *namedSides) of(names string) side {
	n := len(names)
	if n == 0 {
		return inside
	}
	slot := &m[(uint(names[0])*7+uint(names[n/2])*13+uint(names[n-1])*29+uint(n))%uint(len(m))]
	if slot.names != names {
		slot.names, slot.is = names, besideName(names)
	}
	return slot.is
}

// beside judges an element by its tag, role, type, class and id.
func (w *walk) beside(n *html.Node) side {
	switch n.DataAtom {
	case atom.Nav, atom.Aside:
		return margin
	case atom.Dialog:
		return outside
	case atom.Footer:
		return foot
	case atom.Html, atom.Body, atom.Main:
		return inside
	}
	named := inside
	for _, a := range n.Attr {
		switch a.Key {
		case "role":
			switch a.Val {
			case "navigation", "complementary":
				named = max(named, margin)
			case "search", "dialog":
				return outside
			case "contentinfo":
				named = max(named, foot)
			}
		case "itemtype":
			switch t := strings.ToLower(a.Val); t[strings.LastIndexByte(t, '/')+1:] {
			case "comment", "usercomments", "event", "wpsidebar", "wpfooter":
				return outside
			}
		case "class", "id":
			named = max(named, w.sides.of(clipBytes(a.Val, 500)))
		}
	}
	return named
}

// besideName judges a class or id.
func besideName(names string) side {
	if isWidget(names) {
		return outside
	}
	var all sideBits
	for part := range lowerParts(names) {
		if all |= sidePlaces.Get(part); all&ofOthers != 0 {
			return outside
		}
	}
	found := inside
	switch {
	case all&inMargin != 0:
		found = margin
	case all&inFooter != 0:
		found = foot
	}
	switch {
	case all&ofDate != 0 && found != margin:
		return inside
	case all&mayOthers != 0:
		return max(found, margin)
	}
	return found
}

// isWidget tells whether a class is "widget" or begins so.
func isWidget(names string) bool {
	const widget = "widget"
	for i := 0; ; {
		at := strings.Index(names[i:], widget)
		if at < 0 {
			return false
		}
		i += at
		first, _ := utf8.DecodeLastRuneInString(names[:i])
		after := i + len(widget)
		if (i == 0 || unicode.IsSpace(first)) && (after == len(names) || names[after] == '_' || names[after] == '-' || spaceAt(names, after) > 0) {
			return true
		}
		i = after
	}
}

// names calls with each word of an element's class, id and itemprop.
func names(n *html.Node, do func(string)) {
	for _, a := range n.Attr {
		if a.Key == "class" || a.Key == "id" || a.Key == "itemprop" {
			for name := range strings.FieldsSeq(clipBytes(a.Val, 300)) {
				for part := range parts(name) {
					do(part)
				}
			}
		}
	}
}

// hinted tells whether an element or one of the two around it is named like the place of a date.
func hinted(n *html.Node) bool {
	found := false
	for i := 0; n != nil && i < 3 && !found; n, i = n.Parent, i+1 {
		if n.DataAtom == atom.Time {
			return true
		}
		if n.DataAtom == atom.Body {
			break
		}
		names(n, func(w string) { found = found || dateWords[w] })
	}
	return found
}

// classRole is the role that the names of an element, or of the one around it, give; weak when it is only "updated".
func classRole(n *html.Node) (role string, weak bool) {
	for i := 0; n != nil && i < 2 && n.DataAtom != atom.Body; n, i = n.Parent, i+1 {
		names(n, func(w string) {
			r := classWords[w]
			switch {
			case r == "" || role == Published: // "published updated" is both: the same day
			case r == Modified && role == Modified:
				weak = weak && w == "updated"
			default:
				role, weak = r, w == "updated"
			}
		})
		if role != "" {
			return role, weak
		}
	}
	return "", false
}

// place is a signature of where an element stands: the tags and first classes of it and four around, without digits.
func place(n *html.Node) string {
	var b strings.Builder
	for i := 0; n != nil && n.Type == html.ElementNode && n.DataAtom != atom.Body && i < 5; n, i = n.Parent, i+1 {
		if i > 0 {
			b.WriteByte('<')
		}
		b.WriteString(clipBytes(n.Data, 20))
		class, _, _ := strings.Cut(strings.TrimSpace(attr(n, "class")), " ")
		if class != "" {
			b.WriteByte('.')
			for _, r := range clipBytes(class, 40) {
				if digit(r) < 0 && r > ' ' && r != '"' && r != '<' {
					b.WriteRune(r)
				}
			}
		}
	}
	return b.String()
}

func heading(n *html.Node) bool {
	switch n.DataAtom {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return true
	}
	return false
}

// linked tells whether a heading is, or is in, a link.
func linked(n *html.Node) bool {
	if n.Parent != nil && n.Parent.DataAtom == atom.A {
		return true
	}
	for d := range n.Descendants() {
		if d.DataAtom == atom.A && attr(d, "href") != "" && !strings.HasPrefix(attr(d, "href"), "#") {
			return true
		}
	}
	return false
}

// stated makes candidates of what an element states for machines: datetime, microdata, the titles of abbreviations.
func (w *walk) stated(n *html.Node) {
	prop := attr(n, "itemprop")
	if prop == "" && n.DataAtom != atom.Time && n.DataAtom != atom.Abbr {
		return
	}
	prop = strings.ToLower(prop)
	role, weight, source := "", 0, "time"
	switch {
	case strings.Contains(prop, "datepublished"):
		role, weight, source = Published, 90, "microdata"
	case strings.Contains(prop, "datemodified"):
		role, weight, source = Modified, 90, "microdata"
	case strings.Contains(prop, "datecreated"), strings.Contains(prop, "uploaddate"):
		role, weight, source = Published, 80, "microdata"
	case n.DataAtom == atom.Time:
	case n.DataAtom == atom.Abbr:
		if role, _ := classRole(n); role == "" {
			return
		}
	default:
		return
	}
	raw := ""
	for _, key := range [...]string{"datetime", "content", "title"} {
		if raw = strings.TrimSpace(attr(n, key)); raw != "" {
			break
		}
	}
	if raw == "" {
		if source == "time" {
			return // its text is read as text
		}
		raw = innerText(n)
	}
	m, ok := w.read(raw)
	if !ok || len(w.seen) >= maxSeen || m.Precision == Year || m.Precision == Month && n.DataAtom == atom.Time {
		return
	}
	if hasAttr(n, "pubdate") {
		role = Published
	}
	c := candidate{Match: m, raw: clip(raw), source: source, role: role, label: role != "", place: place(n), line: w.line + 1, hint: true,
		side: w.sideNow(), weight: weight, teaser: w.line+1-w.linkHead <= 3}
	c.main = w.InMain != nil && w.InMain(n)
	c.Range = false
	if role == "" {
		w.roles(&c, n, strings.TrimSpace(string(w.now.line())), "")
	}
	w.seen = append(w.seen, c)
}

func hasAttr(n *html.Node, key string) bool {
	for _, a := range n.Attr {
		if a.Key == key {
			return true
		}
	}
	return false
}
