package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/onrecord/onrecord/archive/export"
	"github.com/onrecord/onrecord/crawler/crawlertest"
)

// watchSite is a site with so many statements and its config; extra is added to the site.
func watchSite(t *testing.T, statements int, delay time.Duration, schedule, extra string) (site *crawlertest.Site, dir, conf string) {
	t.Helper()
	site = crawlertest.New(t)
	var list strings.Builder
	for i := range statements {
		path := fmt.Sprintf("/statements/%03d", i)
		fmt.Fprintf(&list, "<li><a href=%q>Statement number %d</a></li>", path, i)
		site.Set(path, crawlertest.Page{Body: watchPage(i, "as it always was"), Delay: delay})
	}
	d := demoSite{}
	site.SetHTML("/statements/", d.frame("Statements", "<ul>"+list.String()+"</ul>"))
	dir = t.TempDir()
	conf = filepath.Join(dir, "onrecord.yaml")
	writeWatchConfig(t, conf, site, schedule, extra)
	return site, dir, conf
}

func watchPage(n int, words string) string {
	d := demoSite{}
	return d.page(&demoStatement{title: fmt.Sprintf("Statement number %d", n), date: "03-14-2024", text: []string{
		fmt.Sprintf("This is what the authority has to say about matter number %d, which is %s, and it says it at some length.", n, words),
		"It has been said before, and it will be said again, whenever somebody asks.",
	}})
}

func writeWatchConfig(t *testing.T, conf string, site *crawlertest.Site, schedule, extra string) {
	t.Helper()
	text := fmt.Sprintf("archive: statements.db\nsites:\n  - name: harbour\n    start: %s/statements/\n    follow: [\"/statements/*\"]\n    schedule: %s\n%s", site.URL(), schedule, extra)
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// watcherProcess is a watch that runs in a process of its own, with its log.
type watcherProcess struct {
	cmd *exec.Cmd
	mu  sync.Mutex
	log bytes.Buffer // guarded by mu
}

func (p *watcherProcess) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.Write(b)
}

func (p *watcherProcess) text() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.String()
}

// until waits until something is so; slow machines take their time.
func (p *watcherProcess) until(t *testing.T, what string, so func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !so(); {
		if time.Now().After(end) {
			t.Fatalf("waited a minute: %s\n%s", what, p.text())
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// runs counts the runs that the log tells of.
func (p *watcherProcess) runs() int { return strings.Count(p.text(), `msg="a run ended"`) }

func startWatch(t *testing.T, conf string, args ...string) *watcherProcess {
	t.Helper()
	p := &watcherProcess{cmd: exec.Command("onrecord", append([]string{"--config", conf, "watch", "--allow-private", "--pace", "0s"}, args...)...)}
	p.cmd.Stderr = p
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.cmd.Process.Kill() })
	return p
}

// A watch that is killed in a run goes on with it when it is started again: nothing is doubled and nothing is missed. It
// sees what is new and changed, takes a new config, refuses a bad one, and stops when it is told to.
func TestWatchKilled(t *testing.T) {
	const statements = 30
	site, dir, conf := watchSite(t, statements, 5*time.Millisecond, "every 1h", "")
	p := startWatch(t, conf)
	p.until(t, "some statements are visited", func() bool { return site.Requests("/statements/008") > 0 })
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = p.cmd.Wait()
	db := filepath.Join(dir, "statements.db")
	before := len(linesOf(t, db))
	if before == 0 || before >= statements {
		t.Fatalf("%d statements on record when it is killed, want some", before)
	}
	p = startWatch(t, conf)
	p.until(t, "the run ends", func() bool { return p.runs() == 1 })
	if !strings.Contains(p.text(), "going on with a run that was cut short") {
		t.Errorf("the log does not tell of the run that was killed:\n%s", p.text())
	}
	pages := linesOf(t, db)
	if len(pages) != statements {
		t.Errorf("%d statements on record, want %d", len(pages), statements)
	}
	versionsOf(t, db, nil)
	for i := range statements { // the one that was under way may have been asked for twice
		if n := site.Requests(fmt.Sprintf("/statements/%03d", i)); n < 1 || n > 2 {
			t.Errorf("statement %d was asked for %d times, want 1", i, n)
		}
	}

	// A mistake in the config changes nothing.
	writeWatchConfig(t, conf, site, "every blue moon", "")
	p.until(t, "the bad config is refused", func() bool { return strings.Contains(p.text(), "the new config is refused") })
	// A good one is taken: from now on every second.
	site.SetHTML("/statements/003", watchPage(3, "as it never was before"))
	writeWatchConfig(t, conf, site, "every 1s", "")
	p.until(t, "the change is seen", func() bool {
		return strings.Contains(p.text(), "the config was read again") && strings.Contains(p.text(), "/statements/003 title") && p.runs() >= 3
	})
	if err := p.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	p.until(t, "SIGHUP is heard", func() bool { return strings.Count(p.text(), "the config was read again") == 2 })
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("stopped by SIGTERM: %v\n%s", err, p.text())
	}
	versionsOf(t, db, map[string]int{site.URL() + "/statements/003": 1})
	must(t, nil, "--archive", db, "verify")
	runsAfterKill(t, db)
}

// versionsOf wants one version of each statement on record, and one more for each of its edits.
func versionsOf(t *testing.T, db string, edits map[string]int) {
	t.Helper()
	for _, g := range linesOf(t, db) {
		if want := 1 + edits[g.URL]; g.Versions != want {
			t.Errorf("%s has %d versions, want %d: one for each edit", g.URL, g.Versions, want)
		}
	}
}

// runsAfterKill wants a first run that was killed, a second one that went on with it, and more.
func runsAfterKill(t *testing.T, db string) {
	t.Helper()
	type past struct {
		Run         int
		Ended       *export.Time
		Resumed     bool
		Interrupted bool
	}
	runs := lines[past](t, must(t, nil, "--archive", db, "runs", "--limit", "0", "--format", "jsonl"))
	n := len(runs)
	if n < 4 || runs[n-1].Run != 1 || runs[n-1].Ended != nil || !runs[n-1].Interrupted || !runs[n-2].Resumed || runs[n-2].Ended == nil {
		t.Errorf("runs %+v: want a killed one, one that went on with it, and more", runs)
	}
}

// A watch that is stopped in a run keeps what it has, says so, and the next one goes on from there.
func TestWatchStopped(t *testing.T) {
	const statements = 15
	site, dir, conf := watchSite(t, statements, 40*time.Millisecond, "adaptive", "")
	p := startWatch(t, conf)
	p.until(t, "some statements are visited", func() bool { return site.Requests("/statements/004") > 0 })
	if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil || !strings.Contains(p.text(), "it goes on with the next start") || !strings.Contains(p.text(), "msg=stopped") {
		t.Errorf("stopped in a run: %v\n%s", err, p.text())
	}
	db := filepath.Join(dir, "statements.db")
	if n := len(linesOf(t, db)); n == 0 || n >= statements {
		t.Errorf("%d statements on record when it is stopped, want some", n)
	}
	must(t, nil, "--config", conf, "watch", "--once", "--allow-private", "--pace", "0s")
	if n := len(linesOf(t, db)); n != statements {
		t.Errorf("%d statements on record, want %d", n, statements)
	}
	if n := site.Requests("/statements/"); n != 1 {
		t.Errorf("the listing was asked for %d times, want 1: the run went on", n)
	}
	type past struct{ Interrupted, Resumed bool }
	runs := lines[past](t, must(t, nil, "--archive", db, "runs", "--format", "jsonl"))
	if len(runs) != 2 || runs[0] != (past{false, true}) || runs[1] != (past{true, false}) {
		t.Errorf("runs %+v, want one that was interrupted and one that went on", runs)
	}
}

// A watch over an adaptive site visits only what is due: new statements and the listing, not those that wait.
func TestWatchDue(t *testing.T) {
	site, _, conf := watchSite(t, 5, 0, "adaptive", "")
	w := testWatch(t, conf)
	runOnce(t, w)
	site.Forget()
	now := time.Now()
	w.now = func() time.Time { return now }
	due, next, err := w.due(t.Context())
	if err != nil || len(due) > 0 {
		t.Fatalf("%d sites due right after a run, %v", len(due), err)
	}
	if next.After(now.Add(longest)) {
		t.Errorf("planned again at %s, want within %s", next, longest)
	}
	now = now.Add(8 * time.Hour) // a listing waits no longer than six, and what missed its time waits for its moment
	if due, next, err = w.due(t.Context()); err != nil || len(due) > 0 || next.After(now.Add(catchUp)) {
		t.Fatalf("%d sites due at once after eight hours, the next at %s, %v", len(due), next, err)
	}
	now = next
	site.SetHTML("/statements/new", watchPage(99, "new"))
	d := demoSite{}
	site.SetHTML("/statements/", d.frame("Statements", `<ul><li><a href="/statements/000">Statement number 0</a></li><li><a href="/statements/new">A new one</a></li></ul>`))
	if due, _, err = w.due(t.Context()); err != nil || len(due) != 1 {
		t.Fatalf("%d sites due after eight hours and the time to catch up, %v", len(due), err)
	}
	if err := w.run(t.Context(), due); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{"/statements/": 1, "/statements/new": 1, "/statements/001": 0, "/sitemap.xml": 0} {
		if got := site.Requests(path); got != want {
			t.Errorf("%s was asked for %d times, want %d", path, got, want)
		}
	}
}

// testWatch is a watch in this process.
func testWatch(t *testing.T, conf string) *watch {
	t.Helper()
	w := &watch{app: &app{config: conf, out: io.Discard, err: io.Discard, color: "never"}, format: "text", now: time.Now}
	w.flags = fetchFlags{timeout: time.Minute, allowPrivate: true}
	if err := w.settle(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.conf.close)
	return w
}

// runOnce makes one run over what is due.
func runOnce(t *testing.T, w *watch) {
	t.Helper()
	due, _, err := w.due(t.Context())
	if err != nil || len(due) == 0 {
		t.Fatalf("%d sites due, %v", len(due), err)
	}
	if err := w.run(t.Context(), due); err != nil {
		t.Fatal(err)
	}
}

// However many runs a watch makes, it keeps no more in memory.
func TestWatchMemory(t *testing.T) {
	site, _, conf := watchSite(t, 12, 0, "every 1s", "")
	w := testWatch(t, conf)
	later := time.Now()
	w.now = func() time.Time { later = later.Add(time.Hour); return later }
	w.once = true // what was missed is not waited for
	heap := func() float64 {
		var m runtime.MemStats
		for range 3 {
			runtime.GC()
		}
		runtime.ReadMemStats(&m)
		return float64(m.HeapAlloc)
	}
	var early float64
	for n := 1; n <= 50; n++ {
		runOnce(t, w)
		site.Forget() // the test's own site remembers what it was asked for
		if n == 5 {
			early = heap()
		}
	}
	late := heap()
	t.Logf("heap after run 5: %.0f KiB, after run 50: %.0f KiB", early/1024, late/1024)
	if late > early*1.1+256<<10 { // of two mebibytes the buffers of a connection more are a tenth already
		t.Errorf("heap of %.0f KiB after 50 runs, and of %.0f KiB after 5", late/1024, early/1024)
	}
}
