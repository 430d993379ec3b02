package main

import (
	"bytes"
	"fmt"
	"io"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/export"
	"github.com/onrecord/onrecord/cmd/internal/record"
)

// runOutput prints a run for programs: as JSON Lines, an object a visit, then one a site, then one for the run; or as one
// JSON object that ends with the run. Neither grows with the run. Its keys are a promise of the command line.
type runOutput struct {
	w        io.Writer
	one      bool // one object
	begun    bool // its beginning is written
	failures map[string]int
}

func newRunOutput(w io.Writer, one bool) *runOutput {
	return &runOutput{w: w, one: one, failures: map[string]int{}}
}

// visitLine is one visit of a run.
type visitLine struct {
	Event string `json:"event,omitempty"` // "visit"; not in the one object
	Site  string `json:"site"`
	// Aid is true for a listing, feed or sitemap.
	Aid   bool   `json:"aid"`
	Title string `json:"title"`
	// Change is there when a version was stored.
	Change *archive.Change `json:"change,omitempty"`
	export.Visit
}

// countsJSON are what visits came to.
type countsJSON struct {
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

func countsOf(c *record.Counts, lost int) countsJSON {
	return countsJSON{
		Visits: c.Visits, Aids: c.Aids, New: c.New, Changed: c.Changed, Unchanged: c.Unchanged, Gone: c.Gone, Moved: c.Moved,
		Deferred: c.Deferred, Blocked: c.Blocked, Failed: c.Failed, Lost: lost, Bytes: c.Bytes,
	}
}

// siteLine is what a run came to for one site.
type siteLine struct {
	Event string `json:"event,omitempty"` // "site"; not in the one object
	Site  string `json:"site"`
	countsJSON
	Found int `json:"found"`
	Left  int `json:"left"`
	// Budget names the budget that was used up, "" when none was.
	Budget string `json:"budget"`
	// Error says why the statements of the site could not be discovered.
	Error string `json:"error,omitempty"`
}

// runLine is what a run came to.
type runLine struct {
	Event       string      `json:"event,omitempty"` // "run"; not in the one object
	Started     export.Time `json:"started"`
	Ended       export.Time `json:"ended"`
	Resumed     bool        `json:"resumed"`
	Interrupted bool        `json:"interrupted"`
	countsJSON
	Failures map[string]int `json:"failures"` // visits that were deferred, blocked or failed, by reason
	Sites    []siteLine     `json:"sites,omitempty"`
}

// visit prints one visit.
func (o *runOutput) visit(p record.Progress) error {
	l := visitLine{Event: "visit", Site: p.Site, Aid: p.Aid, Title: p.Entry.Title, Visit: export.VisitOf(p.Entry.Visit)}
	switch p.Entry.Outcome {
	case archive.Stored:
		if !p.Aid {
			l.Change = &p.Entry.Result.Change
		}
	case archive.Deferred, archive.Blocked, archive.Failed:
		o.failures[p.Entry.Reason]++
	}
	if !o.one {
		return export.WriteJSON(o.w, l)
	}
	l.Event = ""
	before := ",\n"
	if !o.begun {
		o.begun, before = true, "{\"pages\":[\n"
	}
	line, err := compact(l)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(o.w, "%s%s", before, line)
	return err
}

// compact is a value as JSON without the line's end.
func compact(v any) ([]byte, error) {
	var b bytes.Buffer
	err := export.WriteJSON(&b, v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// end prints what the run came to.
func (o *runOutput) end(sum *record.Summary, sites []record.SiteStatus, interrupted bool) error {
	run := runLine{
		Event: "run", Started: export.Time{Time: sum.Began}, Ended: export.Time{Time: sum.Ended}, Resumed: sum.Resumed, Interrupted: interrupted,
		countsJSON: countsOf(&sum.Counts, sum.Lost), Failures: o.failures,
	}
	for _, s := range sites {
		l := siteLine{Event: "site", Site: s.Name, countsJSON: countsOf(&s.Counts, s.Lost), Found: s.Found, Left: s.Left, Budget: s.Spent}
		if err := sum.Untaught[s.Name]; err != nil {
			l.Error = err.Error()
		}
		if o.one {
			l.Event = ""
			run.Sites = append(run.Sites, l)
		} else if err := export.WriteJSON(o.w, l); err != nil {
			return err
		}
	}
	if !o.one {
		return export.WriteJSON(o.w, run)
	}
	run.Event = ""
	line, err := compact(run)
	if err != nil {
		return err
	}
	before := "\n],"
	if !o.begun {
		before = "{\"pages\":[],"
	}
	_, err = fmt.Fprintf(o.w, "%s%s\n", before, line[1:])
	return err
}
