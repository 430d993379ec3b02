package pdf

import "slices"

// element is a line of text, or a row of a table when it has cells.
type element struct {
	fragment
	cells []string
	left  float64 // the edges of the column that the line stands in
	right float64
	start bool // the first of a column or of a band of the page
}

// gutter is a strip from top to bottom of a band that no text crosses.
type gutter struct{ lo, hi float64 }

const (
	// minGutter, in sizes of the font, is the least width of a gutter.
	minGutter = 0.9
	// proseRunes is from how many characters a line on a column is prose, and no table's cell.
	proseRunes = 20
	proseLines = 3
	maxColumns = 5
	maxNesting = 4
)

// reading puts what stands on a page, or in a column of it, in the order of reading: bands from the top down, within a
// band of columns one column after the other, within a table row by row.
// The column reaches from left to right, also where its text does not.
func reading(fs []fragment, left, right float64, depth int) []element {
	var out []element
	rs := slabs(fs)
	for i := 0; i < len(rs); {
		n, gutters := band(rs[i:])
		if n == 0 {
			n = single(rs[i:])
			out = append(out, lines(rows(parts(rs[i:i+n])), left, right)...)
			i += n
			continue
		}
		part := parts(rs[i : i+n])
		i += n
		if columns := split(part, gutters); depth < maxNesting && prose(columns) {
			for _, c := range columns {
				l, r := extent(c)
				out = append(out, reading(c, l, r, depth+1)...)
			}
			continue
		}
		out = append(out, table(rows(part), gutters)...)
	}
	return out
}

// single is how many rows from the first on belong to no band.
func single(rs []row) int {
	for i := 1; i < len(rs); i++ {
		if n, _ := band(rs[i:]); n > 0 {
			return i
		}
	}
	return len(rs)
}

func parts(rs []row) []fragment {
	var out []fragment
	for _, r := range rs {
		out = append(out, r.parts...)
	}
	return out
}

// band is how many rows from the first on share a gutter, and their gutters; 0 when the first row begins no band.
func band(rs []row) (int, []gutter) {
	start := -1
	var open []gutter
	for i, r := range rs { // rows of one part may come before the first that shows the gutter
		if i > 0 && (rs[i-1].low-r.y > 3*r.size || i > 3) {
			break
		}
		if open = gaps(r); len(open) > 0 {
			start = i
			break
		}
	}
	if start < 0 {
		return 0, nil
	}
	for i := range start {
		if open = cut(open, rs[i]); len(open) == 0 {
			return 0, nil
		}
	}
	if start > 0 && !rightOnly(rs[:start], open) {
		return 0, nil // they read as before the band
	}
	n, both := start+1, beside(rs[start])
	for n < len(rs) {
		next := cut(open, rs[n])
		if len(next) == 0 || rs[n-1].low-rs[n].y > 6*rs[n].size {
			break
		}
		if beside(rs[n]) == 0 && len(gone(open, next)) > 0 {
			break // text of its own, and no row of the table
		}
		both += beside(rs[n])
		open = next
		n++
	}
	n = trim(rs, n, open)
	if both < 2 || both == 2 && (n-start > 4 || widest(open) < 2*rs[start].size) {
		return 0, nil
	}
	return n, open
}

// beside is how many lines of a slab stand beside others.
func beside(r row) int {
	n := 0
	for _, l := range rows(r.parts) {
		if len(l.parts) > 1 {
			n++
		}
	}
	return max(n, min(1, len(r.parts)-1), len(r.parts)/3)
}

// rightOnly reports rows that stand right of a gutter.
func rightOnly(rs []row, open []gutter) bool {
	for _, r := range rs {
		if r.parts[0].x0 < open[0].hi-0.1 {
			return false
		}
	}
	return true
}

func widest(gs []gutter) float64 {
	w := 0.0
	for _, g := range gs {
		w = max(w, g.hi-g.lo)
	}
	return w
}

// gaps are the gutters that a row shows.
func gaps(r row) []gutter {
	var out []gutter
	end := r.parts[0].x1
	for _, p := range r.parts[1:] {
		if p.x0-end >= minGutter*p.size {
			out = append(out, gutter{end, p.x0})
		}
		end = max(end, p.x1)
	}
	return out
}

// cut is what a row leaves of gutters.
func cut(gs []gutter, r row) []gutter {
	out := gs
	for _, p := range r.parts {
		var left []gutter
		for _, g := range out {
			if p.x1 <= g.lo || p.x0 >= g.hi {
				left = append(left, g)
				continue
			}
			for _, part := range [...]gutter{{g.lo, min(g.hi, p.x0)}, {max(g.lo, p.x1), g.hi}} {
				if part.hi-part.lo >= minGutter*p.size*0.9 {
					left = append(left, part)
				}
			}
		}
		out = left
	}
	return out
}

// gone are the gutters of which nothing is left.
func gone(before, after []gutter) []gutter {
	return slices.DeleteFunc(slices.Clone(before), func(g gutter) bool {
		return slices.ContainsFunc(after, func(a gutter) bool { return a.lo >= g.lo && a.hi <= g.hi })
	})
}

// trim leaves rows off the end of a band which stand left of its gutters only, after a gap: what comes after columns
// begins so.
func trim(rs []row, n int, open []gutter) int {
	usual := pitch(rs[:n])
	last := n
	for i := n - 1; i > 0; i-- {
		one := len(rs[i].parts) == 1 && rs[i].parts[0].x1 <= open[0].lo+0.1
		if !one {
			break
		}
		if rs[i-1].low-rs[i].y > 1.3*max(usual, rs[i].size) {
			last = i
		}
	}
	return last
}

// split sorts the fragments of a band into its columns.
func split(fs []fragment, gs []gutter) [][]fragment {
	columns := make([][]fragment, len(gs)+1)
	for _, p := range fs {
		i := columnOf(p, gs)
		columns[i] = append(columns[i], p)
	}
	return slices.DeleteFunc(columns, func(c []fragment) bool { return len(c) == 0 })
}

func columnOf(f fragment, gs []gutter) int {
	i := 0
	for i < len(gs) && f.x0 >= (gs[i].lo+gs[i].hi)/2 {
		i++
	}
	return i
}

// prose reports columns of text, as opposed to the cells of a table: most of the text of at least two of them stands in
// full lines, and there is little in the others.
func prose(columns [][]fragment) bool {
	if len(columns) < 2 || len(columns) > maxColumns {
		return false
	}
	full, rest, text := 0, 0, 0
	for _, c := range columns {
		width, long, longs := 0, 0, 0
		for i := range c {
			w := c[i].width()
			width += w
			if w >= proseRunes {
				long += w
				longs++
			}
		}
		if longs >= proseLines && long*10 >= width*6 {
			full++
			text += width
		} else {
			rest += width
		}
	}
	return full >= 2 && rest*3 <= text
}

// width is the length of a fragment in letters of the Latin script.
func (f *fragment) width() int {
	n := f.runes
	for _, r := range f.text {
		if r >= 0x2e80 {
			n++
		}
	}
	return n
}

// extent is from where to where fragments reach.
func extent(fs []fragment) (left, right float64) {
	for i := range fs {
		if i == 0 {
			left, right = fs[i].x0, fs[i].x1
		}
		left, right = min(left, fs[i].x0), max(right, fs[i].x1)
	}
	return left, right
}

// lines are rows read across, each a line of the column between left and right.
func lines(rs []row, left, right float64) []element {
	var out []element
	for i, r := range rs {
		out = append(out, element{fragment: r.whole(), left: left, right: right, start: i == 0})
	}
	return out
}

// whole joins the parts of a row.
func (r *row) whole() fragment {
	f := r.parts[0]
	if len(r.parts) == 1 {
		return f
	}
	f.text = r.text()
	f.runes = 0
	for _, p := range r.parts {
		f.x1 = max(f.x1, p.x1)
		f.runes += p.runes
		f.bold = f.bold && p.bold
		if p.runes > 2*f.runes {
			f.size = p.size
		}
	}
	return f
}
