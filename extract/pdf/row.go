package pdf

import (
	"cmp"
	"math"
	"slices"
)

// row is the fragments that stand beside one another, from left to right.
type row struct {
	y, size float64 // of the first baseline and of the largest type
	low     float64 // where it ends
	parts   []fragment
}

// rows groups fragments into rows from the top down. Beside one another is a matter of height: parts of a row need not
// share their baseline.
func rows(fs []fragment) []row {
	return gather(fs, func(r *row, f *fragment) bool { return r.y-f.y < 0.6*min(r.size, f.size) && r.free(*f) })
}

// slabs groups fragments as rows does, but takes what overlaps in height as one, so that columns whose lines stand at
// other heights are in one slab. Lines of one column never overlap.
func slabs(fs []fragment) []row {
	return gather(fs, func(r *row, f *fragment) bool {
		return f.y+0.72*f.size > r.low && (len(r.parts) > 1 || r.free(*f) || r.y-f.y < 0.3*f.size)
	})
}

func gather(fs []fragment, belongs func(*row, *fragment) bool) []row {
	fs = slices.Clone(fs)
	slices.SortStableFunc(fs, func(a, b fragment) int { return cmp.Or(cmp.Compare(b.y, a.y), cmp.Compare(a.x0, b.x0)) })
	var out []row
	for _, f := range fs {
		low := f.y - 0.2*f.size
		if n := len(out); n > 0 && belongs(&out[n-1], &f) {
			r := &out[n-1]
			r.parts = append(r.parts, f)
			r.size, r.low = max(r.size, f.size), min(r.low, low)
			continue
		}
		out = append(out, row{y: f.y, size: f.size, low: low, parts: []fragment{f}})
	}
	for i := range out {
		slices.SortStableFunc(out[i].parts, func(a, b fragment) int { return cmp.Compare(a.x0, b.x0) })
		out[i].parts = marked(out[i].parts)
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
		fs[i].x0, fs[i].x1, fs[i].rtl = -fs[i].x1, -fs[i].x0, !fs[i].rtl
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

// marked joins the mark of a list's item to the text that it is set apart from.
func marked(parts []fragment) []fragment {
	out := parts[:0]
	for _, p := range parts {
		if n := len(out); n > 0 && isMarker(out[n-1].text) && p.x0-out[n-1].x1 < 5*p.size && math.Abs(p.y-out[n-1].y) < 0.5*p.size {
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
