package extract

import (
	"hash/fnv"
	"io"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// Earlier is a page as it read before: which of its blocks were its text, and what its title was. What stands in a
// page's frame may change what the weights think of a text that did not change; whoever compares two captures of a page
// reads the later one with what is remembered of the earlier ([Options.Earlier]), so that what both have is text in both or
// in neither. It does not change once made and keeps nothing of the tree.
type Earlier struct {
	title  string
	titles map[string]bool // keys of what the page offered as its title
	blocks []past
	words  int // of the kept blocks
}

// past is a block of a page as it was read before.
type past struct {
	text, place uint64 // hashes of what it says and where it stood
	bag         []uint32
	kind        Kind
	link        bool // mostly links
	kept        bool
	barred      bool // left out by a rule, whatever was thought of it
}

// bagLimit is how many words of a block tell how similar it is to another.
const bagLimit = 400

// Remember takes apart a page that was read before, as title and text: the text by its blocks, a block a line as
// [Document.Text] gives it, white space folded. opt is what it was read with.
func Remember(root *html.Node, opt Options, title, text string) *Earlier {
	opt.Earlier = nil
	s := gather(root, opt.Remove)
	defer s.free()
	s.meta.settle(opt.URL)
	p := study(s, s.headline(opt.Layout))
	fresh := p.keeps(&Document{}, root, opt)
	kept := p.taken(fresh, text)
	e := &Earlier{title: title, titles: p.offered(opt)}
	shown := key(title)
	for i := range p.pieces {
		q := &p.pieces[i]
		b := p.past(i)
		b.bag = p.bag(i)
		b.kept = kept[i]
		b.barred = !b.kept && (p.unseen(i) || q.Kind == Heading && key(q.Text) == shown)
		if b.kept {
			e.words += q.words
		}
		e.blocks = append(e.blocks, b)
	}
	return e
}

// taken tells which blocks a text was made of. A line that stands in several blocks is the one that would be taken today.
func (p *page) taken(fresh []bool, text string) []bool {
	var lines, parts []uint64
	for line := range strings.SplitSeq(text, "\n") {
		lines = append(lines, hashPassing(line))
	}
	var owner []int // of each part of a block; code has several
	for i := range p.pieces {
		for line := range strings.SplitSeq(p.pieces[i].Text, "\n") {
			if strings.TrimSpace(line) != "" {
				parts, owner = append(parts, hashPassing(line)), append(owner, i)
			}
		}
	}
	kept := make([]bool, len(p.pieces))
	pairs := pairUp(lines, parts, func(_, j int) int {
		if fresh[owner[j]] {
			return 3
		}
		return 0
	})
	for j, i := range pairs {
		if i >= 0 {
			kept[owner[j]] = true
		}
	}
	return kept
}

// past is what is remembered of block i.
func (p *page) past(i int) past {
	q := &p.pieces[i]
	text := q.Text
	if form := q.passing(); form != "" {
		text = form // so that it is the block that it was
	}
	b := past{text: hashWords(text), kind: q.Kind, link: q.Kind != Heading && q.linkShare() >= 50}
	if b.link {
		b.text ^= 1 // an entry of a list of contents is not the heading that it leads to
	}
	h := fnv.New64a()
	_, _ = io.WriteString(h, p.place(q.box))
	b.place = h.Sum64()
	return b
}

// bag is the words of block i, hashed and sorted.
func (p *page) bag(i int) []uint32 {
	var out []uint32
	eachWord(p.pieces[i].Text, func(w []byte) bool {
		h := fnv.New32a()
		_, _ = h.Write(w)
		out = append(out, h.Sum32())
		return len(out) < bagLimit
	})
	slices.Sort(out)
	return out
}

// hashPassing hashes the words of a line, or its form if it may be a passing one: a text that was read after an earlier one
// may have that one's words.
func hashPassing(line string) uint64 {
	if form := Passing(line); form != "" {
		line = form
	}
	return hashWords(line)
}

// hashWords hashes the words of a text, or the text itself where it has none.
func hashWords(s string) uint64 {
	h := fnv.New64a()
	n := 0
	eachWord(s, func(w []byte) bool {
		n++
		_, _ = h.Write(w)
		_, _ = h.Write([]byte{' '})
		return true
	})
	if n == 0 {
		_, _ = io.WriteString(h, fold(s))
	}
	return h.Sum64() &^ 1
}

// offered are the keys of all that a page may be titled by: what its metadata claim, with and without the site's name,
// and its headings.
func (p *page) offered(opt Options) map[string]bool {
	out := map[string]bool{}
	site := p.meta.siteName()
	for _, c := range p.meta.claimed() {
		out[key(c)] = true
		out[key(trimSite(opt.Layout.TrimTitle(c), site))] = true
	}
	for i := range p.pieces {
		if q := &p.pieces[i]; q.Kind == Heading || i == p.head {
			out[key(q.Text)] = true
			out[key(trimSite(q.Text, site))] = true
		}
	}
	return out
}
