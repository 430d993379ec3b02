package diff

import (
	"io"
	"strings"
	"unicode"

	"github.com/clipperhouse/uax29/v2/graphemes"
	"golang.org/x/text/width"
)

// style is how a piece of text is shown.
type style uint8

const (
	plain style = iota
	dim
	bold
	styleAdded
	styleRemoved
	styleTypoAdded
	styleTypoRemoved
	styleMoved
	signAdded
	signRemoved
)

// sgr are the terminal's codes of the styles. Added words are underlined and removed ones struck out, so that the colours
// are never all there is to see.
var sgr = [...]string{
	dim: "2", bold: "1", styleAdded: "32;4", styleRemoved: "31;9", styleTypoAdded: "33;4", styleTypoRemoved: "33;9", styleMoved: "36",
	signAdded: "32", signRemoved: "31",
}

// marks are what stands around a piece without colours.
var marks = [...][2]string{
	styleAdded: {"{+", "+}"}, styleRemoved: {"[-", "-]"}, styleTypoAdded: {"{+", "+}"}, styleTypoRemoved: {"[-", "-]"},
	styleMoved: {"«", "»"},
}

// cell is one character as people see it, and how many columns it takes.
type cell struct {
	s     string
	w     int
	style style
	end   bool // a line ends here
	glue  bool // no line may end before it
}

// cells appends the characters of a text that was made visible.
func cells(dst []cell, s string, st style) []cell {
	for it := graphemes.FromString(s); it.Next(); {
		c := it.Value()
		dst = append(dst, cell{s: c, w: columns(c), style: st})
	}
	return dst
}

// columns is how many columns a character takes in a terminal: two for wide ones and pictures, none for what only
// marks another.
func columns(c string) int {
	if len(c) == 1 {
		return 1
	}
	w := 0
	for _, r := range c {
		switch k := width.LookupRune(r).Kind(); {
		case r == '\ufe0f', k == width.EastAsianWide, k == width.EastAsianFullwidth:
			w = 2
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		default:
			w = max(w, 1)
		}
	}
	return w
}

// wrap breaks cells into lines of at most so many columns, at white space, beside wide characters, or where it must.
func wrap(cs []cell, columns int) [][]cell {
	var out [][]cell
	start, used, space := 0, 0, -1 // space: where the line may break
	for i := 0; i < len(cs); i++ {
		c := cs[i]
		if c.end {
			out = append(out, cs[start:i])
			start, used, space = i+1, 0, -1
			continue
		}
		if c.s == " " {
			space = i
		} else if i > start && !c.glue && (c.w == 2 || cs[i-1].w == 2) && used+c.w <= columns {
			space = i - 1
		}
		used += c.w
		if used <= columns || i == start {
			continue
		}
		cut, next := i, i // it must
		if space >= start {
			cut, next = space+1, space+1
			if cs[space].s == " " {
				cut = space
			}
		}
		out = append(out, cs[start:cut])
		start, space, used = next, -1, 0
		i = next - 1
	}
	if start < len(cs) || len(out) == 0 {
		out = append(out, cs[start:])
	}
	return out
}

// clipLine cuts cells to so many columns, with an ellipsis when something is left out.
func clipLine(cs []cell, columns int) []cell {
	used := 0
	for i, c := range cs {
		if used += c.w; used > columns || c.end {
			for i > 0 && used > columns-1 {
				i--
				used -= cs[i].w
			}
			return append(cs[:i:i], cell{s: "…", w: 1, style: plain})
		}
	}
	return cs
}

// canvas writes lines of cells.
type canvas struct {
	w     io.Writer
	b     strings.Builder
	color bool
	err   error
}

// line writes one line: a gutter and cells.
func (c *canvas) line(gutter string, cs []cell) {
	c.b.WriteString(strings.TrimRight(gutter+c.styled(cs, 0), " "))
	c.newline()
}

func (c *canvas) newline() {
	c.b.WriteByte('\n')
	if c.b.Len() > 1<<15 {
		c.flush()
	}
}

func (c *canvas) flush() {
	if c.err == nil {
		_, c.err = io.WriteString(c.w, c.b.String())
	}
	c.b.Reset()
}

// styled are cells with their codes, padded to so many columns.
func (c *canvas) styled(cs []cell, columns int) string {
	var b strings.Builder
	now, used := plain, 0
	set := func(st style) {
		if !c.color || st == now {
			now = st
			return
		}
		if now != plain {
			b.WriteString("\x1b[0m")
		}
		if st != plain {
			b.WriteString("\x1b[" + sgr[st] + "m")
		}
		now = st
	}
	for _, x := range cs {
		set(x.style)
		b.WriteString(x.s)
		used += x.w
	}
	set(plain)
	if used < columns {
		b.WriteString(strings.Repeat(" ", columns-used))
	}
	return b.String()
}

// paint is a text in one style, when there are colours.
func (c *canvas) paint(s string, st style) string {
	if !c.color || strings.TrimSpace(s) == "" {
		return s
	}
	return "\x1b[" + sgr[st] + "m" + s + "\x1b[0m"
}
