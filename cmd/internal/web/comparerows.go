package web

import (
	"fmt"
	"strings"

	"github.com/onrecord/onrecord/archive/diff"
)

// compareWriter makes rows of a diff.
type compareWriter struct {
	c       *comparison
	d       *diff.Diff
	shown   int // bytes of changed paragraphs so far
	folded  int // bytes of unchanged ones
	left    int // changes for which there was no room
	ends    map[string]bool
	oldLine map[int]int // line of the old text: the change it is in
	newLine map[int]int
}

// rows makes the rows: changes, each with one unchanged paragraph around it, and the others folded.
func (w *compareWriter) rows() {
	w.oldLine, w.newLine = map[int]int{}, map[int]int{}
	bs := w.d.Blocks
	for i := 0; i < len(bs); {
		if bs[i].Kind != diff.BlockEqual {
			w.change(&bs[i])
			i++
			continue
		}
		j := i
		for j < len(bs) && bs[j].Kind == diff.BlockEqual {
			j++
		}
		w.unchanged(bs[i:j], i > 0, j < len(bs))
		i = j
	}
	for i := range w.c.Rows {
		w.c.Rows[i].Of = w.c.Changes
	}
	w.c.ChangesText = counted(w.c.Changes, "change")
	if w.left == 1 {
		w.c.LeftText = "1 more change is"
	} else if w.left > 1 {
		w.c.LeftText = grouped(w.left) + " more changes are"
	}
}

// unchanged adds a run of unchanged paragraphs. The ones beside a change stay in sight.
func (w *compareWriter) unchanged(bs []diff.Block, before, after bool) {
	first, last := 0, len(bs)
	if before {
		first = 1
	}
	if after {
		last = len(bs) - 1
	}
	if last-first < 2 {
		first, last = len(bs), len(bs)
	}
	for i := range bs[:first] {
		w.c.Rows = append(w.c.Rows, w.equal(&bs[i]))
	}
	if first == last {
		return
	}
	fold := compareRow{Kind: "fold", Name: counted(last-first, "unchanged paragraph")}
	for i := range bs[first:last] {
		b := &bs[first+i]
		if w.folded+blockBytes(b) > maxFoldedBytes {
			fold.Aside = counted(last-first-i, "more unchanged paragraph")
			break
		}
		fold.Folded = append(fold.Folded, w.equal(b))
	}
	w.c.Rows = append(w.c.Rows, fold)
	for i := range bs[last:] {
		w.c.Rows = append(w.c.Rows, w.equal(&bs[last+i]))
	}
}

func blockBytes(b *diff.Block) int {
	n := 0
	for i := range b.Parts {
		n += len(b.Parts[i].Text)
	}
	return n
}

// equal is an unchanged paragraph.
func (w *compareWriter) equal(b *diff.Block) compareRow {
	r := compareRow{Kind: "equal", Side: w.c.Side}
	for _, text := range b.Shown() {
		t := clip(text, max(maxFoldedBytes-w.folded, 300))
		if w.folded += len(t); len(t) < len(text) {
			t += "…"
			w.c.Short = true
		}
		r.Pieces = lines(r.Pieces, piece{Text: t})
	}
	r.Old, r.New = r.Pieces, r.Pieces
	return r
}

// change adds a changed paragraph, as long as the page has room.
func (w *compareWriter) change(b *diff.Block) {
	w.shown += blockBytes(b)
	if w.left > 0 || w.c.Changes >= maxCompareChanges || w.c.Changes > 0 && w.shown > maxCompareBytes {
		w.left++
		return
	}
	w.c.Changes++
	for l := range b.Old.Count {
		w.oldLine[b.Old.First+l] = w.c.Changes
	}
	for l := range b.New.Count {
		w.newLine[b.New.First+l] = w.c.Changes
	}
	r := compareRow{Change: w.c.Changes, Side: w.c.Side, Kind: strings.ReplaceAll(string(b.Kind), "_", "-"), Name: blockName(b)}
	switch b.Kind {
	case diff.BlockSplit:
		r.Aside = "split from " + paragraphs(b.Old)
	case diff.BlockMerged:
		r.Aside = "merged from " + paragraphs(b.Old)
	case diff.BlockMovedAway:
		r.MoveID, r.MoveTo = w.end(b.Move, "from"), fmt.Sprintf("m%d-to", b.Move)
		r.MoveText = "moved to " + paragraphs(b.New)
	case diff.BlockMoved:
		r.MoveID, r.MoveTo = w.end(b.Move, "to"), fmt.Sprintf("m%d-from", b.Move)
		r.MoveText = "moved from " + paragraphs(b.Old)
		if w.d.Moves[b.Move-1].Edited {
			r.Aside = "and edited"
		}
	}
	w.pieces(&r, b)
	w.c.Rows = append(w.c.Rows, r)
}

// end is the id of one end of a move; "" when it was given before, for a page has each id once.
func (w *compareWriter) end(move int, which string) string {
	id := fmt.Sprintf("m%d-%s", move, which)
	if w.ends[id] {
		return ""
	}
	w.ends[id] = true
	return id
}

// pieces fills a row with those of its block, for both views.
func (w *compareWriter) pieces(r *compareRow, b *diff.Block) {
	room := max(maxCompareBytes-w.shown+blockBytes(b), 0)
	for i, text := range b.Shown() {
		p := &b.Parts[i]
		short := clip(text, room)
		if room -= len(short); len(short) < len(text) {
			short += "…"
			w.c.Short = true
		}
		x := w.piece(b, p, short)
		r.Pieces = lines(r.Pieces, x)
		switch p.Kind {
		case diff.PartEqual:
			r.Old, r.New = lines(r.Old, x), lines(r.New, x)
		case diff.PartRemoved, diff.PartMovedOut:
			r.Old = lines(r.Old, x)
		default:
			r.New = lines(r.New, x)
		}
	}
	switch b.Kind { // a paragraph that moved stands whole on its side, and on the other one is where it leads
	case diff.BlockMovedAway:
		r.New = nil
	case diff.BlockMoved:
		r.Old = nil
	}
}

// piece is a part of a block as the page shows it.
func (w *compareWriter) piece(b *diff.Block, p *diff.Part, text string) piece {
	x := piece{Text: text, Minor: p.Class != "" && p.Class != diff.ClassWords}
	whole := p.Move != 0 && p.Move == b.Move // the paragraph moved as one: its row says so
	switch p.Kind {
	case diff.PartAdded:
		x.Kind = "ins"
	case diff.PartRemoved:
		x.Kind = "del"
	case diff.PartMovedOut:
		if x.Kind = "left"; !whole {
			x.ID, x.Href = w.end(p.Move, "from"), fmt.Sprintf("m%d-to", p.Move)
			x.Link = fmt.Sprintf("moved to paragraph %d:", w.d.Moves[p.Move-1].New.First)
		}
	case diff.PartMovedIn:
		if !whole {
			x.Kind, x.ID, x.Href = "moved", w.end(p.Move, "to"), fmt.Sprintf("m%d-from", p.Move)
			x.Link = fmt.Sprintf("moved from paragraph %d:", w.d.Moves[p.Move-1].Old.First)
		}
	}
	return x
}

// lines appends a piece, cut where lines end. Only the first has its id and link.
func lines(dst []piece, p piece) []piece {
	for {
		line, rest, more := strings.Cut(p.Text, "\n")
		x := p
		x.Text, x.Break = line, more
		dst = append(dst, x)
		if !more {
			return dst
		}
		p.Text, p.ID, p.Href, p.Link = rest, "", "", ""
	}
}

// facts lists what was found, with the change in which each stands.
func (w *compareWriter) facts() []fact {
	var out []fact
	for _, f := range w.d.Findings {
		if len(out) == maxListedFacts {
			break
		}
		x := fact{Kind: string(f.Kind), Text: f.String(), Change: w.newLine[f.NewLine]}
		if f.New == "" || x.Change == 0 {
			x.Change = w.oldLine[f.OldLine]
		}
		x.Where = fmt.Sprintf("paragraph %d", f.NewLine)
		if f.New == "" {
			x.Where = fmt.Sprintf("paragraph %d of version %d", f.OldLine, w.c.From.Number)
		}
		out = append(out, x)
	}
	return out
}

// blockName is the heading of a change.
func blockName(b *diff.Block) string {
	switch b.Kind {
	case diff.BlockTypographic:
		return "Typography of " + paragraphs(b.New)
	case diff.BlockEdited:
		return "Edited: " + paragraphs(b.New)
	case diff.BlockReplaced:
		return "Replaced: " + paragraphs(b.New)
	case diff.BlockAdded:
		return "Added: " + paragraphs(b.New)
	case diff.BlockRemoved:
		return "Removed: " + paragraphs(b.Old)
	case diff.BlockMovedAway:
		return upper(paragraphs(b.Old))
	}
	return upper(paragraphs(b.New))
}

// paragraphs names a run of lines.
func paragraphs(l diff.Lines) string {
	if l.Count <= 1 {
		return fmt.Sprintf("paragraph %d", l.First)
	}
	return fmt.Sprintf("paragraphs %d–%d", l.First, l.First+l.Count-1)
}
