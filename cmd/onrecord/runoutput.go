package main

import (
	"bytes"
	"fmt"
	"io"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/export"
	"github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/cmd/internal/tell"
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
	// MovedFrom is the address that the statement had until this visit, which was led to another for good.
	MovedFrom string `json:"moved_from,omitempty"`
	// Change is there when a version was stored.
	Change *archive.Change `json:"change,omitempty"`
	export.Visit
}

// visit prints one visit.
func (o *runOutput) visit(p record.Progress) error {
	l := visitLine{Event: "visit", Site: p.Site, Aid: p.Aid, Title: p.Entry.Title, MovedFrom: p.Entry.From, Visit: export.VisitOf(p.Entry.Visit)}
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
	run := tell.Run{Event: "run", Run: sum.Number, By: sum.By, RunSum: tell.RunSum{
		Started: export.Time{Time: sum.Began}, Ended: export.Time{Time: sum.Ended}, Resumed: sum.Resumed, Interrupted: interrupted,
		Counts: tell.CountsOf(&sum.Counts, sum.Lost), Failures: o.failures,
	}}
	for _, s := range sites {
		l := tell.RunSite{Event: "site", Site: s.Name, Counts: tell.CountsOf(&s.Counts, s.Lost), Found: s.Found, Left: s.Left, Budget: s.Spent}
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
