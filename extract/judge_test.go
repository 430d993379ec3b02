package extract

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// report logs the word F1 by kind of page and the segment F1.
func report(t *testing.T, name string, pages []*known, score func(*known) []int32) {
	sum, n, roof := map[string]float64{}, map[string]int{}, map[string]float64{}
	tp, fp, fn := 0, 0, 0
	for _, k := range pages {
		if k.stripped {
			k.kind = "stripped " + k.set
		}
		if k.pruned {
			k.kind = "pruned " + k.set
		}
		s := score(k)
		var text, ideal strings.Builder
		for i := range s {
			if s[i] > 0 && i != k.page.head {
				text.WriteString(k.page.pieces[i].Text + "\n")
			}
			if k.label[i] == 1 {
				ideal.WriteString(k.page.pieces[i].Text + "\n")
			}
		}
		if k.set == "traf" {
			if k.stripped {
				continue
			}
			all := fold(text.String())
			for _, w := range k.with {
				if strings.Contains(all, fold(w)) {
					tp++
				} else {
					fn++
				}
			}
			for _, w := range k.without {
				if strings.Contains(all, fold(w)) {
					fp++
				}
			}
			continue
		}
		if *fitWorst != "" && k.set+" "+k.kind == *fitWorst || k.kind == *fitWorst {
			t.Logf("WORST %.3f of %.3f %s%s", wordF1(k.text, k.chosen(s)), k.roof, k.file, k.mistakes(s))
		}
		if k.pruned {
			k.text = ideal.String()
		}
		v, best := wordF1(k.text, text.String()), wordF1(k.text, ideal.String())
		for _, g := range []string{k.set + " " + k.kind, k.set + " all"} {
			if k.stripped || k.pruned {
				g = k.kind
			}
			sum[g] += v
			roof[g] += best
			n[g]++
		}
	}
	var names []string
	for g := range sum {
		names = append(names, g)
	}
	slices.Sort(names)
	for _, g := range names {
		t.Logf("%s %-22s %4d F1 %.4f  (labels %.4f)", name, g, n[g], sum[g]/float64(n[g]), roof[g]/float64(n[g]))
	}
	t.Logf("%s traf F1 %.4f P %.4f R %.4f", name, 2*float64(tp)/float64(2*tp+fp+fn), float64(tp)/float64(tp+fp), float64(tp)/float64(tp+fn))
}

// mistakes lists the first blocks that were kept or left out against their labels.
func (k *known) mistakes(s []int32) string {
	var b strings.Builder
	n := 0
	for i := range s {
		if i == k.page.head || k.label[i] < 0 || (s[i] > 0) == (k.label[i] == 1) {
			continue
		}
		if n++; n > 12 {
			break
		}
		fmt.Fprintf(&b, "\n      %+d %s", 1-2*int(k.label[i]), clip(k.page.pieces[i].Text, 100))
	}
	return b.String()
}

func (k *known) chosen(s []int32) string {
	var b strings.Builder
	for i := range s {
		if s[i] > 0 && i != k.page.head {
			b.WriteString(k.page.pieces[i].Text + "\n")
		}
	}
	return b.String()
}

var wordRE = regexp.MustCompile(`[\p{L}\p{N}_]+`)

func wordF1(truth, got string) float64 {
	a, b := wordRE.FindAllString(strings.ToLower(truth), -1), wordRE.FindAllString(strings.ToLower(got), -1)
	if len(a) == 0 || len(b) == 0 {
		if len(a) == len(b) {
			return 1
		}
		return 0
	}
	m := map[string]int{}
	for _, w := range a {
		m[w]++
	}
	hit := 0
	for _, w := range b {
		if m[w] > 0 {
			m[w]--
			hit++
		}
	}
	return 2 * float64(hit) / float64(len(a)+len(b))
}
