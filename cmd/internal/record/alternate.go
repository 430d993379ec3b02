package record

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/onrecord/onrecord/archive"
)

// A page that is served in two variants in turn, by two servers behind one name or as an experiment on its readers, is
// not edited at every visit. Both variants become versions, and the first returns too, since an edit may be taken back
// and made again; from then on a flip is a fact of the visit ([FlagAlternating]) and no version, until a variant has stayed:
// for two visits with a second look at each, or longer where the page has gone back after as long before.

// FlagAlternating: the page is served in two variants in turn, both of which are on record.
const FlagAlternating = "alternating"

const (
	// flagFlips is after how many flips in a row (A, B, A, B) the visits are flagged, holdFlips after how many one is no
	// version any more.
	flagFlips = 3
	holdFlips = 4
	// flipCaptures is how many captures a version has at most that came and went at once.
	flipCaptures = 2
	// settledVisits is after how many visits in a row that show one variant it is believed to stay, settledLooks how many
	// looks these must be together where a second one can be had. A variant that left after as many visits before must
	// stay for one more, at most longestStay.
	settledVisits = 2
	settledLooks  = 4
	longestStay   = 4
	// forgetVisits is after how many visits in a row that show one variant a page is taken as alternating no more.
	forgetVisits = 20
)

// alternation is what is kept about a page that alternates.
type alternation struct {
	Variants []archive.Digest `json:"variants"`
	Now      archive.Digest   `json:"now"`    // the variant of the last look
	Looks    int              `json:"looks"`  // in a row that showed it
	Visits   int              `json:"visits"` // in a row that showed it
	// Stayed is for how many visits in a row a variant was shown at most that the other one followed.
	Stayed int `json:"stayed"`
}

// see takes a visit's look at one of the variants.
func (a *alternation) see(id archive.Digest) {
	if a.Now != id {
		a.Stayed = max(a.Stayed, a.Visits)
		a.Now, a.Looks, a.Visits = id, 0, 0
	}
	a.Looks++
	a.Visits++
}

// again takes a second look in the same visit.
func (a *alternation) again(id archive.Digest) {
	if a.Now == id {
		a.Looks++
	} else { // both in one visit: none of them stays
		a.Now, a.Looks, a.Visits = id, 0, 0
	}
}

// settled reports whether the variant of the last look is believed to stay. seconds tells whether second looks are to be
// had.
func (a *alternation) settled(seconds bool) bool {
	visits := min(max(settledVisits, a.Stayed+1), longestStay)
	return a.Visits >= visits && (!seconds || a.Looks >= settledLooks)
}

func alternateNote(url string) string { return "alternate/" + url }

// alternates tells whether a page goes to and fro. held is true when the reading, although it differs from the last
// version, is to be no version; detail says then which version it equals. second looks at the page once more, nil when
// that is not possible; it is asked when the reading may be a return.
func (r *Recorder) alternates(ctx context.Context, last *archive.Version, reading *archive.Reading, second func() (archive.Digest, error)) (alternating, held bool, detail string, err error) {
	note := alternateNote(last.URL)
	id := reading.Identity()
	var a alternation
	known, err := readNote(ctx, r.Store, note, &a)
	if err != nil {
		return false, false, "", err
	}
	if !known {
		n, err := r.flips(ctx, last.URL, last, id)
		if err != nil || n < flagFlips {
			return false, false, "", err
		}
		if n < holdFlips {
			return true, false, "", nil
		}
		a = alternation{Variants: []archive.Digest{last.Identity(), id}, Now: last.Identity(), Visits: 1}
	}
	if !slices.Contains(a.Variants, id) { // something else: an edit of one of them, or of both
		return false, false, "", r.Store.SetNote(ctx, note, nil)
	}
	if a.see(id); id != last.Identity() && second != nil {
		again, err := second()
		if err != nil {
			return false, false, "", err
		}
		if slices.Contains(a.Variants, again) {
			a.again(again)
		}
	}
	if a.Visits >= forgetVisits {
		return false, false, "", r.Store.SetNote(ctx, note, nil)
	}
	held = id != last.Identity() && !(a.Now == id && a.settled(second != nil))
	if err := writeNote(ctx, r.Store, note, a); err != nil {
		return false, false, "", err
	}
	return true, held, fmt.Sprintf("an earlier version again, after version %d", last.Number), nil
}

// secondOf looks at a visit's page once more and tells what it reads as then; zero when it cannot be read. nil when no
// second look can be had.
func (r *Recorder) secondOf(ctx context.Context, v *Visit, last *archive.Version, lay manner) func() (archive.Digest, error) {
	if v.Again == nil {
		return nil
	}
	return func() (archive.Digest, error) {
		second, err := r.lookAgain(ctx, v, v.Again(ctx), last, lay)
		if err != nil || second.reading == nil {
			return archive.Digest{}, err
		}
		return second.reading.Identity(), nil
	}
}

// flips counts how often in a row, the reading at hand included, the page has gone at once from one of two readings to
// the other: 1 is an edit, 2 an edit taken back.
func (r *Recorder) flips(ctx context.Context, url string, last *archive.Version, id archive.Digest) (int, error) {
	want := [2]archive.Digest{last.Identity(), id}
	if want[0] == want[1] {
		return 0, nil
	}
	n := 1
	for at := last; n < holdFlips; n++ {
		if at.Captures > flipCaptures || at.Number == 1 {
			break
		}
		before, err := r.Store.Version(ctx, url, at.Number-1)
		if err != nil {
			return 0, ignoreMissing(err)
		}
		if before.Identity() != want[n%2] {
			break
		}
		at = &before
	}
	return n, nil
}

func ignoreMissing(err error) error {
	if errors.Is(err, archive.ErrNotFound) {
		return nil
	}
	return err
}
