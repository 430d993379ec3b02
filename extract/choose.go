package extract

import (
	"slices"
	"strings"

	"golang.org/x/net/html/atom"

	"github.com/onrecord/onrecord/extract/date"
)

// choose tells which blocks are the main text.
func (p *page) choose(opt Options) []bool {
	if opt.weights != nil {
		p.weights = opt.weights
	}
	scores := p.weigh(p.weights)
	keep := make([]bool, len(scores))
	p.lower(scores)
	for i, v := range scores {
		keep[i] = v > 0
	}
	t := opt.trace
	t.weighed(scores, keep)
	p.rescue(keep)
	t.after(StepRescue, keep)
	p.cohere(keep, scores)
	t.after(StepCohere, keep)
	p.rules(keep, scores)
	t.after(StepRules, keep)
	p.learned(keep, scores, opt.Layout)
	t.after(StepLayout, keep)
	p.contents(keep)
	t.after(StepContents, keep)
	if p.textWords(keep) == 0 {
		p.lastResort(keep)
		t.after(StepLastResort, keep)
	}
	return keep
}

// rescue takes the prose of the box that holds most of it where the weights would leave nearly nothing of a page that
// has a text.
func (p *page) rescue(keep []bool) {
	t := &p.boxes[p.top]
	prose := 0
	for i := t.first; i < t.last; i++ {
		if p.pieces[i].prose() {
			prose += p.pieces[i].words
		}
	}
	if got := p.textWords(keep); prose < 80 || got*5 > prose {
		return
	}
	for i := t.first; i < t.last; i++ {
		q := &p.pieces[i]
		keep[i] = keep[i] || q.worth() > 0 && (q.prose() || q.Kind == Item || q.Kind == Quote || q.Kind == Row)
	}
}

// rules are what holds whatever the weights say.
func (p *page) rules(keep []bool, scores []int32) {
	hidden := p.hiddenWords*2 < p.words // else scripts show what the styles hide
	for i := range keep {
		q := &p.pieces[i]
		switch {
		case i == p.head, p.headCopy(i):
			keep[i] = false
		case hidden && q.all&mHidden != 0 && q.all&mFold == 0, q.all&mNoscript != 0:
			keep[i] = false
		}
	}
	p.frame(keep, scores)
	p.outsideMain(keep)
	p.belowShort(keep)
	p.behindArticle(keep)
	p.opening(keep)
	p.framed(keep)
	p.elsewhere(keep)
	p.closing(keep)
}

// headCopy reports a block before the text that says the headline once more.
func (p *page) headCopy(i int) bool {
	q := &p.pieces[i]
	return p.head >= 0 && q.Text == p.pieces[p.head].Text && q.Kind == Heading
}

// sure is the score above which a block counts although it stands apart from the rest of the text.
const sure = 1100

// frame drops what was kept outside the element that holds nearly all of the text: what stands in the page's frame must
// be surer than what stands in the text, and nothing follows a copyright line.
func (p *page) frame(keep []bool, scores []int32) {
	core, prose := p.core(keep)
	if prose < 120 {
		return // a list or a page of pieces: no core to stand apart from
	}
	c := &p.boxes[core]
	for i := range keep {
		if i >= int(c.first) && i < int(c.last) {
			continue
		}
		q := &p.pieces[i]
		if i >= int(c.last) && p.rights(i) {
			clear(keep[i:])
			return
		}
		if keep[i] && scores[i] < sure && (!q.prose() || p.apart(i, core)) {
			keep[i] = false
		}
	}
}

// outsideMain drops what a short text has outside of the one element that says it is the page's main part (HTML 4.4.14, "the
// dominant contents") and holds the headline: it is what tells a short statement from its sender's address. A long text
// stands out by itself, and sites put parts of lists elsewhere.
func (p *page) outsideMain(keep []bool) {
	main := int32(0)
	for i := range p.boxes {
		b := &p.boxes[i]
		switch {
		case b.own&mMain == 0 || b.node.DataAtom != atom.Main && attr(b.node, "role") != "main" || main != 0 && p.within(int32(i), main):
		case main != 0:
			return
		default:
			main = int32(i)
		}
	}
	if main == 0 || p.head < 0 || !p.within(p.pieces[p.head].box, main) {
		return
	}
	x := &p.boxes[main]
	if all := p.textWords(keep); all < articleLeast && p.wordsIn(x, keep)*4 >= all {
		clear(keep[:x.first])
		clear(keep[x.last:])
	}
}

// belowShort drops what a short text has in the footer of the page (HTML 4.4.9: of the body, as of no article), after the
// headline: the sender's name, its address, how to sign up. A short text has too little else to tell them from.
func (p *page) belowShort(keep []bool) {
	all := p.textWords(keep)
	if p.head < 0 || all >= articleLeast {
		return
	}
	for i := range p.boxes {
		b := &p.boxes[i]
		if b.node.DataAtom != atom.Footer && attr(b.node, "role") != "contentinfo" || int(b.first) <= p.head || b.all&(mMain|mArticle) != 0 {
			continue
		}
		if n := p.wordsIn(b, keep); n > 0 && n*2 < all {
			clear(keep[b.first:b.last])
			all -= n
		}
	}
}

// behindArticle drops what stands behind the end of the element that says it is the article, when that holds most of the
// text: there sites tell who wrote it and what else they have. Comments and further articles are judged by themselves.
func (p *page) behindArticle(keep []bool) {
	all := p.textWords(keep)
	if all < articleLeast {
		return
	}
	for b := range p.boxes {
		x := &p.boxes[b]
		if x.node.DataAtom != atom.Article || int(x.words)*4 < all*3 || p.wordsIn(x, keep) < all*3/4 {
			continue
		}
		for i := int(x.last); i < len(keep); i++ {
			if q := &p.pieces[i]; q.all&mComment == 0 && p.article(q.box) == 0 {
				keep[i] = false
			}
		}
		return
	}
}

// articleLeast is how many words a text has of which an article may be most.
const articleLeast = 120

// core is the smallest box that holds most of the kept prose, and how many words of prose were kept.
func (p *page) core(keep []bool) (box int32, prose int) {
	words := make([]int, len(p.boxes))
	total := 0
	for i, k := range keep {
		if k && p.pieces[i].prose() {
			words[p.pieces[i].box] += p.pieces[i].words
			total += p.pieces[i].words
		}
	}
	for i := len(p.boxes) - 1; i > 0; i-- {
		words[p.boxes[i].up] += words[i]
	}
	best := int32(0)
	for i := range p.boxes {
		if words[i]*100 >= total*70 && p.within(int32(i), best) {
			best = int32(i)
		}
	}
	return best, total
}

// apart reports whether block i stands in a part of the page, beside the core's part, that is mostly no prose.
func (p *page) apart(i int, core int32) bool {
	b := p.pieces[i].box
	for p.boxes[b].up != 0 && !p.within(core, p.boxes[b].up) {
		b = p.boxes[b].up
	}
	part := &p.boxes[b]
	return part.linkShare() > 30 || part.controls > 0 || part.paras*3 < part.last-part.first
}

// rights reports a copyright line.
func (p *page) rights(i int) bool { return p.framing.line[i] }

// isRights reports a copyright line: it opens with the sign, or holds it and is short, or says so and names a year or
// stands in a footer.
func isRights(q *piece, phrase int) bool {
	switch {
	case q.words > 60:
		return false
	case strings.HasPrefix(q.Text, "©"), q.words < 25 && strings.Contains(q.Text, "©"), q.words < 40 && phrase == phRights && q.digit > 0:
		return true
	case q.Kind != Paragraph:
		return false
	}
	if len(q.Text) >= int(q.runes)+8 && asksCredit(q.Text) { // four of its characters take three bytes
		return true
	}
	if q.words <= 8 && strings.HasPrefix(strings.ToLower(clip(q.Text, 12)), "copyright ") {
		return true
	}
	return q.words < 25 && (q.digit > 0 || q.all&mFooter != 0) && reserves(q.Text)
}

// asksCredit reports a text that says whose it is and how to reprint it, in languages of which characters are words.
func asksCredit(s string) bool {
	for _, w := range [...]string{"版权所有", "版權所有", "转载请注明", "轉載請註明", "轉載請注明", "請註明出處", "请注明出处", "谢绝转载", "禁止转载", "無断転載", "無断複製", "무단 전재", "무단전재"} {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// reserves reports a text that says in one of many languages that all rights are reserved.
func reserves(s string) bool {
	for _, w := range [...]string{"ights reserved", "ights Reserved", "echte vorbehalten", "roits réservés", "erechos reservados", "ireitos reservados", "iritti riservati", "echten voorbehouden", "rawa zastrzeżone", "рава защищены"} {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// elsewhere drops the links under a heading that says that they lead to something else ("You may also like"): by themselves
// they often read like the statement's own, as they are the titles of its neighbours.
func (p *page) elsewhere(keep []bool) {
	under := false
	for i := range keep {
		q := &p.pieces[i]
		switch link := q.linkShare() >= 90 && q.words <= 30; {
		case p.framing.kind[i] == phRelated && q.words <= 8 && !link:
			under = true
		case under && link:
			keep[i] = false
		case !(under && (p.framing.dates[i] || q.words <= 3 && q.Kind != Heading)):
			under = false
		}
	}
}

// framed drops the short blocks inside the text that are the byline of an element that is named as one, or open like a
// call and are one: to read something else (a link, or a colon and a title), an advertisement's label, a picture's source,
// and near the end calls to subscribe and to follow.
func (p *page) framed(keep []bool) {
	all, sofar := p.textWords(keep), 0
	for i := range keep {
		q := &p.pieces[i]
		if keep[i] {
			sofar += q.words
		}
		if !keep[i] || q.words > 40 || q.Kind == Row || q.Kind == Code {
			continue
		}
		if q.Kind == Paragraph && q.all&mByline != 0 && (p.framing.dates[i] || q.words <= 12 && q.stops == 0 && q.passing() != "") {
			keep[i] = false // who wrote this, when, and how many have seen it
			continue
		}
		colon := strings.ContainsRune(clip(q.Text, 30), ':')
		late := sofar*10 > all*7
		switch p.framing.kind[i] {
		case phRelated:
			keep[i] = !(q.linkShare() >= 50 || colon && (q.links > 0 || q.stops <= 1) || q.words <= 3 && q.Kind != Item)
		case phMore:
			keep[i] = q.linkShare() < 60
		case phAdvert:
			keep[i] = q.words > 3
		case phCredit:
			keep[i] = !(colon && q.words <= 6 && q.Kind == Paragraph)
		case phSignup, phShare, phLogin:
			keep[i] = !late || q.Kind == Item && q.linkShare() < 50
		}
	}
}

// opening drops what stands between the headline and the first prose and is a date line or a byline. A day within the
// element of the text, when the headline stands outside of that, is where the text begins.
func (p *page) opening(keep []bool) {
	if p.head < 0 {
		return
	}
	core, _ := p.core(keep)
	outside := p.within(p.pieces[p.head].box, core)
	for i := p.head + 1; i < min(len(keep), p.head+12); i++ {
		q := &p.pieces[i]
		dated := false
		if q.Kind == Paragraph && (outside || !p.within(q.box, core)) {
			dated = dateLine(q) || datedLine(q)
		}
		if q.prose() && !dated {
			return
		}
		if keep[i] && q.Kind == Paragraph && (dated || p.framing.kind[i] == phByline && q.words <= 8 || p.framing.kind[i] == phDate && q.words <= 10 && q.digit > 0) {
			keep[i] = false
		}
	}
}

// closing drops from the end of the text what frames it: copyright lines, calls to read, share, write or go on.
func (p *page) closing(keep []bool) {
	last := -1
	for i := len(keep) - 1; i >= 0; i-- {
		if keep[i] && p.pieces[i].prose() && !p.rights(i) {
			last = i
			break
		}
	}
	brief := last < 0 // a text too short for prose: only what is surely none of it is dropped
	if brief {
		last = max(0, slices.Index(keep, true))
	}
	for i := last + 1; i < len(keep); i++ {
		if p.rights(i) {
			clear(keep[i:])
			return
		}
		if brief {
			continue
		}
		q := &p.pieces[i]
		if keep[i] && q.words <= 6 && q.passing() != "" {
			keep[i] = false // how often it was seen, how long ago it was changed
			continue
		}
		switch p.framing.kind[i] {
		case phMore, phShare, phTags, phPager, phTop, phRelated, phComments, phLogin, phAdvert:
			if q.words <= 12 && !(q.Kind == Row || q.Kind == Code) {
				keep[i] = false
			}
		}
	}
	if !brief {
		p.bareHeadings(keep)
	}
}

// dateLine reports a block that is little but a date.
func dateLine(q *piece) bool {
	return q.digit >= 3 && q.words <= 8 && q.runes <= 40 && q.digit*5 >= q.runes && q.stops == 0
}

// datedLine reports a short line that begins with a day and goes on with no sentence: who wrote it, on whose behalf, where.
func datedLine(q *piece) bool {
	if q.digit < 3 || q.words > 16 || ending(q.Text) == 2 {
		return false
	}
	m := date.Scan(q.Text, "")
	return len(m) == 1 && m[0].Start == 0 && !m[0].Range && m[0].Precision != date.Year && m[0].Precision != date.Month
}

// lastResort takes what there is on a page without any text by the rules: noscript, then everything that is not
// hidden and not the page's frame.
func (p *page) lastResort(keep []bool) {
	for _, not := range []mark{mHidden | mOverlay | mNav | mFooter, mHidden | mOverlay, 0} {
		n := 0
		for i := range keep {
			q := &p.pieces[i]
			if i != p.head && q.all&not == 0 && q.prose() && (q.all&mNoscript != 0 || q.words >= 10) {
				keep[i] = true
				n += q.words
			}
		}
		if n > 0 {
			return
		}
	}
}

// fromData takes the text that the page's linked data hold, where the markup has hardly any.
func (p *page) fromData(d *Document) {
	a := p.meta.article()
	if a == nil {
		return
	}
	body, _ := a["articleBody"].(string)
	if body == "" {
		body, _ = a["text"].(string)
	}
	if measure(body).words < 60 {
		return
	}
	d.Blocks, p.out = nil, nil
	if strings.Contains(body, "</p>") || strings.Contains(body, "<br") {
		if root, _, err := Parse([]byte(body)); err == nil {
			s := gather(root, nil)
			for i := range s.pieces {
				d.Blocks = append(d.Blocks, s.pieces[i].block())
			}
		}
	} else {
		for line := range strings.Lines(body) {
			if t := fold(line); t != "" {
				d.Blocks = append(d.Blocks, Block{Text: t})
			}
		}
	}
	for i := range d.Blocks {
		d.Blocks[i].Markdown = escapeMarkdown(d.Blocks[i].Text)
	}
	d.flag(FlagArticleBody)
}

func containsInvalid(s string) bool { return strings.ContainsRune(s, '\uFFFD') }
