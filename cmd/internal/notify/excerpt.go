package notify

import (
	"cmp"
	"slices"
	"strings"

	"github.com/onrecord/onrecord/archive/diff"
)

// Excerpt is a paragraph that was changed, with as much around the change as is needed to read it.
type Excerpt struct {
	// Kind is what became of the paragraph: edited, added, removed, moved and so on, as in 'onrecord diff --format json'.
	Kind string `json:"kind"`
	// Line is the number of the paragraph, in the new text unless it was removed.
	Line int `json:"line"`
	// Pieces are its parts in reading order.
	Pieces []Piece `json:"pieces"`
	// Text is all of it with marks: [-removed-] and {+added+}.
	Text string `json:"text"`
}

// Piece is a part of an excerpt.
type Piece struct {
	// Kind is equal, added, removed or moved.
	Kind string `json:"kind"`
	Text string `json:"text"`
}

// Finding is a changed figure, date, negation or name.
type Finding struct {
	Kind string `json:"kind"`
	// Old and New are what stood and stands there; "" when it stands on one side only.
	Old string `json:"old"`
	New string `json:"new"`
}

// Bounds of what a notice shows of a diff.
const (
	maxExcerpts = 12
	maxPieces   = 60
	maxExcerpt  = 4 << 10 // bytes of a paragraph
	maxShown    = 8 << 10 // bytes of all of them
	maxPiece    = 600     // bytes of what was changed
	maxAround   = 120     // bytes of what stands around it
	maxFindings = 20
	maxFinding  = 160
)

// excerptsOf are the first changed paragraphs of a diff, and how many more there are.
func excerptsOf(d *diff.Diff) (out []Excerpt, more int) {
	size := 0
	for i := range d.Blocks {
		b := &d.Blocks[i]
		if b.Kind == diff.BlockEqual || b.Kind == diff.BlockMovedAway {
			continue
		}
		if len(out) == maxExcerpts || size > maxShown {
			more++
			continue
		}
		x := excerpt(b)
		size += len(x.Text)
		out = append(out, x)
	}
	return out, more
}

func excerpt(b *diff.Block) Excerpt {
	x := Excerpt{Kind: string(b.Kind), Line: b.New.First}
	if b.New.Count == 0 {
		x.Line = b.Old.First
	}
	size := 0
	for i, p := range b.Parts {
		if len(x.Pieces) == maxPieces || size > maxExcerpt {
			x.Pieces = append(x.Pieces, Piece{"equal", "…"})
			break
		}
		if piece := pieceOf(p, i == 0, i == len(b.Parts)-1); piece.Text != "" {
			size += len(piece.Text)
			x.Pieces = append(x.Pieces, piece)
		}
	}
	x.Text = marked(x.Pieces)
	return x
}

// pieceOf is a part of a paragraph, shortened where nothing was changed.
func pieceOf(p diff.Part, first, last bool) Piece {
	text := spaced(p.Text)
	switch p.Kind {
	case diff.PartAdded:
		return Piece{"added", cut(text, maxPiece)}
	case diff.PartRemoved:
		return Piece{"removed", cut(text, maxPiece)}
	case diff.PartMovedIn, diff.PartMovedOut:
		return Piece{"moved", cut(text, maxPiece)}
	}
	switch {
	case len(text) <= 2*maxAround:
	case first:
		text = tail(text, maxAround)
	case last:
		text = cut(text, maxAround)
	default:
		text = cut(text, maxAround) + " " + tail(text, maxAround)
	}
	return Piece{"equal", text}
}

// spaced is safe for a part of a text: the spaces at its ends stay.
func spaced(s string) string {
	const limit = 64 << 10
	out := safe(s, limit)
	if out == "" {
		return ""
	}
	if strings.TrimLeft(s, " \n") != s {
		out = " " + out
	}
	if strings.TrimRight(s, " \n") != s && len(s) <= limit {
		out += " "
	}
	return out
}

// marked is the pieces as plain text. Spaces stay outside of the marks.
func marked(pieces []Piece) string {
	var b strings.Builder
	for _, p := range pieces {
		core := strings.TrimSpace(p.Text)
		at := strings.Index(p.Text, core)
		before, after := p.Text[:at], p.Text[at+len(core):]
		switch p.Kind {
		case "added":
			b.WriteString(before + "{+" + core + "+}" + after)
		case "removed":
			b.WriteString(before + "[-" + core + "-]" + after)
		default:
			b.WriteString(p.Text)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// findingsOf are the findings of a diff: what turns a sentence round first, then figures.
func findingsOf(d *diff.Diff) (out []Finding, more int) {
	rank := map[diff.FindingKind]int{diff.FindingNegation: 0, diff.FindingNumber: 1, diff.FindingDate: 2, diff.FindingName: 3}
	list := slices.Clone(d.Findings)
	slices.SortStableFunc(list, func(a, b diff.Finding) int { return cmp.Compare(rank[a.Kind], rank[b.Kind]) })
	for _, f := range list[:min(len(list), maxFindings)] {
		out = append(out, Finding{string(f.Kind), safe(f.Old, maxFinding), safe(f.New, maxFinding)})
	}
	return out, len(list) - len(out)
}

// line is the finding for people.
func (f *Finding) line() string {
	switch {
	case f.Old == "":
		return "“" + f.New + "” added"
	case f.New == "":
		return "“" + f.Old + "” removed"
	}
	return f.Old + " → " + f.New
}

// changedSentences are the sentences of both texts that a change touches.
func changedSentences(d *diff.Diff) string {
	var old, now []diff.Range
	for i := range d.Blocks {
		for _, p := range d.Blocks[i].Parts {
			switch p.Kind {
			case diff.PartAdded:
				now = append(now, p.New)
			case diff.PartRemoved:
				old = append(old, p.Old)
			}
		}
	}
	var b strings.Builder
	touched(&b, d.Old, old)
	touched(&b, d.New, now)
	return b.String()
}

// touched writes the sentences of a text that ranges of it overlap. The ranges need not be in order.
func touched(b *strings.Builder, text string, ranges []diff.Range) {
	slices.SortFunc(ranges, func(x, y diff.Range) int { return cmp.Compare(x.Start, y.Start) })
	for _, s := range diff.Sentences(text) {
		for len(ranges) > 0 && ranges[0].End <= s.Start {
			ranges = ranges[1:]
		}
		if len(ranges) > 0 && ranges[0].Start < s.End {
			b.WriteString(s.Text + "\n")
		}
	}
}
