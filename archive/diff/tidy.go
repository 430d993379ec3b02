package diff

import (
	"slices"
	"strings"
)

// oldFirst puts, where sentences of one side stand between those of both, the old ones before the new ones.
func oldFirst(steps []step) {
	side := func(s step) int {
		switch {
		case s.class == "" || s.a.Len() > 0 && s.b.Len() > 0:
			return 0
		case s.a.Len() > 0:
			return 1
		}
		return 2
	}
	for i := 0; i < len(steps); {
		j := i
		for j < len(steps) && side(steps[j]) != 0 {
			j++
		}
		slices.SortStableFunc(steps[i:j], func(x, y step) int { return side(x) - side(y) })
		i = j + 1
	}
}

// tidy joins the white space between changed sentences to them, where it came or went with them, and words next to each
// other whose typography changed: a heading that was put into capitals is one change.
func tidy(steps []step, a, b string) []step {
	steps = dense(steps, a)
	out := steps[:0]
	for _, s := range steps {
		if n := len(out) - 1; n >= 1 && respelled(out[n-1], a) && respelled(s, a) && out[n].class == "" && a[out[n].a.Start:out[n].a.End] == " " {
			out[n-1].a.End, out[n-1].b.End = s.a.End, s.b.End
			out = out[:n]
			continue
		}
		if n := len(out) - 1; n >= 0 && out[n].class == "" && s.class == "" {
			out[n].a.End, out[n].b.End = s.a.End, s.b.End
			continue
		}
		if n := len(out) - 1; n >= 0 && joins(out[n], s, a, b) {
			p := &out[n]
			p.class, p.whole = ClassWords, p.whole || s.whole
			p.wordsA, p.wordsB = p.wordsA+s.wordsA, p.wordsB+s.wordsB
			if s.a.Len() > 0 {
				p.a.End = s.a.End
			} else {
				p.b.End = s.b.End
			}
			continue
		}
		out = append(out, s)
	}
	return out
}

// respelled reports whether a step writes words in another way.
func respelled(s step, a string) bool {
	return s.class == ClassTypographic && s.a.Len() > 0 && s.b.Len() > 0 && wordy(a[s.a.Start:s.a.End])
}

// joins reports whether p and s stand on the same one side, and one is whole sentences, the other too or white space
// within a line.
func joins(p, s step, a, b string) bool {
	if p.move != 0 || s.move != 0 || p.class == "" || s.class == "" || !p.whole && !s.whole {
		return false
	}
	if (p.a.Len() == 0) != (s.a.Len() == 0) || (p.b.Len() == 0) != (s.b.Len() == 0) || (p.a.Len() == 0) == (p.b.Len() == 0) {
		return false
	}
	blank := func(t step) bool {
		text := a[t.a.Start:t.a.End] + b[t.b.Start:t.b.End]
		return strings.TrimSpace(text) == "" && !strings.Contains(text, "\n")
	}
	return p.whole && s.whole || p.whole && blank(s) || s.whole && blank(p)
}

const (
	// denseSteps is how many changes of typography close to each other are shown as one.
	denseSteps = 4
	// denseKeep is how many unchanged bytes between two of them, a word at most, leave them close.
	denseKeep = 16
)

// dense makes one change of many small ones: a heading whose every hyphen became a space is read faster as a whole.
func dense(steps []step, a string) []step {
	out := steps[:0]
	for i := 0; i < len(steps); {
		j, n := i, 0 // steps[i:j] are close to each other, n of them changes
		for k := i; k < len(steps) && near(steps[k], a, k > i); k++ {
			if steps[k].class == ClassTypographic {
				n++
				j = k + 1
			}
		}
		if n < denseSteps {
			out = append(out, steps[i])
			i++
			continue
		}
		one := step{class: ClassTypographic, a: covered(steps[i:j], stepA), b: covered(steps[i:j], stepB)}
		out = append(out, one)
		i = j
	}
	return out
}

// near reports whether a step may be part of a dense run: a change of typography in place, or, inside the run, a word that
// was kept.
func near(s step, a string, inside bool) bool {
	if s.class == ClassTypographic {
		return s.move == 0 && !s.whole
	}
	return inside && s.class == "" && s.a.Len() <= denseKeep && CountWords(a[s.a.Start:s.a.End]) <= 1
}

func stepA(s step) Range { return s.a }
func stepB(s step) Range { return s.b }

// covered is the range of one side that steps cover together.
func covered(steps []step, side func(step) Range) Range {
	var r Range
	for _, s := range steps {
		switch t := side(s); {
		case t.Len() == 0:
		case r.Len() == 0:
			r = t
		default:
			r.End = t.End
		}
	}
	return r
}
