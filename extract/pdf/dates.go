package pdf

import (
	"net/http"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/onrecord/onrecord/extract"
	"github.com/onrecord/onrecord/extract/date"
)

// dated finds the claims of a document and chooses among them. What readers see is weighed as on a web page: the lines
// become the paragraphs of one. What only the file says is weakest: the day of its making counts as the day of
// publication where nothing is shown, and decides between the readings of a date that is shown; the day of its last
// change is told and never chosen, since programs write it without anybody's intent and no reader sees it.
func dated(doc *extract.Document, ps []paragraph, title int, in *info, opt Options) {
	root, headline := pageOf(doc.Title, ps, title)
	claims := date.Find(date.Input{
		Root: root, Headline: headline, URL: opt.URL, Header: opt.Header, Language: doc.Language, Order: opt.Order,
		LinkedData: []map[string]any{},
		InMain:     func(n *html.Node) bool { return n.DataAtom == atom.P || n.Parent != nil && n.Parent.DataAtom == atom.P },
	})
	made, isMade := in.created.claim(date.Published)
	changed, isChanged := in.modified.claim(date.Modified)
	limit := day(opt.Header)
	isMade = isMade && (limit == "" || made.Value[:10] <= limit)
	isChanged = isChanged && (limit == "" || changed.Value[:10] <= limit)
	if isMade {
		decide(claims, made.Value[:10])
		claims = append(claims, made)
	}
	doc.Published, doc.Modified = date.Choose(claims, opt.Order)
	if isChanged {
		claims = append(claims, changed)
	}
	doc.Dates = claims
}

// day is the last day that an answer can know of, by its Date field.
func day(h http.Header) string {
	t, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return ""
	}
	return t.UTC().AddDate(0, 0, 1).Format("2006-01-02")
}

// decide reads the ambiguous claims of which one reading, and no other, is the day on which the file was made.
func decide(claims []date.Claim, made string) {
	for i := range claims {
		c := &claims[i]
		if c.Ambiguous && slices.Contains(c.Readings, made) {
			c.Value, c.Ambiguous, c.Why = made, false, "the file was made on "+made
		}
	}
}

// maxDated is how many paragraphs at each end of a document are searched for dates: the middle of a long one states
// none about itself.
const maxDated = 300

// pageOf makes a web page of the paragraphs, for the search of dates.
func pageOf(headline string, ps []paragraph, title int) (root, head *html.Node) {
	root = &html.Node{Type: html.DocumentNode}
	body := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	root.AppendChild(body)
	add := func(a atom.Atom, text string) *html.Node {
		n := &html.Node{Type: html.ElementNode, Data: a.String(), DataAtom: a}
		n.AppendChild(&html.Node{Type: html.TextNode, Data: text})
		body.AppendChild(n)
		return n
	}
	if title < 0 && headline != "" {
		head = add(atom.H1, headline)
	}
	for i := range ps {
		if i >= maxDated && i < len(ps)-maxDated {
			continue
		}
		switch {
		case i == title:
			head = add(atom.H1, ps[i].text)
		case ps[i].cells != nil:
			add(atom.P, strings.Join(ps[i].cells, " "))
		default:
			add(atom.P, ps[i].text)
		}
	}
	return root, head
}
