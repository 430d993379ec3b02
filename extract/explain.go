package extract

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"github.com/onrecord/onrecord/extract/date"
)

// Explanation tells of each part of a page why it is in the document or not. Its words are for people and change with
// the rules.
type Explanation struct {
	// Document is what [Read] gives.
	Document *Document
	// Title says where the title is from.
	Title string
	// Blocks are the page's blocks in the order of the page, kept or not. What is no block is not among them: scripts,
	// buttons, fields, and what Options.Remove picks, which Removed counts by elements.
	Blocks  []BlockReason
	Removed int
	// Dates are the claims, best first, and then dates that are no claim.
	Dates []DateReason
}

// BlockReason tells why a block is in the document or not.
type BlockReason struct {
	Kept bool
	// Step is what decided: one of the Step constants.
	Step string
	// Why says so in words.
	Why string
	// Hints are what speaks for or against the block: what the elements around it are by their names, links, length.
	Hints []string
	// Score is what the weights think of the block: above 0 it is rather text than not.
	Score int
	// Kind, Text and Element say what it is and where it stands: the innermost elements, the outer first.
	Kind    Kind
	Text    string
	Element string
}

// The steps that decide about blocks, in their order.
const (
	StepWeights    = "weights"     // the fitted weights of the block and its surroundings
	StepRescue     = "rescue"      // prose of the fullest element, where the weights left nearly nothing
	StepCohere     = "cohere"      // parts that belong together: lists, tables, what stands between two kept blocks
	StepRules      = "rules"       // headline, hidden text, framing phrases, what stands apart from the text
	StepLayout     = "layout"      // what the site's other pages taught
	StepContents   = "contents"    // a table of contents
	StepLastResort = "last resort" // nothing else was left
	StepSelect     = "select"      // Options.Select, Title or Date
	StepEarlier    = "earlier"     // how the page read before
	StepData       = "linked data" // the text was taken from the page's linked data
)

// trace notes which step decided about each block last; nil notes nothing.
type trace struct {
	scores []int32
	keep   []bool
	step   []string
}

// weighed notes what the weights say.
func (t *trace) weighed(scores []int32, keep []bool) {
	if t != nil {
		t.scores = slices.Clone(scores) // the page takes their memory back
		t.after(StepWeights, keep)
	}
}

// after notes what a step changed.
func (t *trace) after(step string, keep []bool) {
	if t == nil {
		return
	}
	if t.step == nil {
		t.step = make([]string, len(keep))
	}
	for i, k := range keep {
		if t.keep == nil || t.keep[i] != k {
			t.step[i] = step
		}
	}
	t.keep = append(t.keep[:0], keep...)
}

// Explain reads a page as [Read] does and tells why it reads so.
func Explain(root *html.Node, opt Options) *Explanation {
	t := &trace{}
	opt.trace = t
	s := gather(root, opt.Remove)
	defer s.free()
	d, p, kept, _ := read(root, s, opt)
	last := StepEarlier
	if opt.Select != nil && !slices.Contains(d.Flags, FlagSelectMissed) || opt.Earlier == nil {
		last = StepSelect
	}
	t.after(last, kept)
	e := &Explanation{Document: d, Title: p.titleReason(d, opt), Removed: len(opt.Remove.pick(root))}
	data := slices.Contains(d.Flags, FlagArticleBody)
	for i := range p.pieces {
		q := &p.pieces[i]
		b := BlockReason{Kept: kept[i], Step: t.step[i], Kind: q.Kind, Text: strings.Clone(q.Text), Element: elementPath(q.node), Hints: p.hints(i)}
		if i < len(t.scores) {
			b.Score = int(t.scores[i])
		}
		if b.Why = p.blockReason(i, &b); data {
			b.Kept, b.Step, b.Why = false, StepData, "the page's markup has hardly any text; that of its linked data was taken"
		}
		e.Blocks = append(e.Blocks, b)
	}
	e.Dates = dateReasons(d, e.Blocks)
	return e
}

// blockReason says in words what decided about a block.
func (p *page) blockReason(i int, b *BlockReason) string {
	switch b.Step {
	case StepWeights:
		if b.Kept {
			return "reads and stands like a statement's text"
		}
		return "reads or stands like the page's frame"
	case StepRescue:
		return "prose of the element that holds most of it, on a page where the weights leave nearly nothing"
	case StepCohere:
		if b.Kept {
			return "belongs with the kept parts around it: a list or table stands as a whole, a gap is closed"
		}
		return "belongs with the dropped parts around it: a list or table falls as a whole, teasers, another article"
	case StepRules:
		return p.ruleReason(i, b.Kept)
	case StepLayout:
		if b.Kept {
			return "stands where the texts of the site's other pages stand"
		}
		return "repeats on the site's other pages"
	case StepContents:
		return "a table of contents: it only says the headings of the text once more"
	case StepLastResort:
		return "all there is, on a page without any text by the rules"
	case StepSelect:
		if b.Kept {
			return "stands in an element that the selector picks"
		}
		if i == p.head || p.headCopy(i) {
			return "the headline, which is the title"
		}
		return "stands outside of what the selector picks, or is the title or date that one picks"
	case StepEarlier:
		if b.Kept {
			return "was text when the page was read before"
		}
		return "was no text when the page was read before"
	}
	return ""
}

// ruleReason says which of the rules decided about a block.
func (p *page) ruleReason(i int, kept bool) string {
	q := &p.pieces[i]
	switch {
	case kept:
		return "kept by a rule"
	case i == p.head:
		return "the headline, which is the title"
	case p.headCopy(i):
		return "says the headline once more"
	case q.all&mNoscript != 0:
		return "stands in noscript"
	case p.unseen(i):
		return "is hidden from readers"
	case p.rights(i):
		return "a copyright line, after which nothing is text"
	case dateLine(q):
		return "a line that is little but a date"
	case p.framing.kind[i] != phNone:
		return "opens like " + phraseWords[p.framing.kind[i]]
	case q.Kind == Heading:
		return "a heading with nothing under it, or one that stands apart from the text"
	}
	return "stands apart from the element that holds the text"
}

// phraseWords say what a framing phrase is.
var phraseWords = map[uint8]string{
	phMore: "a call to read on", phRelated: "a link to something else", phShare: "a call to share or follow", phSignup: "a call to subscribe",
	phTags: "a list of topics", phByline: "a byline", phRights: "legal lines", phComments: "comments", phConsent: "a cookie notice",
	phLogin: "a call to sign in", phPager: "a link to the next or last page", phAdvert: "an advertisement's label", phDate: "a date line",
	phCredit: "a picture's source", phTool: "a tool of the page", phTop: "a link to the top",
}

// markWords are the marks that a reader of an explanation understands, in the order of their weight for them.
var markWords = []struct {
	mark mark
	word string
}{
	{mHidden, "hidden"}, {mNav, "menu"}, {mFooter, "footer"}, {mHeader, "header"}, {mAside, "aside"}, {mOverlay, "overlay"}, {mForm, "form"},
	{mRelated, "related"}, {mShare, "share"}, {mComment, "comment"}, {mSignup, "sign-up"}, {mAdvert, "advertisement"}, {mPager, "pager"},
	{mCrumb, "breadcrumb"}, {mToc, "table of contents"}, {mLogin, "sign-in"}, {mRights, "rights"}, {mWidget, "widget"}, {mTags, "tags"},
	{mAuthor, "author box"}, {mByline, "byline"}, {mTeaser, "teaser"}, {mCaption, "caption"}, {mTool, "tool"}, {mArticle, "article"},
	{mMain, "main"}, {mContent, "content"}, {mIntro, "intro"}, {mHeadline, "headline"},
}

// hints are what is plain to see about a block.
func (p *page) hints(i int) []string {
	q := &p.pieces[i]
	var out []string
	for _, m := range markWords {
		if q.all&m.mark != 0 && len(out) < 4 {
			out = append(out, "in "+m.word)
		}
	}
	if n := q.linkShare(); n > 0 {
		out = append(out, fmt.Sprintf("%d%% links", n))
	}
	if q.words < 10 {
		out = append(out, "short")
	}
	if p.seen[i] {
		out = append(out, "said before")
	}
	return out
}

// pathDepth is how many elements of a path are told.
const pathDepth = 4

// elementPath names the innermost elements around a node, as selectors would: "main > div.body > p".
func elementPath(n *html.Node) string {
	var names []string
	for ; n != nil && len(names) < pathDepth; n = n.Parent {
		if n.Type != html.ElementNode || n.Data == "html" || n.Data == "body" && len(names) > 0 {
			continue
		}
		name := clip(n.Data, 30)
		switch id, class := attr(n, "id"), strings.Fields(clip(attr(n, "class"), 200)); {
		case plainName(id):
			name += "#" + id
		case len(class) > 0 && plainName(class[0]):
			name += "." + class[0]
		}
		names = append(names, name)
	}
	slices.Reverse(names)
	return strings.Join(names, " > ")
}

// plainName reports a name that a selector can hold as it is.
func plainName(s string) bool {
	if s == "" || len(s) > 60 || s[0] >= '0' && s[0] <= '9' {
		return false
	}
	return strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == ""
}

// titleReason says where the title is from.
func (p *page) titleReason(d *Document, opt Options) string {
	switch {
	case d.Title == "":
		return "the page has none"
	case opt.Title != nil && !slices.Contains(d.Flags, FlagTitleMissed):
		return "picked by the selector"
	}
	where := ""
	if p.head >= 0 {
		q := &p.pieces[p.head]
		where = elementPath(q.node)
		if strings.Contains(key(q.Text), key(d.Title)) {
			return "the headline that the page shows, in " + where
		}
	}
	for _, c := range p.meta.claimed() {
		if strings.Contains(key(c), key(d.Title)) {
			if where != "" {
				return "what the page's metadata say; the heading in " + where + " says otherwise"
			}
			return "what the page's metadata say; no heading is one"
		}
	}
	return "as the page read before"
}

// DateReason tells why a date is the document's or not.
type DateReason struct {
	date.Claim
	// Claimed is false for a date of the page that is no claim.
	Claimed bool
}

// maxStray is how many dates are told that are no claims. Years are not: every page has some.
const maxStray = 40

// dateReasons are the reasons of the claims, each with Why filled, and dates that are none.
func dateReasons(d *Document, blocks []BlockReason) []DateReason {
	var out []DateReason
	raw := map[string]bool{}
	for _, c := range d.Dates {
		raw[c.Raw] = true
		if !c.Chosen {
			c.Why = joinReasons(c.Why, passedOver(d, &c))
		}
		out = append(out, DateReason{c, true})
	}
	stray := 0
	for i := range blocks {
		if stray == maxStray {
			break
		}
		for _, m := range date.Scan(clip(blocks[i].Text, maxNamedText), d.Language) {
			text := clip(blocks[i].Text, maxNamedText)[m.Start:m.End]
			if raw[text] || stray == maxStray || m.Precision == date.Year {
				continue
			}
			raw[text] = true
			stray++
			c := date.Claim{Raw: text, Source: "text", Value: m.Value, Precision: m.Precision, Ambiguous: m.Ambiguous(), Readings: m.Readings,
				Why: "no claim: stands within the text"}
			if !blocks[i].Kept {
				c.Why = "no claim: stands in a part that is no text, and not where a page states its date"
			}
			out = append(out, DateReason{c, false})
		}
	}
	return out
}

func joinReasons(a, b string) string {
	if a == "" {
		return b
	}
	return a + "; " + b
}

// passedOver says why a claim was not chosen.
func passedOver(d *Document, c *date.Claim) string {
	of, day := "publication", d.Published
	if c.Role == date.Modified {
		of, day = "the last change", d.Modified
	}
	switch {
	case c.Source == "last-modified":
		return "the server's word about the file, never chosen"
	case c.Ambiguous && c.Value == "":
		return "nothing decides between its readings, and no weaker claim is taken in its place"
	case len(c.Value) < len("2006-01-02"):
		return "names no day"
	case day == "":
		return "a stronger claim allows more than one day, and this one is not taken in its place"
	case c.Value[:len("2006-01-02")] == day:
		return "agrees with the chosen day of " + of
	case c.Role == date.Modified && d.Published != "" && c.Value[:len("2006-01-02")] < d.Published:
		return "lies before the day of publication"
	}
	return "another claim of the day of " + of + " ranks higher"
}
