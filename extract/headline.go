package extract

import "github.com/onrecord/onrecord/extract/layout"

// claimed are the titles that the page's metadata give, most trusted first.
func (m *metadata) claimed() []string { return m.claims.get(m.findClaims) }

func (m *metadata) findClaims() []string {
	var out []string
	add := func(s string) {
		if s = fold(s); s != "" && len(s) < 600 {
			out = append(out, s)
		}
	}
	if a := m.article(); a != nil {
		add(text1(a["headline"]))
		if text1(a["headline"]) == "" {
			add(text1(a["name"]))
		}
	}
	for _, n := range []string{"og:title", "citation_title", "dc.title", "dcterms.title", "parsely-title", "twitter:title", "headline"} {
		add(m.first(n))
	}
	for _, t := range m.titles {
		add(t)
	}
	return out
}

// headline finds the block that shows the statement's headline: a heading, or a block that says what the metadata call
// the title. -1 when no block does.
func (s *sheet) headline(l *layout.Layout) int {
	claims := newClaims(s.meta.claimed())
	best, bestScore := s.bestHeadline(claims, true, l)
	if bestScore >= 100 || best >= 0 && s.pieces[best].Level == 1 && bestScore >= 60 {
		return best
	}
	best, _ = s.bestHeadline(claims, false, l)
	return best
}

// claims are titles by the numbers of their words, so that blocks can be compared with them without a table for each.
type claims struct {
	number map[string]int32 // of each word, from 1
	first  [256]bool        // a word begins with this byte
	titles [][]int32
	words  []int32 // of the block at hand, 0 for words that no title has
	count  []int32 // by word, all 0 between two uses
}

func newClaims(titles []string) *claims {
	c := &claims{number: map[string]int32{}}
	for _, t := range titles {
		var list []int32
		ws := words{text: t}
		for w := ws.next(); w != nil; w = ws.next() {
			n := c.number[string(w)]
			if n == 0 {
				n = int32(len(c.number) + 1)
				c.number[string(w)] = n
				c.first[w[0]] = true
			}
			list = append(list, n)
		}
		c.titles = append(c.titles, list)
	}
	c.count = make([]int32, len(c.number)+1)
	return c
}

// read takes a block's words.
func (c *claims) read(s string) {
	c.words = c.words[:0]
	ws := words{text: s}
	for w := ws.next(); w != nil; w = ws.next() {
		n := int32(0)
		if c.first[w[0]] {
			n = c.number[string(w)]
		}
		c.words = append(c.words, n)
	}
}

// covers is [covers] by numbers.
func (c *claims) covers(a, b []int32) int {
	if len(a) == 0 {
		return 0
	}
	for _, w := range b {
		c.count[w]++
	}
	c.count[0] = 0 // words that no title has are not the same word
	n := 0
	for _, w := range a {
		if c.count[w] > 0 {
			c.count[w]--
			n++
		}
	}
	for _, w := range b {
		c.count[w] = 0
	}
	return n * 100 / len(a)
}

// bestHeadline weighs the headings, or all short blocks.
func (s *sheet) bestHeadline(c *claims, headings bool, l *layout.Layout) (best, bestScore int) {
	best = -1
	for i := range s.pieces {
		p := &s.pieces[i]
		if headings && p.Kind != Heading {
			continue
		}
		if p.runes > 300 || p.words == 0 || p.all&(mHidden|mOverlay) != 0 {
			continue
		}
		isHeading := p.Kind == Heading
		if !isHeading && (p.Kind != Paragraph || len(c.titles) == 0 || p.all&mHeadline == 0 && p.words < 3) {
			continue
		}
		if v := s.headlineScore(p, c); v > bestScore && l.RepeatsAt(s.print(i)) == 0 {
			best, bestScore = i, v
		}
	}
	return best, bestScore
}

// headlineScore weighs one block as the headline; 40 is the least that counts.
func (s *sheet) headlineScore(p *piece, claims *claims) int {
	v := 0
	switch {
	case p.Kind != Heading:
	case p.Level == 1:
		v += 60
	case p.Level == 2:
		v += 25
	default:
		v += 10
	}
	claims.read(p.Text)
	ws := claims.words
	match := 0
	for _, c := range claims.titles {
		// Both ways: a headline that the title holds beside the site's name, not a word that the title has by chance.
		m := claims.covers(ws, c) * 2 / 3
		if back := claims.covers(c, ws); back > 30 {
			m += back / 3
		} else {
			m /= 3
		}
		match = max(match, m)
	}
	if p.Kind != Heading {
		// A plain block is the headline when it holds a whole title of some length; the title may be a part of it.
		for _, c := range claims.titles {
			if len(c) >= 3 && len(ws) <= 4*len(c) && len(ws) <= 30 && claims.covers(c, ws) == 100 {
				match = max(match, 75)
			}
		}
		if match < 75 || p.linkShare() > 50 {
			return 0
		}
	}
	v += match
	if p.all&mHeadline != 0 {
		v += 8
	}
	if p.all&(mNav|mFooter|mAside|mRelated|mComment|mCrumb|mLogin|mSignup|mAdvert) != 0 {
		v -= 45
	}
	if p.all&(mArticle|mMain|mContent) != 0 {
		v += 6
	}
	if p.linkShare() > 90 {
		v -= 12
	}
	if v < 40 {
		return 0
	}
	return v
}
