package pdf

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// edgeRows is how many rows at the top and at the bottom of a page may be its furniture.
	edgeRows = 4
	// repeated is on how many pages a row must stand to be furniture.
	repeated = 3
)

// edge is a row at the edge of a page.
type edge struct {
	page, row int
	top       bool
	y         float64
	shape     string // the text with a # for each number
	numbers   []int
}

// furnish takes running headers, footers and page numbers off the pages: rows at the same height of three pages or
// more with the same words, whose numbers stay or count the pages; and lone numbers which are those of the pages.
func furnish(pages [][]row) {
	at := map[string][]edge{}
	drop := make([]map[int]bool, len(pages))
	var order []string
	var alone []edge
	for p, rs := range pages {
		drop[p] = map[int]bool{}
		for _, e := range edges(p, rs) {
			if e.lone() {
				alone = append(alone, e)
			}
			if _, ok := at[e.shape]; !ok {
				order = append(order, e.shape)
			}
			at[e.shape] = append(at[e.shape], e)
		}
	}
	for _, shape := range order {
		for _, e := range recurring(at[shape]) {
			drop[e.page][e.row] = true
		}
	}
	counted(alone, len(pages), drop)
	left := 0
	for p, rs := range pages {
		left += len(rs) - len(drop[p])
	}
	if left == 0 {
		return // what is all the text there is, is no furniture
	}
	for p, rs := range pages {
		if len(drop[p]) == 0 {
			continue
		}
		kept := rs[:0:0]
		for i, r := range rs {
			if !drop[p][i] {
				kept = append(kept, r)
			}
		}
		pages[p] = kept
	}
}

// edges are the rows of a page that its furniture can be among: the outermost ones, as far as a gap sets them apart
// from the rows within.
func edges(page int, rs []row) []edge {
	var out []edge
	usual := pitch(rs)
	apart := func(i, j int) bool { // between neighbours
		return rs[i].y-rs[j].y > max(1.3*usual, 1.2*min(rs[i].size, rs[j].size))
	}
	add := func(i int, top bool) {
		t := rs[i].text()
		if len(t) > 400 {
			t = t[:400]
		}
		e := edge{page: page, row: i, top: top, y: rs[i].y}
		e.shape, e.numbers = shapeOf(t)
		out = append(out, e)
	}
	last := -1
	for i := 0; i < min(edgeRows, len(rs)); i++ {
		if i+1 == len(rs) || apart(i, i+1) {
			last = i
		}
	}
	for i := 0; i <= last; i++ {
		add(i, true)
	}
	first := len(rs)
	for i := len(rs) - 1; i > max(last, len(rs)-1-edgeRows); i-- {
		if i == 0 || apart(i-1, i) {
			first = i
		}
	}
	for i := first; i < len(rs); i++ {
		add(i, false)
	}
	return out
}

// shapeOf is a text with its numbers taken out, and the numbers.
func shapeOf(t string) (string, []int) {
	var b strings.Builder
	var numbers []int
	in := false
	for _, r := range t {
		if r < '0' || r > '9' {
			b.WriteRune(r)
			in = false
			continue
		}
		if !in {
			b.WriteByte('#')
			numbers = append(numbers, 0)
		}
		in = true
		if n := &numbers[len(numbers)-1]; *n < 1<<30 {
			*n = *n*10 + int(r-'0')
		}
	}
	return b.String(), numbers
}

// recurring are those of the edges of one shape which stand at the same height on enough pages, with numbers that stay
// or count the pages.
func recurring(es []edge) []edge {
	var out []edge
	for i, e := range es {
		pages := map[int]bool{}
		for k, o := range es {
			if k-i > 2*MaxPages || i-k > 2*MaxPages {
				continue
			}
			if d := e.y - o.y; o.top == e.top && d < 4 && d > -4 && e.agrees(o) {
				pages[o.page] = true
				if len(pages) >= repeated {
					break
				}
			}
		}
		if len(pages) >= repeated {
			out = append(out, e)
		}
	}
	return out
}

// agrees reports whether the numbers of two edges stay the same or grow as the pages do.
func (e edge) agrees(o edge) bool {
	for i, n := range e.numbers {
		if m := o.numbers[i]; m != n && m-n != o.page-e.page {
			return false
		}
	}
	return true
}

// lone reports a row that says no more than a page number does: "3", "- 3 -", "3/12", "Page 3 of 12", "Seite 3".
func (e edge) lone() bool {
	if len(e.numbers) == 0 || len(e.numbers) > 2 {
		return false
	}
	letters, words := 0, 0
	for w := range strings.FieldsSeq(e.shape) {
		if strings.IndexFunc(w, unicode.IsLetter) >= 0 {
			words++
			letters += utf8.RuneCountInString(w)
		}
	}
	others := utf8.RuneCountInString(strings.ReplaceAll(e.shape, " ", "")) - letters - len(e.numbers)
	return words <= 2 && letters <= 12 && others <= 4
}

// counted drops lone page numbers on files too short for them to recur: those which number their page, on each page
// but perhaps the first.
func counted(es []edge, pages int, drop []map[int]bool) {
	right := map[int][]edge{}
	for _, e := range es {
		if e.numbers[0] == e.page+1 && (len(e.numbers) == 1 || e.numbers[1] == pages) {
			right[e.page] = append(right[e.page], e)
		}
	}
	if n := len(right); n == 0 || n < pages-1 || pages == 1 && right[0][0].top {
		return
	}
	for p, list := range right {
		if len(list) == 1 {
			drop[p][list[0].row] = true
		}
	}
}
