package extract

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Overrides are what somebody who knows a site says about where its statements stand. The zero value says nothing.
type Overrides struct {
	// Select picks the elements that are the text: all that they hold is kept, but the headline and what readers do not
	// see, and nothing else is. Where it picks none with text, the text is found as ever and the document says so
	// ([FlagSelectMissed]).
	Select *Selector
	// Remove picks elements that are not read, whatever the extractor thinks of them. It does not reach metadata in the head.
	Remove *Selector
	// Title picks the element that is the headline: the first one with text. See [FlagTitleMissed].
	Title *Selector
	// Date picks the element that states the day of publication: the first one with a date in its attribute datetime or
	// content, or in its text. An ambiguous date is decided by evidence, or not at all, as ever. See [FlagDateMissed].
	Date *Selector
}

// OverrideKeys are the names of the overrides, as configs and flags have them.
var OverrideKeys = [...]string{"select", "remove", "title", "date"}

// ParseOverrides compiles the selectors of an override each; no selector, or blank ones only, leaves it out. The error
// names the key.
func ParseOverrides(css map[string][]string) (*Overrides, error) {
	o := &Overrides{}
	for _, key := range OverrideKeys {
		var list []string
		for _, s := range css[key] {
			if strings.TrimSpace(s) == "" {
				continue
			}
			if _, err := ParseSelector(s); err != nil { // each by itself, so that one cannot complete another
				return nil, fmt.Errorf("%s: %w", key, err)
			}
			list = append(list, s)
		}
		if len(list) == 0 {
			continue
		}
		sel, err := ParseSelector(strings.Join(list, ", "))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		*o.field(key) = sel
	}
	return o, nil
}

func (o *Overrides) field(key string) **Selector {
	switch key {
	case "select":
		return &o.Select
	case "remove":
		return &o.Remove
	case "title":
		return &o.Title
	}
	return &o.Date
}

// Map are the selectors by key, those that are there; nil gives none. [ParseOverrides] of it gives the same overrides.
func (o *Overrides) Map() map[string][]string {
	out := map[string][]string{}
	if o == nil {
		return out
	}
	for _, key := range OverrideKeys {
		if s := *o.field(key); s != nil {
			out[key] = []string{s.String()}
		}
	}
	return out
}

// Digest names the overrides, for the rules of a reading: readings with other ones are not to be compared. "" for none.
func (o *Overrides) Digest() string {
	m := o.Map()
	if len(m) == 0 {
		return ""
	}
	h := sha256.New()
	for _, key := range OverrideKeys {
		fmt.Fprintf(h, "%s %q\n", key, m[key])
	}
	return hex.EncodeToString(h.Sum(nil)[:6])
}

// Apply gives options the overrides; nil changes nothing.
func (o *Overrides) Apply(opt Options) Options {
	if o != nil {
		opt.Overrides = *o
	}
	return opt
}

// Flags of overrides that picked nothing on a page, so that it was read as if they were not there.
const (
	// FlagSelectMissed: the selector for the text picks no element with text.
	FlagSelectMissed = "select picks nothing"
	// FlagTitleMissed: the selector for the title picks no element with text.
	FlagTitleMissed = "title picks nothing"
	// FlagDateMissed: the selector for the date picks no element with a date.
	FlagDateMissed = "date picks nothing"
	// FlagSelectorCost: a selector could take very long on this page, and was not tried.
	FlagSelectorCost = "selector not tried"
)

// keeps tells which blocks are the text: the chosen ones, or what Options.Select picks. What Options.Title picks is the
// title, and a line that is little but the date which Options.Date picks is the date; they are not said twice.
func (p *page) keeps(d *Document, root *html.Node, opt Options) []bool {
	for _, key := range OverrideKeys {
		if s := *opt.field(key); s != nil && !s.affordable(root) {
			d.flag(FlagSelectorCost)
		}
	}
	kept := p.choose(opt)
	named, dated := opt.Title.pick(root), opt.Date.pick(root)
	own := func(i int) bool { return p.inside(i, named) || p.inside(i, dated) && dateLine(&p.pieces[i]) }
	if picked := opt.Select.pick(root); opt.Select != nil {
		only := make([]bool, len(kept))
		for i := range only {
			only[i] = p.inside(i, picked) && i != p.head && !p.headCopy(i) && !p.unseen(i) && !own(i)
		}
		if p.textWords(only) > 0 {
			return only
		}
		d.flag(FlagSelectMissed)
	}
	for i := range kept {
		if kept[i] && own(i) {
			kept[i] = false
		}
	}
	return kept
}

// inside reports whether block i is one of the elements, or stands in one.
func (p *page) inside(i int, picked map[*html.Node]bool) bool {
	if len(picked) == 0 {
		return false
	}
	for n := p.pieces[i].node; n != nil; n = n.Parent {
		if picked[n] {
			return true
		}
	}
	return false
}

// unseen reports a block that readers do not see.
func (p *page) unseen(i int) bool {
	q := &p.pieces[i]
	return p.hiddenWords*2 < p.words && q.all&mHidden != 0 && q.all&mFold == 0 || q.all&mNoscript != 0
}

// maxNamed is how many elements of a title or date selector are looked at, maxNamedText how much of each is read.
const (
	maxNamed     = 20
	maxNamedText = 2000
)

// namedTitle is the title that Options.Title picks; "" when there is none.
func namedTitle(d *Document, root *html.Node, opt Options) string {
	if opt.Title == nil {
		return ""
	}
	for _, n := range opt.Title.first(root, maxNamed) {
		t := attr(n, "content") // a meta element
		if n.DataAtom != atom.Meta {
			t = nodeText(n)
		}
		if t = fold(t); t != "" {
			return t
		}
	}
	d.flag(FlagTitleMissed)
	return ""
}

// namedDates are the texts that may hold the date which Options.Date picks, in order.
func namedDates(root *html.Node, opt Options) []string {
	var out []string
	for _, n := range opt.Date.first(root, maxNamed) {
		for _, t := range []string{attr(n, "datetime"), attr(n, "content"), nodeText(n)} {
			if t = fold(t); t != "" {
				out = append(out, t)
			}
		}
	}
	return out
}

// first are the first elements that the selector matches, in the order of the page; none for a nil selector, or one that
// would cost too much.
func (s *Selector) first(root *html.Node, n int) []*html.Node {
	if s == nil || !s.affordable(root) {
		return nil
	}
	nodes := goquery.NewDocumentFromNode(root).FindMatcher(s.matcher).Nodes
	return nodes[:min(len(nodes), n)]
}

// nodeText is the beginning of the text of an element, without what is no text.
func nodeText(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if b.Len() > maxNamedText {
			break
		}
		if d.Type != html.TextNode {
			if d.Type == html.ElementNode {
				b.WriteByte(' ')
			}
			continue
		}
		switch d.Parent.DataAtom {
		case atom.Script, atom.Style, atom.Template, atom.Noscript:
		default:
			b.WriteString(d.Data)
		}
	}
	return strings.ToValidUTF8(b.String(), "")
}
