package stamp

// The parser of CMS that is used also reads BER, with work that grows with the square of what it is given and with a depth
// that nobody limits. So what is no DER of a moderate depth does not get there; authorities send DER.

// maxDepth is how deep the elements of an answer stand in one another at most: a certificate's are some ten deep.
const maxDepth = 40

// isDER reports whether b is one element with definite lengths all the way down, no deeper than depth, and nothing behind it.
func isDER(b []byte, depth int) bool {
	content, rest, constructed, ok := cut(b)
	return ok && len(rest) == 0 && (!constructed || areDER(content, depth-1))
}

// areDER reports the same of elements one after another.
func areDER(b []byte, depth int) bool {
	for len(b) > 0 {
		content, rest, constructed, ok := cut(b)
		if !ok || depth <= 0 || (constructed && !areDER(content, depth-1)) {
			return false
		}
		b = rest
	}
	return true
}

// cut is the element that b begins with: its content, and what follows. High tag numbers, which CMS has none of, are refused.
func cut(b []byte) (content, rest []byte, constructed, ok bool) {
	if len(b) < 2 || b[0]&0x1f == 0x1f {
		return nil, nil, false, false
	}
	constructed = b[0]&0x20 != 0
	n, head := int(b[1]), 2
	if n >= 0x80 {
		k := n & 0x7f
		if k == 0 || k > 3 || len(b) < 2+k {
			return nil, nil, false, false
		}
		n = 0
		for _, c := range b[2 : 2+k] {
			n = n<<8 | int(c)
		}
		head += k
	}
	if n > len(b)-head {
		return nil, nil, false, false
	}
	return b[head : head+n], b[head+n:], constructed, true
}
