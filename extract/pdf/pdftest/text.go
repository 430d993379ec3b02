package pdftest

import (
	"fmt"
	"strings"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"
)

// literal is a text string: PDFDocEncoding where that is ASCII, else UTF-16.
func literal(s string) string {
	plain := true
	for _, r := range s {
		plain = plain && r < 0x80
	}
	if plain {
		return escaped(s)
	}
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04x", u)
	}
	return "<feff" + b.String() + ">"
}

func escaped(s string) string {
	return "(" + strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`).Replace(s) + ")"
}

// shown is a text as the operand of Tj in one of the fonts. Characters that the font has not are question marks.
func shown(font, s string) string {
	if font == Wide || font == Mute {
		var b strings.Builder
		for _, u := range utf16.Encode([]rune(s)) {
			fmt.Fprintf(&b, "%04x", u)
		}
		return "<" + b.String() + ">"
	}
	var b strings.Builder
	for _, r := range s {
		c, ok := charmap.Windows1252.EncodeRune(r)
		if !ok {
			c = '?'
		}
		b.WriteByte(c)
	}
	return escaped(b.String())
}

// Text draws a text on a baseline that begins at x, y points from the lower left corner of the page.
func Text(font string, size, x, y float64, s string) string {
	return fmt.Sprintf("BT /%s %g Tf 1 0 0 1 %g %g Tm %s Tj ET\n", font, size, x, y, shown(font, s))
}

// Lines draws lines one below the other, leading apart, the first on y.
func Lines(font string, size, x, y, leading float64, lines ...string) string {
	var b strings.Builder
	for i, l := range lines {
		b.WriteString(Text(font, size, x, y-float64(i)*leading, l))
	}
	return b.String()
}

// Wrap breaks a text into lines of at most width characters.
func Wrap(s string, width int) []string {
	var lines []string
	line := ""
	for w := range strings.FieldsSeq(s) {
		if line != "" && len([]rune(line))+1+len([]rune(w)) > width {
			lines = append(lines, line)
			line = ""
		}
		line = strings.TrimSpace(line + " " + w)
	}
	return append(lines, line)
}

// Statement is a text to lay out.
type Statement struct {
	// Title stands in large type at the top of the first page.
	Title string
	// Paragraphs follow, in lines of at most 80 characters. One that begins with "# " is a heading.
	Paragraphs []string
	// Header and Footer stand on every page; a # in them is the number of the page.
	Header, Footer string
	// Font is one of the fonts; "" is Regular.
	Font string
}

// Pages are the content streams of the statement's pages.
func (s Statement) Pages() []string {
	const top, bottom, left, leading = 770.0, 80.0, 72.0, 14.0
	font := s.Font
	if font == "" {
		font = Regular
	}
	heavy := Bold
	if font == Wide {
		heavy = Wide
	}
	var pages []string
	var b strings.Builder
	y := 0.0
	turn := func() {
		if b.Len() > 0 {
			pages = append(pages, b.String())
			b.Reset()
		}
		n := fmt.Sprint(len(pages) + 1)
		if s.Header != "" {
			b.WriteString(Text(font, 9, left, 810, strings.ReplaceAll(s.Header, "#", n)))
		}
		if s.Footer != "" {
			b.WriteString(Text(font, 9, left, 40, strings.ReplaceAll(s.Footer, "#", n)))
		}
		y = top
	}
	turn()
	put := func(font string, size float64, lines []string, step float64) {
		for _, l := range lines {
			if y < bottom {
				turn()
			}
			b.WriteString(Text(font, size, left, y, l))
			y -= step
		}
		y -= 10
	}
	if s.Title != "" {
		put(heavy, 20, Wrap(s.Title, 40), 24)
	}
	for _, p := range s.Paragraphs {
		if h, ok := strings.CutPrefix(p, "# "); ok {
			put(heavy, 14, Wrap(h, 60), 17)
			continue
		}
		put(font, 11, Wrap(p, 80), leading)
	}
	return append(pages, b.String())
}
