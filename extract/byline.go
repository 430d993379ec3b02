package extract

// The strengths of what a page shows as its author.
const (
	byNear   = 2 // a person's name by the headline that the page says again elsewhere as an author's
	byUser   = 3 // the name of a user of a forum
	byClass  = 4 // an element whose class says author
	byWord   = 5 // after the word "by"
	byMarked = 6 // rel=author, itemprop=author
)

// bylineFrame are the parts of a page where a name is another text's author.
const bylineFrame mark = mNav | mFooter | mComment | mRelated | mOverlay | mSignup | mAdvert | mLogin

// byline looks for an author where pages show one: near the headline, and after the text. The strength says how sure it
// is, 0 when nobody was found.
func (p *page) byline() (names []string, strength int) {
	from, to, end := p.bylinePlaces()
	for i := from; i < to; i++ {
		if n, s := p.authorsAt(i); s > strength {
			names, strength = n, s
		}
	}
	for i := to; i < min(len(p.pieces), to+30) && strength < byMarked && strength != byWord; i++ {
		if q := &p.pieces[i]; q.all&mAuthor != 0 && q.words <= 20 { // the first post of a discussion is signed at its end
			if n, s := p.authorsAt(i); s == byMarked {
				names, strength = n, s
			}
		}
	}
	if strength >= byClass {
		return names, strength
	}
	for i := max(to, end-6); i < min(len(p.pieces), end+14); i++ {
		if n, s := p.authorsAt(i); s >= byClass && s > strength {
			names, strength = n, s
		}
	}
	return names, strength
}

// bylinePlaces are the blocks around the headline where a byline may stand, and the end of the text.
func (p *page) bylinePlaces() (from, to, end int) {
	t := &p.boxes[p.top]
	at := p.head
	if at < 0 {
		at = max(0, int(t.first)-8)
	}
	from, to, end = max(0, at-8), min(len(p.pieces), at+16), int(t.last)
	prose := 0
	for i := at + 1; i < to; i++ {
		if q := &p.pieces[i]; q.prose() {
			if prose += q.words; prose > 150 {
				to = i
			}
		}
	}
	return from, to, end
}

// authorsAt are the authors that block i shows.
func (p *page) authorsAt(i int) (names []string, strength int) {
	q := &p.pieces[i]
	frame := bylineFrame
	if p.head >= 0 {
		frame &^= p.pieces[p.head].all // what holds the headline too is no frame
	}
	if i == p.head || q.words > 40 || q.Kind == Code || q.Kind == Row || q.all&frame != 0 || q.node == nil {
		return nil, 0
	}
	f := authorFinder{}
	f.search(q.node)
	if names := names1(f.names); f.strength == byMarked && len(names) > 0 {
		return names, byMarked
	}
	if q.all&mHidden != 0 {
		return nil, 0
	}
	if names := p.afterByAt(i); len(names) > 0 {
		return names, byWord
	}
	if names := names1(f.names); len(names) > 0 {
		return names, f.strength
	}
	if q.words <= 8 && q.all&mAuthor != 0 && q.stops == 0 && namely(q.Text) && person(nameEnd(q.Text)) {
		return names1([]string{q.Text}), byClass
	}
	if q.words <= 14 && p.head >= 0 && i > p.head-5 && i < p.head+6 {
		if n := p.nearName(i); n != "" {
			return []string{n}, byNear
		}
	}
	return nil, 0
}
