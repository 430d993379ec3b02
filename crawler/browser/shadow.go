package browser

import (
	"bytes"
	"errors"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// errDeep is returned for shadow trees within one another beyond maxShadow.
var errDeep = errors.New("shadow trees too deep")

const (
	maxShadow = 64      // shadow trees within one another
	maxNodes  = 4 << 20 // of a document that is flattened
)

// flatten puts the shadow trees of a document in their places: in each template with a shadowrootmode the slots are
// filled with the children of the host that they ask for (DOM Standard, section 4.2.2.3), and what comes of it becomes the
// host's children. Children that no slot takes are not shown by a browser and go.
func flatten(doc []byte) ([]byte, error) {
	root, err := html.ParseWithOptions(bytes.NewReader(doc), html.ParseOptionEnableScripting(true))
	if err != nil {
		return nil, err
	}
	hosts, err := hosts(root)
	if err != nil {
		return nil, err
	}
	for i := len(hosts) - 1; i >= 0; i-- { // inner ones first
		fill(hosts[i].host, hosts[i].template)
	}
	var out bytes.Buffer
	if err := html.Render(&out, root); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// host is an element and its shadow tree.
type host struct{ host, template *html.Node }

// hosts lists the hosts of shadow trees in document order.
func hosts(root *html.Node) ([]host, error) {
	type place struct {
		node  *html.Node
		depth int
	}
	var list []host
	stack := []place{{root, 0}}
	for n := 0; len(stack) > 0; n++ {
		p := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if isShadow(p.node) {
			p.depth++
			list = append(list, host{p.node.Parent, p.node})
		}
		if p.depth > maxShadow || n > maxNodes {
			return nil, errDeep
		}
		for c := p.node.LastChild; c != nil; c = c.PrevSibling {
			stack = append(stack, place{c, p.depth})
		}
	}
	return list, nil
}

func isShadow(n *html.Node) bool {
	if n.Type != html.ElementNode || n.DataAtom != atom.Template || n.Namespace != "" || n.Parent == nil || n.Parent.Type != html.ElementNode {
		return false
	}
	_, ok := attribute(n, "shadowrootmode")
	return ok
}

func attribute(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Namespace == "" && a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// fill makes the shadow tree the host's content.
func fill(h, template *html.Node) {
	light := map[string][]*html.Node{} // by slot
	for c := h.FirstChild; c != nil; {
		next := c.NextSibling
		h.RemoveChild(c)
		if c != template {
			name := ""
			if c.Type == html.ElementNode {
				name, _ = attribute(c, "slot")
			}
			light[name] = append(light[name], c)
		}
		c = next
	}
	for c := template.FirstChild; c != nil; c = template.FirstChild {
		template.RemoveChild(c)
		h.AppendChild(c)
	}
	for _, slot := range slots(h) {
		name, _ := attribute(slot, "name")
		given := light[name]
		delete(light, name) // the first slot of a name takes all
		if len(given) > 0 { // else its own children are shown
			for slot.FirstChild != nil {
				slot.RemoveChild(slot.FirstChild)
			}
		}
		for _, c := range given {
			slot.AppendChild(c)
		}
		unwrap(slot)
	}
}

// unwrap puts an element's children in its place: a slot must not be taken for one of an outer shadow tree.
func unwrap(n *html.Node) {
	for n.Parent != nil && n.FirstChild != nil {
		c := n.FirstChild
		n.RemoveChild(c)
		n.Parent.InsertBefore(c, n)
	}
	if n.Parent != nil {
		n.Parent.RemoveChild(n)
	}
}

// slots lists the slots in what was a shadow tree of h.
func slots(h *html.Node) []*html.Node {
	var list []*html.Node
	for n := range h.Descendants() {
		if n.Type == html.ElementNode && n.Data == "slot" && n.Namespace == "" {
			list = append(list, n)
		}
	}
	return list
}
