package record

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/crawler/schedule"
)

// Agenda says when a site is due and, under the adaptive schedule, when each of its statements is. It follows from what is on
// record alone.
type Agenda struct {
	Site     *Site
	Schedule schedule.Schedule
	Looks    Looks
	// Next is when the site is due: never later than now for one that was never looked at.
	Next time.Time
	// Interval is about how long it is from one run over the site to the next.
	Interval time.Duration
	// Why says for people what Next follows from.
	Why string
	// Pages are the statements of a site under the adaptive schedule, once ReadPages was called; nil for others, whose statements
	// are due with the site.
	Pages []PageDue
	// Over is true when the budget of visits a day cannot be kept, since no page waits longer than the bound.
	Over bool

	due   map[[16]byte]time.Time // of Pages
	store archive.Store
	now   time.Time

	perDay int // the budget of visits a day; 0 for none
}

// PageDue is when a statement is due.
type PageDue struct {
	URL      string
	Last     time.Time // the last visit of any outcome
	Next     time.Time
	Interval time.Duration
	// Rate is the estimate of how often the page changes, in changes a day; Changes and Visits are what it is made from.
	Rate            float64
	Changes, Visits int
	Age             time.Duration
	// Failing counts the visits since the last one that showed the page.
	Failing int
}

// wholeAgain is how often the adaptive schedule looks through the depth of listings and sitemaps; between that it looks at
// where the site starts and at feeds, which is where new statements show.
const wholeAgain = 24 * time.Hour

// PlanSite works out the agenda of a site. The site needs its name; perDay is a budget of visits to statements a day, 0 for none.
func PlanSite(ctx context.Context, store archive.Store, s *Site, sched schedule.Schedule, perDay int, now time.Time) (*Agenda, error) {
	looks, err := LooksOf(ctx, store, s.Name)
	if err != nil {
		return nil, err
	}
	a := &Agenda{Site: s, Schedule: sched, Looks: looks, store: store, now: now}
	if !sched.Adaptive() {
		a.Interval = sched.Period(now)
		a.fixed(now)
		return a, nil
	}
	a.perDay = perDay
	if !s.lists() {
		if err := a.ReadPages(ctx, store); err != nil {
			return nil, err
		}
	}
	a.adapt()
	return a, nil
}

// ReadPages works out Pages, from every visit on record to the site's statements. Only a run needs it, and who asks; Next of a
// site with a listing does not depend on it.
func (a *Agenda) ReadPages(ctx context.Context, store archive.Store) error {
	if !a.Schedule.Adaptive() || a.due != nil {
		return nil
	}
	a.store = store
	if err := a.plan(ctx, a.perDay); err != nil {
		return fmt.Errorf("plan %s: %w", a.Site.Name, err)
	}
	return nil
}

// fixed is when a site is due by the clock.
func (a *Agenda) fixed(now time.Time) {
	if a.Looks.Last.IsZero() {
		a.Next, a.Why = now, "never visited"
		return
	}
	a.Next = a.Schedule.Next(a.Looks.Last, a.Site.Name)
	a.Why = a.Schedule.String()
	if a.Looks.Misses > 0 {
		a.Why += fmt.Sprintf("; not reached in %d runs", a.Looks.Misses)
	}
}

// Waits of what cannot be had: doubled each time.
const (
	retryFirst = 30 * time.Minute
	retryLast  = 7 * 24 * time.Hour
)

// retry is how long to wait after so many failures in a row.
func retry(failures int) time.Duration {
	return min(retryLast, retryFirst<<min(max(0, failures-1), 12))
}

// adapt is when a site is due by what it has shown.
func (a *Agenda) adapt() {
	b := schedule.Listings()
	switch h := a.Looks.history(); {
	case a.Looks.Last.IsZero():
		a.Next, a.Interval, a.Why = a.now, b.Max, "never visited"
	case a.Looks.Misses > 0:
		a.Interval = min(retry(a.Looks.Misses), 24*time.Hour)
		a.Next, a.Why = a.Looks.Last.Add(a.Interval), fmt.Sprintf("not reached in %d runs", a.Looks.Misses)
	case a.Site.lists():
		a.Next = b.NextListing(h, a.now)
		a.Interval = a.Next.Sub(h.Last())
		a.Why = fmt.Sprintf("%d of %d runs brought new statements", h.Changes(), h.Visits())
	default: // its starts are the statements
		a.Next, a.Interval, a.Why = a.now, schedule.Statements().Max, "never visited"
		for i := range a.Pages {
			if p := &a.Pages[i]; i == 0 || p.Next.Before(a.Next) {
				a.Next, a.Interval, a.Why = p.Next, p.Interval, p.Why()
			}
		}
	}
}

// Why says for people what the page's next visit follows from.
func (p *PageDue) Why() string {
	if p.Failing > 0 {
		return fmt.Sprintf("not had in %d visits", p.Failing)
	}
	return fmt.Sprintf("%d changes in %d visits, %.0f days old", p.Changes, p.Visits, p.Age.Hours()/24)
}

// plan works out when each statement of the site is due.
func (a *Agenda) plan(ctx context.Context, perDay int) error {
	b := schedule.Statements()
	var histories []schedule.History
	add := func(url, published string) error {
		p := PageDue{URL: url}
		h, err := p.read(ctx, a.store, published)
		if err != nil {
			return err
		}
		p.Age = h.Age(a.now)
		p.Rate, p.Changes, p.Visits = h.Rate(a.now), h.Changes(), h.Visits()
		a.Pages, histories = append(a.Pages, p), append(histories, schedule.History{})
		histories[len(histories)-1] = *h
		return nil
	}
	for p, err := range a.store.Pages(ctx, a.Site.Name) {
		if err == nil {
			err = add(p.URL, p.Published)
		}
		if err != nil {
			return err
		}
	}
	known := map[string]bool{}
	for i := range a.Pages {
		known[a.Pages[i].URL] = true
	}
	if !a.Site.lists() {
		for _, u := range a.Site.Start { // those that never had a version
			p, err := a.store.Page(ctx, u)
			if errors.Is(err, archive.ErrNotFound) {
				p.URL, err = u, nil
			}
			if err == nil && !known[p.URL] {
				known[p.URL] = true
				err = add(p.URL, p.Published)
			}
			if err != nil {
				return err
			}
		}
	}
	rates := make([]float64, len(a.Pages))
	for i := range a.Pages {
		rates[i] = a.Pages[i].Rate
	}
	stretch, ok := b.Fit(rates, float64(perDay))
	a.Over = !ok
	a.due = make(map[[16]byte]time.Time, len(a.Pages))
	for i := range a.Pages {
		a.Pages[i].settle(&histories[i], b, a.now, stretch)
		a.due[short(a.Pages[i].URL)] = a.Pages[i].Next
	}
	return nil
}

// settle says when the page is due, by its history; one that cannot be had is asked for ever more rarely.
func (p *PageDue) settle(h *schedule.History, b schedule.Bounds, now time.Time, stretch float64) {
	p.Interval = b.Interval(p.Rate, stretch)
	p.Next = b.Next(h, now, stretch)
	if p.Failing > 0 {
		p.Interval = retry(p.Failing)
		p.Next = p.Last.Add(p.Interval)
	}
}

// read makes the history of a page from its visits.
func (p *PageDue) read(ctx context.Context, store archive.Store, published string) (*schedule.History, error) {
	h := &schedule.History{}
	if day, err := time.Parse(time.DateOnly, published); err == nil {
		h.Born = day
	}
	gone := false
	for v, err := range store.Visits(ctx, p.URL) {
		if errors.Is(err, archive.ErrNotFound) {
			break
		}
		if err != nil {
			return nil, err
		}
		if v.Time.After(p.Last) {
			p.Last = v.Time
		}
		switch v.Outcome {
		case archive.Stored, archive.Unchanged:
			h.Add(v.Time, h.Visits() > 0 && (v.Outcome == archive.Stored || gone))
			gone, p.Failing = false, 0
		case archive.Gone, archive.Moved:
			h.Add(v.Time, h.Visits() > 0 && !gone)
			gone, p.Failing = true, 0
		default:
			p.Failing++
		}
	}
	return h, nil
}

// soon is how much earlier than it is due a page is visited with a run: half of the wait for the next one.
func (a *Agenda) soon() time.Duration { return min(a.Interval, schedule.Listings().Max) / 2 }

// DueSite is the site for a run that visits only what is due, once ReadPages was called. The agenda and its store are asked while the run goes on; the
// store is that of the run.
func (a *Agenda) DueSite(store archive.Store) *Site {
	s := *a.Site
	if !a.Schedule.Adaptive() {
		return &s
	}
	a.store = store
	s.Shallow = a.Site.lists() && !a.Looks.Whole.IsZero() && a.now.Sub(a.Looks.Whole) < wholeAgain
	s.Due = func(ctx context.Context, t archive.Task) bool { return a.isDue(ctx, &s, &t) }
	return &s
}

// isDue reports whether a run visits an address. What the archive does not know is due.
func (a *Agenda) isDue(ctx context.Context, s *Site, t *archive.Task) bool {
	switch {
	case t.Kind == kindStart && s.lists(), t.Kind == kindFeed:
		return true
	case t.Kind == kindListing, t.Kind == kindSitemap:
		return !s.Shallow
	}
	limit := a.now.Add(a.soon())
	if next, ok := a.due[short(t.URL)]; ok {
		return !next.After(limit)
	}
	p, err := a.store.Page(ctx, t.URL)
	if err != nil {
		return true
	}
	if next, ok := a.due[short(p.URL)]; ok { // an alias
		return !next.After(limit)
	}
	d := PageDue{URL: p.URL}
	h, err := d.read(ctx, a.store, p.Published)
	if err != nil {
		return true
	}
	d.Rate = h.Rate(a.now)
	d.settle(h, schedule.Statements(), a.now, 1)
	return !d.Next.After(limit)
}

// Deadline is when n intervals of the site have passed since a run reached it last; the zero time when none ever did.
func (a *Agenda) Deadline(n int) time.Time {
	t := a.Looks.Good
	switch {
	case t.IsZero():
		return t
	case !a.Schedule.Adaptive():
		for range n {
			if t = a.Schedule.Next(t, a.Site.Name); t.IsZero() {
				return time.Unix(1<<40, 0) // it never is due again
			}
		}
		return t
	}
	every := a.Interval
	if a.Site.lists() {
		every = schedule.Listings().Max
	}
	return t.Add(time.Duration(n) * every)
}
