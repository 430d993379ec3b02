package bolt

import (
	"github.com/onrecord/onrecord/archive"
)

// ReasonSeen is the reason of a Moved visit whose redirects led to a page that the run had looked at already.
const ReasonSeen = "seen in this run"

// ReasonReread is the reason of a visit whose bytes were a version once and are none by today's rules.
const ReasonReread = "no version by today's rules"

// keep is the state of a failure that says nothing about the page.
const keep archive.State = ""

// states are what a failure for a reason makes of a page, where it is not Unreachable. "Blocked" are those where the site
// answers and does not let the text be read.
var states = map[string]archive.State{
	"challenge":      archive.PageBlocked,
	"sign-in wanted": archive.PageBlocked,
	"interstitial":   archive.PageBlocked,
	"refused":        archive.PageBlocked,
	"needs scripts":  archive.PageBlocked,
	"soft 404":       archive.PageGone,
	// A look that another look in the same run did not confirm, and a change of our own rules.
	"unconfirmed loss": keep,
	ReasonReread:       keep,
	// One of two variants that are served in turn, both of which are on record.
	"alternating": keep,
	// The run was stopped, or it is we who failed: the next one will ask.
	"stopped":  keep,
	"internal": keep,
	// Nobody could be asked whether the page may be.
	"robots.txt unreachable": archive.Unreachable,
}

// refusals are the statuses with which a site says that it does not want to answer.
var refusals = map[int]bool{401: true, 402: true, 403: true, 407: true}

// stateOf is the state of a page that a visit shows which brought no version; keep when it says nothing.
func stateOf(v *archive.Visit) archive.State {
	switch v.Outcome {
	case archive.Gone:
		return archive.PageGone
	case archive.Moved:
		return archive.PageMoved
	case archive.Blocked, archive.Failed:
		if s, ok := states[v.Reason]; ok {
			return s
		}
		if v.Outcome == archive.Blocked || refusals[v.Status] {
			return archive.PageBlocked
		}
		return archive.Unreachable
	}
	return keep
}
