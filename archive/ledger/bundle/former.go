package bundle

import (
	"slices"

	"github.com/onrecord/onrecord/archive/ledger"
)

// withdrawal is the leaf that withdraws leaf n; -1 for none in the bundle.
func (c *checker) withdrawal(n int64) int64 {
	for _, by := range c.numbers {
		if l := c.leaves[by]; l.Kind == ledger.Withdrawn && by > n && slices.Contains(l.Leaves, n) {
			return by
		}
	}
	return -1
}

// former tells of the leaves that the visits had before.
func (c *checker) former() {
	for _, n := range c.numbers {
		l := c.leaves[n]
		switch by := c.withdrawal(n); {
		case by >= 0 && (l.Kind != ledger.Capture || c.captures[l.Facts] == nil):
			c.say(Fails, "leaf %d was withdrawn by leaf %d", n, by)
		case by >= 0:
			c.first[l.Facts] = min(c.first[l.Facts], n)
			c.say(Holds, "leaf %d: the visit of leaf %d was in the ledger before, until leaf %d: %s", n, c.at[l.Facts], by, c.leaves[by].Why)
		case l.Kind == ledger.Forgotten:
			c.takedown(n, l)
		case l.Kind == ledger.Withdrawn && !slices.ContainsFunc(l.Leaves, func(n int64) bool { return c.leaves[n] != nil }):
			c.say(Fails, "leaf %d is about nothing in the bundle", n)
		}
	}
}
