package schedule

import (
	"math"
	"time"
)

// Constants of the estimate. They were chosen on simulated sites; see TestSimulation.
const (
	// halfLife is after how long what was seen counts for half.
	halfLife = 60 * 24 * time.Hour
	// trust is how many changes the prior is worth at most, and trustDays how many days without one: the less, the sooner a
	// page's own history decides.
	trust     = 0.5
	trustDays = 5.0
	// freshRate is how often a statement changes on the day it is published, in changes a day.
	freshRate = 0.5
	// cooling is after how long that is half.
	cooling = 36 * time.Hour
	// quietRate is what the rate does not fall below, in changes a day: about one in three years.
	quietRate = 0.001
	// maxChanges is how many intervals with a change are told apart; of more the oldest are averaged.
	maxChanges = 24
)

// History sums up what the visits of a page have shown. Its zero value is that of a page that was never visited.
type History struct {
	// Born is when the statement was published, or when it was first seen, whichever is earlier; the zero time is the first
	// visit.
	Born time.Time

	first, last time.Time
	unchanged   float64    // days in which nothing changed, each weighed by its age at last
	changed     []interval // in which something did, oldest first
	visits      int
	changes     int
}

// interval is a time between two visits in which a page changed, at least once.
type interval struct {
	days, weight float64
}

// Add takes one visit that showed the page, later than those before; others change nothing. changed is whether it showed
// another text than the visit before. Visits that showed nothing, such as failed ones, are left out: the time until the
// next good one is then one long interval.
func (h *History) Add(at time.Time, changed bool) {
	if h.visits == 0 {
		h.first, h.last, h.visits = at, at, 1
		return
	}
	d := days(at.Sub(h.last))
	if d <= 0 {
		return
	}
	w := math.Exp2(-d / days(halfLife))
	h.unchanged *= w
	for i := range h.changed {
		h.changed[i].weight *= w
	}
	if changed {
		if len(h.changed) == maxChanges {
			h.forget()
		}
		h.changed = append(h.changed, interval{d, 1})
		h.changes++
	} else {
		h.unchanged += d
	}
	h.last = at
	h.visits++
}

// forget makes one interval of the two oldest.
func (h *History) forget() {
	a, b := h.changed[0], h.changed[1]
	w := a.weight + b.weight
	if w > 0 {
		b.days = (a.days*a.weight + b.days*b.weight) / w
	}
	b.weight = w
	copy(h.changed, h.changed[1:])
	h.changed[0], h.changed = b, h.changed[:maxChanges-1]
}

// Visits counts those that were added.
func (h *History) Visits() int { return h.visits }

// Changes counts the visits that showed a change.
func (h *History) Changes() int { return h.changes }

// Last is the time of the last visit; zero when there is none.
func (h *History) Last() time.Time { return h.last }

// Age is how old the statement is at a time; never less than nothing.
func (h *History) Age(now time.Time) time.Duration {
	born := h.Born
	if born.IsZero() || !h.first.IsZero() && h.first.Before(born) {
		born = h.first
	}
	if born.IsZero() {
		return 0
	}
	return max(0, now.Sub(born))
}

// Rate is how often the page changes, in changes a day: the λ > 0 that solves
//
//	a/λ + Σ wᵢ tᵢ/(exp(λtᵢ)-1) = b + U
//
// where tᵢ are the intervals with a change, U is the time without one, and a/b is the rate of any statement of that age: a
// gamma prior. With a and b 0 this is the equation of Cho and Garcia-Molina. The left side falls with λ, so there is one solution; more
// changes make it greater, more time without one makes it less.
func (h *History) Rate(now time.Time) float64 {
	return h.rate(prior(h.Age(now)), now)
}

// prior is how often statements of an age change, in changes a day.
func prior(age time.Duration) float64 {
	return max(quietRate, freshRate/(1+float64(age)/float64(cooling)))
}

func (h *History) rate(prior float64, now time.Time) float64 {
	w := 1.0
	if d := days(now.Sub(h.last)); h.visits > 0 && d > 0 {
		w = math.Exp2(-d / days(halfLife))
	}
	b := min(trust/prior, trustDays)
	right := b + w*h.unchanged
	left := func(l float64) float64 {
		sum := b * prior / l
		for _, c := range h.changed {
			sum += w * c.weight * c.days / math.Expm1(l*c.days)
		}
		return sum
	}
	lo, hi := math.Log(minRate), math.Log(maxRate)
	for range 40 { // the logarithm is then known to 1e-11
		mid := (lo + hi) / 2
		if left(math.Exp(mid)) > right {
			lo = mid
		} else {
			hi = mid
		}
	}
	return math.Exp((lo + hi) / 2)
}

// Rates outside of these are of no use, in changes a day.
const (
	minRate = 1e-5
	maxRate = 1e3
)

func days(d time.Duration) float64 { return d.Hours() / 24 }
