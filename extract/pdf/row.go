package pdf

import (
	"cmp"
	"slices"
)

// row is the fragments that stand beside one another, from left to right.
type row struct {
	y, size float64
	parts   []fragment
}

// rows groups fragments into rows from the top down. Beside one another is a matter of height: columns need not share
// their baselines.
func rows(fs []fragment) []row {
	fs = slices.Clone(fs)
	slices.SortStableFunc(fs, func(a, b fragment) int { return cmp.Or(cmp.Compare(b.y, a.y), cmp.Compare(a.x0, b.x0)) })
	var out []row
	for _, f := range fs {
		if n := len(out); n > 0 && out[n-1].y-f.y < 0.6*min(out[n-1].size, f.size) && out[n-1].free(f) {
			r := &out[n-1]
			r.parts = append(r.parts, f)
			r.size = max(r.size, f.size)
			continue
		}
		out = append(out, row{f.y, f.size, []fragment{f}})
	}
	for i := range out {
		slices.SortStableFunc(out[i].parts, func(a, b fragment) int { return cmp.Compare(a.x0, b.x0) })
		out[i].parts = marked(out[i].parts)
	}
	return out
}

// marked joins the mark of a list's item to the text that it is set apart from.
func marked(parts []fragment) []fragment {
	out := parts[:0]
	for _, p := range parts {
		if n := len(out); n > 0 && isMarker(out[n-1].text) && p.x0-out[n-1].x1 < 5*p.size {
			m := &out[n-1]
			m.text += " " + p.text
			m.runes += 1 + p.runes
			m.x1, m.size, m.y, m.bold = p.x1, p.size, p.y, p.bold
			continue
		}
		out = append(out, p)
	}
	return out
}

// free reports whether a fragment has room in the row.
func (r *row) free(f fragment) bool {
	if len(r.parts) > 100 {
		return false
	}
	for i := range r.parts {
		p := &r.parts[i]
		if f.x0 < p.x1-0.3*p.size && f.x1 > p.x0+0.3*p.size {
			return false
		}
	}
	return true
}

// text is the row read across.
func (r *row) text() string {
	s := ""
	for i := range r.parts {
		if i > 0 {
			s += " "
		}
		s += r.parts[i].text
	}
	return s
}

// mirror turns the page round for text that is read from right to left, so that what is read first is always on the
// left.
func mirror(fs []fragment) {
	rtl, all := 0, 0
	for i := range fs {
		for _, c := range fs[i].text {
			switch direction(c) {
			case 1:
				rtl++
				all++
			case -1:
				all++
			}
		}
	}
	if rtl*2 <= all {
		return
	}
	for i := range fs {
		fs[i].x0, fs[i].x1 = -fs[i].x1, -fs[i].x0
	}
}

// pitch is the usual distance between the rows, 0 when there are too few.
func pitch(rs []row) float64 {
	var d []float64
	for i := 1; i < len(rs); i++ {
		if step := rs[i-1].y - rs[i].y; step > 0.5*rs[i].size && step < 4*rs[i].size {
			d = append(d, step)
		}
	}
	if len(d) == 0 {
		return 0
	}
	slices.Sort(d)
	return d[(len(d)-1)/2]
}
