package cases

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/cmd/internal/record"
)

// When a site's silence is a case.
const (
	// leastSilence is how long it lasts at least, and quiet how many times the gap that nine of ten gaps between its
	// statements keep within.
	leastSilence = 14 * 24 * time.Hour
	quiet        = 3
	// leastStatements is how many statements a habit shows in, and habit how many of the last days with statements are looked at: a
	// site that publishes less than it did is judged by what it does now.
	leastStatements = 8
	habit           = 60
)

// silence looks for sites that publish nothing for much longer than they use to. A listing that is read without an error and
// shows nothing new any more, because its links have moved or its scripts have changed, looks just like that.
func (l *look) silence(ctx context.Context) error {
	for _, a := range l.Agendas {
		name := a.Site.Name
		if len(a.Site.Follow) == 0 && !a.Site.Discover { // it is its pages: nothing new is expected
			l.fine(name, Quiet)
			continue
		}
		if a.Looks.Good.IsZero() || a.Looks.Misses > 0 || l.ignored(Quiet, name) { // nothing can be known
			continue
		}
		days, statements, err := l.days(ctx, a)
		if err != nil {
			return err
		}
		if usual, last, ok := habits(days, statements); ok {
			if since := l.Now.Sub(last); since > patience(usual) {
				l.find(name, Quiet, "nothing new since %s, %s ago; nine of ten times it waits %s at most: look whether the listing still leads to its statements ('onrecord init URL')",
					last.Format(time.DateOnly), inDays(since), inDays(usual))
				continue
			}
		}
		l.fine(name, Quiet)
	}
	return nil
}

// days are the days on which a site has published, sorted, each once, and on how many statements they rest.
func (l *look) days(ctx context.Context, a *record.Agenda) (days []time.Time, statements int, err error) {
	var began time.Time // the first look brings what had been there before
	if len(a.Looks.Seen) > 0 {
		began = a.Looks.Seen[0].Time
	}
	for p, err := range l.store.Pages(ctx, a.Site.Name) {
		if err != nil {
			return nil, 0, err
		}
		if day, ok := dayOf(&p, began, l.Now); ok {
			days = append(days, day)
		}
	}
	statements = len(days)
	slices.SortFunc(days, time.Time.Compare)
	return slices.Compact(days), statements, nil
}

// dayOf is the day on which a statement came out: the one it states, else the one on which it was found, unless that was with
// the first look.
func dayOf(p *archive.Page, began, now time.Time) (time.Time, bool) {
	if day, err := time.Parse(time.DateOnly, p.Published); err == nil && day.Before(now) {
		return day, true
	}
	if p.FirstSeen.Before(began.Add(24 * time.Hour)) {
		return time.Time{}, false
	}
	return p.FirstSeen.UTC().Truncate(24 * time.Hour), true
}

// habits are how long a site waits between statements, in nine of ten cases, and when the last one came out; ok is false when
// too little is known.
func habits(days []time.Time, statements int) (usual time.Duration, last time.Time, ok bool) {
	if statements < leastStatements || len(days) < leastStatements/2 {
		return 0, last, false
	}
	days = days[max(0, len(days)-habit):]
	var gaps []time.Duration
	for i := 1; i < len(days); i++ {
		gaps = append(gaps, days[i].Sub(days[i-1]))
	}
	slices.Sort(gaps)
	return gaps[(len(gaps)*9+9)/10-1], days[len(days)-1], true
}

// patience is how long a silence may last.
func patience(usual time.Duration) time.Duration { return max(leastSilence, quiet*usual) }

// inDays is a time in days.
func inDays(d time.Duration) string {
	n := int(d.Hours() / 24)
	if n == 1 {
		return "1 day"
	}
	return fmt.Sprintf("%d days", n)
}
