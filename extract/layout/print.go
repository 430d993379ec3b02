package layout

import (
	"unicode"
	"unicode/utf8"
)

// Print is the fingerprint of a block: what it says and where it stands. The hashes are FNV-1a of 64 bits: the same on
// every machine and in every release, but not safe against somebody who makes two blocks collide on purpose; such a
// block could only hide text of the site's own pages.
type Print struct {
	// Text is the hash of the folded text; 0 for a block without letters or digits, which never repeats.
	Text uint64
	// Path is the hash of the structural path; 0 when it is unknown.
	Path uint64
}

// Fingerprint makes the print of a block. path is any description of where in the tree it stands that is the same for
// the same place on two pages, say "main/div.story/p"; "" when unknown. The text is compared without case, white space
// and punctuation.
func Fingerprint(path, text string) Print {
	p := Print{Text: hashText(text)}
	if path != "" {
		p.Path = hash(path)
	}
	return p
}

const (
	offset64 = 14695981039346656037
	prime64  = 1099511628211
)

func hash(s string) uint64 { return max(Mix(offset64, s), 1) }

// Mix goes on with an FNV-1a hash of 64 bits: it is that of what was hashed before and s. The zero of h begins one.
func Mix(h uint64, s string) uint64 {
	if h == 0 {
		h = offset64
	}
	for i := 0; i < len(s); i++ {
		h = (h ^ uint64(s[i])) * prime64
	}
	return h
}

// hashText hashes the words of a text, each followed by a space.
func hashText(s string) uint64 {
	h, inside, any := uint64(offset64), false, false
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) {
			if inside {
				h, inside = (h^' ')*prime64, false
			}
			continue
		}
		inside, any = true, true
		var b [utf8.UTFMax]byte
		for _, c := range b[:utf8.EncodeRune(b[:], unicode.ToLower(r))] {
			h = (h ^ uint64(c)) * prime64
		}
	}
	if !any {
		return 0
	}
	if inside {
		h = (h ^ ' ') * prime64
	}
	return max(h, 1)
}
