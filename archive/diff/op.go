package diff

import (
	"errors"
	"fmt"
	"strings"
)

// OpKind is what an operation does.
type OpKind string

const (
	// OpKeep: what stands in both, in the same order.
	OpKeep OpKind = "keep"
	// OpDelete: what stands in the old text only.
	OpDelete OpKind = "delete"
	// OpInsert: what stands in the new text only.
	OpInsert OpKind = "insert"
	// OpMoveOut marks where something stood that now stands elsewhere, OpMoveIn where it stands.
	OpMoveOut OpKind = "move_out"
	OpMoveIn  OpKind = "move_in"
)

// Op is one operation. Positions are bytes of UTF-8, ends are exclusive; an operation that touches one text only has
// an empty range in the other, at the place that was reached. In order, keep, delete and move_out cover the old text
// without gap or overlap; keep, insert and move_in cover the new one.
type Op struct {
	Kind OpKind `json:"op"`
	// Class is that of a delete or insert; "" for the others.
	Class    Class `json:"class,omitempty"`
	OldStart int   `json:"old_start"`
	OldEnd   int   `json:"old_end"`
	NewStart int   `json:"new_start"`
	NewEnd   int   `json:"new_end"`
	// Move is the number of the move; 0 when it is none. A move_in has the old range of its move_out, a move_out the
	// new range of its move_in. A moved sentence whose punctuation changed is a delete and an insert of one number.
	Move int `json:"move,omitempty"`
	// Text is what is deleted, inserted or moved; "" for a keep.
	Text string `json:"text,omitempty"`
}

// ErrApply is returned by [Apply] for operations that are not those of a diff from this text.
var ErrApply = errors.New("operations do not fit the text")

// Apply makes the new text of the old one. It checks that the operations cover old exactly and that the texts in them
// are those that stand there, so it never gives a wrong text for a right one: it returns an error that wraps
// [ErrApply].
func Apply(old string, ops []Op) (string, error) {
	var b strings.Builder
	out, in := map[Range]Range{}, map[Range]Range{} // by the old range: the new one that each end of a move names
	pos := 0
	for n, op := range ops {
		if op.NewStart != b.Len() && op.Kind != OpMoveOut || op.NewEnd < op.NewStart || op.OldStart < 0 || op.OldEnd < op.OldStart || op.OldEnd > len(old) {
			return "", fmt.Errorf("operation %d: range out of order: %w", n, ErrApply)
		}
		was := old[op.OldStart:op.OldEnd]
		fits := op.Kind == OpMoveIn || op.OldStart == pos
		switch r := (Range{op.OldStart, op.OldEnd}); op.Kind {
		case OpKeep:
			fits = fits && op.NewEnd-op.NewStart == len(was)
			b.WriteString(was)
			pos = op.OldEnd
		case OpDelete:
			fits = fits && op.Text == was && op.NewEnd == op.NewStart
			pos = op.OldEnd
		case OpInsert:
			fits = fits && op.OldEnd == op.OldStart && op.NewEnd-op.NewStart == len(op.Text)
			b.WriteString(op.Text)
		case OpMoveOut:
			_, twice := out[r]
			fits = fits && op.Text == was && !twice
			out[r] = Range{op.NewStart, op.NewEnd}
			pos = op.OldEnd
		case OpMoveIn:
			_, twice := in[r]
			fits = fits && op.Text == was && !twice && op.NewEnd-op.NewStart == len(was)
			in[r] = Range{op.NewStart, op.NewEnd}
			b.WriteString(was)
		default:
			fits = false
		}
		if !fits {
			return "", fmt.Errorf("operation %d (%.20q): %w", n, op.Kind, ErrApply)
		}
	}
	if pos != len(old) {
		return "", fmt.Errorf("%d bytes of %d covered: %w", pos, len(old), ErrApply)
	}
	if len(in) != len(out) {
		return "", fmt.Errorf("%d moves out, %d in: %w", len(out), len(in), ErrApply)
	}
	for r, to := range in {
		if there, ok := out[r]; !ok || there != to {
			return "", fmt.Errorf("bytes %d to %d moved in and not out: %w", r.Start, r.End, ErrApply)
		}
	}
	return b.String(), nil
}

// opWriter writes operations in the order of reading.
type opWriter struct {
	old, new string
	o, n     int // what is covered
	ops      []Op
}

func (w *opWriter) add(op Op, old, new Range) {
	op.OldStart, op.OldEnd, op.NewStart, op.NewEnd = old.Start, old.End, new.Start, new.End
	w.ops = append(w.ops, op)
}

// grows reports whether the last operation is one that another of its kind can be joined to.
func (w *opWriter) grows(k OpKind, class Class, move int) bool {
	n := len(w.ops) - 1
	return n >= 0 && move == 0 && w.ops[n].Kind == k && w.ops[n].Class == class && w.ops[n].Move == 0
}

func (w *opWriter) keep(k int) {
	if k == 0 {
		return
	}
	if last := len(w.ops) - 1; w.grows(OpKeep, "", 0) {
		w.ops[last].OldEnd += k
		w.ops[last].NewEnd += k
	} else {
		w.add(Op{Kind: OpKeep}, Range{w.o, w.o + k}, Range{w.n, w.n + k})
	}
	w.o, w.n = w.o+k, w.n+k
}

func (w *opWriter) delete(k int, class Class, move int) {
	if k == 0 {
		return
	}
	if last := len(w.ops) - 1; w.grows(OpDelete, class, move) {
		w.ops[last].OldEnd += k
		w.ops[last].Text = w.old[w.ops[last].OldStart:w.ops[last].OldEnd]
	} else {
		w.add(Op{Kind: OpDelete, Class: class, Move: move, Text: w.old[w.o : w.o+k]}, Range{w.o, w.o + k}, Range{w.n, w.n})
	}
	w.o += k
}

func (w *opWriter) insert(k int, class Class, move int) {
	if k == 0 {
		return
	}
	if last := len(w.ops) - 1; w.grows(OpInsert, class, move) {
		w.ops[last].NewEnd += k
		w.ops[last].Text = w.new[w.ops[last].NewStart:w.ops[last].NewEnd]
	} else {
		w.add(Op{Kind: OpInsert, Class: class, Move: move, Text: w.new[w.n : w.n+k]}, Range{w.o, w.o}, Range{w.n, w.n + k})
	}
	w.n += k
}

// moveOut writes what stood here and stands at to in the new text.
func (w *opWriter) moveOut(k, move int, to Range) {
	if k == 0 {
		return
	}
	w.add(Op{Kind: OpMoveOut, Move: move, Text: w.old[w.o : w.o+k]}, Range{w.o, w.o + k}, to)
	w.o += k
}

// moveIn writes what stands here and stood at from in the old text.
func (w *opWriter) moveIn(from Range, move int) {
	if from.Len() == 0 {
		return
	}
	k := from.Len()
	w.add(Op{Kind: OpMoveIn, Move: move, Text: w.new[w.n : w.n+k]}, from, Range{w.n, w.n + k})
	w.n += k
}
