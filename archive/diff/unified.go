package diff

import (
	"fmt"
	"io"
	"strings"

	udiff "github.com/aymanbagabas/go-udiff"
)

// maxUnifiedWork bounds lines times bytes, since go-udiff counts the lines before each edit; beyond it one hunk
// replaces everything from the first change to the last.
const maxUnifiedWork = 1 << 28

// WriteUnified writes the diff as a unified patch of the text's lines, which patch and git apply take. A moved
// paragraph is removed and added there, for the format has no moves. Title and dates, when they changed, come before
// the patch in lines that begin with "# ". It writes nothing when nothing differs. The patch holds the texts as they are,
// because an escaped patch would not apply: canonical texts have no controls, but may have direction marks.
func WriteUnified(w io.Writer, d *Diff, oldName, newName string) error {
	var b strings.Builder
	for _, f := range [3]struct {
		name string
		Field
	}{{"title", d.Title}, {"published", d.Published}, {"modified", d.Modified}} {
		if f.Changed() {
			fmt.Fprintf(&b, "# %s%s\n", f.name, arrow(f.Old, f.New))
		}
	}
	if d.Old != d.New {
		edits := lineEdits(d)
		if len(edits)*len(d.Old) > maxUnifiedWork {
			edits = []udiff.Edit{{Start: edits[0].Start, End: edits[len(edits)-1].End, New: between(d, edits)}}
		}
		text, err := udiff.ToUnified(oneLine(oldName), oneLine(newName), d.Old, edits, udiff.DefaultContextLines)
		if err != nil {
			return fmt.Errorf("write unified diff: %w", err)
		}
		b.WriteString(text)
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("write unified diff: %w", err)
	}
	return nil
}

// oneLine is a name that stays on its line.
func oneLine(s string) string {
	if s = visible(s, true); s == "" {
		return "text"
	}
	return s
}

// lineEdits are the edits of whole lines: every line that is not kept as it is.
func lineEdits(d *Diff) []udiff.Edit {
	old, new := strings.SplitAfter(d.Old, "\n"), strings.SplitAfter(d.New, "\n")
	oldAt, newAt := offsets(old), offsets(new)
	var out []udiff.Edit
	i, j := 0, 0 // lines behind us
	to := func(i1, j1 int) {
		if i1 > i || j1 > j {
			out = append(out, udiff.Edit{Start: oldAt[i], End: oldAt[i1], New: d.New[newAt[j]:newAt[j1]]})
		}
	}
	for n := range d.Blocks {
		b := &d.Blocks[n]
		if b.Kind != BlockEqual {
			continue
		}
		a, c := b.Old.First-1, b.New.First-1
		if old[a] != new[c] { // the same but for the end of the text
			continue
		}
		to(a, c)
		i, j = a+1, c+1
	}
	to(len(old), len(new))
	return out
}

func offsets(lines []string) []int {
	out := make([]int, len(lines)+1)
	for i, l := range lines {
		out[i+1] = out[i] + len(l)
	}
	return out
}

// between is the new text from the first edit to the last.
func between(d *Diff, edits []udiff.Edit) string {
	head := edits[0].Start
	tail := len(d.Old) - edits[len(edits)-1].End
	return d.New[head : len(d.New)-tail]
}
