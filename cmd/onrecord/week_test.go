package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/onrecord/onrecord/archive/export"
	"github.com/onrecord/onrecord/crawler/crawlertest"
)

// week is how long each of the parts of TestWeek lasts; ONRECORD_WEEK=10m makes it longer, and then memory is held to ten
// percent, once there are a hundred samples: a few say little.
func week(t *testing.T) (part time.Duration, long bool) {
	if s := os.Getenv("ONRECORD_WEEK"); s != "" {
		d, err := time.ParseDuration(s)
		if err != nil {
			t.Fatalf("ONRECORD_WEEK: %v", err)
		}
		return d / 2, true
	}
	return 3 * time.Second, false
}

// edition is statement n in its k-th form.
func edition(n, k int) string { return watchPage(n, fmt.Sprintf("as of edition %d", k)) }

// A week in small: a watch visits its sites every second, they edit, it is killed and started again. Each edit is on record once,
// and the process takes no more at the end than after its beginning.
func TestWeek(t *testing.T) {
	const sites, statements = 3, 4
	part, long := week(t)
	dir := t.TempDir()
	conf := filepath.Join(dir, "onrecord.yaml")
	config := "archive: statements.db\nschedule: every 1s\nignore_cases: [disk, clock]\nsites:\n"
	var publishers []*crawlertest.Site
	for i := range sites {
		s, _, _ := watchSite(t, statements, 0, "every 1s", "")
		publishers = append(publishers, s)
		config += fmt.Sprintf("  - name: site%d\n    start: %s/statements/\n    follow: [\"/statements/*\"]\n", i, s.URL())
	}
	if err := os.WriteFile(conf, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	edits := map[string]int{} // by address
	t.Setenv("GOGC", "25")    // so that the live heap is known as of a moment ago
	live := func(p *watcherProcess, until time.Duration) (heap, goroutines []float64) {
		address := addressOf(t, p)
		for n, end := 0, time.Now().Add(until); time.Now().Before(end); n++ {
			s, i := publishers[n%sites], n/sites%statements
			path := fmt.Sprintf("/statements/%03d", i)
			url := s.URL() + path
			edits[url]++
			s.Forget()
			s.SetHTML(path, edition(i, edits[url]))
			p.until(t, "the edit is visited", func() bool { return s.Requests(path) > 0 })
			_, text := get(t, address, "/metrics")
			heap, goroutines = append(heap, value(t, text, "go_gc_heap_live_bytes")), append(goroutines, value(t, text, "go_goroutines"))
		}
		return heap, goroutines
	}
	p := startWatch(t, conf, "--listen", "127.0.0.1:0")
	p.until(t, "the first run ends", func() bool { return p.runs() > 0 })
	live(p, part/2)
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = p.cmd.Wait()
	p = startWatch(t, conf, "--listen", "127.0.0.1:0")
	n := p.runs()
	p.until(t, "a run ends after the kill", func() bool { return p.runs() > n })
	heap, goroutines := live(p, part)
	n = p.runs()
	p.until(t, "two more runs end", func() bool { return p.runs() > n+1 })
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("stopped by SIGTERM: %v\n%s", err, p.text())
	}
	if strings.Contains(p.text(), "level=ERROR") || strings.Contains(p.text(), "level=WARN") {
		t.Errorf("the log tells of trouble:\n%s", p.text())
	}
	checkWeek(t, filepath.Join(dir, "statements.db"), edits, sites*statements)
	t.Logf("%d edits, %d runs", len(heap), p.runs())
	steady(t, heap, goroutines, long)
}

// steady wants no more memory and goroutines in the last quarter than in the first; a long week is held to it closely.
func steady(t *testing.T, heap, goroutines []float64, long bool) {
	t.Helper()
	if k := len(heap) / 4; k > 0 {
		h0, h1, g0, g1 := median(heap[:k]), median(heap[len(heap)-k:]), median(goroutines[:k]), median(goroutines[len(goroutines)-k:])
		t.Logf("live heap %.0f KiB in the first quarter, %.0f, %.0f, %.0f KiB in the last; goroutines %.0f and %.0f",
			h0/1024, median(heap[k:2*k])/1024, median(heap[2*k:3*k])/1024, h1/1024, g0, g1)
		if long && len(heap) >= 100 && (h1 > h0*1.1 || g1 > g0*1.1) {
			t.Errorf("heap went from %.0f to %.0f bytes, goroutines from %.0f to %.0f: more than a tenth", h0, h1, g0, g1)
		}
		// The packers of the archive, some 7 MiB, are there in one moment and not in the next; ten edits do not even that out.
		if g1 > g0+20 || h1 > h0*1.5+8<<20 {
			t.Errorf("heap went from %.0f to %.0f bytes, goroutines from %.0f to %.0f", h0, h1, g0, g1)
		}
	}
}

// checkWeek wants each edit on record, and nothing twice.
func checkWeek(t *testing.T, db string, edits map[string]int, statements int) {
	t.Helper()
	must(t, nil, "--archive", db, "verify")
	if n := len(linesOf(t, db)); n != statements {
		t.Errorf("%d statements on record, want %d", n, statements)
	}
	versionsOf(t, db, edits)
	type past struct {
		Run              int
		Started          export.Time
		Ended            *export.Time
		Failed, Deferred int
	}
	runs := lines[past](t, must(t, nil, "--archive", db, "runs", "--limit", "0", "--format", "jsonl"))
	for i, r := range runs {
		if r.Run != len(runs)-i {
			t.Errorf("run %d stands at place %d of %d", r.Run, i, len(runs))
		}
		if r.Failed+r.Deferred > 0 {
			t.Errorf("run %d had %d failures", r.Run, r.Failed+r.Deferred)
		}
		if i > 0 && r.Ended != nil && r.Ended.After(runs[i-1].Started.Time) {
			t.Errorf("runs %d and %d overlap", r.Run, runs[i-1].Run)
		}
	}
}

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return v[len(v)/2]
}
