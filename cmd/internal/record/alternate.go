package record

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/onrecord/onrecord/archive"
)

// A page that is served in two variants in turn, by two servers behind one name or as an experiment on its readers, is
// not edited at every visit. Both variants become versions, and the first returns too, since an edit may be taken back
// and made again; from then on a flip is a fact of the visit ([FlagAlternating]) and no version, until a variant has stayed for several looks.

// FlagAlternating: the page is served in two variants in turn, both of which are on record.
const FlagAlternating = "alternating"

const (
	// flagFlips is after how many flips in a row (A, B, A, B) the visits are flagged, holdFlips after how many one is no
	// version any more.
	flagFlips = 3
	holdFlips = 4
	// flipCaptures is how many captures a version has at most that came and went at once.
	flipCaptures = 2
	// settledLooks is after how many looks in a row at one variant it is believed to stay.
	settledLooks = 4
	// forgetLooks is after how many looks in a row a page is taken as alternating no more.
	forgetLooks = 20
)

// alternation is what is kept about a page that alternates.
type alternation struct {
	Variants []archive.Digest `json:"variants"`
	Now      archive.Digest   `json:"now"`   // the variant of the last look
	Looks    int              `json:"looks"` // in a row that showed it
}

func alternateNote(url string) string { return "alternate/" + url }

// alternates tells whether a page goes to and fro. held is true when the reading, although it differs from the last
// version, is to be no version; detail says then which version it equals.
func (r *Recorder) alternates(ctx context.Context, url string, last *archive.Version, reading *archive.Reading) (alternating, held bool, detail string, err error) {
	b, err := r.Store.Note(ctx, alternateNote(url))
	if err != nil {
		return false, false, "", err
	}
	id := reading.Identity()
	var a alternation
	if b == nil || json.Unmarshal(b, &a) != nil {
		n, err := r.flips(ctx, url, last, id)
		if err != nil || n < flagFlips {
			return false, false, "", err
		}
		if n < holdFlips {
			return true, false, "", nil
		}
		a = alternation{Variants: []archive.Digest{last.Identity(), id}, Now: last.Identity()}
	}
	if !slices.Contains(a.Variants, id) { // something else: an edit of one of them, or of both
		return false, false, "", r.Store.SetNote(ctx, alternateNote(url), nil)
	}
	if a.Now != id {
		a.Now, a.Looks = id, 0
	}
	if a.Looks++; a.Looks >= forgetLooks {
		return false, false, "", r.Store.SetNote(ctx, alternateNote(url), nil)
	}
	if b, err = json.Marshal(a); err != nil {
		return false, false, "", err
	}
	if err := r.Store.SetNote(ctx, alternateNote(url), b); err != nil {
		return false, false, "", err
	}
	held = id != last.Identity() && a.Looks < settledLooks
	return true, held, fmt.Sprintf("an earlier version again, after version %d", last.Number), nil
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
