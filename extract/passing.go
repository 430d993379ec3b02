package extract

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/onrecord/onrecord/extract/internal/lexicon"
)

// Some lines of a page are other words at every visit and say nothing new: how long ago it was published, how often it was
// viewed. Such a line is told by its whole text, and a count also by the names of its elements: "31,500 views were lost
// in the flood" is a sentence, and "31,500 views" in a list of losses is a figure of the statement.

// passingHint is what the names of the elements of a line say about it.
type passingHint uint8

const (
	hintCount     passingHint = 1 << iota // named for one count: views, share-count
	hintMeta                              // named for what is known about the page: byline, post-meta
	hintCountdown                         // named for a countdown
)

// maxPassing is the length in bytes of the longest line that can be a passing one.
const maxPassing = 120

// maxBeside is how many words that are nothing passing may stand in a line beside what is.
const maxBeside = 6

// passing is a line without what passes in it: "3 days ago" and "4 days ago" have the same form, and so have "1,204 views"
// and "1,310 views" where hint allows for counts. It is "" for a line that holds nothing passing or too much beside it.
func passing(line string, hint passingHint) string {
	if len(line) == 0 || len(line) > maxPassing || hint == 0 && !agoEdged(line) {
		return ""
	}
	s := strings.ToLower(fold(line))
	if form := passingPart(s, hint); form != "" {
		return form
	}
	if hint&hintMeta == 0 {
		return ""
	}
	var forms []string
	beside, found := 0, false
	for part := range strings.FieldsFuncSeq(s, isDivider) {
		part = strings.TrimSpace(part)
		form := passingPart(part, hint)
		if form == "" {
			form = agoAtEnd(part)
		}
		if form != "" {
			found = true
		} else {
			form = part
			beside += strings.Count(part, " ") + 1
		}
		forms = append(forms, form)
	}
	if !found || beside > maxBeside {
		return ""
	}
	return strings.Join(forms, " · ")
}

// Passing is the form that a line of an earlier text has if it was a passing one: equal to [Block.Passing] of a block that
// takes its place and says the same but for what passes. The names of its elements are not known any more, so that a form
// alone says nothing about a line.
func Passing(line string) string { return passing(line, hintCount|hintMeta|hintCountdown) }

// isDivider reports the characters that part what is said about a page in one line.
func isDivider(r rune) bool {
	switch r {
	case '·', '•', '|', '–', '—', '⋅', '∙':
		return true
	}
	return false
}

// passingPart is the form of a part of a line that is passing as a whole, lower case and folded.
func passingPart(s string, hint passingHint) string {
	s = strings.TrimSpace(strings.TrimRight(s, "."))
	label, rest := cutLabel(s)
	if isAgo(rest) {
		return label + "<ago>"
	}
	if label != "" {
		return ""
	}
	if hint&(hintCount|hintMeta) != 0 {
		if noun := counted(s); noun != "" {
			return "<" + noun + ">"
		}
	}
	if hint&hintCount != 0 && isCount(s) || hint&hintCountdown != 0 && isCountdown(s) {
		return "<number>"
	}
	return ""
}

// agoAtEnd is the form of a part that ends with a relative time, "by ada berg 3 days ago"; "" for others.
func agoAtEnd(s string) string {
	for i, words := 0, 0; words < maxBeside; words++ {
		n := strings.IndexByte(s[i:], ' ')
		if n < 0 {
			return ""
		}
		if i += n + 1; isAgo(s[i:]) {
			return s[:i] + "<ago>"
		}
	}
	return ""
}

// cutLabel parts a text after the word that says of what it is the time.
func cutLabel(s string) (label, rest string) {
	for _, l := range timeLabels {
		if after, ok := strings.CutPrefix(s, l); ok {
			if rest = strings.TrimLeft(after, ": "); rest != after {
				return l + " ", rest
			}
		}
	}
	return "", s
}

// isCountdown reports a text of numbers and units of time alone, with or without "left".
func isCountdown(s string) bool {
	numbers := 0
	for word := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == ' ' || r == ':' || r == ',' }) {
		digits := strings.TrimLeft(word, "0123456789")
		if len(digits) < len(word) {
			numbers++
		}
		if digits != "" && !timeUnits[digits] && !leftWords[digits] {
			return false
		}
	}
	return numbers > 0
}

// passing is the form of a block that is a passing line, by its words and the names of the elements around them.
func (p *piece) passing() string {
	if len(p.Text) > maxPassing || p.row != nil || p.Kind != Paragraph && p.Kind != Item || p.node == nil {
		return ""
	}
	hint := elementHint(p.node)
	if up := p.node.Parent; up != nil {
		hint |= elementHint(up)
	}
	left := 30
	return passing(p.Text, hint|inlineHints(p.node, &left))
}

// inlineHints joins the hints of the elements that stand in an element's lines, of the first few.
func inlineHints(n *html.Node, left *int) (hint passingHint) {
	for c := n.FirstChild; c != nil && *left > 0; c = c.NextSibling {
		if c.Type == html.ElementNode && !breaks(c.DataAtom) {
			*left--
			hint |= elementHint(c) | inlineHints(c, left)
		}
	}
	return hint
}

// elementHint is what an element's names hint at.
func elementHint(n *html.Node) (hint passingHint) {
	if n.DataAtom == atom.Body || n.DataAtom == atom.Html {
		return 0
	}
	for _, a := range n.Attr {
		if a.Key == "class" || a.Key == "id" || a.Key == "itemprop" {
			hint |= namedHint(a.Val)
		}
	}
	return hint
}

// namedHint is what a value of class, id or itemprop hints at.
func namedHint[T string | []byte](names T) (hint passingHint) {
	if len(names) > attrLimit {
		names = names[:attrLimit]
	}
	switch m := wordMarks(names, passingNames); {
	case m&markCountdown != 0:
		hint |= hintCountdown
	case m&markMeta != 0:
		hint |= hintMeta
	case m == 0:
		return 0
	}
	for name := range strings.FieldsSeq(string(names)) {
		if countName(name) {
			hint |= hintCount
		}
	}
	return hint
}

// countName reports a class that names one count and nothing else: "views", "post-views-count", but not "views-row".
func countName(name string) bool {
	counts, single, total, other := 0, 0, 0, 0
	word := make([]byte, 0, 32)
	low := false
	flush := func() {
		if len(word) == 0 {
			return
		}
		switch m := passingNames.Get(word); {
		case m&markCount != 0:
			counts++
		case m&markSingle != 0:
			single++
		case m&markTotal != 0:
			total++
		case m&markBeside == 0:
			other++
		}
		word = word[:0]
	}
	for i := range len(name) {
		c := name[i]
		capital := c >= 'A' && c <= 'Z'
		letter := capital || c >= 'a' && c <= 'z' || c >= 0x80
		if !letter || capital && low {
			flush()
		}
		if low = letter && !capital; capital {
			c |= 0x20
		}
		if letter && len(word) < cap(word) {
			word = append(word, c)
		}
	}
	flush()
	return (counts > 0 || single > 0 && total > 0) && other == 0
}

// What the words of names hint at.
const (
	markCount  mark = 1 << iota // a count
	markSingle                  // a count if markTotal stands beside it
	markTotal
	markBeside    // stands beside the name of a count
	markMeta      // what is known about the page
	markCountdown // a countdown
)

// passingNames are the words of names that hint at passing lines.
var passingNames = func() *lexicon.Lexicon[mark] {
	m := map[string]mark{}
	for _, g := range []name{
		{"views viewcount viewscount viewcounter pageviews postviews hits hitcount reads readcount shares sharecount sharescount likes likecount likescount commentcount commentscount " +
			"reactions votes visits downloads retweets reposts interactioncount aufrufe zugriffe vues visitas lecturas leituras visualizzazioni", markCount},
		{"view hit read share like comment reaction vote visit download repost reply", markSingle},
		{"count counts counter number num total", markTotal},
		{"post entry article page stat stats item icon social text label value wrapper is has with", markBeside},
		{"byline meta metadata postmeta entrymeta articlemeta postinfo articleinfo infos socials engagement", markMeta},
		{"countdown timer", markCountdown},
	} {
		for w := range strings.FieldsSeq(g.word) {
			m[w] |= g.mark
		}
	}
	return lexicon.New(m)
}()
