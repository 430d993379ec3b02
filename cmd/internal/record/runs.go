package record

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/onrecord/onrecord/archive"
)

// Run is what is kept of one run, in a note of the archive.
type Run struct {
	// Number counts the archive's runs, from 1.
	Number int `json:"number"`
	// By says what made it: ByCrawl or ByWatch.
	By string `json:"by"`
	// Started and Ended are in UTC. Ended is zero for a run that was killed.
	Started time.Time `json:"started"`
	Ended   time.Time `json:"ended,omitzero"`
	// Resumed is true when it went on with the queue of a run that was interrupted or killed, Interrupted when it was
	// itself, and Error is what stopped it besides.
	Resumed     bool   `json:"resumed,omitempty"`
	Interrupted bool   `json:"interrupted,omitempty"`
	Error       string `json:"error,omitempty"`
	Counts
	// Lost counts visits that brought nothing and should have; see [Summary].
	Lost int `json:"lost"`
	// Failures counts the visits that were deferred, blocked or failed, by reason.
	Failures map[string]int `json:"failures,omitempty"`
	// Sites are those of which anything was visited.
	Sites []RunSite `json:"sites,omitempty"`
}

// RunSite is what a run came to for one site.
type RunSite struct {
	Name string `json:"name"`
	Counts
	Lost int `json:"lost"`
	// Left counts the addresses that were not visited any more.
	Left int `json:"left,omitempty"`
	// Reached is false when a start address could not be had, or nothing at all.
	Reached bool `json:"reached"`
}

// keepRuns is how many runs are kept: half a year of one an hour.
const keepRuns = 5000

// maxRunSites bounds the sites in the record of a run.
const maxRunSites = 1000

// Names of notes.
const (
	runsNote = "runs"      // the number of the next run
	openNote = "runs/open" // the run that is under way; openRun
)

func runNote(n int) string { return fmt.Sprintf("runs/%d", n) }

// openRun is what is kept of a run that is under way, or was killed.
type openRun struct {
	Run     string    `json:"run"`
	By      string    `json:"by"`
	Started time.Time `json:"started"`
	Sites   []string  `json:"sites"`
}

// Runs are the runs on record, the latest first.
func Runs(ctx context.Context, store archive.Store) iter.Seq2[Run, error] {
	return func(yield func(Run, error) bool) {
		next, err := nextRun(ctx, store)
		if err != nil {
			yield(Run{}, err)
			return
		}
		for n := next - 1; n > 0; n-- {
			var r Run
			found, err := readNote(ctx, store, runNote(n), &r)
			if err != nil {
				yield(Run{}, err)
				return
			}
			if !found || !yield(r, nil) {
				return
			}
		}
	}
}

// Unfinished are the sites of a run that was interrupted or killed, and when it began; nil when there is none.
func Unfinished(ctx context.Context, store archive.Store) ([]string, time.Time, error) {
	var o openRun
	_, err := readNote(ctx, store, openNote, &o)
	return o.Sites, o.Started, err
}

// nextRun is the number of the next run. The run may be there already, when its number could not be counted up any more.
func nextRun(ctx context.Context, store archive.Store) (int, error) {
	n := 1
	if _, err := readNote(ctx, store, runsNote, &n); err != nil {
		return 0, err
	}
	for n = max(1, n); ; n++ {
		b, err := store.Note(ctx, runNote(n))
		if err != nil || b == nil {
			return n, err
		}
	}
}

// readNote reads a note as JSON; found is false when there is none, or when it is none of ours.
func readNote(ctx context.Context, store archive.Store, name string, v any) (found bool, err error) {
	b, err := store.Note(ctx, name)
	if err != nil || b == nil {
		return false, err
	}
	return json.Unmarshal(b, v) == nil, nil
}

func writeNote(ctx context.Context, store archive.Store, name string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return store.SetNote(ctx, name, b)
}

// addRun puts a run on record under the next number, and forgets the one that is too old.
func addRun(ctx context.Context, store archive.Store, r *Run) error {
	n, err := nextRun(ctx, store)
	if err != nil {
		return err
	}
	r.Number = n
	if err := writeNote(ctx, store, runNote(n), r); err != nil {
		return err
	}
	if n > keepRuns {
		if err := store.SetNote(ctx, runNote(n-keepRuns), nil); err != nil {
			return err
		}
	}
	return writeNote(ctx, store, runsNote, n+1)
}

// open notes that the run is under way. One that is under way by that note was killed, and is put on record as such unless
// this run goes on with it.
func (c *Crawl) open(ctx context.Context) error {
	store := c.Recorder.Store
	var old openRun
	found, err := readNote(ctx, store, openNote, &old)
	if err != nil {
		return err
	}
	if found && !old.Started.IsZero() {
		if err := addRun(ctx, store, &Run{By: old.By, Started: old.Started, Interrupted: true}); err != nil {
			return err
		}
	}
	if found && old.Run != c.run && old.By == ByWatch { // no command ever asks for its queue again; what was in it is due
		if err := errors.Join(store.EndRun(ctx, old.Run), store.SetNote(ctx, "run/"+old.Run, nil)); err != nil {
			return err
		}
	}
	now := openRun{Run: c.run, By: c.by(), Started: c.total.Began}
	for _, s := range c.Sites {
		now.Sites = append(now.Sites, s.Name)
	}
	return writeNote(ctx, store, openNote, now)
}

// What makes a run; see [Crawl.By].
const (
	ByCrawl = "crawl"
	ByWatch = "watch"
)

// by is what makes the run.
func (c *Crawl) by() string {
	if c.By == "" {
		return ByCrawl
	}
	return c.By
}

// keep puts the run on record, also one that was interrupted: the context may have ended.
func (c *Crawl) keep(ctx context.Context, sum *Summary, failed error) error {
	if c.run == "" || sum.Began.IsZero() { // it never began
		return nil
	}
	interrupted := ctx.Err() != nil
	ctx = context.WithoutCancel(ctx)
	r := &Run{
		By: c.by(), Started: sum.Began, Ended: sum.Ended, Resumed: sum.Resumed, Interrupted: interrupted, Counts: sum.Counts, Lost: sum.Lost,
	}
	if failed != nil && !interrupted {
		r.Error = failed.Error()
	}
	c.mu.Lock()
	r.Failures = c.failures
	for _, s := range c.Sites {
		if t := c.spent[s.Name]; t != nil && (t.Visits > 0 || sum.Untaught[s.Name] != nil) && len(r.Sites) < maxRunSites {
			r.Sites = append(r.Sites, RunSite{Name: s.Name, Counts: t.Counts, Lost: t.lost, Left: max(0, t.left), Reached: t.reached()})
		}
	}
	c.mu.Unlock()
	store := c.Recorder.Store
	if failed == nil {
		for _, s := range c.Sites {
			if err := c.look(ctx, s, sum); err != nil {
				return err
			}
		}
	}
	if err := addRun(ctx, store, r); err != nil {
		return err
	}
	sum.Number, sum.By = r.Number, r.By
	if failed == nil {
		return store.SetNote(ctx, openNote, nil)
	}
	// It stays to be gone on with, and is not to be put on record once more.
	var now openRun
	if found, err := readNote(ctx, store, openNote, &now); err != nil || !found {
		return err
	}
	now.Started = time.Time{}
	return writeNote(ctx, store, openNote, now)
}

// reached reports whether the site answered: something came, and its start addresses did.
func (t *tally) reached() bool { return t.good && !t.startLost }

// noteReached takes one visit into account. The caller holds mu.
func (c *Crawl) noteReached(t *archive.Task, site *tally, aid bool, e *Entry) {
	switch e.Outcome {
	case archive.Stored, archive.Unchanged, archive.Moved, archive.Gone:
		site.good = true
	case archive.Deferred, archive.Blocked, archive.Failed:
		if c.failures == nil {
			c.failures = map[string]int{}
		}
		c.failures[e.Reason]++
	}
	if t.Kind == kindStart && (lost(t, aid, &e.Visit) || aid && e.Outcome == archive.Gone) {
		site.startLost = true
	}
}
