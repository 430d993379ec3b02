package pdf

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// standardWidths are the widths of a font that every reader has and files need not describe (9.6.2.2), by its name;
// those of Helvetica for a font that is neither.
func standardWidths(base string) *[95]uint16 {
	switch {
	case strings.Contains(base, "courier") || strings.Contains(base, "mono"):
		return &courier
	case strings.Contains(base, "times") || strings.Contains(base, "serif") && !strings.Contains(base, "sans"):
		return &times
	}
	return &helvetica
}

// widthOf is the width of a character; a letter with a mark is as wide as the letter.
func widthOf(table *[95]uint16, r rune) uint16 {
	if r >= 0x80 {
		for _, base := range norm.NFD.String(string(r)) {
			r = base
			break
		}
	}
	switch r {
	case '‘', '’', '‚':
		return table['\''-' '] + 31
	case '“', '”', '„':
		return table['"'-' ']
	case '—', '…':
		return 1000
	case '•', '·':
		return 350
	}
	if r < ' ' || r > '~' {
		return 556
	}
	return table[r-' ']
}

// Widths from the space to the tilde, in thousandths.
var (
	helvetica = [95]uint16{
		278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556, 556,
		556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
		667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556,
		556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
	}
	times = [95]uint16{
		250, 333, 408, 500, 500, 833, 778, 180, 333, 333, 500, 564, 250, 333, 250, 278, 500, 500, 500, 500, 500, 500, 500, 500,
		500, 500, 278, 278, 564, 564, 564, 444, 921, 722, 667, 667, 722, 611, 556, 722, 722, 333, 389, 722, 611, 889, 722, 722,
		556, 722, 667, 556, 611, 722, 722, 944, 722, 722, 611, 333, 278, 333, 469, 500, 333, 444, 500, 444, 500, 444, 333, 500,
		500, 278, 278, 500, 278, 778, 500, 500, 500, 500, 333, 389, 278, 500, 500, 722, 500, 500, 444, 480, 200, 480, 541,
	}
	courier = func() (w [95]uint16) {
		for i := range w {
			w[i] = 600
		}
		return w
	}()
)
