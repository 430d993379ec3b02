package diff

import (
	"cmp"
	"encoding/binary"
	"slices"
)

// unit is a paragraph or a sentence of one side.
type unit struct {
	start, end int     // bytes of the text
	toks       []token // none until it is looked into
	key        int32   // equal for units with the same words in the same order
	words      int32
	bag        []wordCount // sorted by key
	weight     int32       // of the bag
	taken      bool        // it has moved
}

// wordCount is a word of a unit and how often it stands there.
type wordCount struct{ key, n int32 }

// fill makes key, words and bag from the tokens.
func (e *engine) fill(u *unit, text string) {
	e.buf = e.buf[:0]
	for _, t := range u.toks {
		if t.word {
			u.words++
			e.buf = binary.LittleEndian.AppendUint32(e.buf, uint32(t.key))
		}
	}
	if u.words == 0 { // only marks: those with the same bytes are the same
		e.buf = append(append(e.buf, 0), text[u.start:u.end]...)
	}
	id, ok := e.seqs[string(e.buf)]
	if !ok {
		id = int32(len(e.seqs))
		e.seqs[string(e.buf)] = id
	}
	u.key = id
}

// pack makes the bag, once all words are counted.
func (e *engine) pack(u *unit) {
	if u.bag != nil || u.words == 0 {
		return
	}
	keys := e.keys[:0]
	for _, t := range u.toks {
		if t.word {
			keys = append(keys, t.key)
		}
	}
	e.keys = keys
	slices.Sort(keys)
	u.bag = make([]wordCount, 0, len(keys))
	for _, k := range keys {
		if n := len(u.bag); n > 0 && u.bag[n-1].key == k {
			u.bag[n-1].n++
		} else {
			u.bag = append(u.bag, wordCount{k, 1})
		}
	}
	for _, w := range u.bag {
		u.weight += w.n * e.weigh(w.key)
	}
}

// weigh is how much a common word says about two units being one: a rare word much, one that stands everywhere nothing.
func (e *engine) weigh(key int32) int32 {
	switch f := e.lex.freq[key]; {
	case f <= 2:
		return 8
	case f <= 4:
		return 6
	case f <= 8:
		return 4
	case f <= 16:
		return 3
	case f <= 32:
		return 2
	case f <= 128:
		return 1
	}
	return 0
}

// union is the unit of all words of a run of units.
func (e *engine) union(us []unit) unit {
	if len(us) == 1 {
		e.pack(&us[0])
		return us[0]
	}
	var u unit
	for i := range us {
		e.pack(&us[i])
		u.bag = append(u.bag, us[i].bag...)
		u.words += us[i].words
		u.weight += us[i].weight
	}
	slices.SortFunc(u.bag, func(a, b wordCount) int { return cmp.Compare(a.key, b.key) })
	out := u.bag[:0]
	for _, w := range u.bag {
		if n := len(out); n > 0 && out[n-1].key == w.key {
			out[n-1].n += w.n
		} else {
			out = append(out, w)
		}
	}
	u.bag = out
	return u
}

// common is the weight and the number of the words that two packed units share.
func (e *engine) common(a, b *unit) (weight, words int32) {
	e.al.spend((len(a.bag) + len(b.bag)) / 4)
	for i, j := 0, 0; i < len(a.bag) && j < len(b.bag); {
		switch x, y := a.bag[i], b.bag[j]; {
		case x.key < y.key:
			i++
		case x.key > y.key:
			j++
		default:
			n := min(x.n, y.n)
			weight += n * e.weigh(x.key)
			words += n
			i, j = i+1, j+1
		}
	}
	return weight, words
}

// Similarity is in thousandths.
const (
	// alike: two units with this much in common are one unit that was edited. Below it marks between the words would
	// be confetti.
	alike = 420
	// moved: so much two units far from each other must have in common.
	movedAlike = 700
	// contained: so much of the smaller unit must stand in the larger one to be a piece of it.
	contained = 800
)

// dice is the similarity of two units from the weight they share.
func dice(common, a, b int32) int32 {
	if a+b == 0 {
		return 0
	}
	return int32(2000 * int64(common) / int64(a+b))
}

// likeness is the dice of two units, or, when nearly all of a smaller unit of some length stands in the larger one, at
// least what makes them alike.
func likeness(common int32, a, b *unit) int32 {
	d := dice(common, a.weight, b.weight)
	if low := min(a.weight, b.weight); d < alike && min(a.words, b.words) >= 4 && low > 0 &&
		int32(1000*int64(common)/int64(low)) >= contained {
		return alike
	}
	return d
}

// maxCandidates is how many partners of one unit are weighed against each other.
const maxCandidates = 8

// candidates are the pairs of units with at least the given likeness, the best few of each unit of a.
func (e *engine) candidates(a, b []unit, least int32) []cand {
	for i := range a {
		e.pack(&a[i])
	}
	posts := e.postings(b)
	score := make([]int32, len(b))
	var touched []int32
	var out []cand
	for i := range a {
		touched = touched[:0]
		for _, w := range a[i].bag {
			weight := e.weigh(w.key)
			if weight == 0 {
				continue
			}
			ps := posts[w.key]
			if !e.al.spend(1 + len(ps)) {
				return out
			}
			for _, p := range ps {
				if score[p.unit] == 0 {
					touched = append(touched, p.unit)
				}
				score[p.unit] += weight * min(w.n, p.n)
			}
		}
		n := len(out)
		for _, j := range touched {
			if likeness(score[j], &a[i], &b[j]) >= least {
				out = append(out, cand{int32(i), j, score[j]})
			}
			score[j] = 0
		}
		if mine := out[n:]; len(mine) > maxCandidates {
			slices.SortFunc(mine, func(x, y cand) int {
				return cmp.Or(cmp.Compare(y.score, x.score), cmp.Compare(x.b, y.b))
			})
			out = out[:n+maxCandidates]
		}
	}
	return out
}

// posting is a unit that a word stands in, and how often.
type posting struct{ unit, n int32 }

func (e *engine) postings(us []unit) map[int32][]posting {
	posts := make(map[int32][]posting)
	for j := range us {
		e.pack(&us[j])
		for _, w := range us[j].bag {
			if e.weigh(w.key) > 0 {
				posts[w.key] = append(posts[w.key], posting{int32(j), w.n})
			}
		}
	}
	return posts
}
