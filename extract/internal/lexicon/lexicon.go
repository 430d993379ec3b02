// Package lexicon looks short words up in a fixed list and is made for texts most of whose words are not in it: names of
// classes, words of menus. [New] makes a [Lexicon], [Lexicon.Get] asks it. It does not fold case.
package lexicon

// Lexicon maps words to what they mean. It is not changed once it is made and safe for concurrent use; the zero value
// holds no word.
type Lexicon[V any] struct {
	words   map[string]V
	likely  [bits / 64]uint64
	longest int
}

// bits is how many kinds of words the first look tells apart.
const bits = 1 << 13

// New makes a lexicon of the words of a map, which belongs to it from then on.
func New[V any](words map[string]V) *Lexicon[V] {
	l := &Lexicon[V]{words: words}
	for w := range words {
		if w != "" {
			k := kind(w)
			l.likely[k/64] |= 1 << (k % 64)
		}
		l.longest = max(l.longest, len(w))
	}
	return l
}

// kind sorts words by their length and four of their bytes.
func kind[T string | []byte](w T) uint {
	n := len(w)
	return (uint(w[0])*0x9e5 + uint(w[n/3])*0x3d1 + uint(w[n/2])*0x1b7 + uint(w[n-1])*0x47 + uint(n)*0x11d) % bits
}

// Get is what a word means, the zero value for one that is not in the list.
func (l *Lexicon[V]) Get(w []byte) (v V) {
	if len(w) == 0 || len(w) > l.longest {
		return v
	}
	if k := kind(w); l.likely[k/64]>>(k%64)&1 == 0 {
		return v
	}
	return l.words[string(w)]
}

// Longest is the length of the longest word, in bytes.
func (l *Lexicon[V]) Longest() int { return l.longest }
