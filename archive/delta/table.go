package delta

import "math/bits"

// table decodes symbols that were packed with finite state entropy (RFC 8878, section 4.1).
type table struct {
	log    uint8 // bits of a state
	states [512]state
}

// state is a symbol, and how the next state is found: next and so many bits more.
type state struct {
	next   uint16
	symbol uint8
	bits   uint8
}

// single makes the table of one symbol, which takes no bits.
func (t *table) single(symbol uint8) {
	t.log = 0
	t.states[0] = state{symbol: symbol}
}

// read makes a table out of what describes it, and gives what follows.
func (t *table) read(in []byte, mostLog, mostSymbols int) (rest []byte, ok bool) {
	r := forward{b: in}
	log := int(r.read(4)) + 5
	if log > mostLog {
		return nil, false
	}
	var shares [64]int16
	n := 0
	for left := 1 << log; left > 0; n++ {
		if n >= mostSymbols {
			return nil, false
		}
		shares[n] = r.share(left)
		left -= int(max(shares[n], -shares[n]))
		if left < 0 {
			return nil, false
		}
		for again := shares[n] == 0; again; { // more without a share
			zeros := int(r.read(2))
			n += zeros
			again = zeros == 3 && n < mostSymbols
		}
	}
	at := (r.at + 7) / 8
	if n > mostSymbols || at > len(in) {
		return nil, false
	}
	return in[at:], t.build(log, shares[:n])
}

// build makes the table of symbols that have those shares of 1<<log states; -1 is less than one.
func (t *table) build(log int, shares []int16) bool {
	t.log = uint8(log)
	size := 1 << log
	high := size
	var next [64]uint16
	for s, share := range shares {
		if share < 0 {
			high--
			t.states[high].symbol = uint8(s)
			next[s] = 1
		} else {
			next[s] = uint16(share)
		}
	}
	at, step := 0, size>>1+size>>3+3
	for s, share := range shares {
		for range share {
			t.states[at].symbol = uint8(s)
			for at = (at + step) & (size - 1); at >= high; {
				at = (at + step) & (size - 1)
			}
		}
	}
	if at != 0 {
		return false
	}
	for i := range t.states[:size] {
		c := &t.states[i]
		n := next[c.symbol]
		next[c.symbol]++
		c.bits = uint8(log + 1 - bits.Len16(n))
		c.next = n<<c.bits - uint16(size)
	}
	return true
}

// forward reads bits from the beginning of what it is given; after its end there are zeros.
type forward struct {
	b  []byte
	at int // bits that were read
}

func (r *forward) read(n int) (v uint32) {
	v = r.peek(n)
	r.at += n
	return v
}

func (r *forward) peek(n int) (v uint32) {
	for i := range 3 {
		if at := r.at>>3 + i; at < len(r.b) {
			v |= uint32(r.b[at]) << (8 * i)
		}
	}
	return v >> (r.at & 7) & (1<<n - 1)
}

// share is the share of the next symbol when left states have none yet: numbers up to left+1, of which the first take a
// bit less than the others.
func (r *forward) share(left int) int16 {
	n := bits.Len(uint(left + 1))
	v := int(r.peek(n))
	few := 1<<n - 1 - (left + 1) // how many take the bit less
	half := 1<<(n-1) - 1
	switch {
	case v&half < few:
		v &= half
		n--
	case v > half:
		v -= few
	}
	r.at += n
	return int16(v - 1)
}
