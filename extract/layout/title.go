package layout

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// separators stand between a headline and a site's name, white space around them included.
var separators = []string{" | ", " - ", " – ", " — ", " · ", " • ", " :: ", " » ", " « ", " / ", " : ", ": ", "｜", " ‹ ", " › ", " > ", " < ", " ~ ", " @ ", "|", "_", "-"}

// affixes are the ends (or beginnings) that titles share: the one that at least half of the pages have, three at least,
// with the site's names, and longer ones which contain it and stand on at least three pages ("| News | Harbour").
func affixes(pages []*page, front bool) []string {
	count, titles := map[string]int{}, map[string]bool{}
	sites := map[string]bool{}
	for _, p := range pages {
		if p.site != "" && len(p.site) <= maxAffix {
			sites[p.site] = true
		}
		if len(p.title) > 1000 || titles[p.title] || !utf8.ValidString(p.title) {
			continue
		}
		titles[p.title] = true
		for _, a := range cuts(p.title, front) {
			count[a]++
		}
	}
	delete(titles, "")
	main := map[string]bool{}
	for a, n := range count {
		if n >= fewestPages && 2*n >= len(titles) || n >= 1 && sites[bare(a)] {
			main[a] = true
		}
	}
	kept := map[string]bool{}
	for a, n := range count {
		if main[a] || n >= fewestPages && 10*n >= len(titles) && within(a, main, front) {
			kept[a] = true
		}
	}
	list := make([]string, 0, len(kept))
	for a := range kept {
		list = append(list, a)
	}
	slices.SortFunc(list, func(a, b string) int {
		if c := compare(len(b), len(a)); c != 0 {
			return c
		}
		return strings.Compare(a, b)
	})
	if len(list) > maxAffixes { // the shortest are the surest
		list = list[len(list)-maxAffixes:]
	}
	return list
}

// within tells whether an affix goes on from one of the main ones.
func within(a string, main map[string]bool, front bool) bool {
	for m := range main {
		if front && strings.HasPrefix(a, m) || !front && strings.HasSuffix(a, m) {
			return true
		}
	}
	return false
}

// bare is an affix without the separator.
func bare(a string) string {
	for _, sep := range separators {
		if s, ok := strings.CutPrefix(a, sep); ok {
			return s
		}
		if s, ok := strings.CutSuffix(a, sep); ok {
			return s
		}
	}
	return a
}

// cuts are the parts of a title from each separator to the end, or from the start to each separator, at most eight.
func cuts(title string, front bool) []string {
	var found []string
	for i := 1; i < len(title) && len(found) < 8; i++ {
		for _, sep := range separators {
			if !strings.HasPrefix(title[i:], sep) {
				continue
			}
			a := title[i:]
			if front {
				a = title[:i+len(sep)]
			}
			if len(a) <= maxAffix && strings.TrimSpace(bare(a)) != "" {
				found = append(found, a)
			}
			break
		}
	}
	return found
}
