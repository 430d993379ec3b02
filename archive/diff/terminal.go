package diff

import (
	"fmt"
	"io"
	"strings"
)

// TerminalOptions say how [WriteTerminal] writes.
type TerminalOptions struct {
	// Width is the number of columns; 0 means 80. Lines are never longer, but for a single character that is.
	Width int
	// Color allows escape codes. Without it changes are marked with [-…-] and {+…+}.
	Color bool
	// SideBySide puts the old text to the left of the new one; it takes effect from 80 columns.
	SideBySide bool
	// Context is how many unchanged paragraphs are shown around a change; 0 means 1, a negative value none.
	Context int
	// Full also shows what was not changed.
	Full bool
}

// fill sets what is 0.
func (o TerminalOptions) fill() TerminalOptions {
	if o.Width <= 0 {
		o.Width = 80
	}
	o.Width = max(o.Width, 24)
	switch {
	case o.Context == 0:
		o.Context = 1
	case o.Context < 0:
		o.Context = 0
	}
	o.SideBySide = o.SideBySide && o.Width >= 80
	return o
}

// WriteTerminal writes the diff for people: the summary, the fields and findings, and the paragraphs that were changed,
// with their numbers. Nothing of the texts can drive the terminal: controls and direction marks are shown as <U+202E>.
func WriteTerminal(w io.Writer, d *Diff, opts TerminalOptions) error {
	opts = opts.fill()
	t := &terminal{d: d, opts: opts, c: canvas{w: w, color: opts.Color}}
	for n := max(strings.Count(d.Old, "\n"), strings.Count(d.New, "\n")) + 1; n > 0; n /= 10 {
		t.digits++
	}
	t.r = row{d: d, color: opts.Color, full: opts.Full, width: opts.Width - t.gutterWidth()}
	if opts.SideBySide {
		t.r.width = t.column()
	}
	t.head()
	t.body()
	t.c.flush()
	if t.c.err != nil {
		return fmt.Errorf("write diff: %w", t.c.err)
	}
	return nil
}

// terminal writes one diff.
type terminal struct {
	d      *Diff
	opts   TerminalOptions
	c      canvas
	r      row
	digits int // of the largest paragraph number
}

func (t *terminal) gutterWidth() int { return t.digits + 4 }

// column is the width of the text of one side.
func (t *terminal) column() int { return (t.opts.Width-3)/2 - t.gutterWidth() }

// maxListed is how many findings the head lists.
const maxListed = 10

// head writes the summary and what was found.
func (t *terminal) head() {
	for _, l := range wrap(cells(nil, t.d.summary(false), bold), t.opts.Width) {
		t.c.line("", l)
	}
	var rows [][2]string
	for _, f := range [3]struct {
		name string
		Field
	}{{"title", t.d.Title}, {"published", t.d.Published}, {"modified", t.d.Modified}} {
		if f.Changed() {
			rows = append(rows, [2]string{f.name, strings.TrimPrefix(arrow(f.Old, f.New), ": ")})
		}
	}
	for n, f := range t.d.Findings {
		if n == maxListed {
			rows = append(rows, [2]string{"", fmt.Sprintf("… %d more", len(t.d.Findings)-n)})
			break
		}
		rows = append(rows, [2]string{string(f.Kind), f.String() + "  (" + whereFound(f) + ")"})
	}
	if t.d.Fallback != FallbackNone {
		rows = append(rows, [2]string{"note", "too large to compare in full: " + fallbackWords[t.d.Fallback]})
	}
	if len(rows) > 0 {
		t.c.newline()
	}
	for _, r := range rows {
		for n, l := range wrap(cells(nil, r[1], plain), t.opts.Width-13) {
			name := r[0]
			if n > 0 {
				name = ""
			}
			t.c.line("  "+t.c.paint(fmt.Sprintf("%-11s", name), dim), l)
		}
	}
	if t.d.Old != t.d.New {
		t.c.newline()
	}
}

var fallbackWords = map[Fallback]string{
	FallbackWords:  "some sentences are shown whole",
	FallbackBlocks: "changed paragraphs are shown whole",
}

// whereFound names where a finding stands.
func whereFound(f Finding) string {
	if f.New == "" {
		return fmt.Sprintf("was in paragraph %d", f.OldLine)
	}
	return fmt.Sprintf("paragraph %d", f.NewLine)
}

// body writes the blocks; long runs of unchanged ones are folded.
func (t *terminal) body() {
	bs := t.d.Blocks
	if t.d.Old == t.d.New && !t.opts.Full {
		return
	}
	for i := 0; i < len(bs); {
		if bs[i].Kind != BlockEqual {
			t.block(&bs[i])
			i++
			continue
		}
		j := i
		for j < len(bs) && bs[j].Kind == BlockEqual {
			j++
		}
		before, after := t.opts.Context, t.opts.Context // shown at the start and at the end of the run
		if i == 0 {
			before = 0
		}
		if j == len(bs) {
			after = 0
		}
		if t.opts.Full || j-i <= before+after+1 {
			before, after = j-i, 0
		}
		for ; before > 0; before-- {
			t.block(&bs[i])
			i++
		}
		if hidden := j - after - i; hidden > 0 {
			t.fold(hidden)
			i += hidden
		}
		for ; i < j; i++ {
			t.block(&bs[i])
		}
	}
}

func (t *terminal) fold(n int) {
	s := "… 1 unchanged paragraph …"
	if n > 1 {
		s = fmt.Sprintf("… %d unchanged paragraphs …", n)
	}
	t.c.line(strings.Repeat(" ", t.gutterWidth()), clipLine(cells(nil, s, dim), t.opts.Width-t.gutterWidth()))
}

// gutter is the margin: the sign, and the number of the paragraph in the first line.
func (t *terminal) gutter(b *Block, number int) string {
	num := strings.Repeat(" ", t.digits)
	if number > 0 {
		num = fmt.Sprintf("%*d", t.digits, number)
	}
	return t.c.paint(sign(b), signStyle(b)) + " " + t.c.paint(num, dim) + "  "
}

func signStyle(b *Block) style {
	switch b.Kind {
	case BlockAdded:
		return signAdded
	case BlockRemoved:
		return signRemoved
	case BlockMoved, BlockMovedAway:
		return styleMoved
	}
	return bold
}

// block writes one block.
func (t *terminal) block(b *Block) {
	if s := label(t.d, b); s != "" && b.Kind != BlockMovedAway {
		t.c.line(t.gutter(b, 0), clipLine(cells(nil, "("+s+")", dim), t.opts.Width-t.gutterWidth()))
	}
	switch {
	case b.Kind == BlockMovedAway:
		t.movedAway(b)
	case b.Kind == BlockEqual && !t.opts.Full:
		cs := cells(nil, visible(partText(b), false), dim)
		if t.opts.SideBySide {
			l := clipLine(cs, t.column())
			t.pair(b, b.Old.First, b.New.First, l, l)
			return
		}
		t.c.line(t.gutter(b, b.New.First), clipLine(cs, t.r.width))
	case t.opts.SideBySide:
		t.sideBySide(b)
	default:
		t.inline(b)
	}
}

func partText(b *Block) string {
	if len(b.Parts) == 0 {
		return ""
	}
	return b.Parts[0].Text
}

// movedAway writes the old place of a move in one line.
func (t *terminal) movedAway(b *Block) {
	var text strings.Builder
	for _, p := range b.Parts {
		text.WriteString(visible(p.Text, false))
		if text.Len() > 4*t.opts.Width {
			break
		}
	}
	cs := cells(nil, "("+label(t.d, b)+") ", styleMoved)
	t.c.line(t.gutter(b, b.Old.First), clipLine(cells(cs, text.String(), dim), t.opts.Width-t.gutterWidth()))
}

// inline writes a block with its changes among its words.
func (t *terminal) inline(b *Block) {
	number := b.New.First
	if b.Kind == BlockRemoved {
		number = b.Old.First
	}
	for n, l := range wrap(t.r.cells(b, bothSides), t.r.width) {
		if n > 0 {
			number = 0
		}
		t.c.line(t.gutter(b, number), l)
	}
}

// sideBySide writes the old text of a block beside the new one.
func (t *terminal) sideBySide(b *Block) {
	var left, right [][]cell
	if b.Old.Count > 0 {
		left = wrap(t.r.cells(b, oldSide), t.column())
	}
	if b.New.Count > 0 {
		right = wrap(t.r.cells(b, newSide), t.column())
	}
	for n := range max(len(left), len(right)) {
		var l, r []cell
		old, new := 0, 0
		if n < len(left) {
			l = left[n]
		}
		if n < len(right) {
			r = right[n]
		}
		if n == 0 && len(left) > 0 {
			old = b.Old.First
		}
		if n == 0 && len(right) > 0 {
			new = b.New.First
		}
		t.pair(b, old, new, l, r)
	}
}

// pair writes one line of both sides.
func (t *terminal) pair(b *Block, old, new int, l, r []cell) {
	number := func(n int) string {
		if n == 0 {
			return strings.Repeat(" ", t.digits)
		}
		return t.c.paint(fmt.Sprintf("%*d", t.digits, n), dim)
	}
	s := t.c.paint(sign(b), signStyle(b))
	left := s + " " + number(old) + "  " + t.c.styled(l, t.column())
	t.c.line(left+t.c.paint(" │ ", dim)+number(new)+"  ", r)
}
