package extract

import (
	"slices"
	"strings"
)

// segments labels the blocks that hold a segment which must or must not be in the text.
func (k *known) segments() {
	p := k.page
	k.label, k.weight = make([]int8, len(p.pieces)), make([]float32, len(p.pieces))
	for i := range p.pieces {
		k.label[i] = -1
		text := p.pieces[i].Text
		for _, w := range k.with {
			if strings.Contains(text, fold(w)) {
				k.label[i], k.weight[i] = 1, 12
			}
		}
		for _, w := range k.without {
			if k.label[i] < 0 && strings.Contains(text, fold(w)) {
				k.label[i], k.weight[i] = 0, 12
			}
		}
		if i == p.head {
			k.label[i] = -1
		}
	}
}

// align labels the blocks whose words stand in the known text.
func (k *known) align() {
	p := k.page
	truth := words1(k.text)
	size := p.words
	k.label, k.weight = make([]int8, len(p.pieces)), make([]float32, len(p.pieces))
	tri := map[string]int{}
	one := map[string][]int{}
	for i := range truth {
		if i+2 < len(truth) {
			g := truth[i] + " " + truth[i+1] + " " + truth[i+2]
			if _, ok := tri[g]; !ok {
				tri[g] = i
			}
		}
		one[truth[i]] = append(one[truth[i]], i)
	}
	toks := make([][]string, len(p.pieces))
	pos := make([]int, len(p.pieces)) // where a long block stands in the truth, -1
	for i := range p.pieces {
		toks[i] = words1(p.pieces[i].Text)
		pos[i] = -1
		w := toks[i]
		if len(w) < 4 {
			continue
		}
		hits, at := 0, -1
		for j := 0; j+2 < len(w); j++ {
			if x, ok := tri[w[j]+" "+w[j+1]+" "+w[j+2]]; ok {
				hits++
				if at < 0 {
					at = x
				}
			}
		}
		if hits*2 >= len(w)-2 {
			k.label[i], pos[i] = 1, at
		}
	}
	for i := range p.pieces {
		w := toks[i]
		if len(w) < 4 && len(w) > 0 {
			lo, hi := 0, len(truth)
			for j := i - 1; j >= 0; j-- {
				if pos[j] >= 0 {
					lo = pos[j]
					break
				}
			}
			for j := i + 1; j < len(pos); j++ {
				if pos[j] >= 0 {
					hi = pos[j]
					break
				}
			}
			for _, x := range one[w[0]] {
				if x >= lo && x <= hi+3 && x+len(w) <= len(truth) && slices.Equal(truth[x:x+len(w)], w) {
					k.label[i] = 1
					break
				}
			}
		}
		total := float32(max(40, min(len(truth), size)))
		k.weight[i] = min(20, float32(len(w))/total*200) + 0.25
		if i == p.head {
			k.label[i] = -1
		}
	}
}
