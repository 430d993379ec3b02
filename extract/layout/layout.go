package layout

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"sync"

	"github.com/onrecord/onrecord/extract/date"
)

// Layout is what the pages of a site taught. It does not change once made, and may be used by many goroutines.
type Layout struct {
	pages     int
	order     date.Order
	container string
	datePlace string
	suffixes  []string // longest first
	prefixes  []string
	spots     []spot  // by key
	blocks    []block // by print
	texts     map[uint64]int
	prints    map[Print]int

	digested sync.Once
	digest   string // once digested
}

// block is a print and on how many pages it stood.
type block struct {
	Print
	pages int
}

// The limits of a layout. What is over them is left out, the most frequent first kept.
const (
	maxBlocks   = 5000
	maxAffixes  = 16
	maxAffix    = 200  // bytes
	maxPlace    = 1000 // bytes
	maxPages    = 1_000_000
	maxPerPage  = 4000 // prints of one observation
	fewestPages = 3    // a block on fewer does not repeat
)

// index makes the maps that Repeats reads.
func (l *Layout) index() {
	l.texts = make(map[uint64]int, len(l.blocks))
	l.prints = make(map[Print]int, len(l.blocks))
	for _, b := range l.blocks {
		if b.Path == 0 {
			l.texts[b.Text] = b.pages
		} else {
			l.prints[b.Print] = b.pages
		}
	}
}

// Pages is how many different pages were observed; 0 when nothing was learned.
func (l *Layout) Pages() int {
	if l == nil {
		return 0
	}
	return l.pages
}

// Repeats is on how many of the pages the text of the block stood, wherever; 0 when on fewer than three, or on less than
// one in a hundred. A repeated block may still belong to the statement ("About the organisation" under every press
// release): the caller decides, with [Layout.RepeatsAt] and [Layout.Share].
func (l *Layout) Repeats(p Print) int {
	if l == nil || p.Text == 0 {
		return 0
	}
	return l.texts[p.Text]
}

// RepeatsAt is on how many of the pages the block stood at the same place, with the same limits.
func (l *Layout) RepeatsAt(p Print) int {
	if l == nil || p.Text == 0 || p.Path == 0 {
		return 0
	}
	return l.prints[p]
}

// Share is Repeats over Pages, from 0 to 1.
func (l *Layout) Share(p Print) float64 {
	if l.Pages() == 0 {
		return 0
	}
	return float64(l.Repeats(p)) / float64(l.pages)
}

// Order is the order in which the site writes numeric dates, as dates that can be read in one way only show it.
func (l *Layout) Order() date.Order {
	if l == nil {
		return date.UnknownOrder
	}
	return l.order
}

// Container is the signature of the element that most pages' main text sits in, as the observations gave it; "" when
// there is no majority.
func (l *Layout) Container() string {
	if l == nil {
		return ""
	}
	return l.container
}

// DatePlace is the signature of the place where most pages show their day of publication; "" when there is no majority.
func (l *Layout) DatePlace() string {
	if l == nil {
		return ""
	}
	return l.datePlace
}

// TrimTitle cuts off what the site's titles have in common (" | Harbour Authority"). A title that is nothing else stays.
func (l *Layout) TrimTitle(title string) string {
	if l == nil {
		return title
	}
	for _, s := range l.suffixes {
		if head, ok := strings.CutSuffix(title, s); ok && strings.TrimSpace(head) != "" {
			title = strings.TrimSpace(head)
			break
		}
	}
	for _, p := range l.prefixes {
		if tail, ok := strings.CutPrefix(title, p); ok && strings.TrimSpace(tail) != "" {
			title = strings.TrimSpace(tail)
			break
		}
	}
	return title
}

// Digest names the content: 12 hexadecimal digits, "" when nothing was learned. Two layouts with the same digest read
// every page alike.
func (l *Layout) Digest() string {
	if l.empty() {
		return ""
	}
	l.digested.Do(func() {
		sum := sha256.Sum256(l.Marshal())
		l.digest = hex.EncodeToString(sum[:6])
	})
	return l.digest
}

// empty tells whether the layout changes the reading of no page.
func (l *Layout) empty() bool {
	return l == nil || l.order == date.UnknownOrder && l.container == "" && l.datePlace == "" &&
		len(l.suffixes) == 0 && len(l.prefixes) == 0 && len(l.spots) == 0 && len(l.blocks) == 0
}

// sortBlocks puts blocks in the order of the file.
func sortBlocks(blocks []block) {
	slices.SortFunc(blocks, func(a, b block) int {
		if c := compare(a.Text, b.Text); c != 0 {
			return c
		}
		return compare(a.Path, b.Path)
	})
}

func compare[T uint64 | int](a, b T) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
