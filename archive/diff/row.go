package diff

import (
	"fmt"
	"strings"
)

// row makes the cells of blocks for a terminal.
type row struct {
	d     *Diff
	color bool
	full  bool
	width int // columns of text
}

// sides of a block that are shown together.
type sides uint8

const (
	bothSides sides = iota
	oldSide
	newSide
)

// cells are those of the parts of a block on the given sides.
func (r *row) cells(b *Block, on sides) []cell {
	var out []cell
	for n := 0; n < len(b.Parts); n++ {
		p := b.Parts[n]
		if on == oldSide && (p.Kind == PartAdded || p.Kind == PartMovedIn && b.Kind != BlockMoved) ||
			on == newSide && (p.Kind == PartRemoved || p.Kind == PartMovedOut && b.Kind != BlockMovedAway) {
			continue
		}
		text := shown(p.Text, p.Kind)
		if n > 0 && lookAlike(b.Parts[n-1], p) || n+1 < len(b.Parts) && lookAlike(p, b.Parts[n+1]) {
			text = spelled(p.Text)
		}
		st := r.styleOf(b, p)
		if blank(p.Text) && st != plain {
			if text = "␣"; n > 0 && b.Parts[n-1].Move > 0 || n+1 < len(b.Parts) && b.Parts[n+1].Move > 0 {
				text, st = " ", plain // it belongs to the sentence that moved
			}
		}
		if p.Kind == PartEqual && !r.full && b.Kind != BlockEqual {
			text = r.shorten(text, n == 0, n == len(b.Parts)-1)
		}
		if !r.color && st != styleMoved {
			text = escapeMarks(text)
		}
		core := strings.Trim(text, " ")
		if core == "" {
			core = text
		}
		at := strings.Index(text, core)
		out = cells(out, text[:at], plain) // the space beside a word is no part of what is marked
		out = r.piece(out, core, st, p)
		out = cells(out, text[at+len(core):], plain)
	}
	return out
}

// blank reports whether a text is spaces only.
func blank(s string) bool { return s != "" && strings.Trim(s, " ") == "" }

// lookAlike reports a removed and an added part that look the same.
func lookAlike(a, b Part) bool {
	return a.Kind == PartRemoved && b.Kind == PartAdded && twins(a.Text, b.Text)
}

// shown is a part's text with line ends kept.
func shown(s string, k PartKind) string {
	changed := k == PartAdded || k == PartRemoved
	if !strings.Contains(s, "\n") {
		return visible(s, changed)
	}
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = visible(lines[i], changed)
	}
	return strings.Join(lines, "\n")
}

func (r *row) styleOf(b *Block, p Part) style {
	switch {
	case p.Kind == PartAdded && p.Class == ClassWords:
		return styleAdded
	case p.Kind == PartAdded:
		return styleTypoAdded
	case p.Kind == PartRemoved && p.Class == ClassWords:
		return styleRemoved
	case p.Kind == PartRemoved:
		return styleTypoRemoved
	case p.Kind == PartMovedIn && b.Kind != BlockMoved, p.Kind == PartMovedOut && b.Kind != BlockMovedAway:
		return styleMoved
	}
	return plain
}

// piece appends a part, with marks around it when there is no colour. A line end that came or went is a pilcrow.
func (r *row) piece(dst []cell, text string, st style, p Part) []cell {
	if st == styleMoved {
		m := r.d.Moves[p.Move-1]
		where := fmt.Sprintf("moved from %d: ", m.Old.First)
		if p.Kind == PartMovedOut {
			where = fmt.Sprintf("moved to %d: ", m.New.First)
		}
		text = where + text
	}
	marked := !r.color && st != plain && int(st) < len(marks)
	if marked {
		dst = cells(dst, marks[st][0], plain)
	}
	for n, line := range strings.Split(text, "\n") {
		if n > 0 {
			if st != plain {
				dst = cells(dst, "¶", st)
			}
			if p.Kind == PartEqual || p.Kind == PartAdded {
				if marked && line == "" { // close before the line ends
					return append(glued(dst, marks[st][1], plain), cell{end: true})
				}
				dst = append(dst, cell{end: true})
			}
		}
		if marked && n == 0 {
			dst = glued(dst, line, st)
		} else {
			dst = cells(dst, line, st)
		}
	}
	if marked {
		dst = glued(dst, marks[st][1], plain)
	}
	return dst
}

// glued is cells whose first character stays on the line of the one before it.
func glued(dst []cell, s string, st style) []cell {
	n := len(dst)
	if dst = cells(dst, s, st); len(dst) > n {
		dst[n].glue = true
	}
	return dst
}

// escapeMarks puts a backslash into what looks like a mark of ours, so that a text cannot fake a change.
func escapeMarks(s string) string {
	if !strings.ContainsAny(s, "[{-+") {
		return s
	}
	return strings.NewReplacer("[-", `[\-`, "-]", `-\]`, "{+", `{\+`, "+}", `+\}`).Replace(s)
}

// shorten leaves out the middle of a long unchanged stretch; of the first and last stretch of a paragraph, what is far
// from the change.
func (r *row) shorten(s string, first, last bool) string {
	keep := max(r.width, 40)
	if len(s) <= 2*keep+40 || strings.Contains(s, "\n") {
		return s
	}
	switch {
	case first && last:
		return s
	case first:
		return "… " + tailWords(s, keep)
	case last:
		return headWords(s, keep) + " …"
	}
	return headWords(s, keep) + " … " + tailWords(s, keep)
}

// headWords are the first bytes of a text up to the end of a word, or of a character where no word ends.
func headWords(s string, n int) string {
	if i := strings.LastIndexByte(s[:n], ' '); i > n/2 {
		return s[:i]
	}
	for n > 0 && s[n]&0xc0 == 0x80 {
		n--
	}
	return s[:n]
}

func tailWords(s string, n int) string {
	at := len(s) - n
	if i := strings.IndexByte(s[at:], ' '); i >= 0 && i < n/2 {
		return s[at+i+1:]
	}
	for at < len(s) && s[at]&0xc0 == 0x80 {
		at++
	}
	return s[at:]
}

// label says what became of a block as a whole; "" when its sign says it.
func label(d *Diff, b *Block) string {
	switch b.Kind {
	case BlockSplit:
		return "split from " + paragraphs(b.Old)
	case BlockMerged:
		return "merged from " + paragraphs(b.Old)
	case BlockMovedAway:
		return "moved to " + paragraphs(b.New)
	case BlockMoved:
		if d.Moves[b.Move-1].Edited {
			return "moved from " + paragraphs(b.Old) + " and edited"
		}
		return "moved from " + paragraphs(b.Old)
	}
	return ""
}

// paragraphs names a run of lines.
func paragraphs(l Lines) string {
	if l.Count <= 1 {
		return fmt.Sprintf("paragraph %d", l.First)
	}
	return fmt.Sprintf("paragraphs %d–%d", l.First, l.First+l.Count-1)
}

// sign is the mark of a block in the margin.
func sign(b *Block) string {
	switch b.Kind {
	case BlockEqual:
		return " "
	case BlockTypographic:
		return "≈"
	case BlockAdded:
		return "+"
	case BlockRemoved:
		return "-"
	case BlockMoved, BlockMovedAway:
		if b.New.First < b.Old.First {
			return "↑"
		}
		return "↓"
	}
	return "~"
}
