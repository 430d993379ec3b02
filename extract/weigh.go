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
type weights struct{ first, second *forest.Compact }

var fitted = sync.OnceValue(func() *weights {
	return &weights{mustForest(firstText), mustForest(secondText)}
})

// mustForest reads weights that are part of the program: that they parse and fit their layout is tested.
func mustForest(data []byte) *forest.Compact {
	f, err := forest.Parse(data)
	if err != nil {
		panic(err)
	}
	return f.Compact()
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

// weigh scores every block of a page: above 0 it is rather part of the main text than not. Vectors are made anew for the
// second step, so that a page of very many blocks takes no more memory than its blocks do.
func (p *page) weigh(w *weights) []int32 {
	first := make([]int32, len(p.pieces))
	v := make(vector, 0, len(signs)+len(secondSigns))
	for i := range first {
		first[i] = w.first.Score(p.vector(i, v))
	}
	a := p.around(first)
	out := make([]int32, len(first))
	for i := range out {
		if out[i] = first[i]; first[i] >= forest.Hopeless {
			out[i] = w.second.Score(a.extend(i, p.vector(i, v)))
		}
	}
	return out
}

// around is what the first scores say about the surroundings of each block.
type around struct {
	p             *page
	first         []int32
	sum, words    []int // of the scores in each box, weighted by words, and the words
	alike         map[alikeKey][2]int
	before, after []int32
}

// alikeKey names the siblings that look the same.
type alikeKey struct {
	up   int32
	look uint32
}

func (p *page) around(first []int32) *around {
	a := &around{p: p, first: first, sum: make([]int, len(p.boxes)), words: make([]int, len(p.boxes)), alike: map[alikeKey][2]int{}}
	for i, v := range first {
		q := &p.pieces[i]
		w := min(q.words, 100) + 1
		a.sum[q.box] += int(clampScore(v)) * w
		a.words[q.box] += w
	}
	for i := len(p.boxes) - 1; i > 0; i-- {
		a.sum[p.boxes[i].up] += a.sum[i]
		a.words[p.boxes[i].up] += a.words[i]
	}
	for i := range p.boxes {
		k := alikeKey{p.boxes[i].up, p.boxes[i].look}
		s := a.alike[k]
		a.alike[k] = [2]int{s[0] + a.sum[i], s[1] + a.words[i]}
	}
	a.before, a.after = bestAround(p, first)
	return a
}

// at is the first score of block j, that of plain frame beyond the ends of the page.
func (a *around) at(j int) int32 {
	if j < 0 || j >= len(a.first) {
		return -6000
	}
	return clampScore(a.first[j])
}

func (a *around) mean(box int32) int32 { return int32(a.sum[box] / max(1, a.words[box])) }

// extend adds to the vector of block i what the first scores say.
func (a *around) extend(i int, v vector) vector {
	p := a.p
	near, far, n, m := 0, 0, 0, 0
	for j := max(0, i-8); j <= min(len(a.first)-1, i+8); j++ {
		w := min(p.pieces[j].words, 60) + 1
		if j >= i-3 && j <= i+3 {
			near += int(a.at(j)) * w
			n += w
		}
		far += int(a.at(j)) * w
		m += w
	}
	box := p.pieces[i].box
	k := alikeKey{p.boxes[box].up, p.boxes[box].look}
	if p.boxes[box].alike < 2 {
		u := p.boxes[box].up
		k = alikeKey{p.boxes[u].up, p.boxes[u].look}
	}
	alike := a.alike[k]
	b1 := p.larger1(box)
	b2 := p.larger(b1)
	v = append(v, a.at(i), a.at(i-1), a.at(i-2), a.at(i-3), a.at(i+1), a.at(i+2), a.at(i+3), int32(near/max(1, n)), int32(far/max(1, m)),
		a.mean(b1), a.mean(b2), a.mean(p.larger(b2)), a.before[i], a.after[i], int32(alike[0]/max(1, alike[1])))
	for _, j := range pageSigns {
		v[j] = 0
	}
	return v
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
