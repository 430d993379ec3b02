package extract

import (
	"unicode"
	"unicode/utf8"

	"github.com/onrecord/onrecord/extract/layout"
)

// eachWord calls f for the words of a text in order, lower case, letters and digits only; characters of scripts without
// spaces are words. The bytes are the caller's for the time of the call; false ends the walk.
func eachWord(s string, f func(w []byte) bool) {
	var room [64]byte
	buf := room[:0]
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			i++
			switch {
			case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
				buf = append(buf, c)
			case c >= 'A' && c <= 'Z':
				buf = append(buf, c+'a'-'A')
			case c == '\'':
			case len(buf) > 0:
				if !f(buf) {
					return
				}
				buf = buf[:0]
			}
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		i += n
		wide := isWide(r)
		if !wide && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)) {
			buf = utf8.AppendRune(buf, unicode.ToLower(r))
			continue
		}
		if r == '\u2019' {
			continue
		}
		if len(buf) > 0 && !f(buf) {
			return
		}
		buf = buf[:0]
		if wide && !f(utf8.AppendRune(buf, r)) {
			return
		}
	}
	if len(buf) > 0 {
		f(buf)
	}
}

// words1 are the words of a text, see [eachWord].
func words1(s string) []string {
	var out []string
	eachWord(s, func(w []byte) bool {
		out = append(out, string(w))
		return true
	})
	return out
}

// key is a text's words with single spaces: texts with the same key say the same.
func key(s string) string {
	out := make([]byte, 0, len(s))
	eachWord(s, func(w []byte) bool {
		if len(out) > 0 {
			out = append(out, ' ')
		}
		out = append(out, w...)
		return true
	})
	return string(out)
}

// covers is the part of a's words that stand in b, 0 to 100.
func covers(a, b []string) int {
	if len(a) == 0 {
		return 0
	}
	in := make(map[string]int, len(b))
	for _, w := range b {
		in[w]++
	}
	n := 0
	for _, w := range a {
		if in[w] > 0 {
			in[w]--
			n++
		}
	}
	return n * 100 / len(a)
}

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
