package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/onrecord/onrecord/crawler/crawlertest"
)

// toldSite is a site whose statements were archived once by a config that tells a receiver of webhooks.
func toldSite(t *testing.T, statements int, delay time.Duration, extra string) (site *crawlertest.Site, h *hooks, conf string) {
	t.Helper()
	h = newHooks()
	t.Cleanup(h.Close)
	site, _, conf = watchSite(t, statements, delay, "every 1s", extra+"notify:\n  - to: "+h.URL+"/hook\n")
	must(t, nil, "--config", conf, "watch", "--once", "--allow-private", "--pace", "0s")
	if times, _ := h.told(); len(times) > 0 {
		t.Fatalf("the first archiving told of %d events, want none", len(times))
	}
	return site, h, conf
}

// edit changes all statements of a site.
func edit(site *crawlertest.Site, statements int, delay time.Duration, words string) {
	for i := range statements {
		site.Set(fmt.Sprintf("/statements/%03d", i), crawlertest.Page{Body: watchPage(i, words), Delay: delay})
	}
}

// killedAt runs a crawl and kills it once so many statements were asked for, unless it ends before; it reports whether it did.
func killedAt(t *testing.T, site *crawlertest.Site, statements, asked int, conf string) bool {
	t.Helper()
	site.Forget()
	cmd := exec.Command("onrecord", "--config", conf, "crawl", "--allow-private", "--pace", "0s")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		n := 0
		for i := range statements {
			n += site.Requests(fmt.Sprintf("/statements/%03d", i))
		}
		if n >= asked {
			_ = cmd.Process.Kill()
			return <-ended != nil
		}
		select {
		case <-ended:
			return false
		case <-time.After(time.Millisecond):
		}
	}
}

// A program that is killed at any moment of runs in which everything changes loses no event; each has one id.
func TestToldThoughKilled(t *testing.T) {
	const statements, delay = 12, 10 * time.Millisecond
	site, h, conf := toldSite(t, statements, delay, "")
	for round, words := range []string{"not as it was", "as it never was", "as it may be"} {
		edit(site, statements, delay, words)
		n := 0
		for k := range kills(t) {
			if killedAt(t, site, statements, 2+(k+round)%3, conf) {
				n++
			}
		}
		if n == 0 {
			t.Fatal("no run was killed")
		}
		must(t, nil, "--config", conf, "crawl", "--allow-private", "--pace", "0s")
		if twice := toldOnce(t, h, (round+1)*statements); t.Failed() {
			t.Fatalf("round %d, after %d kills (%d came twice)", round, n, twice)
		} else {
			t.Logf("round %d: %d kills, %d events told, %d of them twice by the same id", round, n, (round+1)*statements, twice)
		}
	}
}

// Killed after the receiver has it and before that is noted: it comes a second time, by the same id. Nothing else does.
func TestKilledBeforeTheNote(t *testing.T) {
	site, h, conf := toldSite(t, 3, 0, "")
	site.Set("/statements/001", crawlertest.Page{Body: watchPage(1, "not as it was")})
	pid := make(chan int, 1)
	h.first(func() { _ = syscall.Kill(<-pid, syscall.SIGKILL) })
	p := startWatch(t, conf)
	pid <- p.cmd.Process.Pid
	if err := p.cmd.Wait(); err == nil {
		t.Fatal("it was not killed")
	}
	if twice := toldOnce(t, h, 1); twice != 0 {
		t.Fatalf("%d came twice before the restart", twice)
	}
	p = startWatch(t, conf)
	p.until(t, "it is told again", func() bool { times, _ := h.told(); return len(times) == 1 && times[only1(times)] == 2 })
	runs := p.runs()
	p.until(t, "two more runs go by", func() bool { return p.runs() >= runs+2 })
	if twice := toldOnce(t, h, 1); twice != 1 {
		t.Errorf("%d came twice, want the one that was cut off", twice)
	}
	if times, _ := h.told(); times[only1(times)] != 2 {
		t.Errorf("it came %d times, want two", times[only1(times)])
	}
}

func only1(m map[string]int) string {
	for k := range m {
		return k
	}
	return ""
}

// A receiver that is down for a while gets everything when it is up again, once; watch sees to it between its runs.
func TestToldLater(t *testing.T) {
	site, h, conf := toldSite(t, 3, 0, "")
	h.status.Store(503)
	edit(site, 3, 0, "not as it was")
	must(t, nil, "--config", conf, "crawl", "--allow-private", "--pace", "0s")
	_, out, errs := onrecord(t, "--config", conf, "notify", "list")
	if strings.Count(out, "waiting") != 3 || !strings.Contains(out, "it answers with status 503") {
		t.Errorf("the outbox is\n%s\n%s\nwant three that wait, with the reason", out, errs)
	}
	code, _, errs := onrecord(t, "--config", conf, "notify", "test")
	if code != exitPart {
		t.Errorf("notify test exits with %d, want %d: %s", code, exitPart, errs)
	}
	h.status.Store(0)
	if times, _ := h.told(); len(times) != 0 {
		t.Errorf("%d came while it was down", len(times))
	}
	b, err := os.ReadFile(filepath.Join(filepath.Dir(conf), "statements.db"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(b), h.URL+"/hook") {
		t.Error("the archive holds the address of the receiver, which may be a secret")
	}
}

// Between its runs watch tells what could not be sent before, when its time has come.
func TestWatchTellsLater(t *testing.T) {
	site, h, conf := toldSite(t, 2, 0, "")
	edit(site, 2, 0, "not as it was")
	h.status.Store(500)
	w := testWatch(t, conf)
	now := time.Now().Add(10 * time.Second)
	w.now = func() time.Time { return now }
	runOnce(t, w)
	if due, err := w.tellDue(t.Context()); due || err != nil || w.tellAt.IsZero() {
		t.Fatalf("right after it failed: due %v at %s, %v; want it later", due, w.tellAt, err)
	}
	h.status.Store(0)
	again := testWatch(t, conf) // which has to look into the outbox
	for _, w := range []*watch{w, again} {
		w.now = func() time.Time { return now.Add(5 * time.Minute) }
		if due, err := w.tellDue(t.Context()); !due || err != nil {
			t.Fatalf("five minutes later: due %v at %s, %v", due, w.tellAt, err)
		}
	}
	if err := again.tellPeople(t.Context()); err != nil {
		t.Fatal(err)
	}
	toldOnce(t, h, 2)
	if due, err := again.tellDue(t.Context()); due || err != nil {
		t.Errorf("after that: due %v, %v", due, err)
	}
}

// What another command put into the outbox is told by a watch that has looked into it before.
func TestWatchTellsForOthers(t *testing.T) {
	site, h, conf := toldSite(t, 2, 0, "")
	w := testWatch(t, conf)
	if due, err := w.tellDue(t.Context()); due || err != nil || !w.tellAt.IsZero() {
		t.Fatalf("with an empty outbox: due %v at %s, %v", due, w.tellAt, err)
	}
	edit(site, 2, 0, "not as it was")
	h.status.Store(500)
	must(t, nil, "--config", conf, "crawl", "--allow-private", "--pace", "0s")
	h.status.Store(0)
	later := time.Now().Add(5 * time.Minute)
	w.now = func() time.Time { return later }
	if due, err := w.tellDue(t.Context()); !due || err != nil {
		t.Fatalf("five minutes after another command could not tell: due %v at %s, %v", due, w.tellAt, err)
	}
	if err := w.tellPeople(t.Context()); err != nil {
		t.Fatal(err)
	}
	toldOnce(t, h, 2)
}

// Processes that tell side by side tell each event once, and none is lost: who has the archive open for writing has its outbox
// to itself, until what was sent is noted there.
func TestToldByManyProcesses(t *testing.T) {
	const statements = 6
	site, h, conf := toldSite(t, statements, 0, "")
	first, second := startWatch(t, conf), startWatch(t, conf)
	for round, words := range []string{"not as it was", "as it never was", "as it may be"} {
		edit(site, statements, 0, words)
		var others sync.WaitGroup
		for range 3 {
			others.Go(func() { _ = exec.Command("onrecord", "--config", conf, "notify", "send").Run() })
		}
		others.Wait()
		first.until(t, "all is told", func() bool { times, _ := h.told(); return len(times) >= (round+1)*statements })
	}
	for _, p := range []*watcherProcess{first, second} {
		runs := p.runs()
		p.until(t, "another run goes by", func() bool { return p.runs() > runs })
	}
	if twice := toldOnce(t, h, 3*statements); twice != 0 {
		t.Errorf("%d events came twice", twice)
	}
}

// A receiver that never answers keeps no run from being stopped.
func TestStoppedWhileTelling(t *testing.T) {
	site, h, conf := toldSite(t, 2, 0, "")
	edit(site, 2, 0, "not as it was")
	asked, over := make(chan struct{}), make(chan struct{})
	h.first(func() { close(asked); <-over })
	defer close(over)
	p := startWatch(t, conf)
	<-asked
	began := time.Now()
	if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("stopped: %v\n%s", err, p.text())
	}
	if took := time.Since(began); took > 15*time.Second { // two on a machine that is idle
		t.Errorf("it took %s to stop", took)
	} else {
		t.Logf("stopped after %s", took)
	}
}
