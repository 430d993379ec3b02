package diff

import (
	"sort"
	"strings"
)

// Folded is a text as this package compares it: its words, without case, punctuation and the white space between them.
// Two texts with equal Folded forms differ in typography at most. A text without words is itself.
func Folded(text string) string {
	lex := newLexicon()
	var b strings.Builder
	for _, t := range lex.tokens(nil, text, 0, len(text)) {
		if t.word {
			b.WriteString(foldWord(text[t.start:t.end]))
			b.WriteByte(' ')
		}
	}
	if b.Len() == 0 {
		return text
	}
	return b.String()
}

// Link says that a sentence of the old text and one of the new text have something in common.
type Link struct {
	// Old and New are indices of what [Sentences] gives of both texts.
	Old, New int
	// Shared is how many bytes stand in both, in place or moved.
	Shared int
	// Moved is true when they are shared because something moved.
	Moved bool
}

// Links tell which sentences of the old text live on in which of the new one, by the operations of the diff: a sentence
// that was split has several links, as has one that several were merged into. old and new are the sentences of
// [Diff.Old] and [Diff.New]. The links come in the order of New, then of Old.
func (d *Diff) Links(old, new []Sentence) []Link {
	type pair struct{ old, new int }
	at := map[pair]*Link{}
	for _, op := range d.Ops {
		if op.Kind != OpKeep && op.Kind != OpMoveIn {
			continue
		}
		shift := op.OldStart - op.NewStart
		for j := firstEnding(new, op.NewStart); j < len(new) && new[j].Start < op.NewEnd; j++ {
			a, b := max(new[j].Start, op.NewStart)+shift, min(new[j].End, op.NewEnd)+shift
			for i := firstEnding(old, a); i < len(old) && old[i].Start < b; i++ {
				p := pair{i, j}
				if at[p] == nil {
					at[p] = &Link{Old: i, New: j}
				}
				at[p].Shared += min(old[i].End, b) - max(old[i].Start, a)
				at[p].Moved = at[p].Moved || op.Kind == OpMoveIn
			}
		}
	}
	out := make([]Link, 0, len(at))
	for _, l := range at {
		out = append(out, *l)
	}
	sort.Slice(out, func(i, j int) bool {
		if out[i].New != out[j].New {
			return out[i].New < out[j].New
		}
		return out[i].Old < out[j].Old
	})
	return out
}

// firstEnding is the first sentence that ends after a byte.
func firstEnding(ss []Sentence, at int) int {
	return sort.Search(len(ss), func(i int) bool { return ss[i].End > at })
}

// Wrap breaks a text into lines of at most so many columns of a terminal, as [WriteTerminal] does: wide characters take
// two, and what could drive the terminal is shown as <U+202E>. It gives one line at least.
func Wrap(text string, columns int) []string {
	var out []string
	for _, l := range wrap(cells(nil, visible(text, false), plain), max(columns, 1)) {
		var b strings.Builder
		for _, c := range l {
			b.WriteString(c.s)
		}
		out = append(out, b.String())
	}
	return out
}

// Clip shortens a text to so many columns of a terminal, with an ellipsis when something is left out; see [Wrap].
func Clip(text string, columns int) string {
	var b strings.Builder
	for _, c := range clipLine(cells(nil, visible(strings.ReplaceAll(text, "\n", " "), false), plain), max(columns, 1)) {
		b.WriteString(c.s)
	}
	return b.String()
}
