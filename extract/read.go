package extract

import (
	"hash/maphash"
	"slices"

	"golang.org/x/net/html"

	"github.com/onrecord/onrecord/extract/date"
)

// read makes the document of a page that was taken apart; it also tells which blocks were kept, and what the search for
// dates found.
func read(root *html.Node, s *sheet, opt Options) (*Document, *page, []bool, date.Result) {
	d := &Document{}
	s.meta.settle(opt.URL)
	p := study(s, s.headline(opt.Layout))
	kept := p.keeps(d, root, opt)
	if d.Title = namedTitle(d, root, opt); d.Title == "" {
		d.Title = p.chooseTitle(opt)
	}
	kept, d.Title = p.recall(d, kept, opt)
	p.fill(d, kept)
	p.describe(d, opt)
	dates := p.dates(d, root, kept, opt)
	d.Suspect = p.suspicion(d)
	p.warn(d)
	return d, p, kept, dates
}

// fill makes the document's blocks of the kept ones.
func (p *page) fill(d *Document, kept []bool) {
	n := 0
	for _, k := range kept {
		if k {
			n++
		}
	}
	d.Blocks = slices.Grow(d.Blocks, n)
	p.out = p.room.int32s.take(n)[:0]
	for i, k := range kept {
		if !k {
			continue
		}
		q := &p.pieces[i]
		b := q.block()
		b.Passing = q.passing()
		if q.Kind == Code {
			b.Markdown = b.Text
		} else {
			b.Markdown = p.meta.inline(b.Text, q.spans)
		}
		for k, c := range b.Cells {
			b.CellsMarkdown = append(b.CellsMarkdown, p.meta.inline(c, q.row.spans[k]))
		}
		d.Blocks = append(d.Blocks, b)
		p.out = append(p.out, int32(i))
	}
	if len(d.Blocks) == 0 || p.textWords(kept) < 40 {
		p.fromData(d)
	}
}

func (p *page) textWords(kept []bool) int { return p.wordsFrom(0, kept) }

// wordsIn is how many of the kept words stand in a box.
func (p *page) wordsIn(b *box, kept []bool) int { return p.wordsFrom(b.first, kept[b.first:b.last]) }

// wordsFrom counts the kept words of blocks, of which the first one is block first.
func (p *page) wordsFrom(first int32, kept []bool) int {
	n := 0
	for i, k := range kept {
		if k {
			n += p.pieces[int(first)+i].words
		}
	}
	return n
}

// dates finds the claims of the page and chooses among them.
func (p *page) dates(d *Document, root *html.Node, kept []bool, opt Options) date.Result {
	r := date.Read(p.dateInput(d.Language, root, kept, opt))
	d.Dates, d.Published, d.Modified = r.Claims, r.Published, r.Modified
	if opt.Date != nil && !slices.ContainsFunc(r.Claims, func(c date.Claim) bool { return c.Source == date.Selector }) {
		d.flag(FlagDateMissed)
	}
	return r
}

// dateInput hands over what the search for dates wants to know.
func (p *page) dateInput(lang string, root *html.Node, kept []bool, opt Options) date.Input {
	in := date.Input{Root: root, URL: opt.URL, Header: opt.Header, Language: lang, LinkedData: p.meta.linked,
		Order: opt.Layout.Order(), Place: opt.Layout.DatePlace(), Named: namedDates(root, opt)}
	if in.LinkedData == nil {
		in.LinkedData = []map[string]any{} // there is none: no second look
	}
	if p.head >= 0 {
		in.Headline = p.pieces[p.head].node
	}
	in.InMain = p.mainText(kept)
	return in
}

// mainText tells whether a node is in the main text: whether the innermost box around it holds a kept block of its own.
func (p *page) mainText(kept []bool) func(*html.Node) bool {
	boxes, main := p.room.index(len(p.boxes)+1), p.room.flags.take(len(p.boxes))
	slot := func(n *html.Node) *int32 {
		return boxes.slot(maphash.Comparable(hashSeed, n), func(i int32) bool { return p.boxes[i-1].node == n })
	}
	for i := range p.boxes {
		*slot(p.boxes[i].node) = int32(i + 1)
	}
	for i, k := range kept {
		if k {
			main[p.pieces[i].box] = true
		}
	}
	return func(n *html.Node) bool {
		for ; n != nil; n = n.Parent {
			if i := *slot(n); i != 0 {
				return main[i-1]
			}
		}
		return false
	}
}

// warn sets the flags.
func (p *page) warn(d *Document) {
	if p.hiddenWords > 20 {
		d.flag(FlagHiddenText)
	}
	if p.oddRunes {
		d.flag(FlagHiddenChars)
	}
	if p.frames > 0 && p.words < 100 {
		d.flag(FlagFrames)
	}
	if d.Suspect == NeedsScript || p.scripts > 0 && p.words < 40 {
		d.flag(FlagNeedsScript)
	}
	for i := range d.Blocks {
		if containsInvalid(d.Blocks[i].Text) {
			d.flag(FlagInvalid)
			break
		}
	}
	slices.Sort(d.Flags)
}

func (d *Document) flag(f string) {
	if !slices.Contains(d.Flags, f) {
		d.Flags = append(d.Flags, f)
		slices.Sort(d.Flags)
	}
}
