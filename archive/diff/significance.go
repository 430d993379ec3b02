package diff

import "math"

// What a change weighs in [Diff.Significance]. The proportions are what matters: a negation that came or went turns a
// sentence round, a figure is what people quote, a name is who is meant.
const (
	weighNegation = 15
	weighNumber   = 10
	weighDate     = 8
	weighName     = 4
	weighTitle    = 4
	weighStated   = 2
	weighMove     = 1
	// weighFindings bounds what findings add: a text that was rewritten has hundreds.
	weighFindings = 120
)

// Significance orders changes by how much they may matter to a reader: it is 0 when nothing differs, at least 1 for any
// difference, and the larger the more. It adds up
//
//   - the findings: 15 for a negation that came or went, 10 for a figure, 8 for a date in the text, 4 for a name, 120 at
//     most together;
//   - the words that came or went: 3 for each doubling, so 3 for one word, 10 for ten, 20 for a hundred;
//   - 4 for another title, 2 for another stated date, 1 for each move, 5 at most;
//
// and doubles it for a silent change. It does not understand the text: it is there to be sorted by.
func (d *Diff) Significance() int {
	if d.Empty() {
		return 0
	}
	n := 0
	for _, f := range d.Findings {
		switch f.Kind {
		case FindingNegation:
			n += weighNegation
		case FindingNumber:
			n += weighNumber
		case FindingDate:
			n += weighDate
		case FindingName:
			n += weighName
		}
	}
	n = min(n, weighFindings)
	n += int(math.Round(3 * math.Log2(float64(1+d.WordsAdded+d.WordsRemoved))))
	if d.Title.Changed() {
		n += weighTitle
	}
	if d.Published.Changed() || d.Modified.Changed() {
		n += weighStated
	}
	n += min(len(d.Moves), 5) * weighMove
	if d.Silent {
		n *= 2
	}
	return max(n, 1)
}
