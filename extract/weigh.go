package extract

import (
	_ "embed" // the fitted weights
	"strings"
	"sync"

	"github.com/onrecord/onrecord/extract/internal/forest"
)

// The weights of blocks. They are fitted by TestFit (fit_test.go) to pages whose text is known, and never by hand.
//
//go:embed weights/first.txt
var firstText []byte

//go:embed weights/second.txt
var secondText []byte

// weights are the two steps of weighing: the first sees a block and its surroundings, the second also sees what the
// first thinks of the blocks around it.
type weights struct{ first, second *forest.Forest }

var fitted = sync.OnceValue(func() *weights {
	return &weights{mustForest(firstText), mustForest(secondText)}
})

// mustForest reads weights that are part of the program: that they parse is tested.
func mustForest(data []byte) *forest.Forest {
	f, err := forest.Parse(data)
	if err != nil {
		panic(err)
	}
	return f
}

// secondSigns are the numbers that the second step sees besides those of the first.
var secondSigns = []string{
	"score", "score-1", "score-2", "score-3", "score+1", "score+2", "score+3", "score near", "score far", "box score", "up score", "up2 score",
	"best before", "best after", "alike score",
}

// pageSigns are the places of the signs that are the same for all blocks of a page. The second step does not see them:
// with the first step's scores they would only serve to know single pages again.
var pageSigns = func() []int {
	var out []int
	for i, s := range signs {
		if strings.HasPrefix(s, "page ") && s != "page links%" || s == "articles" || s == "has mark main" {
			out = append(out, i)
		}
	}
	return out
}()

// weigh scores every block of a page: above 0 it is rather part of the main text than not.
func (p *page) weigh(w *weights) []int32 {
	rows := p.rows()
	first := make([]int32, len(rows))
	for i := range rows {
		first[i] = w.first.Score(rows[i])
	}
	second := p.secondRows(rows, first)
	out := make([]int32, len(rows))
	for i := range rows {
		if out[i] = first[i]; first[i] >= forest.Hopeless {
			out[i] = w.second.Score(second[i])
		}
	}
	return out
}

// rows are the vectors of all blocks.
func (p *page) rows() []vector {
	rows := make([]vector, len(p.pieces))
	all := make([]int32, 0, len(p.pieces)*(len(signs)+len(secondSigns)))
	for i := range rows {
		n := len(all)
		all = append(all, p.vector(i, all[n:n:cap(all)])...)
		rows[i] = all[n:len(all):len(all)]
	}
	return rows
}

// secondRows add to the vectors what the first scores say.
func (p *page) secondRows(rows []vector, first []int32) []vector {
	boxSum, boxWords := make([]int, len(p.boxes)), make([]int, len(p.boxes))
	for i, v := range first {
		q := &p.pieces[i]
		w := min(q.words, 100) + 1
		boxSum[q.box] += int(clampScore(v)) * w
		boxWords[q.box] += w
	}
	for i := len(p.boxes) - 1; i > 0; i-- {
		boxSum[p.boxes[i].up] += boxSum[i]
		boxWords[p.boxes[i].up] += boxWords[i]
	}
	mean := func(b int32) int32 { return int32(boxSum[b] / max(1, boxWords[b])) }
	type kind struct {
		up   int32
		look uint32
	}
	alikeSum, alikeWords := map[kind]int{}, map[kind]int{}
	for i := range p.boxes {
		k := kind{p.boxes[i].up, p.boxes[i].look}
		alikeSum[k] += boxSum[i]
		alikeWords[k] += boxWords[i]
	}
	before, after := bestAround(p, first)
	out := make([]vector, len(rows))
	all := make([]int32, 0, len(rows)*(len(signs)+len(secondSigns)))
	for i := range rows {
		n0 := len(all)
		v := append(vector(all[n0:n0:cap(all)]), rows[i]...)
		at := func(j int) int32 {
			if j < 0 || j >= len(first) {
				return -6000
			}
			return clampScore(first[j])
		}
		near, far, n, m := 0, 0, 0, 0
		for j := max(0, i-8); j <= min(len(first)-1, i+8); j++ {
			w := min(p.pieces[j].words, 60) + 1
			if j >= i-3 && j <= i+3 {
				near += int(at(j)) * w
				n += w
			}
			far += int(at(j)) * w
			m += w
		}
		box := p.pieces[i].box
		k := kind{p.boxes[box].up, p.boxes[box].look}
		if p.boxes[box].alike < 2 {
			u := p.boxes[box].up
			k = kind{p.boxes[u].up, p.boxes[u].look}
		}
		b1 := p.larger1(box)
		b2 := p.larger(b1)
		v = append(v, at(i), at(i-1), at(i-2), at(i-3), at(i+1), at(i+2), at(i+3), int32(near/max(1, n)), int32(far/max(1, m)),
			mean(b1), mean(b2), mean(p.larger(b2)), before[i], after[i], int32(alikeSum[k]/max(1, alikeWords[k])))
		for _, j := range pageSigns {
			v[j] = 0
		}
		all = all[:n0+len(v)]
		out[i] = v[:len(v):len(v)]
	}
	return out
}

// larger1 is the innermost box around b that holds more than one block.
func (p *page) larger1(b int32) int32 {
	for b != 0 && p.boxes[b].last-p.boxes[b].first <= 1 {
		b = p.boxes[b].up
	}
	return b
}

// bestAround tells for each block how much good text, in words up to 300, stands before and after it.
func bestAround(p *page, first []int32) (before, after []int32) {
	before, after = make([]int32, len(first)), make([]int32, len(first))
	sum := int32(0)
	for i := range first {
		before[i] = sum
		if first[i] > 0 {
			sum = min(300, sum+int32(min(p.pieces[i].words, 200)))
		}
	}
	sum = 0
	for i := len(first) - 1; i >= 0; i-- {
		after[i] = sum
		if first[i] > 0 {
			sum = min(300, sum+int32(min(p.pieces[i].words, 200)))
		}
	}
	return before, after
}

func clampScore(v int32) int32 { return max(-6000, min(6000, v)) }
