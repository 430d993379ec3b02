package discover

import (
	"cmp"
	"maps"
	"net/url"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// PatternOf is the pattern of the pages that are named like this one, from one example alone: what varies from page to
// page becomes a wildcard, what tells the kind of page stays. It is in the words of [ParseGlob], or "" when the key is
// none.
//
//	/news/2024/05/dredging      /news/20*/**        below a year everything is of one kind
//	/posts/2024-05-01-pier.html /posts/20*.html     a name that begins with a year
//	/press/dredging/            /press/*/           a name
//	/press/10482                /press/[0-9]*       a number
//	/view.php?id=7&lang=en      /view.php?id=*&lang=en
//	/index.php?r=news/view-7    /index.php?r=news/*
//
// It is also "" for a pattern that would be longer than [ParseGlob] takes.
func PatternOf(key string) string {
	p := patternOf(key)
	if _, err := ParseGlob(p); err != nil {
		return ""
	}
	return p
}

func patternOf(key string) string {
	u, err := url.Parse(key)
	if err != nil || u.Host == "" {
		return ""
	}
	p := u.EscapedPath()
	if p == "" {
		p = "/"
	}
	if u.RawQuery != "" {
		return literal(p) + "?" + queryPattern(u.RawQuery)
	}
	dirs, last := path.Split(strings.TrimSuffix(p, "/"))
	if last == "" {
		return literal(p)
	}
	slash := ""
	if strings.HasSuffix(p, "/") {
		slash = "/"
	}
	var b strings.Builder
	for _, dir := range strings.Split(dirs, "/")[1:max(1, strings.Count(dirs, "/"))] {
		b.WriteByte('/')
		if century := beginsWithYear(dir); century != "" {
			return b.String() + century + "*/**"
		}
		b.WriteString(literal(dir))
	}
	b.WriteByte('/')
	ext := path.Ext(last)
	if !isExtension(ext) {
		ext = ""
	}
	name := strings.TrimSuffix(last, ext)
	switch century := beginsWithYear(name); {
	case century != "" && !isYear(name):
		b.WriteString(century + "*")
	case name != "" && strings.Trim(name, "0123456789") == "":
		b.WriteString("[0-9]*")
	default:
		b.WriteString("*")
	}
	return b.String() + literal(ext) + slash
}

// beginsWithYear is "19" or "20" for a segment that is a year or a date that begins with one, else "".
func beginsWithYear(segment string) string {
	if len(segment) < 4 || !isYear(segment[:4]) {
		return ""
	}
	digits := 0
	for digits < len(segment) && segment[digits] >= '0' && segment[digits] <= '9' {
		digits++
	}
	if digits != 4 && digits != 6 && digits != 8 || strings.Trim(segment[:4], "0123456789") != "" {
		return "" // 2019873 is a number
	}
	return segment[:2]
}

// isExtension reports the ending of a page's file, as against the rest of a name such as "release-1.2".
func isExtension(ext string) bool {
	return len(ext) >= 3 && len(ext) <= 6 && strings.IndexFunc(ext[1:], func(r rune) bool { return !unicode.IsLetter(r) || r > 127 }) < 0
}

// queryPattern makes wildcards of the values that look like the number or the name of a page.
func queryPattern(raw string) string {
	var out []string
	for part := range strings.SplitSeq(raw, "&") {
		name, v, ok := strings.Cut(part, "=")
		switch {
		case !ok:
			out = append(out, literal(part))
		case likePage(v):
			out = append(out, literal(name)+"="+valuePattern(v))
		default:
			out = append(out, literal(name)+"="+literal(v))
		}
	}
	return strings.Join(out, "&")
}

// likePage reports a value that looks like the number or the name of a page.
func likePage(v string) bool { return strings.ContainsAny(v, "0123456789-_%+") || len(v) > 20 }

// valuePattern makes wildcards of a value's last part, and of those before it that look like pages: a value may be a path, or
// an address with a query, and a star stays within a part.
func valuePattern(v string) string {
	var b strings.Builder
	last := len(strings.TrimRight(v, "/?"))
	for at := 0; at < len(v); at++ {
		end := len(v)
		if n := strings.IndexAny(v[at:], "/?"); n >= 0 {
			end = at + n
		}
		switch part := v[at:end]; {
		case part == "":
		case end == last || likePage(part):
			b.WriteByte('*')
		default:
			b.WriteString(literal(part))
		}
		if at = end; at < len(v) {
			b.WriteString(literal(v[at : at+1]))
		}
	}
	return b.String()
}

// literal writes a part of a key so that a pattern means it, and readable where that is safe: letters beyond ASCII are not
// escaped.
func literal(s string) string {
	if d, err := url.PathUnescape(s); err == nil && !escapesASCII(s) && utf8.ValidString(d) && strings.IndexFunc(d, hidden) < 0 {
		s = d
	}
	var b strings.Builder
	for _, r := range s {
		if strings.ContainsRune(`*?[]\`, r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// escapesASCII reports an escape of a character that means something else in an address when it is not escaped.
func escapesASCII(s string) bool {
	for i := 0; i+1 < len(s); i++ {
		if s[i] == '%' && s[i+1] < '8' {
			return true
		}
	}
	return false
}

// hidden are characters that stay escaped because nobody sees them.
func hidden(r rune) bool { return !unicode.IsGraphic(r) || unicode.IsSpace(r) }

// alike is how many patterns that differ in one folder make that folder a wildcard.
const alike = 3

// Generalise makes few patterns that match the keys yes and say no more than they show: [PatternOf] each, and
// where three or more differ in one folder only (the regions or departments of a press room), one with a wildcard there,
// unless that would match one of the keys no. The patterns with the most keys come first.
func Generalise(yes, no []string) []string {
	count := map[string]int{}
	for _, k := range yes {
		if p := PatternOf(k); p != "" {
			count[p]++
		}
	}
	frequent(count)
	for merge(count, no) {
	}
	subsume(count, yes)
	out := make([]string, 0, len(count))
	for p := range count {
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b string) int { return cmp.Or(count[b]-count[a], cmp.Compare(a, b)) })
	return out
}

// maxPatterns is how many patterns are generalised: a site with more has a folder for each page, which shows on these.
const maxPatterns = 400

// frequent drops the rarest patterns beyond maxPatterns.
func frequent(count map[string]int) {
	if len(count) <= maxPatterns {
		return
	}
	all := slices.SortedFunc(maps.Keys(count), func(a, b string) int { return cmp.Or(count[b]-count[a], cmp.Compare(a, b)) })
	for _, p := range all[maxPatterns:] {
		delete(count, p)
	}
}

// maxSubsume is how many patterns are compared with each other.
const maxSubsume = 50

// subsume drops the patterns whose pages another one matches too.
func subsume(count map[string]int, yes []string) {
	if len(count) > maxSubsume {
		return
	}
	pages := map[string][]string{} // by pattern
	for _, k := range yes {
		p := PatternOf(k)
		pages[p] = append(pages[p], k)
	}
	for p, keys := range pages {
		if _, ok := count[p]; !ok {
			continue // it became part of a wider one
		}
		for q := range count {
			g, err := ParseGlob(q)
			if q == p || err != nil || slices.ContainsFunc(keys, func(k string) bool { return !g.Match(k) }) {
				continue
			}
			count[q] += count[p]
			delete(count, p)
			break
		}
	}
}

// Exactly is the pattern that matches one page and no other: its path and query.
func Exactly(key string) string {
	u, err := url.Parse(key)
	if err != nil {
		return ""
	}
	p := literal(u.EscapedPath())
	if u.RawQuery != "" {
		p += "?" + literal(u.RawQuery)
	}
	return p
}

// OneFolderApart reports whether two patterns differ in the name of one folder and in nothing else.
func OneFolderApart(a, b string) bool {
	pa, pb := strings.Split(a, "/"), strings.Split(b, "/")
	if len(pa) != len(pb) {
		return false
	}
	apart := 0
	for i := range pa {
		if pa[i] == pb[i] {
			continue
		}
		if i == len(pa)-1 || strings.ContainsAny(pa[i]+pb[i], `*[\\`) {
			return false
		}
		apart++
	}
	return apart == 1
}

// merge puts a wildcard in place of one folder in which patterns differ, and reports whether it did.
func merge(count map[string]int, no []string) bool {
	groups := map[string][]string{}
	for p := range count {
		if strings.Contains(p, "?") {
			continue
		}
		parts := strings.Split(p, "/")
		for i := 1; i < len(parts)-1; i++ {
			if parts[i] == "" || strings.ContainsAny(parts[i], `*[\`) || i == len(parts)-2 && parts[len(parts)-1] == "" {
				continue
			}
			wide := slices.Clone(parts)
			wide[i] = "*"
			w := strings.Join(wide, "/")
			groups[w] = append(groups[w], p)
		}
	}
	best := ""
	for w, members := range groups {
		if len(members) >= alike && !matchesAny(w, no) &&
			(best == "" || len(members) > len(groups[best]) || len(members) == len(groups[best]) && w < best) {
			best = w
		}
	}
	if best == "" {
		return false
	}
	n := count[best]
	for _, p := range groups[best] {
		n += count[p]
		delete(count, p)
	}
	count[best] = n
	return true
}

func matchesAny(pattern string, keys []string) bool {
	g, err := ParseGlob(pattern)
	return err != nil || slices.ContainsFunc(keys, g.Match)
}
