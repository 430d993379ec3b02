package schedule_test

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/crawler/schedule"
)

const day = 24 * time.Hour

// visit is one of a history: how long after the one before, and whether it showed a change.
type visit struct {
	after   time.Duration
	changed bool
}

var begin = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// historyOf adds visits; it returns the time of the last one.
func historyOf(born time.Time, visits []visit) (*schedule.History, time.Time) {
	h, now := &schedule.History{Born: born}, begin
	h.Add(now, false)
	for _, v := range visits {
		now = now.Add(v.after)
		h.Add(now, v.changed)
	}
	return h, now
}

func drawVisits(t *rapid.T) []visit {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) visit {
		return visit{time.Duration(rapid.Int64Range(int64(time.Minute), int64(400*day)).Draw(t, "after")), rapid.Bool().Draw(t, "changed")}
	}), 0, 60).Draw(t, "visits")
}

// However a page was visited, its rate is a number above nothing and the wait is within bounds; the same history gives the same.
func TestBounded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		visits := drawVisits(t)
		born := begin.Add(-time.Duration(rapid.Int64Range(-int64(30*day), int64(20000*day)).Draw(t, "age")))
		h, now := historyOf(born, visits)
		now = now.Add(time.Duration(rapid.Int64Range(-int64(day), int64(2000*day)).Draw(t, "later")))
		r := h.Rate(now)
		if !(r > 0) || math.IsInf(r, 0) {
			t.Fatalf("rate %v", r)
		}
		if same, _ := historyOf(born, visits); same.Rate(now) != r {
			t.Fatalf("rate %v, and of the same visits %v", r, same.Rate(now))
		}
		stretch := rapid.Float64Range(0, 1e12).Draw(t, "stretch")
		for name, b := range map[string]schedule.Bounds{"statements": schedule.Statements(), "listings": schedule.Listings()} {
			if d := b.Interval(r, stretch); d < b.Min || d > b.Max {
				t.Fatalf("%s: wait %s, want from %s to %s", name, d, b.Min, b.Max)
			}
			if next := b.Next(h, now, stretch); next.Before(h.Last().Add(b.Min)) || next.After(h.Last().Add(b.Max)) {
				t.Fatalf("%s: next visit %s after the last", name, next.Sub(h.Last()))
			}
		}
		if l, s := schedule.Listings().NextListing(h, now), schedule.Statements().Next(h, now, 1); l.After(s) {
			t.Fatalf("a listing waits until %s and a statement until %s", l, s)
		}
	})
}

// A visit that shows a change where the same visit showed none makes the page's rate greater; older statements have a
// lower one; a longer time without a change makes it less.
func TestMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		visits := drawVisits(t)
		if len(visits) == 0 {
			return
		}
		h, now := historyOf(begin, visits)
		r := h.Rate(now)
		i := rapid.IntRange(0, len(visits)-1).Draw(t, "which")
		if changes(visits) < 24 && !visits[i].changed {
			more := append([]visit{}, visits...)
			more[i].changed = true
			if g, _ := historyOf(begin, more); g.Rate(now) < r*(1-1e-9) {
				t.Fatalf("rate %v with a change more, and %v without", g.Rate(now), r)
			}
		}
		older := begin.Add(-time.Duration(rapid.Int64Range(0, int64(5000*day)).Draw(t, "older")))
		if g, _ := historyOf(older, visits); g.Rate(now) > r*(1+1e-9) {
			t.Fatalf("rate %v of an older statement, and %v of a younger one", g.Rate(now), r)
		}
		quiet := append(append([]visit{}, visits...), visit{time.Duration(rapid.Int64Range(int64(time.Hour), int64(20*day)).Draw(t, "quiet")), false})
		edited := append([]visit{}, quiet...)
		edited[len(edited)-1].changed = true
		q, later := historyOf(begin, quiet)
		e, _ := historyOf(begin, edited)
		if q.Rate(later) > e.Rate(later)*(1+1e-9) {
			t.Fatalf("rate %v after a quiet time, and %v after a change", q.Rate(later), e.Rate(later))
		}
		b := schedule.Statements()
		s1, s2 := rapid.Float64Range(1, 1e6).Draw(t, "stretch"), rapid.Float64Range(1, 1e6).Draw(t, "another")
		if b.Interval(r, min(s1, s2)) > b.Interval(r, max(s1, s2)) {
			t.Fatalf("a greater stretch makes the wait shorter")
		}
	})
}

func changes(visits []visit) int {
	n := 0
	for _, v := range visits {
		if v.changed {
			n++
		}
	}
	return n
}

// The estimate comes near the true rate of a page that is visited at irregular times.
func TestEstimate(t *testing.T) {
	for _, tt := range []struct {
		name string
		rate float64 // changes a day
		step time.Duration
	}{
		{"every other day, seen daily", 0.5, day},
		{"weekly, seen daily", 1.0 / 7, day},
		{"weekly, seen weekly", 1.0 / 7, 7 * day},
		{"daily, seen every three days", 1, 3 * day},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRandom(7)
			sum, n := 0.0, 0
			for range 40 {
				h := &schedule.History{Born: begin.Add(-2000 * day)}
				now := begin
				h.Add(now, false)
				for now.Before(begin.Add(200 * day)) {
					d := time.Duration((0.5 + r.Float64()) * float64(tt.step))
					now = now.Add(d)
					h.Add(now, r.Float64() < -math.Expm1(-tt.rate*d.Hours()/24))
				}
				sum, n = sum+h.Rate(now), n+1
			}
			if got := sum / float64(n); got < tt.rate*0.6 || got > tt.rate*1.5 {
				t.Errorf("the mean estimate is %.3f changes a day, and true is %.3f", got, tt.rate)
			}
		})
	}
}

// New statements are visited often and old quiet ones rarely, and none less often than the bound.
func TestAges(t *testing.T) {
	b := schedule.Statements()
	wait := func(age time.Duration) time.Duration {
		h := &schedule.History{Born: begin.Add(-age)}
		h.Add(begin, false)
		return b.Next(h, begin, 1).Sub(begin)
	}
	for _, tt := range []struct{ age, from, to time.Duration }{
		{0, 6 * time.Hour, 6 * time.Hour},
		{2 * day, 6 * time.Hour, day},
		{30 * day, 2 * day, 10 * day},
		{10 * 365 * day, 20 * day, b.Max},
	} {
		if got := wait(tt.age); got < tt.from || got > tt.to {
			t.Errorf("a statement of %s is visited again after %s, want from %s to %s", tt.age, got, tt.from, tt.to)
		}
	}
}

// A budget is kept by stretching waits, quiet pages most; what the bounds need whatever the budget says is told.
func TestFit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rates := rapid.SliceOfN(rapid.Float64Range(1e-5, 10), 1, 200).Draw(t, "rates")
		budget := rapid.Float64Range(0.1, 500).Draw(t, "budget")
		b := schedule.Statements()
		stretch, ok := b.Fit(rates, budget)
		if stretch < 1 {
			t.Fatalf("stretch %v", stretch)
		}
		if n := b.PerDay(rates, stretch); ok && n > budget*(1+1e-9) {
			t.Fatalf("%.2f visits a day, and the budget is %.2f", n, budget)
		} else if !ok && b.PerDay(rates, 1e9) <= budget {
			t.Fatalf("a budget of %.2f is refused, and %.2f would do", budget, b.PerDay(rates, 1e9))
		}
	})
	if s, ok := schedule.Statements().Fit([]float64{1, 2}, 0); s != 1 || !ok {
		t.Errorf("without a budget: stretch %v, %v", s, ok)
	}
}
