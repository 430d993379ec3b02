package record

import (
	"iter"
	"strings"
)

// pairsInCommon counts the pairs of neighbouring words of b that a has too.
func pairsInCommon(a, b string) int {
	have := map[[2]string]bool{}
	for p := range pairs(a) {
		have[p] = true
	}
	n := 0
	for p := range pairs(b) {
		if have[p] {
			n++
		}
	}
	return n
}

func pairs(text string) iter.Seq[[2]string] {
	return func(yield func([2]string) bool) {
		last := ""
		for w := range strings.FieldsSeq(text) {
			if last != "" && !yield([2]string{last, w}) {
				return
			}
			last = w
		}
	}
}

// inCommon counts the words of b that a has, each as often as it stands in both.
func inCommon(a, b string) int {
	have := map[string]int{}
	for w := range strings.FieldsSeq(a) {
		have[w]++
	}
	n := 0
	for w := range strings.FieldsSeq(b) {
		if have[w] > 0 {
			have[w]--
			n++
		}
	}
	return n
}
