package bolt

import (
	"strings"
	"unicode"

	"github.com/onrecord/onrecord/archive"
)

// compareWords is the comparison of a store that was given none. It knows words as a bag: how many came and went, not
// where; so same words in another order are Reordered.
func compareWords(old, now *archive.Reading) archive.Change {
	added, removed := bag(old.Text, now.Text)
	c := archive.Change{WordsAdded: added, WordsRemoved: removed}
	dates := old.Published != now.Published || old.Modified != now.Modified
	words := letters(old.Text) != letters(now.Text)
	switch {
	case old.Text == now.Text && old.Title != now.Title:
		c.Kind = archive.Title
	case old.Text == now.Text:
		c.Kind = archive.Dates
	case !words:
		c.Kind = archive.Typographic
	case added == 0 && removed == 0:
		c.Kind = archive.Reordered
	default:
		c.Kind = archive.Edited
	}
	c.Silent, c.Touched = words && !dates, dates && !words
	return c
}

// bag counts the words that are more often in now than in old, and the other way round.
func bag(old, now string) (added, removed int) {
	count := map[string]int{}
	for w := range strings.FieldsSeq(now) {
		count[w]++
	}
	for w := range strings.FieldsSeq(old) {
		count[w]--
	}
	for _, n := range count {
		if n > 0 {
			added += n
		} else {
			removed -= n
		}
	}
	return added, removed
}

// letters is what is left of a text without punctuation, white space and case.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || unicode.IsSymbol(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}
