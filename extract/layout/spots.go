package layout

import "slices"

// Spot is what one page shows about one of its spots: how much stands there, and how much of it the page by itself reads
// as its text.
type Spot struct {
	// Key names the spot, by any hash of where it is and of what kind of block stands there that is the same on all pages.
	Key uint64
	// All and Kept count alike, say words: of all blocks there, and of those that were kept.
	All, Kept int
	// Alone is whether one block stands there.
	Alone bool
}

// spot is what the pages say about a spot.
type spot struct {
	key   uint64
	pages int // that have it
	share int // how much of it they keep: the mean of their shares, 0 to 100
	alone int // on how many of the pages one block stands there
}

// maxSpots is how many spots a layout holds; those on most pages are kept.
const maxSpots = 1000

// Spot is on how many of the pages something stands at the spot, on how many of these it is one block, and how much of it
// the pages by themselves read as text, 0 to 100: the mean of their shares. All are 0 when fewer than three pages have it, or
// less than one in twenty.
func (l *Layout) Spot(key uint64) (pages, alone, share int) {
	if l == nil {
		return 0, 0, 0
	}
	i, ok := slices.BinarySearchFunc(l.spots, key, func(s spot, key uint64) int { return compare(s.key, key) })
	if !ok {
		return 0, 0, 0
	}
	s := &l.spots[i]
	return s.pages, s.alone, s.share
}

// spotted are the spots that stand on at least three pages and one in twenty, by key.
func spotted(pages []*page) []spot {
	sums := map[uint64]spot{}
	for _, p := range pages {
		for _, s := range p.spots {
			sum := sums[s.Key]
			sum.key = s.Key
			sum.pages++
			sum.share += 100 * s.Kept / s.All
			if s.Alone {
				sum.alone++
			}
			sums[s.Key] = sum
		}
	}
	least := max(fewestPages, len(pages)/20)
	spots := make([]spot, 0, len(sums))
	for _, s := range sums {
		if s.pages >= least {
			s.share /= s.pages
			s.pages, s.alone = min(s.pages, maxPages), min(s.alone, maxPages)
			spots = append(spots, s)
		}
	}
	if len(spots) > maxSpots {
		slices.SortFunc(spots, func(a, b spot) int {
			if c := compare(b.pages, a.pages); c != 0 {
				return c
			}
			return compare(a.key, b.key)
		})
		spots = spots[:maxSpots]
	}
	slices.SortFunc(spots, func(a, b spot) int { return compare(a.key, b.key) })
	return spots
}

// distinctSpots adds up the spots of a page that have the same key; what makes no sense is left out.
func distinctSpots(spots []Spot) []Spot {
	spots = slices.DeleteFunc(spots, func(s Spot) bool { return s.All <= 0 || s.Kept < 0 || s.Kept > s.All || s.All > maxPerSpot })
	slices.SortFunc(spots, func(a, b Spot) int { return compare(a.Key, b.Key) })
	out := spots[:0]
	for _, s := range spots {
		if n := len(out); n > 0 && out[n-1].Key == s.Key {
			out[n-1].All, out[n-1].Kept, out[n-1].Alone = out[n-1].All+s.All, out[n-1].Kept+s.Kept, false
			continue
		}
		out = append(out, s)
	}
	return out[:min(len(out), maxPerPage)]
}

// maxPerSpot keeps sums from overflowing.
const maxPerSpot = 1 << 30
