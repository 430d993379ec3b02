package schedule

import (
	"math"
	"time"
)

// Bounds say between which times the wait for a page lies, and how much of a chance is taken meanwhile.
type Bounds struct {
	// Min and Max are the shortest and the longest wait. However quiet a page is, it does not wait longer than Max.
	Min, Max time.Duration
	// Risk is how many changes may be expected while a page waits: 0.1 looks at it ten times for one change.
	Risk float64
}

// Statements are the bounds for statements: every six hours at most, every 30 days at least.
func Statements() Bounds { return Bounds{Min: 6 * time.Hour, Max: 30 * 24 * time.Hour, Risk: 0.10} }

// Listings are the bounds for listings and feeds, where new statements show: none waits longer than any statement.
func Listings() Bounds { return Bounds{Min: time.Hour, Max: 6 * time.Hour, Risk: 0.25} }

// Interval is how long a page waits that changes at a rate, in changes a day, between Min and Max. stretch makes it longer,
// within Max; 1 leaves it.
func (b Bounds) Interval(rate, stretch float64) time.Duration {
	d := b.Risk * max(1, stretch) / max(rate, minRate) * float64(24*time.Hour)
	if math.IsNaN(d) || d > float64(b.Max) {
		return b.Max
	}
	return max(b.Min, time.Duration(d))
}

// Next is when a page is due that visits have shown to be as h tells; now for one that was never visited.
func (b Bounds) Next(h *History, now time.Time, stretch float64) time.Time {
	if h.visits == 0 {
		return now
	}
	return h.last.Add(b.Interval(h.Rate(now), stretch))
}

// NextListing is when a listing is due on which visits have shown new statements as h tells; now for one never visited.
func (b Bounds) NextListing(h *History, now time.Time) time.Time {
	if h.visits == 0 {
		return now
	}
	return h.last.Add(b.Interval(h.rate(listingRate, now), 1))
}

// listingRate is how many new statements a listing shows a day, before anything is known of it.
const listingRate = 1.0

// PerDay is how many visits a day pages of these rates need.
func (b Bounds) PerDay(rates []float64, stretch float64) float64 {
	n := 0.0
	for _, r := range rates {
		n += float64(24*time.Hour) / float64(b.Interval(r, stretch))
	}
	return n
}

// Fit is the stretch with which pages of these rates keep within a budget of visits a day; 1 when they do without, or when
// there is no budget (0). ok is false when not even Max keeps them within it: Max holds, and the budget does not.
func (b Bounds) Fit(rates []float64, budget float64) (stretch float64, ok bool) {
	if budget <= 0 || b.PerDay(rates, 1) <= budget {
		return 1, true
	}
	lo, hi := 0.0, math.Log(1e9)
	if b.PerDay(rates, 1e9) > budget {
		return 1e9, false
	}
	for range 40 {
		mid := (lo + hi) / 2
		if b.PerDay(rates, math.Exp(mid)) > budget {
			lo = mid
		} else {
			hi = mid
		}
	}
	return math.Exp(hi), true
}
