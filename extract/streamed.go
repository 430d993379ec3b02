package extract

import (
	"bytes"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A server with React (since 18) sends a page whose parts are not all ready with a template in the place of each that is
// missing: <template id="B:0"> between the comments "$?" and "/$", with something to show meanwhile behind it, or
// <template id="P:1">. The part follows at the end in a hidden element, <div hidden id="S:0">, with a script that puts
// it in its place: $RC("B:0","S:0"). Readers see the page as if nothing had been late, and so does who reads its tree
// after this.

// Limits of putting late parts in their places: the tree may become deeper by it.
const (
	maxLate     = 5000    // parts of a page
	maxLateNest = 6       // parts within parts that are not in their places yet
	maxLateCode = 1 << 16 // bytes of a script that is looked at
)

// streams reports whether a page may have parts that came late.
func streams(body []byte) bool {
	return bytes.Contains(body, []byte(`id="S:`)) || bytes.Contains(body, []byte(`id=S:`)) || bytes.Contains(body, []byte(`id='S:`))
}

// latecomers are the parts of a page that came late, and the places that wait for them.
type latecomers struct {
	parts map[string]*html.Node // by id
	waits []*html.Node          // templates, in the order of the page
	pairs map[string]string     // the id of the part that a script puts in the place of a template
	nest  map[*html.Node]int    // of a part: parts within parts in it
}

// placeLate puts the parts of a page that came late in their places.
func placeLate(root *html.Node) {
	l := &latecomers{parts: map[string]*html.Node{}, pairs: map[string]string{}, nest: map[*html.Node]int{}}
	l.find(root)
	for _, t := range l.waits {
		id := attr(t, "id")
		part := l.parts[l.pairs[id]]
		if part == nil {
			part = l.parts["S:"+id[2:]]
		}
		if part == nil || !l.fits(t, part) {
			continue
		}
		delete(l.parts, attr(part, "id"))
		if id[0] == 'B' {
			dropFallback(t)
		}
		for c := part.FirstChild; c != nil; c = part.FirstChild {
			part.RemoveChild(c)
			t.Parent.InsertBefore(c, t)
		}
		t.Parent.RemoveChild(t)
		part.Parent.RemoveChild(part)
	}
}

// find looks for parts, places and scripts.
func (l *latecomers) find(root *html.Node) {
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch id := attr(n, "id"); {
		case n.DataAtom == atom.Script && n.FirstChild != nil && len(n.FirstChild.Data) < maxLateCode:
			l.script(n.FirstChild.Data)
		case len(id) < 3 || len(id) > 64 || id[1] != ':' || len(l.waits) == maxLate || len(l.parts) == maxLate:
		case n.DataAtom == atom.Template && (id[0] == 'B' || id[0] == 'P') && n.Parent != nil:
			l.waits = append(l.waits, n)
		case id[0] == 'S' && n.Parent != nil && l.parts[id] == nil && sentHidden(n):
			l.parts[id] = n
		}
	}
}

// sentHidden reports a part that is hidden where it is sent: itself, or for rows and parts of tables the table around it.
func sentHidden(n *html.Node) bool {
	for up, k := n, 0; up != nil && k < 3; up, k = up.Parent, k+1 {
		if slices.ContainsFunc(up.Attr, func(a html.Attribute) bool { return a.Key == "hidden" }) {
			return true
		}
	}
	return false
}

// script notes what the calls in a script put where: $RC(place, part) and $RR(place, part, ...) of places that wait with
// something to show, $RS(part, place) of others.
func (l *latecomers) script(code string) {
	for {
		_, rest, ok := strings.Cut(code, "$R")
		if !ok {
			return
		}
		if code = rest; len(code) < 3 || code[1] != '(' {
			continue
		}
		kind, args := code[0], strings.SplitN(clip(code[2:], 200), `"`, 5)
		if len(args) < 5 || args[0] != "" || args[2] != "," || len(l.pairs) == maxLate {
			continue
		}
		switch kind {
		case 'C', 'R':
			l.pairs[args[1]] = args[3]
		case 'S':
			l.pairs[args[3]] = args[1]
		}
	}
}

// fits reports whether a part can be put in the place of t: it does not hold it, and the tree does not get too deep.
func (l *latecomers) fits(t, part *html.Node) bool {
	depth, owner := 0, (*html.Node)(nil)
	for up := t.Parent; up != nil; up = up.Parent {
		if depth++; up == part || depth > maxDepth {
			return false
		}
		if owner == nil && up.DataAtom != atom.Body && l.parts[attr(up, "id")] == up {
			owner = up
		}
	}
	if owner == nil {
		return true
	}
	n := max(l.nest[owner], l.nest[part]+1)
	if n > maxLateNest {
		return false
	}
	l.nest[owner] = n
	return true
}

// dropFallback takes what is shown until a part has come out of the tree: it ends at the comment that ends the place,
// and stays when there is none.
func dropFallback(t *html.Node) {
	open := 1
	end := t.NextSibling
	for ; end != nil; end = end.NextSibling {
		if end.Type != html.CommentNode {
			continue
		}
		switch end.Data {
		case "$", "$?", "$!", "$~":
			open++
		case "/$":
			open--
		}
		if open == 0 {
			break
		}
	}
	if end == nil {
		return
	}
	for t.NextSibling != end {
		t.Parent.RemoveChild(t.NextSibling)
	}
}
