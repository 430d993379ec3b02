package archivetest

import (
	"testing"

	"github.com/onrecord/onrecord/archive"
)

// rules are the parts of the contract, each with a store of its own.
var rules = []struct {
	name string
	test func(*testing.T, archive.Store)
}{
	{"a first capture is version 1", firstCapture},
	{"everything of a capture comes back", roundTrip},
	{"an equal reading is unchanged", unchanged},
	{"a title or a stated day makes a version", titleAndDates},
	{"a return to an old text names it", restored},
	{"a 304 confirms the version in force", notModified},
	{"the same capture again changes nothing", again},
	{"a late capture finds its place", late},
	{"captures in any order give the same history", anyOrder},
	{"states and events", states},
	{"reasons of failures", reasons},
	{"a visit seen in this run", seenInRun},
	{"a page that was never live", neverLive},
	{"a move keeps the history", move},
	{"a move to a page that is there joins", moveToPage},
	{"a late visit tells a move", moveLate},
	{"joining two pages", join},
	{"reading again", rederive},
	{"reading again what is no version now", rederiveNone},
	{"reading again what was held back", rederiveHeld},
	{"a rendered document is kept beside the bytes", renderedBoth},
	{"a rendered document is what is read again", renderedAgain},
	{"a rendered page has no validators", renderedValidators},
	{"pages in the order of hosts", pages},
	{"visits of all pages in the order of time", visits},
	{"blobs", blobs},
	{"validators of the last full answer", validators},
	{"notes", notes},
	{"the queue of a run", queue},
	{"a commit moves the queue on", steps},
	{"what is not there", notThere},
	{"what makes no sense is refused", refused},
	{"the ledger grows with the record", withLedger(ledgerGrows)},
	{"the ledger proves the record", withLedger(ledgerProves)},
	{"a forgotten page", forgetPage},
	{"a forgotten version", forgetVersion},
	{"what other captures have too stays", forgetShared},
	{"what is forgotten does not come back", forgetBars},
	{"a page may be put on record again", readmit},
	{"forgotten versions when pages are read again, joined, visited late", forgetRederive},
	{"the ledger tells what was forgotten", withLedger(forgetLedger)},
	{"bytes that tell nothing new need not be kept", drop},
	{"bytes that tell something new are kept", dropNot},
	{"bytes that were not kept may come with another capture", dropBrought},
	{"a rendered document that was not kept", dropRendered},
	{"what was not kept reads as what was", dropRederive},
	{"forgetting what was not kept", dropForget},
	{"what was not kept is not barred by what was forgotten", dropBars},
	{"the ledger tells what was not kept", withLedger(dropLedger)},
	{"many at once", atOnce},
	{"an ended context", ended},
	{"statistics", stats},
}

// Run tests a store against its contract. open gives an empty store, which the suite does not close.
func Run(t *testing.T, open func(t *testing.T) archive.Store) {
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			s := open(t)
			r.test(t, s)
			if !t.Failed() {
				holds(t, s)
			}
		})
	}
}
