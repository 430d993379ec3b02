package extract

// Weights are sure of the text of a statement and unsure of a page of entries. Where nothing is sure, keeping only what is
// rather text than not loses more than it saves: the choice of the best expected F1 keeps everything over half of that F1
// (Lipton, Elkan and Naryanaswamy, "Optimal thresholding of classifiers to maximize F1 measure", ECML PKDD 2014). On a page
// that is sure, that is the even chance which the weights were fitted to.

const (
	cutoffStep  = 250   // of score, in which blocks are counted together
	cutoffLeast = -2500 // no block with a lower score is text
	cutoffSure  = 900   // thousandths of expected F1 from which on the even chance stands
)

// chances are in how many of a thousand cases a block is text, by its score in steps from -6000 on. Weights that have not
// seen a site are surer than they are right: the scores count for 0.8 of what they say.
var chances = [2 * 6000 / cutoffStep]int{
	9, 11, 13, 16, 20, 24, 29, 36, 43, 52, 63, 76, 91, 109, 130, 154, 182, 214, 250, 289, 332, 378, 426, 475,
	525, 574, 622, 668, 711, 750, 786, 818, 846, 870, 891, 909, 924, 937, 948, 957, 964, 971, 976, 980, 984, 987, 989, 991,
}

// cutoff is the score over which blocks are text: 0, or less on a page of which the weights are unsure.
func (p *page) cutoff(scores []int32) int32 {
	var words [len(chances)]int
	total := 0 // words of text that are expected, in thousandths
	for i, v := range scores {
		if i == p.head {
			continue
		}
		b := min(int(clampScore(v)+6000)/cutoffStep, len(chances)-1)
		words[b] += p.pieces[i].words
		total += chances[b] * p.pieces[i].words
	}
	best, at := 0, 0
	hit, all := 0, 0
	for b := len(chances) - 1; b >= (cutoffLeast+6000)/cutoffStep; b-- {
		hit += chances[b] * words[b]
		all += words[b]
		f1 := 2000 * hit / max(1, 1000*all+total)
		if f1 > best {
			best, at = f1, cutoffStep*b-6000
		}
		if at >= 0 && b == 6000/cutoffStep && f1 >= cutoffSure {
			return 0
		}
	}
	return int32(min(at, 0))
}

// lower takes the cutoff off the scores, so that text is what is over 0. What says by itself that it frames a text gains
// nothing by it.
func (p *page) lower(scores []int32) {
	least := p.cutoff(scores)
	for i := range scores {
		if p.framing.kind[i] == phNone && !p.framing.dates[i] && !p.framing.line[i] {
			scores[i] -= least
		}
	}
}
