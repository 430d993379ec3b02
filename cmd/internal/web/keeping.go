package web

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/onrecord/onrecord/cmd/internal/cases"
	runs "github.com/onrecord/onrecord/cmd/internal/record"
)

// What whoever keeps the archive wants to see: runs and cases.
const (
	listRuns  = 30
	listCases = 100
	// maxReasons is how many of a run's reasons of failure are listed.
	maxReasons = 8
)

// runsSheet is what the list of runs shows.
type runsSheet struct {
	Runs  []runRow
	Older int
	Begin bool
}

// runRow is a run.
type runRow struct {
	runs.Run
	Took    time.Duration
	Reasons []reason
	Trouble int
}

// reason is why visits of a run brought nothing, and how many.
type reason struct {
	Name  string
	Count int
}

// runsPage lists the runs, the latest first.
func (room *Room) runsPage(w http.ResponseWriter, r *http.Request) error {
	s, giveBack, err := room.opts.Archive.Borrow(r.Context())
	if err != nil {
		return err
	}
	defer giveBack()
	before, _ := strconv.Atoi(r.URL.Query().Get("before")) // what is no number is the first page
	sheet := runsSheet{Begin: before <= 0}
	for run, err := range runs.Runs(r.Context(), s) {
		if err != nil {
			return err
		}
		if before > 0 && run.Number >= before {
			continue
		}
		if len(sheet.Runs) == listRuns {
			sheet.Older = run.Number + 1
			break
		}
		row := runRow{Run: run, Trouble: run.Failed + run.Blocked + run.Deferred}
		if !run.Ended.IsZero() {
			row.Took = run.Ended.Sub(run.Started).Round(time.Second)
		}
		for _, name := range slices.SortedFunc(maps.Keys(run.Failures), func(a, b string) int {
			return cmp.Or(cmp.Compare(run.Failures[b], run.Failures[a]), cmp.Compare(a, b))
		}) {
			if len(row.Reasons) < maxReasons {
				row.Reasons = append(row.Reasons, reason{name, run.Failures[name]})
			}
		}
		sheet.Runs = append(sheet.Runs, row)
	}
	return room.render(w, r, "runs", sheet)
}

// casesSheet is what the list of cases shows.
type casesSheet struct{ Open, Closed []cases.Event }

// casesPage lists what is and was wrong with the archiving itself.
func (room *Room) casesPage(w http.ResponseWriter, r *http.Request) error {
	s, giveBack, err := room.opts.Archive.Borrow(r.Context())
	if err != nil {
		return err
	}
	defer giveBack()
	var sheet casesSheet
	if sheet.Open, err = cases.Open(r.Context(), s); err != nil {
		return err
	}
	for c, err := range cases.All(r.Context(), s) {
		if err != nil {
			return err
		}
		if !c.Closed.IsZero() {
			sheet.Closed = append(sheet.Closed, c)
		}
		if len(sheet.Closed) == listCases {
			break
		}
	}
	return room.render(w, r, "cases", sheet)
}
