package tell

import (
	"github.com/onrecord/onrecord/archive/export"
	"github.com/onrecord/onrecord/cmd/internal/record"
)

// Counts are what visits came to, as runs print it. Keys are added, never changed.
type Counts struct {
	Visits    int   `json:"visits"`
	Aids      int   `json:"aids"`
	New       int   `json:"new"`
	Changed   int   `json:"changed"`
	Unchanged int   `json:"unchanged"`
	Gone      int   `json:"gone"`
	Moved     int   `json:"moved"`
	Deferred  int   `json:"deferred"`
	Blocked   int   `json:"blocked"`
	Failed    int   `json:"failed"`
	Lost      int   `json:"lost"`
	Bytes     int64 `json:"bytes"`
}

// CountsOf is the shape of c and of the visits that were lost.
func CountsOf(c *record.Counts, lost int) Counts {
	return Counts{
		Visits: c.Visits, Aids: c.Aids, New: c.New, Changed: c.Changed, Unchanged: c.Unchanged, Gone: c.Gone, Moved: c.Moved,
		Deferred: c.Deferred, Blocked: c.Blocked, Failed: c.Failed, Lost: lost, Bytes: c.Bytes,
	}
}

// RunSite is what a run came to for one site. Keys are added, never changed.
type RunSite struct {
	// Event is "site" on a line of `onrecord crawl`; elsewhere "".
	Event string `json:"event,omitempty"`
	Site  string `json:"site"`
	Counts
	Found int `json:"found"`
	Left  int `json:"left"`
	// Budget names the budget that was used up, "" when none was.
	Budget string `json:"budget"`
	// Error says why the statements of the site could not be discovered.
	Error string `json:"error,omitempty"`
}

// RunSum is what a run came to. Keys are added, never changed.
type RunSum struct {
	Started     export.Time `json:"started"`
	Ended       export.Time `json:"ended"`
	Resumed     bool        `json:"resumed"`
	Interrupted bool        `json:"interrupted"`
	Counts
	// Failures counts visits that were deferred, blocked or failed, by reason.
	Failures map[string]int `json:"failures"`
	Sites    []RunSite      `json:"sites,omitempty"`
}

// Run is a run on record, as `onrecord runs` prints it. Keys are added, never changed.
type Run struct {
	// Event is "run" on a line of `onrecord crawl`; elsewhere "".
	Event string `json:"event,omitempty"`
	Run   int    `json:"run"`
	By    string `json:"by"`
	RunSum
	Error string `json:"error,omitempty"`
}

// RunOf is the shape of r.
func RunOf(r *record.Run) Run {
	out := Run{Run: r.Number, By: r.By, Error: r.Error, RunSum: RunSum{
		Started: export.Time{Time: r.Started}, Ended: export.Time{Time: r.Ended}, Resumed: r.Resumed, Interrupted: r.Interrupted,
		Counts: CountsOf(&r.Counts, r.Lost), Failures: r.Failures,
	}}
	if out.Failures == nil {
		out.Failures = map[string]int{}
	}
	for _, s := range r.Sites {
		out.Sites = append(out.Sites, RunSite{Site: s.Name, Counts: CountsOf(&s.Counts, s.Lost), Found: s.Visits + s.Left, Left: s.Left})
	}
	return out
}
