package schedule_test

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/onrecord/onrecord/crawler/schedule"
)

var (
	whole  = flag.Bool("whole", false, "simulate 200 sites with 20,000 pages, not a tenth of that")
	update = flag.Bool("update", false, "write simulation.svg")
)

// simPage is a statement whose edits are known: hours since the year began, ascending.
type simPage struct {
	born  float64 // when it was published; before the year for old ones
	edits []float64
}

// simSite is a site with its statements, by the time of their publication.
type simSite struct {
	name  string
	pages []*simPage
}

const yearHours = 365 * 24.0

// simulated are sites whose statements change as those of real ones do: most are corrected, if ever, in the days after
// publication, the rate falls with age, and from page to page it differs by orders of magnitude (log-normal). 60 in 100 were
// published in the eight years before.
func simulated(sites, pagesEach int) []simSite {
	r := newRandom(11)
	var out []simSite
	for i := range sites {
		s := simSite{name: fmt.Sprintf("site %d", i)}
		n := max(5, int(float64(pagesEach)*math.Exp(0.7*r.NormFloat64()-0.245)))
		for range n {
			born := r.Float64() * yearHours
			if r.Float64() < 0.6 {
				born = -r.Float64() * 8 * yearHours
			}
			s.pages = append(s.pages, &simPage{born: born, edits: simEdits(r, born)})
		}
		slices.SortFunc(s.pages, func(a, b *simPage) int { return int(math.Copysign(1, a.born-b.born)) })
		out = append(out, s)
	}
	return out
}

// simEdits draws a Poisson process whose rate falls with age, by thinning.
func simEdits(r *rand.Rand, born float64) []float64 {
	lively := math.Exp(1.2*r.NormFloat64() - 0.72)
	rate := func(age float64) float64 { // edits an hour
		return lively / 24 * (0.25*math.Exp(-age/48) + 0.02/(1+age/(24*60)))
	}
	var edits []float64
	for t := max(born, 0); t < yearHours; {
		most := rate(t - born)
		t += r.ExpFloat64() / most
		if t < yearHours && r.Float64()*most < rate(t-born) {
			edits = append(edits, t)
		}
	}
	return edits
}

// simResult is what a way of visiting came to.
type simResult struct {
	way                string
	visits             int
	edits, caught      int
	fresh, freshInTime int
	adaptive           bool
}

func (s *simResult) share() float64 {
	return float64(s.caught+s.freshInTime) / float64(s.edits+s.fresh)
}

// see counts the edits between two visits, and those that the later one shows within a day.
func (s *simResult) see(p *simPage, from, to float64) (changed bool) {
	i, _ := slices.BinarySearch(p.edits, from)
	for ; i < len(p.edits) && p.edits[i] < to; i++ {
		changed = true
		if to-p.edits[i] <= 24 {
			s.caught++
		}
	}
	return changed
}

// count counts what there was to see.
func (s *simResult) count(sites []simSite) {
	for _, site := range sites {
		for _, p := range site.pages {
			s.edits += len(p.edits)
			if p.born >= 0 {
				s.fresh++
			}
		}
	}
}

// sweep visits every page of every site each so many hours.
func sweep(sites []simSite, hours float64) simResult {
	s := simResult{way: fmt.Sprintf("every %.4gh", hours)}
	s.count(sites)
	for _, site := range sites {
		first := hours * float64(schedule.Spread(site.name, time.Hour)) / float64(time.Hour)
		for t := first; t < yearHours; t += hours {
			s.visits++ // the listing
			for _, p := range site.pages {
				if p.born > t {
					break
				}
				s.visits++
				if p.born >= 0 && p.born > t-hours && t-p.born <= 24 {
					s.freshInTime++
				}
				s.see(p, max(t-hours, p.born, 0), t)
			}
		}
	}
	return s
}

// moment is an hour of the simulated year.
func moment(h float64) time.Time { return begin.Add(time.Duration(h * float64(time.Hour))) }

// adapt visits as the adaptive schedule says.
func adapt(sites []simSite, b schedule.Bounds, stretch float64) simResult {
	s := simResult{way: fmt.Sprintf("adaptive, risk %g x%g", b.Risk, stretch), adaptive: true}
	s.count(sites)
	listings := schedule.Listings()
	for _, site := range sites {
		looks := &schedule.History{}
		histories := make([]schedule.History, len(site.pages))
		last, due := make([]float64, len(site.pages)), make([]float64, len(site.pages))
		known := 0
		for t := float64(schedule.Spread(site.name, 6*time.Hour)) / float64(time.Hour); t < yearHours; {
			now := moment(t)
			s.visits++
			before := known
			for known < len(site.pages) && site.pages[known].born <= t {
				if p := site.pages[known]; p.born >= 0 && t-p.born <= 24 {
					s.freshInTime++
				}
				histories[known].Born = moment(site.pages[known].born)
				last[known] = max(site.pages[known].born, 0)
				known++
			}
			looks.Add(now, before > 0 && known > before)
			next := listings.NextListing(looks, now).Sub(begin).Hours()
			for i := range known {
				if due[i] > t+(next-t)/2 {
					continue
				}
				s.visits++
				h := &histories[i]
				h.Add(now, s.see(site.pages[i], last[i], t) && h.Visits() > 0)
				last[i] = t
				due[i] = b.Next(h, now, stretch).Sub(begin).Hours()
			}
			t = next
		}
	}
	return s
}

// For the same visits the adaptive schedule shows at least one and a half times as many edits and new statements within a day
// as visiting all pages in turn. The log has the table; -whole simulates all of it, -update draws it.
func TestSimulation(t *testing.T) {
	n := 20
	if *whole {
		n = 200
	}
	sites := simulated(n, 100)
	var all []simResult
	for _, h := range []float64{6, 24, 48, 96, 168, 336, 720} {
		all = append(all, sweep(sites, h))
	}
	usual, eager := schedule.Statements(), schedule.Statements()
	eager.Risk /= 5
	for _, try := range []struct {
		schedule.Bounds
		stretch float64
	}{{eager, 1}, {usual, 1}, {usual, 2}, {usual, 4}, {usual, 8}} {
		a := adapt(sites, try.Bounds, try.stretch)
		all = append(all, a, equal(sites, a.visits))
	}
	var table strings.Builder
	fmt.Fprintf(&table, "%-24s %10s %8s %8s %8s\n", "way", "visits", "in time", "edits", "new")
	for i := range all {
		s := &all[i]
		fmt.Fprintf(&table, "%-24s %10d %7.1f%% %7.1f%% %7.1f%%\n", s.way, s.visits, 100*s.share(), 100*float64(s.caught)/float64(s.edits), 100*float64(s.freshInTime)/float64(s.fresh))
	}
	t.Logf("%d sites, %d edits, %d new statements in a year; seen within 24 hours:\n%s", n, all[0].edits, all[0].fresh, table.String())
	for i := range all {
		if a := &all[i]; a.adaptive {
			e := &all[i+1]
			if a.share() < 1.5*e.share() || float64(a.caught) < 1.5*float64(e.caught) || e.visits > a.visits*11/10 || e.visits < a.visits*9/10 {
				t.Errorf("%s shows %.1f%% within a day for %d visits, and %s %.1f%% for %d", a.way, 100*a.share(), a.visits, e.way, 100*e.share(), e.visits)
			}
		}
	}
	if *update {
		if err := os.WriteFile("simulation.svg", []byte(drawn(all, n)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// equal is the sweep that takes about so many visits.
func equal(sites []simSite, visits int) simResult {
	lo, hi := 1.0, yearHours/2
	for range 12 {
		mid := math.Sqrt(lo * hi)
		if sweep(sites, mid).visits > visits {
			lo = mid
		} else {
			hi = mid
		}
	}
	return sweep(sites, hi)
}

// drawn is the picture of the results: the share seen in time over the number of visits.
func drawn(all []simResult, sites int) string {
	var b strings.Builder
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 360" font-family="sans-serif" font-size="12">` + "\n")
	b.WriteString(`<rect width="640" height="360" fill="#fff"/>` + "\n")
	fmt.Fprintf(&b, `<text x="60" y="20">Edits and new statements seen within 24 hours, over visits in a year (%d sites, simulated)</text>`+"\n", sites)
	least, most := math.Inf(1), 0.0
	for i := range all {
		least, most = min(least, float64(all[i].visits)), max(most, float64(all[i].visits))
	}
	x := func(v int) float64 { return 60 + 540*math.Log(float64(v)/least)/math.Log(most/least) }
	y := func(share float64) float64 { return 310 - 270*share }
	for p := 0; p <= 100; p += 25 {
		fmt.Fprintf(&b, `<path d="M60 %.1f H600" stroke="#ddd"/><text x="52" y="%.1f" text-anchor="end">%d%%</text>`+"\n", y(float64(p)/100), y(float64(p)/100)+4, p)
	}
	for v := math.Pow(10, math.Ceil(math.Log10(least))); v <= most; v *= 10 {
		fmt.Fprintf(&b, `<path d="M%.1f 40 V310" stroke="#ddd"/><text x="%.1f" y="328" text-anchor="middle">%.0f</text>`+"\n", x(int(v)), x(int(v)), v)
	}
	for _, line := range []struct {
		adaptive    bool
		color, name string
		below       float64
	}{{true, "#0a6", "adaptive", 0}, {false, "#a40", "all pages in turn", 16}} {
		var points []simResult
		for i := range all {
			if all[i].adaptive == line.adaptive {
				points = append(points, all[i])
			}
		}
		slices.SortFunc(points, func(a, b simResult) int { return a.visits - b.visits })
		path := "M"
		for i := range points {
			p := &points[i]
			path += fmt.Sprintf(" %.1f %.1f", x(p.visits), y(p.share()))
			fmt.Fprintf(&b, `<circle cx="%.1f" cy="%.1f" r="3" fill="%s"/>`+"\n", x(p.visits), y(p.share()), line.color)
		}
		fmt.Fprintf(&b, `<path d="%s" fill="none" stroke="%s" stroke-width="2"/><text x="470" y="%.0f" fill="%s">%s</text>`+"\n", path, line.color, 270+line.below, line.color, line.name)
	}
	b.WriteString("<text x=\"330\" y=\"350\" text-anchor=\"middle\">visits</text>\n</svg>\n")
	return b.String()
}
