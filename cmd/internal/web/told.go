package web

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/cmd/internal/tell"
)

// told is a change in words, with the key of its statement.
type told struct {
	tell.Change
	Key string
}

// Kind is the kind of the change in words.
func (t *told) Kind() string { return tell.Kind(t.Change.Change) + tell.Restores(t.Change.Change) }

// toldID is a change, by its page and the number of its version.
type toldID struct {
	page   *pageEntry
	number int32
}

// maxTold is how many changes are remembered, each a few hundred bytes; when they are more, all are forgotten.
const maxTold = 4000

// tellChange is a change in words.
func (room *Room) tellChange(ctx context.Context, s archive.Store, c *changeEntry) (told, error) {
	id := toldID{c.page, c.number}
	if t, ok := room.told.get(id); ok {
		return t, nil
	}
	if err := c.page.pin(ctx, s); err != nil {
		return told{}, err
	}
	change, err := tell.ChangeOf(ctx, s, c.page.url, int(c.number), c.later)
	if err != nil {
		return told{}, err
	}
	t := told{change, c.page.key.String()}
	room.told.put(id, t, 1)
	return t, nil
}

// tellChanges are changes in words. Those that are numbered anew meanwhile are left out.
func (room *Room) tellChanges(ctx context.Context, list []changeEntry) ([]told, error) {
	if len(list) == 0 {
		return nil, nil
	}
	s, giveBack, err := room.opts.Archive.Borrow(ctx)
	if err != nil {
		return nil, err
	}
	defer giveBack()
	out := make([]told, 0, len(list))
	for i := range list {
		t, err := room.tellChange(ctx, s, &list[i])
		if errors.Is(err, archive.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

const (
	// worthLooking is how many of the last changes may be worth a look, worthReading how many of them are compared, and
	// worthShown how many are shown.
	worthLooking = 500
	worthReading = 40
	worthShown   = 8
	// worthDays is after how many days a change is worth half of what it was.
	worthDays = 21
)

// weigh finds the changes that are worth a look: significant ones and silent ones of the last time. Which ones are compared is
// decided by what is known without reading them.
func (room *Room) weigh(ctx context.Context, o *overview) error {
	var list []changeEntry
	for i := range o.edits {
		if c := &o.edits[i]; c.change.Kind != archive.First && !c.later {
			list = append(list, *c)
		}
		if len(list) == worthLooking {
			break
		}
	}
	if len(list) == 0 {
		return nil
	}
	newest := list[0].time()
	slices.SortStableFunc(list, func(a, b changeEntry) int {
		return cmp.Compare(faded(roughly(&b.change), newest, b.time()), faded(roughly(&a.change), newest, a.time()))
	})
	worth, err := room.tellChanges(ctx, list[:min(worthReading, len(list))])
	if err != nil {
		return err
	}
	slices.SortStableFunc(worth, func(a, b told) int {
		return cmp.Compare(faded(float64(b.Significance), newest, b.Time.Time), faded(float64(a.Significance), newest, a.Time.Time))
	})
	o.worth = worth[:min(worthShown, len(worth))]
	return nil
}

// faded is what a weight is worth after a time.
func faded(weight float64, newest, t time.Time) float64 {
	return weight * math.Exp2(-newest.Sub(t).Hours()/24/worthDays)
}

// roughly is how significant a change may be, as far as its counts tell.
func roughly(c *archive.Change) float64 {
	weight := 1.0
	switch c.Kind {
	case archive.Edited, archive.Restored:
		weight = 10 + 3*math.Log2(1+float64(c.WordsAdded+c.WordsRemoved))
	case archive.Title, archive.Reordered:
		weight = 4
	case archive.Dates:
		weight = 2
	}
	if c.Silent {
		weight *= 2
	}
	return weight
}
