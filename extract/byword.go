package extract

import "strings"

// commonWord reports a text that holds a word of headings and buttons.
func commonWord(s string) bool {
	found := false
	eachWord(s, func(w []byte) bool {
		found = found || common[string(w)] && string(w) != "the"
		return !found
	})
	return found
}

// cues are blocks after which the name of the author follows.
var cues = map[string]bool{"by": true, "written by": true, "author": true, "authors": true, "posted by": true, "published by": true, "article by": true, "words by": true,
	"text by": true, "story by": true, "topic author": true, "started by": true, "authored by": true, "von": true, "autor": true, "autorin": true, "autoren": true, "par": true, "auteur": true, "auteurs": true,
	"écrit par": true, "por": true, "escrito por": true, "autora": true, "di": true, "a cura di": true, "autore": true, "door": true, "geschreven door": true, "av": true, "af": true, "автор": true,
	"作者": true, "著者": true, "記者": true, "about the author": true, "meet the author": true, "über den autor": true, "über die autorin": true, "à propos de l auteur": true, "sobre el autor": true, "sobre o autor": true}

// afterByAt are the names after a word such as "by" in block i or in the block before it.
func (p *page) afterByAt(i int) []string {
	q := &p.pieces[i]
	if q.words > 24 || q.stops > 2 {
		return nil
	}
	if i > 0 && i-1 != p.head && p.pieces[i-1].words <= 4 && cues[key(strings.TrimRight(p.pieces[i-1].Text, " :"))] {
		if s := nameEnd(q.Text); namely(s) && (person(s) || !commonWord(s)) {
			return names1([]string{s})
		}
	}
	at := byAt(q)
	if at < 0 {
		return nil
	}
	rest := q.Text[at:]
	for _, s := range q.spans { // the name is a link, as a rule: what follows it is none of the name
		if s.kind == spanLink && s.from >= at && s.from <= at+1 && s.to > s.from {
			name := q.Text[s.from:s.to]
			tail := strings.TrimSpace(q.Text[s.to:])
			if person(name) && !strings.HasPrefix(tail, "and ") && !strings.HasPrefix(tail, "&") && !strings.HasPrefix(tail, ",") {
				return names1([]string{name})
			}
		}
	}
	rest = nameEnd(strings.TrimLeft(rest, " :"))
	names := names1([]string{rest})
	for _, n := range names {
		if !namely(n) || commonWord(n) && !person(n) {
			return nil
		}
	}
	return names
}

// bySigns are the words before "by" inside a line that say that it names an author.
var bySigns = set("written posted article story text words authored started submitted report reporting recipe post guest am pm read ago published uhr")

// byAt is where a name begins after "by" in a block, at its start or inside a line that also has a date; -1 when there is
// none.
func byAt(q *piece) int {
	low := strings.ToLower(q.Text)
	for _, w := range byWords {
		if strings.HasPrefix(low, w) && len(w) < len(low) && len(low) == len(q.Text) {
			return len(w)
		}
	}
	if strings.HasPrefix(q.Text, "By") && len(q.Text) > 3 && q.Text[2] >= 'A' && q.Text[2] <= 'Z' && len(q.spans) > 0 {
		return 2 // "By" and the name stand in elements of their own
	}
	if q.words > 16 || q.digit < 1 && q.all&mByline == 0 && q.words > 10 || len(low) != len(q.Text) {
		return -1
	}
	for _, w := range [...]string{" by ", " von ", " par ", " por "} {
		i := strings.Index(low, w)
		if i < 0 {
			continue
		}
		before := strings.TrimRight(low[:i], " ,:")
		last := before[strings.LastIndexAny(before, " ")+1:]
		c := low[i-1]
		if bySigns[strings.Trim(last, ".,")] || c >= '0' && c <= '9' || c == '|' || c == '-' || c == ',' || strings.HasSuffix(before, "·") || strings.HasSuffix(before, "•") || strings.HasSuffix(before, "–") {
			return i + len(w)
		}
	}
	return -1
}
