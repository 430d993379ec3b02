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

// hiddenSigns are the places of the signs that are the same for all blocks of a page. The second step does not see them:
// with the first step's scores they would only serve to know single pages again.
var hiddenSigns = func() []int {
	var out []int
	for i, s := range signs {
		if strings.HasPrefix(s, "page ") && s != "page links%" || s == "articles" || s == "has mark main" {
			out = append(out, i)
		}
	}
	return out
}()

// vectors is memory for the vectors of a page's blocks.
type vectors [][]int32

// vectorSheet is how many vectors are kept together.
const vectorSheet = 64

// maxVectors is how many vectors of a page are kept for the second step; those of further blocks are made anew, so that
// a page of very many blocks takes no more memory than its blocks do.
const maxVectors = 2048

// at is the memory of vector i.
func (m *vectors) at(i int) vector {
	width := len(signs) + len(secondSigns)
	if i/vectorSheet >= len(*m) {
		*m = append(*m, make([]int32, vectorSheet*width))
	}
	from := i % vectorSheet * width
	return (*m)[i/vectorSheet][from : from+width : from+width]
}

// certain is the score, odds of more than seven to one, from which on the first step's word for a block is the last: going
// over such blocks again takes its time and reads no set of pages better.
const certain = 2000

// unsure reports a first score that the second step goes over.
func unsure(score int32) bool { return forest.Hopeless <= score && score <= certain }

// weigh scores every block of a page: above 0 it is rather part of the main text than not.
func (p *page) weigh(w *weights) []int32 {
	first, out := p.room.int32s.take(len(p.pieces)), p.room.int32s.take(len(p.pieces))
	memory := &p.room.vectors
	kept := 0 // vectors of the blocks that the second step will ask for, in order
	for i := range first {
		first[i] = w.first.Score(p.vector(i, memory.at(kept)))
		if unsure(first[i]) && kept < maxVectors {
			kept++
		}
	}
	a := p.around(first)
	next := 0
	for i := range out {
		if out[i] = first[i]; !unsure(first[i]) {
			continue
		}
		v := memory.at(next)[:len(signs)]
		if next < kept {
			next++
		} else {
			v = p.vector(i, v)
		}
		out[i] = w.second.Score(a.extend(i, v))
	}
	return out
}

// around is what the first scores say about the surroundings of each block.
type around struct {
	p             *page
	first         []int32
	sum, words    []int // of the scores in each box, weighted by words, and the words
	alike         []int // the same two of the siblings that look the same, by their kin
	before, after []int32
	upTo, weight  []int // running sums of the weighted scores and of the weights of the blocks
}

func (p *page) around(first []int32) *around {
	r, n := &p.room.ints, len(p.boxes)
	a := &around{p: p, first: first, sum: r.take(n), words: r.take(n), alike: r.take(2 * n), upTo: r.take(len(first) + 1), weight: r.take(len(first) + 1)}
	for i, v := range first {
		q := &p.pieces[i]
		score := int(clampScore(v))
		w := min(q.words, 100) + 1
		a.sum[q.box] += score * w
		a.words[q.box] += w
		w = min(q.words, 60) + 1
		a.upTo[i+1], a.weight[i+1] = a.upTo[i]+score*w, a.weight[i]+w
	}
	for i := n - 1; i > 0; i-- {
		a.sum[p.boxes[i].up] += a.sum[i]
		a.words[p.boxes[i].up] += a.words[i]
	}
	for i := range p.boxes {
		kin := p.boxes[i].kin
		a.alike[2*kin] += a.sum[i]
		a.alike[2*kin+1] += a.words[i]
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

func (a *around) boxMean(box int32) int32 { return int32(a.sum[box] / max(1, a.words[box])) }

// mean is the mean score of the blocks up to n before and after block i, weighted by words.
func (a *around) mean(i, n int) int32 {
	lo, hi := max(0, i-n), min(len(a.first), i+n+1)
	return int32((a.upTo[hi] - a.upTo[lo]) / max(1, a.weight[hi]-a.weight[lo]))
}

// extend adds to the vector of block i what the first scores say.
func (a *around) extend(i int, v vector) vector {
	p := a.p
	box := p.pieces[i].box
	kin := p.boxes[box].kin
	if p.boxes[box].alike < 2 {
		kin = p.boxes[p.boxes[box].up].kin
	}
	b1 := p.larger1(box)
	b2 := p.stands[b1].larger
	v = append(v, a.at(i), a.at(i-1), a.at(i-2), a.at(i-3), a.at(i+1), a.at(i+2), a.at(i+3), a.mean(i, 3), a.mean(i, 8),
		a.boxMean(b1), a.boxMean(b2), a.boxMean(p.stands[b2].larger), a.before[i], a.after[i], int32(a.alike[2*kin]/max(1, a.alike[2*kin+1])))
	for _, j := range hiddenSigns {
		v[j] = 0
	}
	return v
}

// bestAround tells for each block how much good text, in words up to 300, stands before and after it.
func bestAround(p *page, first []int32) (before, after []int32) {
	before, after = p.room.int32s.take(len(first)), p.room.int32s.take(len(first))
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
