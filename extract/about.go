package extract

import (
	"net/http"
	"strings"

	"github.com/abadojack/whatlanggo"
)

// describe fills what the page's metadata say.
func (p *page) describe(d *Document, opt Options) {
	m := &p.meta
	d.SiteName = m.siteName()
	d.Canonical = canonical(m)
	d.Description = m.first("og:description", "description", "twitter:description", "dc.description")
	if d.Description == "" {
		if a := m.article(); a != nil {
			d.Description = text1(a["description"])
		}
	}
	d.Image = m.absolute(m.first("og:image", "og:image:url", "twitter:image", "twitter:image:src"))
	d.Authors = p.authors()
	d.Topics = p.topics()
	d.Language = p.language(d, opt.Header)
}

// canonical is the absolute address that the page claims.
func canonical(m *metadata) string {
	for _, c := range []string{m.canonical, m.first("og:url")} {
		if c = m.absolute(c); parseURL(c) != nil {
			return c
		}
	}
	return ""
}

// language is a BCP 47 tag: what the html element says, else the header, else the metadata; the text decides where
// nobody says, and where it is plainly in another language than is said.
func (p *page) language(d *Document, h http.Header) string {
	said := tag(p.meta.lang)
	for _, s := range []string{h.Get("Content-Language"), p.meta.first("content-language", "og:locale", "dc.language", "language", "inlanguage", "dcterms.language")} {
		if said == "" {
			said = tag(s)
		}
	}
	if said == "" {
		if a := p.meta.article(); a != nil {
			said = tag(text1(a["inLanguage"]))
		}
	}
	if said != "" && !refuted(d, said) {
		return said
	}
	if guess := guessLanguage(d); guess != "" {
		return guess
	}
	return said
}

// guessLanguage is the language of the text where that is beyond doubt.
func guessLanguage(d *Document) string {
	text := sample(d)
	if len(text) < 200 {
		return ""
	}
	info := whatlanggo.Detect(text)
	if !info.IsReliable() || info.Confidence < 0.9 {
		return ""
	}
	return info.Lang.Iso6391()
}

// refuted reports that the script alone refutes what the page says: a site's frame may be in English around a statement
// in Arabic, but one Latin language is not weighed against another.
func refuted(d *Document, said string) bool {
	switch base(said) {
	case "en", "de", "fr", "es", "it", "pt", "nl", "pl", "cs", "sv", "da", "nb", "no", "fi", "hu", "ro", "tr":
		return !isLatin(sample(d))
	}
	return false
}

// isLatin reports whether most letters of a text are Latin.
func isLatin(s string) bool {
	ascii, all := 0, 0
	for _, r := range s {
		if r > ' ' {
			all++
			if r < 0x250 {
				ascii++
			}
		}
	}
	return ascii*2 > all
}

// sample is the beginning of the text, enough to tell its language.
func sample(d *Document) string {
	var b strings.Builder
	b.Grow(min(2000, 200*len(d.Blocks)) + 1001)
	for i := range d.Blocks {
		if d.Blocks[i].Kind == Code {
			continue
		}
		b.WriteString(clip(d.Blocks[i].Text, 1000))
		b.WriteByte('\n')
		if b.Len() > 2000 {
			break
		}
	}
	return b.String()
}

// tag tidies a language tag: "EN_us" is "en-US"; what is none is "".
func tag(s string) string {
	s, _, _ = strings.Cut(strings.TrimSpace(s), ",")
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == '-' || r == '_' || r == '.' })
	if len(parts) == 0 || len(parts[0]) < 2 || len(parts[0]) > 3 || !letters(parts[0]) {
		return ""
	}
	out := strings.ToLower(parts[0])
	for _, p := range parts[1:min(len(parts), 3)] {
		switch {
		case len(p) == 2 && letters(p):
			out += "-" + strings.ToUpper(p)
		case len(p) == 4 && letters(p):
			out += "-" + strings.ToUpper(p[:1]) + strings.ToLower(p[1:])
		case len(p) == 3 && atoi(p) > 0:
			out += "-" + p
		default:
			return out
		}
	}
	return out
}

func letters(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i] | 0x20; c < 'a' || c > 'z' {
			return false
		}
	}
	return true
}

func base(tag string) string {
	b, _, _ := strings.Cut(tag, "-")
	return b
}
