package bundle

import (
	"slices"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/ledger"
)

// takedowns gathers what the leaves say was forgotten: only of that texts may be missing, and bytes that were kept.
func (c *checker) takedowns() {
	for _, n := range c.numbers {
		if l := c.leaves[n]; l.Kind == ledger.Forgotten {
			for _, d := range slices.Concat(l.Captures, l.Readings) {
				c.lost[d] = n
			}
		}
	}
}

// takedown tells of a leaf that says what was forgotten.
func (c *checker) takedown(n int64, l *ledger.Leaf) {
	about := slices.ContainsFunc(l.Captures, func(d archive.Digest) bool { return c.captures[d] != nil })
	for _, other := range c.leaves {
		about = about || (other.Kind == ledger.Version && slices.Contains(l.Readings, other.Reading))
	}
	if !about {
		c.say(Fails, "leaf %d is about nothing in the bundle", n)
		return
	}
	what := "a text"
	if l.Whole {
		what = "all"
	}
	c.say(Holds, "leaf %d: on %s %q had %s of %s forgotten, which was on record until then: %q", n, stamped(l.Time), l.By, what, l.Page, l.Why)
}

// forgottenVersion checks the leaf of a version whose text was forgotten: that it was on record stays proven.
func (c *checker) forgottenVersion(n int64, l *ledger.Leaf) {
	at, seen := c.at[l.Facts]
	if !seen {
		c.say(Fails, "the visit that shows the version of leaf %d is not in the bundle", n)
		return
	}
	if n == c.manifest.subject {
		v := c.captures[l.Facts]
		if c.URL, c.Seen = v.FinalURL, v.Time; c.URL == "" {
			c.URL = v.URL
		}
	}
	c.say(Holds, "leaf %d: from the bytes of leaf %d the archive's rules read a version whose text is %s; it was on record, and was forgotten (leaf %d)",
		n, at, l.Text, c.lost[l.Reading])
}
