package pdf

import (
	"slices"
	"strings"
)

// table reads a band row by row. Cells of several lines are joined: a line without a first cell goes on with the row
// before it, and so does one that stands closer to it than rows stand to each other.
func table(rs []row, gs []gutter) []element {
	var out []element
	usual, wrapped := pitch(rs), wrap(rs, gs)
	for i, r := range rs {
		cells := cellsOf(r, gs)
		if n := len(out); n > 0 && out[n-1].cells != nil {
			step := rs[i-1].y - r.y
			if cells[0] == "" && step <= 1.3*max(usual, r.size) || wrapped > 0 && step <= wrapped {
				for k := range cells {
					out[n-1].cells[k] = strings.TrimSpace(out[n-1].cells[k] + " " + cells[k])
				}
				continue
			}
		}
		e := element{fragment: r.whole(), start: true, cells: cells}
		e.left, e.right = e.x0, e.x1
		if filled(cells) == 1 && wrapped == 0 {
			e.cells = nil
		}
		out = append(out, e)
	}
	for i := range out {
		if out[i].cells != nil && filled(out[i].cells) == 1 {
			out[i].text, out[i].cells = strings.Join(strings.Fields(strings.Join(out[i].cells, " ")), " "), nil
		}
	}
	return out
}

func cellsOf(r row, gs []gutter) []string {
	cells := make([]string, len(gs)+1)
	for _, p := range r.parts {
		k := columnOf(p, gs)
		cells[k] = strings.TrimSpace(cells[k] + " " + p.text)
	}
	return cells
}

func filled(cells []string) int {
	n := 0
	for _, c := range cells {
		if c != "" {
			n++
		}
	}
	return n
}

// wrap is up to which distance two lines of a table are of one row, 0 where every line is a row. Cells of several lines
// show by two distances between lines, the smaller of which is that of text, and by lines which do not fill all cells.
func wrap(rs []row, gs []gutter) float64 {
	if len(rs) < 4 {
		return 0
	}
	steps := make([]float64, 0, len(rs))
	for i := 1; i < len(rs); i++ {
		steps = append(steps, rs[i-1].y-rs[i].y)
	}
	least := slices.Min(steps)
	if least <= 0 || least > 1.5*rs[0].size {
		return 0
	}
	limit := 1.12 * least
	groups, partial, more := 1, 0, 0
	for i, step := range steps {
		if step > limit {
			groups++
			continue
		}
		more++
		if filled(cellsOf(rs[i+1], gs)) <= len(gs) {
			partial++
		}
	}
	if groups < 2 || more > 5*groups || partial*10 < more*3 {
		return 0
	}
	return limit
}
