package layout

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/onrecord/onrecord/extract/date"
)

// Observation is what one page shows. Every field but Page may be empty.
type Observation struct {
	// Page names the page, best by its address. Observations with the same name are one page.
	Page string
	// Title is the title as the page has it, the site's name included (the title element, not the headline).
	Title string
	// SiteName is what the page calls its site; it is cut off titles even when few are known.
	SiteName string
	// Blocks are the prints of all blocks of the page, of navigation and footer too.
	Blocks []Print
	// Container is a signature of the element the main text sits in.
	Container string
	// DayFirst and MonthFirst count the page's dates that show an order: see [date.Orders].
	DayFirst, MonthFirst int
	// DatePlace is a signature of the place where the page shows its day of publication.
	DatePlace string
	// Spots are where the page's blocks stand and which of them it keeps; those with the same key are added up.
	Spots []Spot
}

// page is what the observations of one page come to.
type page struct {
	title, site, container, datePlace string
	blocks                            []Print // sorted, each once
	spots                             []Spot  // by key
	dayFirst, monthFirst              bool
}

// Learn makes a layout of what the pages of one site show. The order of the observations does not matter. Pages with
// the same blocks (one page under two addresses) count once. Fewer than two pages teach nothing; then the layout is
// empty, not nil.
func Learn(obs []Observation) *Layout {
	pages := merge(obs)
	l := &Layout{}
	if len(pages) < 2 {
		l.index()
		return l
	}
	l.pages = min(len(pages), maxPages)
	l.blocks = repeated(pages)
	l.spots = spotted(pages)
	l.order = order(pages)
	l.container = majority(pages, func(p *page) string { return p.container })
	l.datePlace = majority(pages, func(p *page) string { return p.datePlace })
	l.suffixes = affixes(pages, false)
	l.prefixes = affixes(pages, true)
	l.index()
	return l
}

// merge makes one page of each name, and one of those whose blocks are the same, in an order of their own.
func merge(obs []Observation) []*page {
	obs = slices.Clone(obs)
	slices.SortFunc(obs, compareObservations)
	byName := map[string]*page{}
	var names []string
	for _, o := range obs {
		p := byName[o.Page]
		if p == nil {
			p = &page{title: o.Title, site: o.SiteName}
			byName[o.Page] = p
			names = append(names, o.Page)
		}
		if p.container == "" {
			p.container = o.Container
		}
		if p.datePlace == "" {
			p.datePlace = o.DatePlace
		}
		p.dayFirst = p.dayFirst || o.DayFirst > 0
		p.monthFirst = p.monthFirst || o.MonthFirst > 0
		p.blocks = append(p.blocks, o.Blocks...)
		if p.spots == nil {
			p.spots = distinctSpots(slices.Clone(o.Spots))
		}
	}
	var pages []*page
	seen := map[uint64]bool{}
	for _, name := range names {
		p := byName[name]
		p.blocks = distinct(p.blocks)
		if len(p.blocks) > 0 {
			h := uint64(offset64)
			for _, b := range p.blocks {
				h = ((h^b.Text)*prime64 ^ b.Path) * prime64
			}
			if seen[h] {
				continue
			}
			seen[h] = true
		}
		pages = append(pages, p)
	}
	return pages
}

func compareObservations(a, b Observation) int {
	for _, c := range [...]int{strings.Compare(a.Page, b.Page), strings.Compare(a.Title, b.Title), strings.Compare(a.SiteName, b.SiteName),
		strings.Compare(a.Container, b.Container), strings.Compare(a.DatePlace, b.DatePlace),
		compare(a.DayFirst, b.DayFirst), compare(a.MonthFirst, b.MonthFirst)} {
		if c != 0 {
			return c
		}
	}
	if c := slices.CompareFunc(a.Blocks, b.Blocks, comparePrints); c != 0 {
		return c
	}
	return slices.CompareFunc(a.Spots, b.Spots, compareSpots)
}

func compareSpots(a, b Spot) int {
	for _, c := range [...]int{compare(a.Key, b.Key), compare(a.All, b.All), compare(a.Kept, b.Kept)} {
		if c != 0 {
			return c
		}
	}
	if a.Alone == b.Alone {
		return 0
	}
	if b.Alone {
		return -1
	}
	return 1
}

func comparePrints(a, b Print) int {
	if c := compare(a.Text, b.Text); c != 0 {
		return c
	}
	return compare(a.Path, b.Path)
}

// distinct sorts prints and leaves each once, none without text, at most maxPerPage.
func distinct(blocks []Print) []Print {
	blocks = slices.DeleteFunc(blocks, func(p Print) bool { return p.Text == 0 })
	slices.SortFunc(blocks, comparePrints)
	blocks = slices.Compact(blocks)
	return blocks[:min(len(blocks), maxPerPage)]
}

// repeated are the blocks that stand on at least three pages and one in a hundred, the most frequent ones when there are
// too many: each text with path 0 for all its places, and each text and path.
func repeated(pages []*page) []block {
	count := map[Print]int{}
	for _, p := range pages {
		last := uint64(0)
		for _, b := range p.blocks {
			if b.Text != last {
				count[Print{Text: b.Text}]++
				last = b.Text
			}
			if b.Path != 0 {
				count[b]++
			}
		}
	}
	least := max(fewestPages, len(pages)/100)
	var blocks []block
	for p, n := range count {
		if n >= least {
			blocks = append(blocks, block{p, min(n, maxPages)})
		}
	}
	if len(blocks) > maxBlocks {
		slices.SortFunc(blocks, func(a, b block) int {
			if c := compare(b.pages, a.pages); c != 0 {
				return c
			}
			return comparePrints(a.Print, b.Print)
		})
		blocks = blocks[:maxBlocks]
	}
	sortBlocks(blocks)
	return blocks
}

// order is the order that the pages' dates show. A few that say otherwise (a quoted date, a slip) do not count against
// ten times as many.
func order(pages []*page) date.Order {
	day, month := 0, 0
	for _, p := range pages {
		if p.dayFirst {
			day++
		}
		if p.monthFirst {
			month++
		}
	}
	switch {
	case day > 0 && day >= 10*month:
		return date.DayFirst
	case month > 0 && month >= 10*day:
		return date.MonthFirst
	}
	return date.UnknownOrder
}

// majority is the value that more than half of the pages that have one share, two pages at least.
func majority(pages []*page, of func(*page) string) string {
	count, total := map[string]int{}, 0
	for _, p := range pages {
		if v := of(p); v != "" && len(v) <= maxPlace && utf8.ValidString(v) {
			count[v]++
			total++
		}
	}
	for v, n := range count {
		if n >= 2 && 2*n > total {
			return v
		}
	}
	return ""
}
