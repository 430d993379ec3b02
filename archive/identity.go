package archive

import (
	"crypto/sha256"
	"hash"
	"unicode/utf8"
)

// TextDigest is the digest of the canonical text.
func (r *Reading) TextDigest() Digest {
	w := jsonDigest{sum: sha256.New()}
	w.add(r.Text)
	return w.digest()
}

// Identity is the digest of everything that makes two readings two versions: the text, the title and the stated days, as
// encoding/json writes a list of them. It is asked for at every visit, so the list is hashed as it is written and never
// stands in memory.
func (r *Reading) Identity() Digest {
	w := jsonDigest{sum: sha256.New()}
	for i, s := range [...]string{r.Text, r.Title, r.Published, r.Modified} {
		if i == 0 {
			w.add("[")
		} else {
			w.add(",")
		}
		w.text(s)
	}
	w.add("]")
	return w.digest()
}

// jsonDigest hashes JSON that is written to it.
type jsonDigest struct {
	sum hash.Hash
	buf [1024]byte
	n   int
}

func (w *jsonDigest) flush() {
	_, _ = w.sum.Write(w.buf[:w.n]) // a hash never fails
	w.n = 0
}

func (w *jsonDigest) digest() Digest {
	w.flush()
	return Digest(w.sum.Sum(nil))
}

func (w *jsonDigest) add(s string) {
	for len(s) > 0 {
		n := copy(w.buf[w.n:], s)
		if s, w.n = s[n:], w.n+n; w.n == len(w.buf) {
			w.flush()
		}
	}
}

// text writes a string as encoding/json does: marks of HTML and line separators escaped, bytes that are no UTF-8 as
// U+FFFD.
func (w *jsonDigest) text(s string) {
	const hex = "0123456789abcdef"
	w.add(`"`)
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if !jsonEscaped[c] {
				i++
				continue
			}
			w.add(s[from:i])
			switch c {
			case '\\', '"':
				w.add(`\` + string(rune(c)))
			case '\b':
				w.add(`\b`)
			case '\f':
				w.add(`\f`)
			case '\n':
				w.add(`\n`)
			case '\r':
				w.add(`\r`)
			case '\t':
				w.add(`\t`)
			default:
				w.add(`\u00` + hex[c>>4:c>>4+1] + hex[c&15:c&15+1])
			}
			i++
			from = i
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			w.add(s[from:i])
			w.add(`\ufffd`)
			from = i + n
		case r == '\u2028' || r == '\u2029':
			w.add(s[from:i])
			w.add(`\u202` + hex[r&15:r&15+1])
			from = i + n
		}
		i += n
	}
	w.add(s[from:])
	w.add(`"`)
}

// jsonEscaped are the ASCII characters that do not stand for themselves.
var jsonEscaped = func() (escaped [utf8.RuneSelf]bool) {
	for c := range escaped[:' '] {
		escaped[c] = true
	}
	for _, c := range `"\<>&` {
		escaped[c] = true
	}
	return escaped
}()
