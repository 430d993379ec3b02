package extract

import "github.com/onrecord/onrecord/extract/layout"

// claimed are the titles that the page's metadata give, most trusted first.
func (m *metadata) claimed() []string {
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
	claims := s.meta.claimed()
	keys := make([][]string, 0, len(claims))
	for _, c := range claims {
		keys = append(keys, words1(c))
	}
	best, bestScore := s.bestHeadline(keys, true, l)
	if bestScore >= 100 || best >= 0 && s.pieces[best].Level == 1 && bestScore >= 60 {
		return best
	}
	best, _ = s.bestHeadline(keys, false, l)
	return best
}

// bestHeadline weighs the headings, or all short blocks.
func (s *sheet) bestHeadline(keys [][]string, headings bool, l *layout.Layout) (best, bestScore int) {
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
		if !isHeading && (p.Kind != Paragraph || len(keys) == 0 || p.all&mHeadline == 0 && p.words < 3) {
			continue
		}
		if v := s.headlineScore(p, keys); v > bestScore && l.RepeatsAt(s.print(i)) == 0 {
			best, bestScore = i, v
		}
	}
	return best, bestScore
}

// headlineScore weighs one block as the headline; 40 is the least that counts.
func (s *sheet) headlineScore(p *piece, claims [][]string) int {
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
	ws := words1(p.Text)
	match := 0
	for _, c := range claims {
		// Both ways: a headline that the title holds beside the site's name, not a word that the title has by chance.
		m := covers(ws, c) * 2 / 3
		if back := covers(c, ws); back > 30 {
			m += back / 3
		} else {
			m /= 3
		}
		match = max(match, m)
	}
	if p.Kind != Heading {
		// A plain block is the headline when it holds a whole title of some length; the title may be a part of it.
		for _, c := range claims {
			if len(c) >= 3 && len(ws) <= 4*len(c) && len(ws) <= 30 && covers(c, ws) == 100 {
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
