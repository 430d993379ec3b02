package record

import (
	"net/url"
	"strings"
)

// Limits of what addresses a run believes in. A site that makes up addresses without end has no end for us either.
const (
	// maxSegments is how many segments the path of a discovered address has at most.
	maxSegments = 16
	// maxRepeats is how often one segment may stand in a path: relative links that are resolved against themselves
	// make paths such as /a/b/a/b/a/b.
	maxRepeats = 3
	// maxMixes is how many queries of one path are visited in a run: filters can be mixed without end.
	maxMixes = 50
)

// The reasons why a discovered address is left alone; their spelling is stored, after "links skipped: ".
const (
	trapPattern = "trap pattern"
	trapMixes   = "query mixes"
)

// trapped names the pattern by which an address looks made up; "" when it does not.
func trapped(key string) string {
	u, err := url.Parse(key)
	if err != nil {
		return ""
	}
	seen := map[string]int{}
	n := 0
	for s := range strings.SplitSeq(u.Path, "/") {
		if s == "" {
			continue
		}
		n++
		seen[s]++
		if n > maxSegments || seen[s] > maxRepeats {
			return trapPattern
		}
	}
	return ""
}

// mixes counts the queries of each path that a run has met.
type mixes map[string]int

// more counts an address and reports whether its path has had too many queries; one without a query never has.
func (m mixes) more(key string) bool {
	path, query, _ := strings.Cut(key, "?")
	if query == "" {
		return false
	}
	m[path]++
	return m[path] > maxMixes
}
